/* SPDX-License-Identifier: BSD-2-Clause */
/* Two snapshots of a library, part by part. */
#include "fs/comparison.h"

#include "backends/error.h"
#include "tests/unit/shelf.h"

#include <errno.h>
#include <string.h>

#define SQL(rows)                                                      \
	"printf '%s\\n' '-- MariaDB dump 10.19' "                      \
	"'CREATE TABLE `t` (`id` int);' 'INSERT INTO `t` VALUES " rows \
	";' 'CREATE TABLE `same` (`id` int);' '-- Dump completed' > "

/* Three days; of the second there is no dump. */
static Shelf *new_shelf(void)
{
	Shelf *shelf = shelf_new();

	shelf_run(shelf,
		  "mkdir -p ../t/a && cd ../t && echo 1 > a/f && echo 1 > g && "
		  "find . -exec touch -d 2024-04-01 {} + && "
		  "tar -czf ../shelf/www-2024-05-01.tar.gz a g && "
		  "echo 2 > a/f && touch -d 2024-04-01 a/f && echo > h && "
		  "tar -czf ../shelf/www-2024-05-02.tar.gz a g h && "
		  "rm -r a && tar -czf ../shelf/www-2024-05-03.tar.gz g h");
	shelf_run(shelf, SQL("(1)") "db-2024-05-01.sql");
	shelf_run(shelf, SQL("(1),(2)") "db-2024-05-03.sql");
	return shelf;
}

/* As a request does that has to wait: once for each part without an index. */
static RondComparison *compare(const Shelf *shelf, const char *old,
			       const char *new, const char *part, guint *waits)
{
	g_autoptr(GError) error = NULL;

	*waits = 0;
	for (;;) {
		RondJob *wait = NULL;
		RondComparison *result = rond_comparison_new(
		    shelf->library, old, new, part, &wait, &error);

		g_assert_no_error(error);
		g_assert_true(!result == !!wait);
		if (result)
			return result;
		rond_job_sleep(wait, G_MAXINT64);
		rond_job_unref(wait);
		g_assert_cmpuint(++*waits, <, 10);
	}
}

static void add_changes(GString *text, const RondComparedPart *part)
{
	for (guint i = 0; i < part->changes->len; i++) {
		const RondChange *change =
		    &g_array_index(part->changes, RondChange, i);
		gboolean new = change->new != ROND_INDEX_NONE;
		g_autofree char *path =
		    new ? rond_comparison_path(&part->new, change->new)
			: rond_comparison_path(&part->old, change->old);

		g_string_append_printf(text, "%c %s/%s\n",
				       "ADMTU"[change->kind], part -> name,
				       path);
	}
}

static void expect(const Shelf *shelf, const char *old, const char *new,
		   const char *expected)
{
	guint waits;
	g_autoptr(RondComparison) result =
	    compare(shelf, old, new, NULL, &waits);
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; i < result->parts->len; i++)
		add_changes(text, result->parts->pdata[i]);
	g_assert_cmpstr(text->str, ==, expected);
}

static void test_parts(void)
{
	g_autoptr(Shelf) shelf = new_shelf();

	shelf_open(shelf);
	expect(shelf, "2024-05-01", "2024-05-03",
	       "M db/t.sql\nM db/t.tsv\nD www/a\nD www/a/f\nA www/h\n");
	expect(shelf, "J-9", "J-8",
	       "D db/same.sql\nD db/same.tsv\nD db/schema.sql\nD db/t.sql\n"
	       "D db/t.tsv\nM www/a/f\nA www/h\n");
	expect(shelf, "latest~1", "latest",
	       "A db/same.sql\nA db/same.tsv\nA db/schema.sql\nA db/t.sql\n"
	       "A db/t.tsv\nD www/a\nD www/a/f\n");
	expect(shelf, "latest", "latest~0", "");
}

/* Each part is waited for, one after the other, and no other is touched. */
static void test_waits(void)
{
	g_autoptr(Shelf) shelf = new_shelf();
	guint waits;

	shelf_open(shelf);
	g_autoptr(RondComparison) one =
	    compare(shelf, "2024-05-01", "2024-05-03", "www", &waits);

	g_assert_cmpuint(waits, ==, 2);
	g_assert_cmpuint(one->parts->len, ==, 1);
	g_autoptr(RondPart) dump = shelf_part(shelf, "2024-05-01", "db");
	g_auto(RondPartInfo) info = {0};

	rond_part_info(dump, &info);
	g_assert_cmpint(info.state, ==, ROND_PART_UNINDEXED);
	g_autoptr(RondComparison) all =
	    compare(shelf, "2024-05-01", "2024-05-03", NULL, &waits);

	g_assert_cmpuint(waits, ==, 2);
	g_assert_cmpuint(all->parts->len, ==, 2);
}

static void expect_error(const Shelf *shelf, const char *old, const char *new,
			 int code)
{
	for (guint tries = 0; tries < 10; tries++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(RondJob) wait = NULL;

		g_assert_null(rond_comparison_new(shelf->library, old, new,
						  NULL, &wait, &error));
		if (wait) {
			rond_job_sleep(wait, G_MAXINT64);
			continue;
		}
		g_assert_error(error, ROND_ERROR, code);
		return;
	}
	g_assert_not_reached();
}

static void test_unknown(void)
{
	g_autoptr(Shelf) shelf = new_shelf();

	shelf_open(shelf);
	expect_error(shelf, "2024-05-01", "2024-05-09", ENOENT);
	expect_error(shelf, "J-1", "2024-05-01", ENOENT);
	expect_error(shelf, "latest~9", "latest", ENOENT);
}

/* What can't be read is not removed. */
static void test_deleted_source(void)
{
	g_autoptr(Shelf) shelf = new_shelf();
	guint waits;

	shelf_open(shelf);
	shelf_run(shelf, "rm www-2024-05-03.tar.gz");
	expect_error(shelf, "2024-05-01", "2024-05-03", ENOENT);
	g_autoptr(RondComparison) rest =
	    compare(shelf, "2024-05-01", "2024-05-03", "db", &waits);

	g_assert_cmpuint(rest->parts->len, ==, 1);
}

/* What lies there as it is has no index. */
static void test_folders(void)
{
	g_autoptr(Shelf) shelf = shelf_new();
	guint waits;

	shelf_run(shelf, "mkdir 2024-05-01 2024-05-02 && echo > 2024-05-01/f "
			 "&& echo > 2024-05-02/f");
	shelf_open(shelf);
	g_autoptr(RondComparison) both =
	    compare(shelf, "2024-05-01", "2024-05-02", NULL, &waits);
	const RondComparedPart *part = both->parts->pdata[0];

	g_assert_null(part->changes);
	g_assert_nonnull(part->new.part);
	g_assert_null(part->new.content);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/comparison/parts", test_parts);
	g_test_add_func("/comparison/waits", test_waits);
	g_test_add_func("/comparison/unknown", test_unknown);
	g_test_add_func("/comparison/deleted-source", test_deleted_source);
	g_test_add_func("/comparison/folders", test_folders);
	return g_test_run();
}
