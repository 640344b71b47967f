#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""days.py days|years MADE.JSON OUT: a site day after day, tar.gz of GNU tar.

	backups/www-DAY.tar.gz	of each day
	changed/www-….tar.gz	every content that came after the first one

Each day edits some scripts all over the place and exchanges some photos. One
night is bad: photos are lost, scripts edited, a third of them with size and
time kept, and programs put where others are, with forged times. "days" has all
the files of the site, but small photos, for each day is packed; "years" is a
small site on very many days.
"""
import concurrent.futures
import dataclasses
import datetime
import json
import os
import random
import shutil
import subprocess
import sys

import sites

N_DAYS = 14
N_YEARS = 400
FIRST = datetime.date(2024, 5, 1)
DAY = 86400
NEEDLE = "eval(base64_decode($_POST['rond-bench']))"
PHOTO = 8000       # bytes of one at most
EDITED = 9         # scripts, each day
EXCHANGED = 3      # photos
BAD_NIGHT = 9      # the one before the tenth day
PACKERS = 2
SMALL = {"scripts": 320, "script": 500, "crowd": 25, "photos": 30,
         "photo": 500}
TAR = "tar --sort=name -C {top} -cf {out} www"


def day_names(count):
    return [str(FIRST + datetime.timedelta(i)) for i in range(count)]


class Daily:
    """The site as it is at the moment, and apart what came to it."""

    def __init__(self, top, sizes):
        self.sizes = sizes
        self.random = random.Random(sites.SEED + 6)
        self.cutter = sites.Cutter(sites.SEED + 7)
        self.site = sites.Site(f"{top}/site")
        self.news = sites.Site(f"{top}/news")
        self.photos = []

    def begin(self):
        for i, (name, data) in enumerate(
                sites.contents(self.sizes, self.cutter)):
            self.site.write(name, data, sites.BEGAN + i)
            if name.endswith(".jpg"):
                self.photos.append(name)
        self.settle()

    def settle(self):
        for site in (self.site, self.news):
            site.settle()

    def put(self, number, name, data, mtime=None):
        if mtime is None:
            mtime = sites.EDITED + number * DAY
        self.site.write(name, data, mtime)
        day = FIRST + datetime.timedelta(number)
        self.news.write(f"www/{day}/{name}", data, mtime)

    def edit(self, number, count, change, keeps_time=()):
        """change(n, old content) is the new one of the n-th of so many."""
        chosen = self.random.sample(range(self.sizes.scripts), count)
        for n, name in enumerate(map(sites.script_name, chosen)):
            path = f"{self.site.top}/{name}"
            mtime = os.stat(path).st_mtime if n in keeps_time else None
            with open(path, "rb") as f:
                data = change(n, f.read())
            self.put(number, name, data, mtime)

    def lose_photos(self, count):
        for _ in range(min(count, len(self.photos))):
            gone = self.random.randrange(len(self.photos))
            os.unlink(f"{self.site.top}/{self.photos.pop(gone)}")

    def pass_night(self, number):
        """What happens on all of them."""
        self.edit(number, EDITED, lambda _, data: data + b"\n// %d\n" % number)
        self.lose_photos(EXCHANGED)
        for i in range(EXCHANGED):
            name = f"www/upload/d{number}-{i}.jpg"
            self.put(number, name, self.cutter.photo(self.sizes.photo))
            self.photos.append(name)
        if number == BAD_NIGHT:
            self.suffer(number)
        self.settle()

    def suffer(self, number):
        self.lose_photos(self.sizes.removed)
        self.edit(number, self.sizes.edited, sites.edit,
                  range(0, self.sizes.edited, 3))
        for i in range(self.sizes.added):
            folder = "www/upload"
            if i % 2:
                folder = os.path.dirname(sites.script_name(i * 7))
            self.put(number, f"{folder}/x{i}.php",
                     f"<?php {NEEDLE}; // {i}\n".encode(), sites.BEGAN)


def pack(top, out, packers):
    """The tar is made when it returns, the tar.gz some time later."""
    command = TAR.format(top=top, out=out)
    subprocess.run(command.split(), check=True)
    return packers.submit(subprocess.run, ["gzip", "-n", "-6", out],
                          check=True)


def make(out, sizes, days):
    daily = Daily(out, sizes)
    for folder in ("backups", "changed"):
        os.makedirs(f"{out}/{folder}")
    with concurrent.futures.ThreadPoolExecutor(PACKERS) as packers:
        packed = []
        for number, day in enumerate(days):
            if number:
                daily.pass_night(number)
            else:
                daily.begin()
            packed.append(pack(daily.site.top, f"{out}/backups/www-{day}.tar",
                               packers))
        packed.append(pack(daily.news.top, f"{out}/changed/www-{FIRST}.tar",
                           packers))
        for one in packed:
            one.result()
    shutil.rmtree(daily.site.top)
    shutil.rmtree(daily.news.top)


def main(kind, made, out):
    with open(made, encoding="ascii") as f:
        made = json.load(f)
    del made["format"]
    sizes = sites.Sizes(**made)
    if kind == "years":
        small = dataclasses.replace(sizes, **{
            name: min(most, vars(sizes)[name])
            for name, most in SMALL.items()})
        make(out, small, day_names(N_YEARS))
    else:
        small = dataclasses.replace(sizes, photo=min(PHOTO, sizes.photo))
        make(out, small, day_names(N_DAYS))


if __name__ == "__main__":
    main(*sys.argv[1:])
