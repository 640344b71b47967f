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


def walk_from_disk(lab, www):
    """Nothing cached at the beginning."""
    return find(lab, www, cold=True) + lstat(lab, www)


def walk_cold(lab, www):
    """Nor in between."""
    return find(lab, www, cold=True) + lstat(lab, www, cold=True)


def walk_shuffled(lab, www):
    found = find(lab, www, cold=True)
    shuffle(lab)
    return found + lstat(lab, www, cold=True)


def squashfuse(lab):
    return f"squashfuse_ll {lab.data.path('site.squashfs')} {lab.mnt}"


def take_squashfuse(lab):
    lab.index("gz")

    def just_mounted(command, www, take):
        with lab.mounted(command):
            return take(lab, www)

    def both(take):
        return by_turns(
            lab.runs,
            lambda: just_mounted(lab.rondfs("gz"), lab.www(), take),
            lambda: just_mounted(squashfuse(lab), lab.mnt, take))
    return [both(walk_from_disk), both(walk_shuffled), both(walk_cold)]


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


def take_memory(lab):
    """A look-up each, and nothing else: what a request costs."""
    lab.index("flat")
    memory = f"{lab.tool('memfs')} {lab.sizes.flat} {lab.mnt}"

    def look_up(command, where):
        with lab.mounted(command):
            find(lab, where)
            return lstat(lab, where, cold=True)
    return [by_turns(lab.runs,
                     lambda: look_up(lab.rondfs("flat"), lab.www()),
                     lambda: look_up(memory, lab.mnt))]


MEASURES = [
    Measure("walk-squashfuse walk-shuffled walk-ordered", "gz squashfs",
            take_squashfuse, "squashfuse_ll mksquashfs"),
    Measure("walk-memory", "flat", take_memory),
    Measure("walk-disk walk-second", "gz", take_disk),
]
