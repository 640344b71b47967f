#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""rondctl grep: each line that GNU grep finds in the extracted trees, with the
snapshots from and to which it was there, and none besides."""
import collections
import json
import os
import random
import re
import subprocess

import rond
import trees

TIME = 1714521600  # 2024-05-01
DAYS = 6
LINE = re.compile(r"^(\S+)\.\.(\S+)\t(.*?)(?::(\d+):(.*)|: binary file "
                  r"matches)$", re.S)

DUMP = """-- MariaDB dump 10.19
CREATE TABLE `users` (`id` int NOT NULL, `n` text, PRIMARY KEY (`id`));
INSERT INTO `users` VALUES {rows};
CREATE TABLE `needles` (`id` int);
-- Dump completed
"""


class Grep(rond.Case):
    def setUp(self):
        super().setUp()
        self.random = random.Random(5)
        self.site = self.folder("site")
        self.trees = {}

    def write(self, path, content):
        if isinstance(content, str):
            content = content.encode()
        trees.write(self.site / path, content, mtime_ns=TIME * 10**9)

    def pack(self, day):
        name = f"2024-05-{day:02}"
        self.sh(f"tar -C {self.site} -czf {self.backups}/www-{name}.tar.gz .")
        self.trees[name] = self.folder(f"trees/{name}")
        self.sh(f"cp -a {self.site}/. {self.trees[name]}")

    def text(self):
        words = ["needle", "hay", "NEEDLE", "eval (", "eval(x)", "", "\tq",
                 "caf\u00e9", "CAF\u00c9", "two needle needle", "a.b", "axb"]
        lines = self.random.choices(words, k=self.random.randrange(12))
        text = "\n".join(f"{line}{self.random.randrange(3)}"
                         for line in lines)
        return text + self.random.choice(["", "\n"])

    def make_days(self):
        """Files that come, go, come back, change, are the same elsewhere."""
        for day in range(1, DAYS + 1):
            for number in range(60):
                path = f"d{number % 4}/f{number}.php"
                chance = self.random.random()
                if day == 1 or chance < 0.15:
                    self.write(path, self.text())
                elif chance < 0.25 and (self.site / path).exists():
                    os.remove(self.site / path)
            self.write("copy/one", "same needle\n")
            self.write("copy/two", "same needle\n")
            self.write("log", "".join(f"line {n} needle\n"
                                      for n in range(day * 3)))
            self.pack(day)

    def ctl(self, *arguments, status=0):
        command = [str(rond.RONDCTL), "grep", "--cache-dir", str(self.cache),
                   *map(str, arguments)]
        done = subprocess.run(
            command, capture_output=True, timeout=120, env=self.environment,
            stdin=subprocess.DEVNULL)
        self.errors = done.stderr.decode()
        self.assertEqual(done.returncode, status, (command, self.errors))
        return done.stdout.decode(errors="surrogateescape")

    def found(self, *arguments, **options):
        """(path, text or None) -> how often in each snapshot."""
        counts = collections.Counter()
        names = sorted(self.trees)
        lines = self.ctl(self.backups, *arguments, **options)
        order = []
        for line in lines.splitlines():
            match = LINE.match(line)
            self.assertTrue(match, line)
            first, last, path, number, text = match.groups()
            order.append((path, first, int(number or 0)))
            self.assertLessEqual(first, last)
            for name in names:
                if first <= name <= last:
                    counts[name, path, text] += 1
            if number:
                with open(self.trees[last] / path.split("/", 1)[1],
                          "rb") as file:
                    there = file.read().split(b"\n")[int(number) - 1]
                self.assertEqual(
                    there.decode(errors="surrogateescape"), text)
        self.assertEqual([path for path, _, _ in order],
                         sorted(path for path, _, _ in order))
        return counts

    def expected(self, *arguments):
        """The same by GNU grep."""
        counts = collections.Counter()
        for name, tree in self.trees.items():
            done = subprocess.run(
                ["grep", "-rn", *arguments, "."], cwd=tree,
                capture_output=True, env=dict(os.environ, LC_ALL="C"))
            self.assertLess(done.returncode, 2, done.stderr)
            for line in done.stdout.split(b"\n")[:-1]:
                line = line.decode(errors="surrogateescape")
                binary = re.match(r"grep: \./(.*): binary file matches", line)
                if binary:
                    counts[name, f"www/{binary[1]}", None] += 1
                    continue
                path, _, text = line.split(":", 2)
                counts[name, f"www/{path[2:]}", text] += 1
        return counts

    def test_as_gnu_grep(self):
        self.make_days()
        for ours, theirs in (
                (["-F", "needle"], ["-aF", "needle"]),
                (["-F", "a.b"], ["-aF", "a.b"]),
                (["-Fi", "Needle"], ["-aFi", "Needle"]),
                (["needle"], ["-aP", "needle"]),
                ([r"eval\s*\("], ["-aP", r"eval\s*\("]),
                (["^needle[01]$"], ["-aP", "^needle[01]$"]),
                (["^$"], ["-aP", "^$"]),
                (["^"], ["-aP", "^"]),
                ([".*"], ["-aP", ".*"]),
                (["y[^x]*$"], ["-aP", "y[^x]*$"]),
                ([r"hay\W*1"], ["-aP", r"hay\W*1"]),
                (["needle(?!1)"], ["-aP", "needle(?!1)"]),
                ([r"\d\s+"], ["-aP", r"\d\s+"]),
                ([r"(needle|hay)2\z"], ["-aP", r"(needle|hay)2\z"]),
                (["-i", "NEEDLE2"], ["-aiP", "NEEDLE2"]),
                (["-F", "caf\u00e9"], ["-aF", "caf\u00e9"])):
            with self.subTest(ours):
                expected = self.expected(*theirs)
                self.assertTrue(expected)
                self.assertEqual(self.found(*ours), expected)

    def test_ranges(self):
        """A line that stays while its file changes is one; back again is
        another."""
        for day, text in ((1, "a\nx\n"), (2, "b\na\n"), (3, "b\na\na\n"),
                          (4, "c\n"), (5, "a\n")):
            self.write("f", text)
            self.pack(day)
        self.assertEqual(
            self.ctl("-F", self.backups, "a").splitlines(),
            ["2024-05-01..2024-05-03\twww/f:2:a",
             "2024-05-03..2024-05-03\twww/f:3:a",
             "2024-05-05..2024-05-05\twww/f:1:a"])
        self.assertEqual(
            self.ctl("-l", self.backups, "a").splitlines(),
            ["2024-05-01..2024-05-03\twww/f",
             "2024-05-05..2024-05-05\twww/f"])
        self.assertEqual(
            self.ctl("-l", self.backups, "[abc]").splitlines(),
            ["2024-05-01..2024-05-05\twww/f"])

    def test_characters(self):
        """Beyond ASCII in the pattern: characters where lines are UTF-8."""
        self.write("f", b"caf\xc3\xa9s\nCAF\xc3\x89\ncaf\xe9\nna\xefve\n")
        self.pack(1)
        out = self.ctl("-i", self.backups, "caf\u00e9")
        self.assertEqual(len(out.splitlines()), 2)
        out = self.ctl(self.backups, "caf[\u00e8\u00e9]s")
        self.assertEqual(len(out.splitlines()), 1)
        self.ctl(self.backups, "caf[\u00e8\u00e0]s", status=1)
        self.assertIn("\udcef", self.ctl(self.backups, "ve$"))

    def test_binary(self):
        self.write("a.jpg", b"\xff\0 needle\n" * 3)
        self.write("late", b"x" * 40000 + b"\n\0 needle\n")
        self.write("text", "needle\n")
        self.pack(1)
        self.assertEqual(
            self.ctl("-F", self.backups, "needle"),
            "2024-05-01..2024-05-01\twww/a.jpg: binary file matches\n"
            "2024-05-01..2024-05-01\twww/late:2:\0 needle\n"
            "2024-05-01..2024-05-01\twww/text:1:needle\n")

    def test_long_lines(self):
        """Over the ends of pieces, and lines longer than any."""
        mib = 1 << 20
        self.write("a", "x" * (256 * 1024 - 3) + "needle\nnext\nneedle\n")
        self.write("b", "y" * (mib - 7) + "needle\n" + "z\n" * 500000 +
                   "needle")
        self.write("c", "needle" + "y" * (3 * mib) + "needle\nlast needle\n")
        self.pack(1)
        lines = [line.split(":", 2) for line in self.ctl(
            "-F", self.backups, "needle").splitlines()]
        self.assertEqual(
            [(head.split("/")[-1], number) for head, number, _ in lines],
            [("a", "1"), ("a", "3"), ("b", "1"), ("b", "500002"),
             ("c", "1"), ("c", "2")])
        self.assertEqual(lines[-1][2], "last needle")
        self.assertEqual(lines[2][2], "y" * (mib - 7) + "needle")

    def test_many_lines(self):
        """More than is held in memory."""
        text = "".join(f"{n:0100} needle\n" for n in range(900000))
        self.write("big", text)
        self.pack(1)
        self.write("big", text + "needle\n")
        self.write("small", "needle\n")
        self.pack(2)
        out = self.ctl("-F", self.backups, "needle")
        self.assertEqual(len(out.splitlines()), 900000 * 2 + 2)
        self.assertTrue(out.endswith("\twww/small:1:needle\n"))
        found = re.findall(r":(\d+):(\d{100}) needle\n", out)
        self.assertEqual(len(found), 1800000)
        self.assertTrue(all(int(a) == int(b) + 1 for a, b in found))

    def test_paths(self):
        self.make_days()
        whole = self.found("-F", "needle")
        for path, pattern in (("www", r"www/.*"), ("www/d1", r"www/d1/.*"),
                              ("www/d1/", r"www/d1/.*"),
                              ("www/d*/f1?.php", r"www/d./f1.\.php"),
                              ("*/copy/one", r"www/copy/one"),
                              ("**/two", r"www/copy/two"),
                              ("./www//copy/./one", r"www/copy/one")):
            with self.subTest(path):
                expected = {key: count for key, count in whole.items()
                            if re.fullmatch(pattern, key[1])}
                self.assertTrue(expected)
                self.assertEqual(self.found("-F", "needle", path), expected)
        self.ctl("-F", self.backups, "needle", "www/none", status=2)
        self.assertIn("in no snapshot", self.errors)
        self.ctl("-F", self.backups, "needle", "none", status=2)
        self.assertIn("begin with a part of the snapshots: www", self.errors)

    def dump(self, day, rows):
        rows = ",".join(f"({number},'{text}')" for number, text in rows)
        (self.backups / f"db-2024-05-{day:02}.sql").write_text(
            DUMP.format(rows=rows))

    def test_dumps(self):
        """Rows once, and what is no row; not each again in the scripts."""
        self.dump(1, [(1, "ann needle"), (2, "bob")])
        self.dump(2, [(0, "zoe"), (1, "ann needle"), (3, "needle")])
        self.assertEqual(
            self.ctl("-F", self.backups, "needle").splitlines(),
            ["2024-05-01..2024-05-02\tdb/schema.sql:" + line
             for line in self.schema_lines("needle")] +
            ["2024-05-01..2024-05-02\tdb/users.tsv:3:1\tann needle",
             "2024-05-02..2024-05-02\tdb/users.tsv:4:3\tneedle"])
        self.assertIn("\tdb/users.sql:", self.ctl(
            "-F", self.backups, "ann needle", "db/users.sql"))

    def schema_lines(self, text):
        schema = self.ctl(self.backups, "^", "db/schema.sql").splitlines()
        lines = [line.split(":", 1)[1] for line in schema]
        return [line for line in lines if text in line]

    def test_json(self):
        self.write("f", "a needle\n")
        self.write("b.jpg", b"\0needle")
        self.pack(1)
        self.pack(2)
        *found, last = map(json.loads, self.ctl(
            "--json", "-F", self.backups, "needle").splitlines())
        self.assertEqual(found, [
            {"message_type": "binary", "path": "/www/b.jpg",
             "first": "2024-05-01", "last": "2024-05-02"},
            {"message_type": "match", "path": "/www/f",
             "first": "2024-05-01", "last": "2024-05-02", "line": 1,
             "text": "a needle"}])
        self.assertEqual((last["message_type"], last["schema"],
                          last["matches"], last["files"], last["contents"],
                          last["unread"]), ("summary", 1, 2, 2, 2, 0))

    def test_status_and_mistakes(self):
        self.write("f", "a needle\n")
        self.pack(1)
        self.assertEqual(self.ctl(self.backups, "nothing", status=1), "")
        for arguments, said in (
                (["("], "missing"), (["a\nb"], "line break"),
                ([], "a pattern is expected"),
                (["a", "www", "b"], "a pattern is expected")):
            self.assertEqual(self.ctl(self.backups, *arguments, status=2), "")
            self.assertIn(said, self.errors)
        self.ctl("-s", self.backups, "needle")
        out = subprocess.run(
            f"{rond.RONDCTL} grep --cache-dir {self.cache} {self.backups} "
            "needle >/dev/full", shell=True, env=self.environment,
            capture_output=True, text=True)
        self.assertEqual(out.returncode, 2)
        self.assertIn("write", out.stderr)

    def test_unreadable(self):
        """What could not be searched is named; the rest is found."""
        self.write("a", "needle one\n")
        self.write("z", self.random.randbytes(3 << 20))
        self.write("zz", "needle two\n")
        self.pack(1)
        self.ctl("-F", self.backups, "needle")
        archive = self.backups / "www-2024-05-01.tar.gz"
        times = os.stat(archive)
        data = bytearray(archive.read_bytes())
        middle = len(data) // 2
        data[middle] ^= 0xff
        with open(archive, "r+b") as file:
            file.write(data)
        os.utime(archive, ns=(times.st_atime_ns, times.st_mtime_ns))
        out = self.ctl("-F", self.backups, "needle", status=2)
        self.assertIn("www/a:1:needle one", out)
        self.assertIn("2024-05-01", self.errors)

    def test_cut_off_backup(self):
        self.make_days()
        archive = self.backups / f"www-2024-05-{DAYS:02}.tar.gz"
        whole = archive.read_bytes()
        archive.write_bytes(whole[:len(whole) // 2])
        out = self.ctl("-F", self.backups, "needle", status=2)
        self.assertTrue(out)
        self.assertIn("incomplete", self.errors)

    def test_folders(self):
        (self.backups / "2024-05-01").mkdir()
        (self.backups / "2024-05-01" / "f").write_text("needle\n")
        self.assertEqual(self.ctl(self.backups, "needle", status=2), "")
        self.assertIn("folders as they are", self.errors)

    def test_of_a_mount(self):
        self.make_days()
        mount = self.mount("--timezone=Asia/Tokyo").wait_for("2024-05-01")
        self.assertEqual(
            self.ctl("-F", mount.path("2024-05-01/www"), "needle"),
            self.ctl("-F", self.backups, "needle"))


if __name__ == "__main__":
    rond.main()
