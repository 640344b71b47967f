/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/scan-fixture.h"

#include "fs/pieces.h"

#include <stdio.h>
#include <string.h>

#define STARTED "Started dump at: 2024-05-01 12:00:00\n"
#define PROGRAM                                                    \
	"SET @PREV_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT;\n" \
	"CREATE TRIGGER `a` BEFORE INSERT ON `t` FOR EACH ROW SET @a = 1;\n"

static void write_at(ScanFixture *f, const char *folder, const char *name,
		     const char *text)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);

	write_bytes(f, path, text);
}

static void dump_at(ScanFixture *f, const char *folder, const char *name)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);

	make_dump(f, path);
}

/* A folder of one database. */
static void make_folder(ScanFixture *f, const char *folder)
{
	dump_at(f, folder, "shop.t-schema.sql");
	dump_at(f, folder, "shop.t.sql");
	dump_at(f, folder, "shop-schema-create.sql");
	write_at(f, folder, "shop.t-schema-triggers.sql", PROGRAM);
	write_at(f, folder, "metadata", STARTED "Finished dump at: …\n");
}

static void set_metadata_time(ScanFixture *f, const char *folder)
{
	g_autofree char *path = g_build_filename(folder, "metadata", NULL);

	set_mtime(f, path, 1714566659);
}

static void test_places(ScanFixture *f, gconstpointer data)
{
	make_folder(f, "2024-05-01");
	make_folder(f, "export-20240502-120000");
	make_folder(f, "2024-05-03/mysql");
	make_folder(f, "2024-05-04/export-20240504-030000");
	make_folder(f, "undated");
	make_dump(f, "2024-05-03/other.sql");
	set_metadata_time(f, "undated");
	add_source(f, "", "");
	scan(f,
	     "D 2024-05-01 |shop 2024-05-01\n"
	     "D 2024-05-03/mysql mysql|shop 2024-05-03\n"
	     "D 2024-05-03/other.sql |other 2024-05-03\n"
	     "D 2024-05-04/export-20240504-030000 export|shop "
	     "2024-05-04T030000\n"
	     "D export-20240502-120000 export|shop 2024-05-02T120000\n"
	     "D undated undated|shop ~2024-05-01T123059",
	     "");
}

static void test_databases(ScanFixture *f, gconstpointer data)
{
	make_folder(f, "2024-05-01");
	make_dump(f, "2024-05-01/blog.t-schema.sql");
	make_dump(f, "2024-05-01/blog.log_20230101.sql");
	make_dump(f, "2024-05-01/db-2024-05-02.sql");
	write_bytes(f, "2024-05-01/blog.t-checksum", "1");
	add_source(f, "", "");
	scan(f,
	     "D 2024-05-01 |blog 2024-05-01\n"
	     "D 2024-05-01 |shop 2024-05-01\n"
	     "D 2024-05-01/db-2024-05-02.sql |db 2024-05-01",
	     "");
}

static void test_source_itself(ScanFixture *f, gconstpointer data)
{
	make_folder(f, "export-20240501-120000");
	make_dump(f, "export-20240501-120000/shop.log_20230101.sql");
	make_folder(f, "plain");
	set_metadata_time(f, "plain");
	add_source(f, "", "export-20240501-120000");
	add_source(f, "", "plain");
	scan(f,
	     "D  export|shop 2024-05-01T120000\n"
	     "D  |shop ~2024-05-01T123059",
	     "");
}

static void test_given(ScanFixture *f, gconstpointer data)
{
	make_folder(f, "one");
	make_folder(f, "two");
	make_dump(f, "two/blog.t.sql");
	set_metadata_time(f, "one");
	set_metadata_time(f, "two");
	add_source(f, "before/main=", "one");
	add_source(f, "after/main=", "two");
	add_source(f, "then=", "one");
	scan(f,
	     "D  |blog ~2024-05-01T123059 in after as main-blog\n"
	     "D  |shop ~2024-05-01T123059 in after as main-shop\n"
	     "D  |shop ~2024-05-01T123059 in before as main\n"
	     "D  |shop ~2024-05-01T123059 in then",
	     "");
}

static void test_unfinished(ScanFixture *f, gconstpointer data)
{
	make_folder(f, "2024-05-01");
	write_bytes(f, "2024-05-01/metadata.partial", "# " STARTED);
	write_bytes(f, "new/metadata.partial", STARTED);
	make_dump(f, "new/shop.t-schema.sql");
	add_source(f, "", "");
	scan(f, "",
	     "/2024-05-01: mydumper has not finished here: it is still "
	     "running, or was interrupted\n"
	     "/new: mydumper has not finished here: it is still running, or "
	     "was interrupted");
}

/* What only looks like one, or could not be joined, stays as it is. */
static void test_others(ScanFixture *f, gconstpointer data)
{
	g_auto(RondScanned) scanned = {0};

	make_folder(f, "photos");
	write_bytes(f, "photos/metadata", "title: my photos\n");
	make_folder(f, "mixed");
	make_dump(f, "mixed/shop.u.sql.gz");
	make_folder(f, "loaded");
	write_bytes(f, "loaded/shop.u.00000.dat", "1\t2\n");
	write_bytes(f, "nothing/metadata", STARTED);
	add_source(f, "", "");
	rond_source_scanner_run(f->scanner, &scanned);
	/* Each SQL file. */
	g_assert_cmpuint(scanned.backups->len, ==, 3 * 4 + 1);
	for (guint i = 0; i < scanned.backups->len; i++) {
		const RondBackup *backup = scanned.backups->pdata[i];

		g_assert_null(backup->pieces);
	}
}

static void test_tree(ScanFixture *f, gconstpointer data)
{
	write_bytes(f, "2024-05-02/index.html", "x");
	write_bytes(f, "2024-05-02/metadata", "x");
	make_folder(f, "2024-05-03");
	write_bytes(f, "2024-05-03/index.html", "x");
	add_source(f, "", "");
	scan(f, "F 2024-05-02 | 2024-05-02\nF 2024-05-03 | 2024-05-03", "");
}

/* mydumper -e writes a file for a table without rows, too. */
static void test_empty_tables(ScanFixture *f, gconstpointer data)
{
	make_folder(f, "2024-05-01");
	write_bytes(f, "2024-05-01/shop.v.sql", "");
	make_dump(f, "2024-05-02/shop.t-schema.sql");
	g_autofree char *packed = path_of(f, "2024-05-02");
	g_autofree char *all = g_strdup_printf(
	    "sh -c 'cd %s && cp ../2024-05-01/* . && gzip shop*'", packed);

	g_assert_true(g_spawn_command_line_sync(all, NULL, NULL, NULL, NULL));
	add_source(f, "", "");
	scan(f, "D 2024-05-01 |shop 2024-05-01\nD 2024-05-02 |shop 2024-05-02",
	     "");
}

/* Another packing amid the stream would end it. */
static void test_bad_pieces(ScanFixture *f, gconstpointer data)
{
	g_autofree char *from = path_of(f, "2024-05-01/shop.u.sql");
	g_autofree char *gz = path_of(f, "2024-05-01/shop.u.sql.gz");
	g_autofree char *command = g_strdup_printf("gzip %s", from);

	make_folder(f, "2024-05-01");
	make_dump(f, "2024-05-01/shop.u.sql");
	g_assert_true(
	    g_spawn_command_line_sync(command, NULL, NULL, NULL, NULL));
	g_assert_cmpint(rename(gz, from), ==, 0);
	write_bytes(f, "2024-05-01/shop.v-schema.sql", "");
	add_source(f, "", "");
	scan(f, "D 2024-05-01 |shop 2024-05-01",
	     "/2024-05-01/shop.u.sql: packed in another way than the dump's "
	     "others\n"
	     "/2024-05-01/shop.v-schema.sql: empty file: the backup was "
	     "probably "
	     "interrupted (disk full?)");
}

static void test_content(ScanFixture *f, gconstpointer data)
{
	g_auto(RondScanned) scanned = {0};
	const RondBackup *backup;
	g_autoptr(RondStream) stream = NULL;
	char text[2000] = "";
	gssize n;

	make_folder(f, "2024-05-01");
	write_bytes(f, "2024-05-01/shop-schema-post.sql", PROGRAM);
	add_source(f, "", "");
	rond_source_scanner_run(f->scanner, &scanned);
	g_assert_cmpuint(scanned.backups->len, ==, 1);
	backup = scanned.backups->pdata[0];
	g_assert_true(g_str_has_suffix(backup->source, "/2024-05-01"));
	stream = rond_pieces_open(backup->pieces, backup->store, NULL);
	n = rond_stream_pread(stream, text, sizeof text - 1, 0, NULL);
	g_assert_cmpuint((guint64)n, ==, backup->item->size);
	g_assert_true(g_str_has_suffix(
	    text, "DELIMITER ;;\n" PROGRAM "\n;;\nDELIMITER ;\n"
		  "/*!40103 SET TIME_ZONE=DEFAULT */;\n"
		  "DELIMITER ;;\n" PROGRAM "\n;;\nDELIMITER ;\n"));
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*test)(ScanFixture *f, gconstpointer data);
	} tests[] = {
	    {"/scan-mydumper/places", test_places},
	    {"/scan-mydumper/databases", test_databases},
	    {"/scan-mydumper/source", test_source_itself},
	    {"/scan-mydumper/given", test_given},
	    {"/scan-mydumper/unfinished", test_unfinished},
	    {"/scan-mydumper/others", test_others},
	    {"/scan-mydumper/tree", test_tree},
	    {"/scan-mydumper/empty-tables", test_empty_tables},
	    {"/scan-mydumper/bad-pieces", test_bad_pieces},
	    {"/scan-mydumper/content", test_content},
	};

	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add(tests[i].name, ScanFixture, NULL, scan_set_up,
			   tests[i].test, scan_tear_down);
	return g_test_run();
}
