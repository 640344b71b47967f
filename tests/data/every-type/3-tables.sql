-- SPDX-License-Identifier: BSD-2-Clause
-- Tables of every make: generated, invisible, partitions, foreign keys…
SET NAMES utf8mb4, time_zone = '+00:00', sql_mode = 'NO_AUTO_VALUE_ON_ZERO';

CREATE TABLE empty (id INT PRIMARY KEY, t TEXT);
CREATE TABLE one (only VARCHAR(10));
INSERT INTO one VALUES ('a'), (NULL), (''), ('b\n');
CREATE TABLE keyless (a INT, b VARCHAR(10), KEY (b));
INSERT INTO keyless VALUES (2,'b'),(1,'a'),(2,'b'),(NULL,NULL);
CREATE TABLE pair (b INT, a VARCHAR(10), n INT, PRIMARY KEY (a, b), UNIQUE (n));
INSERT INTO pair VALUES (2,'x',1),(1,'x',2),(1,'a',NULL);
CREATE TABLE zero (id INT AUTO_INCREMENT PRIMARY KEY, t TEXT);
INSERT INTO zero VALUES (0,'zero'),(1,'one'),(-1,'minus one');

CREATE TABLE generated (
  a INT PRIMARY KEY, v INT AS (a * 2) VIRTUAL, w INT AS (a + 1) STORED,
  s VARCHAR(40) AS (CONCAT('it''s ', a, ' "`')) STORED, z BLOB AS (UNHEX(a)) VIRTUAL,
  d INT DEFAULT (1 + 1), t VARCHAR(10), CHECK (a < 1000), KEY (w)
);
INSERT INTO generated (a, t) VALUES (10,'x'),(20,NULL),(27,'y');
CREATE TABLE invisible (
  a INT PRIMARY KEY, hidden VARCHAR(20) INVISIBLE, b TEXT,
  c INT INVISIBLE DEFAULT 7, g INT AS (a + c) STORED INVISIBLE
);
INSERT INTO invisible (a, hidden, b) VALUES (1,'h','b'),(2,NULL,NULL),(3,'','');
CREATE TABLE all_hidden_but_one (a INT INVISIBLE, b INT);
INSERT INTO all_hidden_but_one (a, b) VALUES (1,2),(NULL,NULL);

CREATE TABLE by_range (id INT, y INT, PRIMARY KEY (id, y)) PARTITION BY RANGE (y)
  (PARTITION old VALUES LESS THAN (2000), PARTITION `new` VALUES LESS THAN MAXVALUE);
INSERT INTO by_range VALUES (1,2024),(2,1999),(3,2000);
CREATE TABLE by_hash (id INT PRIMARY KEY, t TEXT) PARTITION BY HASH (id) PARTITIONS 3;
INSERT INTO by_hash SELECT seq, CONCAT('row ', seq) FROM seq_1_to_20;

-- One needs the other, and the other way round.
CREATE TABLE husband (id INT PRIMARY KEY, wife INT);
CREATE TABLE wife (id INT PRIMARY KEY, husband INT,
  CONSTRAINT married FOREIGN KEY (husband) REFERENCES husband (id) ON DELETE CASCADE);
ALTER TABLE husband ADD CONSTRAINT `it's` FOREIGN KEY (wife) REFERENCES wife (id);
INSERT INTO husband VALUES (1,NULL),(2,NULL);
INSERT INTO wife VALUES (1,1),(2,NULL);
UPDATE husband SET wife = id;
CREATE TABLE tree (id INT PRIMARY KEY, up INT, FOREIGN KEY (up) REFERENCES tree (id));
INSERT INTO tree VALUES (1,NULL),(2,1),(3,2);

CREATE TABLE old_engine (id INT PRIMARY KEY, t TEXT, FULLTEXT KEY (t)) ENGINE = MyISAM
  DEFAULT CHARSET = latin1 ROW_FORMAT = DYNAMIC;
INSERT INTO old_engine VALUES (3,'third'),(1,'first');
CREATE TABLE newer_engine (id INT, t TEXT) ENGINE = Aria CHECKSUM = 1;
INSERT INTO newer_engine VALUES (3,'third'),(1,'first');
CREATE TABLE gone (id INT) ENGINE = MEMORY;
INSERT INTO gone VALUES (1);

CREATE TABLE wide (id INT PRIMARY KEY);
SET @add = (SELECT GROUP_CONCAT('ADD c', seq, ' VARCHAR(3) DEFAULT ''v''')
  FROM seq_1_to_300);
EXECUTE IMMEDIATE CONCAT('ALTER TABLE wide ', @add);
INSERT INTO wide (id) VALUES (1),(2);

-- Some MB, the same on each run.
CREATE TABLE ads (
  id INT AUTO_INCREMENT PRIMARY KEY, title VARCHAR(80), body TEXT,
  price DECIMAL(10,2), seen DATETIME, photo VARBINARY(32), KEY (price)
);
INSERT INTO ads SELECT seq, CONCAT('Offer #', seq, ': "', MD5(seq), '"'),
  REPEAT(CONCAT('It''s ', SHA1(seq), ' — cheap,\nas new\\good.\n'), 1 + seq % 4),
  seq * 1.07, '2024-01-01' + INTERVAL seq MINUTE, UNHEX(MD5(-seq))
  FROM seq_1_to_12000;
