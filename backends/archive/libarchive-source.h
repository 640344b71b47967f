/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondLibarchiveSource: a stream as libarchive's input.
 */
#pragma once

#include "backends/stream/stream.h"

struct archive;

typedef struct RondLibarchiveSource RondLibarchiveSource;

/* Open @reader, whose format is enabled, on @stream (borrowed, like the
 * reader, until the source is freed). Without @seeks the stream is read at
 * rising offsets only. NULL with @error set (EIO) when libarchive refuses. */
RondLibarchiveSource *rond_libarchive_source_open(struct archive *reader,
						  RondStream *stream,
						  gboolean seeks,
						  GError **error);
void rond_libarchive_source_free(RondLibarchiveSource *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondLibarchiveSource, rond_libarchive_source_free)

/* Whether a read of the stream failed: then libarchive isn't the cause. */
gboolean rond_libarchive_source_failed(const RondLibarchiveSource *self);

/* Turn the failure of a call on the reader into @error: that of the stream if
 * it is the cause, else EIO with libarchive's message. Always FALSE. */
gboolean rond_libarchive_source_fail(RondLibarchiveSource *self,
				     GError **error);
