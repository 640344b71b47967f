# SPDX-License-Identifier: BSD-2-Clause
"""Other ways to look into the same site, one line each."""
import contextlib
import dataclasses
import os
import shutil

from lab import pid_serving
from measure import (Failed, drop_caches, median, percentile, private_bytes,
                     seconds)
from plan import INSTALL
from reading import RANDOM_FILES, random_names, read_random
from walk import find, lstat, shuffle
from data import say

LIMIT = 300  # seconds for one command of a peer
RUNS = 3     # at most
MIB = 1 << 20
COLUMNS = {
    "first": "first mount, ls", "again": "again", "find": "find",
    "lstat": "lstat all", "median": "4 KiB ms", "worst": "99 %",
    "copy": "cp photos", "tar": "tar c", "memory": "MiB",
}


@dataclasses.dataclass(frozen=True)
class Peer:
    """mount: the command, {mnt}, {archive}, {squashfs} and {state} (a folder
    for what it keeps between mounts) in it; none: the files on disk."""
    name: str
    mount: str = ""
    www: str = ""       # inside of the mount
    package: str = INSTALL
    samples: int = RANDOM_FILES
    reads_much: bool = True

    def program(self):
        return self.mount.split()[0] if self.mount else "ls"


PEERS = [
    Peer("files on disk"),
    Peer("rondfs", "{rondfs}", "2024-05-01/www"),
    Peer("squashfuse_ll", "squashfuse_ll {squashfs} {mnt}"),
    # Reading goes through the archive from its start for each file: a copy
    # of the photos would take hours.
    Peer("archivemount", "archivemount -o readonly {archive} {mnt}", "www",
         samples=5, reads_much=False),
    Peer("ratarmount", "ratarmount --index-folders {state} {archive} {mnt}",
         "www", "not in Debian"),
    Peer("fuse-archive", "fuse-archive -o notrim {archive} {mnt}", "www",
         "not in Debian"),
]


class Trial:
    """One peer, measured once."""

    def __init__(self, lab, peer, state):
        self.lab = lab
        self.peer = peer
        if peer.name == "rondfs":
            self.command = lab.rondfs("gz", state)
        else:
            self.command = peer.mount.format(
                mnt=lab.mnt, archive=lab.data.archive("gz"), state=state,
                squashfs=lab.data.path("site.squashfs"))
        self.command = self.command and f"timeout {LIMIT} {self.command}"
        self.www = os.path.join(lab.mnt, peer.www)
        if not self.command:
            self.www = f"{lab.data.site()}/www"

    @contextlib.contextmanager
    def mounted(self, listed=""):
        if not self.command:
            drop_caches()
            yield None
            return
        with self.lab.mounted(self.command + listed, cold=True) as took:
            yield took

    def times(self):
        listed = f" && ls {self.www}"
        out = {}
        with self.mounted(listed) as out["first"]:
            pass
        with self.mounted(listed) as out["again"]:
            out["find"] = find(self.lab, self.www, True)
            shuffle(self.lab)
            out["lstat"] = lstat(self.lab, self.www, True)
        with self.mounted():
            names = random_names(self.lab, 0).split("\0")
            names = "\0".join(names[:self.peer.samples]) + "\0"
            ms = read_random(self.lab, self.www, names)
            out["median"], out["worst"] = (percentile(ms, 50),
                                           percentile(ms, 99))
        if self.peer.reads_much:
            with self.mounted(), self.lab.folder() as to:
                out["copy"] = self.cold(f"cp -r {self.www}/upload {to}")
                out["tar"] = self.cold(f"tar c -C {self.www} . | cat")
                out["memory"] = self.memory()
        return out

    @staticmethod
    def cold(command):
        return seconds(f"timeout {LIMIT} bash -c '{command}'", cold=True)

    def memory(self):
        if not self.command:
            return None
        return private_bytes(pid_serving(self.lab.mnt)) / MIB


def times_of(lab, peer):
    """column → median of some trials; {} with a note when it can't run."""
    trials = []
    for _ in range(min(lab.runs, RUNS) if peer.reads_much else 1):
        state = lab.fresh("state")
        os.mkdir(state)
        try:
            trials.append(Trial(lab, peer, state).times())
        finally:
            shutil.rmtree(state)
    return {column: median([trial[column] for trial in trials])
            for column in COLUMNS if trials[0].get(column) is not None}


def compare(lab):
    """One dictionary a peer: its name, its medians or a note."""
    out = []
    for peer in PEERS:
        if peer.name != "rondfs" and not shutil.which(peer.program()):
            out.append({"name": peer.name,
                        "note": f"not here: {peer.package}"})
            continue
        say(f"measuring {peer.name}")
        try:
            out.append({"name": peer.name, **times_of(lab, peer)})
        except (Failed, OSError, ValueError) as error:
            out.append({"name": peer.name, "note": f"failed: {error}"})
    return out
