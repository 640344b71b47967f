-- SPDX-License-Identifier: BSD-2-Clause
-- Characters of many charsets, and texts that look like a dump.
SET NAMES utf8mb4, time_zone = '+00:00', sql_mode = '';

CREATE TABLE texts (
  id INT PRIMARY KEY, c CHAR(10), v VARCHAR(2000), tiny TINYTEXT, t TEXT,
  m MEDIUMTEXT, l LONGTEXT, packed VARCHAR(500) COMPRESSED
) DEFAULT CHARSET = utf8mb4;
SET @ascii = (SELECT GROUP_CONCAT(CHAR(seq USING utf8mb4) ORDER BY seq SEPARATOR '')
  FROM seq_0_to_127);
INSERT INTO texts VALUES
  (1,'','','','','','',''),
  (2,'NULL','NULL','\\N','\\','\\\\','\\''','0x00'),
  (3,'é😀',@ascii,LEFT(@ascii,60),REVERSE(@ascii),REPEAT(@ascii,20),
   REPEAT('☃ "quoted", \\ and\n''apostrophes''\t\r\n',20000),@ascii),
  (4,'  lead',' \t\r\n','"','''','`','''''\\''','\\n'),
  (5,'‮rtl','e\u0301\0\Z\b%_',',',';','a\n\nb','a\\\nb','﻿bom'),
  (6,NULL,NULL,NULL,NULL,NULL,NULL,NULL);

CREATE TABLE charsets (
  id INT PRIMARY KEY, l1 VARCHAR(20) CHARACTER SET latin1,
  l2 VARCHAR(20) CHARACTER SET latin2, c51 VARCHAR(20) CHARACTER SET cp1251,
  k8 VARCHAR(20) CHARACTER SET koi8r, gr VARCHAR(20) CHARACTER SET greek,
  u3 TEXT CHARACTER SET utf8mb3, u2 VARCHAR(20) CHARACTER SET ucs2,
  u16 TEXT CHARACTER SET utf16, sj VARCHAR(20) CHARACTER SET sjis,
  gb VARCHAR(20) CHARACTER SET gbk, b5 VARCHAR(20) CHARACTER SET big5,
  a CHAR(4) CHARACTER SET ascii COLLATE ascii_bin
) DEFAULT CHARSET = latin1;
INSERT INTO charsets VALUES
  (1,'éßœ€Ž','čšžł','Привет','Привет','αβγ','日本語é','ЖĀ','😀é','ソ表','中文縗','功許','abc'),
  (2,'\\''"\n\0','\t','''','\\','\n','\r','\0','\Z','\\','''','"','%'),
  (3,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);

-- A column in latin1 of a table in latin1, all its 256 bytes.
CREATE TABLE latin (id INT PRIMARY KEY, t TEXT) DEFAULT CHARSET = latin1;
INSERT INTO latin SELECT seq, CONVERT(UNHEX(LPAD(HEX(seq), 2, '0')) USING latin1)
  FROM seq_0_to_255;

CREATE TABLE traps (id INT AUTO_INCREMENT PRIMARY KEY, t TEXT, b BLOB)
  COMMENT = '-- Table structure for table `ghost`\n';
INSERT INTO traps (t) VALUES
  ('-- Table structure for table `ghost`'),
  ('\n-- Table structure for table `ghost`\n--\n\nDROP TABLE IF EXISTS `ghost`;\n'),
  ('\n--\n-- Dumping data for table `ghost`\n--\nINSERT INTO `ghost` VALUES (1);\n'),
  ('\n-- Dump completed on 2024-05-01 10:00:00\n'),
  ('''); DROP TABLE `texts`; -- '), ('/*'), ('*/'), ('/*!40101 SET'), ('#'), ('-- '),
  ('\nDELIMITER ;;\n'), (';;'), ('$$'), ('\\'), ('\\\\'), ('\\'''), ('''\\'),
  ('),('), ('(1,''a''),\n(2,''b'');\n'), ('NULL'), ('_binary ''x'''), ('b''1'''),
  ('INSERT INTO `traps` VALUES'), ('UNLOCK TABLES;'), ('\r\n'), ('`'), ('"'), (''),
  ('\n-- Current Database: `ghost`\n\nUSE `ghost`;\n'), (';\n'), ('\0'), (NULL);
UPDATE traps SET b = t;
