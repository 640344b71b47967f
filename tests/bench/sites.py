# SPDX-License-Identifier: BSD-2-Clause
"""What the data is cut from, and the two sites made of it.

All of it follows from the sizes and a seed: on one machine the same files come
out each time. Their text is this machine's own, so that it compresses as code
does; photos are noise, as JPEG is to a compressor.
"""
import dataclasses
import os
import random
import sysconfig

SEED = 20240501
BEGAN = 1_700_000_000  # mtime of the first file; the next ones follow
EDITED = 1_714_600_000
CORPUS = 40 << 20
CODE = (".py", ".pm", ".pl", ".h", ".js", ".php")
PER_FOLDER = 100


@dataclasses.dataclass(frozen=True)
class Sizes:
    """How much of everything; of the sites: files, and bytes each."""
    photos: int
    photo: int
    scripts: int
    script: int
    crowd: int     # files of the folder with many
    removed: int   # what the second site has otherwise
    edited: int
    added: int
    text: int      # files of the text-heavy archive
    many: int      # entries of the archive with most
    flat: int      # files of one folder
    big: int       # bytes of the one large member
    dump: int      # MiB of the dump, and of its longest statement

    def differences(self):
        return self.removed + self.edited + self.added

    def files(self):
        return self.photos + self.scripts + self.crowd


FULL = Sizes(photos=6000, photo=98_000, scripts=64_000, script=4240,
             crowd=5000, removed=400, edited=150, added=30, text=87_000,
             many=1_000_000, flat=75_000, big=1 << 30, dump=1024)
QUICK = Sizes(photos=30, photo=20_000, scripts=300, script=2000,
              crowd=100, removed=6, edited=4, added=2, text=200,
              many=2000, flat=300, big=1 << 20, dump=4)


def source_texts():
    for top in (sysconfig.get_paths()["stdlib"], "/usr/share/perl",
                "/usr/include"):
        for path, folders, files in os.walk(top):
            folders.sort()
            for name in sorted(files):
                if name.endswith(CODE):
                    yield os.path.join(path, name)


def corpus(limit=CORPUS):
    """Code of this machine, up to limit bytes."""
    out = bytearray()
    for path in source_texts():
        try:
            with open(path, "rb") as f:
                out += f.read()
        except OSError:
            continue
        if len(out) >= limit:
            break
    return bytes(out)


class Cutter:
    """Cuts texts from the corpus."""

    def __init__(self, seed, limit=CORPUS):
        self.random = random.Random(seed)
        self.text = corpus(limit)

    def script(self, mean):
        """Of a quarter to seven quarters of mean bytes."""
        return self.piece(self.random.randrange(mean // 4, mean * 7 // 4))

    def piece(self, size):
        at = self.random.randrange(len(self.text) - size)
        return self.text[at:at + size]

    def photo(self, size):
        return self.random.randbytes(size)


def script_name(i):
    """Folders as code has them: app/m07/d3/f00731.php."""
    folder = i // PER_FOLDER
    return f"www/app/m{folder // 10:02d}/d{folder % 10}/f{i:05d}.php"


def contents(sizes, cutter):
    """(name, bytes) of the first site's files, in order."""
    for i in range(sizes.scripts):
        yield script_name(i), cutter.script(sizes.script)
    for i in range(sizes.crowd):
        yield f"www/cache/c{i:04d}.php", cutter.script(sizes.script)
    for i in range(sizes.photos):
        yield f"www/upload/p{i:04d}.jpg", cutter.photo(sizes.photo)


def edit(number, data):
    """Every third edit leaves the size as it was."""
    if number % 3:
        return data + b"\n// edited\n"
    return data[:-1] + bytes([data[-1] ^ 1])


class Site:
    """A folder being filled."""

    def __init__(self, top):
        self.top = top
        self.folders = set()

    def write(self, name, data, mtime):
        path = f"{self.top}/{name}"
        folder = os.path.dirname(path)
        if folder not in self.folders:
            os.makedirs(folder, exist_ok=True)
            self.folders.add(folder)
        with open(path, "wb") as f:
            f.write(data)
        os.utime(path, (mtime, mtime))

    def settle(self):
        """Folders too have the same times whenever they are made."""
        for path, _, _ in os.walk(self.top, topdown=False):
            os.utime(path, (BEGAN, BEGAN))


def make_sites(sizes, first, second):
    """The first site, and the second: the same with some photos removed, some
    scripts edited, some files added."""
    cutter = Cutter(SEED)
    chosen = random.Random(SEED + 1)
    removed = set(chosen.sample(range(sizes.photos), sizes.removed))
    removed = {f"www/upload/p{i:04d}.jpg" for i in removed}
    edits = chosen.sample(range(sizes.scripts), sizes.edited)
    edits = {script_name(i): number for number, i in enumerate(edits)}
    sites = Site(first), Site(second)
    for i, (name, data) in enumerate(contents(sizes, cutter)):
        sites[0].write(name, data, BEGAN + i)
        if name in edits:
            sites[1].write(name, edit(edits[name], data), EDITED + i)
        elif name not in removed:
            sites[1].write(name, data, BEGAN + i)
    for i in range(sizes.added):
        name, data = f"www/upload/new{i}.jpg", cutter.photo(sizes.photo)
        if i % 3 == 0:
            name = f"{os.path.dirname(script_name(i))}/new{i}.php"
            data = cutter.script(sizes.script)
        sites[1].write(name, data, EDITED + i)
    for site in sites:
        site.settle()
