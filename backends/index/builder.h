/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondIndexBuilder: makes an index file from what the first pass reports.
 *
 * It takes entries in archive order and settles what an archive leaves open
 * (the corner cases of tar -x): paths are normalised and clamped to the root,
 * the last of several entries of a name wins, missing folders are made up,
 * hard links are resolved, incremental archives delete what they don't name.
 * For one thread.
 */
#pragma once

#include "backends/index/index.h"

typedef struct RondIndexBuilder RondIndexBuilder;

RondIndexBuilder *rond_index_builder_new(void);
void rond_index_builder_free(RondIndexBuilder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondIndexBuilder, rond_index_builder_free)

/* An entry, in archive order. FALSE with @error (E2BIG) past the limits. */
gboolean rond_index_builder_add(RondIndexBuilder *self, const RondEntry *entry,
				GError **error);

/* The format gives content while walking: what does not come by
 * rond_index_builder_extend() can't be had. Call before the first entry. */
void rond_index_builder_set_copied(RondIndexBuilder *self);

/* Where the content of the entry added last lies: @length more bytes at @at of
 * the seekable copy. */
void rond_index_builder_extend(RondIndexBuilder *self, guint64 at,
			       guint64 length);

/* The inode of the entry added last, if it is a regular file (also one that a
 * link brought content to): a number for rond_index_builder_set_sha256().
 * ROND_INDEX_NONE: it is none. */
guint32 rond_index_builder_last(const RondIndexBuilder *self);
/* The SHA-256 of an inode's content, known to be sound. */
void rond_index_builder_set_sha256(RondIndexBuilder *self, guint32 inode,
				   const guint8 *sha256);

void rond_index_builder_add_finding(RondIndexBuilder *self,
				    const RondFinding *finding);

/* How to decode: of the data as a whole (@member 0), or of the zip member whose
 * local header is at @member - 1. Begin a map before adding to it. Points and
 * blocks come in rising order, ranges as they are found. */
typedef struct {
	guint64 member;
	const char *codec; /* RondCodec.name */
	guint32 block_size;
} RondMapStart;
void rond_index_builder_begin_map(RondIndexBuilder *self,
				  const RondMapStart *start);
/* The map begun last is complete: @size decoded bytes exist. Again, when damage
 * was added behind its end. */
void rond_index_builder_end_map(RondIndexBuilder *self, guint64 size);
void rond_index_builder_add_damage(RondIndexBuilder *self, guint64 from,
				   guint64 to);
void rond_index_builder_add_point(RondIndexBuilder *self,
				  const RondSeekPoint *point);
/* The same, its window packed by rond_window_pack(). */
void rond_index_builder_add_packed_point(RondIndexBuilder *self,
					 const RondSeekPoint *point,
					 const guint8 *packed,
					 gsize packed_len);
void rond_index_builder_add_block(RondIndexBuilder *self, guint32 crc32);

/* Write the index to @fd. */
gboolean rond_index_builder_write(RondIndexBuilder *self,
				  const RondIndexMeta *meta, int fd,
				  GError **error);
