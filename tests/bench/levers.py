# SPDX-License-Identifier: BSD-2-Clause
"""What each lever of a FUSE gives, tried on one that answers from memory:
rondfs has them all, memfs.c can leave one out."""
import time

from data import say
from measure import by_turns, median, ratio, run, seconds
from walk import find

RUNS = 3        # at most
FILES = 20_000  # at most
AGE = 1.1       # seconds after which answers without a timeout for ever are old


def long_list(lab):
    return seconds(f"ls -l {lab.mnt}")


def list_again(lab):
    run(f"ls {lab.mnt}")
    return seconds(f"ls {lab.mnt}")


def probe(lab, what):
    out = run(f"{lab.tool('probe')} {what} <{lab.top}/files", cwd=lab.mnt)
    return sum(float(line) for line in out.split())


def list_files(lab):
    """What probe() works on."""
    find(lab, lab.mnt)
    run(f"sed -z 1d <{lab.top}/paths >{lab.top}/files")


def read(lab):
    list_files(lab)
    return probe(lab, "read") / 1000


def read_again(lab):
    read(lab)
    return probe(lab, "read") / 1000


def lstat_again(lab):
    list_files(lab)
    probe(lab, "lstat")
    time.sleep(AGE)
    return probe(lab, "lstat")


def list_and_lstat(lab):
    """Who lists all first asks for attributes afterwards."""
    files = f"{lab.top}/files"
    took = seconds(f"ls -U --zero {lab.mnt} >{files}")
    return took + probe(lab, "lstat")


LEVERS = [
    ("ro", "mounted read-only", "read all", read),
    ("open", "ENOSYS to open", "read all", read),
    ("keep", "page cache kept", "read all again", read_again),
    ("readdirplus", "readdirplus", "ls -l", long_list),
    ("always", "… always", "ls, lstat all", list_and_lstat),
    ("getxattr", "ENOSYS to getxattr", "ls -l", long_list),
    ("listing", "listings cached", "ls again", list_again),
    ("timeouts", "answers valid for ever", "lstat all again", lstat_again),
    ("threads", "threads: cores, not 10", "ls -l", long_list),
]


def compare(lab):
    """One dictionary a lever."""
    return [one(lab, *lever) for lever in LEVERS]


def one(lab, lever, what, measured_by, measured):
    say(f"measuring without {lever}")
    files = min(FILES, lab.sizes.flat)
    command = f"{lab.tool('memfs')} {files} {lab.mnt}"

    def once(mount):
        with lab.mounted(mount):
            return measured(lab)
    there, missing = by_turns(min(lab.runs, RUNS), lambda: once(command),
                              lambda: once(f"{command} {lever}"))
    return {"lever": what, "measured_by": measured_by,
            "with": median(there), "without": median(missing),
            "gives": ratio(missing, there)}
