#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The manual: its EXAMPLES do what they say, on data like what they talk
about; it is complete, and formatters have nothing to say about it."""
import datetime
import os
import re
import shutil
import time
import unittest

import documented
import rond
import trees

PAGES = rond.TOP / "tools/man"
PHOTOS = ("a.jpg", "b.jpg", "c.jpg", "2024/d.jpg", "2024/e.jpg")
LOST = PHOTOS[:4]
DAYS = 16
EDITED, PLANTED, DELETED = 5, 4, 1  # so many days ago
SHELL = "<?php eval(base64_decode($_POST[0]));\n"
SCANNER = """for each; do case $each in
--file-list=*) list=${each#*=} ;;
esac; done
xargs -d '\\n' grep -l base64_decode <"$list" | sed 's/$/: Shell FOUND/'
exit 1"""


def text_of(page):
    return (PAGES / page).read_text()


def section(page, title):
    text = text_of(page)
    text = text[text.index(f"\n.Sh {title}\n") + 1:]
    return text[:text.find("\n.Sh ", 1)]


def examples(page):
    """The commands of each example: what follows the prompts, and what cron
    is given."""
    for block in re.findall(r"^\.Bd.*?\n(.*?)^\.Ed",
                            section(page, "EXAMPLES"), re.M | re.S):
        block = block.replace("\\e\n", "").replace("\\e", "\\")
        block = re.sub(r"\|\n +", "| ", block)
        commands = [line[2:] for line in block.splitlines()
                    if line[:2] in ("$ ", "# ")]
        commands += re.findall(r"(?m)^\d+ \d+ \* \* \*  (.*)", block)
        yield "\n".join(commands)


class Examples(documented.Documented):
    def setUp(self):
        super().setUp()
        self.site = self.folder("live")
        self.program("clamscan", SCANNER)
        for number, photo in enumerate(PHOTOS):
            self.write(f"upload/{photo}",
                       trees.random_bytes(4000, seed=number), 60)
        self.write("index.php", b"<?php one();\n", 60)
        self.write("config.php", b"<?php // ours\n", 60)
        self.make_repository()
        for days in range(DAYS, 0, -1):
            self.live(days)
            self.pack(days)
        for dump in (self.tmp / "demo/backups").glob("db-*"):
            shutil.copy2(dump, self.backups)

    @staticmethod
    def evening(days):
        return time.mktime((datetime.date.today() - datetime.timedelta(
            days)).timetuple()) + 20 * 3600

    def write(self, path, content, days):
        trees.write(self.site / path, content,
                    mtime_ns=int(self.evening(days)) * 10**9)

    def make_repository(self):
        git = (f"git -C {self.site} --git-dir={self.tmp}/site.git "
               f"--work-tree={self.site} -c user.name=x -c user.email=x@x")
        self.sh(f"git init -q --bare site.git && {git} add '*.php' && "
                f"{git} commit -qm one")

    def live(self, days):
        if days == EDITED:
            self.write("index.php", b"<?php two();\n", days)
        elif days == PLANTED:
            self.write("upload/x.php", SHELL.encode(), 300)
        elif days == DELETED:
            self.write("upload/y.php", b"<?php more();\n", days)
            for photo in LOST:
                os.remove(self.site / "upload" / photo)

    def pack(self, days):
        day = datetime.date.fromtimestamp(self.evening(days))
        path = self.backups / f"www-{day}.tar.gz"
        self.sh(f"tar -C {self.site} -czf {path} .")
        os.utime(path, (self.evening(days),) * 2)

    def run_examples(self, page):
        blocks = list(examples(page))
        self.assertGreater(len(blocks), 3)
        mount = self.mount().wait_for("J-1", "J-2", f"J-{DAYS}")
        for number, block in enumerate(blocks):
            self.prepare(number, block, mount.where)
            with self.subTest(block.splitlines()[0]):
                self.run_block(block)
        self.assert_all_found()

    def prepare(self, number, block, where):
        """What the names in @block are, for it alone."""
        source = self.folder(f"source{number}")
        shutil.copytree(self.backups, source, dirs_exist_ok=True)
        if re.search("(?m)^rondfs ", block):
            where = self.folder(f"example{number}")
        elif '"damaged"' in block:
            where = self.mount_damaged(source)
        self.names = {"/mnt/backups": where, "/srv/backups": source,
                      "/home/www/": f"{self.folder(f'home{number}')}/",
                      "/tmp/photos": self.tmp / "photos",
                      "/var/log/rondctl": self.tmp / "rondctl.log"}
        self.sh(f"cp -a site.git home{number}/; "
                f"cp -a live/upload home{number}/")

    def mount_damaged(self, source):
        path = sorted(source.glob("www-*"))[-1]
        data = bytearray(path.read_bytes())
        data[-5] ^= 1
        path.write_bytes(data)
        mount = self.mount("--index=now", source)
        mount.wait_for("J-1")
        return mount.where


class Rondctl(Examples):
    FINDS = (
        (r"rondctl diff .* J-2 J-1$",
         r"A   www/upload/y\.php  .*\nfiles: 1 added, 4 removed"),
        (r"rondctl diff --name-only ",
         r"\Awww/index\.php\nwww/upload/x\.php\nwww/upload/y\.php\n\Z"),
        (r"rondctl log --git",
         r"\A.*\n\S+\.\.\S+ .* [0-9a-f]{7,} .*\n\S+\.\.\S+ .* never\n\Z"),
        (r"rondctl cp ", r"^copied: 4 files"),
        (r"rondctl cat ", r"\A\Z"),
        (r"rondctl grep ",
         r"\A\S+\.\.\S+\twww/upload/x\.php:1:<\?php eval\(base64_.*\n\Z"),
        (r"rondctl lost ", r"^copied: 4 files"),
        (r"rondctl suspects --since", r"\n.* in no commit +www/index\.php\n"
                                      r".* in no commit +www/upload/x\.php\n"
                                      r".* in no commit +www/upload/y\.php\n"),
        (r"rondctl suspects --exec",
         r"\A\S+/www/upload/x\.php: Shell FOUND\n\d+ contents scanned"),
        (r"rondctl suspects ",
         r"\n.*program among uploads; mtime older than first seen +"
         r"www/upload/x\.php\n.*program among uploads +www/upload/y\.php\n"),
        (r"rondctl check ", r"\A\S+/db  ok .*\n\S+/www  ok .*\n"
                            r"2 backups .*; 0 with problems\n\Z"),
        (r"rondctl index ", r"\A\Z"),
        (r"rondctl status --json ", r"\A\S+/www-\S+\.tar\.gz\n\Z"),
        (r"rondctl status ", r"^SNAPSHOT +PART +STATE"),
    )

    def test_examples(self):
        if not shutil.which("jq"):
            self.program("jq", "exec python3 -c 'import json, sys; [print("
                         "p[\"source\"]) for s in json.load(sys.stdin)["
                         "\"snapshots\"] for p in s[\"parts\"] "
                         "if p[\"state\"] == \"damaged\"]'")
        self.run_examples("rondctl.1")

    def run_command(self, command):
        super().run_command(command)
        if "rondctl cp" in command:
            self.assert_photos(self.names["/home/www/"] + "upload")
        elif "rondctl lost" in command:
            self.assert_photos(self.tmp / "photos/www/upload")

    def assert_photos(self, folder):
        for photo in LOST:
            self.assertTrue(os.path.exists(f"{folder}/{photo}"), photo)


class Rondfs(Examples):
    FINDS = (
        (r"ls -R .*/removed",
         r"(?s)/db:\noffers\.sql\noffers\.tsv\n.*/upload:\n2024\na\.jpg\n"
         r"b\.jpg\nc\.jpg\n"),
        (r"find .*/added ", r"\A\S+/added/www/upload/y\.php\n\Z"),
        (r"ls .*/\.versions/", r"\A(\S+_index\.php\n){2}\Z"),
        (r"diff .*/\.versions/", r"\n< .*one\(\);\n---\n> .*two\(\);\n\Z"),
        (r"mysql .*/removed/db/", r"\A\Z"),
    )

    def prepare(self, number, block, where):
        super().prepare(number, block, where)
        archive = sorted(self.backups.glob("www-*"))[0]
        self.names.update({"/var/www": self.site,
                           "/root/site.tar.gz": archive})
        if "--pattern" in block:
            for name in ("site_31-05-2024.tgz", "blog_31-05-2024.tgz"):
                shutil.copy(archive, self.names["/srv/backups"] / name)

    def test_examples(self):
        self.run_examples("rondfs.1")

    def test_no_example_copies_an_alias(self):
        """cp -a J-2 would copy a link: J-2/. or J-2/www."""
        for line in text_of("rondfs.1").splitlines():
            if re.search(r"\b(cp|rsync|tar)\b", line):
                self.assertNotRegex(line, r"/[JSD]-\d+( |$)", line)

    def test_rows(self):
        """What the text says of a table's rows brings them back."""
        if not self.server:
            self.skipTest("no server")
        text = section("rondfs.1", "CHANGES")
        commands = re.findall(r"(?m)^\.Ql (.*mysql shop.*) \.$", text)
        self.assertEqual(len(commands), 2)
        mount = self.mount().wait_for("J-1", "J-2", "J-3")
        self.server.load(mount.where / "J-1/db.sql", "shop")
        for command in commands:
            pair = "J-3..J-2" if "modified" in command else "J-2..J-1"
            self.sh(f"PATH={self.tmp}/bin:$PATH; "
                    f"cd {mount.where}/.changes/{pair} && {command}")
        found = {number: price for number, price in self.server.rows(
            "SELECT id, price FROM shop.offers")}
        before = {fields[0]: fields[4] for fields in (
            line.split("\t") for line in (mount.where / "J-3/db/offers.tsv")
            .read_text().splitlines()[1:])}
        self.assertGreater(len(before), 32)
        self.assertLessEqual(before.items(), found.items())


class Form(rond.Case):
    def options(self, program, *arguments):
        """The long ones that --help names."""
        text = self.sh(f"{program} {' '.join(arguments)} --help")
        return set(re.findall(r"(?m)^ +(?:-\w, )?--([\w-]+)", text))

    def test_all_commands(self):
        text = self.sh(f"{rond.RONDCTL} --help")
        commands = re.findall(r"(?m)^  (\w+) +[A-Z]", text)
        self.assertGreater(len(commands), 10)
        synopsis = section("rondctl.1", "SYNOPSIS")
        description = section("rondctl.1", "DESCRIPTION")
        for command in commands:
            self.assertIn(f"\n.Cm {command}\n", synopsis)
            self.assertIn(f"\n.It Cm {command}\n", description)
        self.assertEqual(len(re.findall(r"(?m)^\.It Cm ", description)),
                         len(commands))

    def test_all_options(self):
        text = text_of("rondctl.1")
        commands = re.findall(r"(?m)^\.It Cm (\w+)$",
                              section("rondctl.1", "DESCRIPTION"))
        for command in commands:
            for option in self.options(rond.RONDCTL, command):
                self.assertRegex(text, rf"Fl Fl {option}\b", command)
        known = self.options(rond.RONDFS)
        self.assertGreater(len(known), 10)
        for option in known:
            self.assertRegex(text_of("rondfs.1"), rf"Fl Fl {option}\b")

    def test_formatters_are_content(self):
        found = 0
        for command in ("mandoc -Tlint -Wwarning",
                        "man --warnings --encoding=UTF-8 --local-file "
                        "--ditroff -Tutf8"):
            if not shutil.which(command.split()[0]):
                continue
            found += 1
            for page in PAGES.glob("*.1"):
                done = self.sh(f"{command} {page}", check=False)
                text = done.stderr
                if command.startswith("mandoc"):
                    text += done.stdout
                self.assertEqual(text, "", command)
        if not found:
            raise unittest.SkipTest("no mandoc, no man")


if __name__ == "__main__":
    rond.main()
