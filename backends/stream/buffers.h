/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondBuffers: the memory of decoded blocks, used again.
 *
 * Blocks of a few sizes come and go by the hundred thousand while the cache
 * stays full. From malloc(3) they leave holes, a fifth of the cache and more;
 * given back to the kernel each time, the page faults cost as much as the
 * decoding. So those that are mapped go from one block to the next of about its
 * size; a few are kept idle. Thread-safe.
 */
#pragma once

#include <glib.h>

/* Blocks of so many bytes are mapped: a part of a page is nothing to them, and
 * making them costs more than a mapping if they are larger. */
#define ROND_BUFFER_MIN (32 << 10)
#define ROND_BUFFER_MAX (256 << 10)

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
