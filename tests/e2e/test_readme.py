#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The commands of README.md (its `sh` blocks) and of the manual's EXAMPLES do
what they say, on the demo set."""
import gzip
import os
import re
import shutil

import mariadb
import rond

README = rond.TOP / "README.md"
MANUAL = rond.TOP / "tools/man/rondfs.1"


def readme_blocks():
    """The text of each block fenced as sh."""
    return re.findall(r"^```sh\n(.*?)^```$", README.read_text(),
                      re.M | re.S)


def manual_blocks():
    """The commands of each example: what follows the prompts."""
    text = MANUAL.read_text()
    examples = text[text.index(".Sh EXAMPLES"):]
    examples = examples[:examples.index("\n.Sh ", 1)]
    for block in re.findall(r"^\.Bd.*?\n(.*?)^\.Ed", examples, re.M | re.S):
        block = block.replace("\\e\n", "").replace("\\e", "\\")
        yield "\n".join(line[2:] for line in block.splitlines()
                        if line[:2] in ("$ ", "# "))


class Documented(rond.Case):
    def setUp(self):
        super().setUp()
        self.sh(f"{rond.TOP}/tools/demo/make --shipped demo")
        self.backups = self.tmp / "demo/backups"
        self.folder("bin")
        (self.tmp / "bin/rondfs").write_text(
            f'#!/bin/sh\nexec {rond.RONDFS} --cache-dir {self.cache} "$@"\n')
        (self.tmp / "bin/rondctl").write_text(
            f'#!/bin/sh\nexec {rond.RONDCTL} "$@"\n')
        (self.tmp / "bin/mysql").write_text(self.client())
        for program in (self.tmp / "bin").iterdir():
            program.chmod(0o755)
        self.names = {"build/tools/": ""}

    def client(self):
        """The database client: that of a server of our own, where there is
        one; else it takes what it is given, if it is something."""
        if mariadb.missing():
            return ('#!/bin/sh\n[ "$1" = -e ] || grep -q CREATE\n')
        server = mariadb.Server()
        self.addCleanup(server.stop)
        server.recreate("rondcoin", "shop")
        newest = sorted(self.backups.glob("db-*"))[-1]
        server.load(gzip.decompress(newest.read_bytes()), "rondcoin")
        return (f"#!/bin/sh\nexec {mariadb.program('mariadb')} --no-defaults "
                f'--user=root --socket={server.socket} "$@"\n')

    def run_block(self, block):
        """Each command of a block: none may complain; diff and grep may find
        something, or nothing."""
        for name, path in self.names.items():
            block = block.replace(name, str(path))
        for command in block.replace("\\\n", "").splitlines():
            command = command.split("  # ")[0].strip()
            if not command or command.startswith("#"):
                continue
            done = self.sh(f"PATH={self.tmp}/bin:$PATH; {command}",
                           check=False)
            self.assertIn(done.returncode, self.allowed(command), (
                command, done.stdout[:500], done.stderr))
            self.assertEqual(self.complaints(done.stderr), "", command)

    @staticmethod
    def allowed(command):
        return (0, 1) if re.match(r"diff|git diff|cmp|rondctl diff", command) else (0,)

    @staticmethod
    def complaints(stderr):
        """What rondfs says on the way is none."""
        return "\n".join(line for line in stderr.splitlines()
                         if not line.startswith("rondfs:"))

    def test_readme(self):
        blocks = readme_blocks()
        self.assertGreater(len(blocks), 3)
        mount = self.mount().wait_for("J-1", "J-14")
        own = self.folder("own")
        shutil.copytree(self.backups, own / "backups")
        self.names.update({"/mnt/backups": mount.where,
                           "/srv/backups": own / "backups",
                           "/mnt/mine": self.folder("mine")})
        for block in blocks:
            with self.subTest(block.strip().splitlines()[0]):
                self.run_block(block)

    def test_manual(self):
        blocks = list(manual_blocks())
        self.assertGreater(len(blocks), 3)
        mount = self.mount().wait_for("J-1", "J-2")
        archive = sorted(self.backups.glob("www-*"))[0]
        site = self.tmp / "demo/site/www"
        (site / "upload").mkdir()
        for number, block in enumerate(blocks):
            source = self.folder(f"source{number}")
            shutil.copytree(self.backups, source, dirs_exist_ok=True)
            for name in ("site_31-05-2024.tgz", "blog_31-05-2024.tgz"):
                shutil.copy(archive, source / name)
            where = mount.where
            if "rondfs " in block:
                where = self.folder(f"example{number}")
            self.names.update({
                "/mnt/backups/J-2/www/upload":
                    mount.where / "J-2/www/public/upload",
                "/mnt/backups": where, "/srv/backups": source,
                "/var/www": site, "/root/site.tar.gz": archive})
            with self.subTest(block.splitlines()[0]):
                self.run_block(block)

    def test_no_example_copies_an_alias(self):
        """cp -a J-2 would copy a link: J-2/. or J-2/www."""
        for text in (README.read_text(), MANUAL.read_text()):
            for line in text.splitlines():
                if re.search(r"\b(cp|rsync|tar)\b", line):
                    self.assertNotRegex(line, r"/[JSD]-\d+( |$)", line)

    def test_options_are_those_of_help(self):
        """What README names as an option exists."""
        known = self.rondfs("--help").stdout
        known += self.sh(f"{rond.RONDCTL} diff --help")
        for option in set(re.findall(r"`(--[a-z-]+)", README.read_text())):
            self.assertIn(option, known)


if __name__ == "__main__":
    rond.main()
