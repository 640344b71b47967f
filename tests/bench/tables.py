# SPDX-License-Identifier: BSD-2-Clause
"""A dump as a folder of tables: from nothing to it, and out of it."""
import os
import shutil

from bars import MIB
from data import DAYS
from lab import pid_serving
from measure import by_turns, drop_caches, private_bytes, run, seconds
from plan import Measure

SERVER = "mariadbd mariadb mariadb-dump"
GB = 1e9


def folder(lab):
    return f"{lab.mnt}/{DAYS[0]}/db"


def first_use(lab, kind="dump"):
    """Mount, index, list; the cache is empty, the page cache too."""
    cache = lab.fresh("cache")
    command = f"{lab.rondfs(kind, cache)} && ls {folder(lab)}"
    try:
        with lab.mounted(command, cold=True) as took:
            return took
    finally:
        shutil.rmtree(cache, ignore_errors=True)


def index(lab):
    """Have the index of the dump in lab.cache."""
    if ("dump", 1) not in lab.indexed:
        with lab.mounted(lab.rondfs("dump")):
            run(f"ls {folder(lab)}")
        lab.indexed.add(("dump", 1))


def take_first(lab):
    packed = lab.data.dump("dump")
    ours, igzip, zcat = by_turns(
        lab.runs, lambda: first_use(lab),
        lambda: seconds(f"igzip -dc {packed}", cold=True),
        lambda: seconds(f"zcat {packed} | wc -c", cold=True))
    return [(ours, igzip), (ours, zcat)]


def cold_read(lab, command):
    """A command on the folder, just mounted; nothing cached but the index."""
    with lab.mounted(lab.rondfs("dump")):
        return seconds(command.format(folder(lab)), cold=True)


def entered_read(lab, command):
    """The same, somebody having been in the folder before."""
    with lab.mounted(lab.rondfs("dump")):
        run(f"ls {folder(lab)}")
        return seconds(command.format(folder(lab)), cold=True)


def take_small(lab):
    """In milliseconds; beside the same text on disk."""
    index(lab)
    copy = f"{lab.top}/small.sql"
    with lab.mounted(lab.rondfs("dump")):
        run(f"cp {folder(lab)}/small.sql {copy}")
    first, ours, disk = by_turns(
        lab.runs, lambda: cold_read(lab, "cat {}/small.sql"),
        lambda: entered_read(lab, "cat {}/small.sql"),
        lambda: seconds(f"cat {copy}", cold=True))
    os.unlink(copy)
    return [([took * 1000 for took in first], None), (ours, disk)]


def take_count(lab):
    index(lab)
    packed = lab.data.dump("dump")
    return [by_turns(lab.runs, lambda: cold_read(lab, "wc -l {}/*.tsv"),
                     lambda: seconds(f"igzip -dc {packed}", cold=True))]


def take_rendered(lab):
    """Through the mount, decompression and all: a GB of the dump's text."""
    index(lab)

    def once():
        with lab.mounted(lab.rondfs("dump")):
            size = os.stat(f"{folder(lab)}/offers.sql").st_size
            drop_caches()
            return seconds(f"cat {folder(lab)}/offers.tsv") / size * GB
    return [(by_turns(lab.runs, once)[0], None)]


def take_rows(lab):
    """Memory to memory: seconds a GB, measuring and rendering as TSV."""
    measured, rendered = [], []
    for _ in range(lab.runs):
        out = run(f"{lab.tool('rows-speed')} {lab.data.path('dump.sql')}")
        rates = {line.split()[0]: float(line.split()[1])
                 for line in out.splitlines()}
        measured.append(1 / max(rates["measure"], 1e-3))
        rendered.append(1 / max(rates["tsv"], 1e-3))
    return [(measured, None), (rendered, None)]


def memory_after(lab, kind, command):
    """MiB that are left to the program after a first use, and a command."""
    cache = lab.fresh("cache")
    try:
        with lab.mounted(lab.rondfs(kind, cache)):
            run(f"ls {folder(lab)}")
            run(command.format(folder(lab)))
            return private_bytes(pid_serving(lab.mnt)) / MIB
    finally:
        shutil.rmtree(cache, ignore_errors=True)


def take_memory(lab):
    read_all = "cat {0}/*.sql {0}/*.tsv >/dev/null"
    return [([memory_after(lab, "dump", read_all)], None)]


def take_memory_long(lab):
    return [([memory_after(lab, "long", "wc -l {0}/row.tsv {0}/rows.tsv")], None)]


MEASURES = [
    Measure("dump-igzip dump-zcat", "dump", take_first, SERVER),
    Measure("dump-small dump-small-disk", "dump", take_small, SERVER),
    Measure("dump-count", "dump", take_count, SERVER),
    Measure("dump-rendered", "dump", take_rendered, SERVER),
    Measure("dump-lexed dump-tsv", "dump", take_rows, SERVER),
    Measure("dump-memory", "dump", take_memory, SERVER),
    Measure("dump-memory-long", "long", take_memory_long),
]
