# SPDX-License-Identifier: BSD-2-Clause
"""Commands that a document shows, run as a reader would run them, and what
each is to find."""
import gzip
import re

import mariadb
import rond

DATES = r"\d{4}-\d\d-\d\d( \d\d:\d\d)?"


def normal(line):
    """A line of output, whatever the day and the widths of columns."""
    return " ".join(re.sub(DATES, "DATE", line).split())


class Documented(rond.Case):
    """Has a demo set, the programs and a database client by their names."""

    # Of each command that finds something: (an expression that it matches,
    # what matches its output). The first that fits counts.
    FINDS = ()
    # Commands that answer by their status: (expression, which may be).
    STATUS = (
        (r"rondctl (lost(?!.*--copy-to)|diff|suspects)", (1,)),
        (r"(git )?diff ", (0, 1)),
    )

    def setUp(self):
        super().setUp()
        self.sh(f"{rond.TOP}/tools/demo/make --shipped demo")
        self.names = {}
        self.output = ""
        self.found = set()
        self.server = None
        self.folder("bin")
        self.program("rondfs", f"exec {rond.RONDFS} --cache-dir {self.cache} "
                               '"$@"')
        self.program("rondctl", f"command=$1; shift; exec {rond.RONDCTL} "
                                f'"$command" --cache-dir {self.cache} "$@"')
        self.program("mysql", self.client())

    def program(self, name, script):
        path = self.tmp / "bin" / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def client(self):
        """The database client: that of a server of our own, where there is
        one; else it takes what it is given, if it is something."""
        if mariadb.missing():
            return '[ "$1" = -e ] || grep -qE "CREATE|INSERT|REPLACE"'
        server = self.server = mariadb.Server()
        self.addCleanup(server.stop)
        server.recreate("rondcoin", "shop")
        newest = sorted((self.tmp / "demo/backups").glob("db-*"))[-1]
        for database in ("rondcoin", "shop"):
            server.load(gzip.decompress(newest.read_bytes()), database)
        return (f"exec {mariadb.program('mariadb')} --no-defaults "
                f'--user=root --socket={server.socket} "$@"')

    def run_block(self, block):
        """Each command of a block; its output is in self.output."""
        self.output = ""
        for command in block.replace("\\\n", "").splitlines():
            command = command.split("  # ")[0].strip()
            if command and not command.startswith("#"):
                self.run_command(command)

    def run_command(self, command):
        """It ends as it should, finds what it should, and complains of
        nothing."""
        line = command
        for name, path in self.names.items():
            line = line.replace(name, str(path))
        done = self.sh(f"PATH={self.tmp}/bin:$PATH; {line}", check=False)
        self.assertIn(done.returncode, self.allowed(command),
                      (command, done.stdout[:500], done.stderr))
        self.assertEqual(self.complaints(done.stderr), "", command)
        self.output += done.stdout
        for number, (commands, finding) in enumerate(self.FINDS):
            if re.match(commands, command):
                self.found.add(number)
                self.assertTrue(re.search(finding, done.stdout),
                                (command, finding, done.stdout[:3000]))
                return
        self.assertNotRegex(command, r"rondctl|\.changes|\.versions",
                            "nobody says what this is to find")

    def allowed(self, command):
        if re.search(r" (\||\|\|) ", command):
            return (0,)
        for commands, status in self.STATUS:
            if re.match(commands, command):
                return status
        return (0,)

    @staticmethod
    def complaints(stderr):
        """What rondfs says on the way is none."""
        return "\n".join(line for line in stderr.splitlines()
                         if not line.startswith("rondfs:"))

    def assert_all_found(self):
        """No expectation is of a command that is shown no more."""
        self.assertEqual([self.FINDS[number] for number
                          in range(len(self.FINDS))
                          if number not in self.found], [])

    def assert_shown(self, console):
        """What a document shows as output is some of it."""
        real = {normal(line) for line in self.output.splitlines()}
        for line in console.splitlines():
            if line != "…" and not line.startswith("$ "):
                self.assertIn(normal(line), real)
