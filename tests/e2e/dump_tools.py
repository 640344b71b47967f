# SPDX-License-Identifier: BSD-2-Clause
"""Dumps by Adminer, phpMyAdmin and mydumper: the real ones where they are
installed, else samples that make-samples.py made with them."""
import gzip
import pathlib
import shutil
import subprocess
import tempfile

import phpmyadmin
import rond

SAMPLES = rond.TOP / "tests/data/dump-samples"
ADMINER = pathlib.Path("/usr/share/adminer/adminer.php")
SCRIPT = pathlib.Path(__file__).parent / "php/adminer-dump.php"

# What these tools write so that no server takes it back: bodies with a
# backslash or ;; in them, a view's CHECK OPTION, a backtick in a column's
# name, zero as an id, and names in files and statements as they are
# (mydumper).
TAME = """
DROP TRIGGER log_insert;
DROP TRIGGER log_update;
CREATE TRIGGER log_plain BEFORE INSERT ON keyless FOR EACH ROW
  SET NEW.b = 'it''s; "none"';
DROP SEQUENCE counter;
DROP SEQUENCE `it's next`;
DROP TABLE `a/b`, `back``tick`, `it's`, `new\nline`,
  `x\n-- Table structure for table ``ghost``\n--\nDROP TABLE ghost;`;
DROP VIEW `it's a ``view```, checked;
DELETE FROM integers WHERE id = 0;
DELETE FROM zero WHERE id = 0;
"""
# It writes bits by way of a floating-point number: CONV('101', 2, 10) + 0.
TAME_FOR_ADMINER = """
UPDATE bits SET b63 = b63 >> 10, b64 = b64 >> 11;
"""
# A string in binary is no UUID; one in latin1 is none of an ENUM's. Bytes of
# these charsets can't be told apart without knowing all of them.
TAME_FOR_MYDUMPER = """
DROP TABLE addresses;
ALTER TABLE choices DROP COLUMN l;
ALTER TABLE charsets DROP u2, DROP u16, DROP sj, DROP gb, DROP b5;
"""
SMALL = """
DELETE FROM ads WHERE id > 3;
UPDATE texts SET l = LEFT(l, 200), m = LEFT(m, 200);
UPDATE bytes SET big = LEFT(big, 300);
DELETE FROM latin WHERE id BETWEEN 40 AND 120;
DROP TABLE wide;
"""


def adminer(server, database):
    return subprocess.run(
        ["php", SCRIPT, ADMINER, server.socket, database], check=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL).stdout


def by_phpmyadmin(server, database):
    tables = server.tables(database) + server.tables(database, "VIEW")
    return phpmyadmin.export(server, database, tables)


def mydumper(server, database):
    """Its folder of a file or two a table, one after the other: what myloader
    reads, but for what it writes without delimiters (triggers, routines)."""
    with tempfile.TemporaryDirectory(prefix="rond-mydumper-") as folder:
        subprocess.run(["mydumper", "--socket", server.socket, "--user",
                        "root", "--database", database, "--outputdir",
                        f"{folder}/dump"], check=True,
                       stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        text = b""
        for table in server.tables(database):
            for ending in ("-schema.sql", ".sql"):
                file = pathlib.Path(folder, "dump",
                                    f"{database}.{table}{ending}")
                text += file.read_bytes() if file.exists() else b""
        return text


# name: (what makes a dump, whether it is installed, what is to be tamed).
TOOLS = {
    "adminer": (adminer, lambda: ADMINER.exists() and shutil.which("php"),
                TAME + TAME_FOR_ADMINER),
    "phpmyadmin": (by_phpmyadmin, lambda: not phpmyadmin.missing(), TAME),
    "mydumper": (mydumper, lambda: shutil.which("mydumper"),
                 TAME + TAME_FOR_MYDUMPER),
}


def is_installed(name):
    return bool(TOOLS[name][1]())


def make(name, server, database, small=False):
    """A dump by the tool itself, of a database that is tamed for it."""
    tool, _, tame = TOOLS[name]
    server.load((tame + (SMALL if small else "")).encode(), database)
    return tool(server, database)


def sample(name):
    return gzip.decompress((SAMPLES / f"{name}.sql.gz").read_bytes())
