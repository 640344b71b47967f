#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""rondctl log: the versions that sha256sum finds in the extracted backups,
and what a real git repository has of them."""
import glob
import hashlib
import json
import os
import pathlib
import subprocess

import rond
import trees

DAY = 86400
TIME = 1714521600  # 2024-05-01
DUMP = """-- MariaDB dump 10.19
CREATE TABLE `offers` (`id` int NOT NULL, PRIMARY KEY (`id`));
INSERT INTO `offers` VALUES {rows};
-- Dump completed
"""


class Log(rond.Case):
    def setUp(self):
        super().setUp()
        self.site = self.folder("site")
        self.write("index.php", "<?php 1;\n", -30)
        self.write("same.txt", "the same", -30)
        self.write("upload/a b.php", "<?php evil;\n", -300)
        self.write("gone.txt", "gone", -30)
        os.symlink("same.txt", self.site / "link")
        self.pack(1)
        self.write("index.php", "<?php 2;\n", -30)  # the same size and time
        self.pack(2)
        self.pack(3)
        os.remove(self.site / "gone.txt")
        self.write("index.php", "<?php 1;\n", 3)
        self.write("old.php", "<?php came later;\n", -300)
        self.relink("gone.txt")
        self.pack(4)
        os.remove(self.site / "index.php")
        self.pack(5)
        self.write("index.php", "<?php the last one\n", 5)
        self.pack(6)

    def write(self, path, content, day=0):
        trees.write(self.site / path, content.encode(),
                    mtime_ns=(TIME + day * DAY) * 10**9)

    def relink(self, target):
        os.remove(self.site / "link")
        os.symlink(target, self.site / "link")

    def pack(self, day):
        self.sh(f"tar -C {self.site} -czf "
                f"{self.backups}/www-2024-05-{day:02}.tar.gz .")

    def dump(self, day, rows):
        text = ",".join(f"({row})" for row in rows)
        (self.backups / f"db-2024-05-{day:02}.sql").write_text(
            DUMP.format(rows=text))

    def ctl(self, *arguments, status=0):
        command = [str(rond.RONDCTL), *map(str, arguments)]
        done = subprocess.run(
            command, capture_output=True, timeout=120, env=self.environment,
            stdin=subprocess.DEVNULL, text=True, errors="surrogateescape")
        self.assertEqual(done.returncode, status, (command, done.stderr))
        self.errors = done.stderr
        return done.stdout

    def log(self, *arguments, status=0):
        return self.ctl("log", "--cache-dir", self.cache, "--timezone=UTC",
                        self.backups, *arguments, status=status)

    def lines(self, *arguments, status=0):
        """What --json says: the versions, the paths, the summary."""
        found = [json.loads(line) for line in
                 self.log("--json", *arguments, status=status).splitlines()]
        self.assertEqual(found[-1]["message_type"], "summary")
        self.assertEqual(found[-1]["schema"], 1)
        return ([one for one in found if one["message_type"] == "version"],
                {one["path"]: one for one in found
                 if one["message_type"] == "path"}, found[-1])

    @staticmethod
    def runs(version):
        return [(run["first"][8:], run["last"][8:])
                for run in version["runs"]]

    def extract(self):
        """The backups as tar has them: day → folder."""
        folders = {}
        for archive in sorted(self.backups.glob("www-*.tar.gz")):
            day = archive.name[len("www-"):-len(".tar.gz")]
            folders[day] = self.folder(f"out/{day}")
            self.sh(f"tar -C {folders[day]} -xzf {archive}")
        return folders

    def test_against_extracted(self):
        """Each version of each file, and in which snapshots it is."""
        expected = {}
        for day, folder in self.extract().items():
            for path in folder.rglob("*"):
                if path.is_file() and not path.is_symlink():
                    key = (f"/www/{path.relative_to(folder)}",
                           hashlib.sha256(path.read_bytes()).hexdigest())
                    expected.setdefault(key, []).append(day)
        days = sorted({day for found in expected.values() for day in found})
        versions, paths, summary = self.lines("www/**")
        found = {}
        for one in versions:
            if one["type"] != "file":
                continue
            held = []
            for run in one["runs"]:
                held += days[days.index(run["first"]):
                             days.index(run["last"]) + 1]
            found[one["path"], one["sha256"]] = held
        self.assertEqual(found, expected)
        self.assertEqual(summary["paths"], len(paths))
        self.assertEqual(summary["versions"], len(versions))

    def test_one_file(self):
        rows = self.log("www/index.php").splitlines()
        self.assertEqual(rows[0].split(),
                         ["SNAPSHOTS", "MTIME", "SIZE", "SHA256", "NOTES"])
        self.assertEqual(len(rows), 5, rows)
        short = hashlib.sha256(b"<?php 1;\n").hexdigest()[:12]
        self.assertRegex(rows[1], rf"^2024-05-01, 2024-05-04 +2024-04-01 "
                                  rf"00:00 +9 bytes  {short}$")
        self.assertRegex(rows[2], r"^2024-05-02\.\.2024-05-03 .*M\? same size")
        self.assertRegex(rows[3], r"^2024-05-06 +2024-05-06 00:00")
        self.assertEqual(rows[4], "not there in 2024-05-05")

    def test_gone(self):
        self.assertEqual(self.log("www/gone.txt").splitlines()[-1],
                         "gone since 2024-05-04")
        _, paths, _ = self.lines("/www/gone.txt")
        self.assertEqual(paths["/www/gone.txt"]["gone_since"], "2024-05-04")
        _, paths, _ = self.lines("www/index.php")
        self.assertNotIn("gone_since", paths["/www/index.php"])
        self.assertEqual(paths["/www/index.php"]["absent"],
                         [{"first": "2024-05-05", "last": "2024-05-05"}])

    def test_links_and_folders(self):
        versions, _, _ = self.lines("www/link")
        self.assertEqual([(one["target"], self.runs(one))
                          for one in versions],
                         [("same.txt", [("01", "03")]),
                          ("gone.txt", [("04", "06")])])
        versions, _, _ = self.lines("www/upload")
        self.assertEqual([(one["type"], self.runs(one)) for one in versions],
                         [("dir", [("01", "06")])])

    def test_signs(self):
        versions, _, _ = self.lines("www/*.php", "www/upload/a b.php")
        signs = {(one["path"], self.runs(one)[0][0]): one["signs"]
                 for one in versions if "signs" in one}
        self.assertEqual(signs, {
            ("/www/index.php", "02"): ["mtime-older-than-first-seen"],
            ("/www/old.php", "04"): ["mtime-older-than-first-seen"],
            ("/www/upload/a b.php", "01"): ["program-in-upload"]})
        hidden = [(one["path"], self.runs(one)) for one in versions
                  if one.get("modifier") == "M?"]
        self.assertEqual(hidden, [("/www/index.php", [("02", "03")])])

    def test_globs(self):
        """As python's glob finds them in all that was extracted."""
        folders = self.extract().values()
        for pattern in ("*", "*.php", "*/*.php", "**/*.txt", "[i-o]*", "l?nk",
                        "**/upload/**", "none*"):
            expected = {
                f"/www/{path}" for folder in folders
                for path in glob.glob(pattern, root_dir=folder,
                                      recursive=True)
                if not (folder / path).is_dir()
                or (folder / path).is_symlink()}
            _, paths, _ = self.lines(f"www/{pattern}",
                                     status=0 if expected else 1)
            self.assertEqual(set(paths), expected, pattern)

    def test_headings(self):
        out = self.log("www/same.txt", "www/link")
        self.assertRegex(out, r"(?s)^www/link\nSNAPSHOTS.*\n\nwww/same.txt\n")
        self.assertNotIn("www/", self.log("www/same.txt"))

    def test_nothing_found(self):
        self.assertEqual(self.log("www/none", status=1), "")
        self.assertIn("www/none: it is in no snapshot", self.errors)
        self.assertIn("www", self.errors)
        out = self.log("www/none", "www/same.txt", status=1)
        self.assertIn("2024-05-01..2024-05-06", out)
        self.log(status=2)
        self.assertIn("a path is expected", self.errors)
        self.log("--git=/nonexistent", "www/index.php", status=2)
        self.assertIn("/nonexistent", self.errors)
        self.log(f"--git={self.site}", "www/index.php", status=2)
        self.assertIn("not a git repository", self.errors)

    def test_tables(self):
        self.dump(1, [1, 2])
        self.dump(2, [1, 2])
        self.dump(4, [1])
        versions, _, _ = self.lines("db/offers.tsv")
        self.assertEqual([self.runs(one) for one in versions],
                         [[("01", "02")], [("04", "04")]])
        self.assertNotIn("mtime", versions[0])
        versions, _, _ = self.lines("db.sql")
        self.assertEqual([self.runs(one) for one in versions],
                         [[("01", "02")], [("04", "04")]])

    def test_unread(self):
        """What a damaged backup lacks is not gone; but it is trouble."""
        path = self.backups / "www-2024-05-02.tar.gz"
        (self.backups / "www-2024-05-03.tar.gz").write_bytes(
            path.read_bytes()[:10] + b"rubbish")
        path.write_bytes(path.read_bytes()[:150])
        versions, paths, summary = self.lines("www/same.txt", status=2)
        self.assertEqual([self.runs(one) for one in versions],
                         [[("01", "06")]])
        self.assertEqual(paths["/www/same.txt"]["absent"], [])
        self.assertEqual([one["snapshot"] for one in summary["unread"]],
                         ["2024-05-02", "2024-05-03"])
        self.assertIn("www-2024-05-03", self.errors)

    def test_folders_that_are_backups(self):
        folders = self.folder("folders")
        for day, folder in self.extract().items():
            os.rename(folder, folders / day)
        arguments = ("log", "--json", "--cache-dir", self.cache)
        of_folders = self.ctl(*arguments, folders, "www/*.*")
        self.assertEqual(of_folders,
                         self.ctl(*arguments, self.backups, "www/*.*"))
        self.assertIn("M?", of_folders)

    def git(self, command):
        return self.sh(
            "export GIT_CONFIG_GLOBAL=/dev/null GIT_AUTHOR_NAME=a "
            "GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a "
            f"GIT_COMMITTER_EMAIL=a@b; cd {self.tmp}/repo; {command}").strip()

    def make_repo(self, options=""):
        self.folder("repo")
        self.git(f"git init -q {options}")
        for day, text in ((10, "<?php 0;"), (11, "<?php 1;"),
                          (12, "<?php 3;"), (13, "<?php 1;")):
            date = f"GIT_COMMITTER_DATE=2024-04-{day}T12:00:00Z"
            self.git(f"echo '{text}' > other.name; ln -sf same.txt l; "
                     f"git add -A; {date} git commit -qm {day}")
        return self.git("git log --reverse --format=%H").splitlines()

    def check_git(self):
        commits = self.make_repo() if not (
            self.tmp / "repo").exists() else self.git(
            "git log --reverse --format=%H").splitlines()
        repo = f"--git={self.tmp}/repo"
        rows = self.log(repo, "www/index.php").splitlines()
        self.assertIn(f"commit {commits[1][:10]} 2024-04-11", rows[1])
        self.assertIn(" never ", rows[2])
        versions, _, _ = self.lines(repo, "www/index.php", "www/link")
        for one in versions:
            path = f"{self.tmp}/out/{one['runs'][0]['first']}{one['path'][4:]}"
            if one["type"] == "file":
                self.assertEqual(one["git"]["blob"],
                                 self.git(f"git hash-object '{path}'"))
        known = {(one["path"], self.runs(one)[0][0]): one["git"].get("commit")
                 for one in versions if one["git"]["known"]}
        self.assertEqual(known, {("/www/index.php", "01"): commits[1],
                                 ("/www/link", "01"): commits[0]})

    def test_git(self):
        self.extract()
        self.check_git()
        # In the repository, but in no commit.
        self.git("git hash-object -w --stdin < ../out/2024-05-06/index.php")
        versions, _, _ = self.lines(f"--git={self.tmp}/repo", "www/index.php")
        self.assertEqual(versions[-1]["git"]["known"], True)
        self.assertNotIn("commit", versions[-1]["git"])

    def test_git_of_sha256(self):
        self.extract()
        self.make_repo("--object-format=sha256")
        self.check_git()

    def test_git_is_not_written_to(self):
        """Nor does it run what a repository's settings name for looking at
        files."""
        self.extract()
        self.make_repo()
        trap = self.tmp / "trap"
        self.git(f"git config core.fsmonitor 'touch {trap}'; "
                 f"git config diff.external 'touch {trap}'; "
                 f"git config core.pager 'touch {trap}'")
        before = {path: path.lstat().st_mtime_ns for path in
                  pathlib.Path(self.tmp, "repo").rglob("*")}
        self.check_git()
        self.assertFalse(trap.exists())
        self.assertEqual(before, {path: path.lstat().st_mtime_ns for path in
                                  pathlib.Path(self.tmp, "repo").rglob("*")})

    def test_of_a_mount(self):
        mount = self.mount("--now=2024-05-07")
        mount.wait_for("J-1")
        self.assertEqual(self.ctl("log", mount.path("J-1"), "www/index.php"),
                         self.log("www/index.php"))


if __name__ == "__main__":
    rond.main()
