# SPDX-License-Identifier: BSD-2-Clause
"""Timing: one thing, or two by turns."""
import os
import statistics
import subprocess
import tempfile
import time

CACHES = "/proc/sys/vm/drop_caches"
BUDGET = 240  # seconds after which a measure is not repeated any more


class Failed(Exception):
    """A measure could not be taken; why, for the table."""


def may_drop_caches():
    return os.access(CACHES, os.W_OK) and "ROND_BENCH_WARM" not in os.environ


def drop_caches():
    """As after a reboot, where we may; what was written is on disk."""
    if may_drop_caches():
        os.sync()
        with open(CACHES, "w", encoding="ascii") as f:
            f.write("3")


def run(command, cwd=None):
    """A shell command, its standard output. Pipes fail as a whole. What it
    leaves running may keep its standard error."""
    with tempfile.TemporaryFile("w+", errors="replace") as errors:
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", command], cwd=cwd,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors,
            text=True, errors="surrogateescape")
        if done.returncode:
            errors.seek(0)
            lines = errors.read().split("\n")
            why = next(filter(None, reversed(lines)), str(done.returncode))
            raise Failed(f"{command.strip('{ ').split()[0]}: {why[:200]}")
    return done.stdout


def seconds(command, cwd=None, cold=False):
    """How long a shell command takes; its output is thrown away."""
    if cold:
        drop_caches()
    began = time.monotonic()
    run(f"{{ {command}\n}} >/dev/null", cwd)
    return time.monotonic() - began


def by_turns(runs, *sides):
    """Call each of the functions runs times, one after the other; the values
    of each. Fewer times when it takes too long."""
    values = [[] for _ in sides]
    began = time.monotonic()
    for _ in range(runs):
        for side, into in zip(sides, values):
            into.append(side())
        if time.monotonic() - began > BUDGET:
            break
    return values


def median(values):
    return statistics.median(values)


def ratio(ours, others):
    """The median of the turns' ratios: what slows both down cancels out."""
    return median([a / b for a, b in zip(ours, others)])


def percentile(values, percent):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


def private_bytes(pid):
    """Memory that this process alone has; pages of mapped files too, when
    nobody else maps them."""
    total = 0
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as f:
        for line in f:
            if line.startswith("Private_"):
                total += int(line.split()[1]) * 1024
    return total
