CREATE TABLE offers (id int NOT NULL PRIMARY KEY, text text);
INSERT INTO offers VALUES (1, 'a post'), (2, NULL);
CREATE PROCEDURE posts() SELECT * FROM offers;
