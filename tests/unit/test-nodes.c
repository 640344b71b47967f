/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/index/nodes.h"

#include <string.h>

static guint32 put(RondNodes *nodes, guint32 parent, const char *name)
{
	gboolean added, again;
	guint32 node =
	    rond_nodes_make(nodes, parent, name, strlen(name), &added);

	g_assert_true(added);
	g_assert_cmpuint(
	    rond_nodes_make(nodes, parent, name, strlen(name), &again), ==,
	    node);
	g_assert_false(again);
	rond_node(nodes, node)->inode = node;
	return node;
}

static guint32 find(const RondNodes *nodes, guint32 parent, const char *name)
{
	return rond_nodes_find(nodes, parent, name, strlen(name));
}

static guint count(const RondNodes *nodes, guint32 dir)
{
	guint32 child = rond_node(nodes, dir)->first_child;
	guint n = 0;

	for (; child != ROND_NODE_NONE; child = rond_node(nodes, child)->next)
		n++;
	return n;
}

static void test_names(void)
{
	RondNodes nodes;

	rond_nodes_init(&nodes);
	guint32 a = put(&nodes, ROND_NODE_ROOT, "a");
	guint32 below = put(&nodes, a, "a");

	g_assert_cmpuint(find(&nodes, ROND_NODE_ROOT, "a"), ==, a);
	g_assert_cmpuint(find(&nodes, a, "a"), ==, below);
	g_assert_cmpuint(find(&nodes, below, "a"), ==, ROND_NODE_NONE);
	g_assert_cmpuint(find(&nodes, a, ""), ==, ROND_NODE_NONE);
	g_assert_cmpuint(find(&nodes, a, "aa"), ==, ROND_NODE_NONE);
	/* Of a name only what is asked for counts. */
	g_assert_cmpuint(rond_nodes_find(&nodes, a, "ab", 1), ==, below);
	rond_nodes_clear(&nodes);
}

/* Names of every length up to 40, whose ends differ: hashed in words. */
static void test_lengths(void)
{
	RondNodes nodes;
	gboolean added;
	char name[42];

	rond_nodes_init(&nodes);
	memset(name, 'x', sizeof name);
	for (gsize len = 1; len <= 40; len++)
		rond_nodes_make(&nodes, ROND_NODE_ROOT, name, len, &added);
	for (gsize len = 1; len <= 40; len++)
		g_assert_cmpuint(
		    rond_nodes_find(&nodes, ROND_NODE_ROOT, name, len), ==,
		    len);
	name[39] = 'y';
	g_assert_cmpuint(rond_nodes_find(&nodes, ROND_NODE_ROOT, name, 40), ==,
			 ROND_NODE_NONE);
	rond_nodes_clear(&nodes);
}

/* Through several growths of the table. */
static void test_many(void)
{
	RondNodes nodes;
	char name[16];

	rond_nodes_init(&nodes);
	for (guint i = 0; i < 20000; i++) {
		g_snprintf(name, sizeof name, "%u", i);
		g_assert_cmpuint(put(&nodes, i % 7, name), ==, i + 1);
	}
	for (guint i = 0; i < 20000; i++) {
		g_snprintf(name, sizeof name, "%u", i);
		g_assert_cmpuint(find(&nodes, i % 7, name), ==, i + 1);
		g_assert_cmpuint(find(&nodes, (i + 1) % 7, name), ==,
				 ROND_NODE_NONE);
	}
	rond_nodes_clear(&nodes);
}

static void test_remove_below(void)
{
	RondNodes nodes;

	rond_nodes_init(&nodes);
	guint32 a = put(&nodes, ROND_NODE_ROOT, "a");
	guint32 b = put(&nodes, a, "b"), c = put(&nodes, b, "c");
	guint32 beside = put(&nodes, ROND_NODE_ROOT, "beside");

	put(&nodes, c, "d");
	put(&nodes, a, "b2");
	rond_nodes_remove_below(&nodes, a);
	g_assert_cmpuint(find(&nodes, ROND_NODE_ROOT, "a"), ==, a);
	g_assert_cmpuint(find(&nodes, ROND_NODE_ROOT, "beside"), ==, beside);
	g_assert_cmpuint(find(&nodes, a, "b"), ==, ROND_NODE_NONE);
	g_assert_cmpuint(find(&nodes, b, "c"), ==, ROND_NODE_NONE);
	g_assert_cmpuint(find(&nodes, c, "d"), ==, ROND_NODE_NONE);
	g_assert_cmpuint(count(&nodes, a), ==, 0);
	/* What comes back is empty. */
	g_assert_cmpuint(put(&nodes, a, "b"), ==, b);
	g_assert_cmpuint(count(&nodes, a), ==, 1);
	g_assert_cmpuint(count(&nodes, b), ==, 0);
	g_assert_cmpuint(find(&nodes, b, "c"), ==, ROND_NODE_NONE);
	rond_nodes_clear(&nodes);
}

static gboolean keep_even(const char *name, gsize len, gpointer data)
{
	g_assert_cmpuint(strlen(name), ==, len);
	return (name[len - 1] - '0') % 2 == 0;
}

static void test_filter(void)
{
	RondNodes nodes;
	char name[8];

	rond_nodes_init(&nodes);
	for (guint i = 0; i < 100; i++) {
		g_snprintf(name, sizeof name, "%u", i);
		put(&nodes, put(&nodes, ROND_NODE_ROOT, name), "below");
	}
	rond_nodes_filter(&nodes, ROND_NODE_ROOT, keep_even, NULL);
	g_assert_cmpuint(count(&nodes, ROND_NODE_ROOT), ==, 50);
	for (guint i = 0; i < 100; i++) {
		guint32 dir = 1 + 2 * i;

		g_snprintf(name, sizeof name, "%u", i);
		g_assert_cmpuint(find(&nodes, ROND_NODE_ROOT, name), ==,
				 i % 2 ? ROND_NODE_NONE : dir);
		g_assert_cmpuint(find(&nodes, dir, "below"), ==,
				 i % 2 ? ROND_NODE_NONE : dir + 1);
	}
	rond_nodes_clear(&nodes);
}

/* A tree against a plain table of paths, at random. */
static void test_random(void)
{
	g_autoptr(GHashTable) model =
	    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	RondNodes nodes;

	rond_nodes_init(&nodes);
	for (guint i = 0; i < 5000; i++) {
		g_autofree char *dir =
		    g_strdup_printf("d%d", g_test_rand_int_range(0, 8));
		g_autofree char *name =
		    g_strdup_printf("%d", g_test_rand_int_range(0, 50));
		g_autofree char *path = g_strconcat(dir, "/", name, NULL);
		guint32 at = find(&nodes, ROND_NODE_ROOT, dir);

		if (at == ROND_NODE_NONE)
			at = put(&nodes, ROND_NODE_ROOT, dir);
		g_assert_true((find(&nodes, at, name) != ROND_NODE_NONE) ==
			      g_hash_table_contains(model, path));
		if (g_test_rand_int_range(0, 100) == 0) {
			rond_nodes_remove_below(&nodes, ROND_NODE_ROOT);
			g_hash_table_remove_all(model);
		} else if (find(&nodes, at, name) == ROND_NODE_NONE) {
			put(&nodes, at, name);
			g_hash_table_add(model, g_steal_pointer(&path));
		}
	}
	rond_nodes_clear(&nodes);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/nodes/names", test_names);
	g_test_add_func("/nodes/lengths", test_lengths);
	g_test_add_func("/nodes/many", test_many);
	g_test_add_func("/nodes/remove-below", test_remove_below);
	g_test_add_func("/nodes/filter", test_filter);
	g_test_add_func("/nodes/random", test_random);
	return g_test_run();
}
