#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Backups come and go while they are mounted."""
import errno
import os
import shutil
import signal
import time

import archives
import rond
import trees


class ComingGoing(rond.Case):
    def setUp(self):
        super().setUp()
        site = trees.make_site(self.folder("site"))
        self.packed = archives.pack(site, self.tmp / "packed.tar.gz")
        self.put("site-2024-05-01.tar.gz")

    def put(self, name):
        """A backup that arrives as rsync leaves it: whole, by rename."""
        file = self.backups / name
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(self.packed, f"{file}.tmp")
        os.rename(f"{file}.tmp", file)
        return file

    def gone(self, mount, name):
        rond.wait_until(lambda: not os.path.lexists(mount.where / name), 10,
                        f"{name} gone")

    def test_new_backup_appears(self):
        mount = self.mount("--now=2024-05-03").wait_for("2024-05-01")
        self.put("site-2024-05-02.tar.gz")
        where = mount.path("2024-05-02/www", 10)
        self.assertTrue((where / "index.php").is_file())
        self.assertEqual(os.readlink(mount.where / "J-1"), "2024-05-02")
        rond.wait_until(
            lambda: os.readlink(mount.where / "latest") == "2024-05-02", 10)
        self.assertIn("2024-05-02", mount.names())

    def test_name_looked_up_before_it_came(self):
        mount = self.mount("--now=2024-05-03").wait_for("2024-05-01")
        for name in ("2024-05-02", "J-1", "D-1"):
            self.assertFalse(os.path.lexists(mount.where / name))
        self.put("site-2024-05-02.tar.gz")
        for name in ("2024-05-02", "J-1", "D-1"):
            mount.path(name, 10)

    def test_deleted_backup_goes(self):
        file = self.put("site-2024-05-02.tar.gz")
        mount = self.mount("--now=2024-05-03")
        mount.wait_for("2024-05-01", "2024-05-02", "J-1")
        os.unlink(file)
        self.gone(mount, "2024-05-02")
        self.gone(mount, "J-1")
        self.assertNotIn("2024-05-02", mount.names())
        self.assertTrue((mount.where / "2024-05-01/www").is_dir())

    def test_listing_alone_shows_it(self):
        mount = self.mount().wait_for("2024-05-01")
        self.put("site-2024-05-02.tar.gz")
        rond.wait_until(lambda: "2024-05-02" in mount.names(), 10)

    def test_in_a_new_folder(self):
        mount = self.mount().wait_for("2024-05-01")
        self.put("more/site-2024-05-02.tar.gz")
        mount.path("2024-05-02", 10)

    def test_a_part_joins_its_day(self):
        mount = self.mount().wait_for("2024-05-01")
        self.assertEqual(os.listdir(mount.where / "2024-05-01"), ["www"])
        (self.backups / "base-2024-05-01.sql").write_bytes(
            b"-- MariaDB dump 10.19\nCREATE TABLE `t` (`a` int);\n")
        rond.wait_until(
            lambda: os.path.lexists(mount.where / "2024-05-01/db.sql"), 10)

    def test_replaced_backup(self):
        file = self.put("site-2024-05-02.tar.gz")
        mount = self.mount()
        old = mount.path("2024-05-02/www/index.php").read_bytes()
        other = trees.make_site(self.folder("other"), seed=9)
        trees.write(f"{other}/index.php", b"<?php // replaced\n")
        fresh = archives.pack(other, self.tmp / "fresh.tar.gz")
        os.rename(fresh, file)
        path = mount.where / "2024-05-02/www/index.php"

        def content():
            try:
                return path.read_bytes()
            except OSError:
                return old
        rond.wait_until(lambda: content() == b"<?php // replaced\n", 15)

    def test_open_file_of_a_deleted_backup(self):
        """A deleted source is read on or answers ESTALE, never wrong."""
        file = self.put("site-2024-05-02.tar.gz")
        mount = self.mount()
        path = mount.path("2024-05-02/www/public/upload/photo1.jpg")
        content = path.read_bytes()
        with open(path, "rb", buffering=0) as opened:
            os.unlink(file)
            self.gone(mount, "2024-05-02")
            try:
                self.assertEqual(opened.read(), content)
            except OSError as error:
                self.assertIn(error.errno, (errno.ESTALE, errno.EIO))

    def test_growing_file_waits_until_it_is_whole(self):
        mount = self.mount().wait_for("2024-05-01")
        packed = self.packed.read_bytes()
        with open(self.backups / "site-2024-05-02.tar.gz", "wb") as growing:
            growing.write(packed[:len(packed) // 2])
            growing.flush()
            end = time.monotonic() + 4
            while time.monotonic() < end:
                self.assertNotIn("2024-05-02", mount.names())
                time.sleep(0.2)
            growing.write(packed[len(packed) // 2:])
        where = mount.path("2024-05-02/www", 15)
        self.assertTrue((where / "index.php").is_file())
        self.assertEqual(mount.problems(), "")

    def test_hangup_rescans(self):
        mount = self.mount().wait_for("2024-05-01")
        self.put("site-2024-05-02.tar.gz")
        mount.signal(signal.SIGHUP)
        mount.path("2024-05-02", 10)
        self.assertFalse(mount.has_ended())

    def test_status_changes_its_mtime(self):
        mount = self.mount().wait_for("2024-05-01")
        before = os.stat(mount.where / ".status").st_mtime_ns
        self.put("site-2024-05-02.tar.gz")
        mount.path("2024-05-02", 10)
        rond.wait_until(
            lambda: os.stat(mount.where / ".status").st_mtime_ns != before,
            10)
        names = [entry["name"] for entry in mount.status()["snapshots"]]
        self.assertIn("2024-05-02", names)

    def test_many_at_once(self):
        mount = self.mount().wait_for("2024-05-01")
        days = [f"2024-06-{day:02}" for day in range(1, 29)]
        for day in days:
            self.put(f"site-{day}.tar.gz")
        mount.wait_for(*days)
        for day in days[::2]:
            os.unlink(self.backups / f"site-{day}.tar.gz")
        for day in days[::2]:
            self.gone(mount, day)
        self.assertEqual(mount.snapshots(), ["2024-05-01", *days[1::2]])


if __name__ == "__main__":
    rond.main()
