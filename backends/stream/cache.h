/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondBlockCache: decoded blocks in memory, least recently used out first.
 *
 * One for the whole process, with one limit (`--memory`). Blocks are keyed by
 * the stream they belong to and their number. Two readers that want the same
 * block have it decoded once: the second waits for the first. Thread-safe.
 */
#pragma once

#include <glib.h>

typedef struct RondBlockCache RondBlockCache;

/* A block's key: a number that rond_block_cache_new_stream() gave and the
 * number of the block in that stream. */
typedef struct {
	guint64 stream;
	guint64 block;
} RondBlockKey;

/* Make a block's bytes (ownership to the caller), or NULL with @error set.
 * Failures are not cached. Called without any lock held. */
typedef GBytes *(*RondBlockFill)(const RondBlockKey *key, gpointer data,
				 GError **error);

/* A cache of at most @limit bytes (a block larger than that is given out but
 * not kept). Free with rond_block_cache_unref(). */
RondBlockCache *rond_block_cache_new(gsize limit);
RondBlockCache *rond_block_cache_ref(RondBlockCache *self);
void rond_block_cache_unref(RondBlockCache *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondBlockCache, rond_block_cache_unref)

/* A number for a stream that nobody else has. */
guint64 rond_block_cache_new_stream(RondBlockCache *self);

/* Forget the blocks of @stream. */
void rond_block_cache_drop_stream(RondBlockCache *self, guint64 stream);

/* The block, from the cache or made by @fill and then kept. Caller owns a
 * reference. */
GBytes *rond_block_cache_get(RondBlockCache *self, const RondBlockKey *key,
			     RondBlockFill fill, gpointer data, GError **error);

/* Put a block in that was decoded on the way to another one. */
void rond_block_cache_put(RondBlockCache *self, const RondBlockKey *key,
			  GBytes *bytes);

/* Bytes held now, blocks asked for and found (for SIGUSR1's statistics). */
typedef struct {
	gsize bytes, limit;
	guint64 hits, misses;
} RondBlockCacheStats;
void rond_block_cache_stats(RondBlockCache *self, RondBlockCacheStats *stats);
