/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One zstd frame from one block of bytes (RFC 8878): for seekable copies.
 */
#pragma once

#include <glib.h>

typedef struct RondFramer RondFramer;

RondFramer *rond_framer_new(void);
void rond_framer_free(RondFramer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondFramer, rond_framer_free)

/* Make a frame with a checksum of the @len bytes at @buf; returns its bytes,
 * valid until the next call, and their number in @frame_len. */
const guint8 *rond_framer_make(RondFramer *self, const void *buf, gsize len,
			       gsize *frame_len);
