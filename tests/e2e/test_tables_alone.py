#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Each T.sql of a dump's folder, loaded alone into an empty schema, gives the
table that the whole dump gives: each kind of dump."""
import dump_folder
import dump_kinds
import dump_matrix
import every_type


class Alone(dump_matrix.Case):
    def test_rows_only(self):
        """Without CREATE TABLE they go where the tables are already."""
        kind = dump_kinds.KINDS["rows_only"]
        kind.write(self.origin, self.backups)
        top = self.mount().path("2024-05-01/db")
        self.target.drop_all()
        plain = dump_kinds.KINDS["plain"]
        plain.load(self.target, plain.text(self.origin))
        folder = dump_folder.Folder(self.target, top, every_type.FIRST, kind)
        self.target.recreate("filled")
        self.target.load(self.origin.dump(
            "--no-data", "--skip-triggers", every_type.FIRST), "filled")
        for table in folder.tables:
            # A table without rows is not in such a dump.
            if folder.file(table, "sql").exists():
                self.target.load(folder.file(table, "sql"), "filled")
        folder.compare_copies([("filled", table)
                               for table in folder.tables], "rows only")
        self.assertEqual(folder.complaints, [])


dump_matrix.add_tests(Alone, ["check_alone"])

if __name__ == "__main__":
    every_type.main()
