#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The commands of README.md (its `sh` blocks) do what they say, on the demo
set."""
import re
import shutil

import documented
import rond

README = rond.TOP / "README.md"
LOST_PHOTOS = LOST_OFFERS = 32
PHOTO = r"\w{30}\.jpg"
PLANTED = r"www/public/upload/\w{30}\.php"
HIDDEN = "same size and mtime"


def readme_blocks():
    """(How it is fenced, text) of each block."""
    return re.findall(r"^```(\w+)\n(.*?)^```$", README.read_text(),
                      re.M | re.S)


class Readme(documented.Documented):
    FINDS = (
        (r"rondctl list ", r"(?m)\A.*\n(\S+ .* db www .* complete\n){14}\Z"),
        (r"rondctl lost --copy-to", rf"^copied: {LOST_PHOTOS} files"),
        (r"rondctl lost ",
         rf"\A.*\n(\S+ .* www/public/upload/{PHOTO}\n){{{LOST_PHOTOS}}}"
         rf"lost: {LOST_PHOTOS} files.*\n\Z"),
        (r"rondctl suspects ",
         rf"\A.*\n.*{HIDDEN} +www/public/index\.php\n"
         rf".*program among uploads.* {PLANTED}\n\Z"),
        (r"rondctl diff -p ", r"\n-require.*\n\+include"),
        (r"rondctl diff .* J-10 J-9$",
         rf"\nM\?  www/public/index\.php .*{HIDDEN}.*\n"
         rf"A   {PLANTED} .*program among uploads"),
        (r"rondctl diff --rows .* J-2 J-1 db$",
         rf"\nM   db/offers  \d+ -> \d+ rows: {LOST_OFFERS} removed, "),
        (r"rondctl log ", rf"\A.*\n.*\n\S+ .* M\? {HIDDEN}.*\n\Z"),
        (r"rondctl grep .* support@", r"\A\S+\tdb/users\.tsv:\d+:.*\n\Z"),
        (r"rondctl grep .*nothing", rf"\A\S+\t{PLANTED}:2:.*\n\Z"),
        (r"rondctl check ", r"\A\S+/db  ok .*\n\S+/www  ok .*\n"
                            r"2 backups .*; 0 with problems\n\Z"),
        (r"rondctl status ", r"(?m)^SNAPSHOT.*\n(\S+ +(db|www) +ready.*\n)+"),
        (r"rondctl ls ", r"(?m)^-rw-r--r-- .* index\.php$"),
        (r"rondctl cp ", rf"^copied: {LOST_PHOTOS} files"),
        (r"rondctl cat .*/index\.php", "require"),
        (r"rondctl cat .*/removed/db/.*\| cut",
         rf"\Atitle\n(.+\n){{{LOST_OFFERS}}}\Z"),
        (r"ls .*/removed/", rf"\A({PHOTO}\n){{{LOST_PHOTOS}}}\Z"),
        (r"cp .*/removed/", r"\A\Z"),
        (r"find .*/added ", rf"\A\S+/{PLANTED}\n\Z"),
        (r"ls -d .*/J-\*.*php", rf"\A(\S+/{PLANTED}\n){{9}}\Z"),
        (r"diff -ru .*/modified/", r"\n-require.*\n\+include"),
        (r"find .*-newerct", PLANTED),
        (r"ls .*/\.versions/", r"\A(\S+_index\.php\n){2}\Z"),
        (r"diff .*/\.versions/", r"\n< require.*\n---\n> include"),
        (r"cut .*/removed/db/",
         rf"\Aid\ttitle\tprice\n(\d+\t.+\n){{{LOST_OFFERS}}}\Z"),
        (r"mysql .*/removed/db/", r"\A\Z"),
        (r"cat .*/added/db/users", r"\A.*\n\d+\tSupport\t.*\tadmin\t.*\n\Z"),
        (r"cat .*/added/db/triggers", r"TRIGGER `messages_sent`"),
        (r"diff .*/modified/old/db/", r"(?m)^< 40\t.*\n---\n> 40\t"),
    )

    def setUp(self):
        super().setUp()
        mount = self.mount(self.tmp / "demo/backups").wait_for("J-1", "J-14")
        self.where = mount.where
        own = self.folder("own")
        shutil.copytree(self.tmp / "demo/backups", own / "backups")
        self.names = {"build/tools/": "", "/mnt/backups": self.where,
                      "/srv/backups": own / "backups",
                      "/mnt/mine": self.folder("mine")}

    def test_readme(self):
        blocks = readme_blocks()
        self.assertGreater(len(blocks), 10)
        before = "none"
        for kind, block in blocks:
            with self.subTest(f"{kind}: {block.strip().splitlines()[0]}"):
                if kind == "sh":
                    self.run_block(block)
                elif before == "sh":
                    self.assert_shown(block)
            before = kind
        self.assert_all_found()

    def run_command(self, command):
        super().run_command(command)
        if re.match("cp .*/removed/", command):
            self.assert_photos("demo/site/www/public/upload")
        elif "--copy-to" in command:
            self.assert_photos("demo/found/www/public/upload")
        elif re.match("mysql .*/removed/", command) and self.server:
            self.assert_offers()

    def assert_photos(self, folder):
        """Those that were lost are in it, as they were."""
        before = self.where / "J-4/www/public/upload"
        after = self.where / "J-3/www/public/upload"
        lost = [photo for photo in before.glob("*.jpg")
                if not (after / photo.name).exists()]
        self.assertEqual(len(lost), LOST_PHOTOS)
        for photo in lost:
            self.assertEqual((self.tmp / folder / photo.name).read_bytes(),
                             photo.read_bytes())

    def assert_offers(self):
        """Those of both days are in the database."""
        there = {int(number) for number,
                 in self.server.rows("SELECT id FROM rondcoin.offers")}
        for day in ("J-2", "J-1"):
            lines = (self.where / day / "db/offers.tsv").read_text()
            numbers = {int(line.split("\t")[0])
                       for line in lines.splitlines()[1:]}
            self.assertLess(numbers, there)

    def test_no_example_copies_an_alias(self):
        """cp -a J-2 would copy a link: J-2/. or J-2/www."""
        for line in README.read_text().splitlines():
            if re.search(r"\b(cp|rsync|tar)\b", line):
                self.assertNotRegex(line, r"/[JSD]-\d+( |$)", line)

    def test_options_are_those_of_help(self):
        """What README names as an option exists."""
        known = self.rondfs("--help").stdout
        for command in re.findall(r"(?m)^  (\w+) +\S",
                                  self.sh(f"{rond.RONDCTL} --help")):
            known += self.sh(f"{rond.RONDCTL} {command} --help")
        for option in set(re.findall(r"`(--[a-z-]+)", README.read_text())):
            self.assertIn(option, known)


if __name__ == "__main__":
    rond.main()
