# SPDX-License-Identifier: BSD-2-Clause
"""Which measures there are, and which of them to take."""
import os
import re
import shutil

from data import say
from measure import Failed

INSTALL = "tools/packages/install bench"


def missing_of(programs):
    path = os.environ.get("PATH", "") + ":/usr/sbin"
    return [name for name in programs.split()
            if not shutil.which(name, path=path)]


class Measure:
    """Takes the readings of one or more rows: keys and needs (of the data)
    are names with spaces between; take(lab) gives a (values, values of what
    is beside or None) for each key. It uses programs that may not be
    installed."""

    def __init__(self, keys, needs, take, programs=""):
        self.keys = keys.split()
        self.needs = set(needs.split())
        self.take = take
        self.programs = programs

    def readings(self, lab):
        """key → reading, or why there is none."""
        missing = missing_of(self.programs)
        if missing:
            return self.without(f"no {missing[0]}: {INSTALL}")
        say(f"measuring {' '.join(self.keys)}")
        try:
            return dict(zip(self.keys, self.take(lab), strict=True))
        except (Failed, OSError, ValueError) as error:
            return self.without(f"failed: {error}")

    def without(self, why):
        say(why)
        return {key: why for key in self.keys}


def chosen(measures, only):
    """Those of which a row matches the pattern."""
    pattern = re.compile(only)
    return [measure for measure in measures
            if any(pattern.search(key) for key in measure.keys)]


def needs_of(measures):
    return set().union(*(measure.needs for measure in measures))
