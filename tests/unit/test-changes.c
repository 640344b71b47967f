/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/changes.h"

#include "tests/unit/shelf.h"

#include <errno.h>
#include <string.h>

#define OLD "2024-05-08"
#define NEW "2024-05-09"

/* A shelf with t/old and t/new as the two days' site. */
static Shelf *shelf_of(const char *make_old, const char *make_new)
{
	Shelf *shelf = shelf_new();
	g_autofree char *command = g_strdup_printf(
	    "mkdir ../t && cd ../t && mkdir old && cd old && %s && "
	    "find . -exec touch -h -d @1000 {} + && cd .. && "
	    "cp -a old new && cd new && %s && cd .. && "
	    "tar -cf ../shelf/www-" OLD ".tar -C old . && "
	    "tar -cf ../shelf/www-" NEW ".tar -C new .",
	    make_old, make_new);

	shelf_run(shelf, command);
	shelf_open(shelf);
	return shelf;
}

static RondComparison *compare(const Shelf *shelf)
{
	g_autoptr(GError) error = NULL;
	RondComparison *comparison;

	for (;;) {
		g_autoptr(RondJob) wait = NULL;

		comparison = rond_comparison_new(shelf->library, OLD, NEW, NULL,
						 &wait, &error);
		g_assert_no_error(error);
		if (comparison)
			return comparison;
		rond_job_sleep(wait, G_MAXINT64);
	}
}

static char *label_of(const RondComparedPart *part,
		      const RondChangesFolder *folder, guint32 entry)
{
	const RondComparedSide *side = &part->old;
	g_autofree char *path = NULL;
	char *base;

	if (folder->part != rond_part_number(side->part))
		side = &part->new;
	path = rond_comparison_path(side, entry);
	base = strrchr(path, '/');
	return g_strdup(base ? base + 1 : path);
}

/* "name file dir{…}" */
static void show(const RondChanges *self, const RondComparedPart *part,
		 guint32 number, GString *text)
{
	const RondChangesFolder *folder = rond_changes_folder(self, number);
	guint32 folders = 0;

	for (guint32 i = 0; i < folder->count; i++) {
		const RondChangesItem *item =
		    rond_changes_item(self, folder, i);
		g_autofree char *label = NULL;

		g_assert_true(rond_changes_find(self, folder, item->entry) ==
			      item);
		if (i)
			g_string_append_c(text, ' ');
		if (folder->part)
			label = label_of(part, folder, item->entry);
		else
			label = g_strdup(
			    rond_changes_folder(self, item->folder)->name);
		g_string_append(text, label);
		if (!item->folder)
			continue;
		folders++;
		g_assert_cmpuint(rond_changes_folder(self, item->folder)->above,
				 ==, number);
		g_string_append_c(text, '{');
		show(self, part, item->folder, text);
		g_string_append_c(text, '}');
	}
	g_assert_cmpuint(folder->n_folders, ==, folders);
}

static void expect(const RondChanges *self, const RondComparison *comparison,
		   guint32 kind, const char *expected)
{
	g_autoptr(GString) text = g_string_new(NULL);

	show(self, comparison->parts->pdata[0], kind, text);
	g_assert_cmpstr(text->str, ==, expected);
}

static void test_kinds(void)
{
	g_autoptr(Shelf) shelf = shelf_of(
	    "mkdir -p a/b/c d/e n && echo 1 > a/b/c/m && echo 1 > a/b/r && "
	    "echo 1 > a/t && echo 1 > d/e/x && echo 1 > d/y && echo 1 > k",
	    "echo 2 > a/b/c/m && rm a/b/r && chmod 600 a/t && rm -r d && "
	    "echo 1 > d && mkdir -p p/q && echo 1 > p/q/f && chmod 700 n && "
	    "rm k && mkdir k && echo 1 > k/in");
	g_autoptr(RondComparison) comparison = compare(shelf);
	g_autoptr(RondChanges) changes = rond_changes_new(comparison->parts);

	expect(changes, comparison, ROND_CHANGES_ADDED, "www{d k{in} p{q{f}}}");
	expect(changes, comparison, ROND_CHANGES_REMOVED,
	       "www{a{b{r}} d{e{x} y} k}");
	expect(changes, comparison, ROND_CHANGES_OLD, "www{a{b{c{m}}}}");
	expect(changes, comparison, ROND_CHANGES_NEW, "www{a{b{c{m}}}}");
	expect(changes, comparison, ROND_CHANGES_TOUCHED, "www{a{t} n{}}");
	g_assert_cmpuint(rond_changes_memory(changes), >, 0);
}

static void test_nothing(void)
{
	g_autoptr(Shelf) shelf = shelf_of("echo 1 > a", "true");
	g_autoptr(RondComparison) comparison = compare(shelf);
	g_autoptr(RondChanges) changes = rond_changes_new(comparison->parts);

	for (guint32 i = 1; i < ROND_CHANGES_N_FIXED; i++) {
		expect(changes, comparison, i, "");
		g_assert_cmpuint(rond_changes_part(changes, i, "www"), ==, 0);
	}
	g_assert_null(rond_changes_folder(changes, ROND_CHANGES_N_FIXED));
	g_assert_null(rond_changes_folder(changes, G_MAXUINT32));
}

/* The numbers are the same each time. */
static void test_again(void)
{
	g_autoptr(Shelf) shelf =
	    shelf_of("mkdir a b && touch a/1 b/1", "touch a/2 b/2");
	g_autoptr(RondComparison) comparison = compare(shelf);
	g_autoptr(RondChanges) one = rond_changes_new(comparison->parts);
	g_autoptr(RondChanges) two = rond_changes_new(comparison->parts);
	guint32 root = rond_changes_part(one, ROND_CHANGES_ADDED, "www");
	const RondChangesFolder *a = rond_changes_folder(one, root);
	const RondChangesFolder *b = rond_changes_folder(two, root);

	g_assert_cmpuint(root, >=, ROND_CHANGES_N_FIXED);
	g_assert_cmpuint(rond_changes_part(two, ROND_CHANGES_ADDED, "www"), ==,
			 root);
	g_assert_cmpuint(a->count, ==, 2);
	for (guint32 i = 0; i < a->count; i++)
		g_assert_cmpmem(
		    rond_changes_item(one, a, i), sizeof(RondChangesItem),
		    rond_changes_item(two, b, i), sizeof(RondChangesItem));
	g_assert_null(rond_changes_find(one, a, ROND_INDEX_NONE));
	g_assert_null(rond_changes_find(one, a, 0));
}

/* What the index says can't be: nothing is shown then, and nothing hangs. */
static void test_broken(void)
{
	g_autoptr(Shelf) shelf =
	    shelf_of("mkdir -p a/b && touch a/b/1", "touch a/b/2 a/3 4");
	g_autoptr(RondComparison) comparison = compare(shelf);
	RondComparedPart *part = comparison->parts->pdata[0];
	const RondChange odd[] = {
	    {ROND_DELTA_ADDED, 0, ROND_INDEX_NONE, 0},
	    {ROND_DELTA_ADDED, 0, ROND_INDEX_NONE, 123456},
	    {ROND_DELTA_MODIFIED, 0, ROND_INDEX_NONE - 1, ROND_INDEX_NONE - 1},
	};

	g_array_append_vals(part->changes, odd, G_N_ELEMENTS(odd));
	/* Nothing lies below it. */
	part->new.root = 4000;

	g_autoptr(RondChanges) changes = rond_changes_new(comparison->parts);

	for (guint32 i = 1; i < ROND_CHANGES_N_FIXED; i++)
		expect(changes, comparison, i, "");
}

/* A dump of which nothing is shown as a file, and a folder without an index,
 * are left out. */
static void test_left_out(void)
{
	g_autoptr(Shelf) shelf = shelf_of("echo 1 > a", "echo 2 > b");

	shelf_run(shelf, "for day in " OLD " " NEW "; do "
			 "echo \"-- MariaDB dump 10.19\" > db-$day.sql; "
			 "done");
	shelf_reopen(shelf);

	g_autoptr(RondComparison) comparison = compare(shelf);
	g_autoptr(RondChanges) changes = rond_changes_new(comparison->parts);

	g_assert_cmpuint(comparison->parts->len, ==, 2);
	g_assert_cmpuint(rond_changes_part(changes, ROND_CHANGES_ADDED, "db"),
			 ==, 0);
	g_assert_cmpuint(rond_changes_part(changes, ROND_CHANGES_ADDED, "www"),
			 !=, 0);
	g_assert_cmpuint(
	    rond_changes_folder(changes, ROND_CHANGES_ADDED)->count, ==, 1);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/changes/kinds", test_kinds);
	g_test_add_func("/changes/nothing", test_nothing);
	g_test_add_func("/changes/again", test_again);
	g_test_add_func("/changes/broken", test_broken);
	g_test_add_func("/changes/left-out", test_left_out);
	return g_test_run();
}
