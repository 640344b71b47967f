/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondContent: the bytes of a backup's files, by its index.
 */
#pragma once

#include "backends/index/index.h"

typedef struct RondContent RondContent;

/* For the backup @source with @index; @copy is its seekable copy's file, or
 * NULL. References are taken on all. */
RondContent *rond_content_new(RondStream *source, RondIndex *index,
			      RondStream *copy, RondBlockCache *cache);
RondContent *rond_content_ref(RondContent *self);
void rond_content_unref(RondContent *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondContent, rond_content_unref)

RondIndex *rond_content_index(RondContent *self); /* borrowed */

/* Whether there is a reference besides the caller's. */
gboolean rond_content_is_shared(RondContent *self);

/* The bytes of the regular file @entry as a stream of its st_size. Opening
 * decodes nothing; of a zip member the local header is read. NULL with @error:
 * EACCES for an encrypted one, EIO when the index doesn't fit. */
RondStream *rond_content_open(RondContent *self, guint32 entry, GError **error);
