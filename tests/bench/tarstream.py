# SPDX-License-Identifier: BSD-2-Clause
"""Tar archives straight to a pipe: a million entries without a million files
on a disk, and without tarfile's twenty microseconds for each."""
import struct

from sites import BEGAN, Cutter, PER_FOLDER, SEED, script_name

BLOCK = 512
SMALL = 120  # bytes of a file where only the number counts
PIECE = 1 << 20


def header(name, size, kind, mode, mtime):
    """A ustar header (POSIX.1-1988); names up to 100 bytes."""
    block = bytearray(struct.pack(
        "100s8s8s8s12s12s8sc100s6s2s32s32s183x", name.encode(),
        b"%07o" % mode, b"%07o" % 0, b"%07o" % 0, b"%011o" % size,
        b"%011o" % mtime, b" " * 8, kind, b"", b"ustar", b"00", b"root",
        b"root"))
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


class TarWriter:
    def __init__(self, out):
        self.out = out
        self.entries = 0

    def folder(self, name):
        self.out.write(header(f"{name}/", 0, b"5", 0o755, BEGAN))
        self.entries += 1

    def begin(self, name, size):
        """The caller writes size bytes, then calls pad()."""
        self.out.write(header(name, size, b"0", 0o644, BEGAN + self.entries))
        self.entries += 1

    def pad(self, size):
        self.out.write(bytes(-size % BLOCK))

    def file(self, name, data):
        self.begin(name, len(data))
        self.out.write(data)
        self.pad(len(data))

    def end(self):
        self.out.write(bytes(20 * BLOCK))


def write_text(sizes, out):
    """Code and nothing else."""
    tar, cutter = TarWriter(out), Cutter(SEED + 2)
    for i in range(sizes.text):
        tar.file(script_name(i), cutter.script(sizes.script))
    tar.end()


def write_many(sizes, out):
    """As many entries as asked for, folders too: one crowded folder, the
    others of PER_FOLDER entries with themselves."""
    tar, cutter = TarWriter(out), Cutter(SEED + 3, 1 << 20)
    tar.folder("www")
    tar.folder("www/cache")
    for i in range(sizes.crowd):
        tar.file(f"www/cache/c{i:04d}.php", cutter.piece(SMALL))
    number = 0
    while tar.entries < sizes.many:
        if number % PER_FOLDER == 0:
            folder = f"www/modules/package{number // PER_FOLDER:05d}"
            tar.folder(folder)
        else:
            tar.file(f"{folder}/module{number:07d}.js", cutter.piece(SMALL))
        number += 1
    tar.end()


def write_flat(sizes, out):
    """One folder; the names are those of memfs.c."""
    tar, cutter = TarWriter(out), Cutter(SEED + 4, 1 << 20)
    tar.folder("www")
    for i in range(sizes.flat):
        tar.file(f"www/file{i:07d}.php", cutter.piece(SMALL))
    tar.end()


def write_big(sizes, out):
    """One large member."""
    tar, cutter = TarWriter(out), Cutter(SEED + 5)
    tar.folder("www")
    tar.begin("www/big.log", sizes.big)
    left = sizes.big
    while left:
        size = min(left, PIECE // 16)
        out.write(cutter.piece(size))
        left -= size
    tar.pad(sizes.big)
    tar.end()
