#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""tools/quickstart: it mounts the demo, and what it says to try finds what it
says. In a tree that looks like a checkout; nothing is installed or built."""
import os
import re
import shutil

import documented
import rond

PHOTO = r"\w{30}\.jpg"
PLANTED = r"www/public/upload/\w{30}\.php"


class Quickstart(documented.Documented):
    FINDS = (
        (r"ls \S+/mnt$", r"(?s)\d+-\d\d-\d\d\n.*J-1\n.*latest\n"),
        (r"ls .*/J-1/www$", r"(?m)^public$"),
        (r"rondctl list ", r"\A.*\n(\S+ .* complete\n){14}\Z"),
        (r"rondctl lost ", rf"\A.*\n(\S+ .*/{PHOTO}\n){{32}}lost: 32 "),
        (r"cp .*/removed/", r"\A\Z"),
        (r"rondctl suspects ", rf" www/public/index\.php\n.* {PLANTED}\n\Z"),
        (r"find .*/added ", rf"\A\S+/{PLANTED}\n\Z"),
        (r"rondctl diff ", rf"\nM\?  www/public/index\.php .*\nA   {PLANTED}"),
        (r"cut .*/removed/db/", r"\Aid\ttitle\tprice\n(\d+\t.+\n){32}\Z"),
        (r"rondctl check ", r"; 0 with problems\n\Z"),
    )

    def setUp(self):
        super().setUp()
        self.top = self.folder("top")
        for folder in ("tools/packages", "build/tools", "demo", "mine"):
            self.folder(f"top/{folder}")
        shutil.copy(rond.TOP / "tools/quickstart", self.top / "tools")
        (self.top / "tools/demo").symlink_to(rond.TOP / "tools/demo")
        (self.top / "build/build.ninja").touch()
        self.program("ninja", "")
        for program, place in (("ninja", "tools/packages/install"),
                               ("rondfs", "build/tools/rondfs"),
                               ("rondctl", "build/tools/rondctl")):
            shutil.copy2(self.tmp / "bin" / program, self.top / place)
        # Not on the machine's /mnt/backups.
        (self.top / "demo/mounted").write_text(f"{self.top}/demo/mnt\n")

    def quickstart(self, *arguments):
        """What it prints. In a file: who serves the mount would hold a
        pipe."""
        words = " ".join(map(str, arguments))
        self.sh(f"PATH={self.tmp}/bin:$PATH; top/tools/quickstart {words} "
                ">said 2>&1 || { cat said >&2; exit 1; }")
        return (self.tmp / "said").read_text()

    def commands(self, text):
        """What is to be tried: lines that are indented."""
        text = text.split("\nMore: ")[0].split("\nSo that updatedb")[0]
        text = re.sub(r" \\\n +", " ", text)
        return [command.replace(f"{self.top}/build/tools/", "")
                for command in re.findall(r"(?m)^  (.*)$", text)]

    def test_demo(self):
        text = self.quickstart()
        self.assertIn("making a demo set", text)
        commands = self.commands(text)
        self.assertGreater(len(commands), 8)
        for command in commands:
            self.run_command(command)
        self.assert_all_found()
        where = self.top / "demo/mnt"
        upload = "www/public/upload"
        self.assertLessEqual(
            set(os.listdir(where / "J-4" / upload)),
            set(os.listdir(self.top / "demo/site" / upload)))
        again = self.quickstart()
        self.assertNotIn("making a demo set", again)
        self.assertEqual(self.commands(again), commands)
        self.sh(f"fusermount3 -u {where}")

    def test_own(self):
        self.sh(f"{rond.TOP}/tools/demo/make --shipped own")
        where = self.top / "mine"
        text = self.quickstart(self.tmp / "own/backups", where)
        commands = self.commands(text)
        self.assertEqual(len(commands), 3)
        for command in commands:
            self.run_command(command)
        self.sh(f"fusermount3 -u {where}")


if __name__ == "__main__":
    rond.main()
