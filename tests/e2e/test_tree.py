#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Names and dates: where in the tree a backup appears."""
import os
import shutil

import archives
import rond
import trees

DUMP = b"-- MariaDB dump 10.19\nCREATE TABLE `t` (`a` int);\n"


class Tree(rond.Case):
    def setUp(self):
        super().setUp()
        self.site = trees.make_site(self.folder("site"))
        self.packed = archives.pack(self.site, self.tmp / "packed.tar.gz")

    def archive(self, name):
        """A copy of the site's archive under a name."""
        file = self.backups / name
        file.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(self.packed, file)
        return file

    def dump(self, name):
        file = self.backups / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(DUMP)
        return file

    def test_dated_folders_with_both_parts(self):
        for day in (1, 2, 3):
            self.archive(f"site-2024-05-0{day}.tar.gz")
            self.dump(f"base_2024050{day}.sql")
        mount = self.mount().wait_for("2024-05-01", "2024-05-03")
        self.assertEqual(mount.snapshots(),
                         ["2024-05-01", "2024-05-02", "2024-05-03"])
        self.assertEqual(sorted(os.listdir(mount.path("2024-05-02"))),
                         ["db", "db.sql", "www"])

    def test_parts_of_one_day_belong_together(self):
        self.archive("site-2024-05-01_0200.tar.gz")
        self.dump("base-2024-05-01_2330.sql")
        mount = self.mount()
        self.assertEqual(sorted(os.listdir(mount.path("2024-05-01"))),
                         ["db", "db.sql", "www"])
        self.assertEqual(mount.snapshots(), ["2024-05-01"])

    def test_second_snapshot_of_a_day(self):
        self.archive("site-2024-05-01_0200.tar.gz")
        self.archive("site-2024-05-01_1500.tar.gz")
        mount = self.mount("--timezone=UTC").wait_for("2024-05-01T1500")
        self.assertEqual(mount.snapshots(), ["2024-05-01", "2024-05-01T1500"])

    def test_aliases(self):
        for day in (1, 20, 28, 30):
            self.archive(f"site-2024-05-{day:02}.tar.gz")
        mount = self.mount("--now=2024-05-31", "--timezone=UTC")
        mount.wait_for("2024-05-30", "2024-05-28", "2024-05-20", "2024-05-01")
        for alias, name in (("J-1", "2024-05-30"), ("J-3", "2024-05-28"),
                            ("J-30", "2024-05-01"), ("D-1", "2024-05-30"),
                            ("S-1", "2024-05-20"), ("S-2", "2024-05-01"),
                            ("latest", "2024-05-30")):
            self.assertEqual(os.readlink(mount.where / alias), name, alias)
        self.assertFalse(os.path.lexists(mount.where / "J-2"))
        self.assertFalse(os.path.lexists(mount.where / "J-0"))
        self.assertIn("J-1", mount.names())
        self.assertIn("latest", mount.names())
        self.assertNotIn("D-1", mount.names())

    def test_now_with_a_clock(self):
        self.archive("site-2024-05-30.tar.gz")
        mount = self.mount("--now=2024-06-01T0001", "--timezone=UTC")
        mount.wait_for("2024-05-30")
        self.assertEqual(os.readlink(mount.where / "J-2"), "2024-05-30")

    def test_copying_an_alias_needs_a_slash(self):
        """cp -a J-2 copies a link; every example writes J-2/. or J-2/www."""
        self.archive("site-2024-05-29.tar.gz")
        mount = self.mount("--now=2024-05-31")
        mount.wait_for("2024-05-29")
        self.sh(f"cp -a {mount.where}/J-2 link")
        self.assertTrue(os.path.islink(self.tmp / "link"))
        self.sh(f"cp -a {mount.where}/J-2/. copy")
        trees.assert_same(self.site, self.tmp / "copy/www")

    def test_timezone(self):
        self.archive("site-2024-05-01_0200.tar.gz")
        file = self.archive("site-2024-05-01_0330.tar.gz")
        os.utime(file, (0, 0))
        mount = self.mount("--timezone=Europe/Paris")
        mount.wait_for("2024-05-01T0330")
        stamped = self.backups / "site.tar.gz"
        shutil.move(file, stamped)
        # 2024-06-30 23:00 UTC is 1 July in Paris.
        os.utime(stamped, (1719788400, 1719788400))
        folder = self.mount("--timezone=Europe/Paris", stamped)
        folder.wait_for("2024-07-01")
        other = self.mount("--timezone=UTC", stamped)
        other.wait_for("2024-06-30")

    def test_several_series_are_named_by_stem(self):
        for stem in ("www", "blog"):
            self.archive(f"{stem}-2024-05-01.tar.gz")
        where = self.mount().path("2024-05-01")
        self.assertEqual(sorted(os.listdir(where)), ["blog", "www"])

    def test_one_top_folder_named_like_the_stem(self):
        os.mkdir(self.tmp / "outer")
        shutil.copytree(self.site, self.tmp / "outer/shop", symlinks=True)
        self.sh(f"tar -czf {self.backups}/shop-2024-05-01.tar.gz "
                "-C outer shop")
        where = self.mount().path("2024-05-01/www")
        self.assertTrue((where / "index.php").is_file())

    def test_other_top_folder_stays(self):
        shutil.copytree(self.site, self.tmp / "outer/public_html")
        self.sh(f"tar -czf {self.backups}/shop-2024-05-01.tar.gz "
                "-C outer public_html")
        where = self.mount().path("2024-05-01/www")
        self.assertEqual(os.listdir(where), ["public_html"])

    def test_same_name_twice_stays(self):
        """a/a/f must not become a/f."""
        trees.write(f"{self.tmp}/outer/a/a/f", b"f")
        self.sh(f"tar -czf {self.backups}/site-2024-05-01.tar.gz -C outer a")
        where = self.mount().path("2024-05-01/www")
        self.assertEqual((where / "a/a/f").read_bytes(), b"f")

    def test_strip(self):
        shutil.copytree(self.site, self.tmp / "outer/homez/login/site")
        self.sh(f"tar -czf {self.backups}/x-2024-05-01.tar.gz "
                "-C outer homez")
        for options in (("-o", "strip=3"), ("--strip=3",)):
            where = self.mount(*options).path("2024-05-01/www")
            self.assertTrue((where / "index.php").is_file())
        where = self.mount("-o", "strip=0").path("2024-05-01/www")
        self.assertEqual(os.listdir(where), ["homez"])

    def test_pattern(self):
        self.archive("shop_31-05-2024.tgz")
        self.archive("blog_31-05-2024.tgz")
        self.archive("shop_31-02-2024.tgz")  # no such day
        mount = self.mount("--pattern={part}_%d-%m-%Y.tgz")
        where = mount.path("2024-05-31")
        self.assertEqual(sorted(os.listdir(where)), ["blog", "shop"])
        self.assertNotIn("2024-02-31", mount.names())

    def test_day_first_is_not_guessed(self):
        file = self.archive("shop_03-02-2024.tgz")
        os.utime(file, (1714557600, 1714557600))
        mount = self.mount("--timezone=UTC").wait_for("2024-05-01")
        self.assertEqual(mount.snapshots(), ["2024-05-01"])

    def test_no_date_in_the_name_uses_the_mtime(self):
        file = self.archive("site.tar.gz")
        os.utime(file, (1714557600, 1714557600))
        mount = self.mount("--timezone=UTC")
        mount.wait_for("2024-05-01")
        self.assertIn("site.tar.gz", (mount.where / ".status").read_text())

    def test_undated_folders_are_searched(self):
        self.archive("a/b/c/site-2024-05-01.tar.gz")
        self.archive("a/b/c/d/site-2024-06-01.tar.gz")
        mount = self.mount().wait_for("2024-05-01")
        self.assertNotIn("2024-06-01", mount.names())

    def test_dated_folder_of_backups(self):
        self.archive("2024-05-01/site.tar.gz")
        self.dump("2024-05-01/base.sql")
        (self.backups / "2024-05-01/site.tar.gz.md5").write_text("x\n")
        where = self.mount().path("2024-05-01")
        self.assertEqual(len(os.listdir(where)), 3)
        self.assertFalse(any(name.endswith(".md5")
                             for name in os.listdir(where)))

    def test_dated_folder_that_is_a_snapshot(self):
        shutil.copytree(self.site, self.backups / "2024-05-01", symlinks=True)
        where = self.mount().path("2024-05-01/www")
        trees.assert_same(self.backups / "2024-05-01", where)

    def test_time_machine_style(self):
        for name in ("2024-05-01-020000", "2024-05-02_03-00-00"):
            shutil.copytree(self.site, self.backups / name, symlinks=True)
        mount = self.mount().wait_for("2024-05-01", "2024-05-02")
        trees.assert_same(self.site, mount.path("2024-05-02/www"))

    def test_rsnapshot(self):
        for number, when in ((0, 1714557600), (1, 1714471200)):
            folder = self.backups / f"daily.{number}"
            shutil.copytree(self.site, folder, symlinks=True)
            os.utime(folder, (when, when))
        (self.backups / "_delete.1234").mkdir()
        mount = self.mount("--timezone=UTC")
        mount.wait_for("2024-05-01", "2024-04-30")
        self.assertEqual(mount.snapshots(), ["2024-04-30", "2024-05-01"])
        self.assertTrue((mount.path("2024-05-01/www") / "index.php").exists())

    def test_links_to_one_inode_count_once(self):
        file = self.archive("site-2024-05-01.tar.gz")
        os.link(file, self.backups / "site-latest.tar.gz")
        mount = self.mount().wait_for("2024-05-01")
        self.assertEqual(mount.snapshots(), ["2024-05-01"])

    def test_given_names(self):
        file = self.archive("x.tar.gz")
        sql = self.dump("y.sql")
        mount = self.mount(f"before-hack/site={file}",
                           f"before-hack/base={sql}")
        where = mount.path("before-hack")
        self.assertEqual(sorted(os.listdir(where)),
                         ["base", "base.sql", "site"])
        trees.assert_same(self.site, where / "site")

    def test_given_snapshot_without_part(self):
        file = self.archive("x.tar.gz")
        where = self.mount(f"2024-05-01={file}").path("2024-05-01")
        self.assertEqual(os.listdir(where), ["www"])

    def test_several_sources(self):
        one = self.folder("one")
        shutil.copy(self.packed, one / "site-2024-05-01.tar.gz")
        two = self.folder("two")
        (two / "base-2024-05-01.sql").write_bytes(DUMP)
        where = self.mount(one, two).path("2024-05-01")
        self.assertEqual(sorted(os.listdir(where)), ["db", "db.sql", "www"])

    def test_one_archive_as_source(self):
        file = self.archive("site-2024-05-01.tar.gz")
        where = self.mount(file).path("2024-05-01/www")
        trees.assert_same(self.site, where)

    def test_unfinished_files_are_left_out(self):
        self.archive("site-2024-05-01.tar.gz")
        for name in ("site-2024-05-02.tar.gz.part", ".site-2024-05-03.tar.gz",
                     "site-2024-05-04.tar.gz.tmp",
                     "site-2024-05-05.tar.gz.partial"):
            self.archive(name)
        mount = self.mount().wait_for("2024-05-01")
        self.assertEqual(mount.snapshots(), ["2024-05-01"])

    def test_tools_in_the_wild(self):
        """Names as facts about other tools have them."""
        names = {
            "mydb-2024-05-01-3f2a1bc.sql": "2024-05-01",
            "daily_shop_2024-05-02_03h59m_Thursday.sql": "2024-05-02",
            "web-mysql-shop.20240503.sql": "2024-05-03",
            "backup-data_2024-05-04_3h05_07.sql": "2024-05-04",
            "20240505_0300_base.sql": "2024-05-05",
        }
        for name in names:
            self.dump(name)
        self.archive("web-srv-www.20240506.master.tar.gz")
        self.mount().wait_for(*names.values(), "2024-05-06")

    def test_what_is_no_backup_is_named(self):
        self.archive("site-2024-05-01.tar.gz")
        (self.backups / "notes-2024-05-02.odt").write_bytes(b"not a backup")
        mount = self.mount().wait_for("2024-05-01")
        self.assertIn("notes-2024-05-02.odt", mount.problems())
        skipped = mount.status()["skipped"]
        self.assertTrue(any("notes-2024-05-02.odt" in entry["path"]
                            for entry in skipped), skipped)
        self.assertIn("notes-2024-05-02.odt", mount.output())

    def test_hidden_names_are_not_listed(self):
        self.archive("site-2024-05-01.tar.gz")
        mount = self.mount().wait_for("2024-05-01")
        self.assertNotIn(".status", mount.names())
        self.assertNotIn("PROBLEMS.txt", mount.names())
        self.assertTrue((mount.where / ".status").is_file())


if __name__ == "__main__":
    rond.main()
