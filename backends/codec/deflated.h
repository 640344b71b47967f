/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondDeflated: a coder over deflate streams, with seek points. Private to
 * codecs: gzip and raw deflate differ in what lies around the streams only.
 */
#pragma once

#include "backends/codec/coder.h"
#include "backends/codec/inflate.h"
#include "backends/codec/thin.h"

typedef struct {
	RondCoder coder;
	RondInflater *inflater;
	guint64 begin;	    /* decoded position where this stream began */
	guint64 next_point; /* decoded position from which to look for one */
	guint64 last_in, last_out; /* of the last point; bits, bytes */
	guint8 *window;		   /* for giving points out; NULL: not needed */
	RondThinner *thinner;
} RondDeflated;

/* Set up a zeroed @self over @in. To be freed as a decoder, with @ops->clear
 * calling rond_deflated_clear(). */
void rond_deflated_init(RondDeflated *self, const RondCoderOps *ops,
			RondStream *in, const RondScan *scan);

/* Go on with the stream at @from. FALSE with @error set when it can't. */
gboolean rond_deflated_resume(RondDeflated *self, const RondSeekPoint *from,
			      GError **error);
void rond_deflated_clear(RondDeflated *self);

/* Begin a stream where the input stands. */
gboolean rond_deflated_begin(RondDeflated *self, GError **failure);

typedef enum {
	ROND_DEFLATED_MORE,   /* the span is full */
	ROND_DEFLATED_END,    /* the stream is whole, the input behind it */
	ROND_DEFLATED_FAILED, /* @failure is set */
} RondDeflatedResult;

/* Decode into @span, reporting points and losses. */
RondDeflatedResult rond_deflated_run(RondDeflated *self, RondInflateSpan *span,
				     GError **failure);
