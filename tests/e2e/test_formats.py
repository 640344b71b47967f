#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What is mounted equals what the format's own tool extracts."""
import os

import archives
import rond
import trees

OWNERS = [(1005, 100), (33, 33), (2000, 3000)]

# What the extracting tools don't restore, or the format doesn't hold.
IGNORED = {
    # unzip leaves the times of links alone, and zip has seconds only.
    "zip": ("link-mtime", "mtime-ns", "nlink"),
    "7z": ("link-mtime", "dir-mtime", "nlink", "uid", "gid"),
    # cpio -i restores folders before the files in them.
    "cpio": ("mtime-ns", "dir-mtime", "link-mtime"),
    "cpio.gz": ("mtime-ns", "dir-mtime", "link-mtime"),
}


class Formats(rond.Case):
    def make_tree(self, suffix):
        raw_names = suffix not in ("zip", "7z")
        tree = trees.make_rich(self.folder("tree"), raw_names, OWNERS)
        if suffix in ("zip", "7z"):
            os.unlink(f"{tree}/new\nline")
        if suffix == "7z":  # which extracts no links that lead upwards
            os.unlink(f"{tree}/empty/up")
            os.unlink(f"{tree}/absolute")
        return tree

    def check(self, suffix):
        tree = self.make_tree(suffix)
        file = self.backups / f"site-2024-05-01.{suffix}"
        archives.pack(tree, file)
        expected = archives.unpack(file, self.tmp / "expected")
        mount = self.mount()
        trees.assert_same(expected, mount.path("2024-05-01/www"),
                          self.ignored(suffix))
        self.assertEqual(mount.problems(), "")

    def ignored(self, suffix):
        ignored = IGNORED.get(suffix, ())
        return ignored if rond.IS_ROOT else (*ignored, "uid", "gid")

    def test_zip64_headers(self):
        members = {f"f{n}": trees.random_bytes(5000, n) for n in range(5)}
        file = archives.write_zip(self.backups / "site-2024-05-01.zip",
                                  members, zip64=True)
        expected = archives.unpack(file, self.tmp / "expected")
        where = self.mount().path("2024-05-01/www")
        trees.assert_same(expected, where, IGNORED["zip"] + ("uid", "gid"))

    def test_zip64_by_zip(self):
        tree = trees.make_site(self.folder("tree"))
        file = self.backups / "site-2024-05-01.zip"
        self.sh(f"zip -qry -fz {file} .", cwd=tree)
        expected = archives.unpack(file, self.tmp / "expected")
        where = self.mount().path("2024-05-01/www")
        trees.assert_same(expected, where, IGNORED["zip"])

    def test_zip64_of_many_members(self):
        members = {f"d{n % 100}/f{n}": b"%d" % n for n in range(66000)}
        archives.write_zip(self.backups / "site-2024-05-01.zip", members)
        where = self.mount().path("2024-05-01/www")
        found = sum(len(files) for _, _, files in os.walk(where))
        self.assertEqual(found, 66000)
        self.assertEqual((where / "d99/f65999").read_bytes(), b"65999")

    def test_gnu_format_by_default(self):
        tree = trees.make_rich(self.folder("tree"), True, OWNERS)
        file = self.backups / "site-2024-05-01.tar"
        self.sh(f"tar --format=gnu -cf {file} -C {tree} .")
        expected = archives.unpack(file, self.tmp / "expected")
        where = self.mount().path("2024-05-01/www")
        trees.assert_same(expected, where, self.ignored("tar"))

    def test_old_formats(self):
        for name in ("v7", "oldgnu", "ustar"):
            with self.subTest(name):
                tree = trees.make_site(self.folder(f"tree-{name}"))
                file = self.tmp / f"site-2024-05-01-{name}.tar"
                self.sh(f"tar --format={name} -cf {file} -C {tree} .")
                expected = archives.unpack(file, self.tmp / f"out-{name}")
                where = self.mount(file).path("2024-05-01")
                parts = os.listdir(where)
                self.assertEqual(len(parts), 1)
                trees.assert_same(expected, where / parts[0],
                                  self.ignored("tar"))

    def test_parallel_compressors(self):
        tree = trees.make_rich(self.folder("tree"), True, OWNERS)
        for number, command in enumerate(("pigz -p4", "pbzip2 -p2",
                                          "xz -T2 --block-size=1MiB",
                                          "igzip")):
            with self.subTest(command):
                suffix = ("gz", "bz2", "xz", "gz")[number]
                folder = self.folder(f"set{number}")
                file = folder / f"site-2024-05-01.tar.{suffix}"
                self.sh(f"tar --format=pax -cf - -C {tree} . "
                        f"| {command} -c > {file}")
                expected = archives.unpack(file, self.tmp / f"out{number}")
                where = self.mount(folder).path("2024-05-01/www")
                trees.assert_same(expected, where, self.ignored("tar"))

    def test_content_decides_not_the_name(self):
        tree = trees.make_site(self.folder("tree"))
        archives.pack(tree, self.tmp / "x.tar.xz")
        os.rename(self.tmp / "x.tar.xz", self.backups / "site-2024-05-01.zip")
        where = self.mount().path("2024-05-01/www")
        trees.assert_same(tree, where, self.ignored("tar"))

    def test_extended_attributes(self):
        tree = trees.make_site(self.folder("tree"))
        try:
            os.setxattr(tree / "index.php", "user.note", b"\x00binary\xff")
        except OSError as error:
            self.skipTest(f"no user.* attributes in {self.tmp}: {error}")
        trees.settle_times(tree)
        archives.pack(tree, self.backups / "site-2024-05-01.tar.gz")
        where = self.mount("-o", "xattr").path("2024-05-01/www")
        found = trees.xattrs(where / "index.php")
        self.assertEqual(found.get("user.note"), b"\x00binary\xff")

    def test_formats_all(self):
        tree = trees.make_site(self.folder("tree"))
        file = self.backups / "site-2024-05-01.iso"
        self.sh(f"bsdtar --format=iso9660 -cf {file} -C {tree} .")
        self.assertIn("site-2024-05-01.iso", self.message_without())
        where = self.mount("--formats=all").path("2024-05-01/www")
        self.assertEqual((where / "index.php").read_bytes(),
                         (tree / "index.php").read_bytes())

    def message_without(self):
        """What is said of a backup that --formats=all would read."""
        archives.pack(trees.make_site(self.folder("other")),
                      self.backups / "site-2024-05-02.tar")
        mount = self.mount()
        mount.path("2024-05-02")
        self.assertNotIn("2024-05-01", mount.snapshots())
        return mount.problems()


def add_tests():
    """One test a format."""
    for suffix in archives.TOOLS:
        def test(self, suffix=suffix):
            self.check(suffix)
        setattr(Formats, f"test_{suffix.replace('.', '_')}", test)


add_tests()

if __name__ == "__main__":
    rond.main()
