#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""-o symlinks=: what links out of a backup, and how it is shown."""
import errno
import os

import rond
from archives import TAR_END, tar_member

LINK, HARD = b"2", b"1"


class Symlinks(rond.Case):
    def setUp(self):
        super().setUp()
        (self.backups / "site-2024-05-01.tar").write_bytes(
            tar_member(b"a/b/in", kind=LINK, link=b"../../f")
            + tar_member(b"a/b/out", kind=LINK, link=b"../../../f")
            + tar_member(b"abs", kind=LINK, link=b"/f")
            + tar_member(b"a/abs", kind=LINK, link=b"/f")
            + tar_member(b"f", b"inside")
            # The same links at places where they lead elsewhere.
            + tar_member(b"in-hard", kind=HARD, link=b"a/b/in")
            + tar_member(b"a/b/abs-hard", kind=HARD, link=b"abs")
            + TAR_END)

    def tree(self, how):
        return self.mount("-o", f"symlinks={how}").path("2024-05-01/www")

    def test_kept(self):
        tree = self.tree("keep")
        self.assertEqual(os.readlink(tree / "a/b/out"), "../../../f")
        self.assertEqual(os.readlink(tree / "in-hard"), "../../f")
        self.assertEqual(os.lstat(tree / "in-hard").st_nlink, 2)

    def test_contained(self):
        tree = self.tree("contain")
        self.assertEqual((tree / "a/b/in").read_bytes(), b"inside")
        for name in ("a/b/out", "abs", "a/abs", "in-hard", "a/b/abs-hard"):
            with self.subTest(name):
                with self.assertRaises(OSError) as raised:
                    os.readlink(tree / name)
                self.assertEqual(raised.exception.errno, errno.EPERM)

    def test_relative(self):
        tree = self.tree("relative")
        for name in ("a/b/in", "abs", "a/abs", "a/b/abs-hard"):
            with self.subTest(name):
                self.assertEqual((tree / name).read_bytes(), b"inside")

    def test_names_of_one_link_stay_one_file(self):
        tree = self.tree("contain")
        one, other = os.lstat(tree / "abs"), os.lstat(tree / "a/b/abs-hard")
        self.assertEqual((one.st_ino, one.st_nlink), (other.st_ino, 2))


if __name__ == "__main__":
    rond.main()
