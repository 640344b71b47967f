/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/scan-probe.h"

#include "backends/error.h"

#include <errno.h>
#include <string.h>

#define FRESH_NS (60 * G_GINT64_CONSTANT(1000000000))
#define SETTLE_US (2 * G_GINT64_CONSTANT(1000000))

/* What is known of one path of one store. */
typedef struct {
	guint round; /* the last one that asked for it */
	/* What it was like then. */
	char *path;
	guint64 dev, ino, size;
	gint64 mtime_ns, ctime_ns;
	gint64 since_us; /* monotonic: like that since */
	gboolean settled;
	RondFolderKind folder_kind;
	gboolean is_known;
	RondDetected detected;
} Memory;

struct RondProbe {
	gboolean all_formats;
	guint round;
	GHashTable *memories; /* store and path → Memory */
};

static void memory_free(gpointer data)
{
	Memory *self = data;

	g_free(self->detected.why);
	g_free(self->path);
	g_free(self);
}

RondProbe *rond_probe_new(gboolean all_formats)
{
	RondProbe *self = g_new0(RondProbe, 1);

	self->all_formats = all_formats;
	self->memories =
	    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, memory_free);
	return self;
}

void rond_probe_free(RondProbe *self)
{
	g_hash_table_unref(self->memories);
	g_free(self);
}

void rond_probe_end_round(RondProbe *self)
{
	GHashTableIter iter;
	gpointer memory;

	g_hash_table_iter_init(&iter, self->memories);
	while (g_hash_table_iter_next(&iter, NULL, &memory))
		if (((Memory *)memory)->round != self->round)
			g_hash_table_iter_remove(&iter);
	self->round++;
}

static gboolean is_like(const Memory *memory, const RondStoreItem *item)
{
	return memory->dev == item->dev && memory->ino == item->ino &&
	       memory->size == item->size &&
	       !g_strcmp0(memory->path, item->path) &&
	       memory->mtime_ns == item->mtime_ns &&
	       memory->ctime_ns == item->ctime_ns;
}

/* Its content is what it was: of a file whose mode or links alone changed, of a
 * folder that was renamed, and of one that something was put into. */
static gboolean is_same_content(const Memory *memory, const RondStoreItem *item)
{
	if (memory->dev != item->dev || memory->ino != item->ino)
		return FALSE;
	if (memory->mtime_ns == item->mtime_ns)
		return item->is_dir || memory->size == item->size;
	return item->is_dir && !g_strcmp0(memory->path, item->path);
}

/* @item is not what is remembered: what does not hold any more is forgotten. */
static void forget(Memory *memory, const RondStoreItem *item)
{
	if (!is_same_content(memory, item)) {
		memory->settled = FALSE;
		memory->folder_kind = ROND_FOLDER_UNKNOWN;
	}
	memory->is_known = FALSE;
	g_clear_pointer(&memory->detected.why, g_free);
	g_free(memory->path);
	memory->path = g_strdup(item->path);
	memory->dev = item->dev;
	memory->ino = item->ino;
	memory->size = item->size;
	memory->mtime_ns = item->mtime_ns;
	memory->ctime_ns = item->ctime_ns;
	memory->since_us = g_get_monotonic_time();
}

/* A file is remembered by its path, a folder by its inode where it has one:
 * rsnapshot renames its folders, and they must not seem new then. */
static char *memory_key(RondStore *store, const RondStoreItem *item)
{
	if (item->is_dir && item->ino)
		return g_strdup_printf("%p/%" G_GUINT64_FORMAT
				       ":%" G_GUINT64_FORMAT,
				       (void *)store, item->dev, item->ino);
	return g_strdup_printf("%p:%s", (void *)store, item->path);
}

static Memory *remember(RondProbe *self, RondStore *store,
			const RondStoreItem *item)
{
	g_autofree char *key = memory_key(store, item);
	Memory *memory = g_hash_table_lookup(self->memories, key);

	if (!memory) {
		memory = g_new0(Memory, 1);
		forget(memory, item);
		g_hash_table_insert(self->memories, g_steal_pointer(&key),
				    memory);
	} else if (!is_like(memory, item)) {
		forget(memory, item);
	}
	memory->round = self->round;
	return memory;
}

static gboolean is_fresh(const RondStoreItem *item)
{
	gint64 now_ns = g_get_real_time() * 1000;

	return item->ctime_ns > now_ns - FRESH_NS &&
	       item->ctime_ns < now_ns + FRESH_NS;
}

static gboolean is_unchanged_for_long(const Memory *memory)
{
	return g_get_monotonic_time() - memory->since_us >= SETTLE_US;
}

/* What can't be opened need not be waited for: it is refused at once. */
static gboolean can_open(RondStore *store, const RondStoreItem *item)
{
	g_autoptr(RondStream) stream =
	    store->ops->open(store, item->path, NULL);

	return stream != NULL;
}

static gboolean is_settled(Memory *memory, RondStore *store,
			   const RondStoreItem *item)
{
	if (memory->settled || !is_fresh(item))
		return TRUE;
	switch (store->ops->writing(store, item)) {
	case ROND_WRITING_NO:
		return TRUE;
	case ROND_WRITING_YES:
		/* It may pause for longer than we wait otherwise. */
		return FALSE;
	case ROND_WRITING_UNKNOWN:
		break;
	}
	return is_unchanged_for_long(memory) || !can_open(store, item);
}

static gboolean refuse(Memory *memory, const char *why)
{
	memory->detected = (RondDetected){.why = g_strdup(why)};
	return TRUE;
}

/* Look into the file. FALSE: it is gone. */
static gboolean detect(RondProbe *self, RondStore *store,
		       const RondStoreItem *item, Memory *memory)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *name = g_path_get_basename(item->path);
	g_autoptr(RondStream) stream =
	    store->ops->open(store, item->path, &error);

	if (stream && rond_detect(stream, name, self->all_formats,
				  &memory->detected, &error)) {
		memory->is_known = TRUE;
		return TRUE;
	}
	if (g_error_matches(error, ROND_ERROR, ENOENT))
		return FALSE;
	/* What failed is tried again the next time, unless it surely fails. */
	memory->is_known = g_error_matches(error, ROND_ERROR, EACCES);
	return refuse(memory, memory->is_known
				  ? "Permission denied: mount as a user who "
				    "may read it"
				  : error->message);
}

RondProbed rond_probe_file(RondProbe *self, RondStore *store,
			   const RondStoreItem *item, RondDetected *detected)
{
	Memory *memory = remember(self, store, item);

	*detected = (RondDetected){0};
	if (!is_settled(memory, store, item))
		return ROND_PROBED_PENDING;
	memory->settled = TRUE;
	if (!memory->is_known) {
		g_clear_pointer(&memory->detected.why, g_free);
		if (!detect(self, store, item, memory))
			return ROND_PROBED_GONE;
	}
	*detected = memory->detected;
	detected->why = g_strdup(memory->detected.why);
	return detected->kind == ROND_KIND_NONE ? ROND_PROBED_NONE
						: ROND_PROBED_BACKUP;
}

gboolean rond_probe_folder(RondProbe *self, RondStore *store,
			   const RondStoreItem *item)
{
	Memory *memory = remember(self, store, item);

	/* What is there at the beginning is taken as it is. */
	if (self->round == 0 || !is_fresh(item) ||
	    is_unchanged_for_long(memory))
		memory->settled = TRUE;
	return memory->settled;
}

RondFolderKind rond_probe_folder_kind(RondProbe *self, RondStore *store,
				      const RondStoreItem *item)
{
	return remember(self, store, item)->folder_kind;
}

void rond_probe_set_folder_kind(RondProbe *self, RondStore *store,
				const RondStoreItem *item, RondFolderKind kind)
{
	remember(self, store, item)->folder_kind = kind;
}
