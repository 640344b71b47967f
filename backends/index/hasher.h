/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondHasher: the thread of a first pass that hashes.
 *
 * Another decodes (blocks.h), one parses; what was parsed goes on to this one,
 * block by block: the block's CRC-32, the SHA-256 of the files that lie in it,
 * the windows of the seek points in it. There is a fixed number of blocks: who
 * decodes faster than can be hashed waits for one, so memory is bounded. Blocks
 * may be taken and points added by the thread that decodes; all else is for the
 * one that made the hasher.
 */
#pragma once

#include "backends/codec/codec.h"
#include "backends/codec/thin.h"
#include "backends/sha256.h"

/* Decoded bytes of a block: a decoder has costs of its own for each. */
#define ROND_BLOCK_SIZE (256 << 10)
/* Bytes that have a checksum in common: who reads one of them decodes them all.
 */
#define ROND_CHECK_SIZE (64 << 10)

/* What belongs to one file: @zeros zero bytes, then @len bytes of the block
 * from @from on. Files come one after the other. */
typedef struct {
	guint32 file; /* its number, the caller's */
	guint32 from, len;
	gboolean first, last; /* the file begins, ends here */
	guint64 zeros;
} RondHashStep;

typedef struct RondHashBlock RondHashBlock;

struct RondHashBlock {
	guint8 data[ROND_BLOCK_SIZE];
	gsize len;	   /* bytes in it */
	gboolean checked;  /* its CRC-32 is wanted */
	GArray *steps;	   /* RondHashStep, in order */
	GPtrArray *points; /* see rond_hash_block_add_point() */
	RondHashBlock *next;
};

/* A seek point, its window thinned out and packed. */
typedef struct {
	RondSeekPoint point; /* @window: NULL */
	gsize packed, packed_len;
} RondHashPoint;

typedef struct RondHasher RondHasher;

RondHasher *rond_hasher_new(void);
/* Drops what was not hashed yet. */
void rond_hasher_free(RondHasher *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondHasher, rond_hasher_free)

/* An empty block, the caller's; waits until there is one. Where more than
 * ROND_HASHER_HELD of them are held, it may wait for ever. */
#define ROND_HASHER_HELD 16
RondHashBlock *rond_hasher_take(RondHasher *self);
/* Have it hashed, behind all that were given before. */
void rond_hasher_give(RondHasher *self, RondHashBlock *block);
/* Give it back as it is: nothing in it matters. */
void rond_hasher_drop(RondHasher *self, RondHashBlock *block);

/* A seek point found while the block was decoded, with what comes @ahead of it
 * (NULL when it has no window); what they point to is copied. */
void rond_hash_block_add_point(RondHashBlock *self, const RondSeekPoint *point,
			       const RondThinInput *ahead);

/* Wait until all that was given is hashed. Then, until the next _give(): */
void rond_hasher_wait(RondHasher *self);
/* The CRC-32 of each ROND_CHECK_SIZE of the checked blocks, and the points, in
 * order; the caller empties both when he has taken over what is in them. */
GArray *rond_hasher_crcs(RondHasher *self);   /* guint32 */
GArray *rond_hasher_points(RondHasher *self); /* RondHashPoint */
/* What their windows' places are in. */
GByteArray *rond_hasher_windows(RondHasher *self);
/* The SHA-256 of a file; NULL: it has not ended. */
const guint8 *rond_hasher_sha256(RondHasher *self, guint32 file);
