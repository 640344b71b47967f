#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The programs that people use, on a mounted tree."""
import hashlib
import mmap
import os
import random
import shutil
import stat
import threading

import archives
import rond
import trees

OWNERS = () if rond.IS_ROOT else ("uid", "gid")


class Clients(rond.Case):
    def setUp(self):
        super().setUp()
        self.site = trees.make_rich(self.folder("site"),
                                    owners=[(1005, 100), (33, 33)])
        archives.pack(self.site, self.backups / "site-2024-05-01.tar.gz")
        changed = self.folder("changed")
        shutil.rmtree(changed)
        self.sh(f"cp -a {self.site} {changed}")
        trees.write(f"{changed}/index.php", b"<?php // changed\n")
        os.unlink(changed / "link")
        archives.pack(changed, self.backups / "site-2024-05-02.tar.gz")
        self.mounted = self.mount()
        self.old = self.mounted.path("2024-05-01/www")
        self.new = self.mounted.path("2024-05-02/www")

    def test_cp(self):
        self.sh(f"cp -a {self.old}/. copy")
        trees.assert_same(self.site, self.tmp / "copy", OWNERS)

    def test_rsync(self):
        self.sh(f"rsync -aHA {self.old}/ copy/")
        trees.assert_same(self.site, self.tmp / "copy", OWNERS)
        again = self.sh(f"rsync -aHn --itemize-changes {self.old}/ copy/")
        self.assertEqual(again, "")

    def test_tar(self):
        self.sh(f"mkdir copy; tar --format=pax -cf - -C {self.old} . "
                "| tar -xpf - --numeric-owner -C copy")
        trees.assert_same(self.site, self.tmp / "copy", OWNERS)

    def test_diff(self):
        self.assertEqual(self.sh(f"diff -r --no-dereference {self.site} "
                                 f"{self.old}"), "")
        done = self.sh(f"diff -rq --no-dereference {self.old} {self.new}",
                       check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("index.php differ", done.stdout)
        self.assertIn("link", done.stdout)

    def test_grep(self):
        found = self.sh(f"grep -rl 'entry' {self.old} | sort")
        self.assertIn("index.php", found)
        self.assertEqual(
            self.sh(f"cd {self.site} && grep -rc price . | sort"),
            self.sh(f"cd {self.old} && grep -rc price . | sort"))

    def test_find(self):
        for test in ("-type d", "-type f", "-type l", "-size +60k",
                     "-newermt 2024-05-01", "-perm 0600", "-links +1",
                     "-empty"):
            with self.subTest(test):
                command = f"find . {test} -print0 | sort -z | md5sum"
                self.assertEqual(self.sh(command, cwd=self.site),
                                 self.sh(command, cwd=self.old))

    def test_git_diff(self):
        done = self.sh(f"git diff --no-index --name-status {self.old} "
                       f"{self.new}", check=False)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("index.php", done.stdout)
        self.assertEqual(self.sh(f"git diff --no-index {self.site}/app "
                                 f"{self.old}/app", check=False).stdout, "")

    def test_file(self):
        self.assertIn("PHP script",
                      self.sh(f"file -b {self.old}/index.php"))

    def test_md5sum(self):
        command = "find . -type f -print0 | sort -z | xargs -0 md5sum"
        self.assertEqual(self.sh(command, cwd=self.site),
                         self.sh(command, cwd=self.old))

    def test_du(self):
        """As much as the files themselves use, give or take the folders."""
        command = "find . -type f -links 1 -print0 | du -k -c --files0-from=-"
        wanted = int(self.sh(command, cwd=self.site).split()[-2])
        found = int(self.sh(command, cwd=self.old).split()[-2])
        self.assertAlmostEqual(found, wanted, delta=wanted // 10 + 64)
        self.assertEqual(
            self.sh("du -b large.bin", cwd=self.old),
            self.sh("du -b large.bin", cwd=self.site))

    def test_df(self):
        line = self.sh(f"df -P {self.mounted.where}").splitlines()[1]
        self.assertTrue(line.startswith("rondfs:"), line)
        info = os.statvfs(self.mounted.where)
        self.assertEqual(info.f_bavail, 0)
        self.assertEqual(info.f_namemax, 255)

    def test_ls(self):
        command = ("ls -lAn --time-style=full-iso . sizes modes "
                   "| grep -v -e ^total -e ' d'")
        self.assertEqual(self.sh(f"{command} | grep -v ^d", cwd=self.old),
                         self.sh(f"{command} | grep -v ^d", cwd=self.site))

    def test_dot_and_dot_dot(self):
        listed = self.sh("ls -ai app", cwd=self.old).split()
        inodes = dict(zip(listed[1::2], listed[::2]))
        self.assertEqual(int(inodes["."]), os.stat(self.old / "app").st_ino)
        self.assertEqual(int(inodes[".."]), os.stat(self.old).st_ino)

    def test_entry_types(self):
        with os.scandir(self.old) as entries:
            for entry in entries:
                mode = os.lstat(entry.path).st_mode
                self.assertEqual(entry.is_symlink(), stat.S_ISLNK(mode))
                self.assertEqual(entry.is_dir(follow_symlinks=False),
                                 stat.S_ISDIR(mode))

    def test_symlink_size(self):
        for name in ("link", "dangling"):
            self.assertEqual(os.lstat(self.old / name).st_size,
                             len(os.readlink(self.old / name)))

    def test_nothing_can_be_written(self):
        for command in ("touch {0}/new", "rm {0}/index.php",
                        "mkdir {0}/d", "chmod 600 {0}/index.php",
                        "mv {0}/index.php {0}/x", "ln -s x {0}/y",
                        "truncate -s 0 {0}/index.php"):
            done = self.sh(command.format(self.old), check=False)
            self.assertNotEqual(done.returncode, 0, command)
            self.assertIn("ead-only file system", done.stderr)


class Reading(rond.Case):
    """One large file, read in every way."""

    SIZE = 24 << 20

    def setUp(self):
        super().setUp()
        site = self.folder("site")
        self.content = b"".join(
            trees.random_bytes(1 << 20, n) if n % 3 else
            trees.text_bytes(1 << 20, n) for n in range(self.SIZE >> 20))
        trees.write(site / "big", self.content)
        trees.write(site / "other", self.content[::-1])
        archives.pack(site, self.backups / "site-2024-05-01.tar.gz")
        self.path = self.mount().path("2024-05-01/www/big")

    def check_pieces(self, descriptor, seed, count=300):
        rng = random.Random(seed)
        for _ in range(count):
            at = rng.randrange(self.SIZE)
            length = rng.choice((1, 511, 4096, 4097, 70001, 300000))
            if os.pread(descriptor, length, at) != self.content[at:at + length]:
                raise AssertionError(f"{length} bytes at {at}")

    def test_any_offset_any_order(self):
        with open(self.path, "rb", buffering=0) as file:
            self.check_pieces(file.fileno(), 1)
            self.assertEqual(os.pread(file.fileno(), 10, self.SIZE), b"")
            self.assertEqual(os.pread(file.fileno(), 10, self.SIZE - 3),
                             self.content[-3:])

    def test_backwards(self):
        step = 1 << 18
        with open(self.path, "rb", buffering=0) as file:
            for at in range(self.SIZE - step, -1, -step):
                self.assertEqual(os.pread(file.fileno(), step, at),
                                 self.content[at:at + step])

    def test_mmap(self):
        with open(self.path, "rb") as file, mmap.mmap(
                file.fileno(), 0, prot=mmap.PROT_READ) as mapped:
            self.assertEqual(hashlib.md5(mapped).digest(),
                             hashlib.md5(self.content).digest())
            self.assertEqual(mapped[12345678:12345690],
                             self.content[12345678:12345690])

    def test_direct(self):
        descriptor = os.open(self.path, os.O_RDONLY | os.O_DIRECT)
        try:
            buffer = mmap.mmap(-1, 1 << 16)
            read = os.preadv(descriptor, [buffer], 5 << 20)
            self.assertEqual(buffer[:read],
                             self.content[5 << 20:(5 << 20) + read])
        finally:
            os.close(descriptor)

    def test_dd_at_odd_offsets(self):
        for block, skip in ((7, 100003), (4099, 321), (65537, 77)):
            out = self.tmp / "piece"
            self.sh(f"dd if={self.path} of={out} bs={block} skip={skip} "
                    "count=5 status=none")
            at = block * skip
            self.assertEqual(out.read_bytes(),
                             self.content[at:at + 5 * block])

    def test_parallel_readers(self):
        errors = []

        def read(number):
            try:
                with open(self.path, "rb", buffering=0) as file:
                    self.check_pieces(file.fileno(), number, 80)
            except (AssertionError, OSError) as error:
                errors.append(error)

        readers = [threading.Thread(target=read, args=(n,)) for n in range(8)]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
        self.assertEqual(errors, [])

    def test_two_files_in_turn(self):
        """Two sequential readers of one archive don't spoil each other."""
        step = 1 << 18
        other = self.path.with_name("other")
        with open(self.path, "rb") as one, open(other, "rb") as two:
            for at in range(0, self.SIZE, step):
                self.assertEqual(one.read(step), self.content[at:at + step])
                end = self.SIZE - at
                self.assertEqual(two.read(step),
                                 self.content[end - step:end][::-1])

    def test_little_memory(self):
        where = self.mount("--memory=1M").path("2024-05-01/www/big")
        with open(where, "rb", buffering=0) as file:
            self.check_pieces(file.fileno(), 3, 60)


if __name__ == "__main__":
    rond.main()
