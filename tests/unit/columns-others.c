/* SPDX-License-Identifier: BSD-2-Clause */
/* As MySQL 5.0 to 9, phpMyAdmin, Adminer, --compatible=ansi and people write
 * them. */
#include "columns-kit.h"

const StatementSample other_statements[] = {
    {"CREATE TABLE `offers` (\n"
     "  `id` int unsigned NOT NULL AUTO_INCREMENT,\n"
     "  `title` varchar(120) COLLATE utf8mb4_unicode_ci NOT NULL DEFAULT "
     "'it''s',\n"
     "  `old` varchar(10) CHARACTER SET latin1 COLLATE latin1_german1_ci "
     "DEFAULT NULL,\n"
     "  `doc` json DEFAULT NULL,\n"
     "  `place` point NOT NULL /*!80003 SRID 4326 */,\n"
     "  `all` geomcollection DEFAULT NULL,\n"
     "  `total` decimal(10,2) GENERATED ALWAYS AS ((`a` * `b`)) STORED,\n"
     "  `low` varchar(120) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin GENERATED "
     "ALWAYS AS (lower(_utf8mb4'a),`\\'')) VIRTUAL NOT NULL,\n"
     "  `hidden` varchar(5) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL "
     "/*!80023 INVISIBLE */,\n"
     "  `u` char(36) DEFAULT (uuid()),\n"
     "  `x` int DEFAULT ((1 + 2)),\n"
     "  `disk` int /*!50606 STORAGE DISK */ /*!50606 COLUMN_FORMAT DYNAMIC */ "
     "DEFAULT NULL,\n"
     "  `flags` bit(5) DEFAULT b'101',\n"
     "  `t` timestamp(3) NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE "
     "CURRENT_TIMESTAMP(3),\n"
     "  `e` enum('a,)','b''c','-- ') DEFAULT NULL COMMENT 'with ) and '' and "
     "\\\\''',\n"
     "  `v` vector(2048) DEFAULT NULL,\n"
     "  `d` double DEFAULT '-1.5e-20',\n"
     "  PRIMARY KEY (`id`,`title`(10)),\n"
     "  UNIQUE KEY `lower` ((lower(`title`))) /*!80000 INVISIBLE */,\n"
     "  KEY `k` (`x` DESC) USING BTREE COMMENT ')',\n"
     "  SPATIAL KEY `s` (`place`),\n"
     "  FULLTEXT KEY `ft` (`title`) /*!50100 WITH PARSER `ngram` */ ,\n"
     "  CONSTRAINT `fk` FOREIGN KEY (`x`) REFERENCES `other`.`b` (`id`) ON "
     "DELETE SET NULL,\n"
     "  CONSTRAINT `offers_chk_1` CHECK ((`x` > 0)) /*!80016 NOT ENFORCED */\n"
     ") /*!50100 TABLESPACE `ts` */ ENGINE=InnoDB AUTO_INCREMENT=7 DEFAULT "
     "CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci STATS_PERSISTENT=1 "
     "COMMENT='DEFAULT CHARSET=latin1 '';' /*!80016 ENCRYPTION='Y' */\n"
     "/*!50100 PARTITION BY RANGE (`id`)\n"
     "(PARTITION p0 VALUES LESS THAN (10) COMMENT = 'COLLATE=greek_bin' ENGINE "
     "= InnoDB,\n"
     " PARTITION p1 VALUES LESS THAN MAXVALUE ENGINE = InnoDB) */;\n",
     0,
     "offers/utf8mb4: id n, title t/utf8mb4, old t/latin1, doc t/utf8mb4, "
     "place g, all g, total n*, low t/utf8mb4*, hidden t/ascii~, u t/utf8mb4, "
     "x n, disk n, flags b5, t t, e t/utf8mb4, v x, d n | id, title"},
    {"CREATE TABLE `wp_options` (\n"
     "  `option_id` bigint(20) unsigned NOT NULL auto_increment,\n"
     "  `option_name` varchar(64) character set latin1 NOT NULL default '',\n"
     "  `option_value` longtext collate utf8_unicode_ci NOT NULL,\n"
     "  `b` binary(16) default NULL,\n"
     "  `when` timestamp NOT NULL default CURRENT_TIMESTAMP on update "
     "CURRENT_TIMESTAMP,\n"
     "  PRIMARY KEY  (`option_id`,`option_name`),\n"
     "  KEY `option_name` (`option_name`)\n"
     ") ENGINE=MyISAM DEFAULT CHARSET=utf8 COLLATE=utf8_unicode_ci "
     "COMMENT='InnoDB free: 4096 kB';\n",
     0,
     "wp_options/utf8: option_id n, option_name t/latin1, option_value t/utf8, "
     "b x, when t | option_id, option_name"},
    {"/*!50001 CREATE TABLE `v` (\n"
     "  `id` tinyint NOT NULL,\n"
     "  `name` varchar(80)\n"
     ") ENGINE=MyISAM */;\n",
     0, "v/: id n, name t"},
    {"CREATE TABLE `cheap` (\n"
     "`id` int(11)\n"
     ",`title` varchar(80)\n"
     ",`price` decimal(10,2)\n"
     ");\n",
     0, "cheap/: id n, title t, price n"},
    {"CREATE TABLE IF NOT EXISTS `shop`.`ads` (\n"
     "  `id` int(11) NOT NULL,\n"
     "  `photo` mediumblob DEFAULT NULL,\n"
     "  `where` polygon NOT NULL\n"
     ") ENGINE=InnoDB DEFAULT CHARSET=latin1;\n",
     0, "shop.ads/latin1: id n, photo x, where g"},
    {"CREATE TABLE `stats` (\n"
     "  `day` date NOT NULL,\n"
     "  `hits` int(11) NOT NULL DEFAULT '0',\n"
     "  `note` text CHARACTER SET utf8 NOT NULL,\n"
     "  UNIQUE KEY `day` (`day`)\n"
     ") ENGINE=InnoDB DEFAULT CHARSET=latin2 COLLATE=latin2_czech_cs;\n"
     "\n",
     0, "stats/latin2: day t, hits n, note t/utf8"},
    {"CREATE TABLE \"offers\" (\n"
     "  \"id\" int(11) NOT NULL,\n"
     "  \"a \"\"b\"\" \\\" varchar(10) DEFAULT 'it''s \\' \"',\n"
     "  \"e\" enum(\"x,\",\"y)\") DEFAULT NULL,\n"
     "  PRIMARY KEY (\"id\"),\n"
     "  KEY \"a\" (\"a \"\"b\"\" \\\"(3))\n"
     ");\n",
     ROND_SQL_ANSI_QUOTES, "offers/: id n, a \"b\" \\ t, e t | id"},
    {"CREATE TABLE `t` (\n"
     "  `a` char(3) DEFAULT '\\',\n"
     "  `b` enum('\\','''') CHARACTER SET koi8r\n"
     ") COMMENT='\\' DEFAULT CHARSET=cp1251;\n",
     ROND_SQL_PLAIN_BACKSLASH, "t/cp1251: a t/cp1251, b t/koi8r"},
    {"create table t(a int key, b varchar (10) unique key comment \"a, ) "
     "key\", c national varchar(5), d character varying(3) charset binary, e "
     "double precision, f long varbinary, g long varchar, h char byte, i "
     "char(3) ascii, j char(3) unicode, period int, vector blob, k bit, l "
     "serial, m mystery(1,'),') default 'x')charset greek # end\n"
     ";",
     0,
     "t/greek: a n, b t/greek, c t/utf8, d x, e n, f x, g t/greek, h x, i "
     "t/latin1, j t/ucs2, period n, vector x, k b1, l n, m t/greek | a"},
    {"CREATE OR REPLACE TEMPORARY TABLE a . b (\015\n"
     "\011x INT, -- y INT,\015\n"
     "\011/* z INT, */ w INT /* ) */, # )\015\n"
     "\011CONSTRAINT pk PRIMARY KEY USING BTREE (x, w) KEY_BLOCK_SIZE=4, CHECK "
     "(x <> ')')\015\n"
     ") ;;\015\n",
     0, "a.b/: x n, w n | x, w"},
    {"CREATE TABLE `m` (\n"
     "  `a` mariadb_schema.date DEFAULT NULL,\n"
     "  `b` timestamp /* mariadb-5.3 */ NULL,\n"
     "  `c` vector(3) NOT NULL,\n"
     "  VECTOR KEY `c` (`c`) `M`=6 `DISTANCE`=euclidean\n"
     ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb3 COLLATE=utf8mb3_uca1400_ai_ci;\n",
     0, "m/utf8mb3: a t, b t, c x"},
    {"CREATE TABLE `z` (`a` varchar(5) COLLATE 'cp1250_bin', `b` text CHARSET "
     "\"hebrew\") COLLATE=utf8mb4_bin CHARACTER SET = 'macce'",
     0, "z/macce: a t/cp1250, b t/hebrew"},
};

const gsize n_other_statements = G_N_ELEMENTS(other_statements);
