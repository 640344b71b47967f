#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""make-corpus.py: writes corpus/, the first inputs of the fuzz entries.

What the real tools make of a small tree, and by hand what they never would.
Inputs that a fuzzer found are added beside them, and stay.
"""
import gzip
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import zlib

HERE = pathlib.Path(__file__).resolve().parent
CORPUS = HERE / "corpus"
sys.path.insert(0, str(HERE.parent / "e2e"))

import mariadb  # noqa: E402
from archives import TAR_END, tar_header, tar_member  # noqa: E402

# The order of the codecs in backends/codec/codec.c: fuzz-codec's first byte.
CODECS = {"gzip": 0, "zstd": 1, "xz": 2, "bzip2": 3, "lz4": 4, "deflate": 5}

TEXT = b"<?php return $offer->price;\n" * 400


def sh(command, cwd):
    environment = dict(os.environ, LC_ALL="C.UTF-8", TZ="UTC")
    subprocess.run(["bash", "-o", "pipefail", "-c", command], check=True,
                   cwd=cwd, env=environment, stdin=subprocess.DEVNULL)


def read(path):
    return pathlib.Path(path).read_bytes()


def put(entry, name, content):
    folder = CORPUS / entry
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)


def make_tree(root):
    root = pathlib.Path(root)
    (root / "d/e").mkdir(parents=True)
    (root / "index.php").write_bytes(TEXT[:300])
    (root / "d/empty").write_bytes(b"")
    (root / "d/e" / ("n" * 120)).write_bytes(b"long name\n")
    (root / "link").symlink_to("index.php")
    os.link(root / "index.php", root / "d/hard")
    with open(root / "sparse", "wb") as file:
        file.write(b"head")
        file.seek(1 << 20)
        file.write(b"tail")
    sh("find . -exec touch -h -d 2024-05-01T10:00:00.123456789Z {} +", root)


def tars(work):
    flags = {"v7": "--format=v7", "ustar": "--format=ustar",
             "gnu": "--format=gnu -S", "oldgnu": "--format=oldgnu -S",
             "pax-0.0": "--format=pax -S --sparse-version=0.0",
             "pax-0.1": "--format=pax -S --sparse-version=0.1",
             "pax-1.0": "--format=pax -S --sparse-version=1.0",
             "incremental": "-g snar -S"}
    for name, options in flags.items():
        what = "--exclude=sparse ." if options.endswith(("v7", "ustar")) \
            else "."
        sh(f"tar {options} -b1 --owner=0 --group=0 -cf out -C tree {what} "
           "2>/dev/null || test -s out", work)
        put("tar", name, read(f"{work}/out"))


def nasty_tars():
    def pax(records):
        text = b""
        for key, value in records:
            body = b" " + key + b"=" + value + b"\n"
            length = len(body) + 1
            while len(str(length)) + len(body) != length:
                length = len(str(length)) + len(body)
            text += str(length).encode() + body
        return tar_member(b"pax", text, kind=b"x")

    big = bytearray(tar_header(b"big"))
    big[124:136] = b"\x80" + b"\x7f" * 11
    negative = bytearray(tar_header(b"negative"))
    negative[124:136] = b"\xff" * 12
    for block in (big, negative):
        block[148:156] = b" " * 8
        block[148:156] = b"%06o\x00 " % sum(block)
    cases = {
        "size-huge": bytes(big) + TAR_END,
        "size-negative": bytes(negative) + TAR_END,
        "pax-size-lies": pax([(b"size", b"99999999999999999999")])
        + tar_member(b"f", b"x") + TAR_END,
        "pax-length-0": tar_member(b"pax", b"0 a=b\n", kind=b"x")
        + tar_member(b"f", b"x"),
        "pax-length-past-end": tar_member(b"pax", b"999 a=b\n", kind=b"x")
        + tar_member(b"f", b"x"),
        "pax-no-newline": tar_member(b"pax", b"7 a=b  ", kind=b"x"),
        "pax-nul-in-path": pax([(b"path", b"a\x00b")])
        + tar_member(b"f", b"x") + TAR_END,
        "pax-sparse-backwards": pax([
            (b"GNU.sparse.major", b"0"), (b"GNU.sparse.minor", b"1"),
            (b"GNU.sparse.size", b"100"),
            (b"GNU.sparse.map", b"50,10,0,10,18446744073709551615,5")])
        + tar_member(b"f", b"x" * 25) + TAR_END,
        "pax-sparse-1.0-no-map": pax([
            (b"GNU.sparse.major", b"1"), (b"GNU.sparse.minor", b"0"),
            (b"GNU.sparse.realsize", b"1000")])
        + tar_member(b"f", b"999999999\n" + b"9" * 502) + TAR_END,
        "long-name-without-entry": tar_member(b"././@LongLink", b"n" * 600,
                                              kind=b"L"),
        "long-name-huge": tar_header(b"././@LongLink", 1 << 33, kind=b"L"),
        "dot-dot": tar_member(b"../../../etc/passwd", b"x") + TAR_END,
        "link-to-itself": tar_member(b"a", kind=b"1", link=b"a") + TAR_END,
        "dumpdir-unterminated": tar_member(b"d/", b"Yfile\x00Nother",
                                           kind=b"D") + TAR_END,
        "acl": pax([(b"SCHILY.acl.access",
                     b"user::rw-,user:x:r--:99999999999,group::---"),
                    (b"SCHILY.xattr.user.a", b"\x00" * 40),
                    (b"LIBARCHIVE.xattr.user.%6", b"====")])
        + tar_member(b"f", b"x") + TAR_END,
        "zeros": bytes(2048),
    }
    for name, content in cases.items():
        put("tar", name, content)


def zips(work):
    sh("cd tree && zip -qryX ../deflated.zip . -x sparse && "
       "zip -qr0 -fz ../zip64.zip index.php && "
       "zip -q -P x ../encrypted.zip index.php && "
       "cat index.php | zip -q > ../streamed.zip", work)
    sh("echo 'CREATE TABLE t (a int);' > dump.sql && "
       "zip -q dump.zip dump.sql", work)
    for path in pathlib.Path(work).glob("*.zip"):
        put("zip", path.stem, path.read_bytes())


def nasty_zips(work):
    good = read(f"{work}/deflated.zip")
    end = good.rindex(b"PK\x05\x06")
    central = good.index(b"PK\x01\x02")

    def patched(at, fmt, value):
        data = bytearray(good)
        struct.pack_into(fmt, data, at, value)
        return bytes(data)

    cases = {
        "entries-lie": patched(end + 10, "<H", 0xfffe),
        "directory-past-end": patched(end + 16, "<I", 0xfffffff0),
        "directory-huge": patched(end + 12, "<I", 0xfffffff0),
        "local-offset-past-end": patched(central + 42, "<I", 0xfffffffe),
        "size-lies": patched(central + 24, "<I", 0xfffffffe),
        "name-length-lies": patched(central + 28, "<H", 0xffff),
        "extra-length-lies": patched(central + 30, "<H", 0xffff),
        "comment-holds-an-end": good + b"PK\x05\x06" + bytes(18),
        "prepended": b"#!/bin/sh\nexit\n" + good,
        "zip64-locator-lost": good[:end] + b"PK\x06\x07" + b"\xff" * 16
        + good[end:],
        "only-an-end": b"PK\x05\x06" + bytes(18),
    }
    for name, content in cases.items():
        put("zip", name, content)


def codecs(work):
    commands = {"gzip": "gzip -nc", "zstd": "zstd -qc", "xz": "xz -c",
                "bzip2": "bzip2 -c", "lz4": "lz4 -qc",
                "lz4-legacy": "lz4 -qlc"}
    (pathlib.Path(work) / "text").write_bytes(TEXT)
    for name, command in commands.items():
        sh(f"{command} text > out", work)
        packed = read(f"{work}/out")
        choice = bytes([CODECS[name.split("-")[0]]])
        put("codec", name, choice + packed)
        put("codec", f"{name}-twice", choice + packed + packed)
        put("codec", f"{name}-garbage-after", choice + packed + b"garbage")
        middle = len(packed) // 2
        put("codec", f"{name}-damaged", choice + packed[:middle] + b"\xff" * 3
            + packed[middle + 3:])
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    put("codec", "deflate", bytes([CODECS["deflate"]])
        + deflate.compress(TEXT) + deflate.flush())
    choice = bytes([CODECS["gzip"]])
    cases = {
        "gzip-all-flags": b"\x1f\x8b\x08\x1f" + bytes(6) + b"\x04\x00abcd"
        + b"name\x00comment\x00\x00\x00" + b"\x03\x00" + bytes(8),
        "gzip-endless-name": b"\x1f\x8b\x08\x08" + bytes(6) + b"n" * 3000,
        "gzip-extra-past-end": b"\x1f\x8b\x08\x04" + bytes(6) + b"\xff\xff",
        "gzip-empty-members": gzip.compress(b"", mtime=0) * 50,
        "gzip-stored": gzip.compress(TEXT[:3000], 0, mtime=0),
        "gzip-distance-too-far": b"\x1f\x8b\x08\x00" + bytes(6)
        + b"\x03\x04\xff\xff" * 40,
        "gzip-bomb": gzip.compress(bytes(3 << 20), 9, mtime=0),
    }
    for name, content in cases.items():
        put("codec", name, choice + content)
    legacy = b"\x02\x21\x4c\x18"
    cases = {
        "lz4-legacy-empty": legacy,
        "lz4-legacy-size-0": legacy + bytes(4),
        "lz4-legacy-size-huge": legacy + b"\xff\xff\xff\x7f" + bytes(50),
        "lz4-legacy-block-of-nothing": legacy + b"\x01\x00\x00\x00\x00" * 9,
        "lz4-legacy-offset-0": legacy + b"\x05\x00\x00\x00\x10a\x00\x00\x00",
    }
    for name, content in cases.items():
        put("codec", name, bytes([CODECS["lz4"]]) + content)


def indexes(work):
    """Of each archive made so far, by the rondctl in $ROND_BUILD."""
    build = pathlib.Path(os.environ.get("ROND_BUILD", HERE / "../../build"))
    for entry, name in (("tar", "pax-1.0"), ("tar", "gnu"),
                        ("zip", "deflated")):
        folder = pathlib.Path(work) / f"index-{name}"
        folder.mkdir()
        (folder / f"site-2024-05-01.{entry}").write_bytes(
            read(CORPUS / entry / name))
        sh(f"{build.resolve()}/tools/rondctl index --cache-dir cache . "
           ">/dev/null", folder)
        for path in folder.glob("cache/*.index"):
            put("index", name, path.read_bytes())


def tables():
    """Of a dump, which comes behind it: see fuzz-index.c. Once as it is
    found, where its checksums hold, once as if there were none."""
    sql = (b"-- MySQL dump 10.13\nCREATE TABLE `t` (`a` int, `b` blob, "
           b"`c` text CHARACTER SET latin1, `d` bit(9));\n"
           b"INSERT INTO `t` VALUES\n(1,0xff,'x\ty',b'101'),\n"
           b"(2,NULL,'\xc3\xa9',NULL);\n"
           b"INSERT INTO `t` VALUES\n(3,'','\\'',NULL);\n"
           b"CREATE TABLE `u` (`a` int);\n"
           b"INSERT INTO `t` VALUES\n(4,'a','b',NULL);\n"
           b"-- Dump completed on 2024-05-01\n")
    build = pathlib.Path(os.environ.get("ROND_BUILD", HERE / "../../build"))
    with tempfile.TemporaryDirectory() as work:
        (pathlib.Path(work) / "db-2024-05-01.sql").write_bytes(sql)
        sh(f"{build.resolve()}/tools/rondctl index --cache-dir cache . "
           ">/dev/null", work)
        index, = pathlib.Path(work).glob("cache/*.index")
        found = bytearray(index.read_bytes())
    n_sections, checks = struct.unpack_from("<12xI8xQ", found)
    found = found[:checks] + sql
    put("index", "tables", bytes(found))
    for i in range(n_sections):
        tag, place = struct.unpack_from("<4s4xQ", found, 40 + 24 * i)
        if tag == b"META":
            struct.pack_into("<I", found, place + 48, 0)
    put("index", "tables-plain", bytes(found))


def dumps():
    heads = {
        "mariadb": b"-- MariaDB dump 10.19  Distrib 10.11.6-MariaDB\n--\n",
        "sandbox": b"/*M!999999\\- enable the sandbox mode */ \n"
                   b"-- MariaDB dump 10.19\n",
        "mysql": b"-- MySQL dump 10.13  Distrib 8.0.36, for Linux\n",
        "phpmyadmin": b"-- phpMyAdmin SQL Dump\n-- version 5.2.1\n",
        "adminer": b"-- Adminer 4.8.1 MySQL 10.11.6 dump\n\nSET NAMES utf8;\n",
        "mydumper": b"/*!40101 SET NAMES binary*/;\n",
        "shell": b"-- MySQLShell dump 2.0.1\n",
        "compact": b"/*!40101 SET x=1 */;\nCREATE TABLE `t` (`a` int);\n",
        "insert": b"INSERT INTO `t` VALUES (1,'\\'--');\n",
        "bom": b"\xef\xbb\xbf-- MySQL dump 10.13\n",
        "endless-comment": b"/*" + b"*" * 3000,
        "endless-dashes": b"-" * 3000,
        "blank": b"\r\n\t " * 500,
        "prose": b"-- Just a text about MySQL dump files.\n",
        "binary": bytes(range(256)) * 4,
    }
    for name, content in heads.items():
        put("dump", name, content)


SHOP = b"""
CREATE SEQUENCE counter;
CREATE TABLE offers (id INT PRIMARY KEY, t TEXT, b BLOB, f BIT(3),
  g INT AS (id * 2), h INT INVISIBLE);
INSERT INTO offers (id, t, b, f) VALUES (1,'it''s\n;', x'00ff', 5),
  (2, NULL, '', NULL);
CREATE TABLE `x\n-- Table structure for table ``y``` (id INT);
INSERT INTO `x\n-- Table structure for table ``y``` VALUES (1), (2);
CREATE VIEW later AS SELECT id FROM offers;
CREATE VIEW first AS SELECT id FROM later;
DELIMITER //
CREATE TRIGGER watch BEFORE INSERT ON offers FOR EACH ROW
BEGIN SET NEW.t = ';'; END//
CREATE PROCEDURE p() BEGIN
-- Table structure for table `ghost`
SELECT ';'; END//
CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SELECT 1//
DELIMITER ;
"""

BY_HAND = {
    "phpmyadmin": b"""-- phpMyAdmin SQL Dump
SET SQL_MODE = "NO_AUTO_VALUE_ON_ZERO";
START TRANSACTION;
CREATE TABLE `a` (`id` int(11) NOT NULL, `t` text);
INSERT INTO `a` (`id`, `t`) VALUES
(1, 'x'),
(2, 'y');
DELIMITER $$
CREATE TRIGGER `t` BEFORE INSERT ON `a` FOR EACH ROW SET @a = 1
$$
DELIMITER ;
CREATE VIEW `v` AS SELECT 'a ;

-- --------
ALTER TABLE `a` ADD PRIMARY KEY (`id`);
COMMIT;
""",
    "adminer": b"""-- Adminer 4.8.1 MySQL 10.11.6 dump
SET NAMES utf8;
DELIMITER ;;
CREATE FUNCTION `f`() RETURNS int RETURN 1;;
DELIMITER ;
DROP TABLE IF EXISTS `a`;
CREATE TABLE `a` (`i` int NOT NULL);
SET NAMES utf8mb4;
INSERT INTO `a` (`i`) VALUES
(1),	
(2) ON DUPLICATE KEY UPDATE `i` = VALUES(`i`);
-- 2024-05-01 03:00:00
""",
    "mydumper": b"""/*!40101 SET NAMES binary*/;
INSERT INTO `a` VALUES
(1,"x;\\"")
,(2,"");
INSERT INTO `a` VALUES
(3,NULL);
/*!40103 SET TIME_ZONE=DEFAULT */;
DELIMITER ;;
SET @PREV_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT;
SET character_set_client = utf8mb4;
DROP FUNCTION IF EXISTS `f`;
CREATE FUNCTION `f`() RETURNS int
return 1;
SET character_set_client = @PREV_CHARACTER_SET_CLIENT;
SET @PREV_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT;
CREATE TRIGGER t BEFORE INSERT ON `a` FOR EACH ROW begin set @a=1; 
end;
SET character_set_client = @PREV_CHARACTER_SET_CLIENT;

;;
DELIMITER ;
""",
    "stray-quotes": b"""-- MySQL dump 10.13
CREATE TABLE `a` (`i` int, `t` text);
INSERT INTO `a` VALUES (1,'x'),(2,'y'z'),(3,'w');
INSERT INTO `a` VALUES (4,'');
CREATE TABLE `b` (`i` int COMMENT 'x);
CREATE TABLE `c` (`i` int);
INSERT INTO `c` VALUES (1);
DELIMITER ;;
CREATE PROCEDURE p() SELECT 'x;;
DELIMITER ;
INSERT INTO `c` VALUES (2);
""",
    "databases": b"""CREATE DATABASE `a`;
USE `a`;
CREATE TABLE `t` (`i` int);
INSERT INTO `t` VALUES (1);
USE `b`;
INSERT INTO `t` VALUES (1);
INSERT INTO `a`.`t` VALUES (2);
INSERT INTO `t` SELECT 1;
SET x = @y, @z = @@sql_mode, GLOBAL a = 1;
LOCK TABLES `t` WRITE, `u` READ;
DROP TABLE `t`;
CREATE TABLE `t` LIKE `u`;
""",
}


def whole_dumps():
    """For fuzz-dump-files; fuzz-scanner's have a byte before them."""
    server = mariadb.Server()
    server.recreate("shop")
    server.load(SHOP, "shop")
    dumps_of = dict(BY_HAND)
    for name, options in {
            "mariadb": ("--routines", "--events"),
            "compact": ("--compact",),
            "ansi": ("--compatible=ansi", "--skip-comments", "--hex-blob"),
            "single-rows": ("--skip-extended-insert", "--complete-insert"),
            "no-autocommit": ("--no-autocommit", "--databases")}.items():
        dumps_of[name] = server.dump(*options, "shop")
    server.stop()
    for name, content in dumps_of.items():
        put("dump-files", name, content)
        put("scanner", name, b"\x1c" + content)


def rows():
    """Mode and columns, how each is shown, cuts: see fuzz-rows.c."""
    text, hexadecimal, bits, coded = 0, 1, 2 + 3 * 8, 0x81
    no_line_feeds, plain, ansi = 4, 2, 1

    def case(mode, columns, sql):
        return bytes([mode | (len(columns) - 1) << 3, *columns, 7]) + sql

    cases = {
        "mariadb": case(
            no_line_feeds, [text, text, text],
            b"\n(1,'a\\r\\nb',NULL),\n(2,'it\\'s',1.50);\n"
            b"INSERT INTO `t` VALUES\n(3,'',-1e-20);\nUNLOCK TABLES;\n"),
        "phpmyadmin": case(
            no_line_feeds, [text, hexadecimal],
            b"\r\n(1, 0x00ff), \r\n(2, '');\r\n\r\n--\r\n"),
        "adminer": case(
            0, [bits, hexadecimal],
            b"\n(CONV('101', 2, 10) + 0,\tUNHEX('00FF'))\n"
            b"ON DUPLICATE KEY UPDATE `a` = VALUES(`a`), b = ';';"),
        "mydumper": case(
            0, [text, coded, text],
            b"\n(1,\"a\"\"\\\"\xe9\",CONVERT(\"{}\" USING UTF8MB4))\n"
            b",(2,\"\",NULL);\n"),
        "calls": case(
            no_line_feeds, [text, hexadecimal],
            b"\n(GeomFromText('POINT(1 2)'),CAST('{\\\"a\\\"}' AS JSON)),\n"
            b"(f(g(-1,0xff),(NULL)),ST_GeomFromText('it''s', 4326));\n"),
        "hex-blob": case(
            0, [hexadecimal, text],
            b" (0xabcdef,X'4A'),(_binary 'a\\0\\\\',_utf8'x');"),
        "bits": case(
            0, [bits, bits], b" (b'101','\\0a'),(0b1,0x1F),(5,X'');"),
        "numbers": case(
            0, [text, hexadecimal], b"(007,.5),(5.,+5),(inf,-0.5E+9);"),
        "plain-backslash": case(plain, [text], b"('\\'),('''');"),
        "ansi": case(ansi, [text], b"('\"'),(\"a\");"),
        "left-open": case(
            no_line_feeds, [text],
            b"('a'),('b);\n-- Dumping data for table `u`\n"),
        "between": case(
            0, [text], b"(1);\n\n-- it's\n# \"\n/* ; */ INSERT\nINTO `t`\t"
            b"VALUES (2);INSERT INTO `t` VALUE (3);"),
        "one-row-each": case(
            0, [text], b" (1);\nINSERT INTO `t` VALUES" * 20),
        "controls": case(
            0, [text, coded, hexadecimal],
            b"('" + bytes(range(33)) * 2 + b"','" + bytes(range(128, 256))
            + b"','" + bytes(range(40, 92)) + b"');"),
        "half-a-byte": case(0, [hexadecimal], b"(0xabc);"),
        "long-number": case(0, [text], b"(" + b"9" * 1100 + b");"),
    }
    for name, content in cases.items():
        put("rows", name, content)


def columns():
    """CREATE TABLE, a zero, what is said of the table later."""
    create = (b"CREATE TABLE `a``b` (\n  `id` int(11) NOT NULL COMMENT 'it''s',"
              b"\n  `t` varchar(9) COLLATE latin1_bin DEFAULT ('a)'),\n"
              b"  `e` enum('a,)','b''c') CHARACTER SET gbk,\n"
              b"  `b` bit(12) /*!80023 INVISIBLE */,\n"
              b"  `g` geometry GENERATED ALWAYS AS (`x`) STORED,\n"
              b"  PRIMARY KEY (`id`,`t`(3)) USING BTREE,\n"
              b"  CONSTRAINT `c` CHECK (`id` > 0)\n"
              b") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT=')'\n"
              b"/*!50100 PARTITION BY HASH (`id`) */;\n")
    statements = {
        "create": b"\0" + create,
        "insert": b"\0" + create + b"\0INSERT IGNORE INTO `a``b` (`t`, `b`) "
                  b"VALUES",
        "alter": b"\0create table d.t(a int, b text)\0ALTER TABLE t ADD KEY "
                 b"(b(3)), ADD PRIMARY KEY (a)",
        "ansi": b"\1CREATE TABLE \"t\"\"\" (\"a\\\" int DEFAULT '\\'')",
        "no-backslash": b"\2CREATE TABLE t (a char(3) DEFAULT '\\')",
        "brackets": b"\0CREATE TABLE t (a x" + b"(" * 3000,
        "code": b"\0CREATE TABLE t (" + b"/*!50100 " * 300 + b"a int)",
        "raw-names": b"\0CREATE TABLE `\xe9` (`\xe9/\n` int) CHARSET=greek",
    }
    for name, content in statements.items():
        put("columns", name, content)


def dates():
    names = {
        "plain": b"\nsite-2024-05-01.tar.gz",
        "clock": b"\nsite_20240501_0330.tgz",
        "wp-cli": b"\nmydb-2024-05-01-3f2a1bc.sql",
        "automysqlbackup": b"\ndaily_shop_2024-05-02_03h59m_Thursday.sql.gz",
        "backup-manager": b"\nweb-mysql-shop.20240503.sql.bz2",
        "backup-manager-master": b"\nweb-srv.20240506.master.tar.gz",
        "rsnapshot": b"\ndaily.0",
        "time-machine": b"\n2024-05-01-020000",
        "impossible": b"\nsite-2024-02-31.tar.gz",
        "pattern": b"{part}_%d-%m-%Y.tgz\nshop_31-05-2024.tgz",
        "pattern-epoch": b"*-%s.tar\nx-99999999999999999999.tar",
        "pattern-stars": b"*a*a*a*a*a*a*%Y%m%d*b\n" + b"a" * 200,
        "pattern-brackets": b"[%Y-[!%m\n[2024-[!05",
        "pattern-escape": b"%Y%m%d\\\n20240501\\",
        "year-0": b"\nsite-0000-00-00.tar.gz",
        "year-9999": b"\nsite-9999-12-31_2359.tar.gz",
        "snapshot-name": b"\n2024-10-27T0230+0100",
        "endings-only": b"\n.tar.gz.sql.gz.zip.tgz",
        "raw-bytes": b"\n\xff\xfe-2024\xad05\xad01",
    }
    for name, content in names.items():
        put("dates", name, content)


def main():
    with tempfile.TemporaryDirectory() as work:
        make_tree(f"{work}/tree")
        tars(work)
        nasty_tars()
        zips(work)
        nasty_zips(work)
        codecs(work)
        indexes(work)
    tables()
    dumps()
    whole_dumps()
    rows()
    dates()


if __name__ == "__main__":
    main()
