/* SPDX-License-Identifier: BSD-2-Clause */
#include "columns-kit.h"

#include <string.h>

#include "backends/sql/charset.h"

static const char create[] =
    "CREATE TABLE `t` (\n"
    "  `id` int(11) NOT NULL,\n"
    "  `Title` varchar(9) DEFAULT NULL,\n"
    "  `old` text CHARACTER SET latin1,\n"
    "  `china` text CHARACTER SET gbk,\n"
    "  `photo` blob,\n"
    "  `where` point,\n"
    "  `flags` bit(12),\n"
    "  `sum` int(11) GENERATED ALWAYS AS (`id` + 1) VIRTUAL,\n"
    "  `hidden` int(11) INVISIBLE DEFAULT 5,\n"
    "  `caf\xc3\xa9` date\n"
    ") DEFAULT CHARSET=utf8mb4";

/* The charset that has @table. */
static const char *name_of(const guint16 *table)
{
	for (gsize i = 0; i < rond_n_charset_tables; i++)
		if (rond_charset_tables[i].high == table)
			return rond_charset_tables[i].name;
	return "utf8";
}

static char *describe(const GArray *shown, const char *why)
{
	GString *out = g_string_new(why);

	for (guint i = 0; shown && i < shown->len; i++) {
		const RondShownColumn *column =
		    &g_array_index(shown, RondShownColumn, i);

		g_string_append_printf(out, "%s%s ", i > 0 ? ", " : "",
				       column->name);
		if (column->show == ROND_SHOW_TEXT)
			g_string_append(out, name_of(column->charset));
		else if (column->show == ROND_SHOW_BITS)
			g_string_append_printf(out, "%u", column->bits);
		else
			g_string_append(out, "hex");
	}
	return g_string_free(out, FALSE);
}

static void check(const char *insert, const char *charset, const char *expected)
{
	g_autoptr(RondTableDef) def = parse_copy(create, strlen(create), 0);
	g_auto(RondInsertHead) head;
	g_autoptr(GArray) shown = NULL;
	g_autofree char *said = NULL;
	const char *why;

	g_assert_true(rond_insert_head_parse(insert, strlen(insert), 0, &head));
	rond_table_def_decode(def, charset);
	rond_insert_head_decode(&head, charset);
	shown = rond_shown_columns(def, &head, charset, &why);
	said = describe(shown, why);
	g_assert_cmpstr(said, ==, expected);
}

static void test_all(void)
{
	check("INSERT INTO `t` VALUES", "utf8mb4",
	      "id utf8, Title utf8, old utf8, china utf8, photo hex, where "
	      "hex, flags 12, sum utf8, caf\xc3\xa9 utf8");
	check("INSERT INTO `t` VALUES", "Latin2",
	      "id utf8, Title latin2, old latin2, china latin2, photo hex, "
	      "where hex, flags 12, sum utf8, caf\xc3\xa9 latin2");
	check("INSERT INTO `t` VALUES", "binary",
	      "id utf8, Title utf8, old latin1, china hex, photo hex, where "
	      "hex, flags 12, sum utf8, caf\xc3\xa9 utf8");
}

static void test_named(void)
{
	check("REPLACE DELAYED INTO d.t (`hidden`, title, `t`.`id`) VALUES",
	      "utf8", "hidden utf8, Title utf8, id utf8");
	check("INSERT t(`photo`)value(", "ascii", "photo hex");
	check("INSERT INTO t (`caf\xe9`) VALUES", "latin1",
	      "caf\xc3\xa9 latin1");
	check("INSERT INTO t (`caf\xc3\xa9`) VALUES", "latin1",
	      "caf\xc3\xa9 latin1");
}

static void test_why(void)
{
	static const char missing[] =
	    "its rows have a column that the table doesn't have";
	static const char charset[] = "text in this charset can't be shown";

	check("INSERT INTO t (`id`,`gone`) VALUES", "utf8", missing);
	check("INSERT INTO t (`id`,`ID`) VALUES", "utf8", missing);
	check("INSERT INTO t (`caf\xe9`) VALUES", "utf8", missing);
	check("INSERT INTO t () VALUES", "utf8", "its rows have no columns");
	check("INSERT INTO t VALUES", "gbk", charset);
	check("INSERT INTO t VALUES", "sjis", charset);
	check("INSERT INTO t VALUES", "utf16", charset);
	check("INSERT INTO t VALUES", "swe7", charset);
	check("INSERT INTO t VALUES", "no such", charset);
}

/* All names of a table, in a dump whose charset they are in. */
static void test_decoded(void)
{
	static const char text[] =
	    "CREATE TABLE `\xe9`.`\xe8` (`\xe7` int PRIMARY KEY)";
	g_autoptr(RondTableDef) def = parse_copy(text, strlen(text), 0);
	g_autofree char *said = NULL;

	rond_table_def_decode(def, "utf8mb4");
	g_assert_cmpstr(def->name, ==, "\xe8");
	rond_table_def_decode(def, "LATIN1");
	rond_table_def_decode(def, "greek");
	said = says(def);
	g_assert_cmpstr(said, ==, "é.è/: ç n | ç");
}

static void test_twins(void)
{
	static const char text[] = "CREATE TABLE t (`a` int, `A` int)";
	g_autoptr(RondTableDef) def = parse_copy(text, strlen(text), 0);
	RondInsertHead head = {NULL, NULL, NULL};
	const char *why;

	g_assert_null(rond_shown_columns(def, &head, "utf8", &why));
	g_assert_nonnull(why);
}

static void test_no_heads(void)
{
	static const char *const texts[] = {
	    "",
	    "INSERT",
	    "INSERT INTO",
	    "INSERT INTO `t`",
	    "INSERT INTO `t` SET a=1",
	    "INSERT INTO `t` SELECT 1",
	    "INSERT INTO `t` (`a` VALUES",
	    "INSERT INTO `t` (`a`,) VALUES",
	    "INSERT INTO `t VALUES",
	    "INSERT INTO `t` (`a`) VALUESX",
	    "UPDATE `t` SET a=1",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		RondInsertHead head;

		if (rond_insert_head_parse(texts[i], strlen(texts[i]), 0,
					   &head))
			g_error("a head: %s", texts[i]);
		g_assert_null(head.table);
		g_assert_null(head.columns);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/columns-shown/all", test_all);
	g_test_add_func("/columns-shown/named", test_named);
	g_test_add_func("/columns-shown/why", test_why);
	g_test_add_func("/columns-shown/decoded", test_decoded);
	g_test_add_func("/columns-shown/twins", test_twins);
	g_test_add_func("/columns-shown/no-heads", test_no_heads);
	return g_test_run();
}
