# SPDX-License-Identifier: BSD-2-Clause
"""What is measured, and what must come out. Reports; asserts nothing."""
import dataclasses

import measure

MIB = 1 << 20
MEMORY = 256 * MIB  # rondfs --memory, its default


@dataclasses.dataclass(frozen=True)
class Spec:
    """One row. With something beside, a ratio counts, otherwise the value."""
    key: str
    what: str
    unit: str = "s"
    beside: str = ""
    bar: float = None   # at most
    equal: bool = False  # exactly

    def limit(self):
        if self.bar is None:
            return ""
        sign = "=" if self.equal else "≤"
        return f"{sign} {number(self.bar)} {'×' if self.beside else self.unit}"


def number(value):
    """Three figures, and whole numbers whole."""
    if value == int(value) or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


SPECS = [
    Spec("first-gz-igzip", "first use of the tar.gz", beside="igzip -dc",
         bar=1.6),
    Spec("first-gz-gzip", "first use of the tar.gz", beside="gzip -dc",
         bar=1.0),
    Spec("first-gz-hash", "first use of the tar.gz",
         beside="igzip -dc | openssl dgst -sha256"),
    Spec("first-gz-list", "first use of the tar.gz", beside="tar tzf"),
    Spec("first-zst", "first use of the tar.zst (one frame)",
         beside="zstd -dc"),
    Spec("first-zip", "first use of the zip", beside="unzip -t"),
    Spec("again", "mount again, ls of {crowd}, {files} entries", unit="ms",
         bar=50),
    Spec("again-cold", "the same, nothing in the page cache", unit="ms"),
    Spec("again-many", "mount again, ls of {crowd}, {many} entries",
         unit="ms", bar=100),
    Spec("again-many-cold", "the same, nothing in the page cache",
         unit="ms"),
    Spec("flat", "ls of one folder of {flat}", beside="FUSE from memory",
         bar=1.3),
    Spec("flat-names", "ls of one folder of {flat}",
         beside="… names before attributes"),
    Spec("flat-long", "ls -l of it", beside="FUSE from memory"),
    Spec("flat-long-names", "ls -l of it",
         beside="… names before attributes"),
    Spec("walk-squashfuse", "find, then lstat of every file",
         beside="squashfuse_ll", bar=0.25),
    Spec("walk-shuffled", "the same, lstat shuffled, caches dropped between",
         beside="squashfuse_ll"),
    Spec("walk-ordered", "the same in the order found",
         beside="squashfuse_ll"),
    Spec("walk-memory", "look-up of {flat} names, cold",
         beside="FUSE from memory"),
    Spec("walk-disk", "find, then lstat of every file",
         beside="disk, warm", bar=3),
    Spec("walk-second", "the same a second time", beside="disk, warm",
         bar=1.2),
    Spec("random-gz-median", "4 KiB of {random} random files, tar.gz: median",
         unit="ms", bar=1),
    Spec("random-gz-99", "the same: 99 %", unit="ms", bar=5),
    Spec("random-zip-median", "4 KiB of {random} random files, zip: median",
         unit="ms", bar=0.5),
    Spec("random-zip-99", "the same: 99 %", unit="ms", bar=2),
    Spec("copy", "cp -r of {photos} photos", beside="disk, cold", bar=1.3),
    Spec("tar", "whole tree by tar c | cat", beside="tar xzf", bar=1.1),
    Spec("tar-disk", "whole tree by tar c | cat", beside="disk, cold"),
    Spec("tar-memory", "{flat} files of a few bytes by tar c | cat",
         beside="FUSE from memory"),
    Spec("rsync", "rsync -a of the tree", beside="disk, cold"),
    Spec("diff", "diff -rq of two snapshots", bar=1.5),
    Spec("diff-disk", "diff -rq of two snapshots", beside="disk, cold",
         bar=0.125),
    Spec("diff-lines", "differences it finds", unit="lines", equal=True),
    Spec("big", "cat of a file of {big} MiB", beside="gzip -dc"),
    Spec("big-igzip", "cat of a file of {big} MiB", beside="igzip -dc"),
    Spec("memory", "private memory, both mounted, after all that",
         unit="MiB", bar=64 + MEMORY // MIB),
    Spec("memory-many", "private memory an entry, {many} entries",
         unit="bytes", bar=200),
    Spec("seek-photos", "seek data, of the archive, photo site", unit="%",
         bar=0.3),
    Spec("seek-text", "seek data, of the archive, code only", unit="%",
         bar=1),
    Spec("entry", "index without names, an entry, photo site",
         unit="bytes", bar=96),
    Spec("entry-many", "index without names, an entry, {many} entries",
         unit="bytes", bar=96),
    Spec("dump-igzip", "first use of the dump, {dump} MiB, tables and all",
         beside="igzip -dc", bar=1.8),
    Spec("dump-zcat", "first use of the dump", beside="zcat | wc -c", bar=1),
    Spec("dump-small", "cat of a table's .sql of 5 MiB, just mounted",
         unit="ms", bar=50),
    Spec("dump-small-disk", "the same, the folder having been entered",
         beside="disk, cold", bar=2),
    Spec("dump-count", "wc -l of all .tsv", beside="igzip -dc", bar=2.5),
    Spec("dump-rendered", "cat of the largest .tsv, a GB of SQL"),
    Spec("dump-lexed", "lexing rows in memory, a GB", bar=1 / 1.5),
    Spec("dump-tsv", "rendering rows as .tsv in memory, a GB", bar=1 / 0.5),
    Spec("dump-memory", "private memory, every table read", unit="MiB",
         bar=64 + MEMORY // MIB),
    Spec("dump-memory-long", "the same, statements of {dump} MiB",
         unit="MiB", bar=64 + MEMORY // MIB),
    Spec("days-diff", "rondctl diff of the first and the last of 14 days, "
         "{files} files", unit="ms", bar=100),
    Spec("days-same", "what it and diff -rq of the extracted ones don't both "
         "name", unit="paths", bar=0, equal=True),
    Spec("days-gnu", "the same", beside="diff -rq, extracted, warm"),
    Spec("days-added", "find in .changes/A..B/added, just mounted",
         unit="ms", bar=200),
    Spec("days-log", "rondctl log of a file, 14 days", unit="ms", bar=50),
    Spec("years-log", "the same, 400 days of a small site", unit="ms",
         bar=300),
    Spec("days-grep", "rondctl grep -F in all 14",
         beside="in one, and what changed", bar=1.3),
    Spec("days-grep-same", "lines that it and grep -rF of the extracted ones "
         "don't both find", unit="lines", bar=0, equal=True),
    Spec("days-grep-copies", "the same", beside="grep -rF, extracted, warm",
         bar=0.2),
    Spec("days-grep-cold", "the same", beside="grep -rF, extracted, cold",
         bar=0.2),
    Spec("days-suspects", "rondctl suspects of all 14"),
    Spec("pair-rows", "rows that changed between two dumps of {dump} MiB",
         beside="igzip -dc of both", bar=3),
    Spec("pair-memory", "private memory at most meanwhile", unit="MiB",
         bar=64 + MEMORY // MIB),
    Spec("pair-same", "rows changed but not named, or named but not changed",
         unit="rows", bar=0, equal=True),
    Spec("confined", "first pass in a confined child",
         beside="in this process", bar=1.03),
]


@dataclasses.dataclass
class Row:
    """A spec and what came out; without samples, note says why."""
    spec: Spec
    ours: list
    other: list
    note: str = ""

    def value(self):
        return measure.median(self.ours) if self.ours else None

    def beside(self):
        return measure.median(self.other) if self.other else None

    def ratio(self):
        if not (self.ours and self.other):
            return None
        return measure.ratio(self.ours, self.other)

    def met(self):
        """None: there is no bar, or nothing to hold to it."""
        bar = self.spec.bar
        got = self.ratio() if self.spec.beside else self.value()
        if bar is None or got is None:
            return None
        return got == bar if self.spec.equal else got <= bar


def specs_for(sizes, random):
    """With the sizes of the data in their texts and bars."""
    words = {name: f"{value:,}" for name, value in vars(sizes).items()}
    words.update(files=f"{sizes.files():,}", random=f"{random}",
                 big=f"{sizes.big // MIB:,}")
    for spec in SPECS:
        bar = spec.bar
        if spec.key == "diff-lines":
            bar = sizes.differences()
        yield dataclasses.replace(spec, what=spec.what.format(**words),
                                  bar=bar)


def row(spec, reading):
    """reading: (ours, other or None), or why there is none."""
    if isinstance(reading, str):
        return Row(spec, [], [], reading)
    ours, other = reading
    return Row(spec, list(ours), list(other or ()))
