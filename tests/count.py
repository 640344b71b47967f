#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""count.py TESTLOG.json: counts the test cases of a run of meson test.

Each line of TAP that a program printed is a case; a program that printed none
is one itself, and one that ended badly without saying so is one more failure.
The last line is "N passed, N failed, N skipped".
"""
import collections
import json
import re
import sys

CASE = re.compile(r"^(not )?ok\b.*?(#\s*(skip|todo)\b.*)?$", re.I)
GOOD = ("OK", "EXPECTEDFAIL", "SKIP")


def cases(stdout):
    """The results of the TAP lines in stdout."""
    for line in stdout.splitlines():
        match = CASE.match(line)
        if match and match.group(2):
            yield "skipped"
        elif match:
            yield "failed" if match.group(1) else "passed"


def count(test):
    """The cases of one program."""
    counts = collections.Counter(cases(test.get("stdout", "")))
    good = test["result"] in GOOD
    if not good and not counts["failed"]:
        counts["failed"] += 1
    elif not counts:
        counts["skipped" if test["result"] == "SKIP" else "passed"] += 1
    return counts


def main(path):
    total = collections.Counter()
    programs = 0
    try:
        with open(path, encoding="utf-8", errors="replace") as log:
            for line in log:
                test = json.loads(line)
                counts = count(test)
                programs += 1
                total += counts
                if counts["failed"]:
                    print(f"{test['name']}: {counts['failed']} failed")
    except OSError as error:
        print(f"no test was run: {error}")
        total["failed"] += 1
    print(f"{programs} test programs")
    print(f"{total['passed']} passed, {total['failed']} failed, "
          f"{total['skipped']} skipped")
    return 1 if total["failed"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
