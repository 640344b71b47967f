#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Files read in the order of the archive, which decodes ahead,
by several readers and to a sudden end."""
import os
import signal
import subprocess
import threading
import time

import archives
import rond
import trees

N_FILES = 300
SUFFIXES = ("tar", "tar.gz", "zip")


class ReadingAhead(rond.Case):
    def setUp(self):
        super().setUp()
        self.site = self.folder("site")
        for i in range(N_FILES):
            trees.write(f"{self.site}/d{i % 2}/f{i * 7919 % N_FILES:03}",
                        trees.text_bytes(37 * i))

    def pack_all(self):
        for number, suffix in enumerate(SUFFIXES, 1):
            archives.pack(self.site,
                          self.backups / f"s-2024-05-{number:02}.{suffix}")
        return self.mount()

    def test_tree(self):
        """Everything, by several readers at once."""
        mount = self.pack_all()
        readers = [threading.Thread(target=self.compare, args=(
            mount.path(f"2024-05-{day:02}/www"),))
            for day in range(1, len(SUFFIXES) + 1) for _ in range(2)]
        self.different = []
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
        self.assertEqual(self.different, [])

    def compare(self, folder):
        result = subprocess.run(["diff", "-r", self.site, folder],
                                capture_output=True, text=True, check=False)
        if result.returncode:
            self.different.append(result.stdout + result.stderr)

    def test_end_while_reading(self):
        """A reader at work doesn't keep the program from ending."""
        archives.pack(self.site, self.backups / "s-2024-05-01.tar.gz")
        for _ in range(5):
            mount = self.mount()
            folder = mount.path("2024-05-01/www")
            with subprocess.Popen(
                    ["sh", "-c", "while tar -c . | cat; do :; done"],
                    cwd=folder, stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    start_new_session=True) as reader:
                time.sleep(0.3)
                mount.signal(signal.SIGTERM)
                rond.wait_until(mount.has_ended, what="end")
                os.killpg(reader.pid, signal.SIGKILL)
            mount.unmount()


if __name__ == "__main__":
    rond.main()
