/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/error.h"
#include "backends/index/cachedir.h"
#include "backends/index/evict.h"
#include "tests/unit/cache-fixture.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <fcntl.h>

static void test_eviction_order(void)
{
	CacheFixture f;

	cache_fixture_begin(&f, 3 * FILE_LEN + FILE_LEN / 2);
	for (guint i = 1; i <= 3; i++) {
		cached_add(f.cache, i, FILE_LEN);
		cache_fixture_set_age(&f, i, 10000 - i);
	}
	close(cached_open(f.cache, 1));
	cached_add(f.cache, 4, FILE_LEN);
	g_assert_false(cache_fixture_has(&f, 2));
	cached_add(f.cache, 5, FILE_LEN);
	g_assert_false(cache_fixture_has(&f, 3));
	g_assert_true(cache_fixture_has(&f, 1));
	g_assert_true(cache_fixture_has(&f, 4));
	g_assert_true(cache_fixture_has(&f, 5));
	cache_fixture_end(&f);
}

static void test_newest_stays(void)
{
	g_autofree char *key = cached_key(9);
	CacheFixture f;
	int fd;

	cache_fixture_begin(&f, 2 * FILE_LEN);
	cached_add(f.cache, 1, FILE_LEN);
	/* Larger than was said, and than the limit. */
	fd = rond_cache_dir_create(f.cache, 1, FALSE, NULL);
	cached_write(fd, 9, 5 * FILE_LEN);
	rond_cache_dir_commit(f.cache, fd, key, "index");
	close(fd);
	cache_fixture_set_age(&f, 9, 10000);
	g_assert_false(cache_fixture_has(&f, 1));
	g_assert_true(cache_fixture_has(&f, 9));
	cached_add(f.cache, 2, FILE_LEN);
	g_assert_false(cache_fixture_has(&f, 9));
	cache_fixture_end(&f);
}

static void test_foreign_names(void)
{
	g_autofree char *key = cached_key(1);
	const char *names[] = {
	    "notes.txt",
	    ".hidden",
	    key,
	    "000000000000000000000000000000000000000000000000000000000000000"
	    "1.",
	    "000000000000000000000000000000000000000000000000000000000000000"
	    "1.tar.gz",
	    "000000000000000000000000000000000000000000000000000000000000000A"
	    ".index",
	    "0000000000000000000000000000000000000000000000000000000000000001"
	    "0.index",
	};
	CacheFixture f;

	cache_fixture_begin(&f, FILE_LEN);
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *path =
		    g_build_filename(f.path, names[i], NULL);
		g_autofree char *text = g_strnfill(4 * FILE_LEN, 'x');

		g_assert_false(rond_evict_is_ours(names[i]));
		g_assert_true(g_file_set_contents(path, text, -1, NULL));
	}
	cached_add(f.cache, 2, FILE_LEN / 2);
	cache_fixture_set_age(&f, 2, 10000);
	cached_add(f.cache, 3, FILE_LEN / 2);
	cached_add(f.cache, 4, FILE_LEN / 2);
	g_assert_cmpuint(count_names(f.path), >=, G_N_ELEMENTS(names) + 1);
	g_assert_true(cache_fixture_has(&f, 4));
	g_assert_false(cache_fixture_has(&f, 2));
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *path =
		    g_build_filename(f.path, names[i], NULL);

		g_assert_true(g_file_test(path, G_FILE_TEST_EXISTS));
	}
	cache_fixture_end(&f);
}

/* What has a name of ours but is no file is neither opened nor removed. */
static void test_no_files(void)
{
	g_autofree char *folder = NULL, *link = NULL, *target = NULL;
	CacheFixture f;

	cache_fixture_begin(&f, FILE_LEN);
	folder = cache_fixture_path(&f, 1);
	link = cache_fixture_path(&f, 2);
	target = g_build_filename(f.top, "target", NULL);
	g_assert_true(g_file_set_contents(target, "x", 1, NULL));
	g_assert_cmpint(g_mkdir(folder, 0700), ==, 0);
	g_assert_cmpint(symlink(target, link), ==, 0);
	g_assert_cmpint(cached_open(f.cache, 1), ==, -1);
	g_assert_cmpint(cached_open(f.cache, 2), ==, -1);
	cached_add(f.cache, 3, FILE_LEN);
	cached_add(f.cache, 4, FILE_LEN);
	g_assert_true(g_file_test(folder, G_FILE_TEST_IS_DIR));
	g_assert_true(g_file_test(link, G_FILE_TEST_IS_SYMLINK));
	cache_fixture_end(&f);
}

static void test_stale(void)
{
	g_autofree char *warning = NULL, *old = NULL, *young = NULL;
	g_autofree char *old_name = rond_evict_hidden_name();
	g_autofree char *young_name = rond_evict_hidden_name();
	struct timespec times[] = {{.tv_sec = 1000}, {.tv_sec = 1000}};
	CacheFixture f;

	cache_fixture_begin(&f, FILE_LEN);
	old = g_build_filename(f.path, old_name, NULL);
	young = g_build_filename(f.path, young_name, NULL);
	g_assert_true(g_file_set_contents(old, "x", 1, NULL));
	g_assert_true(g_file_set_contents(young, "x", 1, NULL));
	g_assert_cmpint(utimensat(AT_FDCWD, old, times, 0), ==, 0);
	rond_cache_dir_free(f.cache);
	f.cache = rond_cache_dir_new(f.path, FILE_LEN, &warning);
	g_assert_false(g_file_test(old, G_FILE_TEST_EXISTS));
	g_assert_true(g_file_test(young, G_FILE_TEST_EXISTS));
	cache_fixture_end(&f);
}

/* There is no room for @bytes, which is said with @hint; memory does. */
static void expect_no_room(CacheFixture *self, guint64 bytes, const char *hint)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *key = cached_key(77);
	int fd = rond_cache_dir_create(self->cache, bytes, FALSE, &error);

	g_assert_cmpint(fd, ==, -1);
	g_assert_error(error, ROND_ERROR, ENOSPC);
	g_assert_nonnull(strstr(error->message, hint));
	g_assert_nonnull(strstr(error->message, " are needed, there are "));
	g_assert_nonnull(strstr(error->message, self->path));
	fd = rond_cache_dir_create(self->cache, bytes, TRUE, NULL);
	g_assert_cmpint(fd, >=, 0);
	cached_write(fd, 77, 1000);
	rond_cache_dir_commit(self->cache, fd, key, "index");
	cached_expect(fd, 77, 1000);
	close(fd);
	g_assert_cmpint(cached_open(self->cache, 77), ==, -1);
}

static void test_over_the_limit(void)
{
	CacheFixture f;

	cache_fixture_begin(&f, FILE_LEN);
	expect_no_room(&f, FILE_LEN + 1, "--cache-size");
	expect_no_room(&f, G_MAXUINT64, "--cache-size");
	cached_add(f.cache, 1, FILE_LEN);
	cache_fixture_end(&f);
}

static void test_disk_full(void)
{
	CacheFixture f;

	cache_fixture_begin(&f, G_MAXUINT64);
	cached_add(f.cache, 1, 10);
	/* Nothing is evicted where that doesn't help. */
	expect_no_room(&f, G_GUINT64_CONSTANT(1) << 60, "free some");
	expect_no_room(&f, G_MAXUINT64, "free some");
	g_assert_true(cache_fixture_has(&f, 1));
	cache_fixture_end(&f);
}

static void test_default_limit(void)
{
	CacheFixture f;

	cache_fixture_begin(&f, 0);
	expect_no_room(&f, (G_GUINT64_CONSTANT(20) << 30) + 1, "--cache-size");
	cached_add(f.cache, 1, 10);
	cache_fixture_end(&f);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/evict/eviction-order", test_eviction_order);
	g_test_add_func("/evict/newest-stays", test_newest_stays);
	g_test_add_func("/evict/foreign-names", test_foreign_names);
	g_test_add_func("/evict/no-files", test_no_files);
	g_test_add_func("/evict/stale", test_stale);
	g_test_add_func("/evict/over-the-limit", test_over_the_limit);
	g_test_add_func("/evict/disk-full", test_disk_full);
	g_test_add_func("/evict/default-limit", test_default_limit);
	return g_test_run();
}
