/* SPDX-License-Identifier: BSD-2-Clause */
/* Days of a site: from when to when each path was what it was. */
#include "fs/timeline.h"

#include "backends/error.h"
#include "tests/unit/shelf.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>

#define SQL(rows)                                                      \
	"printf '%s\\n' '-- MariaDB dump 10.19' "                      \
	"'CREATE TABLE `t` (`id` int);' 'INSERT INTO `t` VALUES " rows \
	";' 'CREATE TABLE `same` (`id` int);' '-- Dump completed' > "

static Shelf *new_shelf(void)
{
	Shelf *shelf = shelf_new();

	shelf_run(shelf, "mkdir ../t");
	return shelf;
}

/* Change the site by @command, and pack it as that day of May. */
static void day(const Shelf *shelf, guint number, const char *command)
{
	g_autofree char *line = g_strdup_printf(
	    "(cd ../t && %s) && tar -C ../t -czf 2024-05-%02u.tar.gz .",
	    command, number);

	shelf_run(shelf, line);
}

static void ignore(const RondProgress *progress, gpointer data)
{
}

static RondTimeline *make(const Shelf *shelf, const char *name)
{
	g_autoptr(GError) error = NULL;
	RondTimeline *line;

	g_assert_true(
	    rond_library_index_all(shelf->library, ignore, NULL, NULL));
	line = rond_timeline_new(shelf->library, name, &error);
	g_assert_no_error(error);
	return line;
}

static const RondIndex *index_of(const RondTimeline *line, guint stop)
{
	const RondStop *at = line->stops->pdata[stop];

	return rond_content_index(at->content);
}

/* The name of @last_entry must be that of the path, of the same type. */
static void check_last(const RondTimeline *line, const RondSpan *span,
		       const char *path)
{
	const RondIndex *index = index_of(line, span->last);
	const RondIndexEntry *first = rond_timeline_entry(line, span);
	const RondIndexEntry *last =
	    rond_index_entry(index, rond_index_inode(index, span->last_entry));
	g_autofree char *base = g_path_get_basename(path);
	gsize len;
	const char *name = rond_index_name(
	    index, rond_index_entry(index, span->last_entry), &len);

	g_assert_nonnull(last);
	g_assert_cmpmem(name, len, base, strlen(base));
	g_assert_cmpuint(first->mode & 0170000, ==, last->mode & 0170000);
	g_assert_cmpuint(first->size, ==, last->size);
}

/* "first-last path <before"…, a line for each span. */
static char *shown(const RondTimeline *line)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < line->spans->len; i++) {
		const RondSpan *span = &g_array_index(line->spans, RondSpan, i);
		g_autofree char *path = rond_timeline_path(line, span);

		check_last(line, span, path);
		g_assert_true(rond_timeline_is_present(line, span) ==
			      (span->last == line->stops->len - 1));
		g_string_append_printf(text, "%u-%u %s", span->first,
				       span->last, path);
		if (span->before != ROND_NO_SPAN)
			g_string_append_printf(text, " <%u", span->before);
		if (span->flags & ROND_DELTA_SAME_LOOKS)
			g_string_append(text, " hidden");
		g_string_append_c(text, '\n');
	}
	return g_string_free(text, FALSE);
}

static void expect(const Shelf *shelf, const char *name, const char *expected)
{
	g_autoptr(RondTimeline) line = make(shelf, name);
	g_autofree char *text = shown(line);

	g_assert_cmpstr(text, ==, expected);
	g_assert_cmpuint(line->unread->len, ==, 0);
}

static void test_days(void)
{
	g_autoptr(Shelf) shelf = new_shelf();

	day(shelf, 1,
	    "mkdir -p a/b && echo 1 > a/b/f && echo 1 > c && echo 1 > d && "
	    "ln -s c link && touch -d 2024-04-01 a/b/f c d");
	day(shelf, 2, "echo 2 > c && touch -d 2024-04-01 c && rm d");
	day(shelf, 3, "rm -r a && echo 1 > a && touch link/x || chmod 600 c");
	day(shelf, 4, "echo 1 > d && rm a && mkdir a && echo 1 > a/new");
	shelf_open(shelf);
	expect(shelf, "www",
	       "0-1 a\n0-1 a/b\n0-1 a/b/f\n0-0 c\n0-0 d\n0-3 link\n"
	       "1-3 c <3 hidden\n2-2 a <0\n3-3 a <7\n3-3 a/new\n3-3 d\n");
}

/* A path that nothing happened to but that its folder is another entry in each
 * index. */
static void test_unchanged(void)
{
	g_autoptr(Shelf) shelf = new_shelf();

	day(shelf, 1,
	    "mkdir m z && echo 1 > m/1 && echo 2 > m/2 && "
	    "echo 3 > m/3 && echo 22 > z/1 && echo 33 > zz");
	day(shelf, 2, "mkdir a && echo 1 > a/1 && rm m/2 && echo 4 > m/0");
	day(shelf, 3, "rm -r a && echo > m/00");
	shelf_open(shelf);
	expect(shelf, "www",
	       "0-2 m\n0-2 m/1\n0-0 m/2\n0-2 m/3\n0-2 z\n0-2 z/1\n0-2 zz\n"
	       "1-1 a\n1-1 a/1\n1-2 m/0\n2-2 m/00\n");
}

/* Each has its own folder at the top, which is not shown. */
static void test_stripped(void)
{
	g_autoptr(Shelf) shelf = new_shelf();

	shelf_run(shelf, "cd ../t && mkdir -p www/x && echo 1 > www/x/f && "
			 "tar -czf ../shelf/www-2024-05-01.tar.gz www && "
			 "echo 2 > www/x/g && "
			 "tar -C www -czf ../shelf/www-2024-05-02.tar.gz .");
	shelf_open(shelf);
	expect(shelf, "www", "0-1 x\n0-1 x/f\n1-1 x/g\n");
}

static void test_tables(void)
{
	g_autoptr(Shelf) shelf = new_shelf();

	shelf_run(shelf, SQL("(1)") "db-2024-05-01.sql");
	shelf_run(shelf, SQL("(1),(2)") "db-2024-05-02.sql");
	shelf_run(shelf, SQL("(1),(2)") "db-2024-05-03.sql");
	day(shelf, 2, "echo > f");
	shelf_open(shelf);
	expect(shelf, "db",
	       "0-2 same.sql\n0-2 same.tsv\n0-2 schema.sql\n0-0 t.sql\n"
	       "0-0 t.tsv\n1-2 t.sql <3\n1-2 t.tsv <4\n");
	expect(shelf, "www", "0-0 f\n");
}

static void expect_error(const Shelf *shelf, const char *name, int code)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(rond_timeline_new(shelf->library, name, &error));
	g_assert_error(error, ROND_ERROR, code);
}

static void test_unread(void)
{
	g_autoptr(Shelf) shelf = new_shelf();

	day(shelf, 1, "echo > f");
	day(shelf, 2, "echo > h");
	day(shelf, 3, "mv h g");
	shelf_run(shelf, "mkdir 2024-05-04 && echo > 2024-05-04/f");
	shelf_open(shelf);
	shelf_run(shelf, "rm 2024-05-02.tar.gz");
	g_autoptr(RondTimeline) line = make(shelf, "www");
	g_autofree char *text = shown(line);

	g_assert_cmpstr(text, ==, "0-1 f\n1-1 g\n");
	g_assert_cmpuint(line->unread->len, ==, 2);
	g_assert_true(g_str_has_prefix(line->unread->pdata[0], "2024-05-02: "));
	g_assert_true(g_str_has_prefix(line->unread->pdata[1], "2024-05-04: "));
	expect_error(shelf, "none", ENOENT);
}

static void test_folders(void)
{
	g_autoptr(Shelf) shelf = new_shelf();

	shelf_run(shelf, "mkdir 2024-05-01 2024-05-02 && echo > 2024-05-01/f "
			 "&& echo > 2024-05-02/f");
	shelf_open(shelf);
	expect_error(shelf, "www", ENOTSUP);
}

/* It asks for the indexes that are missing, and for those that are let go while
 * others are opened. */
static void test_not_indexed(void)
{
	g_autoptr(Shelf) shelf = new_shelf();
	g_autoptr(GError) error = NULL;
	struct rlimit files, few;

	g_assert_cmpint(getrlimit(RLIMIT_NOFILE, &files), ==, 0);
	for (guint i = 1; i <= 20; i++)
		day(shelf, i, "date +%N > f");
	few = (struct rlimit){64, files.rlim_max};
	g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &few), ==, 0);
	shelf_open(shelf);
	g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &files), ==, 0);
	for (guint i = 0; i < 2; i++) {
		g_autoptr(RondTimeline) line =
		    rond_timeline_new(shelf->library, "www", &error);

		g_assert_no_error(error);
		g_assert_cmpuint(line->stops->len, ==, 20);
		g_assert_cmpuint(line->spans->len, ==, 20);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/timeline/days", test_days);
	g_test_add_func("/timeline/unchanged", test_unchanged);
	g_test_add_func("/timeline/stripped", test_stripped);
	g_test_add_func("/timeline/tables", test_tables);
	g_test_add_func("/timeline/unread", test_unread);
	g_test_add_func("/timeline/folders", test_folders);
	g_test_add_func("/timeline/not-indexed", test_not_indexed);
	return g_test_run();
}
