/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondInflater: deflate streams (RFC 1951), as gzip and zip members have them.
 * Private to codecs.
 *
 * Two implementations, of which meson chooses one: ISA-L (inflate-isal.c) and
 * zlib (inflate-zlib.c). Both can stop between two blocks and say at which bit
 * that is, and both can begin there. For one thread at a time.
 */
#pragma once

#include "backends/codec/codec.h"
#include "backends/codec/input.h"

#include <glib.h>

typedef struct RondInflater RondInflater;

/* An inflater that reads from @input (borrowed; must outlive it). */
RondInflater *rond_inflater_new(RondInput *input);
void rond_inflater_free(RondInflater *self);

/* Begin a deflate stream where the input stands, or, with @from, go on with
 * one there. FALSE with @error set when the input can't be read or @from is
 * impossible (EINVAL). */
gboolean rond_inflater_begin(RondInflater *self, const RondSeekPoint *from,
			     GError **error);

typedef struct {
	guint8 *buf;
	gsize len;
	gsize done; /* how many bytes of @buf are filled */
} RondInflateSpan;

typedef enum {
	ROND_INFLATE_MORE,	/* the span is full */
	ROND_INFLATE_BOUNDARY,	/* a block begins here, see below */
	ROND_INFLATE_END,	/* the stream is whole; the input stands behind
				   its last byte */
	ROND_INFLATE_TRUNCATED, /* the input ends within the stream */
	ROND_INFLATE_BROKEN,	/* the stream makes no sense */
	ROND_INFLATE_FAILED,	/* the input can't be read: @error is set */
} RondInflateResult;

/* Decode into @span until one of these is the case. With @hunt it looks for a
 * place between two blocks, more slowly, and stops at the first one it finds
 * (it may miss some; where it stands already counts). */
RondInflateResult rond_inflater_run(RondInflater *self, RondInflateSpan *span,
				    gboolean hunt, GError **error);

/* After ROND_INFLATE_BOUNDARY only: the bit of the input at which the block
 * begins; how many bytes before it are decoded but did not fit in the span (the
 * next ones get them); and the up to ROND_WINDOW_SIZE decoded bytes before it,
 * as far as this stream has them, whose number is returned. */
guint64 rond_inflater_bit(const RondInflater *self);
gsize rond_inflater_pending(const RondInflater *self);
gsize rond_inflater_window(RondInflater *self, guint8 *window);
