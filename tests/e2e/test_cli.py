#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""rondfs as a command: options, errors, signals, and how it mounts."""
import contextlib
import grp
import os
import pwd
import shutil
import signal
import subprocess
import unittest

import archives
import rond
import trees

NOBODY = 65534


def mount_line(where):
    """The fields of a mount in mountinfo (proc(5)): options, type, source and
    the file system's options."""
    with open("/proc/self/mountinfo", encoding="utf-8") as table:
        for line in table:
            fields = line.split()
            if fields[4] == str(where):
                dash = fields.index("-")
                return fields[5].split(","), *fields[dash + 1:]
    raise AssertionError(f"{where} is no mount point")


def pids_of(where):
    """The processes of rondfs that serve a mount point."""
    found = []
    for entry in os.listdir("/proc"):
        try:
            with open(f"/proc/{entry}/cmdline", "rb") as file:
                words = file.read().split(b"\0")
        except OSError:
            continue
        if words[0].endswith(b"rondfs") and os.fsencode(where) in words:
            found.append(int(entry))
    return found


class Base(rond.Case):
    def setUp(self):
        super().setUp()
        self.site = trees.make_site(self.folder("site"))
        archives.pack(self.site, self.backups / "site-2024-05-01.tar.gz")
        self.where = self.folder("mnt")

    def assertFails(self, done, *texts):
        """One line on stderr that holds the texts; status not 0."""
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        for text in texts:
            self.assertIn(str(text), done.stderr)
        self.assertEqual(rond.mounts_below(self.where), [])


class Help(Base):
    def test_help(self):
        done = self.rondfs("-h")
        self.assertEqual(done.returncode, 0)
        for text in ("--pattern", "--timezone", "--index", "-o"):
            self.assertIn(text, done.stdout)
        self.assertEqual(self.rondfs("--help").stdout, done.stdout)

    def test_version(self):
        done = self.rondfs("-V")
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stdout, r"^rondfs.* \d+\.\d+\.\d+")


class Errors(Base):
    def test_no_arguments(self):
        done = self.rondfs()
        self.assertNotEqual(done.returncode, 0)
        self.assertTrue(done.stderr)

    def test_one_argument(self):
        done = self.rondfs(self.backups)
        self.assertNotEqual(done.returncode, 0)
        self.assertTrue(done.stderr)

    def test_no_such_option(self):
        self.assertFails(self.rondfs("--no-such", self.backups, self.where),
                         "--no-such")
        self.assertFails(
            self.rondfs("-o", "no_such=1", self.backups, self.where),
            "no_such")

    def test_bad_values(self):
        for option in ("--timezone=Nowhere/Atall", "--now=tomorrow",
                       "--index=maybe", "--memory=much", "--umask=9",
                       "--strip=-1", "--pattern=nodate.tar",
                       "--symlinks=perhaps", "--formats=some"):
            with self.subTest(option):
                self.assertFails(
                    self.rondfs(option, self.backups, self.where),
                    option.split("=", maxsplit=1)[0].lstrip("-"))

    def test_no_such_source(self):
        self.assertFails(self.rondfs(self.tmp / "gone", self.where),
                         self.tmp / "gone")

    def test_no_such_mount_point(self):
        self.assertFails(self.rondfs(self.backups, self.tmp / "gone"),
                         self.tmp / "gone")

    def test_mount_point_is_a_file(self):
        self.assertFails(
            self.rondfs(self.backups, self.site / "index.php"), "index.php")

    def test_mount_point_in_a_source(self):
        inside = self.backups / "mnt"
        inside.mkdir()
        self.assertFails(self.rondfs(self.backups, inside), inside)
        link = self.tmp / "link"
        link.symlink_to(inside)
        self.assertFails(self.rondfs(self.backups, link), link)

    def test_source_in_the_mount_point(self):
        self.assertFails(self.rondfs(self.backups, self.tmp), self.backups)

    def test_error_before_the_background(self):
        """Without -f too: the command itself tells."""
        done = self.rondfs(self.tmp / "gone", self.where)
        self.assertNotEqual(done.returncode, 0)
        self.assertEqual(pids_of(self.where), [])


class Background(Base):
    def start(self, *options):
        done = self.rondfs(*options, self.backups, self.where)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.addCleanup(self.ended)
        return pids_of(self.where)

    def ended(self):
        rond.wait_until(lambda: not pids_of(self.where), 30, "daemon's end")

    def test_answers_when_the_command_returns(self):
        self.assertEqual(len(self.start()), 1)
        self.assertIn("2024-05-01", os.listdir(self.where))
        self.assertTrue(rond.unmount(self.where))
        self.ended()

    def test_relative_paths(self):
        done = self.rondfs("backups", "mnt", cwd=self.tmp)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue((self.where / "2024-05-01/www/index.php").is_file())
        self.assertTrue(rond.unmount(self.where))

    def test_signals_unmount(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(number.name):
                pid, = self.start()
                os.kill(pid, number)
                self.ended()
                self.assertEqual(rond.mounts_below(self.where), [])

    def test_does_not_hold_its_folder(self):
        pid, = self.start()
        self.assertEqual(os.readlink(f"/proc/{pid}/cwd"), "/")
        os.kill(pid, signal.SIGTERM)


class Foreground(Base):
    def test_signals_end_it_well(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(number.name):
                mount = self.mount()
                mount.path("2024-05-01")
                mount.signal(number)
                mount.end()
                self.assertEqual(mount.process.returncode, 0, mount.output())
                self.assertEqual(rond.mounts_below(mount.where), [])

    def test_signal_with_an_open_file(self):
        mount = self.mount()
        path = mount.path("2024-05-01/www/public/upload/photo1.jpg")
        opened = os.open(path, os.O_RDONLY)
        mount.signal(signal.SIGTERM)
        mount.end()
        with contextlib.suppress(OSError):  # ENOTCONN
            os.close(opened)
        self.assertEqual(mount.process.returncode, 0)
        self.assertEqual(rond.mounts_below(mount.where), [])

    def test_dead_mount_is_mounted_over(self):
        dead = self.mount(where=self.where)
        dead.kill()
        with self.assertRaises(OSError):
            os.listdir(self.where)
        alive = self.mount(where=self.where)
        self.assertTrue(alive.path("2024-05-01/www").is_dir())
        self.assertEqual(rond.mounts_below(self.where), [str(self.where)])

    def test_statistics(self):
        mount = self.mount()
        mount.path("2024-05-01/www/index.php").read_bytes()
        before = mount.output()
        mount.signal(signal.SIGUSR1)
        rond.wait_until(lambda: mount.output() != before)
        self.assertFalse(mount.has_ended())

    def test_broken_pipe_is_survived(self):
        mount = self.mount()
        path = mount.path("2024-05-01/www/public/upload/photo5.jpg")
        self.sh(f"cat {path} | head -c 10 >/dev/null", check=False)
        self.assertTrue(path.read_bytes())


class Options(Base):
    def test_mount_options(self):
        mount = self.mount()
        options, kind, source, _ = mount_line(mount.where)
        for option in ("ro", "nosuid", "nodev", "noexec"):
            self.assertIn(option, options)
        self.assertEqual(kind, "fuse.rondfs")
        self.assertTrue(source.startswith("rondfs:"), source)

    def test_exec_on_demand(self):
        options, *_ = mount_line(self.mount("-o", "exec").where)
        self.assertNotIn("noexec", options)
        self.assertIn("nosuid", options)

    def test_fsname(self):
        _, _, source, _ = mount_line(self.mount("--fsname=mine").where)
        self.assertIn("mine", source)

    def test_options_of_mount_are_accepted(self):
        self.mount("-o", "ro,nofail,_netdev,noauto,noatime,x-systemd.requires"
                   "=network.target,x-gvfs-show,nosuid,nodev")

    @unittest.skipUnless(rond.IS_ROOT, "remounting needs root")
    def test_read_only_after_a_remount(self):
        mount = self.mount()
        mount.path("2024-05-01")
        self.sh(f"mount -o remount,rw {mount.where}", check=False)
        for command in ("touch {0}/x", "mkdir {0}/2024-05-01/www/d",
                        "rm {0}/2024-05-01/www/index.php",
                        "echo x >> {0}/2024-05-01/www/index.php",
                        "chmod 777 {0}/2024-05-01/www/index.php",
                        "ln {0}/2024-05-01/www/index.php {0}/hard",
                        "mv {0}/2024-05-01/www/index.php {0}/x",
                        "setfattr -n user.x -v y {0}/2024-05-01/www"):
            done = self.sh(command.format(mount.where), check=False)
            self.assertNotEqual(done.returncode, 0, command)
            self.assertIn("ead-only file system", done.stderr, command)

    def test_long_and_short_forms_are_one(self):
        for options in (("--now=2024-05-02",), ("-o", "now=2024-05-02"),
                        ("-onow=2024-05-02,ro",), ("--now", "2024-05-02")):
            with self.subTest(options):
                mount = self.mount(*options).wait_for("2024-05-01")
                self.assertEqual(os.readlink(mount.where / "J-1"),
                                 "2024-05-01")

    def test_uid_and_gid(self):
        where = self.mount("-o", "uid=1234,gid=4321").path("2024-05-01/www")
        for path in (where, where / "index.php", where / "app"):
            info = os.stat(path)
            self.assertEqual((info.st_uid, info.st_gid), (1234, 4321))
        name, group = pwd.getpwuid(NOBODY), grp.getgrgid(NOBODY)
        where = self.mount("-o", f"uid={name.pw_name},gid={group.gr_name}")
        info = os.stat(where.path("2024-05-01/www/index.php"))
        self.assertEqual((info.st_uid, info.st_gid), (NOBODY, NOBODY))

    def test_masks(self):
        def modes(*options):
            where = self.mount(*options).path("2024-05-01/www")
            return tuple(oct(os.stat(where / name).st_mode & 0o777)
                         for name in ("index.php", "app"))
        self.assertEqual(modes(), ("0o755", "0o755"))
        self.assertEqual(modes("-o", "umask=077"), ("0o700", "0o700"))
        self.assertEqual(modes("-o", "fmask=0111"), ("0o644", "0o755"))
        self.assertEqual(modes("-o", "dmask=027"), ("0o755", "0o750"))

    def test_symlinks(self):
        os.symlink("/etc/passwd", self.site / "outside")
        os.symlink("../../../etc/passwd", self.site / "app/up")
        os.symlink("app/Class1.php", self.site / "inside")
        archives.pack(self.site, self.backups / "site-2024-05-01.tar.gz")

        def link(mount, name):
            return os.readlink(mount.path("2024-05-01/www") / name)
        kept = self.mount()
        self.assertEqual(link(kept, "outside"), "/etc/passwd")
        self.assertEqual(link(kept, "app/up"), "../../../etc/passwd")
        contained = self.mount("-o", "symlinks=contain")
        self.assertEqual(link(contained, "inside"), "app/Class1.php")
        for name in ("outside", "app/up"):
            with self.assertRaises(OSError):
                link(contained, name)
        relative = self.mount("--symlinks=relative")
        self.assertEqual(link(relative, "inside"), "app/Class1.php")
        self.assertFalse(link(relative, "outside").startswith("/"))

    @unittest.skipUnless(rond.IS_ROOT, "becoming nobody needs root")
    def test_allow_other(self):
        self.sh(f"chmod 755 {self.tmp}")
        os.chmod(self.site / "index.php", 0o600)
        archives.pack(self.site, self.backups / "site-2024-05-01.tar.gz")
        where = self.mount("-o", "allow_other").path("2024-05-01/www")
        self.assertEqual(self.as_nobody(f"cat {where}/app/Class1.php"), 0)
        self.assertNotEqual(self.as_nobody(f"cat {where}/index.php"), 0)
        where = self.mount().path("2024-05-01/www")
        self.assertNotEqual(self.as_nobody(f"ls {where}"), 0)

    def as_nobody(self, command):
        return subprocess.run(["sh", "-c", command], user=NOBODY,
                              group=NOBODY, extra_groups=[],
                              stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL).returncode

    @unittest.skipUnless(rond.IS_ROOT, "becoming nobody needs root")
    def test_mounting_as_a_user(self):
        """And allow_other where fuse.conf forbids it says what to do."""
        os.chmod(self.tmp, 0o777)
        os.chown(self.where, NOBODY, NOBODY)
        self.cache = self.tmp / "cache-of-nobody"
        readable = subprocess.run(
            ["sh", "-c", f"{rond.RONDFS} -V >/dev/null && : </dev/fuse"],
            user=NOBODY, group=NOBODY, extra_groups=[], check=False,
            stderr=subprocess.DEVNULL).returncode == 0
        if not readable:
            self.skipTest("nobody may not use /dev/fuse here")
        done = self.rondfs(self.backups, self.where, user=NOBODY,
                           group=NOBODY, extra_groups=[])
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(rond.unmount(self.where))
        conf = self.sh("cat /etc/fuse.conf", check=False).stdout
        if "\nuser_allow_other" not in conf:
            done = self.rondfs("-o", "allow_other", self.backups, self.where,
                               user=NOBODY, group=NOBODY, extra_groups=[])
            self.assertFails(done, "user_allow_other")


@unittest.skipUnless(rond.IS_ROOT, "mount needs root")
class MountHelper(Base):
    """mount -t rondfs and fstab call /sbin/mount.rondfs; calling it by that
    name must do, so that no test touches /sbin."""

    def test_called_as_mount_helper(self):
        helper = self.tmp / "mount.rondfs"
        helper.symlink_to(rond.RONDFS)
        done = subprocess.run(
            [str(helper), str(self.backups), str(self.where), "-o",
             f"rw,now=2024-05-02,cache_dir={self.cache},nofail"],
            env=self.environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60)
        self.assertEqual(done.returncode, 0)
        self.assertEqual(os.readlink(self.where / "J-1"), "2024-05-01")
        self.assertTrue(rond.unmount(self.where))
        rond.wait_until(lambda: not rond.mounts_below(self.where))

    def test_mount_fuse(self):
        """mount -t fuse.rondfs finds the program through its path."""
        if not shutil.which("mount.fuse3"):
            self.skipTest("no mount.fuse3")
        done = self.sh(
            f"PATH={rond.RONDFS.parent}:$PATH mount.fuse3 "
            f"rondfs#{self.backups} {self.where} "
            f"-o now=2024-05-02,cache_dir={self.cache}", check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(os.readlink(self.where / "J-1"), "2024-05-01")
        self.assertTrue(rond.unmount(self.where))


if __name__ == "__main__":
    rond.main()
