# SPDX-License-Identifier: BSD-2-Clause
"""A dump's folder as the server's own tools would make it, table by table:
what the checks of dump_folder.py are tried on."""
import csv
import hashlib
import io
import json

import dump_folder
import server_rows
from mariadb import literal, quoted

DUMP = "--skip-dump-date"
ROUTINES = ("--no-data", "--no-create-info", "--skip-triggers")


def load_sql(table, shown, zone):
    """LOAD DATA as a hand would write it."""
    names, bytes_of = [], []
    for number, column in enumerate(shown):
        if column.generated:
            names.append("@generated")
        elif column.text().startswith(("HEX", "LPAD")):
            names.append(f"@c{number}")
            bytes_of.append(f"{quoted(column.name)} = UNHEX(@c{number})")
        else:
            names.append(quoted(column.name))
    file = literal(dump_folder.file_name(table) + ".tsv")
    session = f", time_zone = '{zone}'" if zone else ""
    return (f"SET NAMES utf8mb4, sql_mode = 'NO_AUTO_VALUE_ON_ZERO', "
            f"foreign_key_checks = 0{session};\n"
            f"LOAD DATA LOCAL INFILE {file} INTO TABLE {quoted(table)} "
            f"CHARACTER SET utf8mb4 IGNORE 1 LINES ({', '.join(names)})"
            + (f" SET {', '.join(bytes_of)}" if bytes_of else "") + ";\n")


def csv_text(rows):
    """NULL is empty, "" an empty string."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(rows[0])
    for row in rows[1:]:
        out.write(",".join(
            "" if value is None else '"' + value.replace('"', '""') + '"'
            for value in row) + "\n")
    return out.getvalue()


def jsonl_text(rows):
    return "".join(json.dumps(dict(zip(rows[0], row)), ensure_ascii=False)
                   + "\n" for row in rows[1:])


class Reference:
    """Writes the files of one database of a server below a folder."""

    def __init__(self, server, database, path, zone):
        self.server = server
        self.database = database
        self.path = path
        self.zone = zone
        self.columns = server_rows.columns(server, database)

    def write(self):
        for table in self.server.tables(self.database):
            self.write_table(table)
        self.write_programs()
        self.write_summary()

    def dump(self, name, *arguments):
        (self.path / name).write_bytes(self.server.dump(DUMP, *arguments))

    def write_table(self, table):
        name = dump_folder.file_name(table)
        self.dump(f"{name}.sql", self.database, "--", table)
        shown = self.columns[table]
        lines = server_rows.tsv(self.server, self.database, table, shown,
                                self.zone)
        rows = server_rows.values(lines)
        (self.path / f"{name}.tsv").write_bytes(b"\n".join(lines) + b"\n")
        for ending, text in (("load.sql", load_sql(table, shown, self.zone)),
                             ("csv", csv_text(rows)),
                             ("jsonl", jsonl_text(rows))):
            (self.path / f"{name}.{ending}").write_text(text, newline="")

    def write_programs(self):
        base = self.server.tables(self.database)
        sequences = self.server.tables(self.database, "SEQUENCE")
        for name in sequences:
            self.dump(f"{dump_folder.file_name(name)}.sql", self.database,
                      "--", name)
        views = self.server.tables(self.database, "VIEW")
        self.dump("schema.sql", "--no-data", "--skip-triggers",
                  self.database, "--", *base, *sequences)
        if views:
            self.dump("views.sql", self.database, "--", *views)
        self.dump("triggers.sql", "--no-data", "--no-create-info",
                  "--triggers", self.database)
        self.dump("routines.sql", *ROUTINES, "--routines", self.database)
        if self.server.rows(dump_folder.PROGRAMS["events.sql"],
                            self.database):
            self.dump("events.sql", *ROUTINES, "--events", self.database)

    def write_summary(self):
        lines = ["table\trows\tbytes\tprimary key\tcharset\tsha256\tdamage"]
        for table in self.server.tables(self.database):
            keys = [column.name for column in self.columns[table]
                    if column.key]
            content = (self.path / (dump_folder.file_name(table)
                                    + ".tsv")).read_bytes()
            digest = hashlib.sha256(content).hexdigest()
            lines.append("\t".join(map(server_rows.escape, (
                table, str(content.count(b"\n") - 1), str(len(content)),
                ",".join(keys), "", digest, ""))))
        text = "".join(line + "\n" for line in lines)
        (self.path / ".tables.tsv").write_text(text, newline="")
