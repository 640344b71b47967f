#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Damaged dumps: what is whole is shown, the table with the damage ends at its
last whole row with an input/output error, and it is said. No row is shown that
was not in the dump."""
import errno
import os

import archives
import dump_folder
import dump_kinds
import every_type
import server_rows

SOUND = "2024-05-01"
HURT = "2024-05-02"
ROW = b"Offer #6000: "
ENDINGS = ("sql", "tsv", "csv", "jsonl")


def read(file):
    """What can be read, and whether it ends in EIO."""
    content = b""
    with open(file, "rb", buffering=0) as opened:
        while True:
            try:
                piece = opened.read(30000)
            except OSError as error:
                if error.errno != errno.EIO:
                    raise
                return content, True
            if not piece:
                return content, False
            content += piece


def without_note(ending, content):
    """As it would be if nobody had said in front that it is damaged."""
    first, _, rest = content.partition(b"\n")
    if ending == "sql":
        assert first.startswith(b"-- Damaged in the dump"), first
        return rest
    if ending == "jsonl":
        return content.lstrip(b" ")
    note = b"\t(damaged" if ending == "tsv" else b',"(damaged'
    assert note in first, first
    return first[:first.rindex(note)] + b"\n" + rest


class Damaged(every_type.Case):
    def setUp(self):
        super().setUp()
        self.text = dump_kinds.KINDS["programs"].text(self.origin)
        self.tables = self.origin.tables(every_type.FIRST)
        (self.backups / f"base-{SOUND}.sql").write_bytes(self.text)

    def mounted(self, name, content, state="damaged"):
        (self.backups / name).write_bytes(content)
        mount = self.mount()
        self.sound = mount.path(f"{SOUND}/db")
        self.hurt = mount.path(f"{HURT}/db")
        for folder in (self.sound, self.hurt):
            os.listdir(folder)
        part = mount.part(HURT, "db")
        self.assertEqual(part["state"], state, part["message"])
        self.assertTrue(part["message"], part)
        self.assertIn(f"{HURT}/db", mount.problems())
        self.assertEqual(mount.part(SOUND, "db")["state"], "ready")
        return mount

    def plain(self, content):
        return self.mounted(f"base-{HURT}.sql", content)

    def file(self, folder, table, ending):
        return folder / f"{dump_folder.file_name(table)}.{ending}"

    def assert_whole(self, tables):
        for table in tables:
            for ending in ENDINGS[1:]:
                self.assertEqual(
                    self.file(self.hurt, table, ending).read_bytes(),
                    self.file(self.sound, table, ending).read_bytes(),
                    table)
            self.assert_loads(table)

    def assert_loads(self, table):
        """Alone, as the original is; only the dump's footer may be missing."""
        self.target.recreate("alone")
        self.target.load(self.file(self.hurt, table, "sql"), "alone")
        self.assertEqual(self.target.counts("alone", [table]),
                         self.origin.counts(every_type.FIRST, [table]))

    def assert_cut(self, table, rows):
        """Whole rows, then EIO: of all that is made of them."""
        for ending in ENDINGS:
            with self.subTest(ending=ending):
                wanted = self.file(self.sound, table, ending).read_bytes()
                file = self.file(self.hurt, table, ending)
                found, failed = read(file)
                self.assertTrue(failed, "no error at the end")
                self.assertEqual(os.stat(file).st_size, len(found) + 1)
                found = without_note(ending, found)
                self.assertTrue(wanted.startswith(found.rstrip(b";\n")))
                if ending in ("tsv", "jsonl"):
                    self.assertEqual(found.count(b"\n"),
                                     rows + (ending == "tsv"))
                    self.assertTrue(found.endswith(b"\n"))
                self.assertNotEqual(
                    os.stat(file).st_ino,
                    os.stat(self.file(self.sound, table, ending)).st_ino)
        self.assert_told(table)
        done = self.sh(f"cp '{self.file(self.hurt, table, 'tsv')}' copy",
                       check=False)
        self.assertNotEqual(done.returncode, 0)

    def assert_told(self, table):
        lines = (self.hurt / ".tables.tsv").read_bytes().split(b"\n")[1:-1]
        told = {row[0]: row for row in server_rows.values(lines)}
        self.assertTrue(told[table][-1])
        self.assertEqual([name for name, row in told.items()
                          if row[-1] and name != table], [])

    def assert_absent(self, tables):
        for table in tables:
            self.assertFalse(self.file(self.hurt, table, "tsv").exists(),
                             table)

    def split(self, table):
        """Tables before and behind one, as the dump has them. Some."""
        at = self.tables.index(table)
        return self.tables[:at][-4:], self.tables[at + 1:][:4]

    def in_order(self):
        """The tables as the dump has them."""
        return sorted(self.tables, key=lambda table: self.text.index(
            b"\nCREATE TABLE " + server_rows.quoted(table).encode() + b" ("))

    def test_cut_in_a_row(self):
        self.tables = self.in_order()
        self.plain(self.text[:self.text.index(ROW) + 5])
        before, after = self.split("ads")
        self.assert_whole(before)
        self.assert_cut("ads", 5999)
        self.assert_absent(after)

    def test_cut_in_the_gzip(self):
        self.tables = self.in_order()
        packed = archives.compress(self.text, "gz")
        self.mounted(f"base-{HURT}.sql.gz", packed[:len(packed) * 4 // 10],
                     "incomplete")
        before, after = self.split("ads")
        self.assert_whole(before)
        content, _ = read(self.hurt.parent / "db.sql")
        self.assertTrue(self.text.startswith(content))
        self.assertIn(b"INTO `ads`", content)
        self.assertNotIn(b"Offer #12000", content)
        found, _ = read(self.hurt / "ads.tsv")
        self.assert_cut("ads", found.count(b"\n") - 1)
        self.assert_absent(after)

    def test_cut_between_rows(self):
        """What is there is whole, but nothing ends the statement."""
        self.tables = self.in_order()
        self.plain(self.text[:self.text.index(b"\n(6000,'" + ROW)])
        before, _ = self.split("ads")
        self.assert_whole(before)
        self.assert_cut("ads", 5999)

    def test_cut_in_a_statement(self):
        self.tables = self.in_order()
        self.plain(self.text[:self.text.index(b"CREATE TABLE `days`") + 40])
        before, after = self.split("days")
        self.assert_whole(before)
        self.assert_absent(["days", *after])

    def test_no_footer(self):
        self.tables = self.in_order()
        self.plain(self.text[:self.text.rindex(b"-- Dump completed")])
        self.assert_whole(self.tables[:4])

    def test_header_only(self):
        head = self.text[:self.text.index(b"--\n-- Sequence structure")]
        self.assertLess(len(head), 1200)
        self.plain(head)
        self.assertEqual([name for name in os.listdir(self.hurt)
                          if name.endswith(".tsv")], [])

    def test_stray_quote_in_a_row(self):
        """The tables behind it are found again."""
        self.tables = self.in_order()
        self.plain(self.text.replace(ROW, ROW + b"'"))
        before, after = self.split("ads")
        self.assert_whole(before + after)
        self.assert_cut("ads", 5999)

    def test_quote_lost_at_the_end_of_a_row(self):
        """The string runs on into the next statements."""
        self.tables = self.in_order()
        last = b"(3,'third'),\n(1,'first');\n"
        at = self.text.index(last)
        self.assertIn(b"INTO `newer_engine`", self.text[at - 60:at])
        self.plain(self.text.replace(last, last.replace(b"t');", b"t);"), 1))
        before, after = self.split("newer_engine")
        self.assert_whole(before + after)
        self.assert_cut("newer_engine", 1)

    def test_stray_quote_in_a_view(self):
        """As phpMyAdmin cuts comments out of strings."""
        self.tables = self.in_order()
        text = self.text.replace(b"select '-- Table structure for table "
                                 b"`ghost`\\n' AS", b"select ' AS")
        self.assertNotEqual(text, self.text)
        self.plain(text)
        self.assert_whole(self.tables[-3:])
        self.assertFalse((self.hurt / "ghost.sql").exists())

    def test_a_statement_that_is_none(self):
        self.tables = self.in_order()
        self.plain(self.text.replace(b"INSERT INTO `ads` VALUES\n",
                                     b"INSERT INTO `ads` VALUES\nrubbish ",
                                     1))
        before, after = self.split("ads")
        self.assert_whole(before + after)
        found, failed = read(self.hurt / "ads.tsv")
        self.assertTrue(failed)
        self.assertTrue((self.sound / "ads.tsv").read_bytes()
                        .startswith(without_note("tsv", found)))


if __name__ == "__main__":
    every_type.main()
