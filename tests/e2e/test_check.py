#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""rondctl check: sound backups are, and each kind of damage is found, also
where it came after the backup was read first, with size and time kept."""
import json
import os
import subprocess
import zipfile

import rond
import trees

TIME = 1714521600  # 2024-05-01
DUMP = """-- MariaDB dump 10.19
CREATE TABLE `t` (`id` int NOT NULL, PRIMARY KEY (`id`));
INSERT INTO `t` VALUES (1),(2);
-- Dump completed on 2024-05-01
"""


class Check(rond.Case):
    def setUp(self):
        super().setUp()
        self.site = self.folder("site")
        for number in range(60):
            trees.write(self.site / f"d{number % 3}/f{number}",
                        trees.random_bytes(9000 + number, seed=number),
                        mtime_ns=TIME * 10**9)

    def pack(self, day, ending="tar.gz"):
        path = self.backups / f"www-2024-05-{day:02}.{ending}"
        if ending == "zip":
            with zipfile.ZipFile(path, "w") as file:
                for each in sorted(self.site.rglob("f*")):
                    file.write(each, each.relative_to(self.site),
                               zipfile.ZIP_DEFLATED)
        else:
            self.sh(f"tar -C {self.site} -caf {path} .")
        return path

    def dump(self, day, text=DUMP):
        path = self.backups / f"db-2024-05-{day:02}.sql"
        path.write_text(text)
        return path

    def check(self, *arguments, status=0):
        command = [str(rond.RONDCTL), "check", "--cache-dir", str(self.cache),
                   str(self.backups), *map(str, arguments)]
        done = subprocess.run(
            command, capture_output=True, timeout=120, env=self.environment,
            stdin=subprocess.DEVNULL, text=True, errors="surrogateescape")
        self.assertEqual(done.returncode, status,
                         (command, done.stdout, done.stderr))
        self.errors = done.stderr
        return done.stdout

    def parts(self, *arguments, status=0):
        """{SNAPSHOT/PART: what is said of it}; the summary is looked at."""
        lines = [json.loads(line) for line in self.check(
            "--json", *arguments, status=status).splitlines()]
        *parts, summary = lines
        self.assertEqual(summary["message_type"], "summary")
        self.assertEqual(summary["schema"], 1)
        self.assertEqual(summary["problems"] + summary["left_out"] > 0,
                         status == 1)
        return {f"{each['snapshot']}/{each['part']}": each for each in parts
                if each["message_type"] == "part"}

    @staticmethod
    def flip(path, at=None):
        """One bit, with size and time kept, between two of the 16
        samples that its key in the cache is made of."""
        before = os.stat(path)
        with open(path, "r+b") as file:
            file.seek(at or before.st_size * 25 // 34)
            byte = file.read(1)[0]
            file.seek(-1, os.SEEK_CUR)
            file.write(bytes([byte ^ 16]))
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    def assert_problem(self, part, *words):
        self.assertFalse(part["sound"], part)
        text = "\n".join(part["problems"])
        for word in words:
            self.assertIn(word, text)

    def test_sound(self):
        """The first time, and again."""
        self.pack(1)
        self.pack(2, "tar")
        self.pack(3, "zip")
        self.pack(4, "tar.zst")
        self.pack(5, "tar.xz")
        self.pack(6, "tar.bz2")
        self.dump(1)
        for _ in range(2):
            found = self.parts()
            self.assertEqual(len(found), 7)
            for name, part in found.items():
                self.assertTrue(part["sound"], part)
                self.assertEqual(part["files"], 60 if "www" in name else 1)
        text = self.check()
        self.assertRegex(text, r"(?m)^2024-05-01/www  ok  60 files, 529\.1 "
                               r"KiB  \d+\.\d s$")
        self.assertNotIn("NOT SOUND", text)

    def test_damaged_from_the_start(self):
        for day, ending in enumerate(("tar.gz", "zip", "tar.zst", "tar.xz",
                                      "tar.bz2"), 1):
            with self.subTest(ending=ending):
                self.flip(self.pack(day, ending))
                name = f"2024-05-{day:02}"
                part = self.parts(name, status=1)[f"{name}/www"]
                self.assert_problem(part)

    def test_changed_behind_our_back(self):
        """Between two checks: nothing but what is in them is different. A
        plain tar has no checksum of it, the index has."""
        endings = ("tar.gz", "tar", "zip", "tar.zst", "tar.xz", "tar.bz2")
        paths = [self.pack(day, ending)
                 for day, ending in enumerate(endings, 1)]
        self.assertEqual(len(self.parts()), len(endings))
        for path in paths:
            self.flip(path)
        found = self.parts(status=1)
        for part in found.values():
            self.assert_problem(part)
        self.assert_problem(found["2024-05-02/www"], "changed since", "/f")
        self.assertRegex("\n".join(found["2024-05-03/www"]["problems"]),
                         r"d\d/f\d+")

    def test_truncated(self):
        for day, ending in enumerate(("tar.gz", "tar", "zip"), 1):
            path = self.pack(day, ending)
            os.truncate(path, os.stat(path).st_size * 2 // 3)
            self.dump(day)
        found = self.parts(status=1)
        for day in (1, 2):
            self.assert_problem(found[f"2024-05-0{day}/www"], "incomplete")
        self.assertFalse(found.get("2024-05-03/www", {}).get("sound"))
        self.assertTrue(found["2024-05-01/db"]["sound"])

    def test_dump_without_its_end(self):
        self.dump(1)
        self.dump(2, DUMP[:DUMP.index("-- Dump completed")])
        found = self.parts(status=1)
        self.assertTrue(found["2024-05-01/db"]["sound"])
        self.assert_problem(found["2024-05-02/db"], "ends early")

    def test_zip_with_a_wrong_checksum(self):
        path = self.pack(1, "zip")
        data = bytearray(path.read_bytes())
        with zipfile.ZipFile(path) as file:
            first = file.infolist()[0]
        at = data.index(b"PK\1\2") + 16
        data[at] ^= 1  # of the directory…
        data[first.header_offset + 14] ^= 1  # …and of the member
        path.write_bytes(data)
        part = self.parts(status=1)["2024-05-01/www"]
        self.assert_problem(part, first.filename)

    def test_broken_index(self):
        """Said, made anew, and then all is well."""
        self.pack(1)
        self.pack(2)
        self.check()
        index = sorted(self.cache.glob("*.index"))[0]
        self.flip(index, at=os.stat(index).st_size // 2)
        text = self.check(status=1)
        self.assertEqual(text.count("made anew"), 1, text)
        self.assertNotIn("NOT SOUND", text)
        self.check()
        index.write_bytes(b"nothing of an index")
        self.assertEqual(self.check(status=1).count("made anew"), 1)
        self.check()

    def test_folder(self):
        folder = self.folder("backups/2024-05-01/www")
        self.sh(f"cp -a {self.site}/. {folder}")
        os.symlink("/nothing", folder / "link")
        os.mkfifo(folder / "fifo")
        part = self.parts()["2024-05-01/www"]
        self.assertEqual(part["files"], 60)
        self.assertEqual(part["bytes"], sum(9000 + n for n in range(60)))
        if rond.IS_ROOT:
            return
        os.chmod(folder / "d1/f1", 0)
        os.chmod(folder / "d2", 0)
        self.addCleanup(os.chmod, folder / "d2", 0o755)
        self.assert_problem(self.parts(status=1)["2024-05-01/www"],
                            "d1/f1 can't be read", "d2 can't be read")

    def test_names_and_mistakes(self):
        self.pack(1)
        self.pack(2)
        self.dump(1)
        self.assertEqual(list(self.parts("2024-05-01")),
                         ["2024-05-01/db", "2024-05-01/www"])
        self.assertEqual(list(self.parts("latest", "2024-05-02", "latest~1")),
                         ["2024-05-02/www", "2024-05-01/db",
                          "2024-05-01/www"])
        self.assertEqual(self.check("2024-06-01", status=2), "")
        self.assertIn("there is no such snapshot", self.errors)
        (self.backups / "www-2024-05-03.tar.gz").write_bytes(b"no backup" * 9)
        self.assertIn("left out", self.check(status=1))
        self.parts("latest")

    def test_of_a_mount(self):
        self.pack(1)
        mount = self.mount("--now=2024-05-02").wait_for("J-1")
        done = subprocess.run(
            [str(rond.RONDCTL), "check", mount.where, "J-1"], text=True,
            capture_output=True, env=self.environment, timeout=120)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("2024-05-01/www  ok", done.stdout)


if __name__ == "__main__":
    rond.main()
