#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A dump's folder is the same whatever the dump was packed in, and its files
can be read from anywhere."""
import io
import os
import pathlib
import tarfile

import archives
import dump_folder
import dump_kinds
import every_type

HIDDEN = ("load.sql", "csv", "jsonl")


def tar_of(text, name):
    """A tar.gz with a dump in it, and a file beside it."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for member, content in ((name, text), ("www/index.php", b"<?php\n")):
            info = tarfile.TarInfo(member)
            info.size = len(content)
            info.mtime = 1714557600
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


class Forms(every_type.Case):
    def setUp(self):
        super().setUp()
        self.kind = dump_kinds.KINDS["programs"]
        self.text = self.kind.text(self.origin)
        self.tables = self.origin.tables(every_type.FIRST)

    def contents(self, folder):
        """name → bytes of all files, listed or not."""
        folder = pathlib.Path(folder)
        names = set(os.listdir(folder)) | {
            f"{dump_folder.file_name(table)}.{ending}"
            for table in self.tables for ending in HIDDEN}
        return {name: (folder / name).read_bytes() for name in names}

    def test_packed(self):
        (self.backups / "base-2024-05-01.sql").write_bytes(self.text)
        for day, suffix in enumerate(archives.FILTERS, 2):
            (self.backups / f"base-2024-05-0{day}.sql.{suffix}").write_bytes(
                archives.compress(self.text, suffix))
        archives.write_zip(self.backups / "base-2024-05-09.sql.zip",
                           {"base.sql": self.text})
        mount = self.mount()
        wanted = self.contents(mount.path("2024-05-01/db"))
        self.assertGreater(len(wanted), 5 * len(self.tables))
        for snapshot in mount.snapshots()[1:]:
            with self.subTest(snapshot):
                found = self.contents(mount.path(f"{snapshot}/db"))
                self.assertEqual(set(found), set(wanted))
                self.assertEqual([name for name in wanted
                                  if found[name] != wanted[name]], [])

    def test_member_of_an_archive(self):
        (self.backups / "base-2024-05-01.sql").write_bytes(self.text)
        (self.backups / "full-2024-05-01.tar.gz").write_bytes(
            tar_of(self.text, "mysql/shop.sql"))
        mount = self.mount()
        part = mount.path("2024-05-01/www/mysql")
        self.assertEqual((part / "shop.sql").read_bytes(), self.text)
        wanted = self.contents(mount.path("2024-05-01/db"))
        found = self.contents(part / "shop")
        self.assertEqual(set(found), set(wanted))
        self.assertEqual([name for name in wanted
                          if found[name] != wanted[name]], [])

    def test_any_place(self):
        """Reads here and there give what reading through gives."""
        (self.backups / "base-2024-05-01.sql.gz").write_bytes(
            archives.compress(self.text, "gz"))
        folder = self.mount().path("2024-05-01/db")
        for ending in ("sql", "tsv", *HIDDEN):
            with self.subTest(ending):
                file = folder / f"ads.{ending}"
                with open(file, "rb", buffering=0) as opened:
                    size = os.fstat(opened.fileno()).st_size
                    # Before it is read through: nothing is cached.
                    pieces = {at: os.pread(opened.fileno(), 5000, at)
                              for at in self.places(size)}
                content = file.read_bytes()
                self.assertEqual(len(content), size)
                for at, piece in pieces.items():
                    self.assertEqual(piece, content[at:at + 5000], at)

    @staticmethod
    def places(size):
        return [number * 7919 * 131 % size for number in range(60)] + [
            size - 1, 0, size // 2]

    def test_ordinary_tools(self):
        """What a person would type."""
        (self.backups / "base-2024-05-01.sql.gz").write_bytes(
            archives.compress(self.text, "gz"))
        folder = self.mount().path("2024-05-01/db")
        count = self.origin.counts(every_type.FIRST, ["ads"])["ads"]
        self.assertEqual(self.sh(f"wc -l < {folder}/ads.tsv").strip(),
                         str(count + 1))
        self.assertEqual(
            self.sh(f"cut -f1 {folder}/ads.tsv | sed -n '1p;$p'"),
            f"id\n{count}\n")
        self.sh(f"mkdir copy && rsync -a {folder}/ copy/")
        self.assertEqual(self.sh(f"diff -rq {folder} copy"), "")
        self.assertEqual((self.tmp / "copy/ads.tsv").read_bytes(),
                         (folder / "ads.tsv").read_bytes())
        self.sh(f"cp {folder}/ads.csv {folder}/ads.load.sql .")
        self.assertEqual(os.stat(self.tmp / "ads.csv").st_size,
                         os.stat(folder / "ads.csv").st_size)


if __name__ == "__main__":
    every_type.main()
