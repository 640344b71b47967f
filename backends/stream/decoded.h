/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The decoded side of a compressed stream, as a stream: any codec.
 *
 * The decoded bytes are cut into blocks of equal size on a fixed grid. A read
 * takes blocks from the cache; a missing one is decoded from where a parked
 * decoder stands, if that is the nearest place before it, else from the
 * nearest seek point. A decoder that has made a block is parked right behind
 * it: whoever reads in order never decodes a byte twice, and whoever reads at
 * random pays the distance to a seek point. Every block is checked against
 * the CRC-32 that the first pass kept.
 *
 * Readers of different places decode at the same time, each with a decoder of
 * its own. Who wants a place that a decoder at work is heading for waits for
 * it rather than doing the same work beside it: the kernel reads ahead with
 * several requests at once, in any order.
 *
 * Errors: EIO where the data is damaged, where a block is not what the first
 * pass saw, and where the index contradicts itself; a failure of the packed
 * stream (ESTALE) passes through.
 */
#pragma once

#include "backends/codec/codec.h"
#include "backends/stream/cache.h"
#include "backends/stream/stream.h"

/* Decoded bytes [from, to) that can't be had: EIO. */
typedef struct {
	guint64 from, to;
} RondRange;

/* What the first pass learned, as tables that outlive the stream. */
typedef struct {
	const RondCodec *codec;
	guint64 size; /* decoded bytes that exist (see @damage) */
	guint32 block_size;
	/* CRC-32 (the gzip one) of each block; or NULL: not checked.
	 * ceil(size / block_size) of them. The last block's covers the bytes
	 * up to @size only. That of a block in which damage begins may cover
	 * the bytes up to the damage only; what lies behind it in that block
	 * can then not be had. */
	const guint32 *block_crcs;
	/* The seek points, rising; may be 0 of them. point(data, i) fills
	 * @point; its window is valid until the next call from that thread
	 * with the same @scratch (32 KiB at least). FALSE with @error: the
	 * index is broken there. */
	gsize n_points;
	gboolean (*point)(gpointer data, gsize i, guint8 *scratch,
			  RondSeekPoint *point, GError **error);
	/* Decoded position of point @i only, for the search. */
	guint64 (*point_out)(gpointer data, gsize i);
	gpointer data;
	/* Rising, not overlapping; may lie past @size. A read that touches
	 * one fails, those that end before it or begin behind it don't. */
	const RondRange *damage;
	gsize n_damage;
} RondDecodedMap;

/* A stream over @packed (a reference is taken) decoded as @map says (copied;
 * what it points to must outlive the stream, which @owner does: a reference
 * to it is held by the caller's @owner_free called when the stream is freed;
 * both may be NULL). @key names it in @cache, of which a reference is taken;
 * its blocks stay there when it is freed, and serve the next stream of that
 * key: who gave the key drops them. Readers in order are known by steps of
 * @step bytes (0: 256 KiB), whatever the size of a block. */
typedef struct {
	RondStream *packed;
	RondBlockCache *cache;
	RondBlockKey key; /* of block 0; the others follow */
	RondDecodedMap map;
	gpointer owner;
	GDestroyNotify owner_free;
	gsize step;
} RondDecodedConfig;
RondStream *rond_decoded_stream_new(const RondDecodedConfig *config);
