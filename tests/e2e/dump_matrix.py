# SPDX-License-Identifier: BSD-2-Clause
"""Mounted dumps of every kind, held against the server."""
import dump_folder
import dump_kinds
import every_type


class Case(every_type.Case):
    """One kind of dump a test."""
    folder_class = dump_folder.Folder

    def check_kind(self, name, checks):
        kind = dump_kinds.KINDS[name]
        text = kind.write(self.origin, self.backups)
        kind.load(self.target, text)
        top = self.mount().path("2024-05-01/db")
        self.assertTrue(top.is_dir(), "no folder of tables")
        for database in kind.databases:
            folder = self.folder_class(
                self.target, kind.folder(top, database), database, kind)
            for check in checks:
                getattr(folder, check)()
            self.assertEqual(folder.complaints, [])


def add_tests(case, checks, kinds=None):
    """A test for each kind that has tables."""
    for name, kind in dump_kinds.KINDS.items():
        if kind.structure and name in (kinds or dump_kinds.KINDS):
            def test(self, name=name):
                self.check_kind(name, checks)
            setattr(case, f"test_{name}", test)
