#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Sources that change under a mount: the old version, the new one or an
error, never a mixture; and ends that come at a bad moment."""
import errno
import os
import shutil
import signal
import subprocess
import threading
import time

import archives
import rond
import trees

SIZE = 6 << 20
STEP = 100000
NAME = "2024-05-02/www/large.bin"
SUFFIXES = ("tar", "tar.gz", "tar.xz", "zip", "7z")
COPIED = (".xz", ".7z")
DAMAGE = (errno.ESTALE, errno.EIO)


class Changes(rond.Case):
    def setUp(self):
        super().setUp()
        self.old = trees.random_bytes(SIZE, 1)
        self.new = trees.random_bytes(SIZE, 2)

    def pack(self, content, file):
        site = self.folder(f"site{time.monotonic_ns()}")
        trees.write(f"{site}/large.bin", content, mtime_ns=1714557600 * 10**9)
        trees.write(f"{site}/small.txt", b"small\n")
        archives.pack(site, file)
        shutil.rmtree(site)
        return file

    def check(self, file, allowed):
        """Read a file piece by piece, past the page cache: each piece is one
        of the allowed versions, all of the same; or an error."""
        seen, at = set(), 0
        direct = os.open(file, os.O_RDONLY)
        try:
            os.posix_fadvise(direct, 0, 0, os.POSIX_FADV_DONTNEED)
            while at < SIZE:
                # Short where the error lies further on in it.
                piece = os.pread(direct, STEP, at)
                versions = {number for number, content in enumerate(allowed)
                            if piece and content[at:at + len(piece)] == piece}
                self.assertTrue(versions, f"{file} at {at}: neither")
                seen |= versions
                at += len(piece)
        except OSError as error:
            self.assertIn(error.errno, DAMAGE)
            seen.add("error")
        finally:
            os.close(direct)
        return seen

    def check_failing(self, name, file):
        """Errors where the backup itself is read; what is read from a
        seekable copy is the old version to its end."""
        seen = self.check(name, (self.old,))
        if not file.name.endswith(COPIED):
            self.assertIn("error", seen)

    def both(self, suffix):
        """The backup, mounted and indexed; and the one that follows it."""
        file = self.pack(self.old, self.backups / f"s-2024-05-02.{suffix}")
        other = self.pack(self.new, self.tmp / f"other.{suffix}")
        mount = self.mount()
        mount.path("2024-05-02/www/small.txt").read_bytes()
        return mount, file, other

    def settles(self, mount, content):
        """Within seconds, the name leads to that content and no other."""
        def served():
            try:
                return (mount.where / NAME).read_bytes()
            except OSError:
                return None
        rond.wait_until(lambda: served() == content, 20, "new content")

    def each(self, change):
        for suffix in SUFFIXES:
            with self.subTest(suffix=suffix):
                for left in self.backups.iterdir():
                    left.unlink()
                mount, file, other = self.both(suffix)
                with open(mount.where / NAME, "rb", buffering=0) as opened:
                    self.assertEqual(opened.read(5000), self.old[:5000])
                    change(mount, file, other)
                mount.unmount()

    def test_replaced_by_rename(self):
        def change(mount, file, other):
            os.rename(other, file)
            for _ in range(4):
                seen = self.check(mount.where / NAME, (self.old, self.new))
                self.assertLessEqual(len(seen - {"error"}), 1)
            self.settles(mount, self.new)
        self.each(change)

    def test_rewritten_in_place(self):
        def change(mount, file, other):
            fresh = other.read_bytes()
            with open(file, "r+b") as backup:
                half = len(fresh) // 2
                backup.write(fresh[:half])
                backup.flush()
                self.check_failing(mount.where / NAME, file)
                backup.write(fresh[half:])
                backup.truncate()
            self.settles(mount, self.new)
        self.each(change)

    def test_truncated(self):
        def change(mount, file, other):
            os.truncate(file, file.stat().st_size // 2)
            self.check_failing(mount.where / NAME, file)
        self.each(change)

    def test_forged_mtime(self):
        """Same size, same time, other content: found where it is decoded."""
        mount, file, _ = self.both("tar.gz")
        before = file.stat()
        with open(file, "r+b") as backup:
            backup.seek(before.st_size // 2)
            backup.write(trees.random_bytes(200000, 3))
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
        seen = self.check(mount.where / NAME, (self.old,))
        self.assertIn("error", seen)
        rond.wait_until(lambda: "2024-05-02/www" in mount.problems(), 10,
                        "a line in PROBLEMS.txt")

    def test_deleted(self):
        """Its descriptor is let go: the disk gets its space back."""
        mount, file, _ = self.both("tar.gz")
        links = f"/proc/{mount.process.pid}/fd"

        def holds():
            found = []
            for number in os.listdir(links):
                try:
                    found.append(os.readlink(f"{links}/{number}"))
                except FileNotFoundError:
                    pass
            return any("s-2024-05-02" in path for path in found)

        with open(mount.where / NAME, "rb", buffering=0) as opened:
            opened.read(5000)
            self.assertTrue(holds())
            os.unlink(file)
            rond.wait_until(
                lambda: not os.path.lexists(mount.where / "2024-05-02"), 10)
            rond.wait_until(lambda: not holds(), 45, "descriptor closed")
            with self.assertRaises(OSError) as caught:
                opened.seek(SIZE // 2)
                opened.read(STEP)
            self.assertIn(caught.exception.errno, DAMAGE)


class FolderSource(rond.Case):
    """A snapshot that is a folder is passed through, and may change."""

    def test_file_replaced_while_open(self):
        source = self.backups / "2024-05-01/www"
        trees.write(f"{source}/sub/f", b"old", mtime_ns=10**18)
        trees.write(f"{source}/other", b"x", mtime_ns=10**18)
        mount = self.mount()
        path = next(mount.path("2024-05-01").rglob("f"))
        with open(path, "rb", buffering=0) as before:
            trees.write(f"{source}/sub/new", b"NEW", mtime_ns=10**18)
            os.rename(source / "sub/new", source / "sub/f")
            rond.wait_until(lambda: path.read_bytes() == b"NEW",
                            what="the new content, as old and as long")
            self.assertEqual(before.read(), b"old")
            self.assertEqual(os.fstat(before.fileno()).st_size, 3)
        self.assertEqual(path.read_bytes(), b"NEW")


class Ends(rond.Case):
    """The end of the mount, with readers, waiting look-ups and changes."""

    def setUp(self):
        super().setUp()
        site = trees.make_site(self.folder("site"), photos=20)
        trees.write(f"{site}/large.bin", trees.random_bytes(8 << 20))
        for number, suffix in enumerate(("tar.gz", "tar.xz", "7z"), 1):
            file = archives.pack(
                site, self.backups / f"s-2024-05-{number:02}.{suffix}")
            os.utime(file, (1714557600, 1714557600))
        self.over = threading.Event()

    def stir(self):
        """Backups that change all the time."""
        while not self.over.is_set():
            for file in list(self.backups.iterdir()):
                os.utime(file)
            extra = self.backups / "s-2024-05-09.tar.gz"
            shutil.copy(self.backups / "s-2024-05-01.tar.gz",
                        self.tmp / "extra")
            os.rename(self.tmp / "extra", extra)
            time.sleep(0.02)

    def end(self, mount, how, after):
        readers = [subprocess.Popen(
            ["bash", "-c", f"while :; do ls -lR {mount.where}/{day} && cat "
             f"{mount.where}/{day}/www/large.bin; done"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True)
                   for day in ("2024-05-01", "2024-05-02", "2024-05-03")]
        stirring = threading.Thread(target=self.stir)
        stirring.start()
        try:
            time.sleep(after)
            how(mount)
            mount.process.wait(30)
        finally:
            self.over.set()
            stirring.join()
            for reader in readers:
                os.killpg(reader.pid, signal.SIGKILL)
                reader.wait()
        self.over.clear()

    def test_terminated(self):
        """A look-up that nobody answers any more must not hold us."""
        for after in (0.05, 0.2, 0.4, 0.6, 0.9):
            with self.subTest(after=after):
                shutil.rmtree(self.cache, ignore_errors=True)
                mount = self.mount()
                self.end(mount, lambda mount: mount.signal(signal.SIGTERM),
                         after)
                self.assertEqual(mount.process.returncode, 0, mount.output())

    def test_unmounted_lazily(self):
        mount = self.mount()
        self.end(mount, lambda mount: rond.unmount(mount.where, lazy=True),
                 0.5)
        self.assertEqual(mount.process.returncode, 0, mount.output())

    def test_killed_and_mounted_again(self):
        where = self.folder("again")
        mount = self.mount(where=where)
        self.end(mount, lambda mount: mount.kill(), 0.5)
        again = self.mount(where=where)
        self.assertTrue(again.path("2024-05-01/www/index.php").exists())


if __name__ == "__main__":
    rond.main()
