/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondCopyWriter: the seekable copy of what can't be entered in the middle.
 *
 * The copy is a plain zstd file (RFC 8878) with a frame for each block, so any
 * block can be decoded by itself, and `zstd -dc` reads the whole.
 */
#pragma once

#include "backends/index/builder.h"

/* Decoded bytes of a block of the copy: smaller ones pack less. */
#define ROND_COPY_BLOCK_SIZE (256 << 10)

typedef struct RondCopyWriter RondCopyWriter;

/* Write to @fd (borrowed), at most @limit bytes (0: no limit; then ENOSPC), and
 * tell @builder (borrowed) the points and blocks: begins the map of the whole.
 */
RondCopyWriter *rond_copy_writer_new(int fd, guint64 limit,
				     RondIndexBuilder *builder);

/* Append @len bytes; @at (may be NULL) gets their place in the copy. Once a
 * write has failed, so does all that follows. */
gboolean rond_copy_writer_append(RondCopyWriter *self, const void *buf,
				 gsize len, guint64 *at, GError **error);

/* Write what is left and end the map. */
gboolean rond_copy_writer_finish(RondCopyWriter *self, GError **error);

/* Decoded bytes so far. */
guint64 rond_copy_writer_size(const RondCopyWriter *self);
void rond_copy_writer_free(RondCopyWriter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondCopyWriter, rond_copy_writer_free)
