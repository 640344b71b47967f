# SPDX-License-Identifier: BSD-2-Clause
"""A MariaDB of a test's own: its files in a temporary folder, a socket and no
network, nothing synced to disk. The kernel ends it when the test ends, however
that is. Needs mariadb-server-core (no service comes with it) and -client."""
import ctypes
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tempfile
import time

PROGRAMS = ("mariadbd", "mariadb-install-db", "mariadb", "mariadb-dump")
PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
PR_SET_PDEATHSIG = 1
START_SECONDS = 60
SOCKET_BYTES = 100  # sun_path holds 108

# Of the installation and of the server.
STORAGE = ("--innodb-log-file-size=4M", "--innodb-buffer-pool-size=32M",
           "--innodb-flush-log-at-trx-commit=0",
           "--innodb-autoextend-increment=1", "--innodb-flush-method=nosync",
           "--innodb-use-native-aio=OFF", "--debug-no-sync",
           "--sync-frm=OFF", "--max-connections=20",
           "--table-open-cache=200")
# The time zone is none that a dump is written in.
SERVER = ("--skip-networking", "--skip-log-bin", "--performance-schema=OFF",
          "--key-buffer-size=1M", "--aria-pagecache-buffer-size=8M",
          "--max-allowed-packet=64M", "--local-infile=1",
          "--secure-file-priv=", "--lower-case-table-names=0",
          "--character-set-server=utf8mb4", "--default-time-zone=+02:00",
          "--event-scheduler=OFF")

libc = ctypes.CDLL(None)


class SqlError(AssertionError):
    """What the server or a client said."""


def missing():
    """A program that isn't installed, or None."""
    return next((name for name in PROGRAMS
                 if not shutil.which(name, path=PATH)), None)


def program(name):
    return shutil.which(name, path=PATH)


def quoted(*names):
    """Names as SQL has them: `db`.`table`."""
    return ".".join("`" + name.replace("`", "``") + "`" for name in names)


def literal(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def unescaped(field):
    """A field of `mariadb --batch`."""
    if "\\" not in field:
        return field
    return re.sub(r"\\(.)", lambda match: {"t": "\t", "n": "\n", "0": "\0"}
                  .get(match[1], match[1]), field, flags=re.DOTALL)


def die_with_parent():
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Server:
    """Runs from its making to stop()."""

    def __init__(self, *options):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="rond-db-"))
        self.socket = self.folder / "s"
        if len(os.fsencode(self.socket)) > SOCKET_BYTES:
            shutil.rmtree(self.folder)
            self.folder = pathlib.Path(tempfile.mkdtemp(dir="/tmp"))
            self.socket = self.folder / "s"
        self.process = None
        try:
            self.start(options)
        except BaseException:
            self.stop()
            raise

    def start(self, options):
        as_root = ("--user=root",) if os.geteuid() == 0 else ()
        # One that starts removes all temporary tables in its tmpdir, whoever
        # they belong to: no two share one.
        folder = (f"--datadir={self.folder}/data", f"--tmpdir={self.folder}")
        self.run("mariadb-install-db", "--no-defaults", *folder, *as_root,
                 "--auth-root-authentication-method=normal",
                 # Whatever the machine calls itself.
                 "--skip-test-db", "--skip-name-resolve", "--force",
                 *STORAGE)
        with open(self.folder / "log", "wb") as log:
            self.process = subprocess.Popen(
                [program("mariadbd"), "--no-defaults", *folder, *as_root,
                 f"--socket={self.socket}",
                 f"--pid-file={self.folder}/pid", *STORAGE, *SERVER,
                 *options],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                preexec_fn=die_with_parent)
        end = time.monotonic() + START_SECONDS
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > end:
                raise SqlError((self.folder / "log").read_text()[-2000:])
            time.sleep(0.05)

    def answers(self):
        if not self.socket.exists():
            return False
        try:
            return bool(self.sql("SELECT 1"))
        except SqlError:
            return False

    def end(self):
        """How the server ended, if it has."""
        if not self.process or self.process.poll() is None:
            return ""
        log = (self.folder / "log").read_text(errors="replace")
        return f"\nserver ended: {self.process.returncode}\n{log[-3000:]}"

    def stop(self):
        """As kill -9: nothing of it is needed any more."""
        if self.process:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, name, *arguments, stdin=None, cwd=None):
        """Run a program; the bytes it wrote. stdin: bytes, or a path."""
        source = {"stdin": subprocess.DEVNULL}
        if isinstance(stdin, bytes):
            source = {"input": stdin}
        elif stdin is not None:
            source = {"stdin": open(stdin, "rb")}
        try:
            done = subprocess.run(
                [program(name), *map(str, arguments)], cwd=cwd,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                env=dict(os.environ, LC_ALL="C.UTF-8"), **source)
        finally:
            if "stdin" in source and stdin is not None:
                source["stdin"].close()
        if done.returncode:
            raise SqlError(f"{name} {' '.join(map(str, arguments))}: "
                           f"{done.stderr.decode(errors='replace')[:2000]}"
                           f"{self.end()}")
        return done.stdout

    def client(self, name, *arguments, charset="utf8mb4", **options):
        return self.run(name, "--no-defaults", "--user=root",
                        f"--socket={self.socket}",
                        f"--default-character-set={charset}", *arguments,
                        **options)

    def batch(self, text, db=""):
        """The bytes that `mariadb --batch` prints: a row a line, fields with
        tabs between, escaped."""
        return self.client("mariadb", "--batch", "--skip-column-names",
                           "--binary-mode", *([db] if db else []),
                           stdin=text.encode())

    def rows(self, text, db=""):
        """Rows, lists of str; NULL is "NULL"."""
        return [[unescaped(field) for field in line.split("\t")]
                for line in self.batch(text, db).decode().split("\n")[:-1]]

    def sql(self, text, db=""):
        """Statements of which nothing comes back, or not much."""
        return self.rows(text, db)

    def load(self, source, db="", session="", cwd=None, charset="utf8mb4"):
        """Bytes or a file, as `mariadb db <file` does. session: statements
        before the first."""
        arguments = [f"--init-command={session}"] if session else []
        arguments += ["--local-infile=1", "--binary-mode", "--comments"]
        return self.client("mariadb", *arguments, *([db] if db else []),
                           charset=charset, stdin=source, cwd=cwd)

    def dump(self, *arguments, charset="utf8mb4"):
        """What mariadb-dump writes."""
        return self.client("mariadb-dump", *arguments, charset=charset)

    def recreate(self, *databases):
        self.sql("".join(f"DROP DATABASE IF EXISTS {quoted(name)};"
                         f"CREATE DATABASE {quoted(name)};"
                         for name in databases))

    def drop_all(self):
        """All databases that aren't the server's own."""
        self.sql("".join(f"DROP DATABASE {quoted(name)};"
                         for name in self.databases()))

    def databases(self):
        own = ("information_schema", "mysql", "performance_schema", "sys")
        return [name for name, in self.rows("SHOW DATABASES")
                if name not in own]

    def tables(self, db, kind="BASE TABLE"):
        """Names of base tables, or of "VIEW"s, or of "SEQUENCE"s."""
        return [name for name, in self.rows(
            "SELECT table_name FROM information_schema.tables WHERE "
            f"table_schema={literal(db)} AND table_type={literal(kind)} "
            "ORDER BY BINARY table_name")]

    def all_tables(self, databases):
        """(database, table) of all in some databases, in their order."""
        found = [tuple(row) for row in self.rows(
            "SELECT table_schema, table_name FROM information_schema.tables "
            f"WHERE table_schema IN ({', '.join(map(literal, databases))})")]
        return sorted(found, key=lambda place: databases.index(place[0]))

    def counts(self, db, tables):
        """table → how many rows."""
        text = "".join(f"SELECT COUNT(*) FROM {quoted(db, table)};"
                       for table in tables)
        return {table: int(count)
                for table, (count,) in zip(tables, self.rows(text))}

    def checksums(self, places):
        """CHECKSUM TABLE of (database, table)s: in their order."""
        if not places:
            return []
        names = ", ".join(quoted(*place) for place in places)
        return [int(row[1]) if row[1] != "NULL" else None for row in
                self.rows(f"CHECKSUM TABLE {names} EXTENDED")]

    def checksum(self, db, table):
        return self.checksums([(db, table)])[0]

    def show_creates(self, places):
        """SHOW CREATE TABLE of (database, table)s, without the names of
        their databases."""
        text = "".join(f"USE {quoted(db)}; SHOW CREATE TABLE {quoted(table)};"
                       for db, table in places)
        return [row[1].replace(f"{quoted(db)}.", "")
                for row, (db, _) in zip(self.rows(text), places)]

    def show_create(self, db, table):
        return self.show_creates([(db, table)])[0]
