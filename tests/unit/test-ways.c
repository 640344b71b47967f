/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/index/ways.h"
#include "tests/unit/cache-fixture.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define NSEC G_GINT64_CONSTANT(1000000000)

/* A file that no test changes. */
#define OLD_FILE "/bin/sh"

typedef struct {
	CacheFixture cache;
	int dir;
} Fixture;

static void fixture_init(Fixture *self, gconstpointer data)
{
	cache_fixture_begin(&self->cache, FILE_LEN);
	self->dir = open(self->cache.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	g_assert_cmpint(self->dir, >=, 0);
}

static void fixture_clear(Fixture *self, gconstpointer data)
{
	close(self->dir);
	cache_fixture_end(&self->cache);
}

static struct stat some_stat(guint number)
{
	return (struct stat){
	    .st_dev = 5,
	    .st_ino = 1000 + number,
	    .st_size = 12345,
	    .st_mtim = {1700000000, 5},
	    .st_ctim = {1700000001, 6},
	};
}

static void expect_key(int dir, const struct stat *st, const char *key)
{
	g_autofree char *found = rond_ways_find(dir, st);

	g_assert_cmpstr(found, ==, key);
}

static void test_keep(Fixture *self, gconstpointer data)
{
	const struct stat one = some_stat(1), two = some_stat(2);
	g_autofree char *key = cached_key(1), *other = cached_key(2);

	expect_key(self->dir, &one, NULL);
	rond_ways_keep(self->dir, &one, key);
	expect_key(self->dir, &one, key);
	expect_key(self->dir, &two, NULL);
	rond_ways_keep(self->dir, &two, other);
	rond_ways_keep(self->dir, &one, other);
	expect_key(self->dir, &one, other);
	expect_key(self->dir, &two, other);
	g_assert_cmpuint(count_names(self->cache.path), ==, 1);
}

/* Whatever fstat() says differently is another file. */
static void test_differs(Fixture *self, gconstpointer data)
{
	const struct stat good = some_stat(1);
	g_autofree char *key = cached_key(1);
	struct stat st[7];

	rond_ways_keep(self->dir, &good, key);
	for (gsize i = 0; i < G_N_ELEMENTS(st); i++)
		st[i] = good;
	st[0].st_dev++;
	st[1].st_ino++;
	st[2].st_size++;
	st[3].st_mtim.tv_sec++;
	st[4].st_mtim.tv_nsec++;
	st[5].st_ctim.tv_sec++;
	st[6].st_ctim.tv_nsec++;
	for (gsize i = 0; i < G_N_ELEMENTS(st); i++)
		expect_key(self->dir, &st[i], NULL);
	expect_key(self->dir, &good, key);
}

/* More than there is room for: the file stays as it is, and what is found is
 * right. */
static void test_bounded(Fixture *self, gconstpointer data)
{
	g_autofree char *path =
	    g_build_filename(self->cache.path, ROND_WAYS_NAME, NULL);
	guint found = 0;
	struct stat st;

	for (guint i = 0; i < 40000; i++) {
		const struct stat way = some_stat(i);
		g_autofree char *key = cached_key(i);

		rond_ways_keep(self->dir, &way, key);
		expect_key(self->dir, &way, key);
	}
	for (guint i = 0; i < 40000; i++) {
		const struct stat way = some_stat(i);
		g_autofree char *key = cached_key(i);
		g_autofree char *is = rond_ways_find(self->dir, &way);

		if (!is)
			continue;
		g_assert_cmpstr(is, ==, key);
		found++;
	}
	g_assert_cmpuint(found, >, 8000);
	g_assert_no_errno(stat(path, &st));
	g_assert_cmpint(st.st_size, <, 4 << 20);
}

/* Each byte of the table changed, and each length of it: right, or none. */
static void test_malformed(Fixture *self, gconstpointer data)
{
	const struct stat st = some_stat(1);
	g_autofree char *key = cached_key(1);
	int fd;
	off_t end;

	rond_ways_keep(self->dir, &st, key);
	fd = openat(self->dir, ROND_WAYS_NAME, O_RDWR | O_CLOEXEC);
	end = lseek(fd, 0, SEEK_END);
	for (off_t at = end - 120; at < end; at++) {
		guint8 byte, other;

		g_assert_cmpint(pread(fd, &byte, 1, at), ==, 1);
		other = byte ^ 1;
		g_assert_cmpint(pwrite(fd, &other, 1, at), ==, 1);
		expect_key(self->dir, &st, NULL);
		g_assert_cmpint(pwrite(fd, &byte, 1, at), ==, 1);
		expect_key(self->dir, &st, key);
	}
	while (end-- > 0 && end % 4096) {
		g_assert_no_errno(ftruncate(fd, end));
		expect_key(self->dir, &st, NULL);
	}
	close(fd);
	rond_ways_keep(self->dir, &st, key);
	expect_key(self->dir, &st, key);
}

/* A link in its place leads nowhere. */
static void test_link(Fixture *self, gconstpointer data)
{
	const struct stat st = some_stat(1);
	g_autofree char *key = cached_key(1);

	g_assert_no_errno(symlinkat("elsewhere", self->dir, ROND_WAYS_NAME));
	rond_ways_keep(self->dir, &st, key);
	expect_key(self->dir, &st, NULL);
	g_assert_cmpint(faccessat(self->dir, "elsewhere", F_OK, 0), ==, -1);
}

/* What was just changed may be changed again without a new ctime. */
static void test_racy(void)
{
	int fd = open(OLD_FILE, O_RDONLY | O_CLOEXEC);
	struct stat st = some_stat(1);
	const gint64 changed = st.st_ctim.tv_sec * NSEC + st.st_ctim.tv_nsec;

	g_assert_false(rond_way_is_sure(fd, &st, changed));
	g_assert_false(rond_way_is_sure(fd, &st, changed + 2 * NSEC - 1));
	/* The clock went back. */
	g_assert_false(rond_way_is_sure(fd, &st, changed - 9 * NSEC));
	st.st_ino = 0;
	g_assert_false(rond_way_is_sure(fd, &st, changed + 9 * NSEC));
	close(fd);
}

/* A key that is known isn't computed. */
static void test_cache_dir(Fixture *self, gconstpointer data)
{
	int fd = open(OLD_FILE, O_RDONLY | O_CLOEXEC);
	g_autoptr(RondStream) source = rond_file_stream_new(fd, NULL);
	g_autofree char *other = cached_key(1);
	g_autofree char *made = NULL, *known = NULL, *forged = NULL;
	gint64 mtime;
	struct stat st;

	g_assert_no_errno(fstat(fd, &st));
	if (!rond_way_is_sure(fd, &st, g_get_real_time() * 1000)) {
		g_test_skip(OLD_FILE " is new, or on an odd file system");
		return;
	}
	mtime = st.st_mtim.tv_sec * NSEC + st.st_mtim.tv_nsec;
	made = rond_cache_dir_key(self->cache.cache, source, mtime, NULL);
	expect_key(self->dir, &st, made);
	known = rond_cache_key(source, mtime, NULL);
	g_assert_cmpstr(made, ==, known);
	rond_ways_keep(self->dir, &st, other);
	forged = rond_cache_dir_key(self->cache.cache, source, mtime, NULL);
	g_assert_cmpstr(forged, ==, other);
	g_clear_pointer(&made, g_free);
	g_clear_pointer(&known, g_free);
	/* Not of the time that the caller knows it by. */
	made = rond_cache_dir_key(self->cache.cache, source, mtime + 1, NULL);
	known = rond_cache_key(source, mtime + 1, NULL);
	g_assert_cmpstr(made, ==, known);
}

static void add(const char *path, void (*test)(Fixture *, gconstpointer))
{
	g_test_add(path, Fixture, NULL, fixture_init, test, fixture_clear);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add("/ways/keep", test_keep);
	add("/ways/differs", test_differs);
	add("/ways/bounded", test_bounded);
	add("/ways/malformed", test_malformed);
	add("/ways/link", test_link);
	g_test_add_func("/ways/racy", test_racy);
	add("/ways/cache-dir", test_cache_dir);
	return g_test_run();
}
