#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The cases in which archives surprise, one test each."""
import errno
import os
import stat

import archives
import rond
import trees
from archives import TAR_END, tar_member

AGAINST_TAR = () if rond.IS_ROOT else ("uid", "gid")


class Corners(rond.Case):
    """Archives of one day, looked at through a mount."""

    def site(self, content, suffix="tar", name="site-2024-05-01"):
        """Mount an archive of these bytes; its tree."""
        self.file = self.backups / f"{name}.{suffix}"
        self.file.write_bytes(content)
        self.mounted = self.mount()
        return self.mounted.path("2024-05-01/www")

    def against_tar(self, tree, ignore=()):
        """The mounted tree of the archive equals what tar -x gives."""
        expected = archives.unpack(self.file, self.tmp / "expected")
        trees.assert_same(expected, tree, (*AGAINST_TAR, *ignore))

    def message(self):
        return self.mounted.part("2024-05-01", "www")["message"] or ""


class Names(Corners):
    def test_same_name_twice_the_last_wins(self):
        tree = self.site(tar_member(b"f", b"first") + tar_member(b"g", b"g")
                         + tar_member(b"f", b"the second") + TAR_END)
        self.assertEqual((tree / "f").read_bytes(), b"the second")
        self.assertEqual(sorted(os.listdir(tree)), ["f", "g"])
        self.against_tar(tree)

    def test_paths_are_normalised_and_clamped(self):
        tree = self.site(
            tar_member(b"./dot", b"1") + tar_member(b"/slash", b"2")
            + tar_member(b"../../up", b"3") + tar_member(b"a//b", b"4")
            + TAR_END)
        self.assertEqual(sorted(os.listdir(tree)),
                         ["a", "dot", "slash", "up"])
        self.assertEqual((tree / "a/b").read_bytes(), b"4")
        self.assertEqual((tree / "up").read_bytes(), b"3")

    def test_dot_dot_inside_a_path(self):
        tree = self.site(tar_member(b"x/../y", b"y") + TAR_END)
        self.assertEqual((tree / "y").read_bytes(), b"y")

    def test_file_then_folder_of_that_name(self):
        tree = self.site(tar_member(b"n", b"file")
                         + tar_member(b"n/", kind=b"5", mode=0o755)
                         + tar_member(b"n/f", b"in") + TAR_END)
        self.assertEqual((tree / "n/f").read_bytes(), b"in")

    def test_folder_then_file_of_that_name(self):
        tree = self.site(tar_member(b"n/", kind=b"5", mode=0o755)
                         + tar_member(b"n/f", b"in")
                         + tar_member(b"n", b"file") + TAR_END)
        self.assertEqual((tree / "n").read_bytes(), b"file")

    def test_missing_parent_folders_are_made_up(self):
        tree = self.site(tar_member(b"a/b/old", b"1", mtime=1000000)
                         + tar_member(b"a/b/new", b"2", mtime=2000000)
                         + TAR_END)
        info = os.stat(tree / "a/b")
        self.assertEqual(stat.S_IMODE(info.st_mode), 0o755)
        self.assertEqual(info.st_mtime, 2000000)

    def test_folder_in_a_folder_of_its_name(self):
        tree = self.site(tar_member(b"a/a/f", b"f") + TAR_END)
        self.assertEqual((tree / "a/a/f").read_bytes(), b"f")

    def test_names_that_are_not_utf8(self):
        name = b"caf\xe9-\xff"
        tree = self.site(tar_member(name, b"raw") + TAR_END)
        self.assertEqual(os.listdir(os.fsencode(tree)), [name])
        with open(os.path.join(os.fsencode(tree), name), "rb") as file:
            self.assertEqual(file.read(), b"raw")
        self.against_tar(tree)

    def test_name_of_255_bytes_and_more(self):
        source = self.folder("source")
        trees.write(f"{source}/" + "n" * 255, b"longest")
        trees.write(f"{source}/short", b"short")
        self.sh(f"tar --format=pax -cf {self.tmp}/x.tar -C {source} "
                "--transform='s/^.*short$/" + "m" * 256 + "/' .")
        tree = self.site((self.tmp / "x.tar").read_bytes())
        self.assertEqual((tree / ("n" * 255)).read_bytes(), b"longest")
        self.assertEqual(os.listdir(tree), ["n" * 255])
        self.assertIn("mmmm", self.mounted.problems() + self.message())


class Links(Corners):
    def test_hard_link_to_an_earlier_entry(self):
        tree = self.site(tar_member(b"f", b"content")
                         + tar_member(b"g", kind=b"1", link=b"f") + TAR_END)
        self.same_file(tree / "f", tree / "g", 2)
        self.against_tar(tree)

    def test_hard_link_to_a_later_entry(self):
        tree = self.site(tar_member(b"g", kind=b"1", link=b"f")
                         + tar_member(b"f", b"content") + TAR_END)
        self.same_file(tree / "f", tree / "g", 2)

    def same_file(self, one, other, links):
        self.assertTrue(os.path.samefile(one, other))
        self.assertEqual(os.stat(one).st_nlink, links)
        self.assertEqual(other.read_bytes(), b"content")

    def test_hard_link_to_nothing_is_said(self):
        tree = self.site(tar_member(b"f", b"content")
                         + tar_member(b"g", kind=b"1", link=b"gone")
                         + TAR_END)
        self.assertEqual((tree / "f").read_bytes(), b"content")
        self.assertIn("g", self.message() + self.mounted.problems())

    def test_hard_links_in_a_ring(self):
        tree = self.site(tar_member(b"a", kind=b"1", link=b"b")
                         + tar_member(b"b", kind=b"1", link=b"a")
                         + tar_member(b"f", b"content") + TAR_END)
        self.assertEqual((tree / "f").read_bytes(), b"content")

    def test_links_of_cpio_carry_content_once(self):
        source = self.folder("source")
        trees.write(f"{source}/f", b"content")
        os.link(f"{source}/f", f"{source}/g")
        archives.pack(source, self.tmp / "x.cpio")
        tree = self.site((self.tmp / "x.cpio").read_bytes(), "cpio")
        self.same_file(tree / "f", tree / "g", 2)


class Sparse(Corners):
    SIZE = 40 << 20
    PIECES = [(0, b"head"), (1 << 20, b"one" * 5000),
              (33 << 20, trees.random_bytes(100000))]

    def check(self, flags):
        source = self.folder("source")
        trees.write_sparse(f"{source}/sparse", self.SIZE, self.PIECES)
        trees.write(f"{source}/zafter", b"what follows")
        trees.settle_times(source)
        packed = self.tmp / "x.tar"
        self.sh(f"tar {flags} -S -cf {packed} -C {source} .")
        self.assertLess(os.path.getsize(packed), 1 << 20)
        tree = self.site(packed.read_bytes())
        self.against_tar(tree)
        info = os.stat(tree / "sparse")
        self.assertEqual(info.st_size, self.SIZE)
        self.assertLess(info.st_blocks * 512, 1 << 20)

    def test_gnu(self):
        self.check("--format=gnu")

    def test_old_gnu(self):
        self.check("--format=oldgnu")

    def test_pax_0_0(self):
        self.check("--format=pax --sparse-version=0.0")

    def test_pax_0_1(self):
        self.check("--format=pax --sparse-version=0.1")

    def test_pax_1_0(self):
        self.check("--format=pax --sparse-version=1.0")

    def test_many_holes(self):
        source = self.folder("source")
        pieces = [(n << 16, b"x" * 100) for n in range(300)]
        trees.write_sparse(f"{source}/holes", 400 << 16, pieces)
        trees.settle_times(source)
        for number, flags in enumerate(("--format=gnu", "--format=pax")):
            packed = self.tmp / f"x{number}.tar"
            self.sh(f"tar {flags} -S -cf {packed} -C {source} .")
            file = self.backups / f"site-2024-05-0{number + 1}.tar"
            file.write_bytes(packed.read_bytes())
        mount = self.mount()
        for day in ("2024-05-01", "2024-05-02"):
            tree = mount.path(f"{day}/www")
            self.assertTrue(trees.same_content(source / "holes",
                                               tree / "holes"))


class Headers(Corners):
    def test_size_over_8_gib(self):
        """A hole of 9 GiB: the size is in base 256 or a pax header."""
        source = self.folder("source")
        size = 9 << 30
        trees.write_sparse(f"{source}/huge", size, [(size - 4, b"tail")])
        for number, flags in enumerate(("--format=gnu", "--format=pax")):
            file = self.backups / f"site-2024-05-0{number + 1}.tar"
            self.sh(f"tar {flags} -S -cf {file} -C {source} .")
        mount = self.mount()
        for day in ("2024-05-01", "2024-05-02"):
            file = mount.path(f"{day}/www/huge")
            self.assertEqual(os.stat(file).st_size, size)
            with open(file, "rb") as mounted:
                self.assertEqual(os.pread(mounted.fileno(), 10, size - 6),
                                 b"\0\0tail")

    def test_pax_headers(self):
        source = trees.make_rich(self.folder("source"))
        self.sh(f"tar --format=pax -cf {self.tmp}/x.tar -C {source} .")
        tree = self.site((self.tmp / "x.tar").read_bytes())
        self.against_tar(tree)
        self.assertNotEqual(os.stat(tree / "index.php").st_mtime_ns % 10**9, 0)

    def test_extended_attributes_and_acls(self):
        source = trees.make_site(self.folder("source"))
        done = self.sh("setfacl -m u:1005:r index.php && "
                       "setfattr -n user.note -v hello index.php", cwd=source,
                       check=False)
        if done.returncode:
            self.skipTest(f"no attributes here: {done.stderr.strip()}")
        self.sh(f"tar --xattrs --acls --format=pax "
                f"-cf {self.backups}/site-2024-05-01.tar -C {source} .")
        tree = self.mount("-o", "xattr").path("2024-05-01/www")
        found = trees.xattrs(tree / "index.php")
        self.assertEqual(found.get("user.note"), b"hello")
        self.assertIn("system.posix_acl_access", found)

    def test_libarchive_attributes(self):
        source = trees.make_site(self.folder("source"))
        try:
            os.setxattr(source / "index.php", "user.note", b"\x00\xff")
        except OSError as error:
            self.skipTest(f"no attributes here: {error}")
        self.sh(f"bsdtar --xattrs --format=pax "
                f"-cf {self.backups}/site-2024-05-01.tar -C {source} .")
        tree = self.mount("-o", "xattr").path("2024-05-01/www")
        self.assertEqual(trees.xattrs(tree / "index.php").get("user.note"),
                         b"\x00\xff")

    def test_no_attributes_unless_asked_for(self):
        tree = self.site(tar_member(b"f", b"f") + TAR_END)
        try:
            self.assertEqual(os.listxattr(tree / "f"), [])
        except OSError as error:
            self.assertEqual(error.errno, errno.ENOTSUP)

    def test_gnu_incremental(self):
        """What the folder list of a later level does not name is gone."""
        source = self.folder("source")
        for name in ("kept", "dropped"):
            trees.write(f"{source}/d/{name}", name.encode())
        snar = self.tmp / "snar"
        self.sh(f"tar -g {snar} -cf full.tar -C {source} d")
        os.unlink(source / "d/dropped")
        trees.write(f"{source}/d/new", b"new")
        self.sh(f"tar -g {snar} -cf incr.tar -C {source} d")
        self.sh("cp full.tar both.tar && tar -A -f both.tar incr.tar")
        tree = self.site((self.tmp / "both.tar").read_bytes())
        self.assertEqual(sorted(os.listdir(tree / "d")), ["kept", "new"])


class Concatenated(Corners):
    def test_gzip_members(self):
        tar = (tar_member(b"a", trees.random_bytes(100000))
               + tar_member(b"b", b"b") + TAR_END)
        tree = self.site(archives.compress(tar[:50000], "gz")
                         + archives.compress(tar[50000:], "gz"), "tar.gz")
        self.assertEqual((tree / "a").read_bytes(),
                         trees.random_bytes(100000))
        self.assertEqual((tree / "b").read_bytes(), b"b")

    def test_tars_with_zero_blocks_between(self):
        tree = self.site(tar_member(b"a", b"a") + TAR_END + bytes(8192)
                         + tar_member(b"b", b"b") + TAR_END)
        self.assertEqual(sorted(os.listdir(tree)), ["a", "b"])

    def test_tar_A(self):
        for name in ("a", "b"):
            trees.write(f"{self.tmp}/src/{name}", name.encode())
            self.sh(f"tar -cf {name}.tar -C src {name}")
        self.sh("tar -A -f a.tar b.tar")
        tree = self.site((self.tmp / "a.tar").read_bytes())
        self.assertEqual(sorted(os.listdir(tree)), ["a", "b"])

    def test_trailing_garbage_after_gzip(self):
        tar = tar_member(b"f", b"content") + TAR_END
        tree = self.site(archives.compress(tar, "gz") + b"garbage" * 100,
                         "tar.gz")
        self.assertEqual((tree / "f").read_bytes(), b"content")
        self.assertIn("after", self.message().lower())


class Damage(Corners):
    def test_truncated_archive(self):
        first, last = trees.random_bytes(300000, 1), trees.random_bytes(
            300000, 2)
        packed = archives.compress(tar_member(b"a", first)
                                   + tar_member(b"z", last) + TAR_END, "gz")
        tree = self.site(packed[:400000], "tar.gz")
        self.assertEqual((tree / "a").read_bytes(), first)
        self.reads_or_fails(tree / "z", last)
        part = self.mounted.part("2024-05-01", "www")
        self.assertEqual(part["state"], "incomplete")
        self.assertIn("site-2024-05-01.tar.gz", self.mounted.problems())

    def reads_or_fails(self, path, content):
        """Reading all of a damaged file ends in EIO; what came before it is
        right."""
        with open(path, "rb", buffering=0) as file:
            self.assertEqual(os.fstat(file.fileno()).st_size, len(content))
            at = 0
            with self.assertRaises(OSError) as raised:
                while True:
                    block = os.pread(file.fileno(), 4096, at)
                    self.assertTrue(block, "a short file that looks whole")
                    self.assertEqual(block, content[at:at + len(block)])
                    at += len(block)
            self.assertEqual(raised.exception.errno, errno.EIO)

    @staticmethod
    def with_wrong_crc(content):
        """Gzipped, its trailer's CRC-32 (RFC 1952) changed."""
        packed = bytearray(archives.compress(content, "gz"))
        packed[-8] ^= 0xff
        return bytes(packed)

    def test_wrong_crc_of_a_tar_gz_is_said(self):
        """Which of the files is damaged, a gzip's one checksum can't tell."""
        tree = self.site(self.with_wrong_crc(
            tar_member(b"f", trees.random_bytes(3 << 20)) + TAR_END),
            "tar.gz")
        self.assertEqual(os.listdir(tree), ["f"])
        self.assertEqual(self.mounted.part("2024-05-01", "www")["state"],
                         "damaged")
        self.assertIn("site-2024-05-01.tar.gz", self.mounted.problems())

    def test_wrong_crc_of_a_dump(self):
        """A dump that was read to its end was a sound one."""
        content = b"-- MariaDB dump 10.19\n" + trees.text_bytes(3 << 20)
        file = self.backups / "base-2024-05-01.sql.gz"
        file.write_bytes(self.with_wrong_crc(content))
        self.mounted = self.mount()
        self.reads_or_fails(self.mounted.path("2024-05-01/db.sql"), content)
        self.assertIn("base-2024-05-01.sql.gz", self.mounted.problems())

    def test_wrong_crc_of_a_zip_member(self):
        file = archives.write_zip(self.tmp / "x.zip",
                                  {"good": b"good" * 100,
                                   "bad": b"bad " * 100})
        data = bytearray(file.read_bytes())
        # The CRC in the central directory's second header (APPNOTE 4.3.12).
        at = data.rindex(b"PK\x01\x02") + 16
        data[at] ^= 0xff
        tree = self.site(bytes(data), "zip")
        self.assertEqual((tree / "good").read_bytes(), b"good" * 100)
        with self.assertRaises(OSError) as raised:
            (tree / "bad").read_bytes()
        self.assertEqual(raised.exception.errno, errno.EIO)

    def test_index_of_a_replaced_file_is_not_used(self):
        tree = self.site(tar_member(b"f", b"before") + TAR_END)
        self.assertEqual((tree / "f").read_bytes(), b"before")
        self.mounted.unmount()
        info = os.stat(self.file)
        fresh = self.tmp / "fresh"
        fresh.write_bytes(tar_member(b"f", b"after!") + TAR_END)
        os.utime(fresh, ns=(info.st_atime_ns, info.st_mtime_ns + 1))
        os.rename(fresh, self.file)
        tree = self.mount().path("2024-05-01/www")
        self.assertEqual((tree / "f").read_bytes(), b"after!")


class Special(Corners):
    TAR = (tar_member(b"suid", b"x", mode=0o4755)
           + tar_member(b"sgid", b"x", mode=0o2755)
           + tar_member(b"null", kind=b"3", mode=0o666)
           + tar_member(b"disk", kind=b"4", mode=0o660)
           + tar_member(b"pipe", kind=b"6", mode=0o644)
           + tar_member(b"f", b"f") + TAR_END)

    def test_left_out_and_stripped_by_default(self):
        tree = self.site(self.TAR)
        self.assertEqual(sorted(os.listdir(tree)), ["f", "sgid", "suid"])
        for name in ("suid", "sgid"):
            self.assertEqual(os.stat(tree / name).st_mode & 0o7777, 0o755)
        part = self.mounted.part("2024-05-01", "www")
        self.assertEqual((part["left_out"], part["stripped"]), (3, 2))

    def test_kept_on_demand(self):
        file = self.backups / "site-2024-05-01.tar"
        file.write_bytes(self.TAR)
        tree = self.mount("-o", "keep_special").path("2024-05-01/www")
        modes = {name: os.lstat(tree / name).st_mode
                 for name in os.listdir(tree)}
        self.assertTrue(stat.S_ISCHR(modes["null"]))
        self.assertTrue(stat.S_ISBLK(modes["disk"]))
        self.assertTrue(stat.S_ISFIFO(modes["pipe"]))
        self.assertEqual(modes["suid"] & 0o7777, 0o4755)
        self.assertEqual(modes["sgid"] & 0o7777, 0o2755)
        # Inert: the mount is nodev.
        with self.assertRaises(OSError):
            os.open(tree / "null", os.O_RDONLY)


if __name__ == "__main__":
    rond.main()
