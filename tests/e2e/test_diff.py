#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""rondctl diff and list: planted cases named, and nothing else; the same list
as GNU diff makes of what tar extracts."""
import json
import os
import re
import subprocess

import rond
import trees

DAY = 86400
TIME = 1714521600  # 2024-05-01
PHOTOS, SCRIPTS, HIDDEN, PLANTED = 40, 15, 5, 6
LINE = re.compile(r"^([AMDTU])(\?)? +(\S+)(?:  (.*))?$")

DUMP = """-- MariaDB dump 10.19
CREATE TABLE `offers` (`id` int NOT NULL, `t` text, PRIMARY KEY (`id`));
INSERT INTO `offers` VALUES {offers};
CREATE TABLE `same` (`id` int);
INSERT INTO `same` VALUES (1);
{more}-- Dump completed
"""


class Command(rond.Case):
    def ctl(self, *arguments, status=1):
        command = [str(rond.RONDCTL), *map(str, arguments)]
        done = subprocess.run(
            command, capture_output=True, timeout=120, env=self.environment,
            stdin=subprocess.DEVNULL, text=True, errors="surrogateescape")
        self.assertEqual(done.returncode, status, (command, done.stderr))
        self.errors = done.stderr
        return done.stdout

    def diff(self, *arguments, status=1, where=None):
        return self.ctl("diff", "--cache-dir", self.cache,
                        where or self.backups, *arguments, status=status)

    def lines(self, *arguments, **options):
        """(letter, path without a slash, notes) of each line."""
        found = {}
        lines = self.diff(*arguments, **options).splitlines()
        for line in lines[:-1]:
            match = LINE.match(line)
            self.assertTrue(match, line)
            path = match[3].rstrip("/")
            self.assertNotIn(path, found)
            found[path] = (match[1] + (match[2] or ""), match[4] or "")
        return found


class Diff(Command):
    def write(self, path, content, day=0):
        trees.write(self.site / path, content.encode(),
                    mtime_ns=(TIME + day * DAY) * 10**9)

    def make_site(self):
        for number in range(300):
            self.write(f"app/d{number % 7}/s{number}.php", f"<?php {number}\n",
                       -30)
            self.write(f"upload/p{number}.jpg", f"\xff\0 photo {number}", -20)
        self.write("a name\nwith lines", "1")
        os.symlink("app", self.site / "link")

    def plant(self):
        """What an attack does; what has to be told of it."""
        for number in range(PHOTOS):
            os.remove(self.site / f"upload/p{number}.jpg")
            yield "D", f"www/upload/p{number}.jpg"
        for number in range(SCRIPTS):
            path = f"app/d{number % 7}/s{number}.php"
            hidden = number < HIDDEN
            self.write(path, f"<?PHP {number}\n" if hidden else
                       f"<?php {number} evil\n", -30 if hidden else 1)
            yield "M", f"www/{path}"
        for number in range(PLANTED):
            self.write(f"upload/x{number}.php", "<?php evil\n", -300)
            yield "A", f"www/upload/x{number}.php"
        self.write("new/deep/in/it.txt", "1", 1)
        yield "A", "www/new"
        os.remove(self.site / "link")
        self.write("link/file", "1", 1)
        yield "T", "www/link"
        os.utime(self.site / "upload/p299.jpg")

    def pack(self, day):
        self.sh(f"tar -C {self.site} -czf "
                f"{self.backups}/www-2024-05-{day:02}.tar.gz .")

    def dump(self, day, offers, more=""):
        rows = ",".join(f"({number},'x')" for number in offers)
        (self.backups / f"db-2024-05-{day:02}.sql").write_text(
            DUMP.format(offers=rows, more=more))

    def setUp(self):
        super().setUp()
        self.site = self.folder("site")
        self.make_site()
        self.pack(1)
        self.dump(1, range(1000, 2200))
        self.planted = set(self.plant())
        self.pack(2)
        self.dump(2, range(1040, 2200), "CREATE TABLE `new` (`id` int);\n")

    def test_planted(self):
        found = self.lines("2024-05-01", "2024-05-02", "www")
        self.assertEqual({(kind[0], path)
                          for path, (kind, _) in found.items()}, self.planted)
        hidden = [path for path, (kind, _) in found.items() if kind == "M?"]
        self.assertEqual(len(hidden), HIDDEN)
        for path, (_, notes) in found.items():
            planted = "/upload/x" in path
            self.assertEqual("program among uploads" in notes, planted, path)
            old = planted or found[path][0] == "M?"
            self.assertEqual("older than first seen" in notes, old, path)
        self.assertIn("1 files", found["www/new"][1])
        self.assertIn("link -> folder", found["www/link"][1])
        self.assertEqual(self.errors, "")

    def test_same_as_gnu_diff(self):
        """What is below folders that came or went is told by their line."""
        trees_of = {}
        for day in (1, 2):
            trees_of[day] = self.folder(f"day{day}")
            self.sh(f"tar -C {trees_of[day]} -xzf "
                    f"{self.backups}/www-2024-05-0{day}.tar.gz")
        os.rename(trees_of[2] / "link", trees_of[2] / "was-link")
        text = self.sh(f"diff -rq --no-dereference {trees_of[1]} "
                       f"{trees_of[2]}", check=False).stdout
        expected = set()
        for line in text.splitlines():
            only = re.match(r"Only in \S+/day(\d)(/\S*)?: (.*)", line)
            both = re.match(r"Files \S+/day1/(.*) and ", line)
            if only:
                letter = "D" if only[1] == "1" else "A"
                expected.add((letter, f"www{only[2] or ''}/{only[3]}"))
            else:
                expected.add(("M", f"www/{both[1]}"))
        expected -= {("A", "www/was-link"), ("D", "www/link")}
        expected.add(("T", "www/link"))
        found = self.lines("2024-05-01", "2024-05-02", "www")
        self.assertEqual({(kind[0], path)
                          for path, (kind, _) in found.items()}, expected)

    def test_tables(self):
        found = self.lines("2024-05-01", "2024-05-02", "db")
        self.assertEqual(found["db/offers"], ("M", "1,200 -> 1,160 rows"))
        self.assertEqual(found["db/new"], ("A", "0 rows"))
        self.assertEqual(set(found),
                         {"db/offers", "db/new", "db/schema.sql"})
        back = self.lines("2024-05-02", "2024-05-01", "db")
        self.assertEqual(back["db/new"], ("D", "0 rows"))

    def test_names(self):
        names = self.diff("2024-05-01", "2024-05-02", "--name-only")
        self.assertIn("www/new/deep/in/it.txt\n", names)
        self.assertIn("www/link/file\n", names)
        self.assertIn("db/offers.tsv\n", names)
        self.assertNotIn("www/new/\n", names)
        os.remove(self.site / "a name\nwith lines")
        self.pack(3)
        self.assertEqual(self.diff("-z", "2024-05-02", "latest", "www"),
                         "www/a name\nwith lines\0")

    def test_json(self):
        lines = [json.loads(line) for line in self.diff(
            "--json", "2024-05-01", "2024-05-02").splitlines()]
        *changes, last = lines
        self.assertEqual(last["message_type"], "statistics")
        self.assertIsInstance(last["schema"], int)
        self.assertEqual(last["source_snapshot"], "2024-05-01")
        self.assertEqual(last["removed"]["files"], PHOTOS)
        by_path = {change["path"]: change for change in changes}
        self.assertEqual(len(by_path), len(changes))
        for change in changes:
            self.assertEqual(change["message_type"], "change")
        self.assertEqual(by_path["/www/app/d0/s0.php"]["modifier"], "M?")
        self.assertEqual(by_path["/www/upload/p0.jpg"]["modifier"], "-")
        self.assertEqual(by_path["/www/new/deep/"]["modifier"], "+")
        planted = by_path["/www/upload/x0.php"]
        self.assertEqual(planted["signs"], ["program-in-upload",
                                            "mtime-older-than-first-seen"])
        self.assertEqual(by_path["/db/offers.tsv"]["new_rows"], 1160)

    def test_patch(self):
        """Of the texts; it turns the old tree into the new one."""
        old = self.folder("old/www").parent
        self.sh(f"tar -C old/www -xzf {self.backups}/www-2024-05-01.tar.gz")
        patch = self.diff("-p", "2024-05-01", "2024-05-02", "www/app")
        (self.tmp / "patch").write_text(patch)
        self.sh(f"cd {old} && git apply --whitespace=nowarn ../patch")
        self.sh(f"diff -r {old}/www/app {self.site}/app")
        text = self.diff("-p", "2024-05-01", "2024-05-02")
        self.assertIn("@@ 40 removed @@ id\tt\n-1000\tx\n", text)
        self.assertIn("Binary files a/www/upload/p0.jpg and /dev/null", text)

    def test_stat(self):
        text = self.diff("--stat", "2024-05-01", "2024-05-02")
        self.assertIn("www/app/d0/s0.php | +1 -1\n", text)
        self.assertIn("db/offers | 1,200 -> 1,160 rows: 40 removed\n", text)
        self.assertIn("db/new | 0 rows: a new table\n", text)
        self.assertIn("db/schema.sql | +", text)
        self.assertIn("www/upload/p0.jpg | binary", text)

    def test_status_and_metadata(self):
        self.assertIn("no differences",
                      self.diff("latest", "latest", status=0))
        os.utime(self.site / "upload/p298.jpg")
        self.pack(3)
        out = self.diff("latest~1", "latest", "www", status=0)
        self.assertIn("; 1 with other times", out)
        found = self.lines("--metadata", "latest~1", "latest", "www")
        self.assertEqual(list(found), ["www/upload/p298.jpg"])
        self.assertEqual(self.lines("latest~1", "latest", "www/app",
                                    status=0), {})

    def test_mistakes(self):
        for arguments, said in (
                (("2024-05-01", "J-99"), "there are 2024-05-01, 2024-05-02"),
                (("2024-05-01", "latest", "nothing"), "db, www"),
                (("2024-05-01", "latest", "www/none"), "in neither"),
                (("2024-05-01",), "two snapshots"),
                (("2024-05-01", "latest", "www", "x"), "two snapshots")):
            self.assertEqual(self.diff(*arguments, status=2), "")
            self.assertIn(said, self.errors)
        self.ctl("diff", "-s", self.backups, "latest", status=2)
        self.ctl("diff", status=2)
        self.ctl("list", "--stat", self.backups, status=2)

    def test_of_a_mount(self):
        """With the mount's settings and names, from any folder; not the
        program's own."""
        mount = self.mount("--now=2024-05-03", "--timezone=Asia/Tokyo")
        mount.wait_for("J-1", "J-2")
        out = self.ctl("diff", mount.path("J-1/www/app"), "J-2", "J-1", "www")
        self.assertEqual(out, self.diff("2024-05-01", "2024-05-02", "www"))
        self.assertEqual(len(self.ctl("list", mount.where,
                                      status=0).splitlines()), 3)

    def test_several_sources(self):
        other = self.folder("other")
        os.rename(self.backups / "db-2024-05-02.sql",
                  other / "db-2024-05-02.sql")
        out = self.ctl("diff", "--cache-dir", self.cache, "-s", self.backups,
                       "-s", other, "2024-05-01", "2024-05-02", "db")
        self.assertIn("db/offers", out)

    def test_cut_off_backup(self):
        """What is missing because the end is must not look removed in all
        calm."""
        whole = (self.backups / "www-2024-05-02.tar.gz").read_bytes()
        (self.backups / "www-2024-05-02.tar.gz").write_bytes(
            whole[:len(whole) // 2])
        self.diff("2024-05-01", "2024-05-02", status=2)
        self.assertIn("incomplete", self.errors)

    def test_folders(self):
        """Folders that are backups have no index; it is said what to do."""
        folders = self.folder("folders")
        for day in (3, 4):
            trees.write(folders / f"2024-05-0{day}/site/a", str(day).encode())
        self.assertEqual(self.diff("2024-05-03", "2024-05-04", status=2,
                                   where=folders), "")
        self.assertIn("diff -rq MOUNTPOINT/2024-05-03/www MOUNTPOINT/"
                      "2024-05-04/www\n", self.errors)
        mount = self.mount(folders)
        mount.wait_for("2024-05-04/www")
        self.assertEqual(self.diff("2024-05-03", "2024-05-04", status=2,
                                   where=mount.where), "")
        command = re.search(r"do: (diff .*)", self.errors)[1]
        self.assertRegex(self.sh(command, check=False).stdout,
                         r"^Files \S+/a and \S+/a differ\n$")
        out = self.ctl("diff", "-s", self.backups, "-s", folders,
                       "--cache-dir", self.cache, "2024-05-02", "2024-05-03",
                       status=2)
        self.assertIn("\nD   www/", out)
        self.assertRegex(self.errors,
                         r"www-2: a folder .* only in 2024-05-03, ")

    def test_unreadable_is_not_forged(self):
        """Size and time of a file that the backup ends in are as they were;
        nobody knows about its content."""
        for day in (1, 2):
            (self.backups / f"www-2024-05-0{day}.tar.gz").unlink()
            trees.write(self.site / "zz.bin", os.urandom(1000) * 1000,
                        mtime_ns=TIME * 10**9)
            packed = self.backups / f"www-2024-05-0{day}.tar"
            self.sh(f"tar -C {self.site} --sort=name -cf {packed} .")
        os.truncate(packed, packed.stat().st_size - 500000)
        found = self.lines("2024-05-01", "2024-05-02", "www", status=2)
        self.assertEqual(list(found), ["www/zz.bin"])
        letter, notes = found["www/zz.bin"]
        self.assertEqual(letter, "M")
        self.assertIn("can't be read in 2024-05-02: not known", notes)
        self.assertNotIn("same size and mtime", notes)
        change = json.loads(self.diff("--json", "2024-05-01", "2024-05-02",
                                      status=2).splitlines()[-2])
        self.assertEqual((change["path"], change["modifier"]),
                         ("/www/zz.bin", "M"))
        self.assertTrue(change["unsure"])
        for form in ((), ("--json",)):
            log = self.ctl("log", *form, "--cache-dir", self.cache,
                           self.backups, "www/zz.bin", status=2)
            self.assertNotIn("M?", log)
            self.assertIn("unsure" if form else "damaged", log)
        os.truncate(self.backups / "www-2024-05-01.tar",
                    packed.stat().st_size)
        found = self.lines("2024-05-01", "2024-05-02", "www", status=2)
        self.assertIn("in 2024-05-01 and 2024-05-02:",
                      found["www/zz.bin"][1])

    def test_only_what_is_asked_for(self):
        """Other snapshots and parts are not read for it."""
        self.dump(3, range(5))
        self.diff("2024-05-01", "2024-05-02", "www")
        indexes = [path for path in self.cache.rglob("*")
                   if path.suffix == ".index" or "index" in path.name]
        self.assertEqual(len(indexes), 2, indexes)

    def test_list(self):
        os.rename(self.backups / "db-2024-05-02.sql",
                  self.backups / "db-2024-05-03.sql")
        rows = self.ctl("list", "--cache-dir", self.cache, "--now=2024-05-04",
                        self.backups, status=0).splitlines()
        self.assertEqual(rows[0].split()[:3], ["SNAPSHOT", "AGE", "PARTS"])
        self.assertRegex(rows[1], r"^2024-05-01  3 days  db www .* - .*"
                                  r"complete$")
        self.assertRegex(rows[2], rf"^2024-05-02  2 days  www .* 8 +40 +"
                                  rf"{SCRIPTS + 1}  complete$")
        (self.backups / "www-2024-05-03.tar.gz").write_bytes(
            (self.backups / "www-2024-05-02.tar.gz").read_bytes()[:2000])
        listed = json.loads(self.ctl(
            "list", "--json", "--cache-dir", self.cache, self.backups))
        self.assertIsInstance(listed["schema"], int)
        last = listed["snapshots"][-1]
        self.assertEqual(last["parts"], ["db", "www"])
        health = " ".join(last["health"])
        self.assertIn("www incomplete", health)
        self.assertIn("www shrank by", health)


HEAD = "-- MariaDB dump 10.19\n"
END = "-- Dump completed\n"
TABLE = """CREATE TABLE `{name}` (`id` int NOT NULL, `t` text{key})
 ENGINE=InnoDB AUTO_INCREMENT={next};
"""
OFFERS, GONE, EDITED = 5000, 40, 3


class Rows(Command):
    """Rows deleted, edited and one admin added: named, and nothing else."""
    def save(self, day, tables, ending=END):
        """{name: rows}; those called keyless… have no key."""
        text = HEAD
        for name, rows in tables.items():
            key = "" if "keyless" in name else ", PRIMARY KEY (`id`)"
            text += TABLE.format(name=name, key=key, next=100 * day)
            if rows:
                text += f"INSERT INTO `{name}` VALUES " + ",".join(
                    f"({number},'{value}')" for number, value in rows) + ";\n"
        (self.backups / f"db-2024-05-{day:02}.sql").write_text(text + ending)

    def save_both(self):
        """What an attacker does on the second day."""
        offers = [(number, f"offer {number}") for number in range(OFFERS)]
        users = [(1, "bob"), (2, "eve")]
        calm = {"calm": [(1, "a"), (2, "b")],
                "keyless": [(7, "x"), (7, "x"), (8, "y")]}
        self.save(1, {"offers": offers, "users": users, **calm})
        self.deleted = offers[100:100 + GONE]
        self.edited = offers[3000:3000 + EDITED]
        left = [(number, "sold" if (number, text) in self.edited else text)
                for number, text in offers
                if (number, text) not in self.deleted]
        self.save(2, {"offers": left, "users": users + [(31337, "admin")],
                      "calm": calm["calm"],
                      "keyless": [(8, "y"), (7, "x"), (9, "z")]})

    TOLD = {
        "db/offers": "5,000 -> 4,960 rows: 40 removed, 3 changed",
        "db/users": "2 -> 3 rows: 1 added",
        "db/calm": "2 -> 2 rows: all the same",
        "db/keyless": "3 -> 3 rows: 1 removed, 1 added",
    }

    def test_planted_rows(self):
        self.save_both()
        found = self.lines("--rows", "2024-05-01", "2024-05-02")
        del found["db/schema.sql"]
        self.assertEqual(found, {path: ("M", notes)
                                 for path, notes in self.TOLD.items()})
        stat = self.diff("--stat", "2024-05-01", "2024-05-02").splitlines()
        self.assertEqual({line for line in stat if "schema" not in line},
                         {f"{path} | {notes}"
                          for path, notes in self.TOLD.items()})
        # The way back.
        found = self.lines("--rows", "2024-05-02", "2024-05-01", "db/users")
        self.assertEqual(found, {"db/users": ("M", "3 -> 2 rows: 1 removed")})
        # Nobody asked for it.
        found = self.lines("2024-05-01", "2024-05-02", "db/offers.sql")
        self.assertEqual(found, {"db/offers": ("M", "5,000 -> 4,960 rows")})

    def test_rows_in_json(self):
        self.save_both()
        numbers = {}
        for line in self.diff("--json", "--rows", "2024-05-01",
                              "2024-05-02").splitlines():
            change = json.loads(line)
            if "table" in change:
                numbers.setdefault(change["table"], set()).add(
                    (change["rows_removed"], change["rows_added"],
                     change["rows_changed"]))
        self.assertEqual(numbers, {
            "db/offers": {(GONE, 0, EDITED)}, "db/users": {(0, 1, 0)},
            "db/calm": {(0, 0, 0)}, "db/keyless": {(1, 1, 0)}})
        self.assertNotIn("rows_", self.diff("--json", "2024-05-01",
                                            "2024-05-02"))

    def patch(self, *arguments, status=1):
        """The lines of a patch, in bytes: a row may be in any charset."""
        done = subprocess.run(
            [rond.RONDCTL, "diff", "-p", "--cache-dir", self.cache,
             self.backups, "2024-05-01", "2024-05-02", *arguments],
            capture_output=True, timeout=120, env=self.environment,
            check=False)
        self.assertEqual(done.returncode, status, done.stderr)
        return done.stdout.decode().split("\n")[:-1]

    def test_patch_of_rows(self):
        """What vanished, what has other values, what came."""
        self.save_both()
        lines = ["--- a/db/offers.tsv", "+++ b/db/offers.tsv",
                 "@@ 40 removed, 3 changed @@ id\tt"]
        lines += [f"-{number}\t{text}" for number, text in self.deleted]
        for number, text in self.edited:
            lines += [f"-{number}\t{text}", f"+{number}\tsold"]
        self.assertEqual(self.patch("db/offers"), lines)
        whole = self.patch()
        at = whole.index(lines[0])
        self.assertEqual(whole[at:at + len(lines)], lines)
        self.assertEqual(whole[-3:], ["+++ b/db/users.tsv",
                                      "@@ 1 added @@ id\tt", "+31337\tadmin"])
        self.assertEqual(self.patch("db/keyless.tsv")[2:], [
            "@@ 1 removed, 1 added @@ id\tt", "-7\tx", "+9\tz"])
        # Of a table without changes in its rows, the text: its definition.
        calm = self.patch("db/calm.sql")
        self.assertEqual([line for line in calm if line[0] in "+-"][2:],
                         ["- ENGINE=InnoDB AUTO_INCREMENT=100;",
                          "+ ENGINE=InnoDB AUTO_INCREMENT=200;"])

    def test_other_columns_and_order(self):
        rows = [(number, f"x{number}") for number in range(50)]
        self.save(1, {"t": rows})
        self.save(2, {"t": rows[::-1][:-1] + [(0, "new")]})
        self.assertEqual(self.patch("db/t.tsv")[2:], [
            "@@ 1 changed @@ id\tt", "-0\tx0", "+0\tnew"])
        path = self.backups / "db-2024-05-02.sql"
        path.write_text(path.read_text().replace("`t` text", "`u` text"))
        self.assertEqual(self.patch("db/t.tsv")[2:], [
            "@@ 1 changed @@", "-id\tt", "+id\tu", "-0\tx0", "+0\tnew"])

    def test_long_rows(self):
        """Longer than what is held of a row."""
        rows = {day: [(1, "a"), (2, str(day) * (9 << 20)), (3, "b")]
                for day in (1, 2)}
        for day, table in rows.items():
            self.save(day, {"t": table})
        lines = self.patch("db/t.tsv")
        self.assertEqual(lines[2], "@@ 1 changed @@ id\tt")
        self.assertTrue(lines[3:] == [f"-2\t{rows[1][1][1]}",
                                      f"+2\t{rows[2][1][1]}"])

    def test_damaged_dump(self):
        """What is not known is not told."""
        self.save_both()
        path = self.backups / "db-2024-05-02.sql"
        text = path.read_text()
        path.write_text(text[:text.index("(31337")] + "(3,'cut off")
        found = self.lines("--rows", "2024-05-01", "2024-05-02", status=2)
        self.assertNotIn(":", found["db/users"][1])
        self.assertIn("db/users: rows not compared:", self.errors)
        self.assertNotIn("rows_", self.diff(
            "--json", "--rows", "2024-05-01", "2024-05-02", "db/users",
            status=2))
        patch = self.patch("db/users", status=2)
        self.assertEqual(patch, [])


if __name__ == "__main__":
    rond.main()
