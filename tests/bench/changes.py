# SPDX-License-Identifier: BSD-2-Clause
"""What changed, since when: the views and commands, by the indexes."""
import contextlib
import json
import os
import re
import shlex
import threading

from bars import MIB
from data import DAYS
from days import N_DAYS, NEEDLE, day_names
from lab import pid_serving
from measure import Failed, by_turns, private_bytes, run, seconds
from plan import Measure

SAMPLES = 0.02  # seconds from one to the next
ONLY = re.compile(r"Only in (.*): (.*)")
BOTH = re.compile(r"(?:Files|Symbolic links) (.*) and .* differ")


def backups(lab, name, kind="backups"):
    return f"{lab.data.path(name)}/{kind}"


def ctl(lab, command, where, *arguments):
    """A command of rondctl for which there may be something to find."""
    words = " ".join(arguments)
    return (f"{{ {lab.build}/tools/rondctl {command} --cache-dir={lab.cache} "
            f"{where} {words} || [ $? = 1 ]; }}")


def index(lab, where):
    if where not in lab.indexed:
        run(f"{lab.build}/tools/rondctl index --cache-dir={lab.cache} {where}")
        lab.indexed.add(where)


def milliseconds(lab, command):
    times, = by_turns(lab.runs, lambda: seconds(command))
    return [took * 1000 for took in times]


@contextlib.contextmanager
def extracted(lab, numbers):
    """The sites of those days, as DAY/www below one; in the page cache."""
    with lab.folder() as top:
        for number in numbers:
            day = day_names(N_DAYS)[number]
            os.mkdir(f"{top}/{day}")
            run(f"tar -xzf {backups(lab, 'days')}/www-{day}.tar.gz "
                f"-C {top}/{day}")
        run(f"grep -rF nothing-has-this {top} || true")
        yield top


def gnu_diff(top, first, last):
    return (f"{{ diff -rq --no-dereference {top}/{first} {top}/{last} || "
            "[ $? = 1 ]; }")


def gnu_paths(lines, top):
    """What diff -rq names, by paths below the day."""
    for line in lines:
        only, both = ONLY.fullmatch(line), BOTH.fullmatch(line)
        path = f"{only[1]}/{only[2]}" if only else both[1]
        yield os.path.relpath(path, top).partition("/")[2]


def take_diff(lab):
    first, last = day_names(N_DAYS)[0], day_names(N_DAYS)[-1]
    where = backups(lab, "days")
    command = ctl(lab, "diff", where, first, last)
    index(lab, where)
    times = milliseconds(lab, command)
    names = run(ctl(lab, "diff", where, "--name-only", first, last))
    ours = {line.rstrip("/") for line in names.splitlines()}
    with extracted(lab, (0, N_DAYS - 1)) as top:
        gnu = gnu_diff(top, first, last)
        theirs = set(gnu_paths(run(gnu).splitlines(), top))
        turns = by_turns(lab.runs, lambda: seconds(command),
                         lambda: seconds(gnu))
    return [(times, None), ([len(ours ^ theirs)], None), turns]


def take_added(lab):
    names = day_names(N_DAYS)
    where = backups(lab, "days")
    index(lab, where)
    mount = (f"{lab.build}/tools/rondfs --cache-dir={lab.cache} {where} "
             f"{lab.mnt}")

    found = f"{lab.top}/found"

    def once():
        with lab.mounted(mount):
            return 1000 * seconds(
                f"find {lab.mnt}/.changes/{names[0]}..{names[-1]}/added "
                f"-type f >{found}", cold=True)
    times, = by_turns(lab.runs, once)
    listed = run(f"cut -d/ -f$(({lab.mnt.count('/')} + 5))- {found}")
    missing = set(listed.splitlines()) ^ added_files(lab, where, names)
    if missing:
        raise Failed(f"{len(missing)} files that find or tar doesn't list")
    return [(times, None)]


def added_files(lab, where, names):
    """PART/PATH of the files that only the last archive has, by tar."""
    first, last = ({line for line in run(
        f"tar -tzf {where}/www-{day}.tar.gz").splitlines()
        if not line.endswith("/")} for day in (names[0], names[-1]))
    return last - first


def take_log(lab, name):
    where = backups(lab, name)
    index(lab, where)
    path = "www/app/m00/d0/f00000.php"
    return [(milliseconds(lab, ctl(lab, "log", where, path)), None)]


def take_grep(lab):
    where = backups(lab, "days")
    one = f"{where}/www-{day_names(N_DAYS)[0]}.tar.gz"
    changed = backups(lab, "days", "changed")
    needle = f"-F {shlex.quote(NEEDLE)}"
    for each in (where, changed):
        index(lab, each)

    def grep(*places):
        return seconds(" && ".join(ctl(lab, "grep", place, needle)
                                   for place in places))
    parts = by_turns(lab.runs, lambda: grep(where),
                     lambda: grep(one, changed))
    command = ctl(lab, "grep", where, needle)
    with extracted(lab, range(N_DAYS)) as top:
        gnu = f"grep -r {needle} {top}"
        lines = by_day(run(command)) ^ set(gnu_by_day(run(gnu), top))
        copies = by_turns(lab.runs, lambda: seconds(command),
                          lambda: seconds(gnu))
        cold = by_turns(lab.runs, lambda: seconds(command, cold=True),
                        lambda: seconds(gnu, cold=True))
    return [parts, ([len(lines)], None), copies, cold]


def by_day(text):
    """(day, path, line) of what rondctl found: each of its lines stands for
    all days from the first to the last."""
    names = day_names(N_DAYS)
    found = set()
    for line in text.splitlines():
        days, rest = line.split("\t", 1)
        path, _, matched = rest.split(":", 2)
        first, _, last = days.partition("..")
        found.update((day, path, matched) for day in names
                     if first <= day <= (last or first))
    return found


def gnu_by_day(text, top):
    """The same of what grep -r found in extracted days."""
    for line in text.splitlines():
        path, matched = line[len(top) + 1:].split(":", 1)
        day, _, path = path.partition("/")
        yield day, path, matched


def take_suspects(lab):
    where = backups(lab, "days")
    index(lab, where)
    command = ctl(lab, "suspects", where)
    return [(by_turns(lab.runs, lambda: seconds(command))[0], None)]


class Peak(threading.Thread):
    """The most private memory that a process has until it is stopped."""

    def __init__(self, pid):
        super().__init__()
        self.pid = pid
        self.most = 0
        self.ended = threading.Event()

    def run(self):
        while not self.ended.wait(SAMPLES):
            self.most = max(self.most, private_bytes(self.pid))

    def stop(self):
        self.ended.set()
        self.join()
        return self.most


def take_rows(lab):
    """Where both dumps are indexed, nothing else is cached."""
    where = lab.data.path("pair")
    index(lab, where)
    mount = (f"{lab.build}/tools/rondfs --cache-dir={lab.cache} {where} "
             f"{lab.mnt}")
    rows = f"{lab.mnt}/.changes/{DAYS[0]}..{DAYS[1]}"
    peaks = []

    def once():
        with lab.mounted(mount):
            # Both are known, as they are to who has looked at them.
            run(f"ls {lab.mnt}/{DAYS[0]}/db {lab.mnt}/{DAYS[1]}/db")
            peak = Peak(pid_serving(lab.mnt))
            peak.start()
            try:
                return seconds(f"cat {rows}/removed/db/*.sql "
                               f"{rows}/added/db/*.sql", cold=True)
            finally:
                peaks.append(peak.stop() / MIB)
    turns = by_turns(lab.runs, once,
                     lambda: seconds(f"igzip -dc {where}/*.gz", cold=True))
    with lab.mounted(mount):
        wrong = set(rows_in(rows)) ^ planted_rows(lab)
    return [turns, (peaks, None), ([len(wrong)], None)]


FOLDERS = {"removed": "removed", "added": "added",
           "modified/old": "modified", "modified/new": "modified"}


def rows_in(rows):
    """(folder, table, key) of each row in .changes; all keys come first."""
    for folder in FOLDERS:
        for table in os.listdir(f"{rows}/{folder}/db"):
            name, ending = os.path.splitext(table)
            if ending != ".tsv":
                continue
            with open(f"{rows}/{folder}/db/{table}", "rb") as f:
                next(f)
                for line in f:
                    yield folder, name, int(line.partition(b"\t")[0])


def planted_rows(lab):
    """The same as nextday.py made them."""
    with open(lab.data.path("pair.json"), encoding="ascii") as f:
        planted = json.load(f)
    return {(folder, table, key) for folder, kind in FOLDERS.items()
            for table, kinds in planted.items() for key in kinds[kind]}


SERVER = "mariadbd mariadb mariadb-dump"
MEASURES = [
    Measure("days-diff days-same days-gnu", "days", take_diff),
    Measure("days-added", "days", take_added),
    Measure("days-log", "days", lambda lab: take_log(lab, "days")),
    Measure("years-log", "years", lambda lab: take_log(lab, "years")),
    Measure("days-grep days-grep-same days-grep-copies days-grep-cold", "days", take_grep),
    Measure("days-suspects", "days", take_suspects),
    Measure("pair-rows pair-memory pair-same", "pair", take_rows, SERVER),
]
