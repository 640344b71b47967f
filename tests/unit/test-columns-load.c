/* SPDX-License-Identifier: BSD-2-Clause */
#include "columns-kit.h"

#include <limits.h>
#include <string.h>

static char *load(const char *create, const char *file, const char *time_zone)
{
	g_autoptr(RondTableDef) def = parse_copy(create, strlen(create), 0);
	g_autoptr(GArray) shown = NULL;
	RondInsertHead head = {NULL, NULL, NULL};
	GString *out = g_string_new(NULL);
	const char *why;

	shown = rond_shown_columns(def, &head, "binary", &why);
	g_assert_cmpstr(why, ==, NULL);
	rond_load_sql(def, shown, file, time_zone, out);
	return g_string_free(out, FALSE);
}

static void test_load(void)
{
	g_autofree char *sql =
	    load("CREATE TABLE `t``'\\` (`a``b` int, `\\` blob, g int AS (1), "
		 "s text, b bit(9), m text CHARACTER SET ucs2, z blob AS (2))",
		 "it's \\.tsv", "+00:00");

	g_assert_nonnull(
	    strstr(sql, "LOAD DATA LOCAL INFILE 'it''s \\\\.tsv'\n"
			"INTO TABLE `t``'\\`\n"
			"CHARACTER SET utf8mb4\n"
			"FIELDS TERMINATED BY '\\t' ESCAPED BY '\\\\'\n"
			"LINES TERMINATED BY '\\n'\n"
			"IGNORE 1 LINES\n"
			"(`a``b`, @c2, @generated, `s`, @c5, @c6, @generated)\n"
			"SET `\\` = UNHEX(@c2), `b` = UNHEX(@c5), "
			"`m` = UNHEX(@c6);\n"));
	g_assert_nonnull(strstr(sql, "SET @OLD_TIME_ZONE=@@TIME_ZONE, "
				     "TIME_ZONE='+00:00';\n"));
	g_assert_nonnull(strstr(sql, "SET TIME_ZONE=@OLD_TIME_ZONE;\n"));
}

/* Each setting that is kept is also restored. */
static void test_restored(void)
{
	g_autofree char *sql = load("CREATE TABLE t (a int)", "t.tsv", "x");
	guint n = 0;

	for (const char *p = sql; (p = strstr(p, "SET @OLD_")); p++) {
		const char *name = p + strlen("SET @");
		g_autofree char *kept = g_strndup(name, strcspn(name, "=") + 0);
		g_autofree char *restore =
		    g_strdup_printf("SET %s=@%s;\n", kept + 4, kept);

		g_assert_nonnull(strstr(p, restore));
		n++;
	}
	g_assert_cmpuint(n, ==, 7);
}

static void test_no_time_zone(void)
{
	g_autofree char *sql = load("CREATE TABLE t (a int)", "t.tsv", NULL);

	g_assert_null(strstr(sql, "TIME_ZONE"));
	g_assert_nonnull(strstr(sql, "(`a`);\n"));
}

static void test_file_names(void)
{
	static const struct {
		const char *name, *file;
	} samples[] = {
	    {"offers", "offers"},
	    {"caf\xc3\xa9 \"'`*?\\", "caf\xc3\xa9 \"'`*?\\"},
	    {"\xe9", "\xe9"},
	    {"a/b\n%\x7f", "a%2Fb%0A%25%7F"},
	    {".", "%2E"},
	    {"..", "%2E."},
	    {".tables", "%2Etables"},
	    {"a.b", "a.b"},
	    {"schema", "%73chema"},
	    {"views", "%76iews"},
	    {"events", "%65vents"},
	    {"Events", "Events"},
	    {"events2", "events2"},
	    {"x.load", "x%2Eload"},
	    {"x.load.y", "x.load.y"},
	    {"", "%"},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(samples); i++) {
		g_autofree char *file = rond_table_file_name(samples[i].name);

		g_assert_cmpstr(file, ==, samples[i].file);
	}
}

/* @unit repeated up to any length: short enough, whole characters, and no name
 * like another's. */
static void check_long(const char *unit)
{
	g_autoptr(GHashTable) seen =
	    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GString) name = g_string_new(NULL);

	while (name->len < 600) {
		char *file;

		g_string_append(name, unit);
		file = rond_table_file_name(name->str);
		g_assert_cmpuint(strlen(file) + strlen(".load.sql"), <=,
				 NAME_MAX);
		g_assert_true(g_utf8_validate(file, -1, NULL));
		g_assert_null(strchr(file, '/'));
		g_assert_true(g_hash_table_add(seen, file));
	}
}

static void test_long_names(void)
{
	g_autofree char *most = g_strnfill(246, 'x');
	g_autofree char *more = g_strnfill(247, 'x');
	g_autofree char *file = rond_table_file_name(most);
	g_autofree char *cut = rond_table_file_name(more);

	g_assert_cmpstr(file, ==, most);
	g_assert_cmpuint(strlen(cut), ==, 246);
	g_assert_cmpuint(strspn(cut, "x"), ==, 228);
	g_assert_true(g_str_has_prefix(cut + 228, "%%"));
	check_long("a");
	check_long("/");
	check_long("\xc3\xa9");
	check_long("a\xf0\x9f\x98\x80");
	check_long("a/");
}

/* Nonsense must not move the cut to the beginning. */
static void test_long_nonsense(void)
{
	g_autofree char *name = g_strnfill(500, '\x80');
	g_autofree char *file = rond_table_file_name(name);

	g_assert_cmpuint(strlen(file), >=, 240);
	g_assert_cmpuint(strlen(file), <=, 246);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/columns-load/load", test_load);
	g_test_add_func("/columns-load/restored", test_restored);
	g_test_add_func("/columns-load/no-time-zone", test_no_time_zone);
	g_test_add_func("/columns-load/file-names", test_file_names);
	g_test_add_func("/columns-load/long-names", test_long_names);
	g_test_add_func("/columns-load/long-nonsense", test_long_nonsense);
	return g_test_run();
}
