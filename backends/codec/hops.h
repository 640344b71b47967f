/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondHops: a look at a stream's headers, hopping over what is between them.
 * Private to codecs: for RondCodec.enterable.
 *
 * It gives up after some thousand looks: by then what the stream is like is
 * known well enough.
 */
#pragma once

#include "backends/stream/stream.h"

#define ROND_HOPS_MAX 4096
#define ROND_HOPS_HEAD 32

typedef struct {
	RondStream *stream; /* borrowed */
	guint64 at;	    /* where to look next */
	guint looks;	    /* so far */
	gboolean failed;    /* the stream can't be read */
	guint8 head[ROND_HOPS_HEAD];
	gsize len; /* of @head: fewer only before the stream's end */
} RondHops;

/* Fill @head from @at on. FALSE at the end, after too many looks, and when the
 * stream can't be read. */
gboolean rond_hops_look(RondHops *self);
