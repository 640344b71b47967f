/* SPDX-License-Identifier: BSD-2-Clause */
#include "columns-kit.h"

#include <string.h>

static void check(const StatementSample *samples, gsize n)
{
	for (gsize i = 0; i < n; i++) {
		g_autoptr(RondTableDef) def = parse_copy(
		    samples[i].text, strlen(samples[i].text), samples[i].mode);
		g_autofree char *said = says(def);

		g_assert_cmpstr(said, ==, samples[i].says);
	}
}

static void test_mariadb(void)
{
	check(mariadb_statements, n_mariadb_statements);
}

static void test_others(void)
{
	check(other_statements, n_other_statements);
}

/* Every type, with what SHOW CREATE TABLE writes behind it. */
static void test_types(void)
{
	static const struct {
		const char *type, *says;
	} samples[] = {
	    {"tinyint(3) unsigned zerofill", "n"},
	    {"decimal(65,30) DEFAULT 0.5", "n"},
	    {"float(7,3)", "n"},
	    {"year(4)", "n"},
	    {"INTEGER", "n"},
	    {"bit", "b1"},
	    {"bit(64) DEFAULT b'1'", "b64"},
	    {"bit(65)", NULL},
	    {"bit(0)", NULL},
	    {"bit(99999999999999999999)", NULL},
	    {"bit(x)", NULL},
	    {"datetime(6)", "t"},
	    {"varchar(5)", "t/latin7"},
	    {"varchar(5) CHARACTER SET utf8mb3", "t/utf8mb3"},
	    {"varchar(5) CHARSET 'GBK' COLLATE gbk_bin", "t/gbk"},
	    {"varchar(5) COLLATE utf8mb4_0900_ai_ci", "t/utf8mb4"},
	    {"varchar(5) COLLATE uca1400_ai_ci", "t/latin7"},
	    {"varchar(5) COLLATE binary", "x"},
	    {"set('a','b)') CHARACTER SET binary", "x"},
	    {"longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT NULL "
	     "CHECK (json_valid(`a`))",
	     "t/utf8mb4"},
	    {"json", "t/utf8mb4"},
	    {"uuid NOT NULL", "t/ascii"},
	    {"inet6", "t/ascii"},
	    {"xmltype", "t/latin7"},
	    {"varbinary(9)", "x"},
	    {"binary(9)", "x"},
	    {"tinyblob", "x"},
	    {"vector(3)", "x"},
	    {"geometrycollection", "g"},
	    {"GEOMETRY REF_SYSTEM_ID=4326", "g"},
	    {"int INVISIBLE DEFAULT 5", "n~"},
	    {"timestamp(6) GENERATED ALWAYS AS ROW START INVISIBLE", "t*~"},
	    {"int AS (`x`) PERSISTENT COMMENT 'AS'", "n*"},
	    {"int COMMENT 'GENERATED' DEFAULT 1", "n"},
	    {"int DEFAULT (`as`)", "n"},
	    {"int REFERENCES `as` (`generated`)", "n"},
	    {"int DEFAULT nextval(`d`.`s`)", "n"},
	    {"int COMMENT 'open", NULL},
	    {"int DEFAULT (1", NULL},
	    {"", NULL},
	    {"'int'", NULL},
	    {"5", NULL},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(samples); i++) {
		g_autofree char *text = g_strdup_printf(
		    "CREATE TABLE t (a %s) CHARSET=latin7", samples[i].type);
		g_autoptr(RondTableDef) def = parse_copy(text, strlen(text), 0);
		g_autofree char *said = says(def);
		g_autofree char *expected =
		    samples[i].says
			? g_strdup_printf("t/latin7: a %s", samples[i].says)
			: g_strdup("nothing");

		g_assert_cmpstr(said, ==, expected);
	}
}

static void test_nothing(void)
{
	static const char *const texts[] = {
	    "",
	    "CREATE",
	    "CREATE TABLE",
	    "CREATE TABLE `t`",
	    "CREATE TABLE `t` (",
	    "CREATE TABLE `t` ()",
	    "CREATE TABLE `` (a int)",
	    "CREATE TABLE `t` (a)",
	    "CREATE TABLE `t` (a int",
	    "CREATE TABLE `t` (a int,)",
	    "CREATE TABLE `t` (`a int)",
	    "CREATE TABLE `t` (`` int)",
	    "CREATE TABLE `t` (PRIMARY KEY (`a`))",
	    "CREATE TABLE `t` (a int, PRIMARY KEY)",
	    "CREATE TABLE `t` (a int, PRIMARY KEY ())",
	    "CREATE TABLE `t` (a int, PRIMARY KEY (`a`)",
	    "CREATE TABLE `t` LIKE `u`",
	    "CREATE TABLE `t` (LIKE `u`)",
	    "CREATE TABLE `t` (SELECT a FROM b)",
	    "CREATE TABLE `t` AS SELECT 1",
	    "CREATE TABLE `t` (a int) ENGINE=InnoDB SELECT 1",
	    "CREATE TABLE `t` (a int) AS SELECT 1",
	    "CREATE TABLE `t` (a int) COMMENT='",
	    "CREATE VIEW `v` (a) AS SELECT 1",
	    "CREATE SEQUENCE `s` start with 1",
	    "INSERT INTO `t` (a) VALUES (1)",
	    "CREATE TABLE `t` /* (a int)",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(RondTableDef) def =
		    parse_copy(texts[i], strlen(texts[i]), 0);

		if (def)
			g_error("a table: %s", texts[i]);
	}
}

static void test_names_have_no_nul(void)
{
	static const char text[] = "CREATE TABLE `t` (`a\0b` int)";

	g_assert_null(parse_copy(text, sizeof(text) - 1, 0));
}

/* As phpMyAdmin writes them, and others that have no key. */
static void test_alter(void)
{
	static const struct {
		const char *text, *says;
	} samples[] = {
	    {"ALTER TABLE `t`\n  ADD PRIMARY KEY (`a`,`b`(3)),\n"
	     "  ADD UNIQUE KEY `b` (`b`);\n",
	     "t/: a n, b t | a, b"},
	    {"ALTER TABLE `t`\n  ADD KEY `x` (`a`,`b`) COMMENT '),',\n"
	     "  ADD CONSTRAINT `pk` PRIMARY KEY USING BTREE (`b`);\n",
	     "t/: a n, b t | b"},
	    {"ALTER TABLE `t`\n  MODIFY `a` int(11) NOT NULL "
	     "AUTO_INCREMENT, AUTO_INCREMENT=3;\n",
	     "t/: a n, b t"},
	    {"ALTER TABLE `t` ADD PRIMARY KEY (`a`,`b", "t/: a n, b t"},
	    {"ALTER TABLE `t` ADD `PRIMARY` int, ADD KEY (`PRIMARY`)",
	     "t/: a n, b t"},
	    {"ALTER VIEW `t` ADD PRIMARY KEY (`a`)", "t/: a n, b t"},
	};
	static const char create[] = "CREATE TABLE t (a int, b text)";

	for (gsize i = 0; i < G_N_ELEMENTS(samples); i++) {
		const char *text = samples[i].text;
		g_autoptr(RondTableDef) def =
		    parse_copy(create, strlen(create), 0);
		g_autofree char *said = NULL;

		g_assert_cmpint(
		    rond_table_def_alter(def, text, strlen(text), 0), ==,
		    strchr(samples[i].says, '|') != NULL);
		said = says(def);
		g_assert_cmpstr(said, ==, samples[i].says);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/columns/mariadb", test_mariadb);
	g_test_add_func("/columns/others", test_others);
	g_test_add_func("/columns/types", test_types);
	g_test_add_func("/columns/alter", test_alter);
	g_test_add_func("/columns/nothing", test_nothing);
	g_test_add_func("/columns/names-have-no-nul", test_names_have_no_nul);
	return g_test_run();
}
