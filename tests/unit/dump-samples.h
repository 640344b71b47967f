/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Dumps as the tools write them, cut down to what matters.
 */
#pragma once

/* mariadb-dump 10.19: @BANNER may differ, all else is a day's content. */
#define MARIADB_HEADER(banner)                                        \
	"/*M!999999\\- enable the sandbox mode */ \n"                 \
	"-- MariaDB dump 10.19  Distrib 10.11.11-MariaDB\n"           \
	"--\n"                                                        \
	"-- Host: " banner "\n"                                       \
	"-- ------------------------------------------------------\n" \
	"-- Server version\t10.11.11-MariaDB\n"                       \
	"\n" MARIADB_SETTINGS "\n"
#define MARIADB_SETTINGS                                                      \
	"/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;\n" \
	"/*!40101 SET NAMES utf8mb4 */;\n"                                    \
	"/*!40103 SET @OLD_TIME_ZONE=@@TIME_ZONE */;\n"                       \
	"/*!40103 SET TIME_ZONE='+00:00' */;\n"                               \
	"/*!40014 SET @OLD_UNIQUE_CHECKS=@@UNIQUE_CHECKS, "                   \
	"UNIQUE_CHECKS=0 */;\n"                                               \
	"/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, "         \
	"FOREIGN_KEY_CHECKS=0 */;\n"                                          \
	"/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, "                             \
	"SQL_MODE='NO_AUTO_VALUE_ON_ZERO' */;\n"
#define MARIADB_RESTORED                                                    \
	"/*!40101 SET CHARACTER_SET_CLIENT=@OLD_CHARACTER_SET_CLIENT */;\n" \
	"/*!40103 SET TIME_ZONE=@OLD_TIME_ZONE */;\n"                       \
	"/*!40014 SET UNIQUE_CHECKS=@OLD_UNIQUE_CHECKS */;\n"               \
	"/*!40014 SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS */;\n"     \
	"/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;\n"
#define MARIADB_FOOTER(date)                                                \
	"/*!40103 SET TIME_ZONE=@OLD_TIME_ZONE */;\n"                       \
	"\n"                                                                \
	"/*!40101 SET SQL_MODE=@OLD_SQL_MODE */;\n"                         \
	"/*!40014 SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS */;\n"     \
	"/*!40014 SET UNIQUE_CHECKS=@OLD_UNIQUE_CHECKS */;\n"               \
	"/*!40101 SET CHARACTER_SET_CLIENT=@OLD_CHARACTER_SET_CLIENT */;\n" \
	"\n"                                                                \
	"-- Dump completed on " date "\n"

/* Of a table with an id and a name. */
#define TABLE_CREATE(name)                                                 \
	"DROP TABLE IF EXISTS `" name "`;\n"                               \
	"/*!40101 SET @saved_cs_client     = @@character_set_client */;\n" \
	"/*!40101 SET character_set_client = utf8mb4 */;\n"                \
	"CREATE TABLE `" name "` (\n"                                      \
	"  `id` int(11) NOT NULL,\n"                                       \
	"  `name` varchar(20) DEFAULT NULL,\n"                             \
	"  PRIMARY KEY (`id`)\n"                                           \
	") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;\n"                       \
	"/*!40101 SET character_set_client = @saved_cs_client */;\n"
#define TABLE_LOCK(name)                  \
	"LOCK TABLES `" name "` WRITE;\n" \
	"/*!40000 ALTER TABLE `" name "` DISABLE KEYS */;\n"
#define TABLE_UNLOCK(name)                                  \
	"/*!40000 ALTER TABLE `" name "` ENABLE KEYS */;\n" \
	"UNLOCK TABLES;\n"
#define TABLE_COMMENT(what, name) "\n--\n-- " what " `" name "`\n--\n\n"
#define TABLE(name, inserts)                             \
	TABLE_COMMENT("Table structure for table", name) \
	TABLE_CREATE(name)                               \
	TABLE_COMMENT("Dumping data for table", name)    \
	TABLE_LOCK(name) inserts TABLE_UNLOCK(name)

/* As its own file has it. */
#define TABLE_ALONE(name, inserts)                                   \
	MARIADB_SETTINGS TABLE_CREATE(name) TABLE_LOCK(name) inserts \
	TABLE_UNLOCK(name) MARIADB_RESTORED
