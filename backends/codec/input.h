/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondInput: a stream read in order, through one buffer. Private to codecs.
 *
 * Decoders want the next bytes as a piece of memory, some of them a few bytes
 * ahead (headers, trailers), and now and then to step back (an inflater that
 * took more than it needed). For one thread at a time.
 */
#pragma once

#include "backends/stream/stream.h"

#include <glib.h>

#define ROND_INPUT_CHUNK (128 * 1024) /* bytes read at a time */
/* The same for who reads all of it. */
#define ROND_INPUT_WHOLE (512 * 1024)

typedef struct {
	RondStream *stream;
	guint8 *buf;
	gsize room;	/* bytes that fit into it */
	guint64 base;	/* place in the stream of buf[0] */
	gsize pos, end; /* unread: buf[pos] up to buf[end] */
	gboolean ended; /* the stream has nothing behind buf[end] */
} RondInput;

/* Begin at the start of @stream, of which a reference is taken. @chunk: bytes
 * to read at a time, ROND_INPUT_CHUNK at least. */
void rond_input_init(RondInput *self, RondStream *stream, gsize chunk);
void rond_input_clear(RondInput *self);

/* Have at least @want bytes (up to ROND_INPUT_CHUNK) ready at
 * rond_input_data(). Returns how many there are: maybe more, fewer only before
 * the end of the stream; -1 with @error set when it can't be read. */
gssize rond_input_peek(RondInput *self, gsize want, GError **error);

/* Go to byte @offset of the stream. */
void rond_input_seek(RondInput *self, guint64 offset);

/* Skip zero bytes; FALSE with @error set when the stream can't be read.
 * Adds their number to @skipped. */
gboolean rond_input_skip_zeros(RondInput *self, guint64 *skipped,
			       GError **error);

static inline const guint8 *rond_input_data(const RondInput *self)
{
	return self->buf + self->pos;
}

static inline void rond_input_consume(RondInput *self, gsize len)
{
	g_assert(len <= self->end - self->pos);
	self->pos += len;
}

/* Where in the stream the next byte is. */
static inline guint64 rond_input_tell(const RondInput *self)
{
	return self->base + self->pos;
}
