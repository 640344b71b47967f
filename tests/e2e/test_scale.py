#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Many snapshots, many entries, deep folders, giant members: right, and with
bounded memory.

No time is measured: the numbers are such that work which grows with their
square doesn't end before the test is ended. ROND_SCALE=1 takes the full
numbers, which takes minutes.
"""
import datetime
import os
import pathlib
import random
import shutil
import stat
import subprocess

import archives
import rond
import trees

FULL = bool(os.environ.get("ROND_SCALE"))
MIB, GIB = 1 << 20, 1 << 30
ENTRIES = 1000000 if FULL else 100000
SNAPSHOTS = 400
ENTERED = SNAPSHOTS if FULL else 12
GIANT = 20 * GIB if FULL else 4 * GIB + 64 * MIB
MEMORY = 16  # MiB, --memory
OWN = 64  # MiB that the program may take beside


class Scale(rond.Case):
    def check_memory(self, mount, more=0):
        """The daemon's own memory, in bytes: bounded. (A sanitizer's isn't.)"""
        pid = mount.process.pid
        if "libasan" in pathlib.Path(f"/proc/{pid}/maps").read_text():
            return
        for line in pathlib.Path(f"/proc/{pid}/status").read_text().split("\n"):
            if line.startswith("RssAnon:"):
                self.assertLess(int(line.split()[1]) << 10,
                                (OWN + MEMORY << 20) + more)

    def mount_small(self):
        return self.mount(f"--memory={MEMORY}M")


class Snapshots(Scale):
    def test_snapshots(self):
        site = trees.make_site(self.folder("site"), photos=0)
        packed = archives.pack(site, self.tmp / "site-2024-05-01.tar.gz")
        first = datetime.date(2023, 1, 1)
        days = [str(first + datetime.timedelta(days=n))
                for n in range(SNAPSHOTS)]
        for day in days:
            shutil.copy(packed, self.backups / f"site-{day}.tar.gz")
        mount = self.mount_small().wait_for(*days, seconds=60)
        self.assertEqual(mount.snapshots(), days)
        self.assertEqual(len(mount.status()["snapshots"]), SNAPSHOTS)
        for day in random.Random(1).sample(days, ENTERED):
            trees.assert_same(site, mount.where / day / "www",
                              () if rond.IS_ROOT else ("uid", "gid"))
        self.assertEqual(os.readlink(mount.where / "latest"), days[-1])
        self.assertEqual(mount.problems(), "")
        self.check_memory(mount)


class Folders(Scale):
    def test_wide_and_deep(self):
        site = self.folder("site")
        for number in range(10000):
            (site / f"photo-{number:05}.jpg").write_bytes(b"%d" % number)
        self.sh("mkdir -p " + "d/" * 1000, cwd=site)
        self.addCleanup(self.sh, f"rm -rf {site}")  # too deep for rmtree()
        trees.write(f"{site}/" + "d/" * 1000 + "leaf", b"leaf\n")
        self.sh("find . -depth -exec touch -d 2024-05-01T10:00:00Z {} +",
                cwd=site)
        for day, suffix in (("2024-05-01", "tar.gz"), ("2024-05-02", "zip"),
                            ("2024-05-03", "cpio.gz")):
            archives.pack(site, self.backups / f"site-{day}.{suffix}")
        mount = self.mount_small()
        for day in ("2024-05-01", "2024-05-02", "2024-05-03"):
            self.check_folder(site, mount.path(f"{day}/www"))
        self.check_memory(mount)

    def check_folder(self, site, where):
        found = {path: info.st_size for path, info in trees.entries(where)
                 if stat.S_ISREG(info.st_mode)}
        expected = {path: info.st_size for path, info in trees.entries(site)
                    if stat.S_ISREG(info.st_mode)}
        self.assertEqual(found, expected)
        for path in random.Random(1).sample(sorted(found), 200):
            self.assertTrue(trees.same_content(
                os.path.join(os.fsencode(where), path),
                os.path.join(os.fsencode(site), path)))
        self.assertEqual((where / ("d/" * 1000) / "leaf").read_text(),
                         "leaf\n")


class Entries(Scale):
    """A tar of so many entries: a flat folder, a folder for each file, one
    name again and again, and hard links to one file."""
    KINDS = 4

    def members(self):
        for n in range(ENTRIES // self.KINDS):
            content = b"%d" % n
            yield archives.tar_member(b"flat/%07d" % n, content)
            yield archives.tar_member(b"folders/%d/%d/file" % (n % 100, n),
                                      content)
            yield archives.tar_member(b"again", content)
            yield archives.tar_header(b"links/%07d" % n, kind=b"1",
                                      link=b"flat/0000000")

    def make(self):
        with subprocess.Popen(
                ["gzip", "-1"], stdin=subprocess.PIPE,
                stdout=open(self.backups / "s-2024-05-01.tar.gz", "wb")
        ) as packer:
            for member in self.members():
                packer.stdin.write(member)
            packer.stdin.write(archives.TAR_END)
            packer.stdin.close()
            self.assertEqual(packer.wait(), 0)

    def test_entries(self):
        self.make()
        mount = self.mount_small()
        where = mount.path("2024-05-01/www")
        number = ENTRIES // self.KINDS
        last = number - 1
        for folder in ("flat", "links"):
            with os.scandir(where / folder) as found:
                self.assertEqual(sum(1 for _ in found), number)
        self.assertEqual((where / f"flat/{last:07}").read_text(), f"{last}")
        self.assertEqual((where / "again").read_text(), f"{last}")
        self.assertEqual((where / f"folders/{last % 100}/{last}/file")
                         .read_text(), f"{last}")
        linked = os.stat(where / f"links/{last:07}")
        self.assertTrue(os.path.samestat(linked,
                                         os.stat(where / "flat/0000000")))
        self.assertEqual(linked.st_nlink, min(number + 1, 65535))
        self.check_walk(where, number)
        self.check_memory(mount)

    def check_walk(self, where, number):
        pending, files = [where / "folders"], 0
        while pending:
            with os.scandir(pending.pop()) as found:
                for entry in found:
                    if entry.is_dir(follow_symlinks=False):
                        pending.append(entry.path)
                    else:
                        info = entry.stat(follow_symlinks=False)
                        self.assertTrue(stat.S_ISREG(info.st_mode))
                        files += 1
        self.assertEqual(files, number)


class Giant(Scale):
    """One member of more bytes than 32 bits count, with some text in it."""
    MARKS = {0: b"begin\n", 4 * GIB - 3: b"border\n", 3 * GIB + 77: b"third\n",
             GIANT - 6: b"end..\n"}

    def content(self):
        """A shell command that prints it."""
        parts, at = [], 0
        for place, text in sorted(self.MARKS.items()):
            parts.append(f"head -c {place - at} /dev/zero")
            parts.append("echo " + text.decode().strip())
            at = place + len(text)
        return "; ".join(parts)

    def pack(self, command, name):
        header = bytearray(archives.tar_header(b"giant"))
        header[124:136] = b"\x80" + GIANT.to_bytes(11, "big")
        header[148:156] = b" " * 8
        header[148:156] = b"%06o\x00 " % sum(header)
        (self.tmp / "header").write_bytes(header)
        rest = -GIANT % 512 + 1024
        self.sh(f"(cat header; {self.content()}; head -c {rest} /dev/zero) "
                f"| {command} > {self.backups / name}")

    def check_giant(self, mount, path):
        with open(mount.path(path), "rb", buffering=0) as file:
            self.assertEqual(os.fstat(file.fileno()).st_size, GIANT)
            for place, text in sorted(self.MARKS.items(), reverse=True):
                file.seek(max(place - 9, 0))
                self.assertEqual(file.read(9 + len(text)).strip(b"\0")[:5],
                                 text[:5])
            for place in random.Random(2).sample(range(MIB, 2 * GIB), 5):
                file.seek(place)
                self.assertEqual(file.read(70000), bytes(70000))
        self.check_memory(mount)

    def test_gzip(self):
        self.pack("igzip -1c", "s-2024-05-01.tar.gz")
        self.check_giant(self.mount_small(), "2024-05-01/www/giant")

    def test_zstd(self):
        """One frame: it takes a copy."""
        self.pack("zstd -q1T2", "s-2024-05-01.tar.zst")
        self.check_giant(self.mount_small(), "2024-05-01/www/giant")

    def test_sparse(self):
        trees.write_sparse(self.tmp / "giant", GIANT, self.MARKS.items())
        self.sh(f"tar --format=pax -Scf {self.backups}/s-2024-05-01.tar giant")
        self.check_giant(self.mount_small(), "2024-05-01/www/giant")

    def test_zip(self):
        if not FULL:
            self.skipTest("zip takes its time: ROND_SCALE=1")
        self.sh(f"({self.content()}) | zip -q1 {self.backups}/s-2024-05-01.zip"
                " -")
        self.check_giant(self.mount_small(), "2024-05-01/www/-")


if __name__ == "__main__":
    rond.main()
