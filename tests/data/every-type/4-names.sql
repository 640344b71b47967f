-- SPDX-License-Identifier: BSD-2-Clause
-- Names that no file has, or that the folder's own files have.
SET NAMES utf8mb4, sql_mode = '';

CREATE TABLE `it's` (`it's` INT);
INSERT INTO `it's` VALUES (1);
CREATE TABLE `back``tick` (`back``tick` INT, ```` INT);
INSERT INTO `back``tick` VALUES (1,2);
CREATE TABLE `"quoted"` (`"` INT, `a"b""c` INT);
INSERT INTO `"quoted"` VALUES (1,2);
CREATE TABLE `new
line` (`c
d` INT, `e	f` INT, `\n` INT);
INSERT INTO `new
line` VALUES (1,2,3);
CREATE TABLE `x
-- Table structure for table ``ghost``
--
DROP TABLE ghost;` (id INT);
INSERT INTO `x
-- Table structure for table ``ghost``
--
DROP TABLE ghost;` VALUES (1);
CREATE TABLE `a/b` (id INT);
INSERT INTO `a/b` VALUES (1);
CREATE TABLE `50%` (`%` INT, `%2F` INT);
INSERT INTO `50%` VALUES (1,2);
CREATE TABLE `a%2Fb` (id INT);
INSERT INTO `a%2Fb` VALUES (2);
CREATE TABLE `.hidden` (id INT);
INSERT INTO `.hidden` VALUES (1);
CREATE TABLE `..` (id INT);
INSERT INTO `..` VALUES (1);
CREATE TABLE `-rf *` (id INT);
INSERT INTO `-rf *` VALUES (1);
CREATE TABLE `back\slash` (`a\b` INT);
INSERT INTO `back\slash` VALUES (1);
CREATE TABLE `a.b` (id INT);
INSERT INTO `a.b` VALUES (1);
CREATE TABLE `éà日本` (`ß` INT, `Ж` TEXT);
INSERT INTO `éà日本` VALUES (1,'é');
CREATE TABLE `日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語` (id INT);
INSERT INTO `日本語日本語日本語日本語日本語日本語日本語日本語日本語日本語` VALUES (1);
CREATE TABLE `select` (`from` INT, `values` INT, `VALUES (1),(2` INT, `primary` INT,
  `key` INT PRIMARY KEY, `)` INT, `,` INT, `-- x` INT, `/*` INT, `#` INT COMMENT ''');
-- Table structure for table `ghost`');
INSERT INTO `select` VALUES (1,2,3,4,5,6,7,8,9,10);

CREATE TABLE Twin (id INT, which TEXT);
CREATE TABLE twin (id INT, which TEXT);
CREATE TABLE TWIN (id INT, which TEXT);
INSERT INTO Twin VALUES (1,'Twin');
INSERT INTO twin VALUES (2,'twin');
INSERT INTO TWIN VALUES (3,'TWIN');

-- As the files beside the tables, and those of other tables.
CREATE TABLE `schema` (id INT);
INSERT INTO `schema` VALUES (1);
CREATE TABLE views (id INT);
INSERT INTO views VALUES (2);
CREATE TABLE events (id INT);
INSERT INTO events VALUES (3);
CREATE TABLE routines (id INT);
INSERT INTO routines VALUES (4);
CREATE TABLE triggers (id INT);
INSERT INTO triggers VALUES (5);
CREATE TABLE `.tables` (id INT);
INSERT INTO `.tables` VALUES (6);
CREATE TABLE one_more (id INT, t TEXT);
INSERT INTO one_more VALUES (7,'seven');
CREATE TABLE `one_more.load` (id INT);
INSERT INTO `one_more.load` VALUES (8);
CREATE TABLE `one_more.sql` (id INT);
INSERT INTO `one_more.sql` VALUES (9);
