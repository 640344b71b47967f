# SPDX-License-Identifier: BSD-2-Clause
"""The rows as text, Markdown and JSON."""
import json

from bars import number
from peers import COLUMNS

HEAD = ("what", "rondfs", "beside", "", "ratio", "bar", "met")
SCHEMA = 1
SHORT = 0.1  # seconds that are better said in milliseconds


def quantity(value, unit):
    if value is None:
        return ""
    if unit == "s" and value < SHORT:
        return f"{number(value * 1000)} ms"
    return f"{number(value)} {unit}"


def cells(row):
    """One row's, as in HEAD."""
    ratio = row.ratio()
    met = {None: "", True: "yes", False: "NO"}[row.met()]
    unit = row.spec.unit
    return (row.spec.what, quantity(row.value(), unit), row.spec.beside,
            quantity(row.beside(), unit),
            "" if ratio is None else f"{number(ratio)} ×",
            row.spec.limit(), met)


def aligned(rows):
    widths = [max(map(len, column)) for column in zip(*rows)]
    return "\n".join("  ".join(cell.ljust(width) for cell, width
                               in zip(line, widths)).rstrip()
                     for line in rows) + "\n"


def marked_down(rows):
    head, *body = rows
    lines = [head, ("---",) * len(head), *body]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line)
                   + " |\n" for line in lines)


def peer_cells(peers):
    yield ("seconds", *COLUMNS.values())
    for peer in peers:
        values = [peer.get(column) for column in COLUMNS]
        if "note" not in peer:
            yield (peer["name"], *("–" if value is None else number(value)
                                   for value in values))


def lever_cells(levers):
    yield ("lever", "measured by", "with", "without", "gives")
    for lever in levers:
        yield (lever["lever"], lever["measured_by"],
               quantity(lever["with"], "s"), quantity(lever["without"], "s"),
               f"{number(lever['gives'])} ×")


def remarks(results):
    """What is missing and why, and where all this was measured."""
    for row in results.rows:
        if row.note:
            yield f"{row.spec.what}: {row.note}\n"
    for peer in results.peers:
        if "note" in peer:
            yield f"{peer['name']}: {peer['note']}\n"
    about = [f"{name}: {value}" for name, value in results.machine.items()]
    yield ", ".join(about) + "\n"


def text(results, form=aligned):
    """One table for each of what was measured."""
    tables = []
    if results.rows:
        tables.append([HEAD, *map(cells, results.rows)])
    if results.peers:
        tables.append(list(peer_cells(results.peers)))
    if results.levers:
        tables.append(list(lever_cells(results.levers)))
    return "\n".join([*map(form, tables), "".join(remarks(results))])


def as_json(results):
    return json.dumps({
        "schema": SCHEMA,
        "machine": results.machine,
        "rows": [{
            "key": row.spec.key, "what": row.spec.what, "unit": row.spec.unit,
            "ours": row.value(), "beside": row.spec.beside,
            "other": row.beside(), "ratio": row.ratio(), "bar": row.spec.bar,
            "met": row.met(), "samples": row.ours,
            "other_samples": row.other, "note": row.note,
        } for row in results.rows],
        "peers": results.peers,
        "levers": results.levers,
    }, indent=1)
