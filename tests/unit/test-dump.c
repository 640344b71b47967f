/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/sql/dump.h"

#include <string.h>

static gboolean probe(const char *text)
{
	return rond_dump_probe((const guint8 *)text, strlen(text));
}

static void check_all(const char *const *texts, gsize n, gboolean expected)
{
	for (gsize i = 0; i < n; i++)
		if (probe(texts[i]) != expected)
			g_error("%staken for a dump: %s",
				expected ? "not " : "", texts[i]);
}

static void test_banners(void)
{
	static const char *const texts[] = {
	    "-- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)\n--\n",
	    "-- MariaDB dump 10.19  Distrib 10.11.6-MariaDB\n",
	    "/*!999999\\- enable the sandbox mode */ \n-- MariaDB dump",
	    "/*M!999999\\- enable the sandbox mode */ \n",
	    "-- phpMyAdmin SQL Dump\n-- version 5.2.1\n",
	    "# phpMyAdmin SQL Dump\n# version 2.5.4\n",
	    "-- Adminer 4.8.1 MySQL 8.0.36 dump\n\nSET NAMES utf8;\n",
	    "-- Adminer 5.0.4 MariaDB 10.11.6-MariaDB dump\n",
	    "-- MySQLShell dump 2.0.1  Distrib Ver 8.0.36\n",
	    "\xef\xbb\xbf-- MySQL dump 10.13\n",
	    "\n\n--\n-- MySQL dump 10.13\n",
	    "mysqldump: [Warning] Using a password\n-- MySQL dump 10.13",
	};

	check_all(texts, G_N_ELEMENTS(texts), TRUE);
}

static gboolean has_banner(const char *text)
{
	return rond_dump_has_banner((const guint8 *)text, strlen(text));
}

static void test_has_banner(void)
{
	g_assert_true(has_banner("-- MySQL dump 10.13\n"));
	g_assert_true(has_banner("/*M!999999\\- sandbox */ \n--\n"
				 "-- MariaDB dump 10.19\n"));
	g_assert_false(has_banner("CREATE TABLE t (a int);\n"));
	g_assert_false(has_banner("-- My tables\nDROP TABLE t;\n"));
	g_assert_false(has_banner(""));
}

/* --compact, --skip-comments, mydumper, scripts of our own. */
static void test_statements(void)
{
	static const char *const texts[] = {
	    "/*!40101 SET NAMES binary*/;\n/*!40014 SET FOREIGN_KEY_CHECKS=0*/",
	    "/*!40101 SET @saved_cs_client     = @@character_set_client */;\n",
	    "/*!50503 SET NAMES utf8mb4 */;",
	    "/*M!100616 SET @OLD_NOTE_VERBOSITY=@@NOTE_VERBOSITY */;",
	    "/*!40000 DROP DATABASE IF EXISTS `shop`*/;",
	    "/*!50001 CREATE VIEW `v` AS SELECT 1 AS `a`*/;",
	    "/*!40000 ALTER TABLE `x` DISABLE KEYS */;",
	    "CREATE TABLE `offers` (\n  `id` int(11) NOT NULL\n",
	    "create table if not exists offers(id int);",
	    "CREATE TABLE `a`.`b` (\n",
	    "CREATE TABLE \"offers\" (\n",
	    "CREATE TABLE offers LIKE other;",
	    "CREATE OR REPLACE TABLE `o` (",
	    "CREATE DATABASE /*!32312 IF NOT EXISTS*/ `shop` /*!40100 DEFAULT",
	    "CREATE DATABASE IF NOT EXISTS shop;",
	    "CREATE DATABASE shop DEFAULT CHARACTER SET utf8;",
	    "CREATE DEFINER=`root`@`localhost` PROCEDURE",
	    "CREATE ALGORITHM=UNDEFINED VIEW",
	    "CREATE TRIGGER `t` BEFORE INSERT",
	    "DROP TABLE IF EXISTS `offers`;\n",
	    "DROP TABLE IF EXISTS `a`, `b`;\n",
	    "DROP VIEW v;",
	    "drop trigger if exists t;",
	    "INSERT INTO `offers` VALUES (1,'x');\n",
	    "INSERT INTO `offers` (`id`) VALUES (1);",
	    "INSERT IGNORE INTO offers(id) VALUES (1);",
	    "REPLACE INTO `offers` VALUES (1);",
	    "SET NAMES utf8mb4;\n",
	    "SET NAMES 'utf8';\n",
	    "SET @OLD_SQL_MODE=@@SQL_MODE;",
	    "SET SQL_MODE = \"NO_AUTO_VALUE_ON_ZERO\";\nSTART TRANSACTION;",
	    "SET FOREIGN_KEY_CHECKS=0;",
	    "SET SESSION sql_mode='';",
	    "SET CHARACTER SET utf8;",
	    "USE `shop`;\n",
	    "use shop;",
	    "START TRANSACTION;\n",
	    "LOCK TABLES `offers` WRITE;",
	    "ALTER TABLE `offers` ADD KEY",
	    "DELIMITER ;;\n",
	    "-- a backup\n# of today\n/* by\ncron */\nSET NAMES utf8;",
	    "--\n-- Host: localhost\n--\n\nDROP TABLE IF EXISTS x;",
	};

	check_all(texts, G_N_ELEMENTS(texts), TRUE);
}

static void test_others(void)
{
	static const char *const texts[] = {
	    "",
	    "\n\n",
	    "<?php\nINSERT INTO `x` VALUES (1);",
	    "<!DOCTYPE html>\n<html>",
	    "{\"schema\": 1}",
	    "# Readme\n\nUse the force; create table of contents.\n",
	    "Use the backup like this:\n",
	    "Use it; then\n",
	    "Create table of contents (short)\n",
	    "Create a database named x",
	    "Set the clock\n",
	    "SET x",
	    "Drop table tennis and go home\n",
	    "Insert into the slot a coin\n",
	    "Replace into\n",
	    "Start transaction fees at 5 %\n",
	    "Lock tables before use\n",
	    "Alter table manners\n",
	    "#!/bin/sh\nSET NAMES utf8;\n",
	    "# comment\nkey: value\n",
	    "/*! jQuery v3.6.0 | (c) OpenJS */\n!function(e,t){",
	    "/*!\n * Bootstrap v5\n */\n:root{}",
	    "/*!2024 SET NAMES x*/",
	    "/* css */\nbody { color: red }",
	    "/* never closed SET NAMES utf8;",
	    "-- PostgreSQL database dump\n\nSET statement_timeout = 0;\n",
	    "--\n-- PostgreSQL database dump\n--\n\nSET search_path = x;",
	    "SET statement_timeout = 0;\nSET client_encoding = 'UTF8';",
	    "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\n",
	    "-- Adminer 4.8.1 PostgreSQL 15 dump\n",
	    "SELECT 1;",
	    "--verbose\nSET NAMES utf8;",
	    "id,name\n1,x\n",
	    "From: a@b\nSubject: SQL\n",
	    "USE ",
	    "USE x",
	    "INSERT INTO ",
	    "CREATE TABLE `",
	    "CREATE TABLE ``",
	    "-",
	    "--",
	    "/",
	    "/*",
	    "/*!",
	    "#",
	};

	check_all(texts, G_N_ELEMENTS(texts), FALSE);
}

static void test_binary(void)
{
	static const guint8 elf[] = "\177ELF\2\1\1\0\0\0\0\0\0\0\0\0\3\0>\0";
	static const guint8 utf16[] = "\xff\xfe-\0-\0 \0M\0y\0S\0Q\0L\0";
	static const guint8 gz[] = "\x1f\x8b\x08\0\0\0\0\0\0\3";

	g_assert_false(rond_dump_probe(elf, sizeof(elf)));
	g_assert_false(rond_dump_probe(utf16, sizeof(utf16)));
	g_assert_false(rond_dump_probe(gz, sizeof(gz)));
	g_assert_false(rond_dump_probe((const guint8 *)"", 0));
}

/* At no length may it look behind the end; what is long enough is a dump. */
static void test_every_length(void)
{
	static const char *const texts[] = {
	    "\xef\xbb\xbf/* x */ -- y\n# z\nCREATE TABLE IF NOT EXISTS `a` (",
	    "/*!40101 SET NAMES utf8 */;",
	    "INSERT IGNORE INTO \"a\".\"b\" (x) VALUES (1)",
	    "CREATE DATABASE /*!32312 IF NOT EXISTS*/ `x` /*!40100 DEFAULT */",
	    "-- MySQL dump 10.13",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		gsize len = strlen(texts[i]);

		for (gsize n = 0; n <= len; n++) {
			/* An exact copy, so that a sanitizer sees it. */
			g_autofree guint8 *exact = g_memdup2(texts[i], n);
			gboolean is_dump = rond_dump_probe(exact, n);

			if (n == len)
				g_assert_true(is_dump);
		}
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/dump/banners", test_banners);
	g_test_add_func("/dump/has-banner", test_has_banner);
	g_test_add_func("/dump/statements", test_statements);
	g_test_add_func("/dump/others", test_others);
	g_test_add_func("/dump/binary", test_binary);
	g_test_add_func("/dump/every-length", test_every_length);
	return g_test_run();
}
