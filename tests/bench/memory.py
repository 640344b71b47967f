# SPDX-License-Identifier: BSD-2-Clause
"""What stays: in memory, and in index files."""
import glob
import json
import os
import shutil

from bars import MIB
from lab import pid_serving
from measure import Failed, private_bytes, run
from plan import Measure
from reading import diff, random_names, read_random
from walk import walk

# What it takes to enter the compressed data; the rest is about entries.
SEEK = ("MAPS", "PNTS", "WNDW", "BCRC")
NAMES = "NAME"
MAGIC = b"RONDIDX"


def private(lab):
    return private_bytes(pid_serving(lab.mnt))


def take_memory(lab):
    """Once: all that the other measures do, on one mount."""
    lab.index("gz", 2)
    with lab.mounted(lab.rondfs("gz")):
        diff(lab, lab.www(1), lab.www(2))
        for number in (1, 2):
            www = lab.www(number)
            walk(lab, www)
            with lab.folder() as out:
                run(f"cp -r {www}/upload {out}")
            run(f"tar c -C {www} . | cat >/dev/null")
        read_random(lab, lab.www(), random_names(lab, 0))
        return [([private(lab) / MIB], None)]


def take_memory_many(lab):
    lab.index("many")
    with lab.mounted(lab.rondfs("many")):
        walk(lab, lab.www())
        return [([private(lab) / lab.sizes.many], None)]


def is_index(path):
    if not os.path.isfile(path):
        return False
    with open(path, "rb") as f:
        return f.read(len(MAGIC)) == MAGIC


def sections(lab, path):
    """tag → bytes, and "file" → those of the whole index file."""
    lines = run(f"{lab.tool('index-sizes')} {path}").splitlines()
    return {tag: int(size) for tag, size in map(str.split, lines)}


def index_of(lab, kind):
    """The sections of the index of one archive, and its number of entries."""
    cache = lab.fresh("cache")
    with lab.mounted(lab.rondfs(kind, cache)):
        run(f"ls {lab.www()}")
        with open(f"{lab.mnt}/.status", "rb") as f:
            status = json.load(f)
    found = filter(is_index, glob.glob(f"{cache}/**", recursive=True))
    found = [sections(lab, path) for path in found]
    shutil.rmtree(cache)
    if len(found) != 1:
        raise Failed(f"{len(found)} index files for one archive")
    return found[0], status["snapshots"][0]["parts"][0]["entries"]


def seek_bytes(found):
    return sum(found.get(tag, 0) for tag in SEEK)


def seek_percent(lab, kind, found):
    return 100 * seek_bytes(found) / os.path.getsize(lab.data.archive(kind))


def entry_bytes(found, entries):
    return (found["file"] - seek_bytes(found) - found[NAMES]) / entries


def take_photos(lab):
    found, entries = index_of(lab, "gz")
    return [([seek_percent(lab, "gz", found)], None),
            ([entry_bytes(found, entries)], None)]


def take_text(lab):
    return [([seek_percent(lab, "text", index_of(lab, "text")[0])], None)]


def take_many(lab):
    return [([entry_bytes(*index_of(lab, "many"))], None)]


MEASURES = [
    Measure("memory", "gz", take_memory),
    Measure("memory-many", "many", take_memory_many),
    Measure("seek-photos entry", "gz", take_photos),
    Measure("seek-text", "text", take_text),
    Measure("entry-many", "many", take_many),
]
