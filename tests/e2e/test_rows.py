#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Rows of INSERTs, in any spelling of their values: what the server makes of
the statements is what readers of CSV, JSON and TSV find in our files."""
import csv
import io
import json
import random
import re
import subprocess
import unittest

import mariadb
import rond

SHOWN = rond.BUILD / "tests" / "tools" / "rows-shown"
ROWS = 400
TABLE = ("CREATE TABLE t (a LONGTEXT CHARACTER SET utf8mb4, b LONGBLOB, "
         "c BIT(16), d DOUBLE)")
COLUMNS = "thbt"
ESCAPES = {b"\0": b"\\0", b"\n": b"\\n", b"\r": b"\\r", b"\t": b"\\t",
           b"\b": b"\\b", b"\x1a": b"\\Z", b'"': b'\\"', b"'": b"\\'",
           b"\\": b"\\\\", b"q": b"\\q"}
CHARACTERS = "abc é€😀'\"\\%_\n\t\r\b\x1a\0\x01\x7f;,()-/*`q"


def string(chance, value):
    """In either quotes, bytes escaped or not."""
    quote = chance.choice([b"'", b'"'])
    text = b""
    at = 0
    while at < len(value):
        byte = value[at:at + 1]
        at += 1
        if byte == b"\\" and value[at:at + 1] in (b"%", b"_") and \
                chance.random() < 0.5:
            text += byte + value[at:at + 1]
            at += 1
        elif byte == b"\\" or byte in ESCAPES and chance.random() < 0.5:
            text += ESCAPES[byte]
        else:
            text += byte * 2 if byte == quote else byte
    return quote + text + quote


def spelled(chance, value, charset):
    """The bytes value in any of the ways of SQL."""
    digits = value.hex().encode()
    ways = [string(chance, value), string(chance, value),
            charset + b" " + string(chance, value), b"X'" + digits + b"'",
            b"UNHEX('" + digits.upper() + b"')"]
    if value:
        ways += [b"0x" + digits]
    if 0 < len(value) < 8:
        ways.append(b"b'" + bits(value) + b"'")
    if charset == b"_utf8mb4":
        ways.append(b"CONVERT(" + string(chance, value) + b" USING utf8mb4)")
    return chance.choice(ways)


def bits(value):
    return "".join(f"{byte:08b}" for byte in value).encode()


def spelled_bits(chance, number):
    value = number.to_bytes(2, "big")
    return chance.choice([b"b'%s'" % bits(value).lstrip(b"0"),
                          b"CONV('%s', 2, 10) + 0" % bits(value),
                          b"0x" + value.hex().encode(), b"%d" % number,
                          b"_binary " + string(chance, value)])


def make_rows(chance):
    """(values, how they are spelled) of each row; None is NULL."""
    for _ in range(ROWS):
        size = chance.choice([0, 3, 7, 40, 3000])
        text = "".join(chance.choices(CHARACTERS, k=size)).encode()
        blob = chance.randbytes(size)
        number = chance.choice([0, 1, 255, 256, 65535])
        double = chance.choice([b"0", b"-1.5", b"1e-20", b".5", b"+5", b"7.",
                                b"007", b"-0.25e3"])
        values = [text, blob, number, double]
        spelling = [spelled(chance, text, b"_utf8mb4"),
                    spelled(chance, blob, b"_binary"),
                    spelled_bits(chance, number), double]
        for column in range(4):
            if chance.random() < 0.1:
                values[column] = None
                spelling[column] = b"NULL"
        yield values, spelling


def statements(chance, rows):
    """INSERTs of up to 20 rows, separated in any way."""
    text = b""
    for at in range(0, len(rows), 20):
        separator = chance.choice([b",", b", ", b",\n", b",\t", b",\r\n"])
        lines = [b"(" + chance.choice([b",", b", "]).join(spelling) + b")"
                 for _, spelling in rows[at:at + 20]]
        text += b"INSERT INTO `t` VALUES" + chance.choice([b" ", b"\n"])
        text += separator.join(lines) + b";" + chance.choice(
            [b"\n", b"\r\n", b"\n-- it's a comment\n", b"\n/* ; */\n\n"])
    return text


def as_shown(values):
    """What a reader is to find: text or bytes, None for NULL."""
    text, blob, number, double = values
    return [text, None if blob is None else blob.hex().upper().encode(),
            None if number is None else f"{number:04X}".encode(), double]


def read_tsv(data):
    def field(text):
        if text == b"\\N":
            return None
        return re.sub(rb"\\(.)", lambda match: {
            b"t": b"\t", b"n": b"\n", b"0": b"\0"}.get(match[1], match[1]),
            text)
    return [[field(text) for text in line.split(b"\t")]
            for line in data.split(b"\n")[1:-1]]


def read_csv(data):
    reader = csv.reader(io.StringIO(data.decode(), newline=""), strict=True)
    return [[field.encode() for field in row] for row in reader][1:]


def read_jsonl(data):
    def field(value):
        return value.encode() if isinstance(value, str) else value
    return [[field(value) for value in json.loads(
        line, parse_float=str, parse_int=str).values()]
        for line in data.split(b"\n")[:-1]]


def shown(name, text):
    return subprocess.run([SHOWN, name, COLUMNS], input=text, check=True,
                          capture_output=True).stdout


class Rows(unittest.TestCase):
    def setUp(self):
        chance = random.Random(1)
        self.rows = list(make_rows(chance))
        self.text = statements(chance, self.rows)
        self.expected = [as_shown(values) for values, _ in self.rows]

    def test_readers_find_the_values(self):
        self.assertEqual(read_tsv(shown("tsv", self.text)), self.expected)
        self.assertEqual(read_jsonl(shown("jsonl", self.text)), self.expected)
        self.assertEqual(
            read_csv(shown("csv", self.text)),
            [[value or b"" for value in row] for row in self.expected])

    @unittest.skipIf(mariadb.missing(), "no MariaDB")
    def test_the_server_finds_them_too(self):
        server = mariadb.Server()
        self.addCleanup(server.stop)
        server.recreate("rows")
        server.sql(TABLE, "rows")
        server.load(self.text, "rows")
        found = server.rows("SELECT HEX(a), HEX(b), LPAD(HEX(c + 0), 4, '0'), "
                            "d + 0 FROM t", "rows")
        self.assertEqual(len(found), len(self.expected))
        for ours, row in zip(self.expected, found):
            text, blob, number, double = ours
            self.assertEqual(row[:3], [
                "NULL" if text is None else text.hex().upper(),
                "NULL" if blob is None else blob.decode(),
                "NULL" if number is None else number.decode()])
            self.assertEqual(row[3] == "NULL", double is None)
            if double is not None:
                self.assertEqual(float(row[3]), float(double))


if __name__ == "__main__":
    rond.main()
