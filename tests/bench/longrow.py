#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""longrow.py MIB: to standard output, a dump in mariadb-dump's manner of two
tables, each of one statement that long: of one row, and of short rows."""
import sys

PIECE = 1 << 20
HEAD = b"""-- MariaDB dump 10.19  Distrib 10.11.6-MariaDB
--
/*!40101 SET NAMES utf8mb4 */;
"""
TABLE = """
--
-- Table structure for table `{0}`
--

CREATE TABLE `{0}` (
  `id` int(11) NOT NULL,
  `t` longtext DEFAULT NULL,
  PRIMARY KEY (`id`)
);
INSERT INTO `{0}` VALUES
"""
END = b"\n-- Dump completed on 2024-05-01 10:00:00\n"


def main(mib):
    out = sys.stdout.buffer
    out.write(HEAD + TABLE.format("row").encode() + b"(1,'")
    text = b"It\\'s as long as it can be.\\n" * (PIECE // 27)
    for _ in range(mib):
        out.write(text)
    out.write(b"');\n" + TABLE.format("rows").encode())
    for number in range(mib):
        first = number * 30000
        rows = b",\n".join(b"(%d,'row number %d, no more')" % (at, at)
                           for at in range(first, first + 30000))
        out.write(rows + (b";\n" if number == mib - 1 else b",\n"))
    out.write(END)


if __name__ == "__main__":
    main(int(sys.argv[1]))
