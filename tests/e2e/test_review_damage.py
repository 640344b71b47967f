#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Where a format checks its data piece by piece, no read across damage gives
wrong bytes: what is read is right, or an input/output error, and it is said."""
import errno
import os
import random

import rond
import trees

# Commands that write {file} from the folder t.
FORMATS = {
    "tar.bz2": "tar cjf {file} t",
    "tar.xz": "tar cf - t | xz -0 --block-size=300000 > {file}",
    "zip": "zip -qr {file} t",
    "stored.zip": "zip -qr0 {file} t",
    "7z": "7z a -bd {file} t > /dev/null",
}
FILES = 24
TRIES = 6


class Damage(rond.Case):
    def setUp(self):
        super().setUp()
        self.random = random.Random(1)
        self.contents = {}
        for number in range(FILES):
            size = self.random.randrange(20000, 200000)
            make = trees.text_bytes if number % 2 else trees.random_bytes
            self.contents[f"f{number}"] = make(size, number)
        for name, content in self.contents.items():
            trees.write(f"{self.tmp}/src/t/{name}", content)

    def damage(self, file):
        """Overwrite a little somewhere in the middle."""
        size = os.path.getsize(file)
        with open(file, "r+b") as archive:
            archive.seek(self.random.randrange(size // 10, size * 8 // 10))
            archive.write(self.random.randbytes(50))

    def is_sound(self, path, content):
        """Whether a file can be read; if it can, it is right."""
        try:
            found = path.read_bytes()
        except FileNotFoundError:
            return False  # its header is behind the damage
        except OSError as error:
            self.assertEqual(error.errno, errno.EIO)
            return False
        self.assertTrue(found == content, f"{path}: wrong content")
        return True

    def check(self, suffix, command):
        for number in range(TRIES):
            file = self.backups / f"site-2024-05-0{number + 1}.{suffix}"
            self.sh(command.format(file=file), cwd=self.tmp / "src")
            self.damage(file)
        mount = self.mount()
        for number in range(TRIES):
            tree = mount.path(f"2024-05-0{number + 1}") / "www/t"
            sound = [name for name, content in self.contents.items()
                     if self.is_sound(tree / name, content)]
            self.assertLess(len(sound), FILES)
            self.assertIn(f"2024-05-0{number + 1}/www", mount.problems())


def add_tests():
    for name, command in FORMATS.items():
        def test(self, name=name, command=command):
            self.check(name, command)
        setattr(Damage, f"test_{name.replace('.', '_')}", test)


add_tests()

if __name__ == "__main__":
    rond.main()
