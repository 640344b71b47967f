/* SPDX-License-Identifier: BSD-2-Clause */
/* SHOW CREATE TABLE, and mariadb-dump, of MariaDB 10.11. */
#include "columns-kit.h"

const StatementSample mariadb_statements[] = {
    {"CREATE TABLE `UPPER` (\n"
     "  `constraint` int(11) NOT NULL COMMENT 'PRIMARY KEY (x)',\n"
     "  PRIMARY KEY (`constraint`)\n"
     ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci",
     0, "UPPER/utf8mb4: constraint n | constraint"},
    {"CREATE TABLE `aria` (\n"
     "  `a` int(11) DEFAULT NULL\n"
     ") ENGINE=Aria DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci "
     "PAGE_CHECKSUM=1 ROW_FORMAT=PAGE TRANSACTIONAL=1 CONNECTION='x'",
     0, "aria/utf8mb4: a n"},
    {"CREATE TABLE `blobs` (\n"
     "  `a` binary(5) DEFAULT NULL,\n"
     "  `b` varbinary(300) DEFAULT '\\0\377',\n"
     "  `c` tinyblob DEFAULT NULL,\n"
     "  `d` blob DEFAULT 'a\\0b',\n"
     "  `e` mediumblob DEFAULT NULL,\n"
     "  `f` longblob DEFAULT NULL,\n"
     "  `g` blob /*M!100301 COMPRESSED*/ DEFAULT NULL,\n"
     "  KEY `d` (`d`(10))\n"
     ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci",
     0, "blobs/utf8mb4: a x, b x, c x, d x, e x, f x, g x"},
    {"CREATE TABLE `cafés` (\n"
     "  `é` int(11) DEFAULT NULL,\n"
     "  `t` text DEFAULT NULL\n"
     ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci",
     0, "cafés/utf8mb4: é n, t t/utf8mb4"},
    {"CREATE TABLE `child` (\n"
     "  `id` int(11) DEFAULT NULL,\n"
     "  `pid` int(11) DEFAULT NULL,\n"
     "  `pa` char(3) DEFAULT NULL,\n"
     "  KEY `f``k` (`pid`,`pa`),\n"
     "  CONSTRAINT `child_ibfk_1` FOREIGN KEY (`pid`) REFERENCES `parent` "
     "(`id`),\n"
     "  CONSTRAINT `f``k` FOREIGN KEY (`pid`, `pa`) REFERENCES `parent` (`id`, "
     "`a`) ON DELETE SET NULL ON UPDATE CASCADE\n"
     ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci",
     0, "child/utf8mb4: id n, pid n, pa t/utf8mb4"},
    {"CREATE TABLE `colonly` (\n"
     "  `a` varchar(5) DEFAULT NULL\n"
     ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci",
     0, "colonly/utf8mb4: a t/utf8mb4"},
    {"CREATE TABLE `gen` (\n"
     "  `id` int(11) NOT NULL AUTO_INCREMENT,\n"
     "  `a` int(11) DEFAULT NULL,\n"
     "  `b` int(11) GENERATED ALWAYS AS (`a` * 2) VIRTUAL,\n"
     "  `c` varchar(20) GENERATED ALWAYS AS (concat('x)',`a`,',')) STORED,\n"
     "  `d` int(11) GENERATED ALWAYS AS (`a` + 1) STORED INVISIBLE,\n"
     "  `e` int(11) INVISIBLE DEFAULT 5,\n"
     "  `f` bit(3) GENERATED ALWAYS AS (`a` & 7) VIRTUAL,\n"
     "  `g` int(11) DEFAULT NULL COMMENT 'c' CHECK (`g` > 0 and `g` <> 7),\n"
     "  PRIMARY KEY (`id`)\n"
     ") ENGINE=InnoDB AUTO_INCREMENT=4 DEFAULT CHARSET=utf8mb4 "
     "COLLATE=utf8mb4_general_ci",
     0,
     "gen/utf8mb4: id n, a n, b n*, c t/utf8mb4*, d n*~, e n~, f b3*, g n | "
     "id"},
    {"CREATE TABLE `geo` (\n"
     "  `a` geometry NOT NULL,\n"
     "  `b` point DEFAULT NULL,\n"
     "  `c` linestring DEFAULT NULL,\n"
     "  `d` polygon DEFAULT NULL,\n"
     "  `e` multipoint DEFAULT NULL,\n"
     "  `f` multilinestring DEFAULT NULL,\n"
     "  `g` multipolygon DEFAULT NULL,\n"
     "  `h` geometrycollection DEFAULT NULL,\n"
     "  SPATIAL KEY `a` (`a`)\n"
     ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci",
     0, "geo/utf8mb4: a g, b g, c g, d g, e g, f g, g g, h g"},
    {"CREATE TABLE `hist` (\n"
     "  `id` int(11) DEFAULT NULL,\n"
     "  `x` int(11) DEFAULT NULL WITHOUT SYSTEM VERSIONING,\n"
     "  `t` int(11) DEFAULT NULL\n"
     ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci WITH "
     "SYSTEM VERSIONING\n"
     " PARTITION BY SYSTEM_TIME INTERVAL 1 MONTH STARTS TIMESTAMP'2026-11-23 "
     "02:00:00'\n"
     "(PARTITION `p0` HISTORY ENGINE = InnoDB,\n"
     " PARTITION `p1` CURRENT ENGINE = InnoDB)",
     0, "hist/utf8mb4: id n, x n, t n"},
    {"CREATE TABLE `hist2` (\n"
     "  `id` int(11) DEFAULT NULL,\n"
     "  `s` timestamp(6) GENERATED ALWAYS AS ROW START,\n"
     "  `e` timestamp(6) GENERATED ALWAYS AS ROW END INVISIBLE,\n"
     "  PERIOD FOR SYSTEM_TIME (`s`, `e`)\n"
     ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci WITH "
     "SYSTEM VERSIONING",
     0, "hist2/utf8mb4: id n, s t*, e t*~"},
    {"CREATE TABLE `noutf` (\n"
     "  `a` varchar(5) DEFAULT NULL\n"
     ") ENGINE=InnoDB DEFAULT CHARSET=gbk COLLATE=gbk_chinese_ci",
     0, "noutf/gbk: a t/gbk"},
    {"CREATE TABLE `numbers` (\n"
     "  `a` tinyint(4) DEFAULT NULL,\n"
     "  `b` tinyint(3) unsigned zerofill DEFAULT NULL,\n"
     "  `c` smallint(6) DEFAULT NULL,\n"
     "  `d` mediumint(9) DEFAULT NULL,\n"
     "  `e` int(10) unsigned NOT NULL AUTO_INCREMENT,\n"
     "  `f` bigint(20) unsigned DEFAULT 18446744073709551615,\n"
     "  `g` decimal(65,30) DEFAULT NULL,\n"
     "  `h` float DEFAULT NULL,\n"
     "  `i` double DEFAULT NULL,\n"
     "  `j` float(7,3) unsigned DEFAULT NULL,\n"
     "  `k` double DEFAULT -0.00000000015,\n"
     "  `l` year(4) DEFAULT NULL,\n"
     "  `m` tinyint(1) DEFAULT NULL,\n"
     "  `n` bit(1) DEFAULT b'0',\n"
     "  `o` bit(64) NOT NULL DEFAULT b'101',\n"
     "  `p` bit(12) DEFAULT NULL,\n"
     "  PRIMARY KEY (`e`),\n"
     "  KEY `a` (`a`,`b`)\n"
     ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci "
     "COMMENT='it''s; `x` ) ENGINE'",
     0,
     "numbers/utf8mb4: a n, b n, c n, d n, e n, f n, g n, h n, i n, j n, k n, "
     "l n, m n, n b1, o b64, p b12 | e"},
    {"CREATE TABLE `odd\n"
     "-- Table structure ``x`` \"y\" 'z' é` (\n"
     "  `a``b` int(11) NOT NULL,\n"
     "  `c\n"
     "d` text DEFAULT NULL,\n"
     "  `-- e` int(11) NOT NULL,\n"
     "  `f\"g` int(11) DEFAULT NULL,\n"
     "  `h'i` int(11) DEFAULT NULL,\n"
     "  `é%/` int(11) DEFAULT NULL,\n"
     "  `key` int(11) DEFAULT NULL,\n"
     "  `primary` int(11) DEFAULT NULL,\n"
     "  PRIMARY KEY (`a``b`,`-- e`)\n"
     ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci",
     0,
     "odd\n"
     "-- Table structure `x` \"y\" 'z' é/utf8mb4: a`b n, c\n"
     "d t/utf8mb4, -- e n, f\"g n, h'i n, é%/ n, key n, primary n | a`b, -- e"},
    {"CREATE TABLE `parent` (\n"
     "  `id` int(11) NOT NULL,\n"
     "  `a` char(3) NOT NULL,\n"
     "  PRIMARY KEY (`id`,`a`) USING BTREE\n"
     ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci",
     0, "parent/utf8mb4: id n, a t/utf8mb4 | id, a"},
    {"CREATE TABLE `parts` (\n"
     "  `id` int(11) NOT NULL,\n"
     "  `d` date NOT NULL,\n"
     "  PRIMARY KEY (`id`,`d`)\n"
     ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci\n"
     " PARTITION BY RANGE (to_days(`d`))\n"
     "(PARTITION `p0` VALUES LESS THAN (738000) COMMENT = 'x)\\'' ENGINE = "
     "InnoDB,\n"
     " PARTITION `pm` VALUES LESS THAN MAXVALUE ENGINE = InnoDB)",
     0, "parts/utf8mb4: id n, d t | id, d"},
    {"CREATE TABLE `per` (\n"
     "  `id` int(11) DEFAULT NULL,\n"
     "  `d1` date NOT NULL,\n"
     "  `d2` date NOT NULL,\n"
     "  PERIOD FOR `p` (`d1`, `d2`),\n"
     "  UNIQUE KEY `id` (`id`,`p` WITHOUT OVERLAPS)\n"
     ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci",
     0, "per/utf8mb4: id n, d1 t, d2 t"},
    {"CREATE TABLE `s1` (\n"
     "  `next_not_cached_value` bigint(21) NOT NULL,\n"
     "  `minimum_value` bigint(21) NOT NULL,\n"
     "  `maximum_value` bigint(21) NOT NULL,\n"
     "  `start_value` bigint(21) NOT NULL COMMENT 'start value when sequences "
     "is created or value if RESTART is used',\n"
     "  `increment` bigint(21) NOT NULL COMMENT 'increment value',\n"
     "  `cache_size` bigint(21) unsigned NOT NULL,\n"
     "  `cycle_option` tinyint(1) unsigned NOT NULL COMMENT '0 if no cycles "
     "are allowed, 1 if the sequence should begin a new cycle when "
     "maximum_value is passed',\n"
     "  `cycle_count` bigint(21) NOT NULL COMMENT 'How many cycles have been "
     "done'\n"
     ") ENGINE=InnoDB SEQUENCE=1",
     0,
     "s1/: next_not_cached_value n, minimum_value n, maximum_value n, "
     "start_value n, increment n, cache_size n, cycle_option n, cycle_count n"},
    {"CREATE TABLE `texts` (\n"
     "  `a` char(10) CHARACTER SET latin1 COLLATE latin1_swedish_ci DEFAULT "
     "'it''s',\n"
     "  `b` varchar(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT "
     "NULL COMMENT 'a ) and '' and \\\\'' \"q\" `b` -- c /* d */ # e',\n"
     "  `c` tinytext DEFAULT NULL,\n"
     "  `d` text CHARACTER SET utf8mb3 COLLATE utf8mb3_general_ci DEFAULT "
     "NULL,\n"
     "  `e` mediumtext CHARACTER SET ucs2 COLLATE ucs2_general_ci DEFAULT "
     "NULL,\n"
     "  `f` longtext CHARACTER SET cp1251 COLLATE cp1251_general_ci DEFAULT "
     "NULL,\n"
     "  `g` enum('a,)','b''c','','é') CHARACTER SET utf8mb4 COLLATE "
     "utf8mb4_general_ci DEFAULT 'b''c',\n"
     "  `h` set('x','y;','z\\\\') DEFAULT 'x,z\\\\',\n"
     "  `i` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT NULL "
     "CHECK (json_valid(`i`)),\n"
     "  `j` varbinary(10) DEFAULT NULL,\n"
     "  `k` enum('1','2') CHARACTER SET binary DEFAULT NULL,\n"
     "  `l` uuid DEFAULT uuid(),\n"
     "  `m` inet6 DEFAULT NULL,\n"
     "  `n` inet4 DEFAULT '127.0.0.1',\n"
     "  `o` varchar(20) DEFAULT concat('a)','b'),\n"
     "  `p` char(5) CHARACTER SET utf8mb3 COLLATE utf8mb3_general_ci DEFAULT "
     "NULL,\n"
     "  `q` char(0) DEFAULT NULL,\n"
     "  `r` text /*M!100301 COMPRESSED*/ DEFAULT NULL,\n"
     "  `s` varchar(100) /*M!100301 COMPRESSED*/ DEFAULT 'x',\n"
     "  `t` char(10) INVISIBLE DEFAULT NULL,\n"
     "  `u``v` int(11) DEFAULT NULL CHECK (`u``v` < 10),\n"
     "  UNIQUE KEY `key` (`b`(20)),\n"
     "  FULLTEXT KEY `ft` (`b`),\n"
     "  CONSTRAINT `c,1` CHECK (`a` <> ')')\n"
     ") ENGINE=InnoDB DEFAULT CHARSET=latin2 COLLATE=latin2_general_ci",
     0,
     "texts/latin2: a t/latin1, b t/utf8mb4, c t/latin2, d t/utf8mb3, e "
     "t/ucs2, f t/cp1251, g t/utf8mb4, h t/latin2, i t/utf8mb4, j x, k x, l "
     "t/ascii, m t/ascii, n t/ascii, o t/latin2, p t/utf8mb3, q t/latin2, r "
     "t/latin2, s t/latin2, t t/latin2~, u`v n"},
    {"CREATE TABLE `times` (\n"
     "  `a` date NOT NULL,\n"
     "  `b` time DEFAULT NULL,\n"
     "  `c` time(6) DEFAULT NULL,\n"
     "  `d` datetime NOT NULL,\n"
     "  `e` datetime(3) DEFAULT current_timestamp(3) ON UPDATE "
     "current_timestamp(3),\n"
     "  `f` timestamp NOT NULL DEFAULT current_timestamp() ON UPDATE "
     "current_timestamp(),\n"
     "  `g` timestamp(6) NULL DEFAULT NULL,\n"
     "  `h` timestamp NOT NULL DEFAULT '0000-00-00 00:00:00',\n"
     "  `i` date DEFAULT '0000-00-00',\n"
     "  PRIMARY KEY (`d`,`a`)\n"
     ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci",
     0, "times/utf8mb4: a t, b t, c t, d t, e t, f t, g t, h t, i t | d, a"},
    {"CREATE TABLE `uca` (\n"
     "  `a` varchar(5) CHARACTER SET utf8mb4 COLLATE utf8mb4_uca1400_ai_ci "
     "DEFAULT NULL,\n"
     "  `b` char(5) CHARACTER SET utf16 COLLATE utf16_bin DEFAULT NULL\n"
     ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_uca1400_as_cs",
     0, "uca/utf8mb4: a t/utf8mb4, b t/utf16"},
};

const gsize n_mariadb_statements = G_N_ELEMENTS(mariadb_statements);
