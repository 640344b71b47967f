/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondMapping: an index file in memory, no byte of which is believed before
 * the checksum of its block was.
 *
 * Blocks are verified when they are first needed, each once; two threads that
 * need one at the same time may both do it. A block that fails makes the whole
 * broken for good, and so does somebody who writes to the file, which nobody
 * should once it has its name: verified blocks are looked at again only for its
 * time. Between open and clear any thread may use it.
 */
#pragma once

#include "backends/index/layout.h"

#include <stdatomic.h>
#include <time.h>

/* What changes in a mapping. */
typedef struct {
	atomic_bool broken;
	atomic_bool sound[]; /* by block */
} RondMappingState;

typedef struct {
	int fd;
	struct timespec mtime; /* when it was opened */
	const guint8 *bytes;   /* the file */
	gsize size;
	gsize body, end; /* what the blocks' checksums are about */
	const guint32 *checks;
	RondMappingState *state;
} RondMapping;

/* Whether a header and @size, the file's, go together; its CRC aside. */
gboolean rond_mapping_fits(const RondIndexHeader *header, guint64 size);

/* Map the index file @fd (taken, also on failure) and check its header, table
 * of sections and checksums. FALSE with @error; clear it in any case. */
gboolean rond_mapping_open(RondMapping *self, int fd, GError **error);
void rond_mapping_clear(RondMapping *self);

/* Whether the file is still the one that was opened. */
gboolean rond_mapping_recheck(const RondMapping *self);

/* Verify the blocks from number @first to @last. */
gboolean rond_mapping_verify(const RondMapping *self, gsize first, gsize last);

static inline gboolean rond_mapping_is_sound(const RondMapping *self,
					     gsize block)
{
	return atomic_load_explicit(&self->state->sound[block],
				    memory_order_relaxed);
}

/* Whether the @len bytes at @at, which lie in the body, are as they were
 * written. */
static inline gboolean rond_mapping_has(const RondMapping *self,
					const guint8 *at, gsize len)
{
	if (!len)
		return TRUE;
	gsize first = (gsize)(at - self->bytes) / ROND_INDEX_BLOCK;
	gsize last = (gsize)(at - self->bytes + len - 1) / ROND_INDEX_BLOCK;

	if (G_LIKELY(last - first <= 1 && rond_mapping_is_sound(self, first) &&
		     rond_mapping_is_sound(self, last)))
		return TRUE;
	return rond_mapping_verify(self, first, last);
}
