/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondBuffers: the memory of decoded blocks, used again.
 *
 * Blocks of nearly one size come and go by the hundred thousand while the cache
 * stays full. From malloc(3) they leave holes, a fifth of the cache and more;
 * given back to the kernel each time, the page faults cost as much as the
 * decoding. So the large ones are mapped whole and go from one block to the
 * next; a few are kept idle, the rest is unmapped. Thread-safe.
 */
#pragma once

#include <glib.h>

/* No block is larger than that many bytes and gains from it. */
#define ROND_BUFFER_SIZE (64 << 10)

typedef struct RondBuffers RondBuffers;

/* Free with rond_buffers_unref(); what was taken outlives it. */
RondBuffers *rond_buffers_new(void);
RondBuffers *rond_buffers_ref(RondBuffers *self);
void rond_buffers_unref(RondBuffers *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondBuffers, rond_buffers_unref)

/* Memory for a block that is being made: the holder writes to @data. */
typedef struct {
	RondBuffers *buffers;
	guint8 *data;
	gsize len;
} RondBuffer;

/* @len bytes, their content unspecified; NULL: no memory. */
RondBuffer *rond_buffers_take(RondBuffers *self, gsize len);
/* Give it back. */
void rond_buffer_free(RondBuffer *buffer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondBuffer, rond_buffer_free)

/* The first @len bytes of @buffer (taken over), which goes back by itself when
 * nobody refers to them any more. */
GBytes *rond_buffer_to_bytes(RondBuffer *buffer, gsize len);
