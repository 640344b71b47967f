#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Dumps of several days: tables that are the same are the same files, and
diff names those that changed."""
import datetime
import os

import archives
import dump_kinds
import every_type

CHANGE = """
UPDATE ads SET price = 1 WHERE id = 6000;
DELETE FROM one WHERE only = 'a';
INSERT INTO `it's` VALUES (2);
"""
CHANGED = {"ads", "one", "it's"}
DAYS = ("2024-05-01", "2024-05-02", "2024-05-03")


class Days(every_type.Case):
    @classmethod
    def setUpClass(cls):
        """Three days; the change is made in the night to the last one."""
        super().setUpClass()
        kind = dump_kinds.KINDS["programs"]
        cls.dumps = {}
        for day in DAYS:
            if day == DAYS[-1]:
                cls.origin.sql(CHANGE, every_type.FIRST)
            text = kind.text(cls.origin)
            # The hour of a dump is in its last line.
            body, said, _ = text.rpartition(b"-- Dump completed on ")
            cls.dumps[day] = body + said + f"{day} 03:00:00\n".encode()

    def setUp(self):
        super().setUp()
        for day, text in self.dumps.items():
            packed = archives.compress(text, "gz")
            (self.backups / f"base-{day}.sql.gz").write_bytes(packed)

    def mounted(self):
        """All of them, indexed."""
        mount = self.mount("--index=now", "--timezone=UTC")
        return [mount.path(f"{day}/db") for day in DAYS]

    def test_diff_names_what_changed(self):
        first, second, third = self.mounted()
        self.assertEqual(self.sh(f"diff -rq {first} {second}"), "")
        out = self.sh(f"diff -rq '{second}' '{third}'", check=False).stdout
        names = {line.split(" and ")[0].rsplit("/", 1)[1]
                 for line in out.splitlines()}
        self.assertEqual(names, {f"{table}.{ending}" for table in CHANGED
                                 for ending in ("sql", "tsv")})

    def test_diff_of_rows(self):
        _, second, third = self.mounted()
        out = self.sh(f"diff {second}/ads.tsv {third}/ads.tsv",
                      check=False).stdout.splitlines()
        self.assertEqual(len(out), 4, out)
        self.assertTrue(out[1].startswith("< 6000\t"))
        self.assertIn("\t1.00\t", out[3])

    def test_equal_tables_are_one_file(self):
        first, second, third = self.mounted()
        for name in sorted(os.listdir(first)):
            numbers = [os.stat(folder / name).st_ino
                       for folder in (first, second, third)]
            self.assertEqual(numbers[0], numbers[1], name)
            self.assertEqual(numbers[1] != numbers[2],
                             name.rsplit(".", 1)[0] in CHANGED, name)

    def test_hidden_files_are_one_too(self):
        first, second, third = self.mounted()
        for ending in ("csv", "jsonl"):
            numbers = [os.stat(folder / f"ads.{ending}").st_ino
                       for folder in (first, second, third)]
            self.assertEqual(numbers[0], numbers[1])
            self.assertNotEqual(numbers[1], numbers[2])

    def test_tables_have_the_date_of_their_first_snapshot(self):
        folders = self.mounted()
        for table in ("ads", "pair"):
            for ending in ("sql", "tsv"):
                days = []
                for folder in folders:
                    info = os.stat(folder / f"{table}.{ending}")
                    self.assertEqual(int(info.st_mtime), int(info.st_ctime))
                    days.append(datetime.datetime.fromtimestamp(
                        info.st_mtime, datetime.timezone.utc)
                        .strftime("%Y-%m-%d"))
                last = DAYS[2] if table in CHANGED else DAYS[0]
                self.assertEqual(days, [DAYS[0], DAYS[0], last], table)


if __name__ == "__main__":
    every_type.main()
