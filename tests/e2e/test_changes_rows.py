#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
""".changes of dumps: the rows that vanished, came or changed, as INSERTs that
bring them back into a real server, and as lines."""
import concurrent.futures
import os
import sys

import mariadb
import rond

OLD, NEW = "2024-05-01", "2024-05-02"
PAIR = f".changes/{OLD}..{NEW}"
LOST = 40

MAKE = """
CREATE TABLE offers (id int NOT NULL AUTO_INCREMENT PRIMARY KEY,
  title varchar(80), price decimal(8,2), photo blob,
  twice decimal(9,2) AS (price * 2) STORED);
CREATE TABLE admins (name varchar(40) PRIMARY KEY, hash char(40));
CREATE TABLE visits (at datetime, page varchar(20));
CREATE TABLE quiet (id int PRIMARY KEY);
CREATE TABLE dropped (id int PRIMARY KEY, t text);
INSERT INTO offers (title, price, photo)
  SELECT concat('offer ', seq, ' \\'"\\n\\t'), seq / 7, unhex(md5(seq))
  FROM seq_1_to_3000;
INSERT INTO admins VALUES ('root', sha1('a')), ('eve', sha1('b'));
INSERT INTO visits SELECT '2024-05-01 10:00:00', seq % 3 FROM seq_1_to_30;
INSERT INTO quiet VALUES (1), (2);
INSERT INTO dropped VALUES (1, 'x'), (2, NULL);
"""
HARM = f"""
DELETE FROM offers WHERE id > 1000 AND id <= {1000 + LOST};
UPDATE offers SET title = 'spam' WHERE id IN (7, 2000);
INSERT INTO admins VALUES ('mallory', sha1('c'));
DELETE FROM visits LIMIT 1;
DROP TABLE dropped;
CREATE TABLE planted (id int PRIMARY KEY);
INSERT INTO planted VALUES (1);
"""
TABLES = ("offers", "admins", "visits", "quiet", "dropped")


class Rows(rond.Case):
    def setUp(self):
        super().setUp()
        self.server = mariadb.Server()
        self.addCleanup(self.server.stop)
        self.server.recreate("shop", "back")
        self.server.sql(MAKE, "shop")
        self.dump(OLD)
        self.before = self.sums("shop")
        self.server.sql(HARM, "shop")
        self.dump(NEW)

    def sums(self, database):
        places = [(database, table) for table in TABLES]
        return self.server.checksums(places)

    def dump(self, day):
        (self.backups / f"db-{day}.sql").write_bytes(self.server.dump("shop"))

    def view(self, pair=PAIR):
        self.where = self.mount(self.backups).where / pair
        return self.where

    def names(self, folder):
        return sorted(os.listdir(self.where / folder / "db"))

    def lines(self, path):
        with open(self.where / path, "rb") as file:
            return file.read().splitlines()

    def test_what_is_where(self):
        self.view()
        both = [f"{t}.{e}" for t in ("offers", "visits")
                for e in ("sql", "tsv")]
        dropped = ["dropped.sql", "dropped.tsv"]
        self.assertEqual(self.names("removed"), sorted(dropped + both))
        self.assertEqual(self.names("added"), ["admins.sql", "admins.tsv",
                                               "planted.sql", "planted.tsv"])
        for side in ("old", "new"):
            names = set(self.names(f"modified/{side}"))
            self.assertEqual(names - {"schema.sql"},
                             {"offers.sql", "offers.tsv"})
        self.assertFalse((self.where / "NOT-COMPARED.txt").exists())

    def test_lines(self):
        where = self.view()
        removed = self.lines("removed/db/offers.tsv")
        ids = [int(line.split(b"\t")[0]) for line in removed[1:]]
        self.assertEqual(ids, list(range(1001, 1001 + LOST)))
        self.assertEqual([line.split(b"\t")[0] for line in
                          self.lines("added/db/admins.tsv")],
                         [b"name", b"mallory"])
        for side, word in (("old", b"offer "), ("new", b"spam")):
            changed = self.lines(f"modified/{side}/db/offers.tsv")[1:]
            self.assertEqual([line.split(b"\t")[0] for line in changed],
                             [b"7", b"2000"])
            for line in changed:
                self.assertTrue(line.split(b"\t")[1].startswith(word), line)
        for folder, _, names in os.walk(where):
            for name in names:
                path = os.path.join(folder, name)
                with open(path, "rb") as file:
                    self.assertEqual(len(file.read()), os.stat(path).st_size)

    def test_rows_come_back(self):
        """Into the database as it is: nothing that came since is lost."""
        where = self.view()
        self.server.load(where / "removed/db/offers.sql", "shop")
        self.server.load(where / "removed/db/visits.sql", "shop")
        self.server.load(where / "removed/db/dropped.sql", "shop")
        self.server.sql("DELETE FROM offers WHERE id IN (7, 2000)", "shop")
        self.server.load(where / "modified/old/db/offers.sql", "shop")
        self.server.sql("DELETE FROM admins WHERE name = 'mallory'", "shop")
        self.assertEqual(self.sums("shop"), self.before)
        self.assertEqual(self.server.tables("shop").count("planted"), 1)

    def test_as_gnu_tools_see_it(self):
        where = self.view()
        found = self.sh(f"find {where}/ -type f | sort")
        self.assertIn("removed/db/offers.sql", found)
        self.sh(f"cp -a {where}/. {self.folder('copy')}")
        self.sh(f"diff -r {where}/ {self.tmp}/copy")
        self.sh(f"rsync -a --checksum --itemize-changes --dry-run {where}/ "
                f"{self.tmp}/copy/ | diff - /dev/null")
        here = os.stat(where / "removed/db/offers.tsv")
        there = os.stat(where / "../.." / OLD / "db/offers.tsv")
        self.assertEqual((here.st_mode, here.st_uid, here.st_mtime),
                         (there.st_mode, there.st_uid, there.st_mtime))
        self.assertNotEqual(here.st_ino, there.st_ino)

    def test_many_ask_at_once(self):
        where = self.view()
        names = [where / f"removed/db/{name}.tsv"
                 for name in ("offers", "visits", "nothing")] * 8
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            found = list(pool.map(os.path.exists, names))
        self.assertEqual(found, [True, True, False] * 8)

    def test_same_and_backwards(self):
        where = self.view(f".changes/{NEW}..{OLD}")
        self.assertIn("offers.sql", self.names("added"))
        self.assertEqual(self.names("removed"), [
            "admins.sql", "admins.tsv", "planted.sql", "planted.tsv"])
        same = where.parent / f"{OLD}..{OLD}"
        self.assertEqual(os.listdir(same / "added"), [])

    def test_unmounted_while_it_is_asked(self):
        where = self.view()
        self.sh(f"ls {where}/removed/db/ & ls {where}/added/db/ & wait")


if __name__ == "__main__":
    if mariadb.missing():
        print(f"1..0 # SKIP {mariadb.missing()} is not installed")
        sys.exit(77)
    rond.main()
