/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/error.h"
#include "backends/index/cachedir.h"
#include "backends/index/evict.h"
#include "tests/unit/cache-fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOBODY 65534
#define KIB G_GUINT64_CONSTANT(1024)

static mode_t mode_of(const char *path)
{
	struct stat st;

	g_assert_cmpint(stat(path, &st), ==, 0);
	return st.st_mode & 07777;
}

static void test_round_trip(void)
{
	g_autofree char *file = NULL, *parent = NULL;
	CacheFixture f;
	int fd;

	cache_fixture_begin(&f, FILE_LEN * 100);
	g_assert_cmpint(cached_open(f.cache, 1), ==, -1);
	cached_add(f.cache, 1, FILE_LEN);
	fd = cached_open(f.cache, 1);
	cached_expect(fd, 1, FILE_LEN);
	g_assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	g_assert_cmpint(write(fd, "x", 1), ==, -1);
	close(fd);
	file = cache_fixture_path(&f, 1);
	parent = g_path_get_dirname(f.path);
	g_assert_cmpint(mode_of(file), ==, 0600);
	g_assert_cmpint(mode_of(f.path), ==, 0700);
	g_assert_cmpint(mode_of(parent), ==, 0700);
	g_assert_cmpuint(count_names(f.path), ==, 1);
	cache_fixture_end(&f);
}

static void test_replace(void)
{
	g_autofree char *key = cached_key(1);
	CacheFixture f;
	int old, fd;

	cache_fixture_begin(&f, FILE_LEN * 100);
	cached_add(f.cache, 1, 100);
	old = cached_open(f.cache, 1);
	fd = rond_cache_dir_create(f.cache, 10, FALSE, NULL);
	cached_write(fd, 2, 10);
	rond_cache_dir_commit(f.cache, fd, key, "index");
	close(fd);
	cached_expect(old, 1, 100);
	close(old);
	fd = cached_open(f.cache, 1);
	cached_expect(fd, 2, 10);
	close(fd);
	g_assert_cmpuint(count_names(f.path), ==, 1);
	cache_fixture_end(&f);
}

/* A crash before the commit leaves nothing. */
static void test_not_committed(void)
{
	struct stat st;
	CacheFixture f;
	int fd;

	cache_fixture_begin(&f, FILE_LEN * 100);
	fd = rond_cache_dir_create(f.cache, 10, FALSE, NULL);
	cached_write(fd, 1, 10);
	g_assert_cmpint(fstat(fd, &st), ==, 0);
	close(fd);
	if (st.st_nlink)
		g_test_skip("this file system has no nameless files");
	else
		g_assert_cmpuint(count_names(f.path), ==, 0);
	cache_fixture_end(&f);
}

/* Where the file system has no nameless files, they have hidden names. */
static void test_hidden(void)
{
	g_autofree char *hidden = rond_evict_hidden_name();
	g_autofree char *key = cached_key(1);
	g_autofree char *path = NULL;
	CacheFixture f;
	int fd;

	cache_fixture_begin(&f, FILE_LEN * 100);
	path = g_build_filename(f.path, hidden, NULL);
	fd = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
	cached_write(fd, 1, 10);
	rond_cache_dir_commit(f.cache, fd, key, "index");
	cached_expect(fd, 1, 10);
	close(fd);
	g_assert_true(cache_fixture_has(&f, 1));
	g_assert_cmpuint(count_names(f.path), ==, 1);
	cache_fixture_end(&f);
}

static void test_discard(void)
{
	g_autofree char *key = cached_key(1);
	CacheFixture f;

	cache_fixture_begin(&f, FILE_LEN * 100);
	cached_add(f.cache, 1, 10);
	cached_add(f.cache, 2, 10);
	rond_cache_dir_discard(f.cache, key, "index");
	rond_cache_dir_discard(f.cache, key, "index");
	g_assert_false(cache_fixture_has(&f, 1));
	g_assert_true(cache_fixture_has(&f, 2));
	cache_fixture_end(&f);
}

/* Opening counts as use, and changes nothing that readers look at. */
static void test_open_marks(void)
{
	g_autofree char *path = NULL;
	struct stat before, after;
	CacheFixture f;

	cache_fixture_begin(&f, FILE_LEN * 100);
	cached_add(f.cache, 1, 10);
	cache_fixture_set_age(&f, 1, 10000);
	path = cache_fixture_path(&f, 1);
	g_assert_cmpint(stat(path, &before), ==, 0);
	close(cached_open(f.cache, 1));
	g_assert_cmpint(stat(path, &after), ==, 0);
	g_assert_cmpint(after.st_mtim.tv_sec, ==, before.st_mtim.tv_sec);
	g_assert_cmpint(after.st_atim.tv_sec, >=, before.st_atim.tv_sec + 9000);
	cache_fixture_end(&f);
}

/* The folder at @path is not used, for @why; memory is. */
static void expect_refused(const char *path, const char *why)
{
	g_autofree char *warning = NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(RondCacheDir) cache =
	    rond_cache_dir_new(path, FILE_LEN, &warning);
	g_autofree char *key = cached_key(1);
	int fd;

	g_assert_nonnull(warning);
	g_assert_nonnull(strstr(warning, path));
	g_assert_nonnull(strstr(warning, why));
	g_assert_null(strchr(warning, '\n'));
	g_assert_null(rond_cache_dir_path(cache));
	g_assert_cmpint(cached_open(cache, 1), ==, -1);
	g_assert_cmpint(rond_cache_dir_create(cache, 1, FALSE, &error), ==, -1);
	g_assert_error(error, ROND_ERROR, ENOSPC);
	fd = rond_cache_dir_create(cache, 1, TRUE, NULL);
	g_assert_cmpint(fd, >=, 0);
	rond_cache_dir_commit(cache, fd, key, "index");
	rond_cache_dir_discard(cache, key, "index");
	close(fd);
}

static void test_refused(void)
{
	g_autofree char *file = NULL, *below = NULL;
	CacheFixture f;

	cache_fixture_begin(&f, FILE_LEN);
	file = g_build_filename(f.top, "file", NULL);
	below = g_build_filename(file, "cache", NULL);
	g_assert_true(g_file_set_contents(file, "x", 1, NULL));
	expect_refused(below, "can't make it");
	expect_refused(file, "can't");
	g_assert_cmpint(g_chmod(f.path, 0770), ==, 0);
	expect_refused(f.path, "others may write");
	g_assert_cmpint(g_chmod(f.path, 0702), ==, 0);
	expect_refused(f.path, "others may write");
	g_assert_cmpint(g_chmod(f.path, 0700), ==, 0);
	cache_fixture_end(&f);
}

static void test_refused_owner(void)
{
	CacheFixture f;

	if (geteuid() != 0) {
		g_test_skip("only root can give a folder away");
		return;
	}
	cache_fixture_begin(&f, FILE_LEN);
	g_assert_cmpint(chown(f.path, NOBODY, NOBODY), ==, 0);
	expect_refused(f.path, "another user");
	cache_fixture_end(&f);
}

/* The rest of the test's own process is nobody's. */
static void become_nobody(const char *folder)
{
	if (geteuid() != 0)
		return;
	g_assert_cmpint(chown(folder, NOBODY, NOBODY), ==, 0);
	g_assert_cmpint(setresgid(NOBODY, NOBODY, NOBODY), ==, 0);
	g_assert_cmpint(setresuid(NOBODY, NOBODY, NOBODY), ==, 0);
}

static void run_as_nobody(void (*test)(const char *folder))
{
	g_autofree char *top = NULL;

	if (!g_test_subprocess()) {
		g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
		g_test_trap_assert_passed();
		return;
	}
	top = g_dir_make_tmp("rond-cachedir-XXXXXX", NULL);
	become_nobody(top);
	test(top);
	remove_tree(top);
}

/* What a folder that can only be read holds is used. */
static void read_only(const char *top)
{
	g_autofree char *path = g_build_filename(top, "cache", NULL);
	g_autofree char *warning = NULL;
	RondCacheDir *cache = rond_cache_dir_new(path, FILE_LEN, &warning);
	int fd;

	g_assert_null(warning);
	cached_add(cache, 1, 100);
	rond_cache_dir_free(cache);
	g_assert_cmpint(g_chmod(path, 0500), ==, 0);
	cache = rond_cache_dir_new(path, FILE_LEN, &warning);
	g_assert_nonnull(strstr(warning, "can't write"));
	g_assert_null(rond_cache_dir_path(cache));
	fd = cached_open(cache, 1);
	cached_expect(fd, 1, 100);
	close(fd);
	g_assert_cmpint(rond_cache_dir_create(cache, 1, FALSE, NULL), ==, -1);
	rond_cache_dir_free(cache);
	g_assert_cmpint(g_chmod(path, 0700), ==, 0);
}

static void test_read_only(void)
{
	run_as_nobody(read_only);
}

static void default_path(const char *top)
{
	g_autofree char *path = g_build_filename(top, "rondfs", NULL);
	g_autofree char *warning = NULL;
	RondCacheDir *cache;

	g_setenv("XDG_CACHE_HOME", top, TRUE);
	cache = rond_cache_dir_new(NULL, 0, &warning);
	g_assert_null(warning);
	g_assert_cmpstr(rond_cache_dir_path(cache), ==, path);
	cached_add(cache, 1, 100);
	rond_cache_dir_free(cache);
}

static void test_default_path(void)
{
	run_as_nobody(default_path);
}

typedef struct {
	RondCacheDir *cache;
	guint seed;
} Hammer;

static gpointer hammer(gpointer data)
{
	Hammer *self = data;
	g_autoptr(GRand) rand = g_rand_new_with_seed(self->seed);

	for (guint i = 0; i < 200; i++) {
		guint number = g_rand_int_range(rand, 0, 20);
		guint dice = g_rand_int_range(rand, 0, 10);
		g_autofree char *key = cached_key(number);
		int fd;

		if (dice == 0)
			rond_cache_dir_discard(self->cache, key, "index");
		if (dice < 4)
			cached_add(self->cache, number, 4 * KIB);
		fd = cached_open(self->cache, number);
		if (fd < 0)
			continue;
		cached_expect(fd, number, 4 * KIB);
		close(fd);
	}
	return NULL;
}

/* As two processes do, with threads: each file is whole or not there. */
static void test_two_at_once(void)
{
	g_autofree char *warning = NULL;
	g_autoptr(RondCacheDir) other = NULL;
	GThread *threads[8];
	Hammer hammers[8];
	CacheFixture f;

	cache_fixture_begin(&f, 10 * 4 * KIB);
	other = rond_cache_dir_new(f.path, 10 * 4 * KIB, &warning);
	for (guint i = 0; i < 8; i++) {
		hammers[i] = (Hammer){i % 2 ? other : f.cache, i};
		threads[i] = g_thread_new("hammer", hammer, &hammers[i]);
	}
	for (guint i = 0; i < 8; i++)
		g_thread_join(threads[i]);
	cached_add(f.cache, 99, 4 * KIB);
	g_assert_cmpuint(count_names(f.path), <=, 10);
	g_assert_true(cache_fixture_has(&f, 99));
	cache_fixture_end(&f);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/cachedir/round-trip", test_round_trip);
	g_test_add_func("/cachedir/replace", test_replace);
	g_test_add_func("/cachedir/not-committed", test_not_committed);
	g_test_add_func("/cachedir/hidden", test_hidden);
	g_test_add_func("/cachedir/discard", test_discard);
	g_test_add_func("/cachedir/open-marks", test_open_marks);
	g_test_add_func("/cachedir/refused", test_refused);
	g_test_add_func("/cachedir/refused/owner", test_refused_owner);
	g_test_add_func("/cachedir/read-only", test_read_only);
	g_test_add_func("/cachedir/default-path", test_default_path);
	g_test_add_func("/cachedir/two-at-once", test_two_at_once);
	return g_test_run();
}
