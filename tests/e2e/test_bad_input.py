#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Backups that are not what they should be: named, and the others served."""
import errno
import os
import subprocess
import unittest

import archives
import rond
import trees

NOBODY = 65534
SOUND = "2024-04-01"
BROKEN = "2024-05-01"

# What has no checksum over content, or one over all of it, at the end: where
# the damage is, nobody can tell.
UNTOLD = ("tar", "cpio", "tar.gz", "cpio.gz", "tar.zst", "tar.lz4")


class BadInput(rond.Case):
    def setUp(self):
        super().setUp()
        self.site = trees.make_site(self.folder("site"), photos=12)
        archives.pack(self.site, self.backups / f"site-{SOUND}.tar.gz")

    def check_sound_one(self, mount):
        trees.assert_same(self.site, mount.path(f"{SOUND}/www"))

    def check_what_is_there(self, where):
        """Each file that can be read whole is right; the others fail with EIO
        before their end. The numbers of both."""
        sound = broken = 0
        for folder, _, files in os.walk(where):
            for name in files:
                path = os.path.join(folder, name)
                expected = self.site / os.path.relpath(path, where)
                if self.read_or_fail(path, expected.read_bytes()):
                    sound += 1
                else:
                    broken += 1
        return sound, broken

    def read_or_fail(self, path, content):
        with open(path, "rb", buffering=0) as file:
            try:
                found = b"".join(iter(lambda: file.read(65536), b""))
            except OSError as error:
                self.assertEqual(error.errno, errno.EIO, path)
                return False
        self.assertEqual(found, content, path)
        return True

    def listing(self, where):
        done = self.sh(f"find {where} >/dev/null", check=False)
        return done.returncode == 0

    def check_broken(self, name, states):
        mount = self.mount().wait_for(SOUND)
        self.check_sound_one(mount)
        where = mount.where / BROKEN / "www"
        if os.path.lexists(where.parent) and self.listing(where):
            counts = self.check_what_is_there(where)
        else:
            counts = (0, 0)
        if os.path.lexists(where.parent):
            self.assertIn(mount.part(BROKEN, "www")["state"], states)
        self.assertIn(name, mount.problems())
        return counts

    def test_empty_folder(self):
        done = self.rondfs(self.folder("nothing"), self.folder("mnt"))
        if done.returncode == 0:
            self.addCleanup(rond.unmount, self.tmp / "mnt")
        said = done.stderr.strip().splitlines()
        self.assertEqual(len(said), 1, said)
        self.assertIn("nothing", said[0])

    def test_not_an_archive(self):
        for name in (f"site-{BROKEN}.tar.gz", f"site-{BROKEN}.zip"):
            with self.subTest(name):
                file = self.backups / name
                file.write_bytes(b"<html>404 not found</html>" * 200)
                self.check_broken(name, {"failed"})
                file.unlink()

    def test_empty_file(self):
        (self.backups / f"site-{BROKEN}.tar.gz").write_bytes(b"")
        self.check_broken(f"site-{BROKEN}.tar.gz", {"failed", "incomplete"})

    def test_encrypted_zip(self):
        name = f"site-{BROKEN}.zip"
        self.sh(f"zip -qr -P secret {self.backups}/{name} .", cwd=self.site)
        mount = self.mount().wait_for(SOUND)
        self.check_sound_one(mount)
        where = mount.where / BROKEN / "www"
        if self.listing(where):
            with self.assertRaises(OSError):
                (where / "app/Class3.php").read_bytes()
        said = mount.problems()
        self.assertIn(name, said)
        self.assertIn("ncrypted", said)
        self.assertIn("7z x", said)

    def test_encrypted_7z(self):
        name = f"site-{BROKEN}.7z"
        self.sh(f"7z a -bd -psecret -mhe=on {self.backups}/{name} . "
                ">/dev/null", cwd=self.site)
        mount = self.mount().wait_for(SOUND)
        self.check_sound_one(mount)
        self.listing(mount.where / BROKEN / "www")
        self.assertIn(name, mount.problems())

    @unittest.skipUnless(rond.IS_ROOT, "becoming nobody needs root")
    def test_unreadable_file(self):
        """Looked for as another user, for root reads everything."""
        file = self.backups / f"site-{BROKEN}.tar.gz"
        archives.pack(self.site, file)
        os.chmod(file, 0o000)
        os.chmod(self.tmp, 0o777)
        where = self.folder("mnt")
        os.chown(where, NOBODY, NOBODY)
        self.cache = self.tmp / "cache-of-nobody"
        usable = subprocess.run(
            ["sh", "-c", f"{rond.RONDFS} -V >/dev/null && : </dev/fuse"],
            user=NOBODY, group=NOBODY, extra_groups=[], check=False,
            stderr=subprocess.DEVNULL).returncode == 0
        if not usable:
            self.skipTest("nobody may not use /dev/fuse here")
        done = self.rondfs("-o", "allow_other", self.backups, where,
                           user=NOBODY, group=NOBODY, extra_groups=[])
        if "user_allow_other" in done.stderr:
            self.skipTest("fuse.conf does not let users allow others")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(file.name, (where / "PROBLEMS.txt").read_text())
        self.assertTrue(rond.unmount(where))

    def test_no_date_in_the_name(self):
        file = self.backups / "site.tar.gz"
        archives.pack(self.site, file)
        os.utime(file, (1714557600, 1714557600))
        mount = self.mount("--timezone=UTC").wait_for(SOUND, BROKEN)
        self.check_sound_one(mount)

    def test_broken_mysqldump(self):
        """A dump cut short is gzip's idea of fine: no footer."""
        packed = archives.compress(
            b"-- MariaDB dump 10.19\nCREATE TABLE `t` (`a` int);\n"
            + b"INSERT INTO `t` VALUES\n(1),\n" * 9000, "gz")
        (self.backups / f"base-{BROKEN}.sql.gz").write_bytes(packed[:-40])
        mount = self.mount().wait_for(BROKEN)
        with self.assertRaises(OSError) as raised:
            (mount.where / BROKEN / "db.sql").read_bytes()
        self.assertEqual(raised.exception.errno, errno.EIO)
        self.assertIn(f"base-{BROKEN}.sql.gz", mount.problems())

    def truncated(self, suffix):
        file = self.backups / f"site-{BROKEN}.{suffix}"
        archives.pack(self.site, file)
        whole = file.read_bytes()
        # All of a tar's files may be there when its last kilobytes, which
        # are zeros, are not.
        for share in (3, 50, 80, 97):
            with self.subTest(f"{share} %"):
                file.write_bytes(whole[:len(whole) * share // 100])
                sound, _ = self.check_broken(file.name, {"incomplete",
                                                         "damaged", "failed"})
                if suffix in ("tar", "tar.gz") and share >= 50:
                    self.assertGreater(sound, 0)

    def damaged(self, suffix):
        file = self.backups / f"site-{BROKEN}.{suffix}"
        archives.pack(self.site, file)
        data = bytearray(file.read_bytes())
        middle = len(data) // 2
        for at in range(middle, middle + 64):
            data[at] ^= 0xa5
        file.write_bytes(data)
        mount = self.mount().wait_for(SOUND)
        self.check_sound_one(mount)
        where = mount.where / BROKEN / "www"
        if not self.listing(where):
            self.assertIn(file.name, mount.problems())
            return
        if suffix not in UNTOLD:
            _, broken = self.check_what_is_there(where)
            self.assertGreater(broken, 0)
        if suffix not in ("tar", "cpio"):
            self.assertIn(file.name, mount.problems())


def add_tests():
    """Two tests a format."""
    for suffix in archives.TOOLS:
        name = suffix.replace(".", "_")

        def cut(self, suffix=suffix):
            self.truncated(suffix)

        def spoilt(self, suffix=suffix):
            self.damaged(suffix)
        setattr(BadInput, f"test_truncated_{name}", cut)
        setattr(BadInput, f"test_damaged_{name}", spoilt)


add_tests()

if __name__ == "__main__":
    rond.main()
