/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/open-files.h"

typedef struct {
	guint64 node;
	RondFile *file;
	gint64 used; /* monotonic, microseconds */
	GList link;  /* in the order of use, the latest first */
} OpenFile;

struct RondOpenFiles {
	guint limit;
	GMutex lock;	     /* of what follows */
	GHashTable *by_node; /* &OpenFile.node → OpenFile; owns them */
	GQueue order;
};

static void open_file_free(gpointer data)
{
	OpenFile *self = data;

	rond_file_unref(self->file);
	g_free(self);
}

RondOpenFiles *rond_open_files_new(guint limit)
{
	RondOpenFiles *self = g_new0(RondOpenFiles, 1);

	self->limit = limit;
	g_mutex_init(&self->lock);
	self->by_node = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL,
					      open_file_free);
	g_queue_init(&self->order);
	return self;
}

void rond_open_files_free(RondOpenFiles *self)
{
	g_hash_table_unref(self->by_node);
	g_mutex_clear(&self->lock);
	g_free(self);
}

/* With the lock. */
static void use(RondOpenFiles *self, OpenFile *file)
{
	file->used = g_get_monotonic_time();
	g_queue_push_head_link(&self->order, &file->link);
}

static void drop(RondOpenFiles *self, OpenFile *file)
{
	g_queue_unlink(&self->order, &file->link);
	g_hash_table_remove(self->by_node, &file->node);
}

RondFile *rond_open_files_get(RondOpenFiles *self, guint64 node)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);
	OpenFile *file = g_hash_table_lookup(self->by_node, &node);

	if (!file)
		return NULL;
	g_queue_unlink(&self->order, &file->link);
	use(self, file);
	return rond_file_ref(file->file);
}

void rond_open_files_put(RondOpenFiles *self, guint64 node, RondFile *opened)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);
	OpenFile *file = g_hash_table_lookup(self->by_node, &node);

	/* Another thread was faster: its file is as good. */
	if (file)
		return;
	file = g_new0(OpenFile, 1);
	file->node = node;
	file->file = rond_file_ref(opened);
	file->link.data = file;
	g_hash_table_insert(self->by_node, &file->node, file);
	use(self, file);
	if (self->order.length > self->limit)
		drop(self, g_queue_peek_tail(&self->order));
}

void rond_open_files_drop(RondOpenFiles *self, guint64 node)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);
	OpenFile *file = g_hash_table_lookup(self->by_node, &node);

	if (file)
		drop(self, file);
}

void rond_open_files_prune(RondOpenFiles *self, gint64 idle_us)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);
	gint64 until = g_get_monotonic_time() - idle_us;
	OpenFile *oldest;

	while ((oldest = g_queue_peek_tail(&self->order)) &&
	       oldest->used <= until)
		drop(self, oldest);
}
