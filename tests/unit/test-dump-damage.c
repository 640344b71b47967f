/* SPDX-License-Identifier: BSD-2-Clause */
/* Dumps that end early, and ones with something wrong in the middle. */
#include "dump-kit.h"
#include "dump-samples.h"
#include "fault-stream.h"

#include <errno.h>
#include <string.h>

#define ROWS_A "INSERT INTO `a` VALUES\n(1,'x'),\n(2,'y');\n"
#define ROWS_B "INSERT INTO `b` VALUES (1,'p'),(2,'q');\n"
#define WHOLE               \
	MARIADB_HEADER("h") \
	TABLE("a", ROWS_A) TABLE("b", ROWS_B) MARIADB_FOOTER("2024-05-01")

static void check_text(const TakenDump *dump, const char *path,
		       const char *expected)
{
	g_autofree char *text = taken_text(dump, path);

	g_assert_cmpstr(text, ==, expected);
}

static void check_noted(const TakenDump *dump, const char *path,
			const char *expected)
{
	g_autofree char *text = taken_noted(dump, path);

	g_assert_cmpstr(text, ==, expected);
}

/* Of two files the longer one begins with the other; but for the byte that
 * can't be read, which a damaged one ends with. */
static void check_begins(const char *whole, const char *part, gboolean damaged)
{
	gsize len = strlen(part);

	if (!damaged) {
		g_assert_cmpstr(part, ==, whole);
		return;
	}
	g_assert_cmpuint(len, >, 0);
	g_assert_cmpint(part[len - 1], ==, '!');
	g_assert_cmpuint(len - 1, <=, strlen(whole));
	g_assert_cmpmem(whole, len - 1, part, len - 1);
}

static void check_table(const TakenDump *whole, const TakenDump *part,
			const char *name)
{
	const RondDumpTable *table = taken_table(part, name);
	const char *const endings[] = {".sql", ".tsv", ".csv", ".jsonl"};

	for (gsize i = 0; table && i < G_N_ELEMENTS(endings); i++) {
		g_autofree char *path = g_strconcat(name, endings[i], NULL);
		g_autofree char *a = taken_text(whole, path);
		g_autofree char *b = table->damaged ? taken_noted(part, path)
						    : taken_text(part, path);

		if (!b)
			continue;
		check_begins(a, b, table->damaged);
		g_assert_cmpint(taken_file(part, path)->has_hash, ==,
				!table->damaged);
	}
}

/* Cut anywhere: never a row that isn't in it, never a table that looks whole
 * and isn't. */
static void test_cut_anywhere(void)
{
	g_autoptr(TakenDump) whole = taken_dump(WHOLE);
	/* The last line is not needed. */
	gsize len = strlen(WHOLE);
	gsize footer = (gsize)(strstr(WHOLE, "-- Dump compl") - WHOLE) + 17;
	gsize end_of_a = (gsize)(strstr(WHOLE, "UNLOCK TABLES;") - WHOLE) + 14;

	for (gsize i = 1; i < len; i++) {
		g_autoptr(TakenDump) part = taken_dump_len(WHOLE, i);

		g_assert_cmpint(part->complete, ==, i >= footer);
		if (i < footer)
			g_assert_cmpuint(part->findings->len, >, 0);
		check_table(whole, part, "a");
		check_table(whole, part, "b");
		if (i >= end_of_a)
			g_assert_false(taken_table(part, "a")->damaged);
		taken_check(part);
	}
}

/* The same of a dump without comments: its settings are never restored. */
static void test_cut_without_comments(void)
{
	static const char text[] = MARIADB_SETTINGS TABLE_CREATE("a")
	    ROWS_A TABLE_CREATE("b") ROWS_B MARIADB_RESTORED;
	g_autoptr(TakenDump) whole = taken_dump(text);
	gsize restored = (gsize)(strstr(text, MARIADB_RESTORED) - text);

	g_assert_true(whole->complete);
	for (gsize i = 1; i <= restored; i++) {
		g_autoptr(TakenDump) part = taken_dump_len(text, i);

		g_assert_false(part->complete);
		check_table(whole, part, "a");
		check_table(whole, part, "b");
	}
}

static void test_header_only(void)
{
	g_autoptr(TakenDump) dump = taken_dump(MARIADB_HEADER("h"));

	g_assert_false(dump->complete);
	g_assert_cmpuint(dump->files->files->len, ==, 0);
	g_assert_cmpuint(dump->findings->len, ==, 1);
}

static void test_cut_row(void)
{
	g_autoptr(TakenDump) dump = taken_dump(MARIADB_HEADER("h") TABLE_CREATE(
	    "a") TABLE_LOCK("a") "INSERT INTO `a` VALUES\n(1,'x'),\n(2,'y");

	check_noted(dump, "a.sql",
		    MARIADB_SETTINGS TABLE_CREATE("a")
			TABLE_LOCK("a") "INSERT INTO `a` VALUES\n(1,'x')!");
	check_noted(dump, "a.tsv", "id\tname\n1\tx\n!");
	check_noted(dump, "schema.sql", MARIADB_SETTINGS TABLE_CREATE("a") "!");
	g_assert_cmpuint(
	    g_array_index(taken_table(dump, "a")->runs, RondRun, 0).end.rows,
	    ==, 1);
}

/* What is behind it is found again. */
static void check_middle(const char *rows, const char *tsv)
{
	g_autofree char *text = g_strconcat(
	    MARIADB_HEADER("h") TABLE_CREATE("a") TABLE_LOCK("a"), rows,
	    TABLE_UNLOCK("a") TABLE("b", ROWS_B) MARIADB_FOOTER("x"), NULL);
	g_autoptr(TakenDump) dump = taken_dump(text);

	g_assert_true(dump->complete);
	g_assert_cmpuint(dump->findings->len, ==, 1);
	g_assert_nonnull(
	    strstr(g_ptr_array_index(dump->findings, 0), "passed over"));
	check_noted(dump, "a.tsv", tsv);
	check_text(dump, "b.tsv", "id\tname\n1\tp\n2\tq\n");
	check_text(dump, "b.sql", TABLE_ALONE("b", ROWS_B));
	g_assert_true(taken_table(dump, "a")->damaged);
	g_assert_false(taken_table(dump, "b")->damaged);
	taken_check(dump);
}

static void test_stray_quote(void)
{
	check_middle("INSERT INTO `a` VALUES (1,'x'),(2,'y'z'),(3,'w');\n",
		     "id\tname\n1\tx\n!");
	check_middle("INSERT INTO `a` VALUES (1,'x'),(2,'y),(3,'w');\n",
		     "id\tname\n1\tx\n!");
	check_middle("INSERT INTO `a` VALUES (1,'x'),(2,'y);\n",
		     "id\tname\n1\tx\n!");
	check_middle("INSERT INTO `a` VALUES (1,'x),(2,'y');\n", "id\tname\n!");
	/* What its later statements hold isn't shown: the file ends here. */
	check_middle("INSERT INTO `a` VALUES (1,'x'),(2,,'y');\n"
		     "INSERT INTO `a` VALUES (3,'z');\n",
		     "id\tname\n1\tx\n!");
}

/* In a view, as phpMyAdmin 5.2.1 once wrote it. */
static void test_broken_view(void)
{
	g_autoptr(TakenDump) dump =
	    taken_dump("-- phpMyAdmin SQL Dump\n" TABLE_CREATE("a") ROWS_A
		       "CREATE VIEW `v` AS SELECT 'x as y;\n\n"
		       "-- --------\n\n" TABLE_CREATE("b") ROWS_B);

	check_text(dump, "a.tsv", "id\tname\n1\tx\n2\ty\n");
	check_text(dump, "b.tsv", "id\tname\n1\tp\n2\tq\n");
	g_assert_null(taken_file(dump, "views.sql"));
	g_assert_cmpuint(dump->findings->len, ==, 1);
}

/* A routine may hold what looks like anything. */
static void test_damage_in_routine(void)
{
	g_autoptr(TakenDump) dump = taken_dump(MARIADB_HEADER("h") TABLE(
	    "a",
	    ROWS_A) "DELIMITER ;;\nCREATE PROCEDURE p()\nBEGIN\n"
		    "-- Table structure for table `ghost`\n"
		    "DROP TABLE `ghost`;\nCREATE TABLE `ghost` (`id` int);\n"
		    "INSERT INTO `ghost` VALUES (1);\nEND;;\nDELIMITER "
		    ";\n" TABLE("b", ROWS_B) MARIADB_FOOTER("x"));

	g_assert_true(dump->complete);
	g_assert_null(taken_table(dump, "ghost"));
	check_text(dump, "b.tsv", "id\tname\n1\tp\n2\tq\n");
	g_assert_nonnull(taken_file(dump, "routines.sql"));
}

/* Each read fails once; what was found before is kept. */
static void test_failing_reads(void)
{
	g_autoptr(GString) text = g_string_new(MARIADB_HEADER("h"));
	g_autoptr(TakenDump) whole = NULL;
	g_autoptr(RondStream) memory = NULL;

	g_string_append(text, TABLE_CREATE("a"));
	for (int i = 0; i < 40000; i++)
		g_string_append_printf(text,
				       "INSERT INTO `a` VALUES (%d,'x');\n", i);
	g_string_append(text, TABLE("b", ROWS_B) MARIADB_FOOTER("x"));
	whole = taken_dump_len(text->str, text->len);
	g_assert_true(whole->complete);
	memory =
	    rond_memory_stream_new(g_bytes_new_static(text->str, text->len));
	for (guint i = 1; i < 12; i++) {
		g_autoptr(RondStream) fault =
		    fault_stream_new(memory, 2 * i, EIO);
		g_autoptr(TakenDump) part = taken_dump_from(fault, NULL);

		if (!part->files) {
			g_assert_cmpint(part->error->code, ==, EIO);
			continue;
		}
		check_table(whole, part, "a");
		check_table(whole, part, "b");
	}
}

static void test_first_read_fails(void)
{
	g_autoptr(RondStream) memory =
	    rond_memory_stream_new(g_bytes_new_static(WHOLE, strlen(WHOLE)));
	g_autoptr(RondStream) fault = fault_stream_new(memory, 1, EIO);
	g_autoptr(TakenDump) dump = taken_dump_from(fault, NULL);

	g_assert_null(dump->files);
	g_assert_cmpint(dump->error->code, ==, EIO);
}

static void test_cancelled(void)
{
	g_autoptr(RondStream) memory =
	    rond_memory_stream_new(g_bytes_new_static(WHOLE, strlen(WHOLE)));
	g_autoptr(GCancellable) cancellable = g_cancellable_new();
	g_autoptr(TakenDump) dump = NULL;

	g_cancellable_cancel(cancellable);
	dump = taken_dump_from(memory, cancellable);
	g_assert_null(dump->files);
	g_assert_true(
	    g_error_matches(dump->error, G_IO_ERROR, G_IO_ERROR_CANCELLED));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/dump-damage/cut-anywhere", test_cut_anywhere);
	g_test_add_func("/dump-damage/cut-without-comments",
			test_cut_without_comments);
	g_test_add_func("/dump-damage/header-only", test_header_only);
	g_test_add_func("/dump-damage/cut-row", test_cut_row);
	g_test_add_func("/dump-damage/stray-quote", test_stray_quote);
	g_test_add_func("/dump-damage/broken-view", test_broken_view);
	g_test_add_func("/dump-damage/routine", test_damage_in_routine);
	g_test_add_func("/dump-damage/failing-reads", test_failing_reads);
	g_test_add_func("/dump-damage/first-read", test_first_read_fails);
	g_test_add_func("/dump-damage/cancelled", test_cancelled);
	return g_test_run();
}
