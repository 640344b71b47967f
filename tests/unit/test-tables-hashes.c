/* SPDX-License-Identifier: BSD-2-Clause */
/* Files of a dump's folder have the same hash where they are the same, whatever
 * the dumps are in. */
#include "backends/index/tables.h"
#include "tests/unit/scratch.h"
#include "tests/unit/tables-kit.h"

#include <string.h>
#include <sys/stat.h>

/* What @command makes @name of, of @dump. */
static Built *build(const MadeDump *dump, const char *command, const char *name)
{
	g_autoptr(Scratch) scratch = scratch_new();

	scratch_write(scratch, "db.sql", dump->sql->str, dump->sql->len);
	scratch_run(scratch, command);
	g_autoptr(RondStream) source = scratch_stream(scratch, name);
	const BuiltHow how = {.source = source, .name = name, .thorough = TRUE};
	Built *built = built_with(&how);

	g_assert_no_error(built->error);
	return built;
}

static const guint8 *hash_of(const Built *built, const char *folder,
			     const char *path)
{
	g_autofree char *whole = g_strconcat(folder, "/", path, NULL);
	guint32 number = index_kit_find(built->index, whole);

	g_assert_cmpuint(number, !=, ROND_INDEX_NONE);
	return rond_index_sha256(built->index, number);
}

static gboolean same(const Built *a, const Built *b, const char *folder,
		     const char *path)
{
	const guint8 *left = hash_of(a, "tables", path);
	const guint8 *right = hash_of(b, folder, path);

	g_assert_nonnull(left);
	g_assert_nonnull(right);
	return !memcmp(left, right, ROND_SHA256_LEN);
}

static const char *const small[] = {
    "a.sql", "a.tsv",	"a.csv", "a.jsonl",    "a.load.sql", "b.sql",
    "b.tsv", "b.jsonl", "b.csv", "b.load.sql", "schema.sql", ".tables.tsv"};

/* Another host, another size of the comments: the same tables. */
static void test_banners(void)
{
	g_autoptr(MadeDump) one = made_dump_small("localhost");
	g_autoptr(MadeDump) two = made_dump_small("db7.cluster.example.com");
	g_autoptr(Built) a = build(one, "true", "db.sql");
	g_autoptr(Built) b = build(two, "true", "db.sql");

	for (gsize i = 0; i < G_N_ELEMENTS(small); i++) {
		g_autofree char *path = g_strconcat("tables/", small[i], NULL);
		g_autoptr(GBytes) left = built_read(a, path, NULL);

		built_expect(b, path, left);
		g_assert_true(same(a, b, "tables", small[i]));
	}
}

/* Hashed as they pass by, or read once more; with blocks or without. */
static void test_containers(void)
{
	static const struct {
		const char *command, *name, *folder;
	} others[] = {
	    {"gzip -k db.sql", "db.sql.gz", "tables"},
	    {"xz -1k db.sql", "db.sql.xz", "tables"},
	    {"zstd -qk db.sql", "db.sql.zst", "tables"},
	    {"tar -cf a.tar db.sql", "a.tar", "db"},
	    {"mkdir x && cp db.sql x && tar -czf a.tgz x", "a.tgz", "x/db"},
	    {"tar -cf - db.sql | xz -1 > a.tar.xz", "a.tar.xz", "db"},
	};
	static const char *const files[] = {
	    "big.sql",	   "big.tsv",	  "runs.sql",	"runs.jsonl",
	    "wide.sql",	   "wide.csv",	  "empty.tsv",	"empty.sql",
	    "a%2Fb`c.sql", "a%2Fb`c.tsv", "schema.sql", ".tables.tsv"};
	g_autoptr(MadeDump) made = made_dump_large();
	g_autoptr(Built) plain = build(made, "true", "db.sql");

	for (gsize i = 0; i < G_N_ELEMENTS(others); i++) {
		g_autoptr(Built) built =
		    build(made, others[i].command, others[i].name);

		for (gsize j = 0; j < G_N_ELEMENTS(files); j++)
			g_assert_true(
			    same(plain, built, others[i].folder, files[j]));
	}
}

/* One row of a table is another. */
static void test_rows(void)
{
	g_autoptr(MadeDump) one = made_dump_small("h");
	g_autoptr(MadeDump) two = made_dump_small("h");
	char *row = strstr(two->sql->str, "`b` VALUES\n(1,");

	g_assert_nonnull(row);
	row[strlen("`b` VALUES\n(")] = '9';
	g_autoptr(Built) a = build(one, "true", "db.sql");
	g_autoptr(Built) b = build(two, "true", "db.sql");

	for (gsize i = 0; i < G_N_ELEMENTS(small); i++) {
		gboolean changed =
		    !strcmp(small[i], ".tables.tsv") ||
		    (*small[i] == 'b' && strcmp(small[i], "b.load.sql") != 0);

		g_assert_true(same(a, b, "tables", small[i]) == !changed);
	}
}

/* Another definition, the same rows: another script, and others of the schema.
 */
static void test_definition(void)
{
	g_autoptr(MadeDump) one = made_dump_small("h");
	g_autoptr(MadeDump) two = made_dump_small("h");
	char *at = strstr(two->sql->str, "TABLE `b` (");

	g_assert_nonnull(at);
	at = strstr(at, "int(11)");
	memcpy(at, "int(10)", 7);
	g_autoptr(Built) a = build(one, "true", "db.sql");
	g_autoptr(Built) b = build(two, "true", "db.sql");

	for (gsize i = 0; i < G_N_ELEMENTS(small); i++) {
		gboolean changed = !strcmp(small[i], "b.sql") ||
				   !strcmp(small[i], "schema.sql");

		g_assert_true(same(a, b, "tables", small[i]) == !changed);
	}
}

/* No two files of a folder share one. */
static void test_distinct(void)
{
	g_autoptr(MadeDump) made = made_dump_small("h");
	g_autoptr(Built) built = build(made, "true", "db.sql");

	for (gsize i = 0; i < G_N_ELEMENTS(small); i++)
		for (gsize j = 0; j < i; j++)
			g_assert_cmpint(
			    memcmp(hash_of(built, "tables", small[i]),
				   hash_of(built, "tables", small[j]),
				   ROND_SHA256_LEN),
			    !=, 0);
}

/* What is damaged has none; what is whole has that of the whole dump's. */
static void test_damaged(void)
{
	g_autoptr(MadeDump) one = made_dump_small("h");
	g_autoptr(MadeDump) two = made_dump_small("h");
	char *last = strstr(two->sql->str, "\n(4,");

	last = strstr(last + 1, "\n(4,");
	while (strstr(last + 1, "\n(4,"))
		last = strstr(last + 1, "\n(4,");
	g_string_truncate(two->sql, (gsize)(last - two->sql->str) + 6);
	g_autoptr(Built) a = build(one, "true", "db.sql");
	g_autoptr(Built) b = build(two, "true", "db.sql");

	g_assert_true(same(a, b, "tables", "a.sql"));
	g_assert_true(same(a, b, "tables", "a.tsv"));
	g_assert_null(hash_of(b, "tables", "b.sql"));
	g_assert_null(hash_of(b, "tables", "b.tsv"));
	g_assert_null(hash_of(b, "tables", "b.csv"));
}

/* The checksum at its end says that any of it may be wrong. */
static void test_doubted(void)
{
	g_autoptr(MadeDump) made = made_dump_small("h");
	g_autoptr(Built) built =
	    build(made,
		  "gzip -k db.sql && n=$(stat -c %s db.sql.gz) && printf abcd "
		  "| dd of=db.sql.gz bs=1 seek=$((n - 8)) conv=notrunc "
		  "2> /dev/null",
		  "db.sql.gz");

	g_assert_cmpuint(index_kit_bad(built->index), >, 0);
	g_assert_null(hash_of(built, "tables", "a.sql"));
	g_assert_null(hash_of(built, "tables", "a.tsv"));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/tables-hashes/banners", test_banners);
	g_test_add_func("/tables-hashes/containers", test_containers);
	g_test_add_func("/tables-hashes/rows", test_rows);
	g_test_add_func("/tables-hashes/definition", test_definition);
	g_test_add_func("/tables-hashes/distinct", test_distinct);
	g_test_add_func("/tables-hashes/damaged", test_damaged);
	g_test_add_func("/tables-hashes/doubted", test_doubted);
	return g_test_run();
}
