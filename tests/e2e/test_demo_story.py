#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The demo set, and the story that README tells with it."""
import datetime
import gzip
import os
import pathlib
import re
import shutil
import subprocess
import tarfile
import tempfile

import mariadb
import rond

MAKE = rond.TOP / "tools/demo/make"
LOST_OFFERS = set(range(1, 33))


class Demo(rond.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.now = datetime.date.today()
        cls.made = pathlib.Path(tempfile.mkdtemp(prefix="rond-demo-"))
        cls.addClassCleanup(shutil.rmtree, cls.made)
        subprocess.run([MAKE, cls.made], check=True,
                       stdin=subprocess.DEVNULL)

    def setUp(self):
        super().setUp()
        self.sh(f"cp -a {self.made} demo")
        self.backups = self.tmp / "demo/backups"
        self.site = self.tmp / "demo/site/www"

    def day(self, days):
        return (self.now - datetime.timedelta(days)).isoformat()

    def photos(self, folder):
        return {name for name in os.listdir(folder) if name.endswith(".jpg")}

    def test_the_set(self):
        self.assertEqual(
            sorted(os.listdir(self.backups)),
            sorted(name for days in range(1, 15)
                   for name in (f"www-{self.day(days)}.tar.gz",
                                f"db-{self.day(days)}.sql.gz")))
        size = sum(path.stat().st_size for path in self.backups.iterdir())
        self.assertLess(size, 30 << 20)
        with tarfile.open(self.backups / f"www-{self.day(1)}.tar.gz") as tar:
            member = tar.getmember("www/artisan")
            self.assertEqual((member.uid, member.gid), (1005, 100))

    def test_the_photos_are_photos(self):
        upload = self.site / "public/upload"
        names = self.photos(upload)
        self.assertGreater(len(names), 20)
        for name in names:
            self.assertRegex(name, r"^[A-Za-z0-9]{30}\.jpg$")
        kinds = self.sh(f"file -b {upload}/*.jpg").splitlines()
        for kind in kinds:
            self.assertRegex(kind, r"^JPEG image data.*baseline.*\d+x\d+")

    def test_offers_refer_to_photos(self):
        with gzip.open(self.backups / f"db-{self.day(4)}.sql.gz", "rt",
                       errors="replace") as sql:
            dump = sql.read()
        self.assertIn("-- Dump completed on " + self.day(4), dump)
        named = set(re.findall(r"upload/([A-Za-z0-9]{30}\.jpg)", dump))
        with tarfile.open(self.backups / f"www-{self.day(4)}.tar.gz") as tar:
            there = {os.path.basename(name) for name in tar.getnames()
                     if name.endswith(".jpg")}
        self.assertEqual(named, there)

    def mounted(self):
        mount = self.mount()
        return mount.wait_for("J-1", "J-14").where

    def test_find_the_lost_photos_and_copy_them_back(self):
        where = self.mounted()
        before = self.photos(where / "J-4/www/public/upload")
        after = self.photos(where / "J-3/www/public/upload")
        lost = before - after
        self.assertGreater(len(lost), 20)
        found = self.sh(f"diff -rq {where}/J-4/www {where}/J-3/www",
                        check=False).stdout
        for name in lost:
            self.assertIn(name, found)
        live = self.site / "public/upload"
        self.assertFalse(lost & self.photos(live))
        self.sh(f"cp -an {where}/J-4/www/public/upload/*.jpg {live}/")
        self.assertLessEqual(before, self.photos(live))
        self.sh(f"cmp {live}/{min(lost)} "
                f"{where}/J-4/www/public/upload/{min(lost)}")

    def test_find_the_implant(self):
        where = self.mounted()
        found = self.sh(f"diff -rq {where}/J-10/www {where}/J-9/www",
                        check=False).stdout
        implant, = re.findall(r"public/upload: (\w{30}\.php)", found)
        # Its forged time hides it from those who look for new files.
        hidden = self.sh(f"find {where}/J-9/www/public/upload -name '*.php' "
                         "-mtime -30")
        self.assertEqual(hidden, "")
        days = self.sh(f"ls -d {where}/J-*/www/public/upload/{implant}")
        self.assertEqual(len(days.split()), 9)
        # Not from those who ask when it was first seen.
        appeared = self.sh(f"find {where}/J-1/www -type f "
                           "-newerct '10 days ago'").splitlines()
        self.assertIn(f"{where}/J-1/www/public/upload/{implant}", appeared)
        self.assertLess(len(appeared), 30, appeared)

    def test_find_the_hidden_edit(self):
        where = self.mounted()
        path = "www/public/index.php"
        before, after = (os.stat(where / day / path)
                         for day in ("J-10", "J-9"))
        self.assertEqual((before.st_size, before.st_mtime_ns),
                         (after.st_size, after.st_mtime_ns))
        self.assertNotEqual((where / "J-10" / path).read_bytes(),
                            (where / "J-9" / path).read_bytes())
        found = self.sh(f"{rond.RONDCTL} suspects {where}", check=False).stdout
        self.assertEqual(len(found.splitlines()), 3, found)
        self.assertRegex(found, rf"same size and mtime +{path}\n")

    def test_yesterday_is_the_site_as_it_is(self):
        where = self.mounted()
        self.assertEqual(self.sh(f"diff -r {where}/J-1/www {self.site}"), "")

    def test_making_it_again_gives_the_same(self):
        command = "cat demo/backups/* | md5sum"
        first = self.sh(command)
        self.sh(f"{MAKE} demo")
        self.assertEqual(self.sh(command), first)

    def rows(self, folder, table):
        """Those of a table: lists of fields as the TSV has them."""
        lines = (folder / f"db/{table}.tsv").read_text().splitlines()
        return [line.split("\t") for line in lines[1:]]

    def test_which_offers_vanished(self):
        """Those whose photos were lost, but no others."""
        where = self.mounted()
        found = self.sh(f"diff {where}/J-2/db/offers.tsv "
                        f"{where}/J-1/db/offers.tsv", check=False).stdout
        lost = re.findall(r"^< (\d+)\t.*\tupload/(\w+\.jpg)\t", found,
                          re.MULTILINE)
        self.assertEqual({int(number) for number, _ in lost}, LOST_OFFERS)
        photos = (self.photos(where / "J-4/www/public/upload")
                  - self.photos(where / "J-3/www/public/upload"))
        self.assertEqual({photo for _, photo in lost}, photos)
        for days in range(2, 15):
            numbers = {int(row[0]) for row in
                       self.rows(where / f"J-{days}", "offers")}
            self.assertLess(LOST_OFFERS, numbers)

    def test_what_came_with_the_implant(self):
        where = self.mounted()
        found = self.sh(f"diff -rq {where}/J-10/db {where}/J-9/db",
                        check=False).stdout
        self.assertIn(f"Only in {where}/J-9/db: triggers.sql\n", found)
        self.assertNotIn("/categories.", found)
        for days in range(1, 15):
            admins = [row[1] for row in self.rows(where / f"J-{days}", "users")
                      if row[4] == "admin"]
            self.assertEqual(admins, ["Support"] if days < 10 else [], days)

    def test_the_history_of_a_row(self):
        where = self.mounted()
        prices = {row[4] for days in range(1, 15)
                  for row in self.rows(where / f"J-{days}", "offers")
                  if row[0] == "40"}
        self.assertEqual(len(prices), 4)

    def test_bring_offers_back(self):
        """What a table's script makes in an empty database is what a dump
        makes of it; then the rows go home."""
        if mariadb.missing():
            self.skipTest(f"no {mariadb.missing()}")
        where = self.mounted()
        server = mariadb.Server()
        self.addCleanup(server.stop)
        server.recreate("rondcoin", "before", "scratch")
        server.load(where / "J-1/db.sql", "rondcoin")
        server.load(where / "J-2/db.sql", "before")
        server.load(where / "J-2/db/offers.sql", "scratch")
        self.assertEqual(server.tables("scratch"), ["offers"])
        self.assertEqual(server.checksum("scratch", "offers"),
                         server.checksum("before", "offers"))
        server.sql("INSERT INTO rondcoin.offers SELECT * FROM scratch.offers "
                   "WHERE id NOT IN (SELECT id FROM rondcoin.offers)")
        found = {int(number) for number, in
                 server.rows("SELECT id FROM rondcoin.offers")}
        self.assertLess(LOST_OFFERS, found)
        self.assertLess({int(number) for number, in server.rows(
            "SELECT id FROM before.offers")}, found)


class ShippedDumps(rond.Case):
    """Dumps for machines without a server."""

    def dumps(self, folder):
        """What makes the databases, of each day: not who wrote it."""
        return {path.name: [
            line for line in gzip.decompress(path.read_bytes()).split(b"\n")
            if line.startswith((b"(", b"INSERT", b"CREATE", b"  ", b"-- Dump"))]
                for path in (self.tmp / folder / "backups").glob("db-*")}

    def test_are_those_of_a_server(self):
        if mariadb.missing():
            self.skipTest(f"no {mariadb.missing()}")
        self.sh(f"{MAKE} --real real; {MAKE} --shipped shipped")
        shipped = self.dumps("shipped")
        self.assertEqual(len(shipped), 14)
        self.assertEqual(shipped, self.dumps("real"))

    def test_belong_to_the_photos(self):
        self.sh(f"{MAKE} --shipped shipped")
        newest = sorted((self.tmp / "shipped/backups").glob("db-*"))[-1]
        named = set(re.findall(rb"upload/(\w{30}\.jpg)",
                               gzip.decompress(newest.read_bytes())))
        upload = self.tmp / "shipped/site/www/public/upload"
        self.assertEqual(named, {os.fsencode(path.name)
                                 for path in upload.glob("*.jpg")})

    def test_are_taken_where_there_is_none(self):
        programs = self.folder("bin")
        for name in ("perl", "tar", "gzip", "mkdir", "find", "touch", "env"):
            (programs / name).symlink_to(shutil.which(name))
        self.sh(f"{MAKE} --shipped shipped")
        self.sh(f"PATH={programs} {MAKE} without")
        self.assertEqual(self.dumps("without"), self.dumps("shipped"))
        done = self.sh(f"PATH={programs} {MAKE} --real without", check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("no MariaDB", done.stderr)
        self.assertEqual(len(self.dumps("without")), 14)

    def test_are_small(self):
        size = (MAKE.parent / "dumps.tar.gz").stat().st_size
        self.assertLess(size, 60000)


if __name__ == "__main__":
    rond.main()
