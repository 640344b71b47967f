/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondStore: a place where backups lie. Names and bytes; it knows no dates.
 *
 * list(), watch() and drain() are for one thread at a time each; open(),
 * open_folder() and writing() for any thread.
 */
#pragma once

#include "backends/stream/stream.h"

#include <glib.h>
#include <sys/types.h>

/* What a store says of one file or folder. */
typedef struct {
	char *path; /* below the store, no leading slash, raw bytes */
	gboolean is_dir;
	gboolean is_link; /* the name is a symbolic link to it */
	guint64 size;
	gint64 mtime_ns, ctime_ns; /* nanoseconds since the epoch */
	guint64 dev, ino;	   /* 0, 0 where the store has none */
	mode_t mode;
	guint32 uid, gid;
} RondStoreItem;

RondStoreItem *rond_store_item_copy(const RondStoreItem *self);
void rond_store_item_free(RondStoreItem *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondStoreItem, rond_store_item_free)

typedef enum {
	ROND_WRITING_NO,      /* nobody has it open for writing */
	ROND_WRITING_YES,     /* somebody has */
	ROND_WRITING_UNKNOWN, /* look whether it has changed 2 s later */
} RondWriting;

typedef struct RondStore RondStore;

typedef struct {
	/* The files and folders in @folder ("" is the top), symbolic links
	 * followed, others than files and folders left out; new, elements
	 * RondStoreItem, in byte order of their paths. A folder so listed is
	 * watched from then on. */
	GPtrArray *(*list)(RondStore *self, const char *folder, GError **error);
	/* The file's bytes. */
	RondStream *(*open)(RondStore *self, const char *path, GError **error);
	/* A descriptor (O_PATH) of a folder that is a snapshot itself, for
	 * passing it through ("" is the top); -1 with @error set, ENOTSUP
	 * where the store has none. */
	int (*open_folder)(RondStore *self, const char *path, GError **error);
	/* Whether the file is being written, as far as the store can tell. */
	RondWriting (*writing)(RondStore *self, const RondStoreItem *item);
	/* A descriptor that becomes readable when something in a listed
	 * folder changed; -1 where the store can't tell. Borrowed. */
	int (*watch)(RondStore *self);
	/* Read away what made watch() readable. Never blocks. */
	void (*drain)(RondStore *self);
	void (*free)(RondStore *self);
} RondStoreOps;

struct RondStore {
	const RondStoreOps *ops;
	char *name; /* as the user gave it, for messages */
	/* The folder itself (its path is "") or the single file, as it was
	 * when the store was opened. */
	RondStoreItem *top;
};

/* A folder, or one file, on a file system of this machine. NULL with @error
 * (ENOENT, ENOTDIR, EACCES) when it isn't there. A single file is a store with
 * that one item, which follows the name when the file is replaced. */
RondStore *rond_folder_store_new(const char *path, GError **error);

static inline void rond_store_free(RondStore *self)
{
	self->ops->free(self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondStore, rond_store_free)
