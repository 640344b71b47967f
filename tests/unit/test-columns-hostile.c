/* SPDX-License-Identifier: BSD-2-Clause */
#include "columns-kit.h"

#include <string.h>

#define CHANGES 40000
#define LONG (1 << 20)

/* A statement that is cut is none, or has all of its columns: never fewer. */
static void cut(const StatementSample *sample)
{
	gsize len = strlen(sample->text);
	g_autoptr(RondTableDef) whole =
	    parse_copy(sample->text, len, sample->mode);

	for (gsize i = 0; i < len; i++) {
		g_autoptr(RondTableDef) def =
		    parse_copy(sample->text, i, sample->mode);

		if (!def)
			continue;
		g_assert_cmpuint(def->columns->len, ==, whole->columns->len);
		g_assert_cmpuint(def->key->len, ==, whole->key->len);
	}
}

static void test_cut(void)
{
	for (gsize i = 0; i < n_mariadb_statements; i++)
		cut(&mariadb_statements[i]);
	for (gsize i = 0; i < n_other_statements; i++)
		cut(&other_statements[i]);
}

static const char *a_statement(GRand *rand)
{
	guint32 i = g_rand_int(rand);

	return i & 1 ? mariadb_statements[(i >> 1) % n_mariadb_statements].text
		     : other_statements[(i >> 1) % n_other_statements].text;
}

/* A few bytes are others: it must end, and touch nothing else. */
static void test_changed(void)
{
	static const char signs[] = "'\"`\\(),;*/!-# \n\0M\xc3";
	g_autoptr(GRand) rand = g_rand_new_with_seed(4);

	for (int i = 0; i < CHANGES; i++) {
		g_autofree char *text = g_strdup(a_statement(rand));
		gsize len = strlen(text);
		gint32 n = g_rand_int_range(rand, 1, 5);
		RondSqlMode mode = g_rand_int(rand) % 4;
		g_autoptr(RondTableDef) def = NULL;

		while (n-- > 0)
			text[g_rand_int(rand) % len] =
			    signs[g_rand_int(rand) % (sizeof(signs) - 1)];
		def = parse_copy(text, len, mode);
		if (def)
			g_free(says(def));
	}
}

/* A MiB of the same: neither recursion nor square time. */
static void test_long(void)
{
	static const char *const parts[] = {"(",
					    "a int,",
					    "`",
					    "``",
					    "'",
					    "/*",
					    "/*!",
					    "/*!50100 */",
					    "-- \n",
					    "a",
					    "(a int)",
					    ",",
					    "CHARACTER ",
					    "CONSTRAINT ",
					    "'\\",
					    "*/",
					    "PRIMARY KEY (a),",
					    "a int COMMENT '",
					    "x int CHARACTER /**/"};

	for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
		g_autoptr(GString) text = g_string_new("CREATE TABLE t (");

		while (text->len < LONG)
			g_string_append(text, parts[i]);
		g_assert_null(parse_copy(text->str, text->len, 0));
	}
}

static RondTableDef *wide(guint n)
{
	g_autoptr(GString) text = g_string_new("CREATE TABLE t (");

	for (guint i = 0; i < n; i++)
		g_string_append_printf(text, "%sc%u int", i > 0 ? "," : "", i);
	g_string_append_c(text, ')');
	return parse_copy(text->str, text->len, 0);
}

static void test_wide(void)
{
	g_autoptr(RondTableDef) most = wide(4096);

	g_assert_nonnull(most);
	g_assert_cmpuint(most->columns->len, ==, 4096);
	g_assert_null(wide(4097));
}

static void test_heads(void)
{
	static const char text[] =
	    "INSERT /*!40000 IGNORE */ INTO `a``b`.`c` PARTITION (`p`,`q`) "
	    "(`x`, `y)`, t.`z`) VALUES";

	for (gsize i = 0; i < sizeof(text); i++) {
		g_autofree char *copy = g_memdup2(text, i);
		g_auto(RondInsertHead) head;
		gboolean ok = rond_insert_head_parse(copy, i, 0, &head);

		/* "VALUE" will do. */
		g_assert_cmpint(ok, ==, i >= sizeof(text) - 2);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/columns-hostile/cut", test_cut);
	g_test_add_func("/columns-hostile/changed", test_changed);
	g_test_add_func("/columns-hostile/long", test_long);
	g_test_add_func("/columns-hostile/wide", test_wide);
	g_test_add_func("/columns-hostile/heads", test_heads);
	return g_test_run();
}
