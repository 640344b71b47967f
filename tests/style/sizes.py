#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""No function over 80 lines, no file over 500. Needs Universal Ctags."""
import json
import pathlib
import shutil
import subprocess
import sys

FUNCTION_LINES = 80
FILE_LINES = 500
SKIP = 77


def sources(top):
    for folder in ("backends", "fs", "tools", "tests"):
        yield from sorted((top / folder).rglob("*.[ch]"))


def functions(files):
    """(path, name, lines) of each function."""
    command = ["ctags", "--output-format=json", "--fields=+ne", "--c-kinds=f",
               "-o", "-", *map(str, files)]
    output = subprocess.run(command, check=True, capture_output=True,
                            text=True).stdout
    for line in output.splitlines():
        tag = json.loads(line)
        if "end" in tag:
            yield tag["path"], tag["name"], tag["end"] - tag["line"] + 1


def main(top):
    ctags = shutil.which("ctags")
    version = ctags and subprocess.run(["ctags", "--version"], text=True,
                                       capture_output=True).stdout
    if not version or "Universal" not in version or "+json" not in version:
        print("no Universal Ctags here")
        return SKIP
    files = list(sources(pathlib.Path(top)))
    wrong = 0
    for path in files:
        lines = len(path.read_bytes().splitlines())
        if lines > FILE_LINES:
            print(f"{path}: {lines} lines")
            wrong += 1
    sizes = list(functions(files))
    assert sizes, "no function found: the check is broken"
    for path, name, lines in sizes:
        if lines > FUNCTION_LINES:
            print(f"{path}: {name}() has {lines} lines")
            wrong += 1
    ordered = sorted(lines for _, _, lines in sizes)
    print(f"{len(ordered)} functions, median {ordered[len(ordered) // 2]}, "
          f"95 % under {ordered[len(ordered) * 95 // 100]} lines")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
