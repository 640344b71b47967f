#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""More backups than a process may hold open at a time."""
import datetime
import os
import resource

import archives
import rond
import trees

BACKUPS = 150
DESCRIPTORS = 256


class ManyBackups(rond.Case):
    def setUp(self):
        super().setUp()
        # The mount inherits it. Root may take it back.
        resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORS, DESCRIPTORS))
        first = datetime.date(2024, 1, 1)
        self.days = [str(first + datetime.timedelta(number))
                     for number in range(BACKUPS)]
        site = self.folder("site")
        for number, day in enumerate(self.days):
            trees.write(f"{site}/deep/er/file", b"%d\n" % number * 50)
            trees.write(f"{site}/same", b"the same")
            archives.pack(site, self.backups / f"site-{day}.tar.gz")

    def descriptors(self, mount):
        return len(os.listdir(f"/proc/{mount.process.pid}/fd"))

    def read_all(self, mount):
        for number, day in enumerate(self.days):
            www = mount.where / day / "www"
            self.assertEqual(sorted(os.listdir(www)), ["deep", "same"])
            self.assertEqual((www / "deep/er/file").read_bytes(),
                             b"%d\n" % number * 50)
            self.assertLess(self.descriptors(mount), DESCRIPTORS)

    def test_walk(self):
        mount = self.mount().wait_for(*self.days)
        # What is open stays so, however many others are read.
        with open(mount.where / self.days[0] / "www/deep/er/file",
                  "rb", buffering=0) as held:
            self.assertEqual(held.read(2), b"0\n")
            for _ in range(3):
                self.read_all(mount)
            self.assertEqual(held.read(2), b"0\n")
        for day in (self.days[0], self.days[50], self.days[-1]):
            part = mount.part(day, "www")
            self.assertEqual(part["state"], "ready")
            self.assertEqual(part["entries"], 4)
        self.assertEqual(mount.problems(), "")

    def test_folder_held(self):
        mount = self.mount().wait_for(*self.days)
        with os.scandir(mount.where / self.days[0] / "www") as entries:
            first = next(entries).name
            self.read_all(mount)
            self.assertEqual(sorted([first] + [one.name for one in entries]),
                             ["deep", "same"])


if __name__ == "__main__":
    rond.main()
