#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Every way to read, at random places, over every kind of backup; and many
readers at once."""
import os
import random
import subprocess
import sys

import archives
import rond
import trees

FSX = rond.BUILD / "tests" / "tools" / "fsx"
OPERATIONS = 400
SUFFIXES = ("tar", "tar.gz", "tar.xz", "tar.zst", "zip", "7z")


class Fsx(rond.Case):
    def setUp(self):
        super().setUp()
        self.site = self.folder("site")
        trees.write(f"{self.site}/large.bin", trees.random_bytes(3 << 20)
                    + trees.text_bytes(4 << 20) + bytes(1 << 20))
        trees.write(f"{self.site}/text.sql", trees.text_bytes(5000001))
        for size in (0, 1, 4095, 4097, 131073):
            trees.write(f"{self.site}/{size}", trees.random_bytes(size))
        trees.write_sparse(f"{self.site}/sparse", 9 << 20, [
            (5000, b"x" * 3000), (1 << 20, trees.random_bytes(70000)),
            (8 << 20, b"end")])

    def fsx(self, *pairs, operations=OPERATIONS):
        """Compare files with originals, all at once."""
        running = []
        for seed, (file, original) in enumerate(pairs):
            running.append((file, subprocess.Popen(
                [FSX, file, original, str(operations), str(seed)],
                stdout=subprocess.PIPE, text=True)))
        for file, process in running:
            output = process.communicate(timeout=rond.TEST_SECONDS)[0]
            self.assertEqual(process.returncode, 0, f"{file}: {output}")

    def pairs(self, where):
        return [(where / name, self.site / name)
                for name in sorted(os.listdir(self.site))]

    def test_archives(self):
        for number, suffix in enumerate(SUFFIXES, 1):
            archives.pack(self.site,
                          self.backups / f"s-2024-05-{number:02}.{suffix}")
        archives.shell("tar -cSzf {file} -C {tree} .", tree=self.site,
                       file=self.backups / "s-2024-05-20.tar.gz")
        mount = self.mount()
        for day in (*range(1, len(SUFFIXES) + 1), 20):
            with self.subTest(day=day):
                self.fsx(*self.pairs(mount.path(f"2024-05-{day:02}/www")))

    def test_little_memory(self):
        """Correct also when next to nothing can be kept decoded."""
        for number, suffix in enumerate(("tar.gz", "tar.xz", "zip"), 1):
            archives.pack(self.site,
                          self.backups / f"s-2024-05-{number:02}.{suffix}")
        mount = self.mount("--memory=1M")
        for day in (1, 2, 3):
            with self.subTest(day=day):
                self.fsx(*self.pairs(mount.path(f"2024-05-{day:02}/www")),
                         operations=OPERATIONS // 4)

    def test_dumps(self):
        dump = b"-- MariaDB dump 10.19\n" + trees.text_bytes(7 << 20)
        trees.write(self.tmp / "dump.sql", dump)
        suffixes = ("gz", "xz", "zst", "bz2", "lz4")
        for number, suffix in enumerate(suffixes, 1):
            trees.write(self.backups / f"b-2024-05-{number:02}.sql.{suffix}",
                        archives.compress(dump, suffix))
        trees.write(self.backups / "b-2024-05-09.sql", dump)
        mount = self.mount()
        self.fsx(*[(mount.path(f"2024-05-{day:02}/db.sql"),
                    self.tmp / "dump.sql")
                   for day in (*range(1, len(suffixes) + 1), 9)])

    def test_folders(self):
        subprocess.run(["cp", "-a", self.site, self.backups / "2024-05-01"],
                       check=True)
        mount = self.mount()
        self.fsx(*self.pairs(mount.path("2024-05-01/www")))

    def test_many_readers(self):
        """cp, md5sum and find at once, while others come and go."""
        trees.make_site(self.site, photos=30)
        for number, suffix in enumerate(("tar.gz", "tar.xz", "zip"), 1):
            archives.pack(self.site,
                          self.backups / f"s-2024-05-{number:02}.{suffix}")
        mount = self.mount().wait_for("2024-05-01", "2024-05-02",
                                      "2024-05-03")
        self.sh(f"cd {self.site} && find . -type f -exec md5sum {{}} + "
                "> ../sums")
        shell = []
        for day in (1, 2, 3):
            www = f"{mount.where}/2024-05-{day:02}/www"
            shell += [f"cp -a {www} copy{day} && diff -r {www} copy{day} "
                      f"&& diff -r site copy{day} && rm -r copy{day}",
                      f"cd {www} && shuf {self.tmp}/sums | xargs -P4 -d'\\n' "
                      "-n8 sh -c 'for l; do echo \"$l\" | md5sum -c --quiet "
                      "|| exit 255; done' sh",
                      f"for i in 1 2 3; do find {www} -ls; done >/dev/null",
                      f"timeout -s INT 0.0{day}5 cat {www}/large.bin "
                      ">/dev/null; true"]
        random.Random(1).shuffle(shell)
        running = [subprocess.Popen(
            ["bash", "-o", "pipefail", "-c", command], cwd=self.tmp,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
                   for command in shell]
        for command, process in zip(shell, running):
            errors = process.communicate(timeout=rond.TEST_SECONDS)[1]
            self.assertEqual((process.returncode, errors), (0, ""), command)


if __name__ == "__main__":
    if not FSX.exists():
        print(f"1..0 # SKIP no {FSX}")
        sys.exit(rond.SKIP)
    rond.main()
