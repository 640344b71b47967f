#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""An index file is never believed: whatever becomes of it in the cache, what is
mounted is right, and the index is made anew.

The damage is drawn; the seed is printed, and taken from $ROND_SEED.
"""
import os
import random

import archives
import rond
import trees

ROUNDS = int(os.environ.get("ROND_ROUNDS", "6"))
SEED = int(os.environ.get("ROND_SEED", random.SystemRandom().randrange(10**9)))
DAYS = ("2024-05-01", "2024-05-02")


class IndexDamage(rond.Case):
    def setUp(self):
        super().setUp()
        self.random = random.Random(f"{SEED} {self.id()}")
        print(f"# {self.id()}: ROND_SEED={SEED}", flush=True)

    def make_small(self):
        """Two backups whose indexes have one block."""
        self.sites = {}
        for number, day in enumerate(DAYS):
            site = trees.make_site(self.folder(day), seed=number, photos=2)
            archives.pack(site, self.backups / f"site-{day}.tar.gz")
            self.sites[day] = site

    def make_twins(self):
        """Two of the same size that aren't compressed."""
        self.sites = {}
        for number, day in enumerate(DAYS):
            site = self.folder(day)
            trees.write(f"{site}/file-{number}", b"%d" % number * 5000)
            trees.settle_times(site)
            archives.pack(site, self.backups / f"site-{day}.tar")
            self.sites[day] = site
        self.assertEqual(*(file.stat().st_size
                           for file in self.backups.iterdir()))

    def make_large(self):
        """One whose index has many."""
        site = self.folder(DAYS[0])
        for number in range(9000):
            trees.write(f"{site}/folder-{number % 90}/{'n' * 30}-{number}",
                        b"%d\n" % number)
        trees.write(f"{site}/noise", trees.random_bytes(3 << 20))
        trees.settle_times(site)
        archives.pack(site, self.backups / f"site-{DAYS[0]}.tar.gz")
        self.sites = {DAYS[0]: site}

    def check(self, mount):
        ignored = () if rond.IS_ROOT else ("uid", "gid")
        for day, site in self.sites.items():
            trees.assert_same(site, mount.path(f"{day}/www"), ignored)
            self.assertEqual(mount.part(day, "www")["state"], "ready")
        self.assertEqual(mount.problems(), "")

    def indexes(self):
        return sorted(self.cache.glob("*.index"))

    def index_all(self):
        mount = self.mount()
        self.check(mount)
        mount.unmount()
        self.assertEqual(len(self.indexes()), len(self.sites))

    def flip(self, path, least=0, number=None):
        """Change some bytes in place, from least on."""
        size = path.stat().st_size
        with open(path, "r+b") as file:
            for _ in range(number or self.random.randint(1, 3)):
                at = self.random.randrange(least, size)
                file.seek(at)
                old = file.read(1)[0]
                file.seek(at)
                file.write(bytes([old ^ self.random.randint(1, 255)]))

    def cut(self, path):
        os.truncate(path, self.random.randrange(path.stat().st_size))

    def extend(self, path):
        with open(path, "ab") as file:
            file.write(self.random.randbytes(self.random.randint(1, 70000)))

    def zero(self, path):
        """As after a crash: some of its pages never came to the disk."""
        size = path.stat().st_size
        at = self.random.randrange(size) & ~4095
        with open(path, "r+b") as file:
            file.seek(at)
            file.write(bytes(min(4096, size - at)))

    def take_other(self, path):
        """The index of another backup."""
        others = [index for index in self.indexes() if index != path]
        path.write_bytes(self.random.choice(others).read_bytes())

    def check_rounds(self, *ways):
        self.index_all()
        for number in range(ROUNDS):
            damage = ways[number % len(ways)]
            broken = {}
            for path in self.indexes():
                before = path.read_bytes()
                damage(path)
                if path.read_bytes() != before:
                    broken[path] = path.read_bytes()
            mount = self.mount()
            self.check(mount)
            mount.unmount()
            yield broken

    def test_small(self):
        self.make_small()
        ways = (self.flip, self.cut, self.zero, self.extend)
        for broken in self.check_rounds(self.flip, *ways):
            for path, content in broken.items():
                self.assertNotEqual(path.read_bytes(), content,
                                    "it was not made anew")

    def test_large(self):
        self.make_large()
        for _ in self.check_rounds(self.flip, self.cut, self.zero):
            pass

    def test_other_backups(self):
        self.make_small()
        for _ in self.check_rounds(self.take_other):
            pass

    def test_twins(self):
        self.make_twins()
        for _ in self.check_rounds(self.take_other):
            pass

    def test_before_it_is_entered(self):
        """Damaged between the mount and the first look at the backup."""
        self.make_large()
        self.index_all()
        for _ in range(ROUNDS):
            mount = self.mount().wait_for(*self.sites)
            self.flip(*self.indexes(), number=20)
            self.check(mount)
            mount.unmount()

    def test_while_in_use(self):
        """Damaged where nobody has looked so far: what was read before can't
        be known to have changed since."""
        self.make_large()
        self.index_all()
        for _ in range(ROUNDS):
            mount = self.mount().wait_for(*self.sites)
            os.stat(mount.where / DAYS[0] / "www")
            path, = self.indexes()
            self.flip(path, least=path.stat().st_size * 7 // 8, number=20)
            self.check(mount)
            mount.unmount()


if __name__ == "__main__":
    rond.main()
