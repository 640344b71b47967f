/* SPDX-License-Identifier: BSD-2-Clause */
/* Every file of a dump's folder, from any kind of backup, at any place. */
#include "backends/error.h"
#include "backends/index/tables.h"
#include "tests/unit/scratch.h"
#include "tests/unit/tables-kit.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

typedef struct {
	const char *name;
	const char *command; /* in the folder that has db.sql */
	const char *folder;
	gboolean thorough, no_copy;
} Case;

#define TAR "mkdir x; echo 1 > x/a; cp db.sql x; echo 2 > x/z; tar -c x "
static const Case cases[] = {
    {"db.sql", "true", "tables", FALSE, FALSE},
    {"db.sql.gz", "gzip -k db.sql", "tables", FALSE, FALSE},
    {"thorough.sql.gz", "gzip -c db.sql > thorough.sql.gz", "tables", TRUE,
     FALSE},
    {"db.sql.zst", "zstd -1q db.sql", "tables", FALSE, FALSE},
    {"slow.sql.zst", "zstd -1q db.sql -o slow.sql.zst", "tables", FALSE, TRUE},
    {"db.sql.xz", "xz -1k db.sql", "tables", FALSE, FALSE},
    {"db.sql.bz2", "bzip2 -1k db.sql", "tables", FALSE, FALSE},
    {"a.tar.gz", TAR "| gzip > a.tar.gz", "x/db", FALSE, FALSE},
    {"a.tar.xz", TAR "| xz -1 > a.tar.xz", "x/db", FALSE, FALSE},
    {"a.tar", TAR "> a.tar", "x/db", TRUE, FALSE},
    {"db.zip", "zip -q db.zip db.sql", "tables", FALSE, FALSE},
    {"stored.zip", "zip -q0 stored.zip db.sql", "tables", FALSE, FALSE},
    {"a.zip", TAR "> /dev/null; zip -qr a.zip x", "x/db", TRUE, FALSE},
};

static void put(const Scratch *scratch, const char *name, const MadeDump *dump)
{
	scratch_write(scratch, name, dump->sql->str, dump->sql->len);
}

static Built *build(const Scratch *scratch, const Case *one)
{
	g_autoptr(RondStream) source = scratch_stream(scratch, one->name);
	const BuiltHow how = {.source = source,
			      .name = one->name,
			      .thorough = one->thorough,
			      .no_copy = one->no_copy};
	Built *built = built_with(&how);

	g_assert_no_error(built->error);
	g_assert_cmpuint(index_kit_bad(built->index), ==, 0);
	return built;
}

static void test_case(gconstpointer data)
{
	const Case *one = data;
	g_autoptr(Scratch) scratch = scratch_new();
	g_autoptr(MadeDump) made = made_dump_large();
	g_autoptr(GBytes) bytes = made_dump_bytes(made);
	g_autoptr(GPtrArray) files = made_files(bytes, made);

	put(scratch, "db.sql", made);
	scratch_run(scratch, one->command);
	g_autoptr(Built) built = build(scratch, one);

	g_assert_cmpuint(files->len, ==, 5 * 5 + 2);
	made_check(built, one->folder, files, 60);
	index_kit_touch_all(built->index);
}

static Built *build_bytes(GBytes *bytes)
{
	g_autoptr(RondStream) source = rond_memory_stream_new(bytes);

	return built_new(source, "db.sql");
}

static const char *const rendered[] = {
    "big.tsv",	 "big.csv",	  "big.jsonl", "runs.tsv",
    "runs.csv",	 "wide.tsv",	  "wide.csv",  "wide.jsonl",
    "empty.tsv", "a%2Fb`c.jsonl", "runs.sql"};

/* Thousands of reads, of any length, also across the ends of blocks. */
static void test_random(void)
{
	g_autoptr(MadeDump) made = made_dump_large();
	g_autoptr(GBytes) bytes = made_dump_bytes(made);
	g_autoptr(GPtrArray) files = made_files(bytes, made);
	g_autoptr(Built) built = build_bytes(bytes);

	for (gsize i = 0; i < G_N_ELEMENTS(rendered); i++) {
		g_autoptr(RondStream) stream =
		    made_open(built, "tables", rendered[i]);

		check_random_reads(stream, made_file(files, rendered[i])->bytes,
				   1000);
	}
}

/* Without a place to keep what was rendered, and with one for a block or two
 * that several files fight for. */
static void test_small_cache(void)
{
	g_autoptr(MadeDump) made = made_dump_large();
	g_autoptr(GBytes) bytes = made_dump_bytes(made);
	g_autoptr(GPtrArray) files = made_files(bytes, made);
	g_autoptr(Built) built = build_bytes(bytes);
	g_autoptr(RondStream) source = rond_memory_stream_new(bytes);

	for (gsize limit = 0; limit <= 400000; limit += 400000) {
		g_autoptr(RondBlockCache) cache = rond_block_cache_new(limit);

		rond_content_unref(built->content);
		built->content =
		    rond_content_new(source, built->index, NULL, cache);
		made_check(built, "tables", files, 3);
	}
}

typedef struct {
	const Built *built;
	const GPtrArray *files;
	RondStream *shared;
} Readers;

static gpointer read_some(gpointer data)
{
	const Readers *self = data;

	check_random_reads(self->shared,
			   made_file(self->files, "big.jsonl")->bytes, 60);
	for (gsize i = 0; i < G_N_ELEMENTS(rendered); i++) {
		g_autoptr(RondStream) stream =
		    made_open(self->built, "tables", rendered[i]);

		check_random_reads(
		    stream, made_file(self->files, rendered[i])->bytes, 30);
	}
	return NULL;
}

/* The same files, each thread by its own streams and all by one. */
static void test_threads(void)
{
	g_autoptr(MadeDump) made = made_dump_large();
	g_autoptr(GBytes) bytes = made_dump_bytes(made);
	g_autoptr(GPtrArray) files = made_files(bytes, made);
	g_autoptr(Built) built = build_bytes(bytes);
	g_autoptr(RondStream) shared = made_open(built, "tables", "big.jsonl");
	Readers readers = {built, files, shared};
	GThread *threads[4];

	for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
		threads[i] = g_thread_new("reader", read_some, &readers);
	for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
		g_thread_join(threads[i]);
}

/* A stream outlives all that it was opened by. */
static void test_outlives(void)
{
	g_autoptr(MadeDump) made = made_dump_large();
	g_autoptr(GBytes) bytes = made_dump_bytes(made);
	g_autoptr(GPtrArray) files = made_files(bytes, made);
	RondStream *streams[G_N_ELEMENTS(rendered)];
	{
		g_autoptr(Built) built = build_bytes(bytes);

		for (gsize i = 0; i < G_N_ELEMENTS(rendered); i++)
			streams[i] = made_open(built, "tables", rendered[i]);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(rendered); i++) {
		check_random_reads(streams[i],
				   made_file(files, rendered[i])->bytes, 20);
		rond_stream_unref(streams[i]);
	}
}

/* What is kept of a table that was rendered is as much as is counted. */
static void test_counted(void)
{
	g_autoptr(MadeDump) made = made_dump_small("h");
	g_autoptr(GBytes) bytes = made_dump_bytes(made);
	g_autoptr(Built) built = build_bytes(bytes);
	RondBlockCacheStats before, after;

	rond_block_cache_stats(built->blocks, &before);
	g_bytes_unref(built_read(built, "tables/b.tsv", NULL));
	g_bytes_unref(built_read(built, "tables/b.tsv", NULL));
	rond_block_cache_stats(built->blocks, &after);
	g_assert_cmpuint(after.misses - before.misses, ==, 2);
	g_assert_cmpuint(after.hits - before.hits, ==, 1);
}

/* Beside the dump, in the order that it has, with the dump's mode, and not as
 * more content than there is. */
static void test_entries(void)
{
	g_autoptr(MadeDump) made = made_dump_small("h");
	g_autoptr(GBytes) bytes = made_dump_bytes(made);
	g_autoptr(Built) built = build_bytes(bytes);
	guint32 dir = index_kit_find(built->index, ROND_DUMP_FOLDER);
	const RondIndexEntry *entry = rond_index_entry(
	    built->index, index_kit_find(built->index, "tables/b.tsv"));

	g_assert_cmpuint(dir, ==, ROND_DUMP_FOLDER_ENTRY);
	g_assert_cmpuint(index_kit_find(built->index, ROND_DUMP_FILE), ==,
			 ROND_DUMP_FILE_ENTRY);
	g_assert_cmpuint(rond_index_entry(built->index, dir)->mode, ==,
			 S_IFDIR | 0755);
	g_assert_cmpuint(rond_index_entry(built->index, 0)->links, ==, 3);
	g_assert_cmpuint(entry->mode, ==, S_IFREG | 0644);
	g_assert_cmpuint(entry->flags, ==, ROND_ENTRY_TABLE);
	g_assert_cmpuint(entry->links, ==, 1);
	g_assert_cmpuint(rond_index_meta(built->index)->content_bytes, ==,
			 g_bytes_get_size(bytes));
	g_assert_cmpuint(rond_index_dump_of(built->index, entry), ==,
			 ROND_DUMP_FILE_ENTRY);
	g_assert_cmpuint(
	    rond_index_dump_of(built->index, rond_index_entry(built->index, 1)),
	    ==, ROND_INDEX_NONE);
	g_assert_cmpuint(rond_index_dump_of(built->index, NULL), ==,
			 ROND_INDEX_NONE);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *path =
		    g_strconcat("/tables/", cases[i].name, NULL);

		g_test_add_data_func(path, &cases[i], test_case);
	}
	g_test_add_func("/tables/random", test_random);
	g_test_add_func("/tables/small-cache", test_small_cache);
	g_test_add_func("/tables/threads", test_threads);
	g_test_add_func("/tables/outlives", test_outlives);
	g_test_add_func("/tables/counted", test_counted);
	g_test_add_func("/tables/entries", test_entries);
	return g_test_run();
}
