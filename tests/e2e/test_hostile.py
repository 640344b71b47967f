#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Backups that mean harm or were made oddly: bounded work, honest answers."""
import os
import random

import archives
import rond
import trees

MIB = 1 << 20


class Hostile(rond.Case):
    def cached_bytes(self, mount):
        """What lies in the cache, nameless files included."""
        total = 0
        links = f"/proc/{mount.process.pid}/fd"
        for number in os.listdir(links):
            try:
                target = os.readlink(f"{links}/{number}")
                if target.startswith(str(self.cache)):
                    total += os.stat(f"{links}/{number}").st_blocks * 512
            except FileNotFoundError:
                pass
        return total

    def test_copy_is_bounded(self):
        """A dump of 200 KB whose seekable copy would take 200 MB."""
        row = random.Random(1).randbytes(300000).hex().encode()
        dump = (b"-- MariaDB dump 10.19\nCREATE TABLE `t` (`b` longblob);\n"
                + (b"INSERT INTO `t` VALUES (0x" + row + b");\n") * 350
                + b"-- Dump completed\n")
        trees.write(self.backups / "b-2024-05-01.sql.zst",
                    archives.compress(dump, "zst"))
        mount = self.mount("--cache-size=20M")
        file = mount.path("2024-05-01/db.sql")
        self.assertEqual(os.stat(file).st_size, len(dump))
        self.assertLess(self.cached_bytes(mount), 25 * MIB)
        with open(file, "rb") as opened:
            opened.seek(len(dump) // 2)
            at = len(dump) // 2
            self.assertEqual(opened.read(MIB), dump[at:at + MIB])
        self.assertEqual(mount.part("2024-05-01", "db")["state"], "ready")

    def test_copy_that_is_needed(self):
        site = self.folder("site")
        block = random.Random(1).randbytes(300000)
        trees.write(site / "large", block * 100)
        archives.pack(site, self.backups / "s-2024-05-01.7z")
        mount = self.mount("--cache-size=2M")
        with self.assertRaises(OSError):
            os.listdir(mount.path("2024-05-01/www"))
        self.assertIn("--cache-size", mount.part("2024-05-01",
                                                 "www")["message"])
        self.assertIn("--cache-size", mount.problems())

    def test_zip_of_a_pipe(self):
        """zip says fifo of what came through its pipe."""
        archives.shell("seq 100000 | zip -q {file} -",
                       file=self.backups / "s-2024-05-01.zip")
        mount = self.mount()
        content = (mount.path("2024-05-01/www/-")).read_bytes()
        self.assertEqual(content.splitlines()[-1], b"100000")

    def test_names_that_are_commands(self):
        site = trees.make_site(self.folder("site"))
        archives.pack(site, self.backups / "s-2024-05-01.tar.gz")
        for name in (b"a\nrondfs: all is well-2024-05-02.tar.gz",
                     b"\x1b]0;title\x07-2024-05-03.zip", b"\xff.tar"):
            trees.write(os.fsencode(self.backups) + b"/" + name, b"no" * 999)
        os.mkfifo(self.backups / "s-2024-05-04.tar.gz")
        os.symlink("loop", self.backups / "loop")
        os.symlink(".", self.backups / "again-2024-05-05")
        mount = self.mount().wait_for("2024-05-01")
        for text in (mount.output(), mount.problems()):
            self.assertNotIn("\nrondfs: all is well", text)
            self.assertFalse([c for c in text if c < " " and c != "\n"], text)
        self.assertEqual(len(mount.problems().splitlines()), 3)
        self.assertEqual(len(mount.status()["skipped"]), 3)
        self.assertTrue((mount.where / "2024-05-01/www/index.php").exists())

    def test_deep_folders(self):
        deep = b"/".join([b"d"] * 5000)
        record = b"path=" + deep + b"/end\n"
        length = len(record) + 6
        length = len(record) + len(str(length)) + 1
        record = b"%d " % length + record
        with open(self.backups / "s-2024-05-01.tar", "wb") as archive:
            archive.write(archives.tar_member(b"pax", record, kind=b"x")
                          + archives.tar_member(b"short", b"end of it")
                          + archives.TAR_END)
        mount = self.mount()
        top = mount.path("2024-05-01/www")
        at = os.open(top, os.O_RDONLY)
        for _ in range(5000):
            below = os.open("d", os.O_RDONLY, dir_fd=at)
            os.close(at)
            at = below
        end = os.open("end", os.O_RDONLY, dir_fd=at)
        self.assertEqual(os.read(end, 100), b"end of it")
        os.close(end)
        os.close(at)

    def test_zeros(self):
        """A gigabyte of zeros: little memory, little cache."""
        archives.shell("head -c 1G /dev/zero | gzip -1 > {file}",
                       file=self.tmp / "zeros.gz")
        archives.shell("(echo '-- MariaDB dump 10.19' | gzip; cat {zeros}) "
                       "> {file}", file=self.backups / "b-2024-05-01.sql.gz",
                       zeros=self.tmp / "zeros.gz")
        mount = self.mount("--memory=32M")
        file = mount.path("2024-05-01/db.sql")
        with open(file, "rb") as opened:
            opened.seek(-5, os.SEEK_END)
            self.assertEqual(opened.read(), bytes(5))
        self.assertLess(self.cached_bytes(mount), MIB)


if __name__ == "__main__":
    rond.main()
