/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/store/store.h"

#include "backends/error.h"
#include "backends/store/watch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* More names than that in one folder is no folder of backups. */
#define MAX_ITEMS 1000000

typedef struct {
	RondStore base;
	int dir_fd;   /* the folder, or that of the single file */
	char *single; /* the name of the single file, or NULL */
	RondWatch *watch;
} FolderStore;

static gint64 nanoseconds(const struct timespec *ts)
{
	/* A time that 64 bits of nanoseconds can't hold is a forged one. */
	gint64 sec = CLAMP((gint64)ts->tv_sec, -9000000000, 9000000000);

	return sec * 1000000000 + ts->tv_nsec;
}

static RondStoreItem *item_new(const char *path, const struct stat *st)
{
	RondStoreItem *item = g_new0(RondStoreItem, 1);

	item->path = g_strdup(path);
	item->is_dir = S_ISDIR(st->st_mode);
	item->size = (guint64)st->st_size;
	item->mtime_ns = nanoseconds(&st->st_mtim);
	item->ctime_ns = nanoseconds(&st->st_ctim);
	item->dev = st->st_dev;
	item->ino = st->st_ino;
	item->mode = st->st_mode;
	item->uid = st->st_uid;
	item->gid = st->st_gid;
	return item;
}

/* NULL: gone, a link to nowhere or in a circle, neither file nor folder. */
static RondStoreItem *item_at(int dir_fd, const char *name, const char *path)
{
	RondStoreItem *item;
	struct stat st, link;

	if (fstatat(dir_fd, name, &link, AT_SYMLINK_NOFOLLOW) < 0)
		return NULL;
	st = link;
	if (S_ISLNK(link.st_mode) && fstatat(dir_fd, name, &st, 0) < 0)
		return NULL;
	if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
		return NULL;
	item = item_new(path, &st);
	item->is_link = S_ISLNK(link.st_mode);
	return item;
}

static int compare_items(gconstpointer a, gconstpointer b)
{
	const RondStoreItem *x = *(RondStoreItem *const *)a;
	const RondStoreItem *y = *(RondStoreItem *const *)b;

	return strcmp(x->path, y->path);
}

static gboolean add_name(GPtrArray *items, DIR *dir, const char *folder,
			 const char *name)
{
	g_autofree char *path = NULL;
	RondStoreItem *item;

	if (!strcmp(name, ".") || !strcmp(name, ".."))
		return TRUE;
	path = *folder ? g_strconcat(folder, "/", name, NULL) : g_strdup(name);
	item = item_at(dirfd(dir), name, path);
	if (item)
		g_ptr_array_add(items, item);
	return items->len <= MAX_ITEMS;
}

static GPtrArray *read_folder(DIR *dir, const char *folder, GError **error)
{
	g_autoptr(GPtrArray) items = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)rond_store_item_free);
	struct dirent *entry;

	while (errno = 0, (entry = readdir(dir))) {
		if (add_name(items, dir, folder, entry->d_name))
			continue;
		rond_fail(error, E2BIG, "more than %d names in one folder",
			  MAX_ITEMS);
		return NULL;
	}
	if (errno) {
		rond_fail(error, errno, "%s", g_strerror(errno));
		return NULL;
	}
	g_ptr_array_sort(items, compare_items);
	return g_steal_pointer(&items);
}

static GPtrArray *list_single(FolderStore *self)
{
	GPtrArray *items = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)rond_store_item_free);
	RondStoreItem *item = item_at(self->dir_fd, self->single, self->single);
	int fd = openat(self->dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (item)
		g_ptr_array_add(items, item);
	/* The folder, because the file's own watch would end when another
	 * takes its place. */
	if (fd >= 0) {
		rond_watch_add(self->watch, fd);
		close(fd);
	}
	return items;
}

static GPtrArray *folder_list(RondStore *store, const char *folder,
			      GError **error)
{
	FolderStore *self = (FolderStore *)store;
	GPtrArray *items;
	DIR *dir;
	int fd;

	if (self->single)
		return list_single(self);
	fd = openat(self->dir_fd, *folder ? folder : ".",
		    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) {
		rond_fail(error, errno, "%s", g_strerror(errno));
		return NULL;
	}
	/* Before it is read: what comes in between is then told of. */
	rond_watch_add(self->watch, fd);
	dir = fdopendir(fd);
	if (!dir) {
		rond_fail(error, errno, "%s", g_strerror(errno));
		close(fd);
		return NULL;
	}
	items = read_folder(dir, folder, error);
	closedir(dir);
	return items;
}

/* O_NONBLOCK, because what was a file a moment ago may be a FIFO now. */
static int open_file(FolderStore *self, const char *path, GError **error)
{
	int fd = openat(self->dir_fd, path,
			O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;

	if (fd < 0) {
		rond_fail(error, errno, "%s", g_strerror(errno));
		return -1;
	}
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		rond_fail(error, EINVAL, "not a regular file");
		close(fd);
		return -1;
	}
	return fd;
}

static RondStream *folder_open(RondStore *store, const char *path,
			       GError **error)
{
	int fd = open_file((FolderStore *)store, path, error);

	return fd < 0 ? NULL : rond_file_stream_new(fd, error);
}

static int folder_open_folder(RondStore *store, const char *path,
			      GError **error)
{
	FolderStore *self = (FolderStore *)store;
	int fd = openat(self->dir_fd, *path ? path : ".",
			O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		rond_fail(error, errno, "%s", g_strerror(errno));
	return fd;
}

/* A read lease is granted only while nobody has the file open for writing
 * (fcntl(2), F_SETLEASE); asking for one needs the file's owner or root. Who
 * opens it for writing just then waits until it is given back, and we are sent
 * a signal: not SIGIO, which would end the process, but one that is ignored.
 */
static RondWriting folder_writing(RondStore *store, const RondStoreItem *item)
{
	int fd = open_file((FolderStore *)store, item->path, NULL);
	RondWriting writing = ROND_WRITING_UNKNOWN;

	if (fd < 0)
		return ROND_WRITING_UNKNOWN;
	if (fcntl(fd, F_SETSIG, SIGURG) == 0) {
		if (fcntl(fd, F_SETLEASE, F_RDLCK) == 0) {
			fcntl(fd, F_SETLEASE, F_UNLCK);
			writing = ROND_WRITING_NO;
		} else if (errno == EAGAIN) {
			writing = ROND_WRITING_YES;
		}
	}
	close(fd);
	return writing;
}

static int folder_watch(RondStore *store)
{
	return rond_watch_fd(((FolderStore *)store)->watch);
}

static void folder_drain(RondStore *store)
{
	rond_watch_drain(((FolderStore *)store)->watch);
}

static void folder_free(RondStore *store)
{
	FolderStore *self = (FolderStore *)store;

	if (self->dir_fd >= 0)
		close(self->dir_fd);
	rond_watch_free(self->watch);
	g_free(self->single);
	rond_store_item_free(self->base.top);
	g_free(self->base.name);
	g_free(self);
}

static const RondStoreOps folder_ops = {
    .list = folder_list,
    .open = folder_open,
    .open_folder = folder_open_folder,
    .writing = folder_writing,
    .watch = folder_watch,
    .drain = folder_drain,
    .free = folder_free,
};

RondStore *rond_folder_store_new(const char *path, GError **error)
{
	g_autofree char *folder = NULL;
	g_autofree char *single = NULL;
	FolderStore *self;
	struct stat st;
	int fd;

	if (stat(path, &st) < 0) {
		rond_fail(error, errno, "%s", g_strerror(errno));
		return NULL;
	}
	if (S_ISREG(st.st_mode)) {
		folder = g_path_get_dirname(path);
		single = g_path_get_basename(path);
	}
	fd = open(single ? folder : path,
		  (single ? O_PATH : O_RDONLY) | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) {
		rond_fail(error, errno, "%s", g_strerror(errno));
		return NULL;
	}
	self = g_new0(FolderStore, 1);
	self->base.ops = &folder_ops;
	self->base.name = g_strdup(path);
	self->base.top = item_new(single ? single : "", &st);
	self->dir_fd = fd;
	self->single = g_steal_pointer(&single);
	self->watch = rond_watch_new();
	return &self->base;
}
