#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""What readdir(3) says of a folder, "." and ".." included, is what stat says:
in archives and in folders that are snapshots."""
import ctypes
import os
import stat

import archives
import rond
import trees

libc = ctypes.CDLL(None, use_errno=True)


class Dirent(ctypes.Structure):
    _fields_ = [("ino", ctypes.c_uint64), ("off", ctypes.c_int64),
                ("reclen", ctypes.c_uint16), ("kind", ctypes.c_uint8),
                ("name", ctypes.c_char * 256)]


libc.opendir.restype = ctypes.c_void_p
libc.readdir.argtypes = libc.closedir.argtypes = [ctypes.c_void_p]
libc.readdir.restype = ctypes.POINTER(Dirent)


def listing(folder):
    """name: (inode number, file type), as readdir(3) gives them."""
    stream = libc.opendir(os.fsencode(folder))
    assert stream, folder
    found = {}
    while entry := libc.readdir(stream):
        found[entry.contents.name] = (entry.contents.ino,
                                      entry.contents.kind << 12)
    libc.closedir(stream)
    return found


class Dots(rond.Case):
    def check(self, folder):
        for name, (ino, kind) in listing(folder).items():
            info = os.lstat(os.path.join(os.fsencode(folder), name))
            self.assertEqual((ino, kind),
                             (info.st_ino, stat.S_IFMT(info.st_mode)),
                             (folder, name))

    def check_all(self, root):
        for folder, _, _ in os.walk(root):
            self.check(folder)

    def test_archive(self):
        tree = trees.make_site(self.folder("tree"))
        archives.pack(tree, self.backups / "site-2024-05-01.tar")
        (self.backups / "db-2024-05-01.sql").write_text(
            "-- MySQL dump\nCREATE TABLE a (b int);\n")
        self.check_all(self.mount().path("2024-05-01"))

    def test_folder(self):
        trees.make_site(self.backups / "2024-05-01")
        self.check_all(self.mount().path("2024-05-01"))


if __name__ == "__main__":
    rond.main()
