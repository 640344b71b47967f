#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A dump is shown whole, byte for byte what decompression gives."""
import os

import archives
import rond
import trees


def dump(rows=20000):
    """A dump in mariadb-dump's manner, with odd bytes in it."""
    lines = [b"-- MariaDB dump 10.19  Distrib 10.11.6-MariaDB\n--\n",
             b"/*!40101 SET NAMES utf8mb4 */;\n",
             b"DROP TABLE IF EXISTS `offers`;\n",
             b"CREATE TABLE `offers` (\n  `id` int(10) NOT NULL\n);\n",
             b"INSERT INTO `offers` VALUES\n"]
    for number in range(rows):
        noise = trees.random_bytes(12, number).hex().encode()
        lines.append(b"(%d,'caf\xe9 %s')%s\n" % (
            number, noise, b"," if number < rows - 1 else b";"))
    lines.append(b"-- Dump completed on 2024-05-01 10:00:00\n")
    return b"".join(lines)


class Dumps(rond.Case):
    def check(self, name, content, packed):
        (self.backups / name).write_bytes(packed)
        mount = self.mount()
        file = mount.path("2024-05-01/db.sql")
        self.assertEqual(os.stat(file).st_size, len(content))
        self.assertEqual(file.read_bytes(), content)
        self.assertEqual(mount.part("2024-05-01", "db")["kind"], "dump")

    def test_plain(self):
        content = dump()
        self.check("base-2024-05-01.sql", content, content)

    def test_zip(self):
        content = dump()
        file = archives.write_zip(self.tmp / "x.zip", {"base.sql": content})
        self.check("base-2024-05-01.sql.zip", content, file.read_bytes())

    def test_stored_zip(self):
        content = dump(2000)
        (self.tmp / "base.sql").write_bytes(content)
        self.sh("zip -q0 x.zip base.sql")
        self.check("base-2024-05-01.zip", content,
                   (self.tmp / "x.zip").read_bytes())

    def test_concatenated_gzip(self):
        content = dump()
        packed = (archives.compress(content[:70000], "gz")
                  + archives.compress(content[70000:], "gz"))
        self.check("base-2024-05-01.sql.gz", content, packed)

    def test_random_offsets(self):
        content = dump(60000)
        packed = archives.compress(content, "gz")
        (self.backups / "base-2024-05-01.sql.gz").write_bytes(packed)
        file = self.mount().path("2024-05-01/db.sql")
        with open(file, "rb", buffering=0) as mounted:
            for number in range(200):
                at = number * 7919 * 13 % len(content)
                self.assertEqual(os.pread(mounted.fileno(), 4097, at),
                                 content[at:at + 4097])

    def test_compact_dump_without_comments(self):
        content = b"".join(line for line in dump(500).splitlines(True)
                           if not line.startswith(b"--"))
        self.check("base-2024-05-01.sql.gz", content,
                   archives.compress(content, "gz"))

    def test_two_databases_are_named_by_stem(self):
        for name in ("shop", "forum"):
            (self.backups / f"{name}-2024-05-01.sql").write_bytes(
                dump(10) + name.encode())
        where = self.mount().path("2024-05-01")
        self.assertEqual(sorted(os.listdir(where)),
                         ["forum", "forum.sql", "shop", "shop.sql"])
        self.assertTrue((where / "shop.sql").read_bytes().endswith(b"shop"))

    def test_secret_dump_stays_secret(self):
        file = self.backups / "base-2024-05-01.sql"
        file.write_bytes(dump(10))
        os.chmod(file, 0o600)
        info = os.stat(self.mount().path("2024-05-01/db.sql"))
        self.assertEqual(info.st_mode & 0o777, 0o600)
        self.assertEqual(info.st_uid, os.stat(file).st_uid)


def add_tests():
    """One test a compression."""
    for suffix in archives.FILTERS:
        def test(self, suffix=suffix):
            content = dump()
            self.check(f"base-2024-05-01.sql.{suffix}", content,
                       archives.compress(content, suffix))
        setattr(Dumps, f"test_{suffix}", test)


add_tests()

if __name__ == "__main__":
    rond.main()
