# SPDX-License-Identifier: BSD-2-Clause
"""The kinds of dumps that mariadb-dump makes, and what people do to them."""
import dataclasses

from every_type import FIRST, SECOND

# What the head of a dump sets; dumps without one are loaded so.
UTC = "+00:00"
BARE = ("SET FOREIGN_KEY_CHECKS=0, UNIQUE_CHECKS=0, "
        f"SQL_MODE='NO_AUTO_VALUE_ON_ZERO', TIME_ZONE='{UTC}'")
BOTH = (FIRST, SECOND)


@dataclasses.dataclass(frozen=True)
class Kind:
    """options: of mariadb-dump; databases: that it holds; only: some tables of
    the database; session: statements that the dump needs before it; zone: its
    times', None: the server's; structure: whether it has CREATE TABLEs; crlf:
    as after a transfer as text; charset: of the client; invisible: whether it
    has the values of such columns."""
    options: tuple = ()
    databases: tuple = (FIRST,)
    session: str = ""
    zone: str = UTC
    structure: bool = True
    crlf: bool = False
    charset: str = "utf8mb4"
    invisible: bool = True
    only: tuple = ()

    def text(self, server):
        """The dump of a server's databases."""
        text = server.dump(*self.options, *self.names(), charset=self.charset)
        return text.replace(b"\n", b"\r\n") if self.crlf else text

    def names(self):
        if self.only:
            return (*self.databases, *self.only)
        if "--all-databases" in self.options:
            return ()
        if len(self.databases) > 1:
            return ("--databases", *self.databases)
        return self.databases

    def write(self, server, folder, day="2024-05-01"):
        """The dump as a backup in a folder; the text."""
        text = self.text(server)
        (folder / f"base-{day}.sql").write_bytes(text)
        return text

    def load(self, server, text):
        """What the dump is good for: the databases in another server."""
        server.drop_all()
        if len(self.databases) > 1:
            server.load(text, session=self.session, charset=self.charset)
            return
        server.recreate(*self.databases)
        server.load(text, *self.databases, session=self.session,
                    charset=self.charset)

    def endings(self, listed=True):
        """Of the files of a table. Without its structure nobody knows what
        the rows are."""
        if not listed:
            return ("load.sql", "csv", "jsonl") if self.structure else ()
        return ("sql", "tsv") if self.structure else ("sql",)

    def folder(self, top, database):
        """Where the files of one database are below db/."""
        return top / database if len(self.databases) > 1 else top


KINDS = {
    "plain": Kind(),
    "compact": Kind(("--compact",), session=BARE),
    "skip_comments": Kind(("--skip-comments",)),
    "single_rows": Kind(("--skip-extended-insert",)),
    "complete_insert": Kind(("--complete-insert",)),
    "hex_blob": Kind(("--hex-blob",)),
    "two_databases": Kind((), BOTH),
    "all_databases": Kind(("--all-databases", "--ignore-database=mysql",
                           "--ignore-database=sys"), BOTH),
    "ansi": Kind(("--compatible=ansi",)),
    "crlf": Kind(("--routines", "--events"), crlf=True),
    "programs": Kind(("--routines", "--events", "--triggers")),
    "latin1": Kind(charset="latin1", only=(
        "texts", "charsets", "latin", "bytes", "bits", "it's", "choices",
        "traps", "documents", "ads")),
    "skip_opt": Kind(("--skip-opt",)),
    "by_primary": Kind(("--order-by-primary",)),
    "insert_ignore": Kind(("--insert-ignore", "--no-autocommit",
                           "--single-transaction")),
    "replace": Kind(("--replace", "--skip-add-locks", "--skip-disable-keys")),
    "local_time": Kind(("--skip-tz-utc",), zone=None),
    "no_triggers": Kind(("--skip-triggers", "--skip-add-drop-table")),
    "no_charset": Kind(("--skip-set-charset",)),
    "structure_only": Kind(("--no-data",), invisible=False),
    "rows_only": Kind(("--no-create-info", "--skip-triggers"),
                      structure=False),
}
