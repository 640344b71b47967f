# SPDX-License-Identifier: BSD-2-Clause
"""What the server itself says that the rows of a table are, in the formats of
a dump's folder."""
import dataclasses
import json
import re

from mariadb import literal, quoted, unescaped

BINARY = {"binary", "varbinary", "tinyblob", "blob", "mediumblob",
          "longblob"}
GEOMETRY = {"geometry", "point", "linestring", "polygon", "multipoint",
            "multilinestring", "multipolygon", "geometrycollection",
            "geomcollection"}
NUMBERS = {"tinyint", "smallint", "mediumint", "int", "bigint", "decimal",
           "float", "double", "year"}

NULL = "<this is NULL>"


@dataclasses.dataclass(frozen=True)
class Column:
    name: str
    type: str
    bits: int
    generated: bool
    key: bool
    invisible: bool

    def text(self):
        """An expression for its text in UTF-8."""
        name = quoted(self.name)
        if self.type == "bit":
            digits = (self.bits + 7) // 8 * 2
            return f"LPAD(HEX({name} + 0), {digits}, '0')"
        if self.type in BINARY | GEOMETRY:
            return f"HEX({name})"
        return f"CAST({name} AS CHAR CHARACTER SET utf8mb4)"


def columns(server, db):
    """table → its columns, in their order."""
    found = {}
    for table, name, kind, bits, *flags in server.rows(
            "SELECT table_name, column_name, data_type, "
            "IFNULL(numeric_precision, 0), is_generated = 'ALWAYS', "
            "column_key = 'PRI', extra LIKE '%INVISIBLE%' "
            "FROM information_schema.columns "
            f"WHERE table_schema = {literal(db)} "
            "ORDER BY BINARY table_name, ordinal_position"):
        found.setdefault(table, []).append(Column(
            name, kind, int(bits), *(flag == "1" for flag in flags)))
    return found


def escape(text):
    for raw, escaped in (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"),
                         ("\0", "\\0")):
        text = text.replace(raw, escaped)
    return text


def tsv(server, db, table, shown, zone):
    """A TSV of some columns, as `mariadb --batch` escapes them: its lines, the
    first with their names. zone: the session's when the rows were loaded;
    None: the server's."""
    title = "\t".join(escape(column.name) for column in shown).encode()
    texts = ", ".join(f"IFNULL({column.text()}, '{NULL}')"
                      for column in shown)
    session = f"SET time_zone = '{zone}';" if zone else ""
    out = server.batch(f"SET sql_mode = ''; {session} SELECT {texts} "
                       f"FROM {quoted(db, table)}")
    lines = out.split(b"\n")[:-1]
    return [title, *(line.replace(NULL.encode(), b"\\N")
                     for line in lines)]


def values(lines):
    """What the lines of a TSV say: lists of str or None; the first is the
    names."""
    return [[None if field == "\\N" else unescaped(field)
             for field in line.decode().split("\t")] for line in lines]


def parse_csv(text):
    """RFC 4180 with line feeds: rows of (value, in quotes)."""
    rows, row, at = [], [], 0
    field = re.compile(r'"((?:[^"]|"")*)"|([^",\n]*)')
    while at < len(text):
        match = field.match(text, at)
        if match[1] is not None:
            row.append((match[1].replace('""', '"'), True))
        else:
            row.append((match[2], False))
        at = match.end()
        end = text[at:at + 1]
        if end not in (",", "\n"):
            raise ValueError(f"CSV at {at}: {text[at:at + 40]!r}")
        if end == "\n":
            rows.append(row)
            row = []
        at += 1
    if row:
        raise ValueError("the last line of the CSV has no end")
    return rows


def csv_values(text):
    """Rows of str or None; the first is the names."""
    return [[None if value == "" and not is_quoted else value
             for value, is_quoted in row] for row in parse_csv(text)]


def json_values(text, names):
    """Rows of str or None, in the order of names."""
    rows = []
    for line in text.split("\n")[:-1]:
        row = json.loads(line, parse_int=str, parse_float=str)
        if list(row) != names:
            raise ValueError(f"names {list(row)} in place of {names}")
        rows.append(list(row.values()))
    return rows
