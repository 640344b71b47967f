#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
""".changes: what is different between two snapshots, as folders; compared with
what diff and rsync say of the extracted trees."""
import os
import pathlib
import re
import shutil
import stat

import archives
import rond
import trees

FIRST, SECOND = "2024-05-01", "2024-05-02"
PAIR = f".changes/{FIRST}..{SECOND}"
KINDS = ("added", "modified/new", "modified/old", "removed", "touched")
WHEN = trees.BASE_TIME * trees.SECOND


def make_old(root):
    trees.make_site(root)
    for number in range(40):
        trees.write(f"{root}/upload/2024/{number}.jpg",
                    trees.random_bytes(3000, number), mtime_ns=WHEN)
        trees.write(f"{root}/app/{number}.php", b"<?php echo 1;\n" * number,
                    mtime_ns=WHEN)
    trees.write(f"{root}/gone/with/all.txt", b"all\n", mtime_ns=WHEN)
    trees.write(f"{root}/cache/a/one", b"one\n", mtime_ns=WHEN)
    trees.write(f"{root}/cache/two", b"two\n", mtime_ns=WHEN)
    trees.write(f"{root}/was-file", b"file\n", mtime_ns=WHEN)
    os.mkdir(f"{root}/empty")
    os.symlink("app", f"{root}/link")
    os.symlink("../app/1.php", f"{root}/upload/same")


def forge(path, content):
    """Other content, the time (and where it is as long, the size) kept."""
    before = os.stat(path)
    path.write_bytes(content)
    os.utime(path, ns=(before.st_mtime_ns, before.st_mtime_ns))


def harm(root):
    """The bad night."""
    root = pathlib.Path(root)
    for number in range(0, 40, 3):
        os.unlink(root / f"upload/2024/{number}.jpg")
    for number in range(5, 10):
        forge(root / f"app/{number}.php", b"<?php echo 2;\n" * number)
    (root / "app/20.php").write_bytes(b"<?php longer();\n")
    for name in ("upload/2024/x.php", "upload/new/deep/y.php"):
        trees.write(root / name, b"<?php eval($_POST[0]);\n", mtime_ns=WHEN)
    shutil.rmtree(root / "gone")
    shutil.rmtree(root / "cache")
    (root / "cache").write_text("no folder any more\n")
    os.unlink(root / "was-file")
    trees.write(root / "was-file/inside", b"inside\n")
    os.unlink(root / "link")
    os.symlink("upload", root / "link")
    os.chmod(root / "app/30.php", 0o600)
    os.utime(root / "app/31.php", ns=(WHEN + 10**9, WHEN + 10**9))
    os.chmod(root / "empty", 0o700)
    os.mkdir(root / "empty-too")


def paths_below(root):
    """All below a folder, as paths from it."""
    found = set()
    for folder, folders, files in os.walk(root):
        for name in folders + files:
            found.add(os.path.relpath(os.path.join(folder, name), root))
    return found


def with_parents(paths):
    found = set(paths)
    for path in paths:
        while os.path.dirname(path):
            path = os.path.dirname(path)
            found.add(path)
    return found


class View(rond.Case):
    def setUp(self):
        super().setUp()
        self.old = self.folder("extracted/old")
        make_old(self.old)
        trees.settle_times(self.old)
        self.new = self.tmp / "extracted/new"
        self.sh(f"cp -a {self.old} {self.new}")
        harm(self.new)

    def pack(self, old="tar.gz", new="tar.gz"):
        archives.pack(self.old, self.backups / f"www-{FIRST}.{old}")
        archives.pack(self.new, self.backups / f"www-{SECOND}.{new}")

    def mount_pair(self, *arguments):
        mount = self.mount("--now=2024-05-03", *arguments)
        return mount.wait_for(FIRST, SECOND)

    def from_diff(self):
        """What diff says: paths added, removed and modified, all in them."""
        said = {kind: set() for kind in KINDS}
        done = self.sh("cd extracted && diff -rq --no-dereference old new",
                       check=False)
        self.assertEqual((done.returncode, done.stderr), (1, ""))
        for line in done.stdout.splitlines():
            only = re.fullmatch(r"Only in (old|new)(.*?): (.*)", line)
            differ = re.fullmatch(
                r"(?:Files|Symbolic links) old/(.*) and new/\1 differ", line)
            if differ:
                said["modified/old"].add(differ[1])
                said["modified/new"].add(differ[1])
                continue
            if only:
                path = f"{only[2]}/{only[3]}".lstrip("/")
                self.take_all(said, only[1], path)
                continue
            other = re.fullmatch(r"File old/(.*) is a .* while file "
                                 r"new/\1 is a .*", line)
            self.assertTrue(other, line)
            self.take_all(said, "old", other[1])
            self.take_all(said, "new", other[1])
        said["touched"] = self.from_rsync()
        return said

    def take_all(self, said, side, path):
        kind = "removed" if side == "old" else "added"
        said[kind].add(path)
        root = self.tmp / "extracted" / side / path
        if root.is_dir() and not root.is_symlink():
            said[kind] |= {f"{path}/{each}" for each in paths_below(root)}

    def from_rsync(self):
        """What has the same content and another mode, owner or time."""
        touched = set()
        for line in self.sh("rsync -rlptgonci --delete extracted/new/ "
                            "extracted/old/").splitlines():
            flags, path = line.split(" ", 1)
            path = path.split(" -> ")[0].rstrip("/")
            if flags[:2] == ".f" or flags[:2] == ".d" and "p" in flags[2:]:
                touched.add(path)
        return touched

    def expect_diffs(self, view):
        said = self.from_diff()
        for kind in KINDS:
            root = view / kind
            self.assertEqual(paths_below(root / "www"),
                             with_parents(said[kind]), kind)
            self.assertEqual(os.listdir(root), ["www"], kind)

    def test_says_what_diff_says(self):
        self.pack()
        where = self.mount_pair().where / PAIR
        self.expect_diffs(where)
        self.assertEqual(sorted(os.listdir(where)),
                         ["added", "modified", "removed", "touched"])

    def test_other_formats(self):
        for old, new in (("zip", "tar.xz"), ("tar", "zip")):
            with self.subTest(old):
                self.pack(old, new)
                mount = self.mount_pair("--index=now")
                for kind in ("added", "removed"):
                    self.assertLessEqual(
                        self.from_diff()[kind],
                        paths_below(mount.where / PAIR / kind / "www"))
                mount.unmount()
                shutil.rmtree(self.backups)
                self.backups.mkdir()

    def test_a_zip_by_its_directory(self):
        """Before it is read through: CRC-32 can tell that contents differ, but
        not that they are the same, where the time is another."""
        self.pack("zip", "zip")
        where = self.mount_pair().where / PAIR
        said = self.from_diff()
        for kind in ("added", "removed"):
            self.assertEqual(paths_below(where / kind / "www"),
                             with_parents(said[kind]), kind)
        modified = paths_below(where / "modified/new/www")
        self.assertEqual(modified - said["touched"],
                         with_parents(said["modified/new"]))

    def test_backwards_and_same(self):
        self.pack()
        where = self.mount_pair().where / ".changes"
        said = self.from_diff()
        self.assertEqual(
            paths_below(where / f"{SECOND}..{FIRST}/removed/www"),
            with_parents(said["added"]))
        for kind in KINDS:
            self.assertEqual(
                os.listdir(where / f"{FIRST}..{FIRST}" / kind), [])

    def test_contents_and_numbers_are_the_snapshots(self):
        self.pack()
        where = self.mount_pair().where
        sides = {"added": SECOND, "modified/new": SECOND, "touched": SECOND,
                 "removed": FIRST, "modified/old": FIRST}
        folders = set()
        for kind, snapshot in sides.items():
            for path in paths_below(where / PAIR / kind / "www"):
                here = where / PAIR / kind / "www" / path
                there = where / snapshot / "www" / path
                self.compare(here, there)
                if here.is_dir() and not here.is_symlink():
                    folders.add(os.stat(here).st_ino)
        # Each folder is in one place only.
        count = self.sh(f"find {where}/{PAIR}/*/www "
                        f"{where}/{PAIR}/modified/*/www "
                        "-mindepth 1 -type d | wc -l")
        self.assertEqual(int(count), len(folders))

    def compare(self, here, there):
        a, b = os.lstat(here), os.lstat(there)
        fields = ["st_mode", "st_uid", "st_gid", "st_mtime_ns"]
        if stat.S_ISDIR(a.st_mode):
            self.assertNotEqual(a.st_ino, b.st_ino, here)
        else:
            fields += ["st_ino", "st_size", "st_nlink", "st_ctime_ns"]
        for field in fields:
            self.assertEqual(getattr(a, field), getattr(b, field),
                             (here, field))
        if stat.S_ISREG(a.st_mode):
            self.assertEqual(here.read_bytes(), there.read_bytes())
        if stat.S_ISLNK(a.st_mode):
            self.assertEqual(os.readlink(here), os.readlink(there))

    def test_lost_photos_come_back(self):
        self.pack()
        where = self.mount_pair().where
        back = self.folder("back")
        self.sh(f"cp -r {where}/{PAIR}/removed/www/upload/. {back}")
        self.assertEqual(
            sorted(os.listdir(back / "2024")),
            sorted(f"{number}.jpg" for number in range(0, 40, 3)))
        self.assertEqual(os.listdir(back), ["2024"])
        for photo in (back / "2024").iterdir():
            self.assertEqual(
                photo.read_bytes(),
                (self.old / "upload/2024" / photo.name).read_bytes())

    def test_infection(self):
        self.pack()
        where = self.mount_pair().where
        found = self.sh("find .changes/J-2..J-1/added -name '*.php'",
                        cwd=where)
        self.assertEqual(sorted(found.splitlines()), [
            ".changes/J-2..J-1/added/www/upload/2024/x.php",
            ".changes/J-2..J-1/added/www/upload/new/deep/y.php"])

    def test_patch(self):
        self.pack()
        where = self.mount_pair().where
        self.sh(f"cd {where}/{PAIR}/modified && "
                f"diff -ru --no-dereference old/www/app new/www/app "
                f"> {self.tmp}/patch; cp -a {self.old} {self.tmp}/patched && "
                f"cd {self.tmp}/patched/app && patch -s -p3 < ../../patch")
        for number in (*range(5, 10), 20):
            self.assertEqual(
                (self.tmp / f"patched/app/{number}.php").read_bytes(),
                (self.new / f"app/{number}.php").read_bytes())

    def test_links_as_the_settings_show_them(self):
        os.makedirs(self.new / "a/b")
        os.symlink("/etc/passwd", self.new / "a/b/out")
        os.symlink("../../../x", self.new / "a/b/up")
        self.pack()
        mount = self.mount_pair("-o", "symlinks=relative")
        link = mount.where / PAIR / "added/www/a/b/out"
        self.assertEqual(os.readlink(link), "../../etc/passwd")
        mount.unmount()
        mount = self.mount_pair("-o", "symlinks=contain")
        for name in ("out", "up"):
            with self.assertRaises(PermissionError):
                os.readlink(mount.where / PAIR / "added/www/a/b" / name)
        self.assertEqual(
            os.readlink(mount.where / PAIR / "modified/new/www/link"),
            "upload")

    def test_attributes(self):
        try:
            os.setxattr(self.new / "upload/2024/x.php", "user.mine", b"v")
            os.setxattr(self.new / "upload/new", "user.mine", b"w")
        except OSError:
            self.skipTest("no extended attributes here")
        self.pack()
        added = self.mount_pair("-o", "xattr").where / PAIR / "added"
        self.assertEqual(
            os.getxattr(added / "www/upload/2024/x.php", "user.mine"), b"v")
        self.assertEqual(os.getxattr(added / "www/upload/new", "user.mine"),
                         b"w")
        self.assertIn("user.rondfs.source",
                      os.listxattr(added / "www/upload/new"))
        self.assertEqual(os.listxattr(added), [])
        self.assertEqual(os.listxattr(added.parent.parent), [])


if __name__ == "__main__":
    rond.main()
