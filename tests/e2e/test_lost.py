#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""rondctl lost: what is in any of the extracted trees and not in the newest;
and the copies of it."""
import json
import os
import random
import stat
import subprocess

import rond
import trees

TIME = 1714521600  # 2024-05-01
DAYS = 7

DUMP = """-- MariaDB dump 10.19
CREATE TABLE `offers` (`id` int NOT NULL, PRIMARY KEY (`id`));
INSERT INTO `offers` VALUES {offers};
{more}-- Dump completed
"""
GONE = """CREATE TABLE `gone` (`id` int NOT NULL, PRIMARY KEY (`id`));
INSERT INTO `gone` VALUES (1),(2),(3);
"""


class Lost(rond.Case):
    def setUp(self):
        super().setUp()
        self.random = random.Random(9)
        self.site = self.folder("site")
        self.trees = {}

    def write(self, path, content, day=0):
        trees.write(self.site / path, content.encode(),
                    mtime_ns=(TIME + day * 86400) * 10**9 + 123456789)

    def pack(self, day):
        name = f"2024-05-{day:02}"
        self.sh(f"tar --format=pax -C {self.site} -czf "
                f"{self.backups}/www-{name}.tar.gz .")
        self.trees[name] = self.folder(f"trees/{name}")
        self.sh(f"cp -a {self.site}/. {self.trees[name]}")

    def plant(self, day):
        """Photos go on several days; some come back, some are replaced."""
        for number in range(200):
            path = self.site / f"upload/p{number}.jpg"
            chance = self.random.random()
            if chance < 0.1 and path.is_file():
                os.remove(path)
            elif chance < 0.13 and not path.exists():
                self.write(f"upload/p{number}.jpg", f"back {day}", day)
            elif chance < 0.16 and path.is_file():
                self.write(f"upload/p{number}.jpg", f"edited {day}", day)

    def make_days(self):
        for number in range(200):
            self.write(f"upload/p{number}.jpg", f"photo {number}", -20)
        for number in range(20):
            self.write(f"old/deep/s{number}.php", f"<?php {number}", -40)
        self.write("old/a name\nwith lines", "1")
        self.write("becomes-folder", "a file", -2)
        self.write("becomes-file/x", "in a folder", -2)
        os.symlink("upload", self.site / "link")
        (self.site / "empty").mkdir()
        os.chmod(self.site / "upload/p7.jpg", 0o640)
        for day in range(1, DAYS + 1):
            if day == 3:
                os.remove(self.site / "old/deep/s3.php")
                self.sh(f"rm -r {self.site}/becomes-file")
                self.write("becomes-file", "is a file", day)
                os.remove(self.site / "link")
            if day == 5:
                self.sh(f"rm -r {self.site}/old {self.site}/empty")
                os.remove(self.site / "becomes-folder")
                self.write("becomes-folder/y", "1", day)
            if day > 1:
                self.plant(day)
            self.pack(day)

    def ctl(self, *arguments, status=1):
        command = [str(rond.RONDCTL), "lost", "--cache-dir", str(self.cache),
                   *map(str, arguments)]
        done = subprocess.run(
            command, capture_output=True, timeout=120, env=self.environment,
            stdin=subprocess.DEVNULL)
        self.errors = done.stderr.decode()
        self.assertEqual(done.returncode, status, (command, self.errors))
        return done.stdout.decode(errors="surrogateescape")

    @staticmethod
    def types(tree):
        """Path below tree -> type."""
        found = {}
        for folder, folders, files in os.walk(tree):
            for name in folders + files:
                path = os.path.join(folder, name)
                found[os.path.relpath(path, tree)] = stat.S_IFMT(
                    os.lstat(path).st_mode)
        return found

    def expected(self):
        """Path -> (last snapshot, type), by the extracted trees."""
        names = sorted(self.trees)
        newest = self.types(self.trees[names[-1]])
        lost = {}
        for name in names[:-1]:
            for path, kind in self.types(self.trees[name]).items():
                if newest.get(path) != kind:
                    lost[path] = (name, kind)
        return lost

    def test_as_in_the_trees(self):
        self.make_days()
        expected = {f"{name}/www/{path}"
                    for path, (name, kind) in self.expected().items()
                    if not stat.S_ISDIR(kind)}
        self.assertGreater(len(expected), 50)
        found = self.ctl("-z", self.backups).split("\0")
        self.assertEqual(found.pop(), "")
        self.assertEqual(len(found), len(set(found)))
        self.assertEqual(set(found), expected)

    def test_json(self):
        self.make_days()
        *found, last = map(json.loads, self.ctl(
            "--json", self.backups).splitlines())
        expected = self.expected()
        self.assertEqual(
            {item["path"].rstrip("/"): item["snapshot"] for item in found},
            {f"/www/{path}": name for path, (name, _) in expected.items()})
        by_path = {item["path"]: item for item in found}
        self.assertTrue(by_path["/www/becomes-folder"]["replaced"])
        self.assertTrue(by_path["/www/becomes-file/"]["replaced"])
        self.assertFalse(by_path["/www/old/deep/"]["replaced"])
        self.assertEqual(by_path["/www/link"]["type"], "symlink")
        self.assertEqual(by_path["/www/old/deep/s3.php"]["mtime"],
                         TIME - 40 * 86400)
        files = [path for path, (_, kind) in expected.items()
                 if stat.S_ISREG(kind)]
        self.assertEqual((last["message_type"], last["schema"],
                          last["files"], last["others"]),
                         ("summary", 1, len(files), 1))
        sizes = sum(os.lstat(self.trees[name] / path).st_size
                    for path, (name, kind) in expected.items()
                    if not stat.S_ISDIR(kind))
        self.assertEqual(last["bytes"], sizes)

    def test_text(self):
        """A folder that is lost as a whole is one line."""
        self.make_days()
        lines = self.ctl("--timezone=UTC", self.backups).splitlines()
        self.assertEqual(lines[0].split(), ["LAST", "IN", "SIZE", "MODIFIED",
                                            "PATH"])
        old = [line for line in lines if "www/old" in line]
        self.assertEqual(len(old), 1)
        self.assertRegex(old[0], r"^2024-05-04 +\d+ bytes +- +www/old/  "
                                 r"21 files$")
        folder = [line for line in lines if "becomes-folder" in line]
        self.assertRegex(folder[0],
                         r"^2024-05-04 +6 bytes +2024-04-29 00:00 +"
                         r"www/becomes-folder  replaced")
        self.assertRegex(lines[-1], r"^lost: \d+ files, 4 folders; ")

    def test_nothing(self):
        self.write("f", "1")
        self.pack(1)
        self.write("f", "2")
        self.write("g", "2")
        self.pack(2)
        self.assertEqual(self.ctl(self.backups, status=0),
                         "nothing is lost\n")
        self.assertEqual(self.ctl("-z", self.backups, status=0), "")
        target = self.tmp / "target"
        self.ctl("--copy-to", target, self.backups, status=0)
        self.assertFalse(target.exists())

    def test_paths(self):
        self.make_days()
        whole = self.ctl("-z", self.backups).split("\0")[:-1]
        for path, begin in (("www/upload", "www/upload/"),
                            ("www/old/deep/", "www/old/deep/"),
                            ("*/up*", "www/upload/"),
                            ("www/old/*/s1.php", "www/old/deep/s1.php")):
            with self.subTest(path):
                expected = [item for item in whole
                            if item.split("/", 1)[1].startswith(begin)]
                self.assertTrue(expected)
                self.assertEqual(
                    self.ctl("-z", self.backups, path).split("\0")[:-1],
                    expected)
        self.ctl(self.backups, "www/becomes-file/../x", status=2)
        self.assertIn("in no snapshot", self.errors)

    def assert_same_file(self, copy, original):
        ours, theirs = os.lstat(copy), os.lstat(original)
        self.assertEqual((ours.st_mode, ours.st_mtime_ns),
                         (theirs.st_mode, theirs.st_mtime_ns), copy)
        if stat.S_ISLNK(ours.st_mode):
            self.assertEqual(os.readlink(copy), os.readlink(original))
        else:
            self.assertEqual(copy.read_bytes(), original.read_bytes(), copy)

    def test_copy(self):
        """Each copy is the newest version that there was."""
        self.make_days()
        target = self.tmp / "target"
        text = self.ctl("--copy-to", target, self.backups, status=0)
        self.assertIn("copied: ", text)
        expected = {path: (name, kind)
                    for path, (name, kind) in self.expected().items()}
        for path, (name, kind) in expected.items():
            copy = target / "www" / path
            if stat.S_ISDIR(kind):
                self.assertTrue(copy.is_dir(), path)
            else:
                self.assert_same_file(copy, self.trees[name] / path)
        copied = {f"www/{path}" for path, (_, kind) in expected.items()
                  if not stat.S_ISDIR(kind)}
        self.assertEqual({path for path, kind in self.types(target).items()
                          if not stat.S_ISDIR(kind)}, copied)
        again = self.ctl("--copy-to", target, self.backups, status=0)
        self.assertIn("copied: 0 files", again)

    def test_copy_keeps_what_is_there(self):
        self.make_days()
        target = self.folder("target")
        there = target / "www/old/deep/s3.php"
        trees.write(there, b"mine")
        self.ctl("--copy-to", target, self.backups, "www/old", status=2)
        self.assertIn("s3.php", self.errors)
        self.assertEqual(there.read_bytes(), b"mine")
        self.assertTrue((target / "www/old/deep/s4.php").exists())
        self.ctl("--copy-to", target, "--force", self.backups, "www/old",
                 status=0)
        self.assert_same_file(there,
                              self.trees["2024-05-02"] / "old/deep/s3.php")

    def dump(self, day, rows, more=""):
        offers = ",".join(f"({number})" for number in rows)
        (self.backups / f"db-2024-05-{day:02}.sql").write_text(
            DUMP.format(offers=offers, more=more))

    def test_tables(self):
        """A table is lost; rows are no matter of this command."""
        self.dump(1, range(50), GONE)
        self.dump(2, range(50), GONE)
        self.dump(3, range(20))
        text = self.ctl(self.backups).splitlines()
        self.assertRegex(text[1], r"^2024-05-02 +3 rows +- +db/gone$")
        self.assertRegex(text[2], r"^lost: 0 files, 0 folders, 1 tables; ")
        self.assertEqual(
            self.ctl("-z", self.backups),
            "2024-05-02/db/gone.sql\0" "2024-05-02/db/gone.tsv\0")
        item = json.loads(self.ctl("--json", self.backups).splitlines()[1])
        self.assertEqual((item["table"], item["rows"]), ("db/gone", 3))
        target = self.tmp / "target"
        self.ctl("--copy-to", target, self.backups, status=0)
        self.assertEqual((target / "db/gone.tsv").read_text(),
                         "id\n1\n2\n3\n")
        self.assertIn("INSERT INTO `gone`",
                      (target / "db/gone.sql").read_text())

    def test_part_that_stopped(self):
        """The newest backup of each part counts."""
        self.write("f", "1")
        self.pack(1)
        self.dump(1, [1], GONE)
        self.write("f", "1")
        self.pack(2)
        self.ctl(self.backups, status=0)

    def test_mistakes(self):
        self.write("f", "1")
        self.pack(1)
        for arguments, said in (
                (["www", "x"], "one path is expected"),
                (["none"], "begin with a part"),
                (["--force"], "for --copy-to"),
                (["--chown", "0:0"], "for --copy-to"),
                (["--copy-to", self.tmp / "no/where"], None)):
            self.ctl(self.backups, *arguments,
                     status=2 if said else 0)
            self.assertIn(said or "", self.errors)

    def test_cut_off_backup(self):
        """What is behind the end of the newest must not look lost in all
        calm."""
        self.make_days()
        archive = self.backups / f"www-2024-05-{DAYS:02}.tar.gz"
        whole = archive.read_bytes()
        archive.write_bytes(whole[:len(whole) // 2])
        self.ctl(self.backups, status=2)
        self.assertIn("not complete", self.errors)

    def test_of_a_mount(self):
        self.make_days()
        mount = self.mount().wait_for("2024-05-01")
        self.assertEqual(self.ctl("-z", mount.where),
                         self.ctl("-z", self.backups))


if __name__ == "__main__":
    rond.main()
