/* SPDX-License-Identifier: BSD-2-Clause */
/* Of a damaged dump what is whole is whole, and the rest ends in an error. */
#include "backends/error.h"
#include "tests/unit/scratch.h"
#include "tests/unit/tables-kit.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

static Built *build(const MadeDump *dump)
{
	g_autoptr(GBytes) bytes = made_dump_bytes(dump);
	g_autoptr(RondStream) source = rond_memory_stream_new(bytes);

	return built_new(source, "db.sql");
}

/* Cut at any place: files are as they are known from the dump's own reader, and
 * rows that are there are rows that were. */
static void test_cut(void)
{
	g_autoptr(MadeDump) made = made_dump_small("h");
	const gsize size = made->sql->len;
	g_autofree char *all = g_strdup(made->sql->str);

	for (gsize len = 300; len < size; len += 37) {
		g_string_assign(made->sql, all);
		g_string_truncate(made->sql, len);
		g_autoptr(GBytes) bytes = made_dump_bytes(made);
		g_autoptr(GPtrArray) files = made_files(bytes, made);
		g_autoptr(Built) built = build(made);

		made_check(built, "tables", files, 3);
		g_assert_cmpuint(index_kit_bad(built->index), >, 0);
	}
}

/* A quote too many in the first table: the second one is whole. */
static void test_stray_quote(void)
{
	g_autoptr(MadeDump) made = made_dump_small("h");
	g_autoptr(GBytes) bytes = NULL;
	g_autoptr(GPtrArray) files = NULL;
	char *row = strstr(made->sql->str, "\n(9,'");

	g_string_insert(made->sql, row - made->sql->str + 5, "','");
	bytes = made_dump_bytes(made);
	files = made_files(bytes, made);
	g_autoptr(Built) built = build(made);

	made_check(built, "tables", files, 20);
	g_assert_true(made_file(files, "a.tsv")->damaged);
	g_assert_true(made_file(files, "a.sql")->damaged);
	g_assert_false(made_file(files, "b.tsv")->damaged);
	g_assert_false(made_file(files, "b.sql")->damaged);
	g_assert_cmpuint(g_bytes_get_size(made_file(files, "b.tsv")->bytes), ==,
			 ((MadeTable *)made->tables->pdata[1])->out[0]->len);
	g_assert_true(index_kit_tells(built->index, "a row can't be read"));
}

/* That @path of @built is a title, some rows of @table in @format and a byte
 * that can't be read. */
static void expect_part(const Built *built, const char *path,
			const MadeTable *table, RondRowFormat format)
{
	g_autoptr(RondStream) stream = made_open(built, "tables", path);
	const gsize len = rond_stream_size(stream) - 1;
	g_autofree char *buf = g_malloc0(len + 1);
	g_autoptr(GError) error = NULL;
	const gsize title_len = table->title_len[format];
	const char *rows;

	g_assert_cmpint(rond_stream_pread(stream, buf, len, 0, &error), ==,
			len);
	g_assert_no_error(error);
	rows = format == ROND_FORMAT_JSONL ? strchr(buf, '{')
					   : strchr(buf, '\n') + 1;
	g_assert_cmpuint(strlen(rows), >, 1000000);
	g_assert_cmpmem(rows, strlen(rows),
			table->out[format]->data + title_len, strlen(rows));
	g_assert_cmpuint(buf[len - 1], ==, '\n');
	g_assert_cmpint(rond_stream_pread(stream, buf, 1, len, &error), ==, -1);
	g_assert_error(error, ROND_ERROR, EIO);
}

/* Packed, and cut off. */
static void test_cut_packed(void)
{
	static const char *const commands[] = {
	    "gzip db.sql; mv db.sql.gz p", "bzip2 db.sql; mv db.sql.bz2 p",
	    "zstd -q db.sql; mv db.sql.zst p", "xz -0 db.sql; mv db.sql.xz p"};
	g_autoptr(MadeDump) made = made_dump_new("h");
	MadeTable *first = made_dump_table(made, "first", 1), *second;

	made_dump_rows(made, first, 200, 50, 100);
	second = made_dump_table(made, "second", 2);
	made_dump_rows(made, second, 30000, 900, 100);
	made_dump_end(made);
	for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
		g_autoptr(Scratch) scratch = scratch_new();

		scratch_write(scratch, "db.sql", made->sql->str,
			      made->sql->len);
		scratch_run(scratch, commands[i]);
		scratch_run(scratch, "n=$(stat -c %s p); "
				     "head -c $((n * 2 / 3)) p > q");
		g_autoptr(RondStream) source = scratch_stream(scratch, "q");
		g_autoptr(Built) built = built_new(source, "q");
		g_autoptr(GBytes) whole =
		    g_bytes_new(first->out[0]->data, first->out[0]->len);

		built_expect(built, "tables/first.tsv", whole);
		expect_part(built, "second.tsv", second, ROND_FORMAT_TSV);
		expect_part(built, "second.jsonl", second, ROND_FORMAT_JSONL);
		g_assert_cmpuint(index_kit_bad(built->index), >, 0);
	}
}

/* There is a folder, if with nothing in it. */
static void test_nothing(void)
{
	static const char *const texts[] = {
	    "-- MySQL dump 10.19\n",
	    "-- MySQL dump 10.19\nSELECT 1;\n",
	    "-- MySQL dump 10.19\nINSERT INTO `nowhere` VALUES (1",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(GBytes) bytes =
		    g_bytes_new_static(texts[i], strlen(texts[i]));
		g_autoptr(RondStream) source = rond_memory_stream_new(bytes);
		g_autoptr(Built) built = built_new(source, "db.sql");

		g_assert_cmpuint(index_kit_find(built->index, "tables"), ==,
				 ROND_DUMP_FOLDER_ENTRY);
		g_assert_true(S_ISDIR(
		    rond_index_entry(built->index, ROND_DUMP_FOLDER_ENTRY)
			->mode));
		built_expect(built, ROND_DUMP_FILE, bytes);
	}
}

/* Its dump is another one than was indexed: no row of it is given. */
static void test_other_dump(void)
{
	g_autoptr(MadeDump) one = made_dump_small("h");
	g_autoptr(MadeDump) two = made_dump_small("h");
	g_autoptr(Built) built = build(one);
	char *row = strstr(two->sql->str, "\n(9,'");

	row[1] = 'x';
	g_autoptr(GBytes) bytes = made_dump_bytes(two);
	g_autoptr(RondStream) source = rond_memory_stream_new(bytes);

	rond_content_unref(built->content);
	built->content =
	    rond_content_new(source, built->index, NULL, built->blocks);
	built_expect_error(built, "tables/a.tsv", EIO);
	built_expect_error(built, "tables/a.sql", EIO);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/tables-damage/cut", test_cut);
	g_test_add_func("/tables-damage/stray-quote", test_stray_quote);
	g_test_add_func("/tables-damage/cut-packed", test_cut_packed);
	g_test_add_func("/tables-damage/nothing", test_nothing);
	g_test_add_func("/tables-damage/other-dump", test_other_dump);
	return g_test_run();
}
