#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A table's rows, from the TSV to INSERT statements and back into a server:
the same table, of every type."""
import subprocess
import tempfile

import dump_folder
import dump_matrix
import every_type
import rond

INSERT = rond.BUILD / "tests" / "tools" / "rows-insert"
SCHEMA = "inserted"


class Folder(dump_folder.Folder):
    def inserts(self, table):
        """The script that the program makes of T.tsv."""
        with tempfile.NamedTemporaryFile("w") as create, \
                open(self.file(table, "tsv"), "rb") as tsv:
            create.write(self.server.show_create(self.database, table))
            create.flush()
            done = subprocess.run([INSERT, create.name, self.kind.zone or ""],
                                  stdin=tsv, capture_output=True)
        self.equal(done.stderr, b"", table)
        return done.stdout

    def check_inserts(self):
        self.server.recreate(SCHEMA)
        self.server.load(self.path / "schema.sql", SCHEMA,
                         session=self.kind.session)
        copies = []
        for table in self.tables:
            with self.about("insert", table):
                self.server.load(self.inserts(table), SCHEMA,
                                 session=self.kind.session)
                copies.append((SCHEMA, table))
        self.compare_copies(copies, "inserted")


class Inserts(dump_matrix.Case):
    folder_class = Folder


dump_matrix.add_tests(Inserts, ["check_inserts"],
                      ("plain", "complete_insert", "local_time", "latin1"))

if __name__ == "__main__":
    every_type.main()
