#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""File capabilities are kept back as setuid bits are: root's `cp -a` of an
attacked site must not make programs that give power."""
import os

import rond
import trees

NAME = "security.capability"
# cap_net_raw+ep (struct vfs_cap_data, revision 2)
VALUE = bytes.fromhex("0100000200200000" + "00" * 12)


class Capabilities(rond.Case):
    def setUp(self):
        super().setUp()
        self.tree = self.folder("tree")
        trees.write(f"{self.tree}/ping", b"#!/bin/sh\n", 0o755)
        try:
            os.setxattr(self.tree / "ping", NAME, VALUE)
            os.setxattr(self.tree / "ping", "user.note", b"kept")
        except OSError as error:
            self.skipTest(f"no file capabilities here: {error}")

    def found(self, *options):
        """The archived attributes of the file, in an archive and in a folder
        that is a snapshot."""
        self.sh("tar --xattrs --xattrs-include='*' --format=pax -cf "
                f"{self.backups}/2024-05-01.tar -C {self.tree} .")
        self.sh(f"cp -a {self.tree} {self.backups}/2024-05-02")
        mount = self.mount("-o", ",".join(("xattr", *options)))
        for day in ("2024-05-01", "2024-05-02"):
            path = mount.path(day) / "www/ping"
            yield path, {name: value
                         for name, value in trees.xattrs(path).items()
                         if not name.startswith("user.rondfs.")}

    def test_kept_back(self):
        for path, attributes in self.found():
            self.assertEqual(attributes, {"user.note": b"kept"})
            with self.assertRaises(OSError):
                os.getxattr(path, NAME)

    def test_shown_on_demand(self):
        for _, attributes in self.found("keep_special"):
            self.assertEqual(attributes, {"user.note": b"kept", NAME: VALUE})


if __name__ == "__main__":
    rond.main()
