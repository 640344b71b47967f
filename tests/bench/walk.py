# SPDX-License-Identifier: BSD-2-Clause
"""find of the whole tree, then lstat of every file."""
import random

from measure import by_turns, drop_caches, run, seconds
from plan import Measure


def find(lab, www, cold=False):
    return seconds(f"find . -print0 >{lab.top}/paths", www, cold)


def shuffle(lab):
    """What find() found, in an order that depends on the names alone."""
    with open(f"{lab.top}/paths", "rb") as f:
        paths = sorted(f.read().split(b"\0")[:-1])
    random.Random(len(paths)).shuffle(paths)
    with open(f"{lab.top}/paths", "wb") as f:
        f.write(b"\0".join([*paths, b""]))


def lstat(lab, www, cold=False):
    """Of what find() found."""
    if cold:
        drop_caches()
    return float(run(f"{lab.tool('probe')} lstat <{lab.top}/paths", cwd=www))


def walk(lab, www):
    return find(lab, www) + lstat(lab, www)


def walk_cold(lab, www, shuffled=False):
    """Nothing cached, neither at the beginning nor in between."""
    found = find(lab, www, cold=True)
    if shuffled:
        shuffle(lab)
    return found + lstat(lab, www, cold=True)


def squashfuse(lab):
    return f"squashfuse_ll {lab.data.path('site.squashfs')} {lab.mnt}"


def take_squashfuse(lab):
    lab.index("gz")

    def just_mounted(command, www, shuffled):
        with lab.mounted(command):
            return walk_cold(lab, www, shuffled)

    def both(shuffled):
        return by_turns(
            lab.runs,
            lambda: just_mounted(lab.rondfs("gz"), lab.www(), shuffled),
            lambda: just_mounted(squashfuse(lab), lab.mnt, shuffled))
    return [both(True), both(False)]


def take_disk(lab):
    """Just mounted and a second time, beside the disk's second time."""
    lab.index("gz")
    disk = f"{lab.data.site()}/www"
    walk(lab, disk)

    def ours():
        with lab.mounted(lab.rondfs("gz")):
            return walk(lab, lab.www()), walk(lab, lab.www())
    pairs, warm = by_turns(lab.runs, ours, lambda: walk(lab, disk))
    first, second = zip(*pairs)
    return [(first, warm), (second, warm)]


MEASURES = [
    Measure("walk-squashfuse walk-ordered", "gz squashfs", take_squashfuse,
            "squashfuse_ll mksquashfs"),
    Measure("walk-disk walk-second", "gz", take_disk),
]
