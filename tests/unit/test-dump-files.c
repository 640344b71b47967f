/* SPDX-License-Identifier: BSD-2-Clause */
/* The files of a dump without damage. */
#include "dump-kit.h"
#include "dump-samples.h"

#include <string.h>

#define OFFERS \
	"INSERT INTO `offers` VALUES\n(1,'one'),\n(2,'it\\'s'),\n(3,NULL);\n"
#define SITES "INSERT INTO `sites` VALUES (1,'a'),(2,'b');\n"
#define DUMP                        \
	MARIADB_HEADER("localhost") \
	TABLE("offers", OFFERS)     \
	TABLE("sites", SITES) MARIADB_FOOTER("2024-05-01  3:00:01")

static void check_text(const TakenDump *dump, const char *path,
		       const char *expected)
{
	g_autofree char *text = taken_text(dump, path);

	g_assert_cmpstr(text, ==, expected);
}

static void test_tables(void)
{
	g_autoptr(TakenDump) dump = taken_dump(DUMP);
	g_autofree char *paths = taken_paths(dump);

	g_assert_true(dump->complete);
	g_assert_cmpuint(dump->findings->len, ==, 0);
	g_assert_cmpstr(paths, ==,
			"offers.sql\noffers.tsv\n(offers.csv)\n"
			"(offers.jsonl)\n(offers.load.sql)\n"
			"sites.sql\nsites.tsv\n(sites.csv)\n"
			"(sites.jsonl)\n(sites.load.sql)\n"
			"schema.sql\n(.tables.tsv)\n");
	check_text(dump, "offers.sql", TABLE_ALONE("offers", OFFERS));
	check_text(dump, "sites.sql", TABLE_ALONE("sites", SITES));
	check_text(dump, "schema.sql",
		   MARIADB_SETTINGS TABLE_CREATE("offers") TABLE_CREATE("sites")
		       MARIADB_RESTORED);
	check_text(dump, "offers.tsv", "id\tname\n1\tone\n2\tit's\n3\t\\N\n");
	check_text(dump, "sites.csv", "\"id\",\"name\"\n1,\"a\"\n2,\"b\"\n");
	check_text(dump, "sites.jsonl",
		   "{\"id\":1,\"name\":\"a\"}\n{\"id\":2,\"name\":\"b\"}\n");
	taken_check(dump);
}

/* The rows' hash is that of the bytes behind the first VALUES. */
static void test_summary(void)
{
	static const char rows[] = " (1,'a'),(2,'b');\n";
	g_autofree char *hash =
	    g_compute_checksum_for_string(G_CHECKSUM_SHA256, rows, -1);
	g_autoptr(TakenDump) dump = taken_dump(MARIADB_HEADER("x") TABLE(
	    "sites", SITES) TABLE("empty", "") MARIADB_FOOTER("x"));
	g_autofree char *expected = g_strdup_printf(
	    "table\trows\tbytes\tprimary key\tcharset\tsha256\tdamage\n"
	    "sites\t2\t%zu\tid\tutf8mb4\t%s\t\n"
	    "empty\t0\t0\tid\tutf8mb4\te3b0c44298fc1c149afbf4c8996fb92427ae41e4"
	    "649b934ca495991b7852b855\t\n",
	    strlen(SITES), hash);

	check_text(dump, ".tables.tsv", expected);
	check_text(dump, "empty.tsv", "id\tname\n");
}

static void check_same(const TakenDump *a, const TakenDump *b, const char *path,
		       gboolean same)
{
	const RondDumpFile *fa = taken_file(a, path);
	const RondDumpFile *fb = taken_file(b, path);
	g_autofree char *ta = taken_text(a, path);
	g_autofree char *tb = taken_text(b, path);

	g_assert_true(fa->has_hash && fb->has_hash);
	g_assert_cmpint(strcmp(ta, tb) == 0, ==, same);
	g_assert_cmpint(memcmp(fa->hash, fb->hash, ROND_SHA256_SIZE) == 0, ==,
			same);
}

/* What another day's dump has unchanged is the same file. */
static void test_two_days(void)
{
	g_autoptr(TakenDump) one = taken_dump(DUMP);
	g_autoptr(TakenDump) two = taken_dump(
	    MARIADB_HEADER("replica    Database: shop")
		TABLE("new", "INSERT INTO `new` VALUES (1,'n');\n")
		    TABLE("offers", OFFERS)
			TABLE("sites", "INSERT INTO `sites` VALUES (1,'a');\n")
			    MARIADB_FOOTER("2024-05-02  3:00:02"));
	static const char *const same[] = {"offers.sql",      "offers.tsv",
					   "offers.csv",      "offers.jsonl",
					   "offers.load.sql", NULL};
	static const char *const differ[] = {"sites.sql", "sites.tsv",
					     "schema.sql", NULL};

	for (gsize i = 0; same[i]; i++)
		check_same(one, two, same[i], TRUE);
	for (gsize i = 0; differ[i]; i++)
		check_same(one, two, differ[i], FALSE);
}

/* Each kind of file has a hash of its own, and so does each table's. */
static void test_hashes_differ(void)
{
	g_autoptr(TakenDump) dump = taken_dump(
	    MARIADB_HEADER("x") TABLE("a", "INSERT INTO `a` VALUES (1,'x');\n")
		TABLE("b", "INSERT INTO `b` VALUES (1,'x');\n")
		    MARIADB_FOOTER("x"));
	g_autoptr(GHashTable) seen = g_hash_table_new_full(
	    g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);

	for (guint i = 0; i < dump->files->files->len; i++) {
		const RondDumpFile *file =
		    g_ptr_array_index(dump->files->files, i);

		/* The same rows, columns and names: the same file. */
		if (g_str_has_prefix(file->path, "b.") && !file->extents)
			continue;
		g_assert_true(g_hash_table_add(
		    seen, g_bytes_new(file->hash, ROND_SHA256_SIZE)));
	}
}

/* Column definitions that are shown otherwise are another file. */
static void test_same_rows_other_columns(void)
{
	g_autoptr(TakenDump) a = taken_dump(
	    "CREATE TABLE `t` (`x` text);\nINSERT INTO `t` VALUES ('a');\n");
	g_autoptr(TakenDump) b = taken_dump(
	    "CREATE TABLE `t` (`x` blob);\nINSERT INTO `t` VALUES ('a');\n");

	check_same(a, b, "t.tsv", FALSE);
	check_same(a, b, "t.sql", FALSE);
	check_text(a, "t.tsv", "x\na\n");
	check_text(b, "t.tsv", "x\n61\n");
}

static void test_databases(void)
{
	g_autoptr(TakenDump) dump = taken_dump(MARIADB_HEADER(
	    "x") "CREATE DATABASE /*!32312 IF NOT EXISTS*/ "
		 "`a/b`;\nUSE `a/b`;\n" TABLE(
		     "t", "INSERT INTO `t` VALUES "
			  "(1,'x');\n") "CREATE DATABASE "
					"`c`;\nUSE "
					"`c`;\n" TABLE("t", "INSE"
							    "RT "
							    "INTO"
							    " `t`"
							    " VAL"
							    "UES "
							    "(2,'"
							    "y');"
							    "\n")
						   MARIADB_FOOTER("x"));
	g_autofree char *paths = taken_paths(dump);

	g_assert_nonnull(strstr(paths, "\na%2Fb/schema.sql\n"));
	g_assert_nonnull(strstr(paths, "\n(a%2Fb/.tables.tsv)\n"));
	g_assert_nonnull(strstr(paths, "\nc/t.sql\n"));
	check_text(dump, "a%2Fb/t.tsv", "id\tname\n1\tx\n");
	check_text(dump, "c/t.tsv", "id\tname\n2\ty\n");
	/* Which database it goes to is for who imports it to say. */
	check_text(dump, "c/t.sql",
		   TABLE_ALONE("t", "INSERT INTO `t` VALUES (2,'y');\n"));
	g_assert_cmpstr(taken_table(dump, "t")->database, ==, "a/b");
}

static void test_one_database(void)
{
	g_autoptr(TakenDump) dump =
	    taken_dump("CREATE DATABASE `a`;\nUSE `a`;\n"
		       "CREATE TABLE `t` (`i` int);\n");

	g_assert_nonnull(taken_file(dump, "t.sql"));
	g_assert_cmpstr(taken_table(dump, "t")->database, ==, "");
}

/* Several statements: one run, however many; another table's between: two. */
static void test_runs(void)
{
	g_autoptr(TakenDump) dump = taken_dump("CREATE TABLE `t` (`i` int);\n"
					       "CREATE TABLE `u` (`i` int);\n"
					       "INSERT INTO `t` VALUES (1);\n"
					       "INSERT INTO `t` VALUES (2);\n"
					       "INSERT INTO `u` VALUES (3);\n"
					       "INSERT INTO `t` VALUES (4);\n");
	const RondDumpTable *t = taken_table(dump, "t");
	const RondRun *second = &g_array_index(t->runs, RondRun, 1);

	g_assert_cmpuint(t->runs->len, ==, 2);
	g_assert_cmpuint(g_array_index(t->runs, RondRun, 0).end.rows, ==, 2);
	g_assert_cmpuint(second->end.rows, ==, 3);
	g_assert_true(t->has_hash);
	check_text(dump, "t.tsv", "i\n1\n2\n4\n");
	taken_check(dump);
}

static guint64 mark_at(const TakenDump *dump, guint i)
{
	return g_array_index(dump->files->marks, RondRowMark, i).at;
}

static void test_marks(void)
{
	g_autoptr(GString) text =
	    g_string_new("CREATE TABLE `t` (`i` int, `s` text);\n");
	g_autoptr(TakenDump) dump = NULL;
	const RondRun *run;

	for (int i = 0; i < 60000; i++)
		g_string_append_printf(
		    text, "INSERT INTO `t` VALUES (%d,'some text');\n", i);
	dump = taken_dump(text->str);
	run = &g_array_index(taken_table(dump, "t")->runs, RondRun, 0);
	g_assert_cmpuint(run->end.rows, ==, 60000);
	/* A reader goes back to one and never reads much more than that. */
	for (guint i = 0; i < run->n_marks; i++) {
		guint64 next =
		    i + 1 < run->n_marks ? mark_at(dump, i + 1) : run->to;

		g_assert_cmpuint(next - mark_at(dump, i), <=,
				 ROND_MARK_BYTES + 1024);
		g_assert_cmpuint(mark_at(dump, i) - mark_at(dump, 0), >=,
				 i * (ROND_MARK_BYTES - 2048));
	}
	taken_check(dump);
}

/* No CREATE, or one that can't be understood: SQL only. */
static void test_not_shown(void)
{
	g_autoptr(TakenDump) dump =
	    taken_dump("INSERT INTO `t` VALUES (1,'a;');\n"
		       "INSERT INTO `t` VALUES (2,'b');\n"
		       "CREATE TABLE `u` LIKE `t`;\n"
		       "INSERT INTO `u` VALUES (3);\n");
	g_autofree char *paths = taken_paths(dump);

	g_assert_cmpstr(paths, ==, "t.sql\nu.sql\nschema.sql\n(.tables.tsv)\n");
	g_assert_cmpuint(taken_table(dump, "t")->runs->len, ==, 1);
	g_assert_true(taken_table(dump, "t")->has_hash);
	taken_check(dump);
}

/* As mariadb-dump --default-character-set=latin1: CREATE TABLE has names in
 * UTF-8, everything else in latin1. */
static void test_latin1_names(void)
{
	g_autoptr(TakenDump) dump = taken_dump(
	    "-- MariaDB dump 10.19\n/*!40101 SET NAMES latin1 */;\n"
	    "DROP TABLE IF EXISTS `caf\xe9`;\n"
	    "CREATE TABLE `caf\xc3\xa9` (\n  `prix \xc3\xa9` char(9)\n"
	    ") DEFAULT CHARSET=latin1;\n"
	    "LOCK TABLES `caf\xe9` WRITE;\n"
	    "INSERT INTO `caf\xe9` (`prix \xe9`) VALUES ('o\xf9');\n"
	    "UNLOCK TABLES;\n-- Dump completed\n");
	g_autofree char *paths = taken_paths(dump);

	g_assert_cmpuint(dump->findings->len, ==, 0);
	g_assert_cmpstr(paths, ==,
			"caf\xc3\xa9.sql\ncaf\xc3\xa9.tsv\n"
			"(caf\xc3\xa9.csv)\n(caf\xc3\xa9.jsonl)\n"
			"(caf\xc3\xa9.load.sql)\nschema.sql\n"
			"(.tables.tsv)\n");
	check_text(dump, "caf\xc3\xa9.tsv", "prix \xc3\xa9\no\xc3\xb9\n");
	taken_check(dump);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/dump-files/tables", test_tables);
	g_test_add_func("/dump-files/latin1-names", test_latin1_names);
	g_test_add_func("/dump-files/summary", test_summary);
	g_test_add_func("/dump-files/two-days", test_two_days);
	g_test_add_func("/dump-files/hashes-differ", test_hashes_differ);
	g_test_add_func("/dump-files/other-columns",
			test_same_rows_other_columns);
	g_test_add_func("/dump-files/databases", test_databases);
	g_test_add_func("/dump-files/one-database", test_one_database);
	g_test_add_func("/dump-files/runs", test_runs);
	g_test_add_func("/dump-files/marks", test_marks);
	g_test_add_func("/dump-files/not-shown", test_not_shown);
	return g_test_run();
}
