/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/index/content.h"

#include "backends/error.h"
#include "backends/index/extents.h"
#include "backends/index/member.h"
#include "backends/index/rendered.h"
#include "backends/index/space.h"
#include "backends/index/tables.h"

#include <errno.h>
#include <sys/stat.h>

struct RondContent {
	gatomicrefcount refs;
	RondIndex *index;
	RondStream *source;
	RondStream *data; /* what extents are places in */
	RondBlockCache *cache;
	guint64 data_key, members_key, tables_key;
};

static void free_index(gpointer index)
{
	rond_index_unref(index);
}

/* The decoded side of @packed by the index's map of the whole. */
static RondStream *decode_whole(RondContent *self, RondStream *packed)
{
	RondDecodedConfig config = {
	    .packed = packed,
	    .cache = self->cache,
	    .key = {self->data_key, 0},
	    .owner = self->index,
	    .owner_free = free_index,
	};

	if (!packed || !rond_index_map(self->index, 0, &config.map))
		return NULL;
	rond_index_ref(self->index);
	return rond_decoded_stream_new(&config);
}

static RondStream *open_data(RondContent *self, RondStream *copy)
{
	switch ((RondDataPlace)rond_index_meta(self->index)->place) {
	case ROND_DATA_PLAIN:
		return rond_stream_ref(self->source);
	case ROND_DATA_PACKED:
		return decode_whole(self, self->source);
	case ROND_DATA_COPY:
		return decode_whole(self, copy);
	}
	return NULL;
}

RondContent *rond_content_new(RondStream *source, RondIndex *index,
			      RondStream *copy, RondBlockCache *cache)
{
	RondContent *self = g_new0(RondContent, 1);

	g_atomic_ref_count_init(&self->refs);
	self->index = rond_index_ref(index);
	self->source = rond_stream_ref(source);
	self->cache = rond_block_cache_ref(cache);
	self->data_key = rond_block_cache_new_stream(cache);
	self->members_key = rond_block_cache_new_stream(cache);
	self->tables_key = rond_block_cache_new_stream(cache);
	self->data = open_data(self, copy);
	return self;
}

RondContent *rond_content_ref(RondContent *self)
{
	g_atomic_ref_count_inc(&self->refs);
	return self;
}

void rond_content_unref(RondContent *self)
{
	if (!g_atomic_ref_count_dec(&self->refs))
		return;
	rond_block_cache_drop_stream(self->cache, self->data_key);
	rond_block_cache_drop_stream(self->cache, self->members_key);
	rond_block_cache_drop_stream(self->cache, self->tables_key);
	g_clear_pointer(&self->data, rond_stream_unref);
	rond_stream_unref(self->source);
	rond_block_cache_unref(self->cache);
	rond_index_unref(self->index);
	g_free(self);
}

RondIndex *rond_content_index(RondContent *self)
{
	return self->index;
}

gboolean rond_content_is_shared(RondContent *self)
{
	return !g_atomic_ref_count_compare(&self->refs, 1);
}

static void free_content(gpointer content)
{
	rond_content_unref(content);
}

static RondStream *open_member(RondContent *self, guint32 number,
			       const RondExtent *place, GError **error)
{
	const RondIndexEntry *entry = rond_index_entry(self->index, number);
	RondMember member = {
	    .zip = self->source,
	    .cache = self->cache,
	    .key = {self->members_key, (guint64)number << 32},
	    .local_offset = place->at,
	    .packed_size = place->length,
	    .size = entry->size,
	    .crc32 = &entry->aux,
	    .deflated = !!(entry->flags & ROND_ENTRY_DEFLATED),
	    .owner = rond_content_ref(self),
	    .owner_free = free_content,
	};

	if (rond_index_map(self->index, place->at + 1, &member.map))
		member.mapped = TRUE;
	g_autoptr(RondStream) stream = rond_member_stream_new(&member, error);

	/* Damage may have ended it early: the slice knows what is missing. */
	return stream ? rond_slice_stream_new(stream, 0, entry->size) : NULL;
}

static RondStream *open_extents(RondContent *self, const RondIndexEntry *entry,
				GArray *extents, GError **error)
{
	if (!self->data) {
		rond_fail(error, EIO, "the index doesn't fit its backup");
		return NULL;
	}
	if (extents->len == 1) {
		const RondExtent *only = &g_array_index(extents, RondExtent, 0);

		if (!only->offset && only->length == entry->size)
			return rond_slice_stream_new(self->data, only->at,
						     only->length);
	}
	return rond_extent_stream_new(self->data, extents, entry->size, error);
}

static RondStream *open_pieces(RondContent *self, const RondIndexEntry *entry,
			       RondStream *dump, GError **error)
{
	g_autoptr(GArray) extents =
	    g_array_new(FALSE, FALSE, sizeof(RondExtent));
	g_autoptr(RondStream) space = NULL;

	if (!rond_index_extents(self->index, entry, extents)) {
		rond_fail(error, EIO, "the index has no place for it");
		return NULL;
	}
	space = rond_space_stream_new(dump, self->index, rond_content_ref(self),
				      free_content);
	return rond_extent_stream_new(space, extents, entry->size, error);
}

static RondStream *open_rows(RondContent *self, guint32 number,
			     RondStream *dump, GError **error)
{
	const RondIndexEntry *entry = rond_index_entry(self->index, number);
	const RondRendered config = {
	    .index = self->index,
	    .entry = number,
	    .dump = dump,
	    .cache = self->cache,
	    /* Each format has blocks of its own. */
	    .key = {self->tables_key, (guint64)entry->aux << 56},
	    .owner = rond_content_ref(self),
	    .owner_free = free_content,
	};

	return rond_rendered_stream_new(&config, error);
}

/* A file that a dump was taken apart into. */
static RondStream *open_table(RondContent *self, guint32 number, GError **error)
{
	const RondIndexEntry *entry = rond_index_entry(self->index, number);
	guint32 whole = rond_index_dump_of(self->index, entry);
	const RondIndexEntry *other = rond_index_entry(self->index, whole);
	g_autoptr(RondStream) dump = NULL;

	/* An index that was made to harm would have us go round in circles. */
	if (!other || other->flags & (ROND_ENTRY_TABLE | ROND_ENTRY_HARDLINK)) {
		rond_fail(error, EIO, "the index doesn't know its dump");
		return NULL;
	}
	dump = rond_content_open(self, whole, error);
	if (!dump)
		return NULL;
	return entry->flags & ROND_ENTRY_EXTENTS
		   ? open_pieces(self, entry, dump, error)
		   : open_rows(self, number, dump, error);
}

RondStream *rond_content_open(RondContent *self, guint32 number, GError **error)
{
	guint32 inode = rond_index_inode(self->index, number);
	const RondIndexEntry *entry = rond_index_entry(self->index, inode);
	g_autoptr(GArray) extents = NULL;

	if (entry && entry->flags & ROND_ENTRY_UNREADABLE) {
		rond_fail(error, EACCES,
			  "encrypted, or packed by a method that is not read "
			  "here: extract it with `7z x`");
		return NULL;
	}
	if (entry && entry->flags & ROND_ENTRY_TABLE)
		return open_table(self, inode, error);
	extents = g_array_new(FALSE, FALSE, sizeof(RondExtent));
	if (!entry || !rond_index_extents(self->index, entry, extents)) {
		rond_fail(error, EIO, "the index has no place for it");
		return NULL;
	}
	if (entry->flags & (ROND_ENTRY_DEFLATED | ROND_ENTRY_ZIP_STORED) &&
	    extents->len == 1)
		return open_member(
		    self, inode, &g_array_index(extents, RondExtent, 0), error);
	return open_extents(self, entry, extents, error);
}
