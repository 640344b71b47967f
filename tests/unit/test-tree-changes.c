/* SPDX-License-Identifier: BSD-2-Clause */
/* .changes in the tree, without FUSE. */
#include "fs/tree-changes.h"

#include "tests/unit/shelf.h"

#include <errno.h>
#include <string.h>

#define DAYS 8
#define PAIR ".changes/2024-05-08..2024-05-09"

/* Each day has a file more, in a folder, and loses one. */
static Shelf *new_shelf(void)
{
	Shelf *shelf = shelf_new();

	shelf_run(shelf, "mkdir -p ../t/a && cd ../t/a && "
			 "for day in 02 03 04 05 06 07 08 09; do "
			 "mkdir $day && echo $day > $day/f && "
			 "rm -rf 0$((${day#0} - 2)) && "
			 "tar -cf ../../shelf/www-2024-05-$day.tar -C .. a; "
			 "done");
	shelf_open(shelf);
	return shelf;
}

static RondAttr stat_of(const Shelf *shelf, const char *path)
{
	RondAttr attr;

	g_assert_cmpint(shelf_stat(shelf, path, &attr), ==, 0);
	return attr;
}

static void expect_list(const Shelf *shelf, const char *path,
			const char *expected)
{
	g_autofree char *names = shelf_list(shelf, path);

	g_assert_cmpstr(names, ==, expected);
}

static void test_listing(void)
{
	g_autoptr(Shelf) shelf = new_shelf();

	expect_list(shelf, PAIR, "added modified removed touched");
	expect_list(shelf, PAIR "/modified", "new old");
	expect_list(shelf, PAIR "/modified/old", "");
	expect_list(shelf, PAIR "/added", "www");
	expect_list(shelf, PAIR "/added/www", "a");
	expect_list(shelf, PAIR "/added/www/a", "09");
	expect_list(shelf, PAIR "/added/www/a/09", "f");
	expect_list(shelf, PAIR "/removed/www/a", "07");
}

static void test_nodes(void)
{
	g_autoptr(Shelf) shelf = new_shelf();
	const RondAttr file = stat_of(shelf, PAIR "/added/www/a/09/f");
	const RondAttr same = stat_of(shelf, "2024-05-09/www/a/09/f");
	const RondAttr folder = stat_of(shelf, PAIR "/added/www/a/09");
	const RondAttr other = stat_of(shelf, "2024-05-09/www/a/09");
	const RondAttr top = stat_of(shelf, ".changes");

	g_assert_cmpuint(file.node, ==, same.node);
	g_assert_cmpuint(file.st.st_ino, ==, same.st.st_ino);
	g_assert_cmpuint(folder.node, !=, other.node);
	g_assert_cmpuint(folder.st.st_ino, !=, other.st.st_ino);
	g_assert_cmpuint(folder.st.st_mtime, ==, other.st.st_mtime);
	g_assert_cmpuint(folder.node, ==, ROND_CHANGES_NODE | folder.st.st_ino);
	g_assert_cmpuint(top.node, ==, ROND_NODE_OF_CHANGES);
	g_assert_cmpuint(stat_of(shelf, PAIR "/added").st.st_ino >> 32, ==,
			 folder.st.st_ino >> 32);
}

/* What was let go is made again, with the same numbers. */
static void test_made_again(void)
{
	g_autoptr(Shelf) shelf = new_shelf();
	const RondAttr before = stat_of(shelf, PAIR "/added/www/a/09");

	for (guint i = 2; i < 2 + DAYS; i++)
		for (guint j = i + 1; j < 2 + DAYS; j++) {
			g_autofree char *path = g_strdup_printf(
			    ".changes/2024-05-%02u..2024-05-%02u/added", i, j);
			expect_list(shelf, path, "www");
		}
	const RondAttr after = stat_of(shelf, PAIR "/added/www/a/09");
	RondJob *wait = NULL;
	RondAttr attr;

	g_assert_cmpuint(before.node, ==, after.node);
	g_assert_cmpint(
	    rond_tree_lookup(shelf->tree, before.node, "f", &attr, &wait), ==,
	    0);
}

/* As many are forgotten as were looked up: then it is not known. */
static void test_forget(void)
{
	g_autoptr(Shelf) shelf = new_shelf();
	const RondAttr pair = stat_of(shelf, PAIR);
	const RondAttr kind = stat_of(shelf, PAIR "/added");
	RondJob *wait = NULL;
	RondAttr attr;

	rond_tree_hold(shelf->tree, &kind);
	rond_tree_forget(shelf->tree, kind.node, 2);
	rond_tree_forget(shelf->tree, pair.node, 1);
	g_assert_cmpint(rond_tree_getattr(shelf->tree, kind.node, &attr, &wait),
			==, 0);
	rond_tree_forget(shelf->tree, pair.node, 1);
	g_assert_cmpint(rond_tree_getattr(shelf->tree, kind.node, &attr, &wait),
			==, ESTALE);
}

static void test_the_same_each_time(void)
{
	g_autoptr(Shelf) shelf = new_shelf();
	const RondAttr before = stat_of(shelf, PAIR "/removed/www/a");
	RondAttr after;

	shelf_reopen(shelf);
	after = stat_of(shelf, PAIR "/removed/www/a");
	g_assert_cmpuint(before.st.st_ino, ==, after.st.st_ino);
}

static void test_links(void)
{
	g_autoptr(Shelf) shelf = new_shelf();
	g_autofree char *target = shelf_readlink(shelf, ".changes/J-2..J-1");
	const RondAttr link = stat_of(shelf, ".changes/J-2..J-1");

	g_assert_cmpstr(target, ==, "2024-05-08..2024-05-09");
	g_assert_true(S_ISLNK(link.st.st_mode));
	g_assert_cmpuint(link.st.st_size, ==, strlen(target));
	g_assert_cmpint(shelf_read_error(shelf, PAIR), ==, EISDIR);
}

/* No such nodes. */
static void test_odd_nodes(void)
{
	g_autoptr(Shelf) shelf = new_shelf();
	const RondAttr pair = stat_of(shelf, PAIR);
	const guint64 nodes[] = {ROND_CHANGES_NODE, G_MAXUINT64,
				 ROND_CHANGES_NODE | 5,
				 pair.node | ROND_CHANGES_NOTE,
				 pair.node + (G_GUINT64_CONSTANT(1) << 32)};
	RondJob *wait = NULL;
	RondDir *dir = NULL;
	RondAttr attr;

	expect_list(shelf, PAIR "/added", "www");
	for (guint i = 0; i < G_N_ELEMENTS(nodes); i++)
		g_assert_cmpint(
		    rond_tree_getattr(shelf->tree, nodes[i], &attr, &wait), ==,
		    ESTALE);
	g_assert_cmpint(
	    rond_tree_getattr(shelf->tree, pair.node + 5000, &attr, &wait), ==,
	    ESTALE);
	g_assert_cmpint(rond_tree_opendir(shelf->tree,
					  pair.node | ROND_CHANGES_NOTE, &dir,
					  &wait),
			==, ENOTDIR);
	g_assert_cmpint(rond_tree_lookup(shelf->tree,
					 pair.node | ROND_CHANGES_NOTE, "x",
					 &attr, &wait),
			==, ENOTDIR);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/tree-changes/listing", test_listing);
	g_test_add_func("/tree-changes/nodes", test_nodes);
	g_test_add_func("/tree-changes/made-again", test_made_again);
	g_test_add_func("/tree-changes/forget", test_forget);
	g_test_add_func("/tree-changes/the-same-each-time",
			test_the_same_each_time);
	g_test_add_func("/tree-changes/links", test_links);
	g_test_add_func("/tree-changes/odd-nodes", test_odd_nodes);
	return g_test_run();
}
