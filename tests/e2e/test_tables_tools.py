#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Dumps that Adminer, phpMyAdmin and mydumper make are taken apart as
mariadb-dump's are: those of the samples, and what they make now where they
are installed."""
import dump_folder
import dump_kinds
import dump_tools
import every_type

# Adminer writes shapes as ST_GeomFromText('…', SRID(g)): no value that could
# be shown without computing as the server does.
NO_VALUES = {"adminer": {"shapes"}}
PROGRAMS = {"adminer", "phpmyadmin"}


class Tools(every_type.Case):
    def check(self, name, text):
        kind = dump_kinds.Kind(
            invisible=name == "phpmyadmin",
            session=dump_kinds.BARE if name == "mydumper" else "")
        (self.backups / "base-2024-05-01.sql").write_bytes(text)
        kind.load(self.target, text)
        top = self.mount().path("2024-05-01/db")
        self.assertTrue(top.is_dir(), "no folder of tables")
        folder = dump_folder.Folder(self.target, top, every_type.FIRST, kind)
        folder.check_alone()
        if name in PROGRAMS:
            folder.check_programs()
        folder.tables = [table for table in folder.tables
                         if table not in NO_VALUES.get(name, ())]
        folder.check_rows()
        folder.check_load()
        self.assertEqual(folder.complaints, [])

    def check_now(self, name):
        if not dump_tools.is_installed(name):
            self.skipTest(f"{name} is not installed")
        every_type.make(self.origin)
        self.check(name, dump_tools.make(name, self.origin,
                                         every_type.FIRST))


def add_tests():
    for name in dump_tools.TOOLS:
        def sample(self, name=name):
            self.check(name, dump_tools.sample(name))

        def now(self, name=name):
            self.check_now(name)
        setattr(Tools, f"test_{name}_sample", sample)
        setattr(Tools, f"test_{name}_now", now)


add_tests()

if __name__ == "__main__":
    every_type.main()
