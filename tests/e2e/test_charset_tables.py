#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The tables of single-byte charsets are what a real server converts with."""
import subprocess
import unittest

import mariadb
import rond


@unittest.skipIf(mariadb.missing(), "no MariaDB")
class CharsetTables(unittest.TestCase):
    def setUp(self):
        self.server = mariadb.Server()
        self.addCleanup(self.server.stop)

    def test_as_the_server_has_them(self):
        now = subprocess.run(
            [rond.TOP / "tools" / "charset-tables", self.server.socket],
            check=True, capture_output=True).stdout
        ours = rond.TOP / "backends" / "sql" / "charset-tables.c"
        self.assertEqual(now.decode(), ours.read_text())


if __name__ == "__main__":
    rond.main()
