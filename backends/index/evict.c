/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/index/evict.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEY_LEN 64
#define MAX_SUFFIX_LEN 16
#define HIDDEN_PREFIX ".rondfs-new-"
#define STALE_SECONDS (24 * 60 * 60)

typedef struct {
	char *name;
	guint64 bytes;
	struct timespec used;
} CachedFile;

gboolean rond_evict_is_ours(const char *name)
{
	const char *suffix = name + KEY_LEN + 1;

	return strspn(name, "0123456789abcdef") == KEY_LEN &&
	       name[KEY_LEN] == '.' && *suffix &&
	       strlen(suffix) <= MAX_SUFFIX_LEN &&
	       strspn(suffix, "abcdefghijklmnopqrstuvwxyz") == strlen(suffix);
}

char *rond_evict_hidden_name(void)
{
	g_autofree char *uuid = g_uuid_string_random();

	return g_strconcat(HIDDEN_PREFIX, uuid, NULL);
}

static void cached_file_free(gpointer p)
{
	CachedFile *file = p;

	g_free(file->name);
	g_free(file);
}

static int compare_times(const struct timespec *a, const struct timespec *b)
{
	if (a->tv_sec != b->tv_sec)
		return a->tv_sec < b->tv_sec ? -1 : 1;
	return (a->tv_nsec > b->tv_nsec) - (a->tv_nsec < b->tv_nsec);
}

static int compare_files(gconstpointer a, gconstpointer b)
{
	const CachedFile *left = *(CachedFile *const *)a;
	const CachedFile *right = *(CachedFile *const *)b;

	return compare_times(&left->used, &right->used);
}

static CachedFile *cached_file_new(const char *name, const struct stat *st)
{
	CachedFile *file = g_new0(CachedFile, 1);

	file->name = g_strdup(name);
	file->bytes = (guint64)st->st_blocks * 512;
	/* A file that was never opened again counts from when it was made. */
	file->used = compare_times(&st->st_atim, &st->st_mtim) > 0
			 ? st->st_atim
			 : st->st_mtim;
	return file;
}

/* The folder's own descriptor has one position for all threads. */
static DIR *open_listing(int dir)
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *listing = fd < 0 ? NULL : fdopendir(fd);

	if (!listing && fd >= 0)
		close(fd);
	return listing;
}

/* The next regular file of the folder, with its attributes; NULL: no more. */
static const char *next_file(DIR *listing, struct stat *st)
{
	struct dirent *entry;

	while ((entry = readdir(listing)))
		if (fstatat(dirfd(listing), entry->d_name, st,
			    AT_SYMLINK_NOFOLLOW) == 0 &&
		    S_ISREG(st->st_mode))
			return entry->d_name;
	return NULL;
}

/* Files in the cache, the longest unused first, and what they take. */
static GPtrArray *list_files(int dir, guint64 *bytes)
{
	GPtrArray *files = g_ptr_array_new_with_free_func(cached_file_free);
	DIR *listing = open_listing(dir);
	const char *name;
	struct stat st;

	*bytes = 0;
	if (!listing)
		return files;
	while ((name = next_file(listing, &st))) {
		if (!rond_evict_is_ours(name))
			continue;

		CachedFile *file = cached_file_new(name, &st);

		*bytes += file->bytes;
		g_ptr_array_add(files, file);
	}
	closedir(listing);
	g_ptr_array_sort(files, compare_files);
	return files;
}

guint64 rond_evict_bytes(int dir)
{
	guint64 bytes;

	g_ptr_array_unref(list_files(dir, &bytes));
	return bytes;
}

void rond_evict(int dir, guint64 limit, const char *keep)
{
	guint64 bytes;
	g_autoptr(GPtrArray) files = list_files(dir, &bytes);

	for (guint i = 0; i < files->len && bytes > limit; i++) {
		const CachedFile *file = files->pdata[i];

		if (g_strcmp0(file->name, keep) == 0)
			continue;
		if (unlinkat(dir, file->name, 0) == 0 || errno == ENOENT)
			bytes -= file->bytes;
	}
}

void rond_evict_stale(int dir)
{
	gint64 now = g_get_real_time() / G_USEC_PER_SEC;
	DIR *listing = open_listing(dir);
	const char *name;
	struct stat st;

	if (!listing)
		return;
	while ((name = next_file(listing, &st)))
		if (g_str_has_prefix(name, HIDDEN_PREFIX) &&
		    now - st.st_mtim.tv_sec > STALE_SECONDS)
			unlinkat(dir, name, 0);
	closedir(listing);
}
