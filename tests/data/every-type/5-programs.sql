-- SPDX-License-Identifier: BSD-2-Clause
-- What is no table: triggers, views, routines, events, sequences.
SET NAMES utf8mb4, sql_mode = '';

CREATE SEQUENCE counter START WITH 100 INCREMENT BY 10;
SELECT NEXTVAL(counter), NEXTVAL(counter);
CREATE SEQUENCE `it's next` MINVALUE -5 MAXVALUE 5 START WITH -5 CYCLE;

CREATE VIEW cheap AS SELECT id, title, price FROM ads WHERE price < 1000;
CREATE VIEW a_first_view AS SELECT id FROM cheap WHERE title LIKE '%"a\\''%';
CREATE VIEW `it's a ``view``` AS SELECT '-- Table structure for table `ghost`\n' AS t,
  'DELIMITER ;;' AS `d'`, CHAR(10) AS n;
CREATE ALGORITHM = MERGE SQL SECURITY INVOKER VIEW checked AS
  SELECT a, t FROM generated WHERE a < 100 WITH CASCADED CHECK OPTION;

DELIMITER //
CREATE TRIGGER log_insert BEFORE INSERT ON keyless FOR EACH ROW
BEGIN
-- Table structure for table `ghost`
--
  IF NEW.a IS NULL THEN
    SET NEW.b = 'none; "it''s" \\';
  END IF;
END//
CREATE TRIGGER log_update AFTER UPDATE ON keyless FOR EACH ROW
  INSERT INTO one VALUES (';;')//
CREATE TRIGGER `it's one` AFTER INSERT ON `it's` FOR EACH ROW SET @a = 1//
CREATE TRIGGER `2nd` AFTER INSERT ON `it's` FOR EACH ROW FOLLOWS `it's one` SET @a = 2//

CREATE PROCEDURE `it's a trap`(IN a INT, OUT b VARCHAR(20) CHARSET utf8mb4)
  COMMENT 'it''s'
BEGIN
  /* DELIMITER ;; */
  DECLARE x TEXT DEFAULT '
-- Table structure for table `ghost`
--
DROP TABLE IF EXISTS `ghost`;
CREATE TABLE `ghost` (a int);
INSERT INTO `ghost` VALUES (1);
-- Dump completed on 2024-05-01 10:00:00
';
-- Dumping data for table `ghost`
# it's
  SELECT a INTO b;
END//
CREATE FUNCTION twice(n INT) RETURNS INT DETERMINISTIC RETURN n * 2//
CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 00:00:00'
  ON COMPLETION PRESERVE DISABLE COMMENT 'it''s' DO
BEGIN
  -- Table structure for table `ghost`
  DELETE FROM one WHERE only = '\n-- x; ';
END//
DELIMITER ;
