/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/pairs.h"

#define MANY 20

/* One backup a side. */
static GArray *sources_new(guint old, guint new, guint depth)
{
	GArray *sources = g_array_new(FALSE, FALSE, sizeof(RondPairSource));
	const RondPairSource sides[] = {{old, depth}, {new, depth}};

	return g_array_append_vals(sources, sides, 2);
}

static RondPair *pair_new(const char *name, guint old, guint new, guint depth)
{
	RondPair *pair =
	    rond_pair_new(name, "a", "b", sources_new(old, new, depth));

	pair->number = 1000;
	return pair;
}

static guint32 enter(RondPairs *pairs, const char *name, guint old, guint depth)
{
	g_autoptr(RondPair) pair = pair_new(name, old, 2, depth);
	guint32 wanted = rond_pairs_number(pairs, pair);
	guint32 number = rond_pairs_enter(pairs, pair);

	g_assert_cmpuint(number, ==, wanted);
	g_assert_cmpuint(number, >, 0);
	g_assert_cmpuint(number, <, 1u << ROND_PAIR_BITS);
	return number;
}

static gboolean is_known(RondPairs *pairs, guint32 number)
{
	g_autoptr(RondPair) pair = rond_pairs_get(pairs, number);

	return pair != NULL;
}

static void test_numbers(void)
{
	g_autoptr(RondPairs) pairs = rond_pairs_new();
	guint32 first = enter(pairs, "a..b", 1, ROND_DEPTH_UNKNOWN);
	guint32 other = enter(pairs, "x..b", 1, ROND_DEPTH_UNKNOWN);

	g_assert_cmpuint(first, !=, other);
	g_assert_cmpuint(enter(pairs, "a..b", 1, ROND_DEPTH_UNKNOWN), ==,
			 first);
	rond_pairs_hold(pairs, first);
	rond_pairs_forget(pairs, first, 2);
	g_assert_true(is_known(pairs, first));
	rond_pairs_forget(pairs, first, 1);
	g_assert_false(is_known(pairs, first));
	/* More than there were, of what there is not. */
	rond_pairs_forget(pairs, first, 7);
	rond_pairs_hold(pairs, first);
	rond_pairs_forget(pairs, other, 7);
	g_assert_false(is_known(pairs, other));
	g_assert_cmpuint(enter(pairs, "a..b", 1, ROND_DEPTH_UNKNOWN), ==,
			 first);
}

/* The number wanted may be any. */
static void test_wanted(void)
{
	g_autoptr(RondPairs) pairs = rond_pairs_new();
	const guint32 top = (1u << ROND_PAIR_BITS) - 1;
	const guint32 wanted[] = {0, top - 1, top - 1, top, G_MAXUINT32, 0};
	guint32 before = 0;

	for (guint i = 0; i < G_N_ELEMENTS(wanted); i++) {
		g_autofree char *name = g_strdup_printf("%u..b", i);
		g_autoptr(RondPair) pair =
		    pair_new(name, 1, 2, ROND_DEPTH_UNKNOWN);
		guint32 number;

		pair->number = wanted[i];
		number = rond_pairs_enter(pairs, pair);
		g_assert_cmpuint(number, >, 0);
		g_assert_cmpuint(number, <=, top);
		g_assert_cmpuint(number, !=, before);
		before = number;
	}
}

static void test_is_link(void)
{
	g_autoptr(RondPair) pair = pair_new("a..b", 1, 2, ROND_DEPTH_UNKNOWN);
	g_autoptr(RondPair) link =
	    pair_new("J-2..J-1", 1, 2, ROND_DEPTH_UNKNOWN);

	g_assert_false(rond_pair_is_link(pair));
	g_assert_true(rond_pair_is_link(link));
	g_assert_cmpstr(link->target, ==, "a..b");
}

static RondChanges *empty_changes(void)
{
	g_autoptr(GPtrArray) parts = g_ptr_array_new();

	return rond_changes_new(parts);
}

static gboolean set(RondPairs *pairs, guint32 number, guint old, guint depth)
{
	g_autoptr(RondChanges) changes = empty_changes();
	g_autoptr(GArray) sources = sources_new(old, 2, depth);

	return rond_pairs_set_changes(pairs, number, changes, sources);
}

static gboolean has_changes(RondPairs *pairs, guint32 number)
{
	g_autoptr(RondChanges) changes = rond_pairs_changes(pairs, number);

	return changes != NULL;
}

/* Another backup, or one that is better known, makes another pair. */
static void test_sources(void)
{
	g_autoptr(RondPairs) pairs = rond_pairs_new();
	guint32 first = enter(pairs, "a..b", 1, ROND_DEPTH_UNKNOWN);
	guint32 replaced, read;

	g_assert_false(set(pairs, first, 3, ROND_DEPTH_SAMPLED));
	g_assert_true(set(pairs, first, 1, ROND_DEPTH_SAMPLED));
	g_assert_true(has_changes(pairs, first));
	g_assert_cmpuint(enter(pairs, "a..b", 1, ROND_DEPTH_UNKNOWN), ==,
			 first);
	g_assert_cmpuint(enter(pairs, "a..b", 1, ROND_DEPTH_SAMPLED), ==,
			 first);
	read = enter(pairs, "a..b", 1, ROND_DEPTH_THOROUGH);
	g_assert_cmpuint(read, !=, first);
	replaced = enter(pairs, "a..b", 3, ROND_DEPTH_UNKNOWN);
	g_assert_cmpuint(replaced, !=, read);
	/* Who has the old one open goes on with it. */
	g_assert_true(has_changes(pairs, first));
	g_assert_false(has_changes(pairs, read));
	rond_pairs_forget(pairs, first, 3);
	g_assert_false(has_changes(pairs, first));
	g_assert_false(set(pairs, first, 1, ROND_DEPTH_SAMPLED));
	g_assert_cmpuint(enter(pairs, "a..b", 3, ROND_DEPTH_UNKNOWN), ==,
			 replaced);
}

/* What could not be read may have come to be. */
static void test_failed(void)
{
	g_autoptr(RondPairs) pairs = rond_pairs_new();
	guint32 first = enter(pairs, "a..b", 1, ROND_DEPTH_UNKNOWN);

	g_assert_true(set(pairs, first, 1, ROND_DEPTH_NONE));
	g_assert_cmpuint(enter(pairs, "a..b", 1, ROND_DEPTH_NONE), ==, first);
	g_assert_cmpuint(enter(pairs, "a..b", 1, ROND_DEPTH_UNKNOWN), !=,
			 first);
}

/* Those used last are kept. */
static void test_limit(void)
{
	g_autoptr(RondPairs) pairs = rond_pairs_new();
	guint32 numbers[MANY];
	guint kept = 0;

	for (guint i = 0; i < MANY; i++) {
		g_autofree char *name = g_strdup_printf("%u..b", i);

		numbers[i] = enter(pairs, name, 1, ROND_DEPTH_UNKNOWN);
		g_assert_true(set(pairs, numbers[i], 1, ROND_DEPTH_SAMPLED));
		g_assert_true(has_changes(pairs, numbers[0]));
	}
	for (guint i = 0; i < MANY; i++)
		kept += has_changes(pairs, numbers[i]);
	g_assert_cmpuint(kept, <, MANY);
	g_assert_true(has_changes(pairs, numbers[MANY - 1]));
	g_assert_false(has_changes(pairs, numbers[1]));
	/* They are made again, of the same only. */
	g_assert_false(set(pairs, numbers[1], 1, ROND_DEPTH_THOROUGH));
	g_assert_true(set(pairs, numbers[1], 1, ROND_DEPTH_SAMPLED));
	g_assert_true(has_changes(pairs, numbers[1]));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/pairs/numbers", test_numbers);
	g_test_add_func("/pairs/wanted", test_wanted);
	g_test_add_func("/pairs/is-link", test_is_link);
	g_test_add_func("/pairs/sources", test_sources);
	g_test_add_func("/pairs/failed", test_failed);
	g_test_add_func("/pairs/limit", test_limit);
	return g_test_run();
}
