/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondBlockCache: decoded blocks in memory, least recently used out first.
 *
 * One for the whole process, with one limit (`--memory`). Blocks are keyed by
 * the stream they belong to and their number. Two readers that want the same
 * block have it decoded once: the second waits for the first. Thread-safe.
 */
#pragma once

#include "backends/stream/buffers.h"

typedef struct RondBlockCache RondBlockCache;

/* A block's key: a number that rond_block_cache_new_stream() gave and the
 * number of the block in that stream. */
typedef struct {
	guint64 stream;
	guint64 block;
} RondBlockKey;

/* Make a block's bytes (ownership to the caller), or NULL with @error set.
 * Failures are not cached: those who wait for the block at that moment get a
 * copy of the error, the next one to ask tries again. Called without any lock
 * held; it may put other blocks, but must not ask for its own. */
typedef GBytes *(*RondBlockFill)(const RondBlockKey *key, gpointer data,
				 GError **error);

/* What a block of @len bytes counts: with what is kept beside them, of which a
 * zip of small files has much, and the holes that malloc(3) is left with when
 * blocks come and go, measured. */
static inline gsize rond_block_cost(gsize len)
{
	return len + len / 8 + 256;
}

/* A cache of at most @limit bytes, each block counted with its overhead (one
 * larger than that is given out but not kept). Free with
 * rond_block_cache_unref(). */
RondBlockCache *rond_block_cache_new(gsize limit);
RondBlockCache *rond_block_cache_ref(RondBlockCache *self);
void rond_block_cache_unref(RondBlockCache *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondBlockCache, rond_block_cache_unref)

/* A number for a stream that nobody else has or will have. Give it back with
 * rond_block_cache_drop_stream(). */
guint64 rond_block_cache_new_stream(RondBlockCache *self);

/* Forget @stream, whose number is used by nobody any more, and its blocks. One
 * that is being made at this moment is given to those who asked for it, and
 * not kept. */
void rond_block_cache_drop_stream(RondBlockCache *self, guint64 stream);

/* The block, from the cache or made by @fill and then kept. Caller owns a
 * reference. */
GBytes *rond_block_cache_get(RondBlockCache *self, const RondBlockKey *key,
			     RondBlockFill fill, gpointer data, GError **error);

/* The block if it is held (caller owns a reference), else NULL. Not counted
 * in the statistics. */
GBytes *rond_block_cache_peek(RondBlockCache *self, const RondBlockKey *key);

/* Put a block in that was decoded on the way to another one. A block that is
 * held already stays as it is. */
void rond_block_cache_put(RondBlockCache *self, const RondBlockKey *key,
			  GBytes *bytes);

/* The memory for blocks of this cache; lives as long as it. */
RondBuffers *rond_block_cache_buffers(RondBlockCache *self);

/* Bytes held now, overhead included; blocks asked for that were there or just
 * being made, and those that had to be made (for SIGUSR1's statistics). */
typedef struct {
	gsize bytes, limit;
	guint64 hits, misses;
} RondBlockCacheStats;
void rond_block_cache_stats(RondBlockCache *self, RondBlockCacheStats *stats);
