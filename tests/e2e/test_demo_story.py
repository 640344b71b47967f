#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The demo set, and the story that README tells with it."""
import datetime
import gzip
import os
import re
import tarfile

import rond


class Demo(rond.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.now = datetime.date.today()

    def setUp(self):
        super().setUp()
        self.sh(f"{rond.TOP}/tools/demo/make {self.tmp}/demo")
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
        with gzip.open(self.backups / f"db-{self.day(4)}.sql.gz", "rt") as sql:
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

    def test_yesterday_is_the_site_as_it_is(self):
        where = self.mounted()
        self.assertEqual(self.sh(f"diff -r {where}/J-1/www {self.site}"), "")

    def test_making_it_again_gives_the_same(self):
        command = "cat demo/backups/* | md5sum"
        first = self.sh(command)
        self.sh(f"{rond.TOP}/tools/demo/make demo")
        self.assertEqual(self.sh(command), first)


if __name__ == "__main__":
    rond.main()
