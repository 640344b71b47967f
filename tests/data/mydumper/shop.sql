-- What mydumper's folders are made of: names with dots, views of views,
-- programs of several statements, tables without rows.
CREATE TABLE offers (
  id int NOT NULL PRIMARY KEY, name varchar(40), price decimal(8,2),
  seen timestamp NULL, raw varbinary(16), KEY (price));
INSERT INTO offers VALUES
  (1, 'chair; "old"', 12.50, '2024-03-01 10:00:00', x'00ff27'),
  (2, 'it''s\na "lamp"\\', NULL, NULL, NULL),
  (3, 'Théière ☕', 7, '2024-07-01 10:00:00', ''),
  (2000, 'after a gap', 0.01, NULL, x'0a');
CREATE TABLE `sales.2024` (
  id int NOT NULL PRIMARY KEY, offer int,
  CONSTRAINT to_offer FOREIGN KEY (offer) REFERENCES offers (id));
INSERT INTO `sales.2024` VALUES (1, 2), (2, 3), (900, 1);
CREATE TABLE `log.00001` (text varchar(20));
INSERT INTO `log.00001` VALUES ('DELIMITER ;;'), ('one');
CREATE TABLE `nothing` (id int);
CREATE TABLE Nothing (id int DEFAULT 5);
INSERT INTO Nothing VALUES (6);
CREATE VIEW z_priced AS SELECT * FROM offers;
CREATE VIEW a_cheap AS SELECT id, name FROM z_priced WHERE price < 10;
CREATE SEQUENCE counter START WITH 7;
DELIMITER //
CREATE TRIGGER first_one BEFORE INSERT ON offers FOR EACH ROW
BEGIN
  -- as it is; not as it was
  SET NEW.name = CONCAT(NEW.name, ';;');
  SET @seen = 1;
END//
CREATE TRIGGER second_one AFTER DELETE ON offers FOR EACH ROW
  INSERT INTO `log.00001` VALUES ('gone')//
CREATE TRIGGER third BEFORE UPDATE ON `sales.2024` FOR EACH ROW SET @s = 'é'//
CREATE FUNCTION twice(n int) RETURNS int DETERMINISTIC
BEGIN
  SET n = n * 2;

  RETURN n;
END//
CREATE PROCEDURE clear_log()
BEGIN
  SET character_set_client = utf8mb4;
  DELETE FROM `log.00001`; SELECT 'é;
done';
END//
CREATE PROCEDURE nothing_much() SELECT 1//
CREATE EVENT daily ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 03:00:00' DO
BEGIN
  SELECT 1;
  CALL clear_log();
END//
CREATE EVENT hourly ON SCHEDULE EVERY 1 HOUR STARTS '2030-01-01 03:30:00' DO
  CALL clear_log()//
DELIMITER ;
