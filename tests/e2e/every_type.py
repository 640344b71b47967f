# SPDX-License-Identifier: BSD-2-Clause
"""Databases with every type and every trap: tests/data/every-type."""
import mariadb
import rond

SCRIPTS = rond.TOP / "tests/data/every-type"
FIRST, SECOND = "every", "other"


def make(server):
    """Both databases, in a server."""
    server.recreate(FIRST, SECOND)
    for script in sorted(SCRIPTS.glob("[0-9]*.sql")):
        server.load(script, FIRST)
    server.load(SCRIPTS / "other.sql", SECOND)
    return server


class Case(rond.Case):
    """A test with two servers: origin has the databases, target is where
    dumps of them are loaded."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.origin = cls.start(cls)
        cls.target = cls.start(cls)
        make(cls.origin)

    @staticmethod
    def start(cls, *options):
        server = mariadb.Server(*options)
        cls.addClassCleanup(server.stop)
        return server


def main():
    """rond.main(), where there is a MariaDB."""
    program = mariadb.missing()
    if program:
        print(f"1..0 # SKIP no {program}")
        raise SystemExit(rond.SKIP)
    rond.main()
