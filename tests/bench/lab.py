# SPDX-License-Identifier: BSD-2-Clause
"""Where measures are taken: programs, data, a folder of its own, mounts. All
mounts are taken down and the folder removed, whatever happens."""
import contextlib
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

import measure
from data import DAYS, say

UNMOUNT_SECONDS = 30


def mounts_below(folder):
    found = []
    with open("/proc/self/mountinfo", encoding="utf-8") as table:
        for line in table:
            where = line.split()[4]
            if where.startswith(f"{folder}/"):
                found.append(where)
    return sorted(found, reverse=True)


def unmount(where, lazy=False):
    command = ["umount"] if os.geteuid() == 0 else ["fusermount3", "-u"]
    if lazy:
        command.append("-l" if os.geteuid() == 0 else "-z")
    return subprocess.run([*command, where], check=False,
                          stdin=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL).returncode == 0


def pid_serving(where):
    """The process that has the mount point among its arguments."""
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (folder / "cmdline").read_bytes().split(b"\0")
            if where.encode() in words and int(folder.name) != os.getpid():
                return int(folder.name)
    return None


def is_alive(pid):
    """Ended, it may stay a zombie until init finds time."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as f:
            return f.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class Lab:
    """data: Data; build: a meson build folder; runs: how often each measure
    is taken."""

    def __init__(self, data, build, runs, tmp):
        self.data = data
        self.sizes = data.sizes
        self.build = os.path.abspath(build)
        self.runs = runs
        self.top = tempfile.mkdtemp(prefix="rond-bench-", dir=tmp)
        self.cache = f"{self.top}/cache"  # indexes that are present
        self.mnt = f"{self.top}/mnt"
        self.count = 0
        self.indexed = set()
        os.mkdir(self.mnt)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for where in mounts_below(self.top):
            if not unmount(where):
                unmount(where, lazy=True)
        shutil.rmtree(self.top, ignore_errors=True)

    def tool(self, name):
        """One of the benchmark's own programs."""
        return f"{self.build}/tests/bench/{name}"

    def fresh(self, name="new"):
        """The path of a folder that is not there yet."""
        self.count += 1
        return f"{self.top}/{name}{self.count}"

    @contextlib.contextmanager
    def folder(self):
        """An empty folder; removing it is not part of a measure."""
        path = self.fresh()
        os.mkdir(path)
        try:
            yield path
        finally:
            shutil.rmtree(path)

    def rondfs(self, kind, cache=None, options=""):
        """The command that mounts one data set on self.mnt."""
        return (f"{self.build}/tools/rondfs --cache-dir={cache or self.cache}"
                f" {options} {self.data.path(kind)} {self.mnt}")

    def www(self, number=1):
        return f"{self.mnt}/{DAYS[number - 1]}/www"

    @contextlib.contextmanager
    def mounted(self, command, cold=False):
        """Something mounted on self.mnt by a command that ends when the mount
        answers; gives the seconds that took."""
        if cold:
            measure.drop_caches()
        took = measure.seconds(command)
        try:
            yield took
        finally:
            self.take_down()

    def take_down(self):
        """So that nothing of it disturbs what is measured next."""
        pid = pid_serving(self.mnt)
        if not unmount(self.mnt):
            unmount(self.mnt, lazy=True)
        end = time.monotonic() + UNMOUNT_SECONDS
        while is_alive(pid):
            if time.monotonic() > end:
                raise measure.Failed(f"{pid} goes on after the unmount")
            time.sleep(0.01)

    def index(self, kind, snapshots=1):
        """Have the indexes of a data set in self.cache."""
        if (kind, snapshots) in self.indexed:
            return
        say(f"indexing {kind}")
        with self.mounted(self.rondfs(kind)):
            for number in range(1, snapshots + 1):
                measure.run(f"ls {self.www(number)}")
                self.indexed.add((kind, number))
