#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Indexing is lazy, and nobody waits for what it doesn't need.

No test measures time: that others answer is seen by what they answer while the
states of the large backups still are "indexing".
"""
import os
import signal
import subprocess
import threading

import archives
import rond
import trees

LARGE = 60 << 20
DAYS = ("2024-05-01", "2024-05-02", "2024-05-03")
READY = "2024-04-01"


class Lazy(rond.Case):
    def setUp(self):
        super().setUp()
        site = trees.make_site(self.folder("site"))
        archives.pack(site, self.backups / f"site-{READY}.tar.gz")

    def make_large(self):
        """Archives that take seconds to index: one-block xz."""
        site = self.folder("large")
        trees.write_sparse(site / "noise", LARGE,
                           [(0, trees.text_bytes(8 << 20))])
        self.sh(f"tar -cf - -C {site} . | xz -0 > large.tar.xz")
        for day in DAYS:
            self.sh(f"cp large.tar.xz {self.backups}/site-{day}.tar.xz")

    def state(self, mount, day):
        return mount.part(day, "www")["state"]

    def listing(self, where):
        """Begin to list a folder; don't wait for it."""
        return subprocess.Popen(["ls", str(where)], env=self.environment,
                                stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE)

    def test_looking_at_the_root_indexes_nothing(self):
        mount = self.mount().wait_for(READY)
        mount.names()
        self.sh(f"ls -l {mount.where}; stat {mount.where}/*", check=False)
        self.assertEqual(self.state(mount, READY), "unindexed")
        self.sh(f"ls {mount.where}/{READY}/www")
        self.assertEqual(self.state(mount, READY), "ready")

    def test_entering_one_indexes_just_that_one(self):
        other = trees.make_site(self.folder("other"))
        archives.pack(other, self.backups / "site-2024-04-02.tar.gz")
        mount = self.mount().wait_for(READY, "2024-04-02")
        self.sh(f"ls {mount.where}/{READY}/www")
        self.assertEqual(self.state(mount, "2024-04-02"), "unindexed")

    def test_second_mount_uses_the_index_file(self):
        mount = self.mount()
        first = mount.path(f"{READY}/www")
        names = sorted(os.listdir(first))
        mount.unmount()
        files = {path: path.stat().st_mtime_ns
                 for path in self.cache.rglob("*") if path.is_file()}
        self.assertTrue(files)
        again = self.mount()
        self.assertEqual(sorted(os.listdir(again.path(f"{READY}/www"))), names)
        for path, before in files.items():
            self.assertTrue(path.exists(), path)
            if path.stat().st_size > 1 << 12:
                self.assertEqual(path.stat().st_mtime_ns, before, path)

    def test_cache_is_private(self):
        os.listdir(self.mount().path(f"{READY}/www"))
        self.assertEqual(os.stat(self.cache).st_mode & 0o777, 0o700)
        for path in self.cache.rglob("*"):
            want = 0o700 if path.is_dir() else 0o600
            self.assertEqual(path.stat().st_mode & 0o777, want, path)

    def test_broken_index_is_rebuilt(self):
        mount = self.mount()
        os.listdir(mount.path(f"{READY}/www"))
        mount.unmount()
        for path in self.cache.rglob("*"):
            if path.is_file():
                data = bytearray(path.read_bytes())
                for at in range(0, len(data), 97):
                    data[at] ^= 0x5a
                path.write_bytes(data)
        where = self.mount().path(f"{READY}/www")
        trees.assert_same(self.tmp / "site", where)

    def test_others_answer_while_three_are_indexed(self):
        self.make_large()
        mount = self.mount().wait_for(READY, *DAYS)
        os.listdir(mount.path(f"{READY}/www"))
        waiting = [self.listing(mount.where / day / "www") for day in DAYS]
        busy = 0
        while any(process.poll() is None for process in waiting):
            self.assertIn("latest", mount.names())
            self.assertTrue((mount.where / READY / "www/index.php").is_file())
            self.assertTrue((mount.where / READY / "www/app/Class3.php")
                            .read_bytes())
            self.assertFalse(os.path.lexists(mount.where / "no-such"))
            states = [self.state(mount, day) for day in DAYS]
            busy += any(state == "indexing" for state in states)
        for process in waiting:
            out, err = process.communicate()
            self.assertEqual(process.returncode, 0, err)
            self.assertIn(b"noise", out)
        self.assertGreater(busy, 0, "nothing answered while indexing")

    def test_interrupt_ends_a_waiting_ls(self):
        """The indexing goes on without it."""
        self.make_large()
        mount = self.mount().wait_for(*DAYS)
        ended_early = 0
        for day in DAYS:
            process = self.listing(mount.where / day / "www")
            rond.wait_until(lambda: self.state(mount, day) != "unindexed")
            process.send_signal(signal.SIGINT)
            out, _ = process.communicate(timeout=60)
            ended_early += self.state(mount, day) != "ready"
            self.assertNotIn(b"noise", out if process.returncode else b"")
        self.assertGreater(ended_early, 0, "each ended with its index only")
        for day in DAYS:
            self.assertEqual(os.listdir(mount.path(f"{day}/www")), ["noise"])

    def test_unmount_while_indexing(self):
        self.make_large()
        mount = self.mount().wait_for(*DAYS)
        process = self.listing(mount.where / DAYS[0] / "www")
        rond.wait_until(lambda: self.state(mount, DAYS[0]) != "unindexed")
        process.kill()
        process.communicate()
        mount.unmount()

    def test_readers_in_parallel_while_indexing(self):
        self.make_large()
        mount = self.mount().wait_for(*DAYS)
        wrong = []

        def read(day):
            try:
                with open(mount.where / day / "www/noise", "rb") as file:
                    if file.read(1 << 20) != trees.text_bytes(1 << 20):
                        wrong.append(day)
            except OSError as error:
                wrong.append(error)

        readers = [threading.Thread(target=read, args=(day,))
                   for day in DAYS * 2]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
        self.assertEqual(wrong, [])

    def test_index_now(self):
        mount = self.mount("--index=now")
        self.assertEqual(self.state(mount, READY), "ready")
        lines = [line for line in mount.output().splitlines()
                 if f"site-{READY}.tar.gz" in line]
        self.assertEqual(len(lines), 1, mount.output())
        self.assertNotIn("\x1b", mount.output())

    def test_index_in_background(self):
        mount = self.mount("-o", "index=background").wait_for(READY)
        rond.wait_until(lambda: self.state(mount, READY) == "ready", 30)

    def test_folder_that_cannot_be_written(self):
        """A cache that has no place: served all the same, and said."""
        self.cache = self.tmp / "site/index.php/cache"
        mount = self.mount()
        where = mount.path(f"{READY}/www")
        trees.assert_same(self.tmp / "site", where)
        self.assertIn("cache", mount.output())


if __name__ == "__main__":
    rond.main()
