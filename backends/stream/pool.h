/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondDecoderPool: the decoders of one decoded stream, at work and parked.
 *
 * A decoder that has done its work is parked where it stands; the next reader
 * who wants to go on from there takes it. At most ROND_MAX_PARKED are kept,
 * the longest parked one goes first. The pool opens no decoders and decodes
 * nothing. Thread-safe.
 */
#pragma once

#include "backends/codec/codec.h"

#include <glib.h>

#define ROND_MAX_PARKED 4

/* One decoder, and the piece of work that it is on. Only the thread that took
 * it touches it. */
typedef struct {
	RondDecoder *decoder; /* NULL: still to be opened, at @pos */
	guint64 pos;	      /* where it stands, in decoded bytes */
	/* The pool's: where this piece of work begins and ends, and whether
	 * what lies between will be in the cache. */
	guint64 from, until;
	gboolean keeps;
	GList link;
} RondRun;

typedef struct {
	GMutex lock;	/* over everything below */
	GCond returned; /* a run was parked or dropped */
	GQueue work;	/* of RondRun */
	GQueue parked;	/* of RondRun, the last parked first */
} RondDecoderPool;

void rond_decoder_pool_init(RondDecoderPool *self);
/* No run may be out. */
void rond_decoder_pool_clear(RondDecoderPool *self);

/* What a reader wants: the bytes [start, end), for which a new decoder could
 * begin at @point (at most @start). A decoder on its way to @start puts what
 * it passes into the cache if that is no more than @keep bytes. */
typedef struct {
	guint64 point, start, end, keep;
} RondWant;

/* A decoder for @want: the parked one that is nearest, or a new one, that the
 * caller opens at @want's point. Give it back with one of those below. NULL:
 * another one was on its way to that place; it has been waited for, and the
 * bytes may be in the cache now, otherwise ask again. */
RondRun *rond_decoder_pool_take(RondDecoderPool *self, const RondWant *want);

/* Park @run where it stands, for whoever goes on from there. */
void rond_decoder_pool_park(RondDecoderPool *self, RondRun *run);

/* Free @run: it failed, or has nothing left to decode. */
void rond_decoder_pool_drop(RondDecoderPool *self, RondRun *run);
