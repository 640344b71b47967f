# SPDX-License-Identifier: BSD-2-Clause
"""Folders that mydumper writes: by the real one where it is installed, else
a sample that make-sample.py made with it."""
import shutil
import subprocess

import rond

DATA = rond.TOP / "tests/data/mydumper"
SAMPLE = DATA / "sample"
DATABASES = ("blog", "shop")
PROGRAMS = ("--triggers", "--events", "--routines")


def is_installed():
    return shutil.which("mydumper") is not None


def fill(server):
    """The databases that the folders hold."""
    server.recreate(*DATABASES)
    for name in DATABASES:
        server.load(DATA / f"{name}.sql", name)


def write(server, folder, *options, databases=("shop",)):
    """A folder that isn't there yet, of one database or of both."""
    chosen = ("--database", databases[0]) if len(databases) == 1 else (
        "--regex", f"^({'|'.join(databases)})[.]")
    subprocess.run(["mydumper", "--socket", server.socket, "--user", "root",
                    "--outputdir", folder, *chosen, *options], check=True,
                   stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return folder
