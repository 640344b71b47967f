# SPDX-License-Identifier: BSD-2-Clause
"""Trees of files: one with everything that an archive may hold, and the
comparison of two, byte by byte and attribute by attribute."""
import os
import random
import stat

CHUNK = 1 << 20
SECOND = 10**9
BASE_TIME = 1714557600  # 2024-05-01 10:00 UTC


def random_bytes(length, seed=1):
    return random.Random(seed).randbytes(length)


def text_bytes(length, seed=1):
    """Bytes that compress, as code does."""
    words = [b"function ", b"return ", b"$offer", b"->", b"price", b";\n",
             b"    ", b"if (", b") {\n", b"}\n"]
    rng = random.Random(seed)
    out = b"".join(rng.choices(words, k=length // 4 + 1))
    return out[:length]


def write(path, content=b"", mode=0o644, mtime_ns=None):
    """A file, with the folders above it."""
    path = os.fsencode(path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(content)
    os.chmod(path, mode)
    if mtime_ns is not None:
        os.utime(path, ns=(mtime_ns, mtime_ns))


def write_sparse(path, size, pieces):
    """A file of holes but for the pieces (offset, bytes)."""
    with open(path, "wb") as file:
        for offset, content in pieces:
            file.seek(offset)
            file.write(content)
        file.truncate(size)


def settle_times(root):
    """Give everything below root an mtime of its own, nanoseconds included,
    folders last."""
    root = os.fsencode(root)
    number = 0
    for folder, folders, files in os.walk(root, topdown=False):
        for name in sorted(files) + sorted(folders):
            number += 1
            when = (BASE_TIME + number) * SECOND + 123456700 + number * 100
            os.utime(os.path.join(folder, name), ns=(when, when),
                     follow_symlinks=False)
    when = BASE_TIME * SECOND
    os.utime(root, ns=(when, when))


def make_site(root, seed=1, photos=6):
    """A small web site: what most tests need."""
    for number in range(8):
        write(f"{root}/app/Class{number}.php",
              b"<?php\n" + text_bytes(700 * number + 20, seed + number))
    for number in range(photos):
        write(f"{root}/public/upload/photo{number}.jpg",
              b"\xff\xd8" + random_bytes(20000 + 3000 * number, seed + number))
    write(f"{root}/index.php", b"<?php // entry\n", mode=0o755)
    settle_times(root)
    return root


def make_rich(root, raw_names=True, owners=None):
    """A tree with all that POSIX tar, cpio and the like can hold."""
    make_site(root, photos=2)
    for size in (0, 1, 511, 512, 513, 10240, 65535, 65536, 65537):
        write(f"{root}/sizes/{size}", random_bytes(size, size))
    write(f"{root}/large.bin", random_bytes(3 << 20) + text_bytes(3 << 20))
    os.mkdir(f"{root}/empty")
    write(f"{root}/deep/" + "d/" * 40 + "leaf", b"leaf\n")
    write(f"{root}/" + "n" * 200, b"long\n")
    write(f"{root}/" + "/".join(["folder" * 12] * 3) + "/file", b"path\n")
    write(f"{root}/été/日本語 and \"quotes\".txt", b"unicode\n")
    write(f"{root}/new\nline", b"odd\n")
    if raw_names:
        write(os.fsencode(root) + b"/latin1-\xe9t\xe9", b"raw\n")
    for mode in (0o600, 0o400, 0o755, 0o777, 0o000):
        write(f"{root}/modes/{mode:04o}", b"mode\n", mode)
    os.symlink("index.php", f"{root}/link")
    os.symlink("/etc/hostname", f"{root}/absolute")
    os.symlink("t" * 300, f"{root}/dangling")
    os.symlink("../app", f"{root}/empty/up")
    os.link(f"{root}/index.php", f"{root}/app/hard")
    os.link(f"{root}/index.php", f"{root}/zz-hard")
    if owners and os.geteuid() == 0:
        for name, (uid, gid) in zip(("index.php", "app", "link"), owners):
            os.chown(f"{root}/{name}", uid, gid, follow_symlinks=False)
    settle_times(root)
    return root


def entries(root):
    """(path relative to root, stat) of everything below root."""
    root = os.fsencode(root)
    pending = [b""]
    while pending:
        folder = pending.pop()
        with os.scandir(os.path.join(root, folder)) as found:
            for entry in found:
                path = os.path.join(folder, entry.name)
                info = entry.stat(follow_symlinks=False)
                yield path, info
                if stat.S_ISDIR(info.st_mode):
                    pending.append(path)


def describe(root, path, info, ignore):
    """What two entries must have in common."""
    kind = stat.filemode(info.st_mode)[0]
    seen = {"kind": kind, "uid": info.st_uid, "gid": info.st_gid,
            "mode": oct(stat.S_IMODE(info.st_mode)),
            "mtime": info.st_mtime_ns}
    full = os.path.join(os.fsencode(root), path)
    if kind == "l":
        seen["target"] = os.readlink(full)
        seen["size"] = info.st_size
        seen["link-mtime"] = seen.pop("mtime")
    if kind == "d":
        seen["dir-mtime"] = seen.pop("mtime")
        seen["dir-mode"] = seen.pop("mode")
    if kind == "-":
        seen["size"] = info.st_size
    if kind in "bc":
        seen["rdev"] = info.st_rdev
    if kind != "d":
        seen["nlink"] = info.st_nlink
    if "mtime-ns" in ignore:
        for name in ("mtime", "dir-mtime", "link-mtime"):
            if name in seen:
                seen[name] //= SECOND
    return {name: value for name, value in seen.items() if name not in ignore}


def same_content(a, b):
    with open(a, "rb") as one, open(b, "rb") as other:
        while True:
            left, right = one.read(CHUNK), other.read(CHUNK)
            if left != right:
                return False
            if not left:
                return True


def link_groups(tree):
    """The sets of paths that are one file."""
    groups = {}
    for path, info in tree.items():
        if not stat.S_ISDIR(info.st_mode) and info.st_nlink > 1:
            groups.setdefault((info.st_dev, info.st_ino), set()).add(path)
    return sorted(map(sorted, groups.values()))


def differences(expected, found, ignore=()):
    """What differs between two trees, a line each; nothing when they are the
    same. `ignore` holds names of attributes as describe() has them."""
    one, other = dict(entries(expected)), dict(entries(found))
    lines = [f"missing: {path!r}" for path in sorted(one.keys() - other.keys())]
    lines += [f"extra: {path!r}" for path in sorted(other.keys() - one.keys())]
    for path in sorted(one.keys() & other.keys()):
        want = describe(expected, path, one[path], ignore)
        have = describe(found, path, other[path], ignore)
        if want != have:
            lines.append(f"{path!r}: " + ", ".join(
                f"{name} {want.get(name)!r} != {have.get(name)!r}"
                for name in sorted(want.keys() | have.keys())
                if want.get(name) != have.get(name)))
        elif stat.S_ISREG(one[path].st_mode) and not same_content(
                os.path.join(os.fsencode(expected), path),
                os.path.join(os.fsencode(found), path)):
            lines.append(f"{path!r}: content")
    if "nlink" not in ignore and link_groups(one) != link_groups(other):
        lines.append(f"hard links: {link_groups(one)} != {link_groups(other)}")
    return lines


def assert_same(expected, found, ignore=()):
    lines = differences(expected, found, ignore)
    if lines:
        raise AssertionError(f"{len(lines)} differences between {expected} "
                             f"and {found}:\n" + "\n".join(lines[:40]))


def xattrs(path):
    """The extended attributes of a path, as a dictionary."""
    return {name: os.getxattr(path, name, follow_symlinks=False)
            for name in os.listxattr(path, follow_symlinks=False)}
