/* SPDX-License-Identifier: BSD-2-Clause */
/* The versions of paths over the snapshots of a library. */
#include "fs/lineage.h"

#include "tests/unit/shelf.h"

#include <string.h>
#include <sys/stat.h>

#define SQL(rows)                                                      \
	"printf '%s\\n' '-- MariaDB dump 10.19' "                      \
	"'CREATE TABLE `t` (`id` int);' 'INSERT INTO `t` VALUES " rows \
	";' 'CREATE TABLE `same` (`id` int);' '-- Dump completed' > "
#define PACK(day) "tar -czf ../shelf/www-2024-05-" day ".tar.gz . && "

/* Seven days. f changes on the 2nd under the same looks, is there no more on
 * the 4th and comes back as it was first on the 5th. */
static Shelf *new_shelf(void)
{
	Shelf *shelf = shelf_new();

	shelf_run(
	    shelf,
	    "mkdir -p ../t/a/b && cd ../t && echo 1 > a/f && echo 1 > 'a/[g]' "
	    "&& echo 1 > a/b/.h && ln -s f a/l && "
	    "find . -exec touch -hd 2024-04-01 {} + && " PACK(
		"01") "echo 2 > a/f && touch -d 2024-04-01 a/f && "
		      "ln -sf g a/l && " PACK("02")
			  PACK("03") "rm a/f && rm a/l && mkdir a/l && " PACK(
			      "04") "echo 1 > a/f && touch -d 2024-05-05 a/f "
				    "&& " PACK("05") PACK("06")
					PACK("07") "true");
	shelf_run(shelf, SQL("(1)") "db-2024-05-01.sql");
	shelf_run(shelf, SQL("(2)") "db-2024-05-02.sql");
	shelf_run(shelf, SQL("(1)") "db-2024-05-07.sql");
	return shelf;
}

static void read_all(const Shelf *shelf, RondLineages *lineages)
{
	RondJob *wait = NULL;

	for (guint tries = 0;
	     !rond_lineages_read(lineages, shelf->library, &wait); tries++) {
		g_assert_cmpuint(tries, <, 50);
		rond_job_sleep(wait, G_MAXINT64);
		g_clear_pointer(&wait, rond_job_unref);
	}
	g_assert_null(wait);
}

static void add_version(GString *text, const RondLineages *lineages,
			const RondVersion *version)
{
	char type = S_ISDIR(version->look.type)	  ? 'd'
		    : S_ISLNK(version->look.type) ? 'l'
						  : '-';

	g_string_append_printf(text, " %c", type);
	for (guint i = 0; i < version->runs->len; i++) {
		const RondLineageRun *run = rond_version_run(version, i);
		const char *first =
		    rond_lineages_stop(lineages, run->first)->snapshot;
		const char *last =
		    rond_lineages_stop(lineages, run->last)->snapshot;

		g_string_append_printf(text, "%s%s-%s", i ? "," : "", first + 8,
				       last + 8);
	}
	if (version->flags & ROND_DELTA_SAME_LOOKS)
		g_string_append(text, "?");
	if (version->flags & ROND_DELTA_UNSURE)
		g_string_append(text, "!");
}

/* "www/a/f -01-01,05-07 -02-03?\n"… of all paths that match; ? looks the same,
 * ! is not sure. New. */
static char *describe(const Shelf *shelf, const char *pattern)
{
	g_autoptr(RondCatalog) catalog = rond_library_catalog(shelf->library);
	g_autoptr(GPtrArray) globs = g_ptr_array_new();
	g_autoptr(RondGlob) glob = rond_glob_new(pattern);
	g_autoptr(GPtrArray) all = NULL;
	GString *text = g_string_new(NULL);

	g_ptr_array_add(globs, glob);
	g_ptr_array_add(globs, glob);
	all = rond_lineages_of(catalog, globs, TRUE);
	for (guint i = 0; i < all->len; i++) {
		RondLineages *each = all->pdata[i];

		read_all(shelf, each);
		for (guint j = 0; j < each->lineages->len; j++) {
			const RondLineage *line = each->lineages->pdata[j];

			g_string_append(text, line->path);
			for (guint k = 0; k < line->versions->len; k++)
				add_version(text, each,
					    rond_lineage_version(line, k));
			g_string_append_c(text, '\n');
		}
	}
	return g_string_free(text, FALSE);
}

static void expect(const Shelf *shelf, const char *pattern,
		   const char *expected)
{
	g_autofree char *text = describe(shelf, pattern);

	g_assert_cmpstr(text, ==, expected);
}

static void test_versions(void)
{
	g_autoptr(Shelf) shelf = new_shelf();

	shelf->config->index_mode = ROND_INDEX_NOW;
	shelf_open(shelf);
	expect(shelf, "www/a/f", "www/a/f -01-01,05-07 -02-03?\n");
	expect(shelf, "/www//./a/b/.h", "www/a/b/.h -01-07\n");
	/* Another type is another version, and so is another target. */
	expect(shelf, "www/a/l", "www/a/l l01-01 l02-03 d04-07\n");
	expect(shelf, "www/a", "www/a d01-07\n");
	expect(shelf, "www/none", "");
	expect(shelf, "none/a", "");
	expect(shelf, "", "");
}

/* By the hash of what they say, not the dump's: the days without a backup of it
 * don't count. */
static void test_tables(void)
{
	g_autoptr(Shelf) shelf = new_shelf();

	shelf_open(shelf);
	expect(shelf, "db/t.tsv", "db/t.tsv -01-01,07-07 -02-02\n");
	expect(shelf, "db/same.sql", "db/same.sql -01-07\n");
	expect(shelf, "db.sql", "db.sql -01-01,07-07 -02-02\n");
	expect(shelf, "www.sql", "");
	expect(shelf, "d?.sq*", "db.sql -01-01,07-07 -02-02\n");
}

static void test_globs(void)
{
	g_autoptr(Shelf) shelf = new_shelf();

	shelf_open(shelf);
	expect(shelf, "www/a/*",
	       "www/a/[g] -01-07\nwww/a/f -01-01,05-07 -02-03?\n"
	       "www/a/l l01-01 l02-03\n");
	expect(shelf, "www/a/[g]", "www/a/[g] -01-07\n");
	expect(shelf, "www/a/[a-z]",
	       "www/a/f -01-01,05-07 -02-03?\n"
	       "www/a/l l01-01 l02-03\n");
	expect(shelf, "w*/**/.?", "www/a/b/.h -01-07\n");
	expect(shelf, "**/**/b/**", "www/a/b/.h -01-07\n");
	expect(shelf, "**/f", "www/a/f -01-01,05-07 -02-03?\n");
	expect(shelf, "**/a", "www/a d01-07\n");
	expect(shelf, "**/t.*",
	       "db/t.sql -01-01,07-07 -02-02\n"
	       "db/t.tsv -01-01,07-07 -02-02\n");
}

/* The same by names alone. */
static void test_matching(void)
{
	const struct {
		const char *pattern, *path;
		gboolean is;
	} cases[] = {
	    {"a/b", "a/b", TRUE},	{"a", "a/b", FALSE},
	    {"a/b", "a", FALSE},	{"a//./b/", "a/b", TRUE},
	    {"*/?", "ab/c", TRUE},	{"*", "a/b", FALSE},
	    {"**", "a/b", TRUE},	{"a/**", "a", FALSE},
	    {"a/**/b", "a/b", TRUE},	{"a/**/b", "a/x/y/b", TRUE},
	    {"a/**/b", "a/b/c", FALSE}, {"**/b/**", "a/b/c/d", TRUE},
	    {"[x]", "[x]", TRUE},	{"[x]", "x", TRUE},
	    {"\\*", "*", TRUE},		{"\\*", "a", FALSE},
	    {"", "a", FALSE},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(RondGlob) glob = rond_glob_new(cases[i].pattern);
		g_autoptr(RondGlob) same = rond_glob_new_literal(cases[i].path);

		g_test_message("%s %s", cases[i].pattern, cases[i].path);
		g_assert_cmpint(rond_glob_is(glob, cases[i].path), ==,
				cases[i].is);
		g_assert_true(rond_glob_is(same, cases[i].path));
	}
}

/* What an unreadable backup had is not known: it ends nothing. */
static void test_unread(void)
{
	g_autoptr(Shelf) shelf = new_shelf();

	shelf_run(shelf, "echo rubbish > www-2024-05-06.tar.gz && "
			 "head -c 100 www-2024-05-02.tar.gz > x && "
			 "mv x www-2024-05-02.tar.gz");
	shelf_open(shelf);
	g_autoptr(RondCatalog) catalog = rond_library_catalog(shelf->library);
	g_autoptr(RondLineages) lineages =
	    rond_lineages_of_path(catalog, "www/a/b/.h");

	read_all(shelf, lineages);
	g_assert_cmpuint(lineages->lineages->len, ==, 1);
	const RondLineage *line = lineages->lineages->pdata[0];
	const RondVersion *version = rond_lineage_version(line, 0);

	g_assert_cmpuint(line->versions->len, ==, 1);
	g_assert_cmpuint(version->runs->len, ==, 1);
	g_assert_cmpuint(
	    rond_lineages_end(lineages, rond_version_run(version, 0)), ==,
	    ROND_NO_STOP);
	g_assert_nonnull(rond_lineages_stop(lineages, 1)->unread);
	g_assert_null(rond_lineages_stop(lineages, 2)->unread);
	expect(shelf, "www/a/b/.h", "www/a/b/.h -01-07\n");
}

/* Folders are passed through: hard links are the same file, others are read. */
static void test_folders(void)
{
	g_autoptr(Shelf) shelf = shelf_new();

	shelf_run(shelf,
		  "mkdir -p 2024-05-01/d && cd 2024-05-01 && echo 1 > d/f && "
		  "touch -d 2024-01-01 d/f && ln -s f d/l && cd .. && "
		  "cp -al 2024-05-01 2024-05-02 && "
		  "cp -a 2024-05-01 2024-05-03 && "
		  "cp -a 2024-05-01 2024-05-04 && echo 2 > 2024-05-04/d/f && "
		  "touch -d 2024-01-01 2024-05-04/d/f && "
		  "mkdir -p 2024-05-05/e");
	shelf_open(shelf);
	expect(shelf, "*/d/f", "www/d/f -01-03 -04-04?\n");
	expect(shelf, "**/?", "www/d/f -01-03 -04-04?\nwww/d/l l01-04\n");
	expect(shelf, "www/../d/f", "");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/lineage/versions", test_versions);
	g_test_add_func("/lineage/tables", test_tables);
	g_test_add_func("/lineage/globs", test_globs);
	g_test_add_func("/lineage/matching", test_matching);
	g_test_add_func("/lineage/unread", test_unread);
	g_test_add_func("/lineage/folders", test_folders);
	return g_test_run();
}
