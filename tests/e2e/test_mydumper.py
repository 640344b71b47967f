#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A folder that mydumper wrote is one dump a database: what is loaded from
db.sql, and from the files in db/, is what the server has that was dumped."""
import os
import re
import shutil

import dump_folder
import dump_kinds
import dump_tools
import every_type
import mydumper_folder
import rond

KIND = dump_kinds.Kind(invisible=False)


def straight(rows):
    """It changes the ends of lines in bodies, so that it can read them
    back; and the server says of some views where their tables are."""
    return [[re.sub(r"; ?(\n|\\n)|`shop`[.]", r"\1", field)
             for field in row] for row in rows]


class Case(rond.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.origin = every_type.Case.start(cls)
        cls.target = every_type.Case.start(cls)
        mydumper_folder.fill(cls.origin)

    def check(self, top, part, database="shop", programs=True):
        """Of a snapshot's folder, against the server that was dumped."""
        self.target.recreate(database)
        self.target.load(top / f"{part}.sql", database)
        self.compare(database, programs)
        self.check_folder(top / part, database)

    def check_folder(self, path, database):
        """Against what the whole dump gave."""
        folder = dump_folder.Folder(self.target, path, database, KIND)
        folder.check_alone()
        folder.check_rows()
        folder.check_load()
        folder.check_programs()
        folder.check_summary()
        self.assertEqual(folder.complaints, [])

    def compare(self, database, programs):
        for kind in ("BASE TABLE", "VIEW", "SEQUENCE"):
            names = self.origin.tables(database, kind)
            self.assertEqual(self.target.tables(database, kind), names)
            places = [(database, name) for name in names]
            self.assertEqual(self.target.show_creates(places),
                             self.origin.show_creates(places))
            if kind == "BASE TABLE":
                self.assertEqual(self.target.checksums(places),
                                 self.origin.checksums(places))
        for query in dump_folder.PROGRAMS.values() if programs else ():
            self.assertEqual(straight(self.target.rows(query, database)),
                             straight(self.origin.rows(query, database)))


class Sample(Case):
    """Without mydumper, too."""

    def test_two_databases(self):
        shutil.copytree(mydumper_folder.SAMPLE, self.backups / "2024-05-01")
        top = self.mount().path("2024-05-01")
        self.assertEqual(sorted(os.listdir(top)),
                         ["blog", "blog.sql", "shop", "shop.sql"])
        for database in mydumper_folder.DATABASES:
            self.check(top, database, database)

    def test_unfinished(self):
        folder = self.backups / "export-20240501-120000"
        shutil.copytree(mydumper_folder.SAMPLE, folder)
        (folder / "metadata").rename(folder / "metadata.partial")
        shutil.copytree(mydumper_folder.SAMPLE, self.backups / "2024-05-02")
        mount = self.mount()
        mount.wait_for("2024-05-02")
        self.assertEqual(mount.snapshots(), ["2024-05-02"])
        self.assertIn(f"{folder}: skipped: mydumper has not finished here",
                      mount.problems())
        (folder / "metadata.partial").rename(folder / "metadata")
        mount.wait_for("2024-05-01", "2024-05-02")

    def test_packed(self):
        """As -c and newer versions do it."""
        for packer, day in ("gzip", "2024-05-01"), ("zstd --rm", "2024-05-02"):
            if not shutil.which(packer.split()[0]):
                continue
            shutil.copytree(mydumper_folder.SAMPLE, self.backups / day)
            self.sh(f"{packer} -q {self.backups}/{day}/*.sql")
        mount = self.mount()
        for day in os.listdir(self.backups):
            self.check(mount.path(day), "shop")

    def test_changed(self):
        """Another file in the place of one of its pieces, of the same size
        and time."""
        folder = self.backups / "2024-05-01"
        shutil.copytree(mydumper_folder.SAMPLE, folder)
        top = self.mount().path("2024-05-01")
        piece = folder / "shop.offers.sql"
        text = piece.read_bytes()
        self.assertIn(text, (top / "shop.sql").read_bytes())
        other = folder / ".other"
        other.write_bytes(text.replace(b"chair", b"table"))
        shutil.copystat(piece, other)
        other.rename(piece)
        rond.wait_until(lambda: self.shows(top, b"table"))

    def shows(self, top, word):
        try:
            return word in (top / "shop/offers.tsv").read_bytes()
        except OSError:
            return False


class Now(Case):
    def setUp(self):
        super().setUp()
        if not mydumper_folder.is_installed():
            self.skipTest("mydumper is not installed")

    def dump(self, *options, day="export-20240501-120000", **more):
        return mydumper_folder.write(self.origin, self.backups / day,
                                     *options, **more)

    def check_one(self, *options, programs=True):
        self.dump(*options)
        top = self.mount().path("2024-05-01")
        self.assertEqual(sorted(os.listdir(top)), ["db", "db.sql"])
        self.check(top, "db", programs=programs)

    def test_plain(self):
        self.check_one(programs=False)

    def test_programs(self):
        self.check_one(*mydumper_folder.PROGRAMS)

    def test_gzip(self):
        self.check_one("--compress", *mydumper_folder.PROGRAMS)

    def test_chunks(self):
        self.check_one("--rows=2", *mydumper_folder.PROGRAMS)
        chunks = list(self.backups.glob("*/shop.offers.0*.sql"))
        self.assertGreater(len(chunks), 1)

    def test_two_databases(self):
        self.dump("--compress", *mydumper_folder.PROGRAMS,
                  databases=mydumper_folder.DATABASES)
        top = self.mount().path("2024-05-01")
        for database in mydumper_folder.DATABASES:
            self.check(top, database, database)

    def test_every_type(self):
        """What it writes so that a server takes it back, though not always
        as it was."""
        every_type.make(self.origin)
        self.origin.load(dump_tools.TOOLS["mydumper"][2].encode(),
                         every_type.FIRST)
        self.dump("--compress", *mydumper_folder.PROGRAMS,
                  databases=(every_type.FIRST,))
        top = self.mount().path("2024-05-01")
        self.target.recreate(every_type.FIRST)
        self.target.load(top / "db.sql", every_type.FIRST)
        for query in dump_folder.PROGRAMS.values():
            self.assertEqual(
                len(self.target.rows(query, every_type.FIRST)),
                len(self.origin.rows(query, every_type.FIRST)), query)
        self.check_folder(top / "db", every_type.FIRST)

    def test_rows_only(self):
        self.dump("--no-schemas")
        top = self.mount().path("2024-05-01/db")
        self.assertEqual(sorted(os.listdir(top)), [
            "Nothing.sql", "counter.sql", "log.00001.sql", "offers.sql",
            "sales.2024.sql"])


if __name__ == "__main__":
    every_type.main()
