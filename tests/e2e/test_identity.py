#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Same version, same inode: across snapshots, formats and mounts."""
import calendar
import os
import pathlib
import shutil
import stat
import time

import archives
import rond
import trees

DAYS = ("2024-05-01", "2024-05-02", "2024-05-03")
OLD = 1700000000


def write(path, text, mtime=OLD):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    os.utime(path, (mtime, mtime))


def day_start(day):
    """Seconds since the epoch: names are in UTC here."""
    return calendar.timegm(time.strptime(day, "%Y-%m-%d"))


class Identity(rond.Case):
    def setUp(self):
        super().setUp()
        self.site = self.folder("site")
        for i in range(20):
            write(self.site / f"upload/p{i:02}.jpg", f"photo {i}" * 99)
        write(self.site / "index.php", "good")
        write(self.site / "linked/a", "hard")
        os.link(self.site / "linked/a", self.site / "linked/b")
        os.symlink("a", self.site / "linked/s")

    def pack(self, day, ending=".tar.gz"):
        archives.pack(self.site, self.backups / f"www-{day}{ending}")

    def three_days(self):
        """The second day forges index.php: its size and time stay."""
        self.pack(DAYS[0])
        write(self.site / "index.php", "evil")
        write(self.site / "upload/shell.php", "new, and dated back")
        self.pack(DAYS[1])
        write(self.site / "index.php", "good")
        (self.site / "upload/p03.jpg").unlink()
        self.pack(DAYS[2])

    def index(self):
        self.sh(f"{rond.RONDCTL} index --cache-dir={self.cache} "
                f"--timezone=UTC {self.backups}")

    def mounted(self, *options):
        return self.mount("--timezone=UTC", *options).wait_for(*DAYS)

    def stat(self, mount, day, path):
        return os.lstat(mount.path(f"{day}/www/{path}"))

    def enter(self, mount, *days):
        for day in days or DAYS:
            os.listdir(mount.path(f"{day}/www"))

    def test_same_version_same_inode(self):
        self.three_days()
        mount = self.mounted()
        self.enter(mount)
        seen = [self.stat(mount, day, "upload/p00.jpg") for day in DAYS]
        self.assertEqual(len({st.st_ino for st in seen}), 1)
        self.assertEqual({st.st_nlink for st in seen}, {1})
        self.assertEqual({st.st_ctime for st in seen}, {day_start(DAYS[0])})
        index = [self.stat(mount, day, "index.php") for day in DAYS]
        self.assertNotEqual(index[0].st_ino, index[1].st_ino)
        self.assertEqual(index[0].st_ino, index[2].st_ino)
        self.assertEqual(index[1].st_ctime, day_start(DAYS[1]))
        self.assertEqual(index[0].st_mtime, index[1].st_mtime)

    def test_numbers_are_unique_in_a_snapshot(self):
        self.three_days()
        mount = self.mounted()
        for day in DAYS:
            numbers = {}
            top = mount.path(f"{day}/www")
            for folder, names, files in os.walk(top):
                for name in names + files:
                    path = pathlib.Path(folder, name)
                    st = path.lstat()
                    if name in ("a", "b"):
                        self.assertEqual(st.st_nlink, 2)
                        continue
                    self.assertNotIn(st.st_ino, numbers, path)
                    numbers[st.st_ino] = path

    def test_folders_and_hard_links_are_never_shared(self):
        self.three_days()
        mount = self.mounted()
        for path in (".", "upload", "linked", "linked/a", "linked/s"):
            numbers = {self.stat(mount, day, path).st_ino for day in DAYS}
            self.assertEqual(len(numbers), 3, path)

    def test_listing_agrees_with_stat(self):
        self.three_days()
        mount = self.mounted()
        with os.scandir(mount.path(f"{DAYS[1]}/www/upload")) as entries:
            for entry in entries:
                self.assertEqual(entry.inode(),
                                 os.lstat(entry.path).st_ino, entry.name)

    def test_forged_time_is_found_by_ctime(self):
        self.three_days()
        mount = self.mounted()
        self.enter(mount)
        found = self.sh(f"cd {mount.where}/{DAYS[1]}/www && find . -type f "
                        "-links 1 -newerct '2024-05-01 12:00 UTC' | sort")
        self.assertEqual(found, "./index.php\n./upload/shell.php\n")

    def test_diff_finds_just_the_changes(self):
        self.three_days()
        mount = self.mounted()
        found = self.sh(f"cd {mount.where} && diff -rq {DAYS[0]}/www "
                        f"{DAYS[1]}/www", check=False)
        self.assertEqual(found.stdout.splitlines(), [
            f"Files {DAYS[0]}/www/index.php and {DAYS[1]}/www/index.php "
            "differ",
            f"Only in {DAYS[1]}/www/upload: shell.php"])

    def test_stable_over_mounts_and_rotation(self):
        self.three_days()
        mount = self.mounted()
        self.enter(mount, DAYS[2], DAYS[0], DAYS[1])
        top = mount.path(f"{DAYS[2]}/www")
        walk = [(path.relative_to(top), os.lstat(path).st_ino)
                for path in sorted(top.rglob("*"))]
        mount.unmount()
        (self.backups / f"www-{DAYS[0]}.tar.gz").unlink()
        mount = self.mount("--timezone=UTC").wait_for(*DAYS[1:])
        for path, number in walk:
            self.assertEqual(self.stat(mount, DAYS[2], path).st_ino, number,
                             path)

    def test_grow_with_the_place_in_the_archive(self):
        self.three_days()
        mount = self.mounted()
        listed = self.sh(
            f"tar -tzf {self.backups}/www-{DAYS[1]}.tar.gz").split()
        photos = [name for name in listed if name.endswith(".jpg")]
        numbers = [self.stat(mount, DAYS[1], name).st_ino for name in photos]
        self.assertEqual(numbers, sorted(numbers))

    def test_date_moves_back_when_an_older_one_is_indexed(self):
        self.three_days()
        mount = self.mounted()
        late = self.stat(mount, DAYS[2], "upload/p00.jpg")
        self.assertEqual(late.st_ctime, day_start(DAYS[2]))
        self.assertEqual(mount.status()["first_seen"], "partial")
        self.enter(mount)
        rond.wait_until(
            lambda: self.stat(mount, DAYS[2], "upload/p00.jpg").st_ctime ==
            day_start(DAYS[0]), what="date of the first snapshot")
        self.assertEqual(mount.status()["first_seen"], "complete")
        self.assertEqual(
            self.stat(mount, DAYS[2], "upload/p00.jpg").st_ino, late.st_ino)

    def test_older_snapshot_that_comes_late(self):
        self.pack(DAYS[1])
        mount = self.mount("--timezone=UTC").wait_for(DAYS[1])
        st = self.stat(mount, DAYS[1], "upload/p00.jpg")
        self.assertEqual(st.st_ctime, day_start(DAYS[1]))
        self.assertEqual(mount.status()["first_seen"], "complete")
        self.pack(DAYS[0])
        mount.wait_for(DAYS[0])
        self.enter(mount, DAYS[0])
        rond.wait_until(
            lambda: self.stat(mount, DAYS[1], "upload/p00.jpg").st_ctime ==
            day_start(DAYS[0]), what="date of the late snapshot")

    def test_known_at_once_where_indexes_are(self):
        self.three_days()
        self.index()
        mount = self.mounted()
        st = self.stat(mount, DAYS[2], "upload/p00.jpg")
        self.assertEqual(st.st_ctime, day_start(DAYS[0]))
        self.assertEqual(mount.status()["first_seen"], "complete")

    def test_read_from_another_when_its_own_goes(self):
        self.three_days()
        mount = self.mounted()
        self.enter(mount)
        old = mount.path(f"{DAYS[0]}/www/upload/p05.jpg")
        new = mount.path(f"{DAYS[2]}/www/upload/p05.jpg")
        self.assertEqual(old.stat().st_ino, new.stat().st_ino)
        (self.backups / f"www-{DAYS[0]}.tar.gz").unlink()
        rond.wait_until(lambda: DAYS[0] not in mount.names())
        time.sleep(21)
        self.assertEqual(new.read_text(), "photo 5" * 99)

    def test_read_from_another_when_its_own_is_damaged(self):
        """Overwritten in place, with its time put back."""
        for options in ((), (self.folder("plain/2024-04-01").parent,)):
            with self.subTest(options=options):
                self.pack(DAYS[0])
                self.pack(DAYS[1])
                mount = self.mount("--timezone=UTC", self.backups, *options)
                mount.wait_for(*DAYS[:2])
                self.enter(mount, *DAYS[:2])
                path = f"{DAYS[0]}/www/upload/p05.jpg"
                number = os.stat(mount.path(path)).st_ino
                self.assertEqual(number, self.stat(
                    mount, DAYS[1], "upload/p05.jpg").st_ino)
                archive = self.backups / f"www-{DAYS[0]}.tar.gz"
                before = archive.stat()
                with open(archive, "r+b") as file:
                    file.seek(12)
                    file.write(bytes(before.st_size - 24))
                os.utime(archive, ns=(before.st_atime_ns, before.st_mtime_ns))
                self.assertEqual(mount.path(path).read_text(), "photo 5" * 99)
                mount.unmount()
                shutil.rmtree(self.cache)

    def test_copies_of_two_snapshots(self):
        self.three_days()
        mount = self.mounted()
        out = self.folder("out")
        self.sh(f"cd {mount.where} && cp -a {DAYS[0]} {DAYS[2]} {out}")
        for day in (DAYS[0], DAYS[2]):
            self.sh(f"diff -r {mount.where}/{day} {out}/{day}")
        copied = out / DAYS[0] / "www/upload/p00.jpg"
        self.assertEqual(copied.stat().st_nlink, 1)

    def test_zip_shares_from_the_next_mount_on(self):
        self.pack(DAYS[0], ".zip")
        self.pack(DAYS[1], ".zip")
        self.pack(DAYS[2], ".tar")
        mount = self.mounted()
        self.enter(mount)
        before = [self.stat(mount, day, "upload/p01.jpg").st_ino
                  for day in DAYS]
        self.assertEqual(len(set(before)), 3)
        mount.unmount()
        self.index()
        mount = self.mounted()
        self.enter(mount)
        after = [self.stat(mount, day, "upload/p01.jpg") for day in DAYS[:2]]
        self.assertEqual(after[0].st_ino, after[1].st_ino)
        self.assertEqual(after[1].st_ctime, day_start(DAYS[0]))
        self.assertTrue(stat.S_ISREG(after[0].st_mode))

    def test_hashed_in_the_background(self):
        self.pack(DAYS[0], ".zip")
        self.pack(DAYS[1], ".zip")
        mount = self.mount("--timezone=UTC").wait_for(*DAYS[:2])
        self.enter(mount, *DAYS[:2])

        def shared():
            """Another mount sees what this one has learnt meanwhile."""
            where = self.folder("second")
            second = self.mount("--timezone=UTC", where=where)
            second.wait_for(*DAYS[:2])
            self.enter(second, *DAYS[:2])
            numbers = {self.stat(second, day, "upload/p01.jpg").st_ino
                       for day in DAYS[:2]}
            second.unmount()
            shutil.rmtree(where)
            return len(numbers) == 1

        rond.wait_until(shared, 60, "hashes of the zip files")

    def test_own_attributes(self):
        self.three_days()
        mount = self.mounted("-o", "xattr")
        self.enter(mount)
        path = mount.path(f"{DAYS[2]}/www/upload/p01.jpg")
        want = self.sh(f"sha256sum < {self.site}/upload/p01.jpg").split()[0]
        found = trees.xattrs(path)
        self.assertEqual(found["user.rondfs.sha256"].decode(), want)
        self.assertEqual(found["user.rondfs.first-seen"],
                         f"{DAYS[0]}T00:00:00Z".encode())

    def test_git_status_stays_quiet(self):
        self.sh(f"cd {self.site} && git init -q . && git add . && "
                "git -c user.name=a -c user.email=a@b commit -qm x")
        self.pack(DAYS[0])
        self.pack(DAYS[1])
        mount = self.mount("--timezone=UTC").wait_for(*DAYS[:2])
        for day in DAYS[:2]:
            self.assertEqual(self.sh(
                f"git -c safe.directory='*' -C {mount.where}/{day}/www "
                "status --porcelain"), "")


if __name__ == "__main__":
    rond.main()
