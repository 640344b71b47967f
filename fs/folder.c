/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

typedef struct {
	char *path; /* below the folder; NULL: a free slot */
	/* The file that was there. Another one, which came in its place, is
	 * another node: the kernel's pages are this one's. */
	struct stat st;
	guint64 lookups;
} Node;

struct RondFolder {
	int fd;
	GMutex lock;	     /* of what follows */
	GArray *nodes;	     /* Node; slot 0 is the folder */
	GHashTable *by_path; /* path → slot */
	GArray *free_slots;  /* guint32 */
};

static void clear_node(gpointer node)
{
	g_free(((Node *)node)->path);
}

RondFolder *rond_folder_new(int fd)
{
	RondFolder *self = g_new0(RondFolder, 1);
	Node root = {.path = g_strdup("."), .lookups = 1};

	self->fd = fd;
	g_mutex_init(&self->lock);
	self->nodes = g_array_new(FALSE, TRUE, sizeof(Node));
	g_array_set_clear_func(self->nodes, clear_node);
	g_array_append_val(self->nodes, root);
	self->by_path = g_hash_table_new(g_str_hash, g_str_equal);
	self->free_slots = g_array_new(FALSE, FALSE, sizeof(guint32));
	return self;
}

void rond_folder_free(RondFolder *self)
{
	g_hash_table_unref(self->by_path);
	g_array_unref(self->nodes);
	g_array_unref(self->free_slots);
	g_mutex_clear(&self->lock);
	close(self->fd);
	g_free(self);
}

static Node *node_at(RondFolder *self, guint32 slot)
{
	return &g_array_index(self->nodes, Node, slot);
}

/* The path of a node, new; NULL: it is not known. */
static char *path_of(RondFolder *self, guint32 slot)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);

	return slot < self->nodes->len ? g_strdup(node_at(self, slot)->path)
				       : NULL;
}

static gboolean is_same(const Node *node, const struct stat *st)
{
	if (node->st.st_dev != st->st_dev || node->st.st_ino != st->st_ino)
		return FALSE;
	/* A link can't be changed, but its number may be used again. */
	return !S_ISLNK(st->st_mode) ||
	       (node->st.st_ctim.tv_sec == st->st_ctim.tv_sec &&
		node->st.st_ctim.tv_nsec == st->st_ctim.tv_nsec);
}

/* Whether @st is what the node was looked up as. */
static gboolean is_node(RondFolder *self, guint32 slot, const struct stat *st)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);

	return slot == ROND_FOLDER_ROOT ||
	       (slot < self->nodes->len && is_same(node_at(self, slot), st));
}

/* With the lock. */
static guint32 new_slot(RondFolder *self)
{
	if (self->free_slots->len) {
		guint last = self->free_slots->len - 1;
		guint32 slot = g_array_index(self->free_slots, guint32, last);

		g_array_set_size(self->free_slots, last);
		return slot;
	}
	g_array_set_size(self->nodes, self->nodes->len + 1);
	return self->nodes->len - 1;
}

/* What the node was when it was looked up last. */
static void last_stat(RondFolder *self, guint32 slot, struct stat *st)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);

	*st = node_at(self, slot)->st;
}

static guint32 remember(RondFolder *self, const char *path,
			const struct stat *st)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);
	guint32 slot =
	    GPOINTER_TO_UINT(g_hash_table_lookup(self->by_path, path));

	if (!slot || !is_same(node_at(self, slot), st)) {
		slot = new_slot(self);
		*node_at(self, slot) =
		    (Node){.path = g_strdup(path), .st = *st};
		g_hash_table_replace(self->by_path, node_at(self, slot)->path,
				     GUINT_TO_POINTER(slot));
	}
	node_at(self, slot)->st = *st;
	node_at(self, slot)->lookups++;
	return slot;
}

void rond_folder_forget(RondFolder *self, guint32 slot, guint64 n)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);

	if (slot == ROND_FOLDER_ROOT || slot >= self->nodes->len)
		return;
	Node *node = node_at(self, slot);

	node->lookups -= MIN(n, node->lookups);
	if (node->lookups || !node->path)
		return;
	if (GPOINTER_TO_UINT(g_hash_table_lookup(self->by_path, node->path)) ==
	    slot)
		g_hash_table_remove(self->by_path, node->path);
	g_clear_pointer(&node->path, g_free);
	g_array_append_val(self->free_slots, slot);
}

/* Beneath the folder, and through no link: openat2(2). -1 with errno. */
static int open_beneath(RondFolder *self, const char *path, int flags)
{
	struct open_how how = {
	    .flags = (guint64)flags | O_CLOEXEC | O_NOFOLLOW,
	    .resolve =
		RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
	};
	int fd;

	do
		fd =
		    (int)syscall(SYS_openat2, self->fd, path, &how, sizeof how);
	while (fd < 0 && errno == EAGAIN);
	return fd;
}

static int open_node(RondFolder *self, guint32 slot, int flags, int *fd)
{
	g_autofree char *path = path_of(self, slot);
	struct stat st;

	if (!path)
		return ESTALE;
	*fd = open_beneath(self, path, flags);
	if (*fd < 0)
		return errno;
	if (!fstat(*fd, &st) && is_node(self, slot, &st))
		return 0;
	close(*fd);
	return ESTALE;
}

/* The path itself may be a link, which O_PATH opens; what leads to it not. */
static int stat_path(RondFolder *self, const char *path, struct stat *st)
{
	int fd = open_beneath(self, path, O_PATH);
	int err = 0;

	if (fd < 0)
		return errno;
	if (fstat(fd, st))
		err = errno;
	close(fd);
	return err;
}

int rond_folder_lookup(RondFolder *self, guint32 dir, const char *name,
		       guint32 *node, struct stat *st)
{
	g_autofree char *above = path_of(self, dir);
	g_autofree char *path = NULL;

	if (!above)
		return ESTALE;
	path = strcmp(above, ".") ? g_strconcat(above, "/", name, NULL)
				  : g_strdup(name);
	int err = stat_path(self, path, st);

	if (!err)
		*node = remember(self, path, st);
	return err;
}

int rond_folder_stat(RondFolder *self, guint32 node, struct stat *st)
{
	g_autofree char *path = path_of(self, node);
	int err = path ? stat_path(self, path, st) : ESTALE;

	/* Who has the other one open still wants to know how large it is. */
	if (!err && !is_node(self, node, st))
		last_stat(self, node, st);
	return err;
}

int rond_folder_readlink(RondFolder *self, guint32 node, char **target)
{
	char buf[PATH_MAX + 1];
	int fd, err = open_node(self, node, O_PATH, &fd);

	if (err)
		return err;
	ssize_t n = readlinkat(fd, "", buf, sizeof buf - 1);

	err = n < 0 ? errno : 0;
	close(fd);
	if (!err)
		*target = g_strndup(buf, (gsize)n);
	return err;
}

int rond_folder_open(RondFolder *self, guint32 node, int *fd)
{
	struct stat st;
	/* A fifo must not hold us: it is no file to read. */
	int err = open_node(self, node, O_RDONLY | O_NONBLOCK, fd);

	if (err)
		return err;
	if (!fstat(*fd, &st) && S_ISREG(st.st_mode))
		return 0;
	close(*fd);
	return EIO;
}

int rond_folder_open_dir(RondFolder *self, guint32 node, int *fd)
{
	return open_node(self, node, O_RDONLY | O_DIRECTORY, fd);
}

guint rond_folder_depth(RondFolder *self, guint32 node)
{
	g_autofree char *path = path_of(self, node);
	guint depth = 0;

	for (const char *at = path ? path : ""; *at; at++)
		depth += *at == '/';
	return depth;
}

/* An O_PATH descriptor takes no xattr calls, its name in /proc does. */
gssize rond_folder_getxattr(RondFolder *self, guint32 node, const char *name,
			    void *value, gsize size)
{
	char proc[64];
	int fd = -1;

	errno = open_node(self, node, O_PATH, &fd);
	if (errno)
		return -1;
	g_snprintf(proc, sizeof proc, "/proc/self/fd/%d", fd);
	gssize n = getxattr(proc, name, value, size);
	int err = errno;

	close(fd);
	errno = err;
	return n;
}

gssize rond_folder_listxattr(RondFolder *self, guint32 node, char *list,
			     gsize size)
{
	char proc[64];
	int fd = -1;

	errno = open_node(self, node, O_PATH, &fd);
	if (errno)
		return -1;
	g_snprintf(proc, sizeof proc, "/proc/self/fd/%d", fd);
	gssize n = listxattr(proc, list, size);
	int err = errno;

	close(fd);
	errno = err;
	return n;
}
