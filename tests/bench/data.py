# SPDX-License-Identifier: BSD-2-Clause
"""The data sets: made when first asked for, kept where the user says so.

Below one folder:

	site-1/www, site-2/www	     the two sites, on disk
	gz, zst, zip		     folders of backups of both
	text, many, flat, big	     folders of one backup each
	dump, long		     the same; of a dump
	days, years		     of a site day after day: see days.py
	pair			     the dump and the next day's: see nextday.py
	pair.json		     which rows are different between them
	dump.sql		     what is in the first one
	site.squashfs		     the first site, for squashfuse_ll
"""
import concurrent.futures
import contextlib
import fcntl
import json
import os
import shutil
import subprocess
import sys

import sites
import tarstream

FORMAT = 3  # of the data: a change makes old data useless
DAYS = ("2024-05-01", "2024-05-02")
JOBS = 2
HERE = os.path.dirname(os.path.abspath(__file__))
SERVER_PATH = os.environ.get("PATH", "") + ":/usr/sbin"
STREAMS = {
    "text": ("code", tarstream.write_text),
    "many": ("many", tarstream.write_many),
    "flat": ("flat", tarstream.write_flat),
    "big": ("big", tarstream.write_big),
}
# How a site below {site} becomes {out}. Real backups come from tar, gzip,
# zstd and zip as they are; only the order of the names is pinned.
PACK = {
    "gz": ("www-{day}.tar.gz",
           "tar --sort=name -C {site} -cf - www | gzip -n -6 > {out}"),
    "zst": ("www-{day}.tar.zst",
            "tar --sort=name -C {site} -cf - www | zstd -q > {out}"),
    "zip": ("www-{day}.zip",
            "cd {site} && find www | LC_ALL=C sort | zip -q -@ - > {out}"),
}
SQUASH = ("mksquashfs {site}/www {out} -quiet -no-progress -noappend "
          "-processors 1")
LONG = f"{sys.executable} {HERE}/longrow.py {{site}} | gzip -n -1 > {{out}}"
README = """Data of rondfs's benchmark (tests/bench/run --keep-data): sizes are
in made.json, files of the same name are the same on each run.
{doc}"""


def say(text):
    sys.stderr.write(f"{text}\n")  # whole, from any thread
    sys.stderr.flush()


def shell(command):
    subprocess.run(["bash", "-o", "pipefail", "-c", command], check=True,
                   stdin=subprocess.DEVNULL)


class Data:
    """The data below a folder, or what is there of it already."""

    def __init__(self, top, sizes):
        self.top = os.path.abspath(top)
        self.sizes = sizes
        os.makedirs(self.top, exist_ok=True)
        with self.locked():
            self.check_stamp()

    @contextlib.contextmanager
    def locked(self):
        """Only one benchmark makes data in a folder at a time."""
        with open(f"{self.top}/.lock", "w", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def check_stamp(self):
        stamp = f"{self.top}/made.json"
        wanted = {"format": FORMAT, **vars(self.sizes)}
        if not os.path.exists(stamp):
            with open(stamp, "w", encoding="ascii") as f:
                json.dump(wanted, f, indent=1)
            with open(f"{self.top}/README", "w", encoding="utf-8") as f:
                f.write(README.format(doc=__doc__.partition("\n\n")[2]))
        with open(stamp, encoding="ascii") as f:
            if json.load(f) != wanted:
                sys.exit(f"{self.top} holds data of another size: remove it, "
                         "or name another folder")

    def path(self, name):
        return f"{self.top}/{name}"

    def site(self, number=1):
        return self.path(f"site-{number}")

    def archive(self, kind, number=1):
        """The path of one archive."""
        if kind in PACK:
            name = PACK[kind][0].format(day=DAYS[number - 1])
        else:
            name = f"{STREAMS[kind][0]}-{DAYS[0]}.tar.gz"
        return self.path(f"{kind}/{name}")

    def dump(self, kind):
        """The path of one dump."""
        return self.path(f"{kind}/base-{DAYS[0]}.sql.gz")

    def need(self, names):
        """Make those of the data sets that are not there yet."""
        with self.locked():
            jobs = []
            if {"sites", "squashfs", *PACK} & set(names):
                self.once(self.path("site-2"), self.make_sites)
            if "pair" in names:
                names = {*names, "dump"}
                for job in self.jobs_for("dump"):
                    self.once(*job)
            for name in sorted(names):
                jobs += self.jobs_for(name)
            with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
                for job in [pool.submit(self.once, *job) for job in jobs]:
                    job.result()

    def jobs_for(self, name):
        """(path, how to make it, arguments…) of one data set."""
        if name in PACK:
            return [(self.archive(name, number), self.pack,
                     PACK[name][1], self.site(number)) for number in (1, 2)]
        if name in STREAMS:
            return [(self.archive(name), self.stream, name)]
        if name == "squashfs" and shutil.which("mksquashfs"):
            return [(self.path("site.squashfs"), self.pack, SQUASH,
                     self.site())]
        if name == "dump" and shutil.which("mariadbd", path=SERVER_PATH):
            return [(self.dump("dump"), self.make_dump)]
        if name in ("days", "years"):
            return [(self.path(name), self.make_days, name)]
        if name == "pair" and shutil.which("mariadbd", path=SERVER_PATH):
            return [(self.path("pair"), self.make_pair)]
        if name == "long":
            return [(self.dump("long"), self.pack, LONG, self.sizes.dump)]
        return []

    def once(self, path, make, *arguments):
        """Make what is to be at path, unless it is: whole or not at all."""
        if os.path.exists(path):
            return
        say(f"making {os.path.relpath(path, self.top)}")
        unfinished = self.path(f".new-{os.path.basename(path)}")
        os.makedirs(os.path.dirname(path), exist_ok=True)
        make(unfinished, *arguments)
        os.rename(unfinished, path)

    def make_sites(self, second):
        """Comes into being after the first."""
        for path in (second, self.site(1), f"{second}.first"):
            shutil.rmtree(path, ignore_errors=True)
        sites.make_sites(self.sizes, f"{second}.first", second)
        os.rename(f"{second}.first", self.site(1))

    @staticmethod
    def pack(out, command, site):
        shell(command.format(site=site, out=out))

    def make_dump(self, out):
        """The packed one is made last: it says that both are there."""
        plain = self.path("dump.sql")
        shell(f"{sys.executable} {HERE}/dump.py {self.sizes.dump} {plain}")
        os.rename(f"{plain}.gz", out)

    def make_days(self, out, name):
        shutil.rmtree(out, ignore_errors=True)
        shell(f"{sys.executable} {HERE}/days.py {name} {self.top}/made.json "
              f"{out}")

    def make_pair(self, out):
        """The first is there."""
        shutil.rmtree(out, ignore_errors=True)
        os.mkdir(out)
        os.link(self.dump("dump"), f"{out}/base-{DAYS[0]}.sql.gz")
        shell(f"{sys.executable} {HERE}/nextday.py {self.sizes.dump * 12} "
              f"{out}.json <{self.path('dump.sql')} "
              f"| gzip -n -6 >{out}/base-{DAYS[1]}.sql.gz")
        os.rename(f"{out}.json", self.path("pair.json"))

    def stream(self, out, name):
        """In a process of its own: gzip is not all that takes time."""
        script = os.path.abspath(__file__)
        shell(f"set -e; {sys.executable} {script} {name} {self.top} "
              f"| gzip -n -6 > {out}")


def main(name, top):
    with open(f"{top}/made.json", encoding="ascii") as f:
        made = json.load(f)
    del made["format"]
    STREAMS[name][1](sites.Sizes(**made), sys.stdout.buffer)


if __name__ == "__main__":
    main(*sys.argv[1:])
