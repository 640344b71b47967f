/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/index-kit.h"

#include <string.h>
#include <sys/stat.h>

/* Every name is found in its folder, no other is, and each folder's children
 * are in the order of bytes. */
static void test_lookup(void)
{
	const guint n = 500;
	g_autoptr(RondIndexBuilder) builder = rond_index_builder_new();
	g_autoptr(GHashTable) names =
	    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	guint32 first, count;

	for (guint i = 0; i < n; i++) {
		char *name =
		    g_strnfill((gsize)g_test_rand_int_range(1, 5), 'x');

		for (char *at = name; *at; at++)
			*at = "ab\x01\xff z"[g_test_rand_int_range(0, 6)];
		index_kit_add_files(builder, (const char *[]){name, NULL});
		g_hash_table_add(names, name);
	}
	g_autoptr(RondIndex) index = index_kit_write(builder);

	g_assert_true(
	    rond_index_children(index, ROND_INDEX_ROOT, &first, &count));
	g_assert_cmpuint(count, ==, g_hash_table_size(names));
	g_autofree char *before = g_strdup("");

	for (guint32 i = first; i < first + count; i++) {
		gsize len;
		const char *name =
		    rond_index_name(index, rond_index_entry(index, i), &len);
		char *copy = g_strndup(name, len);

		g_assert_cmpstr(before, <, copy);
		g_assert_true(g_hash_table_contains(names, copy));
		g_assert_cmpuint(
		    rond_index_lookup(index, ROND_INDEX_ROOT, copy, len), ==,
		    i);
		g_assert_cmpuint(
		    rond_index_lookup(index, ROND_INDEX_ROOT, "q", 1), ==,
		    ROND_INDEX_NONE);
		g_free(before);
		before = copy;
	}
}

/* Inode numbers grow with the place in the archive, and so do children. */
static void test_order(void)
{
	const char *const paths[] = {"z", "d/y", "m", "d/x", "a", "d/z", NULL};
	g_autoptr(RondIndexBuilder) builder = rond_index_builder_new();
	guint32 before = 0;

	index_kit_add_files(builder, paths);
	g_autoptr(RondIndex) index = index_kit_write(builder);
	guint32 d = index_kit_find(index, "d");
	const char *const below[] = {"d/y", "d/x", "d/z"};
	const char *const top[] = {"z", "d", "m", "a"};

	for (guint i = 0; paths[i]; i++) {
		guint32 number = rond_index_inode_number(
		    index, index_kit_find(index, paths[i]));

		g_assert_cmpuint(number, >, before);
		before = number;
	}
	g_assert_cmpuint(rond_index_inode_number(index, 0), ==, 0);
	for (guint i = 0; i < 3; i++)
		g_assert_cmpuint(rond_index_nth_child(index, d, i), ==,
				 index_kit_find(index, below[i]));
	for (guint i = 0; i < 4; i++)
		g_assert_cmpuint(rond_index_nth_child(index, 0, i), ==,
				 index_kit_find(index, top[i]));
	g_assert_cmpuint(rond_index_nth_child(index, 0, 4), ==,
			 ROND_INDEX_NONE);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/index/lookup", test_lookup);
	g_test_add_func("/index/order", test_order);
	return g_test_run();
}
