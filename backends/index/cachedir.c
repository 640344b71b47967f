/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/index/cachedir.h"

#include "backends/error.h"
#include "backends/index/evict.h"
#include "backends/index/ways.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define MAX_DEFAULT_LIMIT (G_GUINT64_CONSTANT(20) << 30)

/* Const once made: what changes is the folder, and the file system's rename
 * and unlink are all the locking that needs. */
struct RondCacheDir {
	char *path;
	int fd; /* of the folder; -1: none */
	gboolean writable;
	guint64 limit;
};

static char *default_path(void)
{
	/* Not by $XDG_CACHE_HOME, which sudo may leave pointing into the home
	 * of a user: root's files would be there, below a folder of theirs. */
	if (geteuid() == 0)
		return g_strdup("/var/cache/rondfs");
	return g_build_filename(g_get_user_cache_dir(), "rondfs", NULL);
}

/* Nobody else may be able to put an index there. */
static gboolean is_private(int fd, GError **error)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return rond_fail_errno(error, errno, "can't examine it");
	if (st.st_uid != geteuid())
		return rond_fail(error, EPERM, "it belongs to another user");
	if (st.st_mode & (S_IWGRP | S_IWOTH))
		return rond_fail(error, EPERM, "others may write to it");
	return TRUE;
}

static int open_folder(const char *path, GError **error)
{
	int fd;

	if (g_mkdir_with_parents(path, 0700) < 0) {
		rond_fail_errno(error, errno, "can't make it");
		return -1;
	}
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) {
		rond_fail_errno(error, errno, "can't open it");
		return -1;
	}
	if (!is_private(fd, error)) {
		close(fd);
		return -1;
	}
	return fd;
}

static guint64 default_limit(int fd)
{
	struct statvfs disk;

	if (fstatvfs(fd, &disk) < 0)
		return MAX_DEFAULT_LIMIT;
	return MIN((guint64)disk.f_blocks * disk.f_frsize / 10,
		   MAX_DEFAULT_LIMIT);
}

/* A folder that can be read only is still good for what is in it. */
static gboolean is_writable(int fd, GError **error)
{
	if (faccessat(fd, ".", W_OK | X_OK, AT_EACCESS) < 0)
		return rond_fail_errno(error, errno, "can't write to it");
	return TRUE;
}

RondCacheDir *rond_cache_dir_new(const char *path, guint64 limit,
				 char **warning)
{
	RondCacheDir *self = g_new0(RondCacheDir, 1);
	g_autoptr(GError) error = NULL;

	self->path = path ? g_strdup(path) : default_path();
	self->fd = open_folder(self->path, &error);
	self->writable = self->fd >= 0 && is_writable(self->fd, &error);
	self->limit = limit;
	if (!limit && self->fd >= 0)
		self->limit = default_limit(self->fd);
	if (self->writable)
		rond_evict_stale(self->fd);
	*warning = NULL;
	if (error)
		*warning = g_strdup_printf(
		    "the cache folder %s can't be used: %s; backups will be "
		    "indexed again at each mount; give another one with "
		    "--cache-dir",
		    self->path, error->message);
	return self;
}

void rond_cache_dir_free(RondCacheDir *self)
{
	if (self->fd >= 0)
		close(self->fd);
	g_free(self->path);
	g_free(self);
}

const char *rond_cache_dir_path(const RondCacheDir *self)
{
	return self->writable ? self->path : NULL;
}

guint64 rond_cache_dir_limit(const RondCacheDir *self)
{
	return self->limit;
}

guint64 rond_cache_dir_bytes(const RondCacheDir *self)
{
	return self->fd < 0 ? 0 : rond_evict_bytes(self->fd);
}

/* Whether @st, of now, is known to stand for the content of @source. */
static gboolean examine(RondStream *source, gint64 mtime_ns, struct stat *st)
{
	const gint64 nsec = G_GINT64_CONSTANT(1000000000);
	gint64 now = g_get_real_time() * 1000;
	int fd = rond_stream_fd(source);

	return fd >= 0 && !fstat(fd, st) && rond_way_is_sure(fd, st, now) &&
	       st->st_mtim.tv_sec * nsec + st->st_mtim.tv_nsec == mtime_ns;
}

char *rond_cache_dir_key(RondCacheDir *self, RondStream *source,
			 gint64 mtime_ns, GError **error)
{
	struct stat st;
	gboolean sure = self->fd >= 0 && examine(source, mtime_ns, &st);
	char *key = sure ? rond_ways_find(self->fd, &st) : NULL;

	if (key)
		return key;
	key = rond_cache_key(source, mtime_ns, error);
	if (key && sure && self->writable)
		rond_ways_keep(self->fd, &st, key);
	return key;
}

static char *file_name(const char *key, const char *suffix)
{
	char *name = g_strconcat(key, ".", suffix, NULL);

	g_assert(rond_evict_is_ours(name));
	return name;
}

int rond_cache_dir_open(RondCacheDir *self, const char *key, const char *suffix)
{
	g_autofree char *name = file_name(key, suffix);
	/* The mtime stays: readers tell by it that a file is unchanged. */
	const struct timespec used[] = {{.tv_nsec = UTIME_NOW},
					{.tv_nsec = UTIME_OMIT}};
	struct stat st;
	int fd;

	if (self->fd < 0)
		return -1;
	fd = openat(self->fd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -1;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return -1;
	}
	/* Failing, on a read-only disk, is fine: nothing is evicted there. */
	(void)futimens(fd, used);
	return fd;
}

static gboolean no_room(const RondCacheDir *self, guint64 wanted, guint64 there,
			const char *hint, GError **error)
{
	g_autofree char *wanted_text = g_format_size(wanted);
	g_autofree char *there_text = g_format_size(there);

	return rond_fail(error, ENOSPC,
			 "no room in the cache folder %s: %s are needed, "
			 "there are %s; %s",
			 self->path, wanted_text, there_text, hint);
}

static guint64 free_space(int fd)
{
	struct statvfs disk;

	if (fstatvfs(fd, &disk) < 0)
		return 0;
	return (guint64)disk.f_bavail * disk.f_frsize;
}

/* Make sure that @bytes can be written, and a bit more, since other programs
 * write too. What was cached longest ago gives way. */
static gboolean make_room(RondCacheDir *self, guint64 bytes, GError **error)
{
	guint64 wanted = bytes + MIN(bytes / 20, G_MAXUINT64 - bytes);
	guint64 there, held;

	if (bytes > self->limit)
		return no_room(self, bytes, self->limit, "raise --cache-size",
			       error);
	there = free_space(self->fd);
	if (wanted <= there)
		return TRUE;
	held = rond_evict_bytes(self->fd);
	if (wanted - there <= held)
		rond_evict(self->fd, held - (wanted - there), NULL);
	there = free_space(self->fd);
	if (wanted <= there)
		return TRUE;
	return no_room(self, wanted, there,
		       "free some, or give another folder with --cache-dir",
		       error);
}

/* Files that nobody can see vanish with their last descriptor, so a crash
 * leaves nothing; where the file system has none, a hidden name does. */
static int open_nameless(RondCacheDir *self, GError **error)
{
	g_autofree char *name = NULL;
	int fd = openat(self->fd, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd >= 0)
		return fd;
	name = rond_evict_hidden_name();
	fd =
	    openat(self->fd, name, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0)
		rond_fail_errno(error, errno,
				"can't make a file in the cache folder %s",
				self->path);
	return fd;
}

static int create_on_disk(RondCacheDir *self, guint64 bytes, GError **error)
{
	if (!self->writable) {
		g_autofree char *text = g_format_size(bytes);

		rond_fail(error, ENOSPC,
			  "%s are needed and the cache folder %s can't be "
			  "used; give another one with --cache-dir",
			  text, self->path);
		return -1;
	}
	if (!make_room(self, bytes, error))
		return -1;
	return open_nameless(self, error);
}

int rond_cache_dir_create_in_memory(GError **error)
{
	int fd = memfd_create("rondfs-cache", MFD_CLOEXEC);

	if (fd < 0)
		rond_fail_errno(error, errno, "can't make a file in memory");
	return fd;
}

int rond_cache_dir_create(RondCacheDir *self, guint64 bytes, gboolean in_memory,
			  GError **error)
{
	int fd = create_on_disk(self, bytes, in_memory ? NULL : error);

	if (fd >= 0 || !in_memory)
		return fd;
	return rond_cache_dir_create_in_memory(error);
}

/* The hidden name of @fd in our folder: the one that it has, or a new link to
 * it. NULL: it has no place there (it lives in memory). */
static char *hidden_name(RondCacheDir *self, int fd)
{
	g_autofree char *proc = g_strdup_printf("/proc/self/fd/%d", fd);
	g_autofree char *name = NULL;
	struct stat st;

	if (fstat(fd, &st) < 0)
		return NULL;
	if (st.st_nlink) {
		g_autofree char *path = g_file_read_link(proc, NULL);

		return path ? g_path_get_basename(path) : NULL;
	}
	name = rond_evict_hidden_name();
	if (linkat(AT_FDCWD, proc, self->fd, name, AT_SYMLINK_FOLLOW) < 0)
		return NULL;
	return g_steal_pointer(&name);
}

void rond_cache_dir_commit(RondCacheDir *self, int fd, const char *key,
			   const char *suffix)
{
	g_autofree char *name = file_name(key, suffix);
	g_autofree char *hidden = NULL;

	if (!self->writable)
		return;
	hidden = hidden_name(self, fd);
	if (!hidden)
		return;
	if (renameat(self->fd, hidden, self->fd, name) < 0) {
		unlinkat(self->fd, hidden, 0);
		return;
	}
	rond_evict(self->fd, self->limit, name);
}

void rond_cache_dir_discard(RondCacheDir *self, const char *key,
			    const char *suffix)
{
	g_autofree char *name = file_name(key, suffix);

	if (self->fd >= 0)
		unlinkat(self->fd, name, 0);
}
