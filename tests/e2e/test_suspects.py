#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""rondctl suspects: what an attack leaves is named, with its reason and since
when, and nothing else is; scanners see each content once."""
import json
import os
import subprocess

import rond
import trees

DAY = 86400
TIME = 1714521600  # 2024-05-01
EDITED, HIDDEN, PLANTED, LOST = 150, 50, 30, 400
JPEG = b"\xff\xd8\xff\xe0\0\x10JFIF\0"
DAYS = [f"2024-05-{day:02}" for day in range(1, 7)]


class Suspects(rond.Case):
    def write(self, path, content, day=1):
        """As it is after @day, a little later than the backup of it."""
        if isinstance(content, str):
            content = content.encode()
        trees.write(self.site / path, content,
                    mtime_ns=(TIME + (day - 1) * DAY + 3600) * 10**9)

    def make_site(self):
        for number in range(600):
            self.write(f"app/d{number % 9}/s{number}.php",
                       f"<?php echo {number:09};\n", -90)
        for number in range(500):
            self.write(f"upload/p{number}.jpg",
                       JPEG + trees.random_bytes(3000, seed=number), -60)
        self.write("js/app.js", "go();\n", -30)
        self.write("readme.txt", "<?php is how PHP begins\n", -30)

    def setUp(self):
        super().setUp()
        self.site = self.folder("site")
        self.make_site()

    def pack(self, day, options=""):
        self.sh(f"tar -C {self.site} {options} -czf "
                f"{self.backups}/www-{DAYS[day - 1]}.tar.gz .")

    def ctl(self, *arguments, status=1, where=None, text=True):
        command = [str(rond.RONDCTL), "suspects", "--cache-dir",
                   str(self.cache), str(where or self.backups),
                   *map(str, arguments)]
        done = subprocess.run(
            command, capture_output=True, timeout=120, env=self.environment,
            stdin=subprocess.DEVNULL)
        self.errors = done.stderr.decode(errors="replace")
        self.assertEqual(done.returncode, status,
                         (command, done.stdout, self.errors))
        return done.stdout.decode(errors="surrogateescape") if text \
            else done.stdout

    def found(self, *arguments, status=1):
        """{(path, first snapshot): reasons}; bursts are in self.bursts."""
        lines = [json.loads(line) for line in self.ctl(
            "--json", *arguments, status=status).splitlines()]
        *lines, summary = lines
        self.assertEqual(summary["message_type"], "summary")
        self.assertEqual(summary["schema"], 1)
        self.bursts = [line for line in lines
                       if line["message_type"] == "burst"]
        self.lines = [line for line in lines
                      if line["message_type"] == "suspect"]
        self.assertEqual(summary["suspects"], len(self.lines))
        self.assertEqual(summary["bursts"], len(self.bursts))
        self.assertEqual(len(self.lines) + len(self.bursts), len(lines))
        found = {(line["path"], line["first"]): set(line["reasons"])
                 for line in self.lines}
        self.assertEqual(len(found), len(self.lines))
        return found

    def live(self, day):
        """A day on which nothing is wrong."""
        for number in range(3):
            self.write(f"app/d{number}/s{number}.php",
                       f"<?php echo 'day {day}';\n", day)
            self.write(f"upload/day{day}-{number}.jpg",
                       JPEG + trees.random_bytes(3000, seed=day * 100
                                                 + number), day)
        self.write("js/app.js", f"go({day});\n", day)
        self.write("app/new/day.php", f"<?php // {day}\n", day)
        os.utime(self.site / "upload/p499.jpg")

    def attack(self, day):
        """What is to be named."""
        expected = {}
        for number in range(LOST):
            os.remove(self.site / f"upload/p{number}.jpg")
        for number in range(100, 100 + EDITED):
            path = f"app/d{number % 9}/s{number}.php"
            hidden = number < 100 + HIDDEN
            self.write(path, f"<?PHP echo {number:09};\n" if hidden else
                       f"<?php echo {number}; # edited\n",
                       -90 if hidden else day)
            if hidden:
                expected[f"/www/{path}", DAYS[day - 1]] = {
                    "same-size-and-mtime", "mtime-older-than-first-seen"}
        for number in range(PLANTED):
            among = number % 2
            path = f"{'upload' if among else 'app/d1'}/x{number}.php"
            self.write(path, f"<?php evil({number});\n", -300)
            expected[f"/www/{path}", DAYS[day - 1]] = {
                "mtime-older-than-first-seen"} | (
                    {"program-in-upload"} if among else set())
        return expected

    def test_planted(self):
        self.pack(1)
        for day in (2, 3):
            self.live(day)
            self.pack(day)
        self.assertEqual(self.found(status=0), {})
        self.assertIn("nothing is suspect", self.ctl(status=0))
        expected = self.attack(4)
        self.live(4)
        self.pack(4)
        self.live(5)
        self.pack(5)
        self.assertEqual(self.found(), expected)
        self.assertEqual(len(expected), HIDDEN + PLANTED)
        self.assertEqual(
            [(burst["part"], burst["snapshot"], burst["programs"],
              burst["usual"]) for burst in self.bursts],
            [("www", DAYS[3], EDITED + PLANTED + 4, 4)])
        for line in self.lines:
            self.assertEqual((line["last"], line["in_newest"],
                              line["in_oldest"]), (DAYS[4], True, False))
        self.assert_forms(expected)
        self.assertEqual(self.found(f"--since={DAYS[3]}", status=0), {})
        self.assertEqual(self.found("--since", DAYS[2]), expected)
        self.assertEqual(
            self.found("www/upload"),
            {key: value for key, value in expected.items()
             if key[0].startswith("/www/upload/")})

    def assert_forms(self, expected):
        text = self.ctl()
        self.assertRegex(text, rf"(?m)^{DAYS[3]} +{DAYS[4]} +program among "
                               r"uploads; mtime older than first seen +"
                               r"www/upload/x1\.php$")
        self.assertRegex(text, rf"(?m)^{DAYS[3]}: 184 programs of www came or "
                               r"changed at once, usually 4$")
        paths = self.ctl("-z", text=False).split(b"\0")
        self.assertEqual(paths.pop(), b"")
        self.assertEqual(
            sorted(paths),
            sorted(f"{first}{path}".encode() for path, first in expected))

    def test_there_from_the_start(self):
        """The backups may be infected all of them. It goes in the end."""
        self.write("upload/shell.php", "<?php x();\n")
        self.pack(1)
        os.remove(self.site / "upload/shell.php")
        self.pack(2)
        self.assertEqual(self.found(),
                         {("/www/upload/shell.php", DAYS[0]):
                          {"program-in-upload"}})
        line = self.lines[0]
        self.assertEqual((line["last"], line["in_newest"],
                          line["in_oldest"]), (DAYS[0], False, True))
        self.assertRegex(self.ctl(), rf"(?m)^<= {DAYS[0]} +{DAYS[0]} +program "
                                     r"among uploads +www/upload/shell\.php$")
        self.assertEqual(self.found("--since", DAYS[0], status=0), {})

    def test_pictures(self):
        """PHP in what is called a picture, wherever in it."""
        noise = trees.random_bytes(300000, seed=7).replace(b"<?", b"--")
        inside = {
            "a.jpg": JPEG + noise + b"<?php system($_GET[0]); ?>" + noise,
            "b.PNG": b"\x89PNG\r\n\x1a\n" + noise + b"<?PHP\n",
            "c.gif": b"GIF89a<?=`$_GET[0]`; /* a long one */?>" + noise,
            "d.svg": b"<svg><script language='php'>x()</script></svg>",
            "e.ico": noise + b"<? eval($_POST['x']); /**/ ?>",
            "f.webp": noise + b"__HALT_COMPILER(); ?>" + noise,
        }
        outside = {
            "g.svg": b"<?xml version='1.0'?><svg><script>x()</script></svg>",
            "h.jpg": JPEG + b"<?xpacket begin='x' id='W5M0Mp'?>" + noise,
            "i.jpg": JPEG + noise + b"<?=\0\1" + noise,
        }
        self.pack(1)
        for name, content in {**inside, **outside}.items():
            self.write(f"photos/{name}", content, 2)
        self.pack(2)
        self.pack(3)
        self.assertEqual(
            self.found(), {(f"/www/photos/{name}", DAYS[1]):
                           {"php-in-picture"} for name in inside})
        self.assertEqual(len(self.found("www/photos/*.jpg")), 1)
        self.write("photos/z.jpg", inside["a.jpg"], 4)
        self.pack(4)
        self.assertEqual(
            self.found("--since", DAYS[2]),
            {("/www/photos/z.jpg", DAYS[3]): {"php-in-picture"}})

    def test_moved_and_restored(self):
        """Old times say nothing of what has been there before."""
        self.pack(1)
        os.rename(self.site / "app/d3", self.site / "app/moved")
        os.rename(self.site / "app/d4", self.tmp / "d4")
        self.pack(2)
        os.rename(self.tmp / "d4", self.site / "app/d4")
        self.pack(3)
        self.assertEqual(self.found(status=0), {})

    def test_other_backups(self):
        """Dumps are no files of a site; a damaged one has no hidden edits."""
        dump = "CREATE TABLE `upload` (`a` int);\n-- Dump completed\n"
        for day in (1, 2):
            path = self.backups / f"db-{DAYS[day - 1]}.sql"
            path.write_text(f"-- MariaDB dump {day}\n{dump}")
            os.utime(path, (TIME, TIME))
            self.pack(day)
        path = self.backups / f"www-{DAYS[2]}.tar.gz"
        data = (self.backups / f"www-{DAYS[1]}.tar.gz").read_bytes()
        path.write_bytes(data[:len(data) // 2])
        self.assertEqual(self.found(status=2), {})
        self.assertIn("incomplete", self.errors)

    def test_damaged(self):
        """What nobody can vouch for is not new for that, and what was there
        before it is no other thing behind it."""
        self.write("upload/shell.php", "<?php x();\n", -100)
        self.pack(1)
        self.live(2)
        self.pack(2)
        path = self.backups / f"www-{DAYS[1]}.tar.gz"
        data = bytearray(path.read_bytes())
        data[-6] ^= 1  # of the size
        path.write_bytes(data)
        shell = {("/www/upload/shell.php", DAYS[0]): {"program-in-upload"}}
        self.assertEqual(self.found(status=2), shell)
        self.live(3)
        self.pack(3)
        self.write("app/late.php", "<?php late();\n", -100)
        self.pack(4)
        self.assertEqual(
            self.found(status=2), {**shell, ("/www/app/late.php", DAYS[3]):
                                   {"mtime-older-than-first-seen"}})
        self.assertEqual(self.lines[0]["last"], DAYS[3])
        self.assertTrue(self.lines[0]["in_newest"])
        path.write_bytes(data[:len(data) // 2])
        self.assertEqual(
            set(self.found(status=2)),
            {*shell, ("/www/app/late.php", DAYS[3])})
        self.assertEqual(self.lines[0]["last"], DAYS[3])

    def git(self, command):
        return self.sh(f"cd {self.site} && GIT_DIR={self.tmp}/repo/.git "
                       f"GIT_WORK_TREE={self.site} git -c user.name=x "
                       f"-c user.email=x@example.org {command}")

    def test_git(self):
        """A deploy is in the repository, an intruder's edit is not."""
        self.folder("repo")
        self.git("init -q")
        self.git("add js app readme.txt")
        self.git("commit -qm one")
        self.write("config.php", "<?php /* never committed */\n", -30)
        self.write("app/d1/s1.php", "<?php eval(x);\n", -80)
        self.pack(1)
        for number in range(200, 300):
            self.write(f"app/d{number % 9}/s{number}.php", "<?php // two\n",
                       2)
        self.git("add app")
        self.git("reset -q app/d1/s1.php")
        self.git("commit -qm two")
        self.pack(2)
        self.write("app/d2/s2.php", "<?php evil();\n", 3)
        self.write("js/app.js", "evil();\n", 3)
        self.write("app/new.php", "<?php new_one();\n", 3)
        self.write("upload/text.txt", "<?php text\n", 3)
        self.pack(3)
        self.assertEqual(
            self.found(f"--git={self.tmp}/repo"),
            {("/www/app/d1/s1.php", DAYS[0]): {"not-in-git"},
             ("/www/app/d2/s2.php", DAYS[2]): {"not-in-git"},
             ("/www/js/app.js", DAYS[2]): {"not-in-git"},
             ("/www/app/new.php", DAYS[2]): {"not-in-git"}})
        self.assertEqual(self.bursts, [])
        self.assertEqual(self.found(), {})
        self.assertEqual(len(self.bursts), 1)
        self.ctl("--git=/nonexistent", status=2)

    def test_scanner(self):
        """Over a mount, with a scanner that takes a list of files."""
        self.pack(1)
        self.live(2)
        self.pack(2)
        self.write("upload/evil.jpg", b"EVIL", 3)
        self.write("app/d1/evil.php", b"EVIL", 3)
        self.write("a\nb.php", b"EVIL 2", 3)
        self.pack(3)
        mount = self.mount()
        mount.wait_for(*DAYS[:3])
        seen = self.tmp / "seen"
        script = f"cp {{}} {seen}; xargs -d '\\n' grep -l EVIL < {{}}"
        text = self.ctl(f"--exec={script}; exit 1", where=mount.where,
                        status=2)
        self.assertIn("1 files have a line break", self.errors)
        evil = [line for line in text.splitlines() if "evil" in line]
        self.assertEqual(len(evil), 1)
        self.assertTrue(evil[0].startswith(f"{mount.where}/{DAYS[2]}/www/"))
        listed = seen.read_text().splitlines()
        contents = [open(path, "rb").read() for path in listed]
        self.assertEqual(len(set(contents)), len(contents))
        every = {path.read_bytes() for day in DAYS[:3] for path in
                 (mount.where / day / "www").rglob("*")
                 if path.is_file() and "\n" not in path.name}
        self.assertEqual(set(contents), every)
        self.assertRegex(text, rf"(?m)^{len(listed)} contents scanned, for "
                               r"\d+ versions of files$")
        self.ctl(f"--exec={script}; exit 1", f"--since={DAYS[2]}",
                 where=mount.where, status=0)
        self.assertIn("nothing to scan", self.ctl(
            f"--exec={script}", f"--since={DAYS[2]}", where=mount.where,
            status=0))
        self.ctl("--exec=true {}", "www/js", where=mount.where, status=0)
        self.ctl("--exec=false {}", "www/js", where=mount.where, status=1)
        self.ctl("--exec=exit 7 #{}", "www/js", where=mount.where, status=2)
        self.assertIn("status 7", self.errors)
        mount.unmount()

    def test_mistakes(self):
        self.pack(1)
        for arguments, words in (
                (["--exec=scan {}"], "a scanner needs a mount"),
                (["--exec=scan"], "no {} in it"),
                (["--exec=scan {}", "--json"], "runs a scanner instead"),
                (["--since=2020-01-01"], "2020-01-01"),
                (["www/a", "www/b"], "one path is expected"),
                (["nothing/there"], "nothing/there")):
            self.ctl(*arguments, status=2)
            self.assertIn(words, self.errors)
            self.assertEqual(len(self.errors.splitlines()), 1, self.errors)


if __name__ == "__main__":
    rond.main()
