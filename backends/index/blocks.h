/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondBlocks: a stream decoded once, start to end, block by block.
 *
 * Behind the first blocks a thread of its own decodes, a few blocks ahead of
 * who takes them, so that taking them apart costs no time of decoding. Where
 * there is one processor, or no thread to be had, the taker's does it. All that
 * is learnt while a block is decoded comes with that block. All functions are
 * for one thread.
 */
#pragma once

#include "backends/index/hasher.h"

typedef struct RondBlocks RondBlocks;

/* The blocks that are ahead; one more is being decoded. */
#define ROND_BLOCKS_AHEAD 8

typedef struct {
	RondStream *source; /* any thread may read it, one at a time does */
	const RondCodec *codec;
	RondHasher *hasher; /* borrowed; the blocks are his */
	guint64 spacing;    /* of seek points, in decoded bytes */
	gboolean points;    /* they are wanted, in the blocks */
	/* In order, before the block is given that was being decoded then;
	 * from rond_blocks_new() and _next(). */
	void (*finding)(const RondFinding *finding, gpointer data);
	gpointer data;
} RondBlocksConfig;

/* NULL with @error when decoding can't begin. */
RondBlocks *rond_blocks_new(const RondBlocksConfig *config, GError **error);
/* Blocks that nobody took are dropped. */
void rond_blocks_free(RondBlocks *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondBlocks, rond_blocks_free)

/* The next block, the caller's; full, unless it is the last one, which may be
 * empty. Not to be called after that. */
RondHashBlock *rond_blocks_next(RondBlocks *self);
/* Whether the last one was taken. */
gboolean rond_blocks_ended(const RondBlocks *self);
/* What ended it, when it was taken; NULL: nothing but the end. Borrowed. */
const GError *rond_blocks_failure(const RondBlocks *self);
/* Nothing is read any more when this returns; no block is taken after it. */
void rond_blocks_stop(RondBlocks *self);
