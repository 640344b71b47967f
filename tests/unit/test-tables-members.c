/* SPDX-License-Identifier: BSD-2-Clause */
/* Dumps among the files of an archive: folders beside them, by name only. */
#include "backends/error.h"
#include "backends/index/tables.h"
#include "tests/unit/scratch.h"
#include "tests/unit/tables-kit.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

static void put(const Scratch *scratch, const char *name, const MadeDump *dump)
{
	scratch_write(scratch, name, dump->sql->str, dump->sql->len);
}

/* What @command makes a.tar.gz of. */
static Built *build(const Scratch *scratch, const char *command)
{
	scratch_run(scratch, command);
	g_autoptr(RondStream) source = scratch_stream(scratch, "a.tar.gz");

	return built_new(source, "a.tar.gz");
}

static void check(const Built *built, const char *folder, const MadeDump *made)
{
	g_autoptr(GBytes) bytes = made_dump_bytes(made);
	g_autoptr(GPtrArray) files = made_files(bytes, made);

	made_check(built, folder, files, 20);
}

static gboolean is_there(const Built *built, const char *path)
{
	return index_kit_find(built->index, path) != ROND_INDEX_NONE;
}

/* The folder is found, and not among those that are listed or counted. */
static void test_hidden(void)
{
	g_autoptr(Scratch) scratch = scratch_new();
	g_autoptr(MadeDump) made = made_dump_small("h");

	put(scratch, "db.sql", made);
	g_autoptr(Built) built =
	    build(scratch, "mkdir -p t/sub && echo > t/a && echo > t/z && "
			   "cp db.sql t && tar -C t -czf a.tar.gz .");
	guint32 dir = index_kit_find(built->index, "db");
	g_autoptr(GHashTable) listed = g_hash_table_new(NULL, NULL);
	guint32 first, count;

	check(built, "db", made);
	g_assert_true(rond_index_children(built->index, 0, &first, &count));
	g_assert_cmpuint(count, ==, 5);
	for (guint32 i = 0; i < count; i++)
		g_hash_table_add(listed,
				 GUINT_TO_POINTER(rond_index_nth_child(
				     built->index, ROND_INDEX_ROOT, i)));
	/* Four, and what stands for none. */
	g_assert_cmpuint(g_hash_table_size(listed), ==, 5);
	g_assert_false(g_hash_table_contains(listed, GUINT_TO_POINTER(dir)));
	g_assert_cmpuint(rond_index_nth_child(built->index, ROND_INDEX_ROOT, 4),
			 ==, ROND_INDEX_NONE);
	g_assert_cmpuint(rond_index_entry(built->index, 0)->links, ==, 3);
	g_assert_cmpuint(rond_index_meta(built->index)->content_bytes, ==,
			 made->sql->len + 2);
}

/* Several dumps, one of them in a folder that the archive doesn't hold. */
static void test_several(void)
{
	g_autoptr(Scratch) scratch = scratch_new();
	g_autoptr(MadeDump) small = made_dump_small("h");
	g_autoptr(MadeDump) large = made_dump_large();

	put(scratch, "one.sql", small);
	scratch_run(scratch, "mkdir -p t/u");
	put(scratch, "t/u/two.sql", large);
	put(scratch, "three.sql", small);
	g_autoptr(Built) built =
	    build(scratch,
		  "tar -czf a.tar.gz --mode=600 one.sql t/u/two.sql three.sql");

	check(built, "one", small);
	check(built, "t/u/two", large);
	check(built, "three", small);
	g_assert_cmpuint(
	    rond_index_entry(built->index,
			     index_kit_find(built->index, "one/a.tsv"))
		->mode,
	    ==, S_IFREG | 0600);
	g_assert_cmpuint(
	    rond_index_entry(built->index, index_kit_find(built->index, "one"))
		->mode,
	    ==, S_IFDIR | 0700);
}

/* The folders of a dump's databases are as old and as open as the dump. */
static void test_databases(void)
{
	static const char *const folders[] = {"db", "db/blog", "db/shop"};
	static const char sql[] = "-- MariaDB dump 10.19\n"
				  "USE `shop`;\nCREATE TABLE `t` (`id` int);\n"
				  "USE `blog`;\nCREATE TABLE `t` (`id` int);\n"
				  "-- Dump completed\n";
	g_autoptr(Scratch) scratch = scratch_new();

	scratch_write(scratch, "db.sql", sql, strlen(sql));
	g_autoptr(Built) built = build(
	    scratch, "tar -czf a.tar.gz --mode=640 --mtime=@1700000000 db.sql");

	for (gsize i = 0; i < G_N_ELEMENTS(folders); i++) {
		g_assert_true(is_there(built, folders[i]));
		const RondIndexEntry *entry = rond_index_entry(
		    built->index, index_kit_find(built->index, folders[i]));

		g_assert_cmpuint(entry->mode, ==, S_IFDIR | 0750);
		g_assert_cmpint(entry->mtime, ==, 1700000000);
	}
}

/* Of two versions the last one is what tar extracts. */
static void test_twice(void)
{
	g_autoptr(Scratch) scratch = scratch_new();
	g_autoptr(MadeDump) large = made_dump_large();
	g_autoptr(MadeDump) small = made_dump_small("h");

	put(scratch, "db.sql", large);
	scratch_run(scratch, "tar -cf a.tar db.sql");
	put(scratch, "db.sql", small);
	g_autoptr(Built) built =
	    build(scratch, "tar -rf a.tar db.sql && gzip a.tar");

	check(built, "db", small);
	g_assert_false(is_there(built, "db/big.sql"));
}

/* A dump that something else took the place of has no folder. */
static void test_replaced(void)
{
	static const char *const by[] = {
	    "echo nothing > db.sql", "rm db.sql && mkdir db.sql",
	    "rm db.sql && ln -s x db.sql", "rm db.sql && : > db.sql"};
	g_autoptr(MadeDump) made = made_dump_small("h");

	for (gsize i = 0; i < G_N_ELEMENTS(by); i++) {
		g_autoptr(Scratch) scratch = scratch_new();
		g_autofree char *command =
		    g_strconcat("tar -cf a.tar db.sql && ", by[i],
				" && tar -rf a.tar db.sql && gzip a.tar", NULL);

		put(scratch, "db.sql", made);
		g_autoptr(Built) built = build(scratch, command);

		g_assert_true(is_there(built, "db.sql"));
		g_assert_false(is_there(built, "db"));
	}
}

/* An incremental archive deletes it. */
static void test_deleted(void)
{
	g_autoptr(Scratch) scratch = scratch_new();
	g_autoptr(MadeDump) made = made_dump_small("h");

	scratch_run(scratch, "mkdir t && echo > t/a");
	put(scratch, "t/db.sql", made);
	g_autoptr(Built) built =
	    build(scratch, "tar -g s -cf a.tar t && rm t/db.sql && "
			   "tar -g s -cf b.tar t && tar -Af a.tar b.tar && "
			   "gzip a.tar");

	g_assert_true(is_there(built, "t/a"));
	g_assert_false(is_there(built, "t/db.sql"));
	g_assert_false(is_there(built, "t/db"));
}

/* What the archive has of that name stays. */
static void test_taken(void)
{
	g_autoptr(Scratch) scratch = scratch_new();
	g_autoptr(MadeDump) made = made_dump_small("h");

	put(scratch, "db.sql", made);
	put(scratch, "x.sql", made);
	put(scratch, ".sql", made);
	g_autoptr(Built) built =
	    build(scratch, "mkdir db && echo 1 > db/mine && echo 2 > x && "
			   "tar -czf a.tar.gz db.sql db x x.sql .sql");

	g_assert_true(is_there(built, "db/mine"));
	g_assert_false(is_there(built, "db/a.sql"));
	g_assert_true(S_ISREG(
	    rond_index_entry(built->index, index_kit_find(built->index, "x"))
		->mode));
}

/* Hard links to a dump, before it in the tree and behind it. */
static void test_linked(void)
{
	g_autoptr(Scratch) scratch = scratch_new();
	g_autoptr(MadeDump) made = made_dump_small("h");

	put(scratch, "db.sql", made);
	g_autoptr(Built) built =
	    build(scratch, "mkdir z && ln db.sql a && ln db.sql z/z.sql && "
			   "tar -czf a.tar.gz db.sql a z");

	check(built, "db", made);
}

/* What looks like one by its name, or its content, only. */
static void test_none(void)
{
	g_autoptr(Scratch) scratch = scratch_new();
	g_autoptr(MadeDump) made = made_dump_small("h");

	put(scratch, "db.txt", made);
	g_autoptr(Built) built =
	    build(scratch, "echo 'nothing' > no.sql && : > e.sql && "
			   "tar -czf a.tar.gz db.txt no.sql e.sql");

	g_assert_cmpuint(rond_index_n_entries(built->index), ==, 4);
}

/* Damage is told of the file that it is in. */
static void test_findings(void)
{
	g_autoptr(Scratch) scratch = scratch_new();
	g_autoptr(MadeDump) made = made_dump_small("h");

	g_string_truncate(made->sql, made->sql->len / 2);
	put(scratch, "cut.sql", made);
	g_autoptr(Built) built =
	    build(scratch, "mkdir s && mv cut.sql s && tar -czf a.tar.gz s");
	RondFinding finding;

	check(built, "s/cut", made);
	g_assert_cmpuint(index_kit_bad(built->index), >, 0);
	for (gsize i = 0; rond_index_finding(built->index, i, &finding); i++)
		g_assert_true(g_str_has_prefix(finding.message, "s/cut.sql: "));
}

/* A site's software brings scripts that do what dumps don't: the backup is
 * sound. */
static void test_scripts(void)
{
	static const char script[] =
	    "CREATE TABLE `t` (`id` int, `at` datetime);\n"
	    "INSERT INTO `t` VALUES (1, '2024-01-01'), (2, (SELECT 1));\n"
	    "INSERT INTO `t` (`id`) VALUES (3 + @n);\n";
	g_autoptr(Scratch) scratch = scratch_new();

	scratch_write(scratch, "install.sql", script, strlen(script));
	g_autoptr(Built) built =
	    build(scratch, "tar -czf a.tar.gz install.sql");

	g_assert_true(is_there(built, "install/t.sql"));
	g_assert_cmpuint(index_kit_bad(built->index), ==, 0);
	g_assert_true(index_kit_tells(built->index, "install.sql: "));
}

/* Larger than what of a zip is decoded at once. */
static void test_large_zip(void)
{
	static const char *const commands[] = {"zip -q1 a.zip db.sql other",
					       "zip -q0 a.zip db.sql other"};
	g_autoptr(MadeDump) made = made_dump_new("h");

	made_dump_rows(made, made_dump_table(made, "t", 1), 35000, 500, 200);
	made_dump_end(made);
	g_assert_cmpuint(made->sql->len, >, 5 << 20);
	for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
		g_autoptr(Scratch) scratch = scratch_new();

		put(scratch, "db.sql", made);
		scratch_run(scratch, "echo 1 > other");
		scratch_run(scratch, commands[i]);
		g_autoptr(RondStream) source = scratch_stream(scratch, "a.zip");
		const BuiltHow how = {
		    .source = source, .name = "a.zip", .thorough = TRUE};
		g_autoptr(Built) built = built_with(&how);

		check(built, "db", made);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/tables-members/hidden", test_hidden);
	g_test_add_func("/tables-members/several", test_several);
	g_test_add_func("/tables-members/databases", test_databases);
	g_test_add_func("/tables-members/twice", test_twice);
	g_test_add_func("/tables-members/replaced", test_replaced);
	g_test_add_func("/tables-members/deleted", test_deleted);
	g_test_add_func("/tables-members/taken", test_taken);
	g_test_add_func("/tables-members/linked", test_linked);
	g_test_add_func("/tables-members/none", test_none);
	g_test_add_func("/tables-members/findings", test_findings);
	g_test_add_func("/tables-members/scripts", test_scripts);
	g_test_add_func("/tables-members/large-zip", test_large_zip);
	return g_test_run();
}
