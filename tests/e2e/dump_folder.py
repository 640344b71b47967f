# SPDX-License-Identifier: BSD-2-Clause
"""Checks of a dump's folder against a server in which the dump was loaded."""
import contextlib
import os
import pathlib

import server_rows

COMPLAINT = 600  # letters
SHOWN = 80
TAKEN = ("schema", "views", "routines", "events", "triggers")
PROGRAMS = {
    "routines.sql": "SELECT routine_name, routine_type, routine_definition, "
                    "sql_mode, routine_comment, definer, dtd_identifier "
                    "FROM information_schema.routines "
                    "WHERE routine_schema = DATABASE() ORDER BY 1, 2",
    "events.sql": "SELECT event_name, event_definition, interval_value, "
                  "starts, status, time_zone, event_comment, sql_mode "
                  "FROM information_schema.events "
                  "WHERE event_schema = DATABASE() ORDER BY 1",
    "triggers.sql": "SELECT trigger_name, event_manipulation, "
                    "event_object_table, action_timing, action_statement, "
                    "action_order, sql_mode, definer "
                    "FROM information_schema.triggers "
                    "WHERE trigger_schema = DATABASE() ORDER BY 1",
    "views.sql": "SELECT table_name, view_definition, check_option, "
                 "security_type, definer, algorithm "
                 "FROM information_schema.views "
                 "WHERE table_schema = DATABASE() ORDER BY BINARY 1",
}
TRIGGERS = PROGRAMS["triggers.sql"]


def file_name(table):
    """A table's name as the folder has it."""
    hidden = None
    if table in TAKEN or table.startswith("."):
        hidden = 0
    elif table.endswith(".load"):
        hidden = len(table) - len(".load")
    return "".join(
        f"%{ord(letter):02X}" if at == hidden or letter in "/%"
        or ord(letter) < 32 or ord(letter) == 127 else letter
        for at, letter in enumerate(table))


def difference(found, wanted):
    """Where two values begin to differ."""
    if isinstance(found, list) and isinstance(wanted, list):
        for number, (have, want) in enumerate(zip(found, wanted)):
            if have != want:
                return f"[{number}] {difference(have, want)}"
        return f"{len(found)} for {len(wanted)}"
    if isinstance(found, (str, bytes)) and isinstance(wanted, type(found)):
        at = next((number for number, pair in enumerate(zip(found, wanted))
                   if pair[0] != pair[1]), min(len(found), len(wanted)))
        at = max(0, at - 20)
        return (f"at {at}: {found[at:at + SHOWN]!r} "
                f"for {wanted[at:at + SHOWN]!r}")
    return f"{found!r} for {wanted!r}"[:COMPLAINT]


class Folder:
    """server: where the dump was loaded, whole, as @database; path: of the
    folder; kind: of the dump; tables: those to be looked at. What is wrong
    is collected in complaints."""

    def __init__(self, server, path, database, kind, tables=None):
        self.server = server
        self.path = pathlib.Path(path)
        self.database = database
        self.kind = kind
        self.all_columns = server_rows.columns(server, database)
        self.tables = server.tables(database) if tables is None else tables
        self.sequences = server.tables(database, "SEQUENCE")
        self.only_listed = True
        self.complaints = []

    @contextlib.contextmanager
    def about(self, *what):
        """What goes wrong inside is a complaint, not the end."""
        try:
            yield
        except (AssertionError, OSError, ValueError, KeyError) as error:
            subject = " ".join(map(str, what))
            self.complaints.append(f"{self.database}: {subject}: {error!r}"
                                   [:COMPLAINT])

    def equal(self, found, wanted, *what):
        if found != wanted:
            subject = " ".join(map(str, what))
            self.complaints.append(
                f"{self.database}: {subject}: {difference(found, wanted)}")

    def file(self, table, ending):
        return self.path / f"{file_name(table)}.{ending}"

    def compare_copies(self, copies, what):
        """copies: (database, table), to be as those of the whole dump."""
        own = [(self.database, table) for _, table in copies]
        sums = zip(self.server.checksums(copies), self.server.checksums(own))
        for (found, wanted), (_, table) in zip(sums, own):
            self.equal(found, wanted, what, table, "CHECKSUM TABLE")
        texts = zip(self.server.show_creates(copies),
                    self.server.show_creates(own))
        for (found, wanted), (_, table) in zip(texts, own):
            self.equal(found, wanted, what, table)

    def check_listing(self):
        """What is listed, and how long it is."""
        expected = {f"{file_name(table)}.{ending}" for table in self.tables
                    for ending in self.kind.endings()}
        expected |= {f"{file_name(name)}.sql" for name in self.sequences}
        names = set(os.listdir(self.path))
        self.equal(expected - names, set(), "not listed")
        if self.only_listed:
            self.equal(names - expected - {"schema.sql", *PROGRAMS}, set(),
                       "listed")
        for name in names:
            self.check_size(self.path / name)
        for table in self.tables:
            for ending in self.kind.endings(False):
                self.check_size(self.file(table, ending))
        self.check_size(self.path / ".tables.tsv")

    def check_size(self, file):
        """Before the first read, as rsync sees it."""
        with self.about(file.name, "size"):
            size = os.stat(file).st_size
            self.equal(len(file.read_bytes()), size, file.name, "size")

    def check_alone(self):
        """Each T.sql, loaded alone into an empty schema."""
        schemas = [f"alone{number}" for number in range(len(self.tables))]
        self.server.recreate(*schemas)
        copies = []
        for table, schema in zip(self.tables, schemas):
            with self.about("alone", table):
                self.server.load(self.file(table, "sql"), schema,
                                 session=self.kind.session,
                                 charset=self.kind.charset)
                copies.append((schema, table))
        self.equal(self.server.all_tables(schemas), copies, "alone")
        self.compare_copies(copies, "alone")
        self.check_triggers(copies)
        self.server.sql("".join(f"DROP DATABASE {schema};"
                                for schema in schemas))

    def check_triggers(self, copies):
        wanted = self.server.rows(TRIGGERS, self.database)
        for schema, table in copies:
            mine = [row for row in wanted if row[2] == table]
            if mine:
                self.equal(self.server.rows(TRIGGERS, schema), mine,
                           "triggers of", table)

    def shown(self, table, lines):
        """The table's columns that a TSV's title names."""
        every = {column.name: column for column in self.all_columns[table]}
        names = server_rows.values(lines[:1])[0]
        wanted = [name for name, column in every.items()
                  if name in names or not self.may_lack(column)]
        self.equal(names, wanted, table, "title")
        return [every[name] for name in names]

    def may_lack(self, column):
        return column.generated or (column.invisible
                                    and not self.kind.invisible)

    def check_rows(self):
        """T.tsv, T.csv and T.jsonl: what the server has."""
        for table in self.tables:
            with self.about(table, "rows"):
                content = self.file(table, "tsv").read_bytes()
                lines = content.split(b"\n")
                self.equal(lines.pop(), b"", table, "last line")
                wanted = server_rows.tsv(self.server, self.database, table,
                                         self.shown(table, lines),
                                         self.kind.zone)
                # The server's order may be that of an index.
                self.equal(sorted(lines), sorted(wanted), table, "tsv")
                self.check_others(table, server_rows.values(lines))

    def check_others(self, table, rows):
        text = self.file(table, "csv").read_bytes().decode()
        self.equal(server_rows.csv_values(text), rows, table, "csv")
        text = self.file(table, "jsonl").read_bytes().decode()
        self.equal(server_rows.json_values(text, rows[0]), rows[1:],
                   table, "jsonl")

    def check_load(self):
        """schema.sql, then each T.load.sql from within the folder."""
        schema = "loaded"
        self.server.recreate(schema)
        with self.about("schema.sql"):
            self.server.load(self.path / "schema.sql", schema,
                             session=self.kind.session)
        copies = []
        for table in self.tables:
            with self.about("load", table):
                self.server.load(self.file(table, "load.sql"), schema,
                                 session=self.kind.session, cwd=self.path)
                copies.append((schema, table))
        self.compare_copies(copies, "loaded")
        self.server.sql(f"DROP DATABASE {schema}")

    def check_programs(self):
        """Views, triggers, routines and events, on top of schema.sql."""
        schema = "programs"
        self.server.recreate(schema)
        with self.about("schema.sql"):
            self.server.load(self.path / "schema.sql", schema,
                             session=self.kind.session)
        for name, query in PROGRAMS.items():
            with self.about(name):
                wanted = self.in_schema(query, self.database)
                self.equal((self.path / name).exists(), bool(wanted), name)
                if wanted:
                    self.server.load(self.path / name, schema,
                                     session=self.kind.session)
                self.equal(self.in_schema(query, schema), wanted, name)
        for kind in ("BASE TABLE", "SEQUENCE"):
            self.equal(self.server.tables(schema, kind),
                       self.server.tables(self.database, kind), kind)
        self.server.sql(f"DROP DATABASE {schema}")

    def in_schema(self, query, schema):
        """Rows without the schema's own name in them."""
        return [[field.replace(f"`{schema}`.", "") for field in row]
                for row in self.server.rows(query, schema)]

    def check_summary(self):
        """.tables.tsv: a line a table."""
        with self.about(".tables.tsv"):
            content = (self.path / ".tables.tsv").read_bytes()
            rows = server_rows.values(content.split(b"\n")[1:-1])
            rows = [row for row in rows if row[0] not in self.sequences]
            self.equal(sorted(row[0] for row in rows), sorted(self.tables),
                       ".tables.tsv")
            counts = self.server.counts(self.database, self.tables)
            for row in rows:
                self.check_summary_of(*row, count=counts[row[0]])

    def check_summary_of(self, table, rows, _bytes, key, _charset, sha, damage,
                         count):
        self.equal(rows, str(count), table, "rows")
        keys = [column.name for column in self.all_columns[table]
                if column.key]
        self.equal([name for name in keys if name not in (key or "")], [],
                   table, "primary key")
        self.equal(len(sha or ""), 64 if count else len(sha or ""), table,
                   "SHA-256")
        self.equal(damage or "", "", table, "damage")
