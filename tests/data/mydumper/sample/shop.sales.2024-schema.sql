/*!40101 SET NAMES binary*/;
/*!40014 SET FOREIGN_KEY_CHECKS=0*/;

/*!40103 SET TIME_ZONE='+00:00' */;
CREATE TABLE `sales.2024` (
  `id` int(11) NOT NULL,
  `offer` int(11) DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `to_offer` (`offer`),
  CONSTRAINT `to_offer` FOREIGN KEY (`offer`) REFERENCES `offers` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
