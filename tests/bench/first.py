# SPDX-License-Identifier: BSD-2-Clause
"""From nothing to a listing: the first time, and again."""
import shutil

from measure import by_turns, run, seconds
from plan import Measure

# What stands beside the first use: decompress, and hash, and list.
UNPACK = {
    "gz": ("igzip -dc {}", "gzip -dc {}",
           "igzip -dc {} | openssl dgst -sha256", "tar tzf {}"),
    "zst": ("zstd -dc {}",),
    "zip": ("unzip -qt {}",),
}


def first_use(lab, kind):
    """Mount, index, list; the cache is empty, the page cache too."""
    cache = lab.fresh("cache")
    command = f"{lab.rondfs(kind, cache)} && ls {lab.www()}"
    try:
        with lab.mounted(command, cold=True) as took:
            return took
    finally:
        shutil.rmtree(cache, ignore_errors=True)


def take_first(kind):
    def take(lab):
        archive = lab.data.archive(kind)
        sides = [lambda command=command:
                 seconds(command.format(archive), cold=True)
                 for command in UNPACK[kind]]
        ours, *others = by_turns(lab.runs, lambda: first_use(lab, kind),
                                 *sides)
        return [(ours, other) for other in others]
    return take


def take_again(kind):
    def take(lab):
        lab.index(kind)
        command = f"{lab.rondfs(kind)} && ls {lab.www()}/cache"

        def again(cold):
            with lab.mounted(command, cold) as took:
                return took * 1000
        again(False)
        warm, cold = by_turns(lab.runs, lambda: again(False),
                              lambda: again(True))
        return [(warm, None), (cold, None)]
    return take


def take_flat(option):
    """Just mounted, beside the same levers and a lister of names."""
    def take(lab):
        lab.index("flat")
        memory = f"{lab.tool('memfs')} {lab.sizes.flat} {lab.mnt}"

        def listing(command, where):
            with lab.mounted(command):
                return seconds(f"ls {option} {where}")
        ours, same, names = by_turns(
            lab.runs, lambda: listing(lab.rondfs("flat"), lab.www()),
            lambda: listing(memory, lab.mnt),
            lambda: listing(f"{memory} always", lab.mnt))
        return [(ours, same), (ours, names)]
    return take


def take_confined(lab):
    """Both in one process, by turns."""
    archive = lab.data.archive("gz")
    run(f"cat {archive} >/dev/null")
    out = run(f"{lab.tool('first-pass')} {lab.runs} {archive}")
    turns = [[float(word) for word in line.split()]
             for line in out.splitlines()]
    plain, confined = zip(*turns)
    return [(list(confined), list(plain))]


MEASURES = [
    Measure("first-gz-igzip first-gz-gzip first-gz-hash first-gz-list", "gz",
            take_first("gz")),
    Measure("first-zst", "zst", take_first("zst")),
    Measure("first-zip", "zip", take_first("zip")),
    Measure("again again-cold", "gz", take_again("gz")),
    Measure("again-many again-many-cold", "many", take_again("many")),
    Measure("flat flat-names", "flat", take_flat("")),
    Measure("flat-long flat-long-names", "flat", take_flat("-l")),
    Measure("confined", "gz", take_confined),
]
