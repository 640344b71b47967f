#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""rondctl ls, cat and cp: what tar extracts, without a mount and without
extracting all of it."""
import io
import json
import os
import pty
import re
import shutil
import signal
import stat
import subprocess
import tarfile
import unittest

import rond
import trees

DUMP = """-- MariaDB dump 10.19
CREATE TABLE `offers` (`id` int NOT NULL, `t` text, PRIMARY KEY (`id`));
INSERT INTO `offers` VALUES {rows};
-- Dump completed
"""
MANY = 3000


class Files(rond.Case):
    def setUp(self):
        super().setUp()
        self.site = self.folder("site")
        self.program = rond.RONDCTL

    def pack(self, day=1, flags="--format=pax"):
        self.sh(f"tar -C {self.site} {flags} -czf "
                f"{self.backups}/www-2024-05-{day:02}.tar.gz .")

    def extract(self, day=1):
        """What tar makes of it."""
        folder = self.folder(f"tar{day}")
        self.sh(f"tar -C {folder} -xpf "
                f"{self.backups}/www-2024-05-{day:02}.tar.gz")
        return folder

    def command(self, name, *arguments, where=None):
        return [str(self.program), name, "--cache-dir", str(self.cache),
                "--now=2024-05-04", str(where or self.backups),
                *map(str, arguments)]

    def ctl(self, name, *arguments, status=0, where=None, **options):
        command = self.command(name, *arguments, where=where)
        done = subprocess.run(command, capture_output=True, timeout=120,
                              env=self.environment, stdin=subprocess.DEVNULL,
                              **options)
        self.errors = done.stderr.decode(errors="replace")
        self.assertEqual(done.returncode, status, (command, self.errors))
        return done.stdout

    def ls(self, *arguments, **options):
        return self.ctl("ls", *arguments, **options).decode().splitlines()

    def copied(self, *arguments, **options):
        """The counts of a copy."""
        *_, last = self.ctl("cp", "--json", *arguments,
                            **options).splitlines()
        counts = json.loads(last)
        self.assertEqual(counts.pop("message_type"), "summary")
        self.assertEqual(counts.pop("schema"), 1)
        return counts

    def assert_no_rest(self, folder):
        """No temporary file is left."""
        self.assertEqual([path for path, _ in trees.entries(folder)
                          if os.path.basename(path).startswith(b".rondctl")],
                         [])


class Copy(Files):
    def test_as_tar(self):
        """All that a tar can hold: bytes, modes, times in nanoseconds,
        owners, links, hard links."""
        trees.make_rich(self.site, owners=((1000, 1000), (33, 33), (5, 60)))
        self.pack()
        out = self.tmp / "out"
        counts = self.copied("J-3/www", out)
        self.assertEqual(self.errors, "")
        trees.assert_same(self.extract(), out)
        info, expected = os.stat(out), os.stat(self.tmp / "tar1")
        self.assertEqual((info.st_mtime_ns, info.st_mode),
                         (expected.st_mtime_ns, expected.st_mode))
        self.assertEqual(counts["links"], 4)
        self.assertEqual((counts["failed"], counts["already_there"]), (0, 0))
        self.assertEqual(self.sh(f"rsync -naciH --delete {out}/ "
                                 f"{self.tmp}/tar1/"), "")
        self.assert_no_rest(out)

    def test_holes(self):
        trees.write_sparse(self.site / "sparse", 64 << 20,
                           [(1 << 20, b"x" * 70000), (40 << 20, b"y")])
        trees.write_sparse(self.site / "none", 8 << 20, [])
        self.pack(flags="--sparse")
        out = self.tmp / "out"
        self.copied("latest/www", out)
        for name in ("sparse", "none"):
            self.assertTrue(trees.same_content(self.site / name, out / name))
            self.assertLess((out / name).stat().st_blocks * 512, 1 << 20)

    def test_where_it_goes(self):
        """As cp -r has it."""
        trees.make_site(self.site)
        self.pack()
        made = self.tmp / "made"
        self.copied("J-3/www/app", made)
        trees.assert_same(self.site / "app", made)
        self.copied("J-3/www/app", made)
        trees.assert_same(self.site / "app", made / "app")
        content = self.folder("content")
        self.copied("J-3/www/app/.", content)
        trees.assert_same(self.site / "app", content)
        self.copied("J-3/www/index.php", self.tmp / "renamed.php")
        trees.same_content(self.site / "index.php", self.tmp / "renamed.php")
        several = self.folder("several")
        self.copied("2024-05-01/www/app/Class1.php", "latest/www/index.php",
                    "J-3/www/public/", several)
        self.assertEqual(sorted(os.listdir(several)),
                         ["Class1.php", "index.php", "public"])
        whole = self.folder("whole")
        self.copied("J-3", whole)
        trees.assert_same(self.site, whole / "J-3" / "www")

    def test_below_a_mount(self):
        """The shell completes paths of the mount; they are taken."""
        trees.make_site(self.site)
        self.pack()
        mount = self.mount("--now=2024-05-04").wait_for("J-3")
        one = self.tmp / "one"
        self.ctl("cp", one, where=mount.path("J-3/www/app"))
        trees.assert_same(self.site / "app", one)
        two = self.folder("two")
        self.ctl("cp", mount.where / "J-3/www/index.php",
                 "J-3/www/app/Class2.php", two,
                 where=f"{mount.where}/J-3/www/public/.")
        self.assertEqual(sorted(os.listdir(two)),
                         ["Class2.php", "index.php", "upload"])
        self.assertEqual(self.ls(where=mount.path("J-3/www")),
                         ["app", "index.php", "public"])
        self.assertEqual(self.ls(where=mount.where),
                         ["2024-05-01", "J-3", "latest"])

    def test_lost_photos(self):
        """What .changes says is gone comes back, and nothing else moves."""
        trees.make_site(self.site)
        self.pack(1)
        before = self.extract(1)
        for number in (1, 4):
            os.remove(self.site / f"public/upload/photo{number}.jpg")
        trees.write(self.site / "public/upload/new.jpg", b"new")
        self.pack(2)
        live = self.site / "public/upload"
        counts = self.copied(".changes/J-3..J-2/removed/www/public/upload/.",
                             live)
        self.assertEqual(counts["files"], 2)
        os.remove(live / "new.jpg")
        trees.assert_same(before / "public/upload", live)

    def test_nothing_is_overwritten(self):
        trees.make_site(self.site)
        self.pack()
        out = self.folder("out/www").parent
        self.copied("J-3/www", out)
        same = self.copied("J-3/www", out)
        self.assertEqual((same["files"], same["already_there"]), (0, 15))
        edited, gone = out / "www/app/Class3.php", out / "www/index.php"
        text = edited.read_bytes()
        info = edited.stat()
        edited.write_bytes(text[::-1])
        os.utime(edited, ns=(info.st_mtime_ns, info.st_mtime_ns))
        os.remove(gone)
        os.remove(out / "www/app/Class4.php")
        os.mkdir(out / "www/app/Class4.php")
        os.remove(out / "www/app/Class5.php")
        os.symlink("Class3.php", out / "www/app/Class5.php")
        counts = self.copied("J-3/www", out, status=2)
        self.assertEqual((counts["files"], counts["left_alone"]), (1, 3))
        for name in ("Class3.php", "Class4.php", "Class5.php"):
            self.assertRegex(self.errors, rf"{name}: .* left")
        self.assertEqual(edited.read_bytes(), text[::-1])
        self.assertTrue(gone.exists())
        counts = self.copied("--force", "J-3/www", out, status=2)
        self.assertEqual((counts["files"], counts["left_alone"]), (2, 1))
        self.assertEqual(edited.read_bytes(), text)
        os.rmdir(out / "www/app/Class4.php")
        self.copied("J-3/www", out)
        trees.assert_same(self.site, out / "www", ignore={"dir-mtime"})
        self.assert_no_rest(out)

    def test_same_content_of_another_time(self):
        """It isn't lost; --force makes it as it was."""
        trees.make_site(self.site)
        self.pack()
        out = self.folder("out")
        self.copied("J-3/www/app", out)
        os.utime(out / "app/Class1.php")
        counts = self.copied("J-3/www/app", out)
        self.assertEqual(counts["already_there"], 8)
        counts = self.copied("--force", "J-3/www/app", out)
        self.assertEqual((counts["files"], counts["already_there"]), (1, 7))
        trees.assert_same(self.site / "app", out / "app",
                          ignore={"dir-mtime"})

    def test_folders_as_backups(self):
        """Passed through, without an index; hard links of rsnapshot."""
        one = self.backups / "2024-05-01"
        trees.make_site(one / "www")
        os.link(one / "www/index.php", one / "www/again.php")
        out = self.tmp / "out"
        self.copied("J-3", out)
        copies = [path for path in out.rglob("index.php")]
        self.assertEqual(len(copies), 1)
        trees.assert_same(one / "www", copies[0].parent)

    def test_mistakes(self):
        trees.make_site(self.site)
        self.pack()
        out = self.folder("out")
        for arguments, said in (
                (("J-3/www",), "a destination are expected"),
                (("J-99/www", out), "there are 2024-05-01"),
                (("J-3/wwww", out), "there is no wwww in 2024-05-01; there "
                                    "are www"),
                (("J-3/www/up/x", out), "no up in 2024-05-01/www"),
                (("J-3/www/index.php/x", out), "Not a directory"),
                (("J-3/www", self.tmp / "no/such"), "no such folder"),
                (("J-3/www/app", "J-3/www/index.php", self.tmp / "none"),
                 "must be a folder"),
                (("../www", out), "leads out"),
                (("--chown", "not-a-user", "J-3/www", out), "not-a-user"),
                (("J-3/www", self.backups / "www-2024-05-01.tar.gz"),
                 "file or link of that name")):
            self.ctl("cp", *arguments, status=2)
            self.assertIn(said, self.errors)
            self.assertEqual(os.listdir(out), [])
        self.ctl("cp", "J-3/none", "J-3/www/index.php", out, status=2)
        self.assertEqual(os.listdir(out), ["index.php"])


class Hostile(Files):
    def archive(self, members):
        """(name, content) or (name, None, target) each."""
        with tarfile.open(self.backups / "www-2024-05-01.tar.gz",
                          "w:gz") as tar:
            for name, content, *target in members:
                info = tarfile.TarInfo(name)
                if content is None:
                    info.type, info.linkname = tarfile.SYMTYPE, target[0]
                else:
                    info.size = len(content)
                tar.addfile(info, io.BytesIO(content or b""))

    def test_links_of_the_copy(self):
        """A link, and then something below it, in every order and
        spelling."""
        outside = self.folder("outside")
        self.archive([
            ("a", None, str(outside)), ("a/pwned", b"1"),
            ("b/pwned", b"2"), ("b", None, str(outside)),
            ("c", None, ".."), ("c/pwned", b"3"),
            ("../pwned", b"4"), ("/pwned", b"5"), ("d/../../pwned", b"6"),
            ("e", None, str(outside / "file")), ("e", b"7"),
            ("fine", b"8")])
        out = self.folder("a/b/out")
        for force in ((), ("--force",), ("--force",)):
            done = subprocess.run(
                self.command("cp", *force, "J-3/www", out),
                env=self.environment, capture_output=True)
            self.assertIn(done.returncode, (0, 2))
        self.assertEqual(os.listdir(outside), [])
        self.assertEqual(os.listdir(self.tmp / "a"), ["b"])
        self.assertEqual(os.listdir(self.tmp / "a/b"), ["out"])
        self.assertEqual((out / "www/fine").read_bytes(), b"8")
        self.assertFalse(os.path.exists("/pwned"))

    def test_links_at_the_destination(self):
        """They are not gone through, not even with --force; nor is what
        they lead to replaced."""
        outside = self.folder("outside")
        (outside / "Class1.php").write_text("live")
        trees.make_site(self.site)
        self.pack()
        out = self.folder("out/www").parent
        os.symlink(outside, out / "www/app")
        os.symlink(outside / "Class1.php", out / "www/index.php")
        counts = self.copied("J-3/www", out, status=2)
        self.assertIn("www/app: there is a file or link", self.errors)
        self.assertIn("www/index.php: something else is there", self.errors)
        self.assertEqual((counts["files"], counts["failed"],
                          counts["left_alone"]), (6, 1, 1))
        self.copied("--force", "J-3/www", out, status=2)
        self.assertEqual((outside / "Class1.php").read_text(), "live")
        self.assertEqual(os.listdir(outside), ["Class1.php"])
        self.assertFalse((out / "www/index.php").is_symlink())
        # The destination itself may be one, as with cp.
        os.symlink(out, self.tmp / "link")
        self.copied("J-3/www/app", self.tmp / "link")
        trees.assert_same(self.site / "app", out / "app")

    def test_damaged(self):
        """Nobody can vouch for what comes out of it, which is told; what lies
        before the damage is whole, up to the MiB in which it may have gone
        unnoticed."""
        for number in range(40):
            trees.write(self.site / f"f{number:02}",
                        trees.random_bytes(100000, number))
        self.pack(flags="--sort=name")
        path = self.backups / "www-2024-05-01.tar.gz"
        bad = bytearray(path.read_bytes())
        middle = len(bad) // 2
        bad[middle:middle + 2000] = b"\0" * 2000
        path.write_bytes(bad)
        out = self.tmp / "out"
        for again in range(2):
            counts = self.copied("J-3/www", out, status=2)
            self.assertRegex(self.errors,
                         r"www-2024-05-01.tar.gz: (damaged|incomplete)")
            self.assertFalse(counts["sound"])
        found = sorted(os.listdir(out))
        self.assertGreater(len(found), 8)
        self.assertLess(len(found), 40)
        # What the damage is in is nobody's guess: its length may be right.
        for name in found[:8]:
            self.assertTrue(
                trees.same_content(self.site / name, out / name), name)
        text = self.ctl("cp", "J-3/www/f00", self.tmp / "one", status=2)
        self.assertIn(b"; 1 could not be verified; more may be", text)

    def test_cut_off(self):
        """A file of which a half is there is named, and not copied."""
        for number in range(20):
            trees.write(self.site / f"f{number:02}",
                        trees.random_bytes(100000, number))
        self.sh(f"tar -C {self.site} --sort=name -cf {self.tmp}/tar . && "
                f"head -c 1000000 {self.tmp}/tar > "
                f"{self.backups}/www-2024-05-01.tar")
        out = self.tmp / "out"
        counts = self.copied("J-3/www", out, status=2)
        self.assertEqual(counts["failed"], 1)
        self.assertIn("2024-05-01/www/f09: ", self.errors)
        self.assertEqual(sorted(os.listdir(out)),
                         [f"f{number:02}" for number in range(9)])
        for name in os.listdir(out):
            self.assertTrue(
                trees.same_content(self.site / name, out / name), name)
        self.assert_no_rest(out)

    def test_power_is_not_given(self):
        """Programs that ran as root don't get to run as another."""
        trees.write(self.site / "su", b"1", 0o6755)
        os.mkdir(self.site / "folder")
        os.chmod(self.site / "folder", 0o2775)
        if rond.IS_ROOT:
            os.mknod(self.site / "null", stat.S_IFCHR | 0o666,
                     os.makedev(1, 3))
        os.mkfifo(self.site / "fifo")
        self.pack()
        out = self.tmp / "out"
        self.copied("J-3/www", out)
        self.assertEqual(sorted(os.listdir(out)), ["folder", "su"])
        self.assertEqual(stat.S_IMODE((out / "su").stat().st_mode), 0o755)
        self.assertEqual(stat.S_IMODE((out / "folder").stat().st_mode),
                         0o2775)


class Interrupted(Files):
    def make_many(self):
        for number in range(MANY):
            trees.write(self.site / f"d{number % 10}/p{number}.jpg",
                        trees.random_bytes(40000, number))
        self.pack()
        self.ctl("ls", "J-3/www")

    def test_signal(self):
        """What is there is whole; the next run does the rest."""
        self.make_many()
        out = self.tmp / "out"
        process = subprocess.Popen(
            self.command("cp", "J-3/www", out), env=self.environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.kill)
        rond.wait_until(lambda: len(list(out.glob("*/*"))) > 20, 60)
        process.send_signal(signal.SIGINT)
        errors = process.communicate(timeout=60)[1]
        self.assertEqual(process.returncode, 2, errors)
        self.assertIn("interrupted", errors)
        found = list(out.glob("*/*"))
        self.assertLess(len(found), MANY)
        for path in found:
            self.assertTrue(trees.same_content(
                path, self.site / path.relative_to(out)), path)
            self.assertEqual(path.parent.stat().st_mode & 0o777, 0o755)
        self.assert_no_rest(out)
        counts = self.copied("J-3/www/.", out)
        self.assertEqual(counts["files"] + counts["already_there"], MANY)
        self.assertGreaterEqual(counts["already_there"], len(found))
        trees.assert_same(self.site, out, ignore={"dir-mtime"})

    @unittest.skipUnless(rond.IS_ROOT, "needs root for a tmpfs")
    def test_full_disk(self):
        """Told before; and where it fills up meanwhile, no half file."""
        disk = self.folder("disk")
        self.sh(f"mount -t tmpfs -o size=6M tmpfs {disk}")
        for number in range(40):
            trees.write(self.site / f"p{number:02}.jpg",
                        trees.random_bytes(200000, number))
        self.pack()
        self.ctl("cp", "J-3/www", disk, status=2)
        self.assertIn("not enough room", self.errors)
        self.assertRegex(self.errors, r"7\.\d MiB are needed, 6\.0 MiB")
        self.assertEqual(os.listdir(disk), [])
        # Many inodes are room, too, which nobody can tell before.
        self.sh(f"umount {disk}; mount -t tmpfs -o size=20M,nr_inodes=20 "
                f"tmpfs {disk}")
        self.ctl("cp", "J-3/www", disk, status=2)
        self.assertRegex(self.errors, r"disk/www/p\d\d\.jpg: No space left")
        found = list((disk / "www").iterdir())
        self.assertGreater(len(found), 10)
        for path in found:
            self.assertTrue(trees.same_content(path, self.site / path.name))
        self.assert_no_rest(disk)
        # What is there already needs no room.
        self.sh(f"umount {disk}; mount -t tmpfs -o size=10M tmpfs {disk}")
        self.copied("J-3/www", disk)
        counts = self.copied("J-3/www", disk)
        self.assertEqual(counts["already_there"], 40)

    def test_bar(self):
        """On a terminal only, and gone at the end."""
        self.make_many()
        for turn in range(3):
            ours, theirs = pty.openpty()
            with subprocess.Popen(
                    self.command("cp", "--force", "J-3/www",
                                 self.folder(f"o{turn}")),
                    env=self.environment, stdout=subprocess.DEVNULL,
                    stdin=subprocess.DEVNULL, stderr=theirs) as process:
                os.close(theirs)
                text = b""
                while True:
                    try:
                        text += os.read(ours, 65536)
                    except OSError:
                        break
            os.close(ours)
            self.assertEqual(process.returncode, 0)
        if text:
            self.assertRegex(text, rb"\[#+\.*\] +\d+%  \d+/3000 ")
            self.assertTrue(text.endswith(b"\r\x1b[K"))


class Owners(Files):
    @unittest.skipUnless(rond.IS_ROOT, "needs root")
    def test_chown(self):
        trees.make_site(self.site)
        os.chown(self.site / "index.php", 1234, 1235)
        self.pack()
        for chown, expected in (("33:34", (33, 34)), ("33", (33, 1235)),
                                (":34", (1234, 34)),
                                ("root:root", (0, 0))):
            out = self.folder(f"out-{expected}")
            self.copied("--chown", chown, "J-3/www", out)
            info = (out / "www/index.php").stat()
            self.assertEqual((info.st_uid, info.st_gid), expected)
            if chown == "33:34":
                self.assertEqual({(entry.st_uid, entry.st_gid)
                                  for _, entry in trees.entries(out)},
                                 {(33, 34)})

    @unittest.skipUnless(rond.IS_ROOT, "needs root to be another")
    def test_as_a_user(self):
        """Owners can't be kept, modes and times can; a folder that one may
        not write to is one, too."""
        trees.make_site(self.site)
        trees.write(self.site / "closed/file", b"1", 0o400)
        os.chmod(self.site / "closed", 0o500)
        os.chown(self.site / "index.php", 1234, 1235)
        trees.settle_times(self.site)
        self.pack()
        home = self.folder("home")
        os.chown(home, 65534, 65534)
        os.chmod(self.tmp, 0o755)
        self.cache = home / "cache"
        # What was built may lie where nobody else may go.
        self.program = shutil.copy(rond.RONDCTL, home)
        self.ctl("cp", "J-3/www", home / "www", user=65534, group=65534,
                 extra_groups=[])
        self.assertEqual(self.errors, "")
        trees.assert_same(self.site, home / "www", ignore={"uid", "gid"})
        self.ctl("cp", "--chown", "root", "J-3/www", home, status=2,
                 user=65534, group=65534, extra_groups=[])
        self.assertIn("only root", self.errors)


class Look(Files):
    def setUp(self):
        super().setUp()
        trees.make_site(self.site)
        trees.write(self.site / "a b\x1b[31m", b"1")
        os.symlink("app/Class1.php", self.site / "link")
        os.symlink("app", self.site / "current")
        os.symlink("/etc/hostname", self.site / "absolute")
        os.symlink("../../../../etc/hostname", self.site / "up")
        os.symlink("loop", self.site / "loop")
        self.pack()
        rows = ",".join(f"({number},'x')" for number in range(3000))
        self.dump = DUMP.format(rows=rows)
        (self.backups / "db-2024-05-01.sql").write_text(self.dump)
        self.sh(f"gzip {self.backups}/db-2024-05-01.sql")

    def test_ls(self):
        self.assertEqual(self.ls(), ["2024-05-01", "J-3", "latest"])
        self.assertEqual(self.ls("J-3"), ["db", "db.sql", "www"])
        self.assertEqual(
            self.ctl("ls", "J-3/www/app").decode(),
            self.sh(f"ls {self.site}/app"))
        self.assertEqual(self.ls("J-3/www/index.php", "latest~0/www/app/"),
                         ["J-3/www/index.php", "", "latest~0/www/app/:"]
                         + sorted(os.listdir(self.site / "app")))
        self.assertEqual(self.ls("J-3/www/current/Class1.php"),
                         ["J-3/www/current/Class1.php"])
        self.assertEqual(self.ctl("ls", "-z", "J-3/www").split(b"\0")[:2],
                         [b"a b\x1b[31m", b"absolute"])
        self.assertEqual(self.ls("J-3/db"),
                         ["offers.sql", "offers.tsv", "schema.sql"])
        self.ls("J-3/none", status=2)

    def test_terminal(self):
        """Names can't command it."""
        text = self.sh("script -qec \"" + " ".join(
            self.command("ls", "J-3/www")) + "\" /dev/null </dev/null")
        self.assertNotIn("\x1b", text)
        self.assertIn(r"$'a b\033[31m'", text)

    def test_long(self):
        lines = self.ls("-l", "--timezone=UTC", "J-3/www")
        by_name = {re.split(r" \d\d:\d\d:\d\d ", line)[1]: line
                   for line in lines}
        expected = self.sh(f"TZ=UTC ls -l --time-style='+%F %T' {self.site}")
        for line in expected.splitlines()[1:]:
            name = re.split(r" \d\d:\d\d:\d\d ", line)[1]
            want, have = line.split(), by_name[name].split()
            if want[0][0] == "-":
                self.assertEqual(want, have)
            else:
                self.assertEqual(want[0], have[0])
                self.assertEqual(want[2:4] + want[5:], have[2:4] + have[5:])

    def test_json(self):
        lines = [json.loads(line) for line in self.ctl(
            "ls", "--json", "J-3/www").splitlines()]
        *nodes, last = lines
        self.assertEqual((last["message_type"], last["schema"],
                          last["nodes"]), ("summary", 1, len(nodes)))
        by_name = {node["name"]: node for node in nodes}
        self.assertEqual(set(by_name), set(os.listdir(self.site)))
        one = by_name["index.php"]
        self.assertEqual(one["path"], "/2024-05-01/www/index.php")
        self.assertEqual(one["sha256"], self.sh(
            f"sha256sum {self.site}/index.php").split()[0])
        info = (self.site / "index.php").stat()
        self.assertEqual((one["size"], one["mode"], one["uid"], one["type"]),
                         (info.st_size, 0o755, info.st_uid, "file"))
        self.assertTrue(one["mtime"].endswith(
            f".{info.st_mtime_ns % 10**9:09}Z"))
        self.assertEqual(by_name["link"]["linktarget"], "app/Class1.php")

    def test_cat(self):
        self.assertEqual(self.ctl("cat", "J-3/db.sql").decode(), self.dump)
        self.assertEqual(self.ctl("cat", "latest/db/offers.tsv").decode(),
                         "id\tt\n" + "".join(f"{number}\tx\n"
                                             for number in range(3000)))
        both = (self.site / "index.php").read_bytes() + \
            (self.site / "app/Class1.php").read_bytes()
        self.assertEqual(self.ctl("cat", "J-3/www/index.php",
                                  "J-3/www/link"), both)
        self.assertEqual(self.ctl("cat", "J-3/www/current/Class1.php"),
                         (self.site / "app/Class1.php").read_bytes())
        self.assertEqual(json.loads(self.ctl("cat", ".status"))["schema"], 1)
        photo = "public/upload/photo3.jpg"
        self.assertEqual(self.ctl("cat", f"J-3/www/{photo}"),
                         (self.site / photo).read_bytes())

    def test_cat_mistakes(self):
        for path, said in (("J-3/www/absolute", "not in the backup"),
                           ("J-3/www/up", "leads out"),
                           ("J-3/www/loop", "symbolic links"),
                           ("J-3/www/app", "a folder"),
                           ("J-3/www/none", "no none in")):
            out = self.ctl("cat", path, "J-3/www/index.php", status=2)
            self.assertIn(said, self.errors)
            self.assertEqual(out, (self.site / "index.php").read_bytes())
        self.ctl("cat", status=2)

    def test_pipes(self):
        """Who reads no further is no error to speak of; a full disk is."""
        cat = " ".join(self.command("cat", "J-3/db.sql"))
        done = self.sh(f"{cat} | head -n1", check=False)
        self.assertEqual(done.stdout, "-- MariaDB dump 10.19\n")
        self.assertEqual(done.stderr, "")
        for name, path in (("cat", "J-3/db.sql"), ("ls", "J-3")):
            command = " ".join(self.command(name, path))
            done = self.sh(f"{command} >/dev/full", check=False)
            self.assertEqual(done.returncode, 2)
            self.assertIn("can't write: No space", done.stderr)

    def test_dump_is_copied(self):
        """Byte for byte, and of a table what loads alone."""
        out = self.folder("out")
        self.copied("J-3/db.sql", "J-3/db", out)
        self.assertEqual((out / "db.sql").read_text(), self.dump)
        self.assertEqual((out / "db/offers.sql").read_bytes(),
                         self.ctl("cat", "J-3/db/offers.sql"))
        counts = self.copied("J-3/db.sql", "J-3/db", out)
        self.assertEqual((counts["files"], counts["already_there"]), (0, 4))


if __name__ == "__main__":
    rond.main()
