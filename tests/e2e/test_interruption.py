#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Indexing that is interrupted anywhere begins again, and leaves nothing.

Where it is interrupted is drawn anew each time, by how far it has got; the
seed is printed, and taken from $ROND_SEED.
"""
import contextlib
import os
import pathlib
import random
import signal
import subprocess

import archives
import rond
import trees

MIB = 1 << 20
DAY = "2024-05-01"
SUFFIXES = ("tar.gz", "tar.xz", "zip")
SEED = int(os.environ.get("ROND_SEED", random.SystemRandom().randrange(10**9)))
TRIES, HITS = 6, 2  # rounds for each format, and how many must do


def stat_fields(pid):
    """State, parent and so on of a process (proc_pid_stat(5)), or nothing."""
    try:
        line = pathlib.Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return []
    return line.rsplit(")", 1)[1].split()


def children(pid):
    return [int(name) for name in os.listdir("/proc")
            if name.isdigit() and stat_fields(name)[1:2] == [str(pid)]]


def is_running(pid):
    return stat_fields(pid)[:1] not in ([], ["Z"])


class Base(rond.Case):
    def setUp(self):
        super().setUp()
        self.random = random.Random(f"{SEED} {self.id()}")
        self.site = trees.make_site(self.folder("site"))
        trees.write(f"{self.site}/noise", trees.random_bytes(9 * MIB))
        trees.write(f"{self.site}/text", trees.text_bytes(MIB) * 20)
        trees.settle_times(self.site)

    def make_backup(self, suffix):
        for file in self.backups.iterdir():
            file.unlink()
        file = self.backups / f"site-{DAY}.{suffix}"
        if suffix == "zip":
            self.sh(f"zip -q1ry {file} .", cwd=self.site)
        else:
            packer = {"tar.gz": "gzip -1", "tar.xz": "xz -0"}[suffix]
            self.sh(f"tar --format=pax -cf - -C {self.site} . | {packer} "
                    f"> {file}")

    def index_somewhat(self, mount):
        """Have it indexed up to a drawn place; whether it still goes on."""
        mount.wait_for(DAY)
        lister = subprocess.Popen(
            ["ls", str(mount.where / DAY / "www")], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(lister.wait)
        self.addCleanup(lister.kill)
        until = self.random.uniform(0, 1.05)
        print(f"# {self.id()}: ROND_SEED={SEED}, at {until:.2f}", flush=True)

        def reached():
            part = mount.part(DAY, "www")
            return (part["state"] not in ("unindexed", "indexing")
                    or part["state"] == "indexing"
                    and part["progress"] >= min(until, 0.99))

        rond.wait_until(reached, 60, "progress")
        return self.state(mount) == "indexing"

    @staticmethod
    def state(mount):
        return mount.part(DAY, "www")["state"]

    # Files that may be there between having a name and having their last one;
    # those that nobody renames any more are removed after a day.
    unnamed = 0

    def check_cache(self, most):
        """At most so many indexes, and nothing without its last name."""
        names = os.listdir(self.cache) if self.cache.exists() else []
        self.assertLessEqual(sum(name[0] == "." for name in names),
                             self.unnamed, names)
        indexes = [name for name in names if name.endswith(".index")]
        self.assertLessEqual(len(indexes), most)

    def check_tree(self, mount, suffix):
        ignored = () if rond.IS_ROOT else ("uid", "gid")
        if suffix == "zip":
            ignored += ("mtime-ns",)
        trees.assert_same(self.site, mount.path(f"{DAY}/www"), ignored)
        self.assertEqual(self.state(mount), "ready")
        self.assertEqual(mount.problems(), "")


class Interruption(Base):
    def check(self, interrupt):
        """Interrupt in the midst of indexing, again and again, then look at
        what there is."""
        hits = 0
        for suffix in SUFFIXES:
            with self.subTest(suffix):
                self.make_backup(suffix)
                where = self.folder(f"at-{suffix}")
                hits += self.check_rounds(interrupt, where)
                self.check_mounts(where, suffix)
        self.assertGreater(hits, 0, "each was through before")

    def check_rounds(self, interrupt, where):
        hits = 0
        for _ in range(TRIES):
            mount = self.mount(where=where)
            hits += self.index_somewhat(mount)
            interrupt(mount)
            self.check_cache(most=1)
            if hits == HITS:
                break
            self.sh(f"rm -rf {self.cache}")
        return hits

    def check_mounts(self, where, suffix):
        """With what was left, and with what that made of it."""
        for _ in range(2):
            mount = self.mount(where=where)
            self.check_tree(mount, suffix)
            mount.unmount()
            self.check_cache(most=1)
        self.sh(f"rm -rf {self.cache}")

    def test_killed_child(self):
        def interrupt(mount):
            for pid in children(mount.process.pid):
                os.kill(pid, signal.SIGKILL)
            rond.wait_until(lambda: self.state(mount) != "indexing")
            mount.names()
            mount.unmount()

        self.check(interrupt)

    def test_killed_daemon(self):
        def interrupt(mount):
            pids = children(mount.process.pid)
            mount.kill()
            for pid in pids:
                rond.wait_until(lambda: not is_running(pid), what="its child")

        self.unnamed = 1
        self.check(interrupt)

    def test_ended(self):
        """As a user does, or the system."""
        def interrupt(mount):
            if self.random.random() < 0.5:
                mount.signal(signal.SIGTERM)
                mount.end()
            mount.unmount()

        self.check(interrupt)


class Disk(Base):
    """The same with a cache whose disk is full, or can't be written."""

    def setUp(self):
        super().setUp()
        if not rond.IS_ROOT:
            self.skipTest("only root can mount a small disk")
        self.disk = self.folder("disk")
        self.sh(f"mount -t tmpfs -o size=40M tmpfs {self.disk}")
        self.cache = self.disk / "cache"

    def fill(self):
        """No byte more."""
        with open(self.disk / "full", "wb", buffering=0) as file:
            with contextlib.suppress(OSError):
                while file.write(bytes(4096)):
                    pass

    def test_full_from_the_start(self):
        for suffix in SUFFIXES:
            with self.subTest(suffix):
                self.make_backup(suffix)
                self.fill()
                mount = self.mount()
                self.check_tree(mount, suffix)
                mount.unmount()
                self.sh(f"rm {self.disk}/full")

    def test_full_while_indexing(self):
        for suffix in SUFFIXES:
            with self.subTest(suffix):
                self.make_backup(suffix)
                mount = self.mount()
                self.index_somewhat(mount)
                self.fill()
                self.check_tree(mount, suffix)
                mount.unmount()
                self.check_cache(most=3)
                self.sh(f"rm {self.disk}/full")
                self.check_tree(self.mount(), suffix)

    def test_read_only(self):
        """What is there is used; what isn't is in memory."""
        for suffix in SUFFIXES:
            with self.subTest(suffix):
                self.make_backup(suffix)
                self.sh(f"rm -rf {self.cache}")
                mount = self.mount()
                self.check_tree(mount, suffix)
                mount.unmount()
                self.check_read_only(suffix)
                self.sh(f"rm -rf {self.cache}/*")
                self.check_read_only(suffix)

    def check_read_only(self, suffix):
        before = sorted(os.listdir(self.cache))
        self.sh(f"mount -o remount,ro {self.disk}")
        mount = self.mount()
        self.check_tree(mount, suffix)
        self.assertIn("cache", mount.output())
        mount.unmount()
        self.sh(f"mount -o remount,rw {self.disk}")
        self.assertEqual(sorted(os.listdir(self.cache)), before)


if __name__ == "__main__":
    rond.main()
