#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
""".versions/PATH: what ls, find, cat, cp and cmp find there is what tar finds
in the backups."""
import errno
import os
import shutil
import stat
import unittest.mock

import rond
import trees

DAY = 86400
TIME = 1714521600  # 2024-05-01
DUMP = """-- MariaDB dump 10.19
CREATE TABLE `offers` (`id` int NOT NULL, PRIMARY KEY (`id`));
INSERT INTO `offers` VALUES {rows};
-- Dump completed
"""


class VersionsView(rond.Case):
    def setUp(self):
        super().setUp()
        self.site = self.folder("site")
        self.write("public/index.php", "<?php 1;\n", -30)
        self.write("public/same.txt", "the same", -30)
        self.write("gone.txt", "gone", -30)
        self.write("thing", "a file, then a folder", -30)
        os.symlink("public/same.txt", self.site / "link")
        self.pack(1)
        self.write("public/index.php", "<?php 2;\n", -30)  # looks the same
        self.pack(2)
        os.remove(self.site / "gone.txt")
        os.remove(self.site / "thing")
        self.write("thing/in it.php", "1", 3)
        os.remove(self.site / "link")
        os.symlink("/etc/passwd", self.site / "link")
        self.pack(3)
        self.write("public/index.php", "<?php 1;\n", 4)
        self.pack(4)
        self.dump(1, [1, 2])
        self.dump(2, [1, 2])
        self.dump(4, [1])

    def write(self, path, content, day=0):
        trees.write(self.site / path, content.encode(),
                    mtime_ns=(TIME + day * DAY) * 10**9)

    def pack(self, day):
        self.sh(f"tar -C {self.site} -czf "
                f"{self.backups}/www-2024-05-{day:02}.tar.gz .")

    def dump(self, day, rows):
        text = ",".join(f"({row})" for row in rows)
        (self.backups / f"db-2024-05-{day:02}.sql").write_text(
            DUMP.format(rows=text))

    def versions(self, *options):
        self.mounted = self.mount("--now=2024-05-05", *options)
        self.mounted.wait_for("2024-05-01", "2024-05-02", "2024-05-03",
                              "2024-05-04")
        return self.mounted.path("") / ".versions"

    def expected(self, path):
        """Snapshot and name → bytes or target, as tar has them."""
        found, seen = {}, set()
        for archive in sorted(self.backups.glob("www-*.tar.gz")):
            day = archive.name[len("www-"):-len(".tar.gz")]
            folder = self.tmp / "out" / day
            if not folder.exists():
                self.folder(f"out/{day}")
                self.sh(f"tar -C {folder} -xzf {archive}")
            at = folder / path
            if at.is_symlink():
                content = os.readlink(at)
            elif at.is_file():
                content = at.read_bytes()
            else:
                continue
            if content not in seen:
                found[f"{day}_{at.name}"] = content
            seen.add(content)
        return found

    def test_against_extracted(self):
        versions = self.versions()
        for path in ("public/index.php", "public/same.txt", "gone.txt",
                     "thing", "link", "thing/in it.php"):
            found = {}
            for entry in os.scandir(versions / "www" / path):
                if entry.is_symlink():
                    found[entry.name] = os.readlink(entry.path)
                elif entry.is_file():
                    with open(entry.path, "rb") as file:
                        found[entry.name] = file.read()
            self.assertEqual(found, self.expected(path), path)

    def test_standard_tools(self):
        folder = self.versions() / "www/public/index.php"
        self.assertEqual(self.sh(f"ls {folder}").split(),
                         ["2024-05-01_index.php", "2024-05-02_index.php"])
        self.assertEqual(self.sh(f"cat {folder}/2024-05-02_index.php"),
                         "<?php 2;\n")
        self.sh(f"cp -a {folder} copy")
        self.assertEqual(sorted(os.listdir(self.tmp / "copy")),
                         ["2024-05-01_index.php", "2024-05-02_index.php"])
        self.sh(f"cmp copy/2024-05-01_index.php "
                f"{self.mounted.where}/2024-05-04/www/public/index.php")
        names = self.sh(f"find {folder.parent.parent} -type f -printf '%P\n'")
        self.assertEqual(sorted(names.splitlines()), [
            "gone.txt/2024-05-01_gone.txt",
            "public/index.php/2024-05-01_index.php",
            "public/index.php/2024-05-02_index.php",
            "public/same.txt/2024-05-01_same.txt",
            "thing/2024-05-01_thing",
            "thing/in it.php/2024-05-03_in it.php"])

    def test_same_nodes(self):
        """As in the snapshots, so that the kernel has their pages once."""
        versions = self.versions("--index=now")
        for path in ("public/index.php", "public/same.txt", "gone.txt"):
            for name in os.listdir(versions / "www" / path):
                there = os.lstat(versions / "www" / path / name)
                self.assertEqual(there, os.lstat(
                    self.mounted.where / name[:10] / "www" / path))

    def test_inodes_as_listed(self):
        versions = self.versions()
        for folder, names, files in os.walk(versions):
            listed = {entry.name: entry.inode()
                      for entry in os.scandir(folder)}
            self.assertEqual(len(set(listed.values())), len(listed), listed)
            for name in names + files:
                self.assertEqual(os.lstat(os.path.join(folder, name)).st_ino,
                                 listed[name], f"{folder}/{name}")

    def test_names(self):
        """Reachable, not listed; what never was is not there."""
        versions = self.versions()
        self.assertNotIn(".versions", os.listdir(self.mounted.where))
        self.assertEqual(sorted(os.listdir(versions)),
                         ["db", "db.sql", "www"])
        self.assertEqual(sorted(os.listdir(versions / "www")),
                         ["gone.txt", "link", "public", "thing"])
        self.assertEqual(sorted(os.listdir(versions / "www/thing")),
                         ["2024-05-01_thing", "in it.php"])
        for path in ("none", "www/none", "www/public/index.php/x",
                     "www/public/index.php/2024-05-03_index.php",
                     "www/thing/2024-05-03_thing", "www/*", "www.sql",
                     "db/none.tsv"):
            with self.assertRaises(FileNotFoundError, msg=path):
                os.lstat(versions / path)
        with self.assertRaises(OSError) as raised:
            open(versions / "www/new", "w").close()
        self.assertEqual(raised.exception.errno, errno.EROFS)

    def test_tables(self):
        versions = self.versions()
        self.assertEqual(sorted(os.listdir(versions / "db/offers.tsv")),
                         ["2024-05-01_offers.tsv", "2024-05-04_offers.tsv"])
        self.assertEqual(
            (versions / "db/offers.tsv/2024-05-04_offers.tsv").read_text(),
            "id\n1\n")
        self.assertEqual(sorted(os.listdir(versions / "db.sql")),
                         ["2024-05-01_db.sql", "2024-05-04_db.sql"])
        self.assertEqual(
            (versions / "db.sql/2024-05-04_db.sql").read_bytes(),
            (self.backups / "db-2024-05-04.sql").read_bytes())

    def test_links_are_contained(self):
        link = self.versions("-o", "symlinks=contain") / "www/link"
        self.assertEqual(os.readlink(link / "2024-05-01_link"),
                         "public/same.txt")
        with self.assertRaises(PermissionError):
            os.readlink(link / "2024-05-03_link")

    def test_coming_and_going(self):
        """A version that comes while mounted is there; one whose snapshots go
        is there no more."""
        folder = self.versions() / "www/public/index.php"
        self.assertEqual(len(os.listdir(folder)), 2)
        self.write("public/index.php", "<?php new\n", 5)
        self.pack(5)
        self.mounted.wait_for("2024-05-05")
        rond.wait_until(lambda: "2024-05-05_index.php" in os.listdir(folder),
                        what="the new version")
        self.assertEqual((folder / "2024-05-05_index.php").read_text(),
                         "<?php new\n")
        os.remove(self.backups / "www-2024-05-02.tar.gz")
        os.remove(self.backups / "www-2024-05-01.tar.gz")
        rond.wait_until(
            lambda: sorted(os.listdir(folder)) == [
                "2024-05-03_index.php", "2024-05-04_index.php",
                "2024-05-05_index.php"], what="the old ones gone")
        rond.wait_until(lambda: not (folder.parent.parent / "gone.txt")
                        .exists(), what="the path gone")

    def test_as_open_as_the_backups(self):
        """What one archive hides is not shown for another's sake."""
        os.chmod(self.backups / "www-2024-05-02.tar.gz", 0o600)
        versions = self.versions()
        mode = os.stat(versions / "www").st_mode
        self.assertEqual(stat.S_IMODE(mode) & 0o077, 0)
        self.assertEqual(
            stat.S_IMODE(os.stat(versions / "db").st_mode), 0o755)

    def test_folders_that_are_backups(self):
        self.expected("link")
        folders = self.folder("folders")
        for folder in (self.tmp / "out").iterdir():
            shutil.move(folder, folders / folder.name)
        mount = self.mount(folders)
        mount.wait_for("2024-05-04")
        at = mount.where / ".versions/www/public/same.txt"
        self.assertEqual(os.listdir(at), ["2024-05-01_same.txt"])
        at = mount.where / ".versions/www/gone.txt"
        self.assertEqual((at / "2024-05-01_gone.txt").read_text(), "gone")
        trees.write(folders / "2024-05-04/public/same.txt", b"other")
        at = mount.where / ".versions/www/public/same.txt"
        rond.wait_until(lambda: len(os.listdir(at)) == 2, what="a change")
        self.assertEqual((at / "2024-05-04_same.txt").read_bytes(), b"other")

    def test_damaged_ones_are_gone_by(self):
        path = self.backups / "www-2024-05-02.tar.gz"
        path.write_bytes(path.read_bytes()[:10] + b"rubbish")
        folder = self.versions() / "www/public/index.php"
        self.assertEqual(sorted(os.listdir(folder)),
                         ["2024-05-01_index.php", "2024-05-03_index.php"])

    def test_many_snapshots(self):
        """More than may be open at once."""
        for day in range(1, 60):
            self.write("public/index.php", f"<?php {day // 10};\n")
            self.sh(f"tar -C {self.site} -czf {self.backups}/"
                    f"www-2023-{1 + day // 28:02}-{1 + day % 28:02}.tar.gz .")
        limited = self.tmp / "limited"
        limited.write_text("#!/bin/sh\nulimit -n 100\n"
                           f'exec {rond.RONDFS} "$@"\n')
        limited.chmod(0o755)
        with unittest.mock.patch.object(rond, "RONDFS", limited):
            mount = self.mount()
        mount.wait_for("2023-03-04")
        folder = mount.where / ".versions/www/public/index.php"
        self.assertEqual(len(os.listdir(folder)), 6)
        for name in os.listdir(folder):
            self.assertTrue((folder / name).read_text().startswith("<?php"))


if __name__ == "__main__":
    rond.main()
