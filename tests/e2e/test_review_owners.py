#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Who may read what, when others are let in: as with the backups themselves."""
import os
import subprocess
import unittest

import archives
import rond
import trees

NOBODY = 65534
OWNER = 1005


@unittest.skipUnless(rond.IS_ROOT, "only root can be somebody else")
class Owners(rond.Case):
    def setUp(self):
        super().setUp()
        for folder in (self.tmp, self.backups):
            os.chmod(folder, 0o755)
        self.archive = self.backups / "site-2024-05-01.tar"
        archives.pack(trees.make_site(self.folder("tree")), self.archive)
        self.dump = self.backups / "db-2024-05-01.sql"
        self.dump.write_text("-- MySQL dump\nCREATE TABLE a (b int);\n")

    def reads(self, user, path):
        """Whether the user can read a file."""
        done = subprocess.run(
            ["setpriv", f"--reuid={user}", f"--regid={user}",
             "--clear-groups", "cat", str(path)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        return done.returncode == 0

    def mounted(self):
        return self.mount("-o", "allow_other").path("2024-05-01")

    def test_open_to_all(self):
        where = self.mounted()
        for path in (where / "www/index.php", where / "db.sql"):
            self.assertTrue(self.reads(NOBODY, path), path)

    def test_owners_of_their_own(self):
        for file, owner in ((self.dump, 0), (self.archive, OWNER)):
            os.chmod(file, 0o600)
            os.chown(file, owner, owner)
        where = self.mounted()
        self.assertTrue(self.reads(OWNER, where / "www/index.php"))
        self.assertFalse(self.reads(OWNER, where / "db.sql"))
        for path in (where / "www/index.php", where / "db.sql"):
            self.assertFalse(self.reads(NOBODY, path), path)

    def test_a_group_of_its_own(self):
        os.chmod(self.archive, 0o600)
        os.chmod(self.dump, 0o640)
        os.chown(self.dump, 0, OWNER)
        where = self.mounted()
        self.assertTrue(self.reads(OWNER, where / "db.sql"))
        self.assertFalse(self.reads(OWNER, where / "www/index.php"))
        self.assertFalse(self.reads(NOBODY, where / "db.sql"))


if __name__ == "__main__":
    rond.main()
