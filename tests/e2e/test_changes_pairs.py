#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
""".changes: which pairs of snapshots there are, by which names, and what of
them can't be compared."""
import errno
import os
import pathlib
import subprocess

import archives
import rond
import trees

DAYS = ("2024-05-01", "2024-05-02", "2024-05-04")
WHEN = trees.BASE_TIME * trees.SECOND
DUMP = (b"-- MariaDB dump 10.19\nCREATE TABLE `t` (`a` int);\n"
        b"INSERT INTO `t` VALUES (1);\n-- Dump completed on 2024-05-01\n")


def pair(old, new):
    return f"{DAYS[old]}..{DAYS[new]}"


class Pairs(rond.Case):
    def setUp(self):
        super().setUp()
        self.site = self.folder("site")
        for number in range(5):
            trees.write(f"{self.site}/file{number}", b"same\n", mtime_ns=WHEN)

    def put(self, day, suffix="tar.gz", stem="www"):
        """The site with a file that it has on that day only, as rsync leaves
        it: whole, by rename."""
        trees.write(f"{self.site}/only-{day}", day.encode(), mtime_ns=WHEN)
        file = self.backups / f"{stem}-{day}.{suffix}"
        packed = archives.pack(self.site, self.tmp / f"packed.{suffix}")
        os.rename(packed, file)
        os.unlink(f"{self.site}/only-{day}")
        return file

    def mount_days(self, *arguments, days=DAYS):
        for day in days:
            self.put(day)
        return self.mount("--now=2024-05-05", *arguments).wait_for(*days)

    def added(self, mount, name):
        return sorted(os.listdir(mount.where / ".changes" / name /
                                 "added/www"))

    def test_listing(self):
        mount = self.mount_days()
        self.assertNotIn(".changes", mount.names())
        self.assertEqual(sorted(os.listdir(mount.where / ".changes")),
                         [pair(0, 1), pair(1, 2)])
        self.assertTrue((mount.where / ".changes").is_dir())
        for name in (pair(0, 1), pair(1, 2)):
            path = mount.where / ".changes" / name
            with os.scandir(path.parent) as entries:
                listed = {entry.name: entry.inode() for entry in entries}
            self.assertEqual(listed[name], os.lstat(path).st_ino)

    def test_any_pair(self):
        mount = self.mount_days()
        for old, new in ((0, 1), (0, 2), (2, 0), (1, 0)):
            self.assertEqual(self.added(mount, pair(old, new)),
                             [f"only-{DAYS[new]}"])
        self.assertEqual(os.listdir(
            mount.where / ".changes" / pair(1, 1) / "added"), [])

    def test_other_names_are_links(self):
        mount = self.mount_days()
        for name, target in (("J-4..J-1", pair(0, 2)),
                             (f"J-3..{DAYS[2]}", pair(1, 2)),
                             (f"{DAYS[0]}..latest", pair(0, 2)),
                             ("latest~1..latest", pair(1, 2)),
                             ("D-1~2..D-1", pair(0, 2))):
            link = mount.where / ".changes" / name
            self.assertEqual(os.readlink(link), target)
            self.assertEqual(os.lstat(link).st_size, len(target))
            self.assertEqual(self.added(mount, name),
                             self.added(mount, target))

    def test_no_such_names(self):
        mount = self.mount_days()
        for name in ("x", "J-4", "J-4..", "..J-1", "J-4..J-2", "J-4.J-1",
                     "latest~3..latest", "a" * 255, "." * 40,
                     f"{pair(0, 1)}/x", f"{pair(0, 1)}/added/x",
                     f"{pair(0, 1)}/added/www/file0",
                     f"{pair(0, 1)}/NOT-COMPARED.txt",
                     f"{pair(0, 1)}/added/www/only-{DAYS[1]}x"):
            self.assertFalse(
                os.path.lexists(mount.where / ".changes" / name), name)
        for name in ("J-4..J-1", DAYS[0]):
            self.assertFalse(os.path.lexists(
                mount.where / ".changes" / pair(0, 1) / name))

    def test_listing_pairs_reads_no_backup(self):
        mount = self.mount_days()
        self.sh(f"ls -lR --color=always {mount.where}/.changes/*/modified "
                f"--ignore=old --ignore=new && ls -l {mount.where}/.changes "
                f"{mount.where}/.changes/{pair(0, 1)}")
        self.assertEqual({mount.part(day, "www")["state"] for day in DAYS},
                         {"unindexed"})
        self.sh(f"find {mount.where}/.changes/{pair(0, 1)}/")
        self.assertEqual([mount.part(day, "www")["state"] for day in DAYS],
                         ["ready", "ready", "unindexed"])

    def test_find_ends(self):
        mount = self.mount_days()
        found = self.sh("find .changes | sort", cwd=mount.where)
        self.assertEqual(len(found.splitlines()),
                         1 + 2 * (1 + 6 + 2 * 2))
        self.assertEqual(self.sh("find . -name 'only*' | wc -l",
                                 cwd=mount.where), "3\n")

    def test_a_snapshot_comes(self):
        mount = self.mount_days(days=DAYS[:2])
        root = mount.where / ".changes"
        self.assertFalse(os.path.lexists(root / pair(1, 2)))
        self.assertEqual(os.readlink(root / "latest~1..latest"), pair(0, 1))
        self.put(DAYS[2])
        rond.wait_until(lambda: os.path.lexists(root / pair(1, 2)), 15)
        self.assertEqual(self.added(mount, pair(1, 2)), [f"only-{DAYS[2]}"])
        self.assertIn(pair(1, 2), os.listdir(root))
        rond.wait_until(
            lambda: os.readlink(root / "latest~1..latest") == pair(1, 2), 10)

    def test_a_snapshot_goes(self):
        mount = self.mount_days()
        root = mount.where / ".changes"
        self.added(mount, pair(0, 1))
        os.unlink(self.backups / f"www-{DAYS[1]}.tar.gz")
        rond.wait_until(
            lambda: not os.path.lexists(root / pair(0, 1) / "added"), 15)
        self.assertEqual(os.listdir(root), [pair(0, 2)])
        self.assertEqual(self.added(mount, pair(0, 2)), [f"only-{DAYS[2]}"])

    def test_a_replaced_backup(self):
        mount = self.mount_days()
        self.assertEqual(self.added(mount, pair(0, 1)), [f"only-{DAYS[1]}"])
        trees.write(f"{self.site}/another", b"new\n")
        self.put(DAYS[1])
        rond.wait_until(lambda: self.added(mount, pair(0, 1)) ==
                        ["another", f"only-{DAYS[1]}"], 20)

    def test_same_dumps_are_not_in_it(self):
        for day in DAYS[:2]:
            (self.backups / f"db-{day}.sql").write_bytes(DUMP)
        mount = self.mount_days()
        where = mount.where / ".changes" / pair(0, 1)
        self.sh(f"find {where}/")
        self.assertEqual(os.listdir(where / "added"), ["www"])
        self.assertFalse((where / "NOT-COMPARED.txt").exists())

    def test_a_folder_is_not_compared(self):
        for day in DAYS[:2]:
            self.put(day, stem="blog")
            self.put(day, stem="shop")
        arguments = [f"{day}/www={self.folder(day)}" for day in DAYS[:2]]
        trees.write(f"{self.tmp}/{DAYS[1]}/new file", b"new\n")
        mount = self.mount(self.backups, *arguments).wait_for(*DAYS[:2])
        where = mount.where / ".changes" / pair(0, 1)
        self.assertIn("NOT-COMPARED.txt", os.listdir(where))
        note = (where / "NOT-COMPARED.txt").read_text()
        self.assertEqual(len(note.splitlines()), 1, note)
        self.assertTrue(note.startswith("www: "), note)
        command = note[note.index("diff -rq"):]
        done = self.sh(command, check=False, cwd=where)
        self.assertEqual(done.stderr, "")
        self.assertIn("new file", done.stdout)
        self.assertEqual(sorted(os.listdir(where / "added")),
                         ["blog", "shop"])

    def test_an_unreadable_part(self):
        """The others are shown."""
        for day in DAYS[:2]:
            self.put(day)
            self.put(day, stem="blog")
        broken = self.backups / f"blog-{DAYS[1]}.tar.gz"
        broken.write_bytes(broken.read_bytes()[:30])
        mount = self.mount().wait_for(*DAYS[:2])
        where = mount.where / ".changes" / pair(0, 1)
        self.assertIn("www", os.listdir(where / "added"))
        note = rond.wait_until(lambda: self.read(where /
                                                 "NOT-COMPARED.txt"), 5)
        self.assertTrue(note.startswith("blog: "), note)
        self.assertIn(DAYS[1], note)

    def test_a_truncated_backup(self):
        """What it lost was not removed by anybody; that is said."""
        trees.write(f"{self.site}/zz-large", trees.random_bytes(400000),
                    mtime_ns=WHEN)
        for day in DAYS[:2]:
            self.put(day)
        cut = self.backups / f"www-{DAYS[1]}.tar.gz"
        cut.write_bytes(cut.read_bytes()[:200000])
        mount = self.mount().wait_for(*DAYS[:2])
        where = mount.where / ".changes" / pair(0, 1)
        self.sh(f"find {where}/removed")
        note = rond.wait_until(lambda: self.read(where /
                                                 "NOT-COMPARED.txt"), 5)
        self.assertIn(f"{DAYS[1]} is incomplete", note)
        self.assertIn("seems removed", note)

    @staticmethod
    def read(path):
        try:
            return pathlib.Path(path).read_text()
        except FileNotFoundError:
            return ""

    def test_nothing_is_written(self):
        mount = self.mount_days()
        where = mount.where / ".changes" / pair(0, 1)
        for path in (where / "x", where / "added/x", where / "added/www/x"):
            with self.assertRaises(OSError) as caught:
                path.write_text("no")
            self.assertEqual(caught.exception.errno, errno.EROFS)

    def test_many_readers(self):
        mount = self.mount_days()
        command = ["find", ".changes/", "-type", "f", "-exec", "cat", "{}",
                   "+"]
        readers = [subprocess.Popen(command, cwd=mount.where,
                                    stdout=subprocess.PIPE)
                   for _ in range(8)]
        outputs = {reader.communicate()[0] for reader in readers}
        self.assertEqual(len(outputs), 1)
        self.assertEqual({reader.returncode for reader in readers}, {0})


if __name__ == "__main__":
    rond.main()
