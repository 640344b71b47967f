/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/server-passthrough.h"

/* What is behind a node as long as somebody has it open. */
typedef struct {
	fuse_ino_t node;
	int id; /* the kernel's; 0: it reads by asking us */
	guint opens;
} Backing;

struct RondPassthrough {
	gboolean wanted;     /* set before the first request */
	GMutex lock;	     /* of what follows */
	GHashTable *by_node; /* &Backing.node → Backing */
};

RondPassthrough *rond_passthrough_new(void)
{
	RondPassthrough *self = g_new0(RondPassthrough, 1);

	g_mutex_init(&self->lock);
	self->by_node =
	    g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free);
	return self;
}

void rond_passthrough_free(RondPassthrough *self)
{
	g_hash_table_unref(self->by_node);
	g_mutex_clear(&self->lock);
	g_free(self);
}

void rond_passthrough_init(RondPassthrough *self, struct fuse_conn_info *conn)
{
	self->wanted = fuse_set_feature_flag(conn, FUSE_CAP_PASSTHROUGH);
	/* Backups may lie on an overlay. */
	if (self->wanted)
		conn->max_backing_stack_depth = FUSE_BACKING_STACKED_OVER;
}

static Backing *backing_new(RondPassthrough *self, fuse_req_t req,
			    fuse_ino_t node, int fd)
{
	Backing *backing = g_new0(Backing, 1);

	backing->node = node;
	backing->id = MAX(fuse_passthrough_open(req, fd), 0);
	g_hash_table_insert(self->by_node, &backing->node, backing);
	return backing;
}

void rond_passthrough_open(RondPassthrough *self, fuse_req_t req,
			   fuse_ino_t ino, RondFile *file,
			   struct fuse_file_info *fi)
{
	const guint64 node = ino;
	int fd = rond_file_fd(file);
	g_autoptr(GMutexLocker) locker = NULL;
	Backing *backing;

	if (!self->wanted || fd < 0)
		return;
	locker = g_mutex_locker_new(&self->lock);
	backing = g_hash_table_lookup(self->by_node, &node);
	if (!backing)
		backing = backing_new(self, req, ino, fd);
	backing->opens++;
	fi->backing_id = backing->id;
	/* The kernel keeps the pages of the file behind it. */
	if (backing->id)
		fi->keep_cache = FALSE;
}

void rond_passthrough_release(RondPassthrough *self, fuse_req_t req,
			      fuse_ino_t ino, const RondFile *file)
{
	const guint64 node = ino;
	g_autoptr(GMutexLocker) locker = NULL;
	Backing *backing;

	if (!self->wanted || rond_file_fd(file) < 0)
		return;
	locker = g_mutex_locker_new(&self->lock);
	backing = g_hash_table_lookup(self->by_node, &node);
	if (!backing || --backing->opens)
		return;
	if (backing->id)
		fuse_passthrough_close(req, backing->id);
	g_hash_table_remove(self->by_node, &node);
}
