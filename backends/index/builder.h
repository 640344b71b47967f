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

/* Where the content of the entry added last lies, for formats that give it
 * while walking: @length more bytes at @at of the seekable copy. */
void rond_index_builder_extend(RondIndexBuilder *self, guint64 at,
			       guint64 length);

void rond_index_builder_add_finding(RondIndexBuilder *self,
				    const RondFinding *finding);

/* A seek point, a block checksum: of the data as a whole (@member 0), or of
 * the zip member whose local header is at @member. */
void rond_index_builder_add_point(RondIndexBuilder *self, guint64 member,
				  const RondSeekPoint *point);
void rond_index_builder_add_block(RondIndexBuilder *self, guint64 member,
				  guint32 crc32);

/* Write the index to @fd. */
gboolean rond_index_builder_write(RondIndexBuilder *self,
				  const RondIndexMeta *meta, int fd,
				  GError **error);
