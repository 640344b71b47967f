/*!40101 SET NAMES binary*/;
/*!40014 SET FOREIGN_KEY_CHECKS=0*/;
/*!40103 SET TIME_ZONE='+00:00' */;
INSERT INTO `offers` VALUES
(1,"chair; \"old\"",12.50,"2024-03-01 08:00:00","\0�\'"),
(2,"it\'s\na \"lamp\"\\",NULL,NULL,NULL),
(3,"Théière ☕",7.00,"2024-07-01 08:00:00",""),
(2000,"after a gap",0.01,NULL,"\n");
