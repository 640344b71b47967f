/* SPDX-License-Identifier: BSD-2-Clause */
/* Tables of numbers, when versions were first seen, and where shared nodes are
 * read from. */
#include "fs/history.h"
#include "fs/numbers.h"
#include "fs/versions.h"
#include "tests/unit/index-kit.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* As a hash table does, whatever is added and removed. */
static void test_numbers(void)
{
	RondNumbers numbers;
	g_autoptr(GHashTable) like = g_hash_table_new(NULL, NULL);
	GRand *rand = g_rand_new_with_seed(7);
	GHashTableIter iter;
	gpointer key, value;

	rond_numbers_init(&numbers);
	g_assert_null(rond_numbers_find(&numbers, 1));
	for (guint i = 1; i < 200000; i++) {
		guint64 at = 1 + g_rand_int_range(rand, 0, 3000);
		RondNumber *number = rond_numbers_find(&numbers, at);

		g_assert_true(!!number == g_hash_table_contains(
					      like, GSIZE_TO_POINTER(at)));
		if (number && g_rand_boolean(rand)) {
			rond_numbers_remove(&numbers, number);
			g_hash_table_remove(like, GSIZE_TO_POINTER(at));
			continue;
		}
		rond_numbers_add(&numbers, at)->value = i;
		g_hash_table_insert(like, GSIZE_TO_POINTER(at),
				    GSIZE_TO_POINTER(i));
	}
	g_assert_cmpuint(numbers.used, ==, g_hash_table_size(like));
	g_hash_table_iter_init(&iter, like);
	while (g_hash_table_iter_next(&iter, &key, &value)) {
		RondNumber *number =
		    rond_numbers_find(&numbers, GPOINTER_TO_SIZE(key));

		g_assert_nonnull(number);
		g_assert_cmpuint(number->value, ==, GPOINTER_TO_SIZE(value));
	}
	rond_numbers_clear(&numbers);
	g_rand_free(rand);
}

static void test_versions(void)
{
	g_autoptr(RondVersions) versions = rond_versions_new();
	g_autoptr(GArray) of_one = NULL;
	RondPlace home;

	g_assert_false(rond_versions_home(versions, 9, &home));
	rond_versions_hold(versions, 9, (RondPlace){1, 5});
	rond_versions_hold(versions, 9, (RondPlace){2, 6});
	g_assert_true(rond_versions_home(versions, 9, &home));
	g_assert_cmpuint(home.part, ==, 1);
	g_assert_cmpuint(home.entry, ==, 5);
	of_one = rond_versions_of_part(versions, 1);
	g_assert_cmpuint(of_one->len, ==, 1);
	rond_versions_move(versions, 9, (RondPlace){2, 6});
	g_assert_true(rond_versions_home(versions, 9, &home));
	g_assert_cmpuint(home.part, ==, 2);
	rond_versions_forget(versions, 9, 1);
	g_assert_true(rond_versions_home(versions, 9, &home));
	rond_versions_forget(versions, 9, 1);
	g_assert_false(rond_versions_home(versions, 9, &home));
	rond_versions_forget(versions, 9, 1);
	rond_versions_move(versions, 9, (RondPlace){2, 6});
	g_assert_false(rond_versions_home(versions, 9, &home));
}

/* An index of one file with the origin @own, or that of @other. */
static RondIndex *one_file(guint64 own, RondIndex *other)
{
	g_autoptr(RondIndexBuilder) builder = rond_index_builder_new();
	const RondIndexMeta meta = {.format = "tar"};
	const RondTreeOfIndex tree = {other, 0};
	const RondIdentity identity = {
	    .own = own, .others = &tree, .n_others = other != NULL};
	const RondEntry entry = {.path = "f", .mode = S_IFREG | 0644};
	const guint8 hash[ROND_SHA256_LEN] = {1};
	int fd = memfd_create("rond-test", MFD_CLOEXEC);

	g_assert_true(rond_index_builder_add(builder, &entry, NULL));
	rond_index_builder_set_sha256(builder, rond_index_builder_last(builder),
				      hash);
	g_assert_true(rond_index_builder_write(builder, &meta, fd, NULL));
	g_assert_true(rond_identity_assign(fd, &identity, NULL));
	g_assert_true(rond_index_seal(fd, NULL));
	return rond_index_open(fd, NULL);
}

/* The oldest date counts, whatever the order. */
static void test_first_seen(void)
{
	const guint8 secret[ROND_SECRET_LEN] = {1};
	g_autoptr(RondHistory) history = rond_history_new(secret);
	g_autoptr(RondIndex) one = one_file(5, NULL);
	g_autoptr(RondIndex) two = one_file(6, one);
	guint64 version = rond_index_version(one, 1);
	g_autoptr(GArray) moved = NULL, nothing = NULL;

	g_assert_cmpuint(version, ==, rond_index_version(two, 1));
	g_assert_cmpint(rond_history_first_seen(history, version, 77), ==, 77);
	g_assert_true(rond_history_add(history, two, 200, FALSE));
	g_assert_cmpint(rond_history_first_seen(history, version, 77), ==, 200);
	g_assert_true(rond_history_add(history, one, -100, TRUE));
	g_assert_cmpint(rond_history_first_seen(history, version, 77), ==,
			-100);
	g_assert_true(rond_history_add(history, two, 300, TRUE));
	g_assert_cmpint(rond_history_first_seen(history, version, 77), ==,
			-100);
	moved = rond_history_take_moved(history);
	g_assert_cmpuint(moved->len, ==, 1);
	g_assert_cmpuint(g_array_index(moved, guint64, 0), ==, version);
	nothing = rond_history_take_moved(history);
	g_assert_cmpuint(nothing->len, ==, 0);
}

/* Origins that look alike in numbers are told apart. */
static void test_collision(void)
{
	const guint8 secret[ROND_SECRET_LEN] = {2};
	const guint64 far = G_GUINT64_CONSTANT(1) << 40;
	g_autoptr(RondHistory) history = rond_history_new(secret);
	g_autoptr(RondIndex) one = one_file(5, NULL);
	g_autoptr(RondIndex) alike = one_file(far | 5, NULL);

	g_assert_cmpuint(rond_index_version(one, 1), ==,
			 rond_index_version(alike, 1));
	g_assert_true(rond_history_add(history, one, 1, FALSE));
	g_assert_false(rond_history_add(history, alike, 0, FALSE));
	g_assert_cmpint(
	    rond_history_first_seen(history, rond_index_version(one, 1), 9), ==,
	    1);
	g_assert_true(rond_history_add(history, one, 1, FALSE));
}

/* It depends on the secret, and on the text. */
static void test_origin(void)
{
	const guint8 secret[ROND_SECRET_LEN] = {3};
	const guint8 other_secret[ROND_SECRET_LEN] = {4};
	g_autoptr(RondHistory) history = rond_history_new(secret);
	g_autoptr(RondHistory) same = rond_history_new(secret);
	g_autoptr(RondHistory) other = rond_history_new(other_secret);
	guint64 origin = rond_history_origin(history, "key");

	g_assert_cmpuint(rond_origin_short(origin), !=, 0);
	g_assert_cmpuint(origin, ==, rond_history_origin(same, "key"));
	g_assert_cmpuint(origin, !=, rond_history_origin(same, "kez"));
	g_assert_cmpuint(origin, !=, rond_history_origin(other, "key"));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/history/numbers", test_numbers);
	g_test_add_func("/history/versions", test_versions);
	g_test_add_func("/history/first-seen", test_first_seen);
	g_test_add_func("/history/collision", test_collision);
	g_test_add_func("/history/origin", test_origin);
	return g_test_run();
}
