#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The checks of a dump's folder hold for one that the server's own tools
made, and see when something in it is wrong."""
import dump_folder
import dump_kinds
import dump_reference
import every_type

CHECKS = ("check_listing", "check_alone", "check_rows", "check_load",
          "check_programs", "check_summary")
# check, table or None, file, what is in it, what is put in its place.
WRONG = (
    ("check_rows", "pair", "pair.tsv", b"1\ta\t\\N\n", b"1\ta\t\n"),
    ("check_rows", "one", "one.csv", b'""\n', b"\n"),
    ("check_rows", "texts", "texts.jsonl", b'"NULL"', b"null"),
    ("check_rows", "bits", "bits.tsv", b"\t7F\t", b"\t3F\t"),
    ("check_rows", "ads", "ads.tsv", b"\n77\t", b"\n78\t"),
    ("check_load", "days", "days.tsv", b"00:00:01.001", b"00:00:01.002"),
    ("check_load", "bytes", "bytes.load.sql", b"UNHEX(", b"("),
    ("check_load", "zero", "zero.load.sql", b"NO_AUTO_VALUE_ON_ZERO", b""),
    ("check_alone", "zero", "zero.sql", b"NO_AUTO_VALUE_ON_ZERO", b""),
    ("check_alone", "it's", "it's.sql", b"SET @a = 2", b"SET @a = 3"),
    ("check_alone", "wife", "wife.sql", b"ON DELETE CASCADE", b""),
    ("check_programs", None, "routines.sql", b"# it's", b"# it"),
    ("check_programs", None, "views.sql", b"CASCADED", b"LOCAL"),
    ("check_listing", None, "ads.csv", None, None),
    ("check_summary", None, ".tables.tsv", b"ads\t12000", b"ads\t12001"),
)


class Reference(every_type.Case):
    def setUp(self):
        super().setUp()
        self.kind = dump_kinds.KINDS["programs"]
        self.kind.load(self.target, self.kind.text(self.origin))
        self.path = self.folder("db")
        dump_reference.Reference(self.target, every_type.FIRST, self.path,
                                 self.kind.zone).write()

    def complaints(self, check, tables=None):
        folder = dump_folder.Folder(self.target, self.path, every_type.FIRST,
                                    self.kind, tables)
        folder.only_listed = False  # a folder on disk lists all
        getattr(folder, check)()
        return folder.complaints

    def test_checks_hold(self):
        for check in CHECKS:
            with self.subTest(check):
                self.assertEqual(self.complaints(check), [])

    def test_checks_see_what_is_wrong(self):
        for check, table, file, old, new in WRONG:
            with self.subTest(check, file=file):
                before = (self.path / file).read_bytes()
                if old is None:
                    (self.path / file).unlink()
                else:
                    self.assertIn(old, before)
                    (self.path / file).write_bytes(
                        before.replace(old, new, 1))
                self.assertNotEqual(
                    self.complaints(check, table and [table]), [])
                (self.path / file).write_bytes(before)


if __name__ == "__main__":
    every_type.main()
