#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What .status and PROBLEMS.txt say."""
import os

import archives
import rond
import trees

STATES = {"unindexed", "indexing", "ready", "damaged", "incomplete",
          "failed"}
KINDS = {"archive", "dump", "folder"}


class Status(rond.Case):
    def setUp(self):
        super().setUp()
        self.site = trees.make_site(self.folder("site"))
        archives.pack(self.site, self.backups / "site-2024-05-01.tar.gz")
        (self.backups / "base-2024-05-01.sql").write_bytes(
            b"-- MariaDB dump 10.19\nCREATE TABLE `t` (`a` int);\n")

    def check_part(self, part):
        self.assertIsInstance(part["name"], str)
        self.assertIn(part["kind"], KINDS)
        self.assertIsInstance(part["source"], str)
        self.assertIn(part["state"], STATES)
        self.assertIn("progress", part)
        self.assertIn("message", part)
        for name in ("entries", "bytes"):
            self.assertIn(name, part)
            if part[name] is not None:
                self.assertIsInstance(part[name], int)

    def test_schema(self):
        mount = self.mount().wait_for("2024-05-01")
        status = mount.status()
        self.assertIsInstance(status["schema"], int)
        self.assertIn(str(self.backups), str(status["sources"]))
        self.assertIn("first_seen", status)
        self.assertEqual(status["skipped"], [])
        names = [entry["name"] for entry in status["snapshots"]]
        self.assertEqual(names, ["2024-05-01"])
        snapshot = status["snapshots"][0]
        self.assertIn("2024-05-01", snapshot["date"])
        self.assertEqual(sorted(part["name"] for part in snapshot["parts"]),
                         ["db", "www"])
        for part in snapshot["parts"]:
            self.check_part(part)

    def test_caches(self):
        """Read twice: the second time it is in memory."""
        mount = self.mount().wait_for("2024-05-01")
        before = mount.status()["cache"]
        self.assertEqual((before["hits"], before["disk"]),
                         (0, str(self.cache)))
        paths = [path for path in (mount.where / "2024-05-01/www").rglob("*")
                 if path.is_file() and not path.is_symlink()]
        for path in paths:
            path.read_bytes()
        after = rond.wait_until(
            lambda: (mount.status()["cache"]["hits"] > 0
                     and mount.status()["cache"]), what="hits")
        self.assertGreater(after["disk_bytes"], before["disk_bytes"])
        self.assertGreater(after["memory_bytes"], 0)
        self.assertLessEqual(after["memory_bytes"], after["memory_limit"])
        text = self.sh(f"{rond.RONDCTL} status {mount.where}")
        self.assertRegex(text, r"(?m)^on disk: .* of at most .*, in .*/cache$")
        self.assertRegex(text, r"(?m)^in memory: .*; it had \d+ % of \d+ "
                               r"blocks that were read$")

    def test_states(self):
        mount = self.mount().wait_for("2024-05-01")
        self.assertEqual(mount.part("2024-05-01", "www")["state"],
                         "unindexed")
        os.listdir(mount.path("2024-05-01/www"))
        part = mount.part("2024-05-01", "www")
        self.assertEqual(part["state"], "ready")
        files = sum(path.is_file() for path in self.site.rglob("*"))
        self.assertGreaterEqual(part["entries"], files)
        size = sum(path.stat().st_size for path in self.site.rglob("*")
                   if path.is_file())
        self.assertEqual(part["bytes"], size)
        self.assertEqual(mount.part("2024-05-01", "db")["kind"], "dump")

    def test_stat_tells_its_size(self):
        mount = self.mount().wait_for("2024-05-01")
        path = mount.where / ".status"
        self.assertEqual(os.stat(path).st_size, len(path.read_bytes()))

    def test_skipped_and_problems(self):
        (self.backups / "report-2024-05-02.xls").write_bytes(b"\0" * 100)
        mount = self.mount().wait_for("2024-05-01")
        skipped = mount.status()["skipped"]
        self.assertEqual(len(skipped), 1)
        self.assertIn("report-2024-05-02.xls", skipped[0]["path"])
        self.assertTrue(skipped[0]["why"])
        self.assertIn("PROBLEMS.txt", mount.names())
        lines = mount.problems().splitlines()
        self.assertEqual(len([line for line in lines
                              if "report-2024-05-02.xls" in line]), 1)

    def test_no_problems_no_file(self):
        mount = self.mount().wait_for("2024-05-01")
        os.listdir(mount.path("2024-05-01/www"))
        self.assertNotIn("PROBLEMS.txt", mount.names())
        self.assertFalse(os.path.lexists(mount.where / "PROBLEMS.txt"))

    def test_damaged_latest_names_the_newest_sound_one(self):
        packed = (self.backups / "site-2024-05-01.tar.gz").read_bytes()
        (self.backups / "site-2024-05-02.tar.gz").write_bytes(
            packed[:len(packed) // 2])
        mount = self.mount().wait_for("2024-05-02")
        self.sh(f"ls {mount.where}/2024-05-02/www", check=False)
        os.listdir(mount.path("2024-05-01/www"))
        self.assertEqual(os.readlink(mount.where / "latest"), "2024-05-02")
        problems = rond.wait_until(mount.problems)
        self.assertIn("site-2024-05-02.tar.gz", problems)
        self.assertIn("2024-05-01", problems)

    def test_odd_names_are_json(self):
        name = os.fsencode(self.backups) + b"/r\xe9port\"\n-2024-05-02.xls"
        with open(name, "wb") as file:
            file.write(b"no backup")
        mount = self.mount().wait_for("2024-05-01")
        self.assertEqual(len(mount.status()["skipped"]), 1)


if __name__ == "__main__":
    rond.main()
