# SPDX-License-Identifier: BSD-2-Clause
"""Reading files: a few here and there, many, all, or one large one."""
import random

from measure import by_turns, drop_caches, percentile, run, seconds
from plan import Measure

RANDOM_FILES = 300


def random_names(lab, turn):
    """Other files at each turn, the same ones in each run; NUL after each."""
    names = run("find . -type f -print0", f"{lab.data.site()}/www")
    names = sorted(names.split("\0")[:-1])
    count = min(RANDOM_FILES, len(names))
    return "".join(f"{name}\0"
                   for name in random.Random(turn).sample(names, count))


def read_random(lab, www, names):
    """Milliseconds of each."""
    with open(f"{lab.top}/sample", "w", encoding="utf-8") as f:
        f.write(names)
    drop_caches()
    out = run(f"{lab.tool('probe')} read <{lab.top}/sample", cwd=www)
    return [float(line) for line in out.split()]


def take_random(kind):
    def take(lab):
        lab.index(kind)
        medians, worst = [], []
        for turn in range(lab.runs):
            with lab.mounted(lab.rondfs(kind)):
                times = read_random(lab, lab.www(), random_names(lab, turn))
            medians.append(percentile(times, 50))
            worst.append(percentile(times, 99))
        return [(medians, None), (worst, None)]
    return take


def cold_read(lab, kind, command):
    """A command on a tree just mounted, {www}, nothing cached but the index;
    {out} is an empty folder."""
    with lab.folder() as out, lab.mounted(lab.rondfs(kind)):
        return seconds(command.format(www=lab.www(), out=out), cold=True)


def disk_read(lab, command):
    with lab.folder() as out:
        www = f"{lab.data.site()}/www"
        return seconds(command.format(www=www, out=out), cold=True)


def take_beside_disk(command):
    def take(lab):
        lab.index("gz")
        return [by_turns(lab.runs, lambda: cold_read(lab, "gz", command),
                         lambda: disk_read(lab, command))]
    return take


def take_tar(lab):
    # To /dev/null tar would skip the reading.
    command = "tar c -C {www} . | cat"
    unpack = f"tar xzf {lab.data.archive('gz')} -C {{out}}"
    lab.index("gz")
    ours, unpacked, disk = by_turns(
        lab.runs, lambda: cold_read(lab, "gz", command),
        lambda: disk_read(lab, unpack), lambda: disk_read(lab, command))
    return [(ours, unpacked), (ours, disk)]


def take_small(lab):
    """A read each, and hardly anything else: what a request costs."""
    lab.index("flat")
    memory = f"{lab.tool('memfs')} {lab.sizes.flat} {lab.mnt}"

    def read(command, where):
        with lab.mounted(command):
            return seconds(f"tar c -C {where} . | cat")
    return [by_turns(lab.runs, lambda: read(lab.rondfs("flat"), lab.www()),
                     lambda: read(memory, lab.mnt))]


def diff(lab, first, second, cold=True):
    """Seconds, and how many lines it printed."""
    lines = f"{lab.top}/lines"
    took = seconds(f"diff -rq {first} {second} >{lines} || [ $? = 1 ]",
                   cold=cold)
    with open(lines, "rb") as f:
        return took, sum(1 for _ in f)


def take_diff(lab):
    lab.index("gz", 2)

    def ours():
        with lab.mounted(lab.rondfs("gz")):
            return diff(lab, lab.www(1), lab.www(2))

    def disk():
        return diff(lab, f"{lab.data.site(1)}/www",
                    f"{lab.data.site(2)}/www")[0]
    pairs, disks = by_turns(lab.runs, ours, disk)
    took, lines = map(list, zip(*pairs))
    return [(took, None), (took, disks), (lines, None)]


def take_big(lab):
    lab.index("big")
    archive = lab.data.archive("big")
    ours, gzip, igzip = by_turns(
        lab.runs, lambda: cold_read(lab, "big", "cat {www}/big.log"),
        lambda: seconds(f"gzip -dc {archive}", cold=True),
        lambda: seconds(f"igzip -dc {archive}", cold=True))
    return [(ours, gzip), (ours, igzip)]


MEASURES = [
    Measure("random-gz-median random-gz-99", "gz", take_random("gz")),
    Measure("random-zip-median random-zip-99", "zip", take_random("zip")),
    Measure("copy", "gz", take_beside_disk("cp -r {www}/upload {out}")),
    Measure("tar tar-disk", "gz", take_tar),
    Measure("tar-memory", "flat", take_small),
    Measure("rsync", "gz", take_beside_disk("rsync -a {www}/ {out}/")),
    Measure("diff diff-disk diff-lines", "gz", take_diff),
    Measure("big big-igzip", "big", take_big),
]
