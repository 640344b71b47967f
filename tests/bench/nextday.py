#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""nextday.py EVERY PLANTED <DUMP: to standard output, the dump of dump.py as
it is a day later. Of so many rows one is gone and one is changed, and each
table has some new ones at its end; PLANTED says which: table → kind → keys."""
import collections
import json
import re
import sys

ADDED = 4  # rows of each table
INSERT = re.compile(rb"INSERT INTO `(\w+)`")
KEY = re.compile(rb"\((\d+)")


def changed(line):
    """Another text in the first column that may hold any."""
    if b",'/annonces/" in line:
        return line.replace(b",'/annonces/", b",'/edited/", 1)
    return line.replace(b",'", b",'edited ", 1)


def with_new_rows(last):
    """A table's last row, and new ones behind it."""
    row = last[:-2]  # without ";\n"
    key = int(KEY.match(row)[1])
    keys = range(key + 1, key + 1 + ADDED)
    new = [KEY.sub(b"(%d" % number, row, 1) for number in keys]
    return b",\n".join([row, *new]) + b";\n", keys


class NextDay:
    def __init__(self, every):
        self.every = every
        self.rows = 0
        self.table = None
        self.last = None  # of a statement: maybe of the table
        self.planted = collections.defaultdict(
            lambda: {"removed": [], "added": [], "modified": []})

    def plant(self, kind, *keys):
        self.planted[self.table.decode()][kind] += keys

    def row(self, line):
        """What becomes of it."""
        self.rows += 1
        place = self.rows % self.every
        if line.endswith(b";\n"):
            self.last = line
            return b""
        if place == self.every // 3:
            self.plant("removed", int(KEY.match(line)[1]))
            return b""
        if place == self.every * 2 // 3:
            self.plant("modified", int(KEY.match(line)[1]))
            return changed(line)
        return line

    def end(self, line):
        """The last row of a statement that is followed by this line."""
        last, self.last = self.last, None
        if last and not line.startswith(b"INSERT INTO"):
            last, keys = with_new_rows(last)
            self.plant("added", *keys)
        return last or b""

    def lines(self, dump):
        for line in dump:
            if line.startswith(b"("):
                yield self.row(line)
                continue
            yield self.end(line)
            if insert := INSERT.match(line):
                self.table = insert[1]
            yield line


def main(every, planted):
    day = NextDay(int(every))
    sys.stdout.buffer.writelines(day.lines(sys.stdin.buffer))
    with open(planted, "w", encoding="ascii") as f:
        json.dump(day.planted, f)


if __name__ == "__main__":
    main(*sys.argv[1:])
