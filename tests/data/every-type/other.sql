-- SPDX-License-Identifier: BSD-2-Clause
-- A second database; some names are those of the first one's tables.
SET NAMES utf8mb4, sql_mode = '';

CREATE TABLE one (only INT PRIMARY KEY, t VARCHAR(20));
INSERT INTO one VALUES (1,'of the other'),(2,NULL);
CREATE TABLE lonely (id INT PRIMARY KEY, b BIT(3), t TEXT CHARACTER SET latin1);
INSERT INTO lonely VALUES (1,5,'é'),(2,NULL,'');
CREATE VIEW seen AS SELECT only FROM one;
CREATE TRIGGER one_t BEFORE INSERT ON one FOR EACH ROW SET NEW.t = 'triggered';
CREATE FUNCTION thrice(n INT) RETURNS INT DETERMINISTIC RETURN n * 3;
