#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Data flows one way: a file includes headers of its own layer or of those
below, and a library's header only where that library is wrapped."""
import pathlib
import re
import sys

# The layers, lowest first. A folder stands for all that is in it.
LAYERS = [
    "backends",  # errors and checksums: what lies in the folder itself
    "backends/stream",
    "backends/codec",
    "backends/archive",
    "backends/sql",
    "backends/store",
    "backends/index",
    "fs",
    "tools",
]

# What joins two layers, and so belongs to the upper one: a stream made of
# codecs.
JOINTS = {
    "backends/stream/decoded": "backends/codec",
    "backends/stream/pool": "backends/codec",
}

# Where a library's header may be included.
WRAPPERS = {
    r"fuse.*\.h": r"fs/server[a-z-]*\.[ch]",
    r"archive(_entry)?\.h": r"backends/archive/libarchive[a-z-]*\.[ch]",
    r"zlib\.h|isa-l.*|igzip_lib\.h|crc\.h": r"backends/(codec/|crc32)[a-z0-9-]*\.[ch]",
    r"libdeflate\.h|zstd.*\.h|lzma\.h|bzlib\.h|lz4.*\.h": r"backends/codec/[a-z0-9-]*\.[ch]",
    r"systemd/.*": r"tools/notify-systemd\.c",
    r"openssl/.*": r"backends/sha256\.c",
}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)


def layer(path):
    """The number of the layer that a path belongs to, or None."""
    folder = JOINTS.get(path.rsplit(".", 1)[0], path.rsplit("/", 1)[0])
    for number in reversed(range(len(LAYERS))):
        name = LAYERS[number]
        if folder == name or folder.startswith(name + "/"):
            return number
    return None


def wrong_layer(path, header):
    """Why path must not include our own header, or None."""
    own, other = layer(path), layer(header)
    if other is not None and other > own:
        return f"{LAYERS[own]} is below {LAYERS[other]}"
    return None


def wrong_library(path, header):
    """Why path must not include a library's header, or None."""
    for pattern, allowed in WRAPPERS.items():
        if re.fullmatch(pattern, header) and not re.fullmatch(allowed, path):
            return f"only {allowed} may"
    return None


def findings(top):
    for folder in ("backends", "fs", "tools"):
        for source in sorted((top / folder).rglob("*.[ch]")):
            path = source.relative_to(top).as_posix()
            for kind, header in INCLUDE.findall(source.read_text()):
                ours = kind == '"'
                why = (wrong_layer if ours else wrong_library)(path, header)
                if why:
                    yield f"{path} includes {header}: {why}"


def self_test():
    """A checker that finds nothing must be one that could."""
    assert wrong_layer("backends/codec/gzip.c", "fs/catalog.h")
    assert wrong_layer("backends/stream/file.c", "backends/stream/decoded.h")
    assert not wrong_layer("fs/tree.c", "backends/index/index.h")
    assert wrong_library("fs/tree.c", "fuse3/fuse_lowlevel.h")
    assert wrong_library("fs/tree.c", "fuse_lowlevel.h")
    assert not wrong_library("fs/server.c", "fuse_lowlevel.h")
    assert wrong_library("backends/index/build.c", "zlib.h")


def main(top):
    self_test()
    found = list(findings(pathlib.Path(top)))
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
