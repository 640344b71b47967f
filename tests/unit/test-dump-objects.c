/* SPDX-License-Identifier: BSD-2-Clause */
/* What is no row: views, triggers, routines, events, keys, settings. */
#include "dump-kit.h"
#include "dump-samples.h"

#include <string.h>

#define INTO_A "INSERT INTO `a` VALUES (1,'x');\n"
#define SAVE_MODE                                                \
	"/*!50003 SET @saved_sql_mode       = @@sql_mode */ ;\n" \
	"/*!50003 SET sql_mode              = 'STRICT_ALL_TABLES' */ ;\n"
#define BACK_MODE "/*!50003 SET sql_mode              = @saved_sql_mode */ ;\n"
#define TRIGGER(name, table)                                       \
	"/*!50003 CREATE*/ /*!50017 DEFINER=`root`@`localhost`*/ " \
	"/*!50003 TRIGGER `" name "` BEFORE INSERT ON `" table     \
	"` FOR EACH ROW BEGIN SET @a = ';';\nEND */;;\n"

static void check_text(const TakenDump *dump, const char *path,
		       const char *expected)
{
	g_autofree char *text = taken_text(dump, path);

	g_assert_cmpstr(text, ==, expected);
}

static void test_triggers(void)
{
	static const char triggers[] = SAVE_MODE "DELIMITER ;;\n" TRIGGER(
	    "t1", "a") "DELIMITER ;\n" BACK_MODE SAVE_MODE
		       "DELIMITER ;;\n" TRIGGER("t2",
						"a") "DELIMITER ;\n" BACK_MODE;
	g_autofree char *text =
	    g_strconcat(MARIADB_HEADER("h") TABLE("a", INTO_A), triggers,
			TABLE("b", "") MARIADB_FOOTER("x"), NULL);
	g_autofree char *alone =
	    g_strconcat(MARIADB_SETTINGS TABLE_CREATE("a") TABLE_LOCK("a")
			    INTO_A TABLE_UNLOCK("a"),
			triggers, MARIADB_RESTORED, NULL);
	g_autofree char *all =
	    g_strconcat(MARIADB_SETTINGS, triggers, MARIADB_RESTORED, NULL);
	g_autoptr(TakenDump) dump = taken_dump(text);

	check_text(dump, "a.sql", alone);
	check_text(dump, "triggers.sql", all);
	check_text(dump, "schema.sql",
		   MARIADB_SETTINGS TABLE_CREATE("a") TABLE_CREATE("b")
		       MARIADB_RESTORED);
}

#define STAND_IN(name)                                               \
	"/*!50001 DROP VIEW IF EXISTS `" name "`*/;\n"               \
	"SET @saved_cs_client     = @@character_set_client;\n"       \
	"SET character_set_client = utf8mb4;\n"                      \
	"/*!50001 CREATE VIEW `" name "` AS SELECT\n 1 AS `id`*/;\n" \
	"SET character_set_client = @saved_cs_client;\n"
#define VIEW(name, from)                                                \
	"/*!50001 DROP VIEW IF EXISTS `" name "`*/;\n"                  \
	"/*!50001 CREATE ALGORITHM=UNDEFINED */\n"                      \
	"/*!50013 DEFINER=`root`@`localhost` SQL SECURITY DEFINER */\n" \
	"/*!50001 VIEW `" name "` AS select `" from                     \
	"`.`id` AS `id` from `" from "` */;\n"

/* The stand-ins are gone, and what a view is made of comes before it. */
static void test_views(void)
{
	g_autoptr(TakenDump) dump = taken_dump(
	    MARIADB_HEADER("h") TABLE("a", INTO_A) STAND_IN("v1") STAND_IN("v2")
		STAND_IN("v3") VIEW("v1", "v2") VIEW("v2", "v3") VIEW("v3", "a")
		    MARIADB_FOOTER("x"));

	check_text(dump, "views.sql",
		   MARIADB_SETTINGS VIEW("v3", "a") VIEW("v2", "v3")
		       VIEW("v1", "v2") MARIADB_RESTORED);
	g_assert_null(taken_file(dump, "v1.sql"));
}

/* Older tools and Adminer use tables. */
static void test_stand_in_tables(void)
{
	g_autoptr(TakenDump) dump = taken_dump(MARIADB_HEADER("h") TABLE_CREATE(
	    "v") TABLE("a", INTO_A) VIEW("v", "a") MARIADB_FOOTER("x"));

	g_assert_null(taken_file(dump, "v.sql"));
	check_text(dump, "schema.sql",
		   MARIADB_SETTINGS TABLE_CREATE("a") MARIADB_RESTORED);
	check_text(dump, "views.sql",
		   MARIADB_SETTINGS VIEW("v", "a") MARIADB_RESTORED);
}

/* Views that name each other are written all the same. */
static void test_view_circle(void)
{
	g_autoptr(TakenDump) dump =
	    taken_dump("CREATE VIEW `a` AS SELECT * FROM `b`;\n"
		       "CREATE VIEW `b` AS SELECT * FROM `a`;\n");
	g_autofree char *text = taken_text(dump, "views.sql");

	g_assert_nonnull(strstr(text, "VIEW `a`"));
	g_assert_nonnull(strstr(text, "VIEW `b`"));
}

#define EVENT                                                               \
	"/*!50106 SET @save_time_zone= @@TIME_ZONE */ ;\n"                  \
	"/*!50106 DROP EVENT IF EXISTS `e` */;\n"                           \
	"DELIMITER ;;\n"                                                    \
	"/*!50003 SET @saved_time_zone      = @@time_zone */ ;;\n"          \
	"/*!50003 SET time_zone             = 'SYSTEM' */ ;;\n"             \
	"/*!50106 CREATE EVENT `e` ON SCHEDULE EVERY 1 DAY DO SELECT 1 */ " \
	";;\n"                                                              \
	"/*!50003 SET time_zone             = @saved_time_zone */ ;;\n"     \
	"DELIMITER ;\n"                                                     \
	"/*!50106 SET TIME_ZONE= @save_time_zone */ ;\n"
#define ROUTINE(name)                                                  \
	"/*!50003 DROP PROCEDURE IF EXISTS `" name "` */;\n" SAVE_MODE \
	"DELIMITER ;;\n"                                               \
	"CREATE DEFINER=`root`@`localhost` PROCEDURE `" name "`()\n"   \
	"BEGIN\n-- DELIMITER ;\nSELECT ';'; END ;;\n"                  \
	"DELIMITER ;\n" BACK_MODE

static void test_code(void)
{
	g_autoptr(TakenDump) dump = taken_dump(MARIADB_HEADER("h") TABLE(
	    "a", INTO_A) EVENT ROUTINE("p") ROUTINE("q") MARIADB_FOOTER("x"));

	check_text(dump, "events.sql", MARIADB_SETTINGS EVENT MARIADB_RESTORED);
	check_text(dump, "routines.sql",
		   MARIADB_SETTINGS ROUTINE("p") ROUTINE("q") MARIADB_RESTORED);
	check_text(dump, "a.sql", TABLE_ALONE("a", INTO_A));
}

#define SEQUENCE                              \
	"DROP SEQUENCE IF EXISTS `s`;\n"      \
	"CREATE SEQUENCE `s` start with 1;\n" \
	"DO SETVAL(`s`, 1001, 0);\n"

static void test_sequence(void)
{
	g_autoptr(TakenDump) dump = taken_dump(MARIADB_HEADER(
	    "h") SEQUENCE TABLE("a", INTO_A) MARIADB_FOOTER("x"));

	check_text(dump, "s.sql", MARIADB_SETTINGS SEQUENCE MARIADB_RESTORED);
	check_text(dump, "schema.sql",
		   MARIADB_SETTINGS SEQUENCE TABLE_CREATE("a")
		       MARIADB_RESTORED);
	g_assert_null(taken_file(dump, "s.tsv"));
}

#define PMA_ROWS "INSERT INTO `a` (`id`, `t`) VALUES\n(1, 'x;'),\n(2, NULL);\n"
#define PMA_SETTINGS                                                          \
	"SET SQL_MODE = \"NO_AUTO_VALUE_ON_ZERO\";\n"                         \
	"SET time_zone = \"+00:00\";\n"                                       \
	"/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;\n" \
	"/*!40101 SET NAMES utf8mb4 */;\n"
#define PMA_ADDED                                                     \
	"/*!40014 SET @OLD_UNIQUE_CHECKS=@@UNIQUE_CHECKS, "           \
	"UNIQUE_CHECKS=0 */;\n"                                       \
	"/*!40014 SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, " \
	"FOREIGN_KEY_CHECKS=0 */;\n"
#define PMA_RESTORED \
	"/*!40101 SET CHARACTER_SET_CLIENT=@OLD_CHARACTER_SET_CLIENT */;\n"
#define PMA_CREATE \
	"CREATE TABLE `a` (\n  `id` int(11) NOT NULL,\n  `t` text\n);\n"
#define PMA_TRIGGER                                                            \
	"DELIMITER $$\n"                                                       \
	"CREATE TRIGGER `tr` BEFORE INSERT ON `a` FOR EACH ROW SET @x=1\n$$\n" \
	"DELIMITER ;\n"
#define PMA_KEYS                                                     \
	"ALTER TABLE `a`\n  ADD PRIMARY KEY (`id`),\n  ADD KEY `k` " \
	"(`t`(9));\n"
#define PMA_NUMBERS \
	"ALTER TABLE `a`\n  MODIFY `id` int(11) NOT NULL AUTO_INCREMENT;\n"
#define PMA_CONSTRAINTS                                             \
	"ALTER TABLE `a`\n  ADD CONSTRAINT `c` FOREIGN KEY (`id`) " \
	"REFERENCES `b` (`id`);\n"
#define PMA_BODY                                                              \
	"-- phpMyAdmin SQL Dump\n-- version 5.2.1\n"                          \
	"SET SQL_MODE = \"NO_AUTO_VALUE_ON_ZERO\";\nSTART TRANSACTION;\n"     \
	"SET time_zone = \"+00:00\";\n\n\n"                                   \
	"/*!40101 SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT */;\n" \
	"/*!40101 SET NAMES utf8mb4 */;\n\n"                                  \
	"--\n-- Structure de la table `a`\n--\n\n" PMA_CREATE "\n" PMA_ROWS   \
	"\n--\n-- D\xc3\xa9"                                                  \
	"clencheurs `a`\n--\n" PMA_TRIGGER "\n-- -----\n\n"                   \
	"CREATE TABLE `b` (\n  `id` int(11) NOT NULL\n);\n" PMA_KEYS          \
	"\n--\nALTER TABLE `b`\n  ADD PRIMARY KEY (`id`);\n\n" PMA_NUMBERS    \
	"\n" PMA_CONSTRAINTS

static void test_phpmyadmin(void)
{
	g_autoptr(TakenDump) dump =
	    taken_dump(PMA_BODY "COMMIT;\n\n" PMA_RESTORED);
	g_autoptr(TakenDump) cut = taken_dump(PMA_BODY);

	g_assert_true(dump->complete);
	check_text(dump, "a.sql",
		   PMA_SETTINGS PMA_ADDED PMA_CREATE PMA_ROWS PMA_TRIGGER
		       PMA_KEYS PMA_NUMBERS PMA_CONSTRAINTS PMA_RESTORED
		   "/*!40014 SET UNIQUE_CHECKS=@OLD_UNIQUE_CHECKS */;\n"
		   "/*!40014 SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS "
		   "*/;\n");
	check_text(dump, "a.tsv", "id\tt\n1\tx;\n2\t\\N\n");
	g_assert_cmpstr(g_ptr_array_index(taken_table(dump, "a")->def->key, 0),
			==, "id");
	g_assert_false(cut->complete);
}

#define ADMINER                                                                \
	"-- Adminer 4.8.1 MySQL 10.11.6 dump\n\n"                              \
	"SET NAMES utf8;\nSET time_zone = '+00:00';\n"                         \
	"SET foreign_key_checks = 0;\nSET sql_mode = 'NO_AUTO_VALUE_ON_ZERO';" \
	"\n\nDELIMITER ;;\n\nCREATE FUNCTION `f`() RETURNS int\nRETURN 1;;\n"  \
	"\nCREATE EVENT `e` ON SCHEDULE EVERY 1 DAY DO SELECT 1;;\n\n"         \
	"DELIMITER ;\n\nDROP TABLE IF EXISTS `a`;\n"                           \
	"CREATE TABLE `a` (\n  `id` int NOT NULL\n);\n\n"                      \
	"SET NAMES utf8mb4;\n\nDROP TABLE IF EXISTS `b`;\n"                    \
	"CREATE TABLE `b` (\n  `t` text\n);\n\n"                               \
	"INSERT INTO `b` (`t`) VALUES\n('x'),\t\n('y');\n\n"

/* One block of DELIMITER lines for all; a setting that comes in the middle. */
static void test_adminer(void)
{
	g_autoptr(TakenDump) dump =
	    taken_dump(ADMINER "-- 2024-05-01 03:00:01\n");
	g_autoptr(TakenDump) cut = taken_dump(ADMINER);
	g_autofree char *a = taken_text(dump, "a.sql");
	g_autofree char *b = taken_text(dump, "b.sql");
	g_autofree char *events = taken_text(dump, "events.sql");
	g_autofree char *routines = taken_text(dump, "routines.sql");

	g_assert_true(dump->complete);
	g_assert_false(cut->complete);
	g_assert_nonnull(strstr(events, "DELIMITER ;;\nCREATE EVENT `e` ON "
					"SCHEDULE EVERY 1 DAY DO SELECT "
					"1;;\nDELIMITER ;\n"));
	g_assert_nonnull(strstr(routines, "DELIMITER ;;\nCREATE FUNCTION"));
	g_assert_null(strstr(a, "utf8mb4"));
	g_assert_nonnull(strstr(b, "SET NAMES utf8mb4;\nDROP TABLE"));
	check_text(dump, "b.tsv", "t\nx\ny\n");
}

/* What needs rights, or says where the dump is from, is left away. */
static void test_foreign_settings(void)
{
	g_autoptr(TakenDump) dump = taken_dump(
	    "SET @MYSQLDUMP_TEMP_LOG_BIN = @@SESSION.SQL_LOG_BIN;\n"
	    "SET @@SESSION.SQL_LOG_BIN= 0;\n"
	    "SET @@GLOBAL.GTID_PURGED=/*!80000 '+'*/ 'aa-bb:1-5';\n"
	    "SET GLOBAL x=1;\nCHANGE MASTER TO MASTER_LOG_FILE='f';\n"
	    "/*!50503 SET NAMES utf8mb4 */;\n" TABLE_CREATE(
		"a") "SET @@SESSION.SQL_LOG_BIN = @MYSQLDUMP_TEMP_LOG_BIN;\n");
	g_autofree char *text = taken_text(dump, "a.sql");

	g_assert_true(dump->complete);
	g_assert_true(g_str_has_prefix(text, "/*!50503 SET NAMES utf8mb4 */;\n"
					     "/*!40014"));
	g_assert_null(strstr(text, "LOG_BIN"));
	g_assert_null(strstr(text, "GTID"));
	g_assert_null(strstr(text, "MASTER"));
}

static void test_compact(void)
{
	g_autoptr(TakenDump) dump = taken_dump(
	    "/*!40101 SET @saved_cs_client     = @@character_set_client */;\n"
	    "/*!40101 SET character_set_client = utf8 */;\n"
	    "CREATE TABLE \"a\" (\n  \"id\" int\n);\n"
	    "/*!40101 SET character_set_client = @saved_cs_client */;\n"
	    "INSERT INTO \"a\" VALUES (1);\n");
	g_autofree char *text = taken_text(dump, "a.sql");

	g_assert_true(dump->complete);
	g_assert_true(g_str_has_prefix(
	    text, "SET SQL_MODE=CONCAT(@@SQL_MODE,',ANSI_QUOTES');\n"
		  "/*!40101 SET NAMES utf8mb4 */;\n"));
	check_text(dump, "a.tsv", "id\n1\n");
}

static void test_autocommit(void)
{
	g_autoptr(TakenDump) dump = taken_dump(
	    MARIADB_HEADER("h") TABLE_CREATE("a")
		TABLE_LOCK("a") "set autocommit=0;\n" INTO_A TABLE_UNLOCK(
		    "a") "commit;\n" TABLE("b", "") MARIADB_FOOTER("x"));

	check_text(
	    dump, "a.sql",
	    MARIADB_SETTINGS TABLE_CREATE("a")
		TABLE_LOCK("a") "set autocommit=0;\n" INTO_A TABLE_UNLOCK(
		    "a") "commit;\n" MARIADB_RESTORED);
}

/* Two dumps in one file: the later table is what importing both gives. */
static void test_twice(void)
{
	g_autoptr(TakenDump) dump = taken_dump(
	    MARIADB_HEADER("h") TABLE("a", "INSERT INTO `a` VALUES (1,'o');\n")
		MARIADB_FOOTER("x") MARIADB_HEADER("h") TABLE("a", INTO_A)
		    MARIADB_FOOTER("y"));

	g_assert_true(dump->complete);
	check_text(dump, "a.sql", TABLE_ALONE("a", INTO_A));
	check_text(dump, "a.tsv", "id\tname\n1\tx\n");
}

/* In a name anything may be, at a line's start too. */
static void test_fake_anchor(void)
{
	g_autoptr(TakenDump) dump =
	    taken_dump(MARIADB_HEADER("h") TABLE_CREATE(
		"x\n-- Table structure for table ``y``\nDROP TABLE z;")
			   TABLE("a", INTO_A) MARIADB_FOOTER("x"));

	g_assert_true(dump->complete);
	g_assert_cmpuint(dump->files->tables->len, ==, 2);
	g_assert_cmpuint(dump->findings->len, ==, 0);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/dump-objects/triggers", test_triggers);
	g_test_add_func("/dump-objects/views", test_views);
	g_test_add_func("/dump-objects/stand-in-tables", test_stand_in_tables);
	g_test_add_func("/dump-objects/view-circle", test_view_circle);
	g_test_add_func("/dump-objects/code", test_code);
	g_test_add_func("/dump-objects/sequence", test_sequence);
	g_test_add_func("/dump-objects/phpmyadmin", test_phpmyadmin);
	g_test_add_func("/dump-objects/adminer", test_adminer);
	g_test_add_func("/dump-objects/foreign", test_foreign_settings);
	g_test_add_func("/dump-objects/compact", test_compact);
	g_test_add_func("/dump-objects/autocommit", test_autocommit);
	g_test_add_func("/dump-objects/twice", test_twice);
	g_test_add_func("/dump-objects/fake-anchor", test_fake_anchor);
	return g_test_run();
}
