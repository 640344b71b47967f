# SPDX-License-Identifier: BSD-2-Clause
"""What the end-to-end tests stand on: a real mount, always taken down.

A test file has classes derived from Case and ends with rond.main(). It runs
against the programs in $ROND_BUILD (a meson build folder), each test in a
folder of its own, with a cache of its own, so that any number run at once.
"""
import atexit
import contextlib
import ctypes
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest

SKIP = 77
TEST_SECONDS = 240  # a mount that makes a test take longer is killed
PR_SET_PDEATHSIG = 1

HERE = pathlib.Path(__file__).resolve().parent
TOP = HERE.parent.parent
BUILD = pathlib.Path(os.environ.get("ROND_BUILD", TOP / "build-tests"))
RONDFS = BUILD / "tools" / "rondfs"
RONDCTL = BUILD / "tools" / "rondctl"
IS_ROOT = os.geteuid() == 0

libc = ctypes.CDLL(None, use_errno=True)


def mounts_below(folder):
    """Mount points in or at folder, the innermost first."""
    found = []
    with open("/proc/self/mountinfo", encoding="utf-8",
              errors="surrogateescape") as table:
        for line in table:
            where = line.split()[4].encode("utf-8", "surrogateescape")
            where = where.decode("unicode_escape", "replace")
            if where == str(folder) or where.startswith(f"{folder}/"):
                found.append(where)
    return sorted(found, reverse=True)


def abort_connection(where):
    """Fail all requests to a FUSE mount that answers none (fusectl, in the
    kernel's fuse.rst), so that who waits for one, the unmount too, goes on."""
    with open("/proc/self/mountinfo", encoding="utf-8",
              errors="surrogateescape") as table:
        devices = {line.split()[4]: line.split()[2] for line in table}
    minor = devices.get(str(where), ":").split(":")[1]
    control = tempfile.mkdtemp(prefix="rond-fusectl-")
    subprocess.run(["mount", "-t", "fusectl", "none", control], check=False)
    with contextlib.suppress(OSError):
        pathlib.Path(control, minor, "abort").write_text("1")
    subprocess.run(["umount", control], check=False)
    os.rmdir(control)


def unmount(where, lazy=False):
    """Unmount as a user would; whether it worked."""
    if IS_ROOT:
        command = ["umount"] + (["-l"] if lazy else []) + [str(where)]
    else:
        command = ["fusermount3", "-u"] + (["-z"] if lazy else [])
        command.append(str(where))
    try:
        return subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, timeout=30).returncode == 0
    except subprocess.TimeoutExpired:
        if IS_ROOT:
            abort_connection(where)
        return False


def wait_until(condition, seconds=20, what="condition"):
    """Poll until condition() is true and return what it gave."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"{what}: not within {seconds} s")
        time.sleep(0.02)


def die_with_parent():
    """In a child: let the kernel end it when the test ends, however that is.
    It then unmounts."""
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Mount:
    """A mounted tree, served by a rondfs in the foreground."""

    def __init__(self, case, arguments, where):
        self.case = case
        self.where = pathlib.Path(where)
        self.log = case.tmp / f"rondfs-{time.monotonic_ns()}.log"
        self.process = None
        self.killed = False
        command = [str(RONDFS), "-f", "--cache-dir", str(case.cache)]
        command += [str(argument) for argument in arguments]
        command.append(str(where))
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                env=case.environment, preexec_fn=die_with_parent)
        wait_until(lambda: self.has_ended() or self.answers(),
                   60, "mount")
        if self.has_ended():
            raise AssertionError(f"rondfs ended with "
                                 f"{self.process.returncode}: {self.output()}")

    def answers(self):
        """A dead mount, about to be cleared, doesn't."""
        try:
            return (os.path.ismount(self.where)
                    and self.names() is not None)
        except OSError:
            return False

    def has_ended(self):
        return self.process.poll() is not None

    def output(self):
        """What rondfs has written so far."""
        return self.log.read_text(errors="replace")

    def path(self, relative, seconds=15):
        """The path of something in the tree. Waits until the snapshot (the
        first component) is there: files just written are left alone until
        they have settled."""
        first = relative.split("/")[0]
        if first:
            wait_until(lambda: os.path.lexists(self.where / first), seconds,
                       f"{first} in {os.listdir(self.where)}")
        return self.where / relative

    def names(self):
        return sorted(os.listdir(self.where))

    def snapshots(self):
        """The names of the snapshots: folders at the top."""
        with os.scandir(self.where) as entries:
            return sorted(entry.name for entry in entries
                          if entry.is_dir(follow_symlinks=False))

    def wait_for(self, *names, seconds=15):
        for name in names:
            self.path(name, seconds)
        return self

    def status(self):
        return json.loads((self.where / ".status").read_text())

    def part(self, snapshot, part):
        """The status of one part."""
        for entry in self.status()["snapshots"]:
            for candidate in entry["parts"]:
                if entry["name"] == snapshot and candidate["name"] == part:
                    return candidate
        raise AssertionError(f"no {snapshot}/{part} in {self.status()}")

    def problems(self):
        """PROBLEMS.txt, or nothing."""
        try:
            return (self.where / "PROBLEMS.txt").read_text(errors="replace")
        except FileNotFoundError:
            return ""

    def signal(self, number):
        self.process.send_signal(number)

    def kill(self):
        """kill -9: the mount stays, dead."""
        self.killed = True
        self.process.kill()
        self.process.wait()

    def unmount(self):
        """Unmount, see the process end, and end well."""
        if self.process.poll() is None:
            for _ in range(50):
                if self.has_ended() or unmount(self.where):
                    break
                time.sleep(0.1)
            else:
                unmount(self.where, lazy=True)
            self.end()
        for where in mounts_below(self.where):
            unmount(where, lazy=True)
        if not self.killed and self.process.returncode != 0:
            raise AssertionError(f"rondfs ended with "
                                 f"{self.process.returncode}: {self.output()}")

    def end(self):
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError("rondfs did not end after the unmount")


class Case(unittest.TestCase):
    """A test with a folder of its own and the mounts that it makes."""

    def setUp(self):
        self.tmp = pathlib.Path(tempfile.mkdtemp(prefix="rond-")).resolve()
        self.addCleanup(self.remove_tmp)
        atexit.register(self.remove_tmp)
        self.backups = self.folder("backups")
        self.cache = self.tmp / "cache"
        self.mounts = []
        self.environment = self.make_environment()
        self.addCleanup(self.check_sanitizers)
        self.addCleanup(self.unmount_all)
        watchdog = threading.Timer(TEST_SECONDS, self.abort)
        watchdog.daemon = True
        watchdog.start()
        self.addCleanup(watchdog.cancel)

    def make_environment(self):
        log = f"log_path={self.tmp}/sanitizer"
        return dict(
            os.environ,
            LC_ALL="C.UTF-8",
            ASAN_OPTIONS=f"{log}:exitcode=99:detect_leaks=1",
            LSAN_OPTIONS=f"{log}:exitcode=99",
            UBSAN_OPTIONS=f"{log}:exitcode=99:halt_on_error=1:"
                          "print_stacktrace=1",
            TSAN_OPTIONS=f"{log}:exitcode=99")

    def folder(self, name):
        """A new folder below the test's own."""
        folder = self.tmp / name
        folder.mkdir(parents=True)
        return folder

    def mount(self, *arguments, where=None):
        """Mount the test's backups, or the sources among the arguments."""
        if where is None:
            where = self.folder(f"mnt{len(self.mounts)}")
        if not any(self.is_source(argument) for argument in arguments):
            arguments += (self.backups,)
        mount = Mount(self, arguments, where)
        self.mounts.append(mount)
        return mount

    @staticmethod
    def is_source(argument):
        text = str(argument)
        return text.startswith("/") or (not text.startswith("-")
                                        and "=/" in text)

    def rondfs(self, *arguments, seconds=60, **options):
        """Run rondfs to its end, or to where it goes into the background.
        stdout and stderr are files: a daemon must not hold a pipe open."""
        out, err = self.tmp / "stdout", self.tmp / "stderr"
        command = [str(RONDFS), "--cache-dir", str(self.cache)]
        command += [str(argument) for argument in arguments]
        with open(out, "wb") as stdout, open(err, "wb") as stderr:
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=stdout,
                stderr=stderr, timeout=seconds, env=self.environment,
                **options)
        done.stdout = out.read_text(errors="replace")
        done.stderr = err.read_text(errors="replace")
        return done

    def sh(self, command, check=True, **options):
        """Run a shell command in the test's folder; its standard output."""
        done = subprocess.run(
            ["bash", "-c", command], cwd=options.pop("cwd", self.tmp),
            env=self.environment, text=True,
            errors="surrogateescape", stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
        if check and done.returncode != 0:
            raise AssertionError(f"{command}: {done.returncode}\n"
                                 f"{done.stdout}{done.stderr}")
        return done.stdout if check else done

    def unmount_all(self):
        errors = []
        for mount in self.mounts:
            try:
                mount.unmount()
            except AssertionError as error:
                errors.append(str(error))
        for where in mounts_below(self.tmp):
            if not unmount(where):
                unmount(where, lazy=True)
        if errors:
            raise AssertionError("\n".join(errors))

    def check_sanitizers(self):
        reports = [path.read_text(errors="replace")
                   for path in self.tmp.glob("sanitizer.*")]
        if reports:
            raise AssertionError("sanitizer:\n" + "\n".join(reports))

    def remove_tmp(self):
        atexit.unregister(self.remove_tmp)
        for where in mounts_below(self.tmp):
            unmount(where, lazy=True)
        shutil.rmtree(self.tmp, ignore_errors=True)

    def abort(self):
        """The test hangs: end what it waits for."""
        for mount in self.mounts:
            if not mount.has_ended():
                print(f"# {self.id()} hangs; ending rondfs", flush=True)
                mount.process.send_signal(signal.SIGABRT)


class Tap(unittest.TestResult):
    """Prints a line of TAP for each test and each sub-test."""

    def __init__(self):
        super().__init__()
        self.number = 0
        self.passed = 0
        self.bad = 0

    def line(self, verdict, test, note=""):
        self.number += 1
        name = str(test.id()).removeprefix("__main__.").replace("#", "")
        print(f"{verdict} {self.number} {name}{note}", flush=True)

    def addSuccess(self, test):
        self.passed += 1
        self.line("ok", test)

    def addSkip(self, test, reason):
        self.line("ok", test, f" # SKIP {reason}")

    def addFailure(self, test, err):
        self.bad += 1
        self.line("not ok", test)
        for line in self._exc_info_to_string(err, test).splitlines():
            print(f"# {line}", file=sys.stderr, flush=True)

    addError = addFailure

    def addSubTest(self, test, subtest, err):
        if err:
            self.addFailure(subtest, err)
        else:
            self.addSuccess(subtest)


def end_on_signal(number, _frame):
    sys.exit(128 + number)  # atexit unmounts


def main():
    """Run the test classes of the calling file, or those named."""
    if not os.access("/dev/fuse", os.F_OK) or not RONDFS.exists():
        why = "no /dev/fuse" if RONDFS.exists() else f"no {RONDFS}"
        print(f"1..0 # SKIP {why}")
        sys.exit(SKIP)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, end_on_signal)
    os.umask(0o022)
    loader = unittest.TestLoader()
    module = sys.modules["__main__"]
    if len(sys.argv) > 1:
        suite = loader.loadTestsFromNames(sys.argv[1:], module)
    else:
        suite = loader.loadTestsFromModule(module)
    result = Tap()
    suite.run(result)
    print(f"1..{result.number}")
    if result.bad:
        sys.exit(1)
    sys.exit(0 if result.passed else SKIP)
