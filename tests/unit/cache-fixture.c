/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/cache-fixture.h"

#include "backends/error.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void remove_tree(const char *path)
{
	const char *argv[] = {"rm", "-rf", "--", path, NULL};

	g_assert_true(g_spawn_sync(NULL, (char **)argv, NULL,
				   G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL,
				   NULL, NULL));
}

void cache_fixture_begin(CacheFixture *self, guint64 limit)
{
	g_autofree char *warning = NULL;

	self->top = g_dir_make_tmp("rond-cachedir-XXXXXX", NULL);
	g_assert_nonnull(self->top);
	self->path = g_build_filename(self->top, "a", "b", NULL);
	self->cache = rond_cache_dir_new(self->path, limit, &warning);
	g_assert_cmpstr(warning, ==, NULL);
	g_assert_cmpstr(rond_cache_dir_path(self->cache), ==, self->path);
}

void cache_fixture_end(CacheFixture *self)
{
	rond_cache_dir_free(self->cache);
	remove_tree(self->top);
	g_free(self->path);
	g_free(self->top);
}

char *cached_key(guint number)
{
	return g_strdup_printf("%064x", number);
}

void cached_write(int fd, guint number, gsize len)
{
	g_autofree guint8 *data = g_malloc(MAX(len, 1));

	memset(data, number & 0xff, len);
	g_assert_cmpint(write(fd, data, len), ==, len);
}

void cached_expect(int fd, guint number, gsize len)
{
	g_autofree guint8 *data = g_malloc(len + 1);

	g_assert_cmpint(pread(fd, data, len + 1, 0), ==, len);
	for (gsize i = 0; i < len; i++)
		g_assert_cmpint(data[i], ==, number & 0xff);
}

void cached_add(RondCacheDir *cache, guint number, gsize len)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *key = cached_key(number);
	int fd = rond_cache_dir_create(cache, len, FALSE, &error);

	g_assert_no_error(error);
	g_assert_cmpint(fd, >=, 0);
	cached_write(fd, number, len);
	rond_cache_dir_commit(cache, fd, key, "index");
	cached_expect(fd, number, len);
	close(fd);
}

char *cache_fixture_path(const CacheFixture *self, guint number)
{
	g_autofree char *key = cached_key(number);
	g_autofree char *name = g_strconcat(key, ".index", NULL);

	return g_build_filename(self->path, name, NULL);
}

gboolean cache_fixture_has(const CacheFixture *self, guint number)
{
	g_autofree char *path = cache_fixture_path(self, number);

	return g_file_test(path, G_FILE_TEST_EXISTS);
}

void cache_fixture_set_age(const CacheFixture *self, guint number,
			   gint64 seconds)
{
	g_autofree char *path = cache_fixture_path(self, number);
	gint64 then = g_get_real_time() / G_USEC_PER_SEC - seconds;
	struct timespec times[] = {{.tv_sec = then}, {.tv_sec = then}};

	g_assert_cmpint(utimensat(AT_FDCWD, path, times, 0), ==, 0);
}

int cached_open(RondCacheDir *cache, guint number)
{
	g_autofree char *key = cached_key(number);

	return rond_cache_dir_open(cache, key, "index");
}

guint count_names(const char *path)
{
	g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
	guint n = 0;

	while (g_dir_read_name(dir))
		n++;
	return n;
}
