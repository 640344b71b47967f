/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/codec/input.h"

#include <string.h>

/* Fast decoders load whole words: let that end in our memory. */
#define SLACK 64

void rond_input_init(RondInput *self, RondStream *stream, gsize chunk)
{
	*self = (RondInput){
	    .stream = rond_stream_ref(stream),
	    .buf = g_malloc0(chunk + SLACK),
	    .room = chunk,
	};
}

void rond_input_clear(RondInput *self)
{
	g_clear_pointer(&self->stream, rond_stream_unref);
	g_clear_pointer(&self->buf, g_free);
}

static gboolean fill(RondInput *self, GError **error)
{
	gsize rest = self->end - self->pos;
	gsize room = self->room - rest;

	memmove(self->buf, self->buf + self->pos, rest);
	self->base += self->pos;
	self->pos = 0;
	self->end = rest;

	gssize n = rond_stream_pread(self->stream, self->buf + rest, room,
				     self->base + rest, error);
	if (n < 0)
		return FALSE;
	self->end += n;
	self->ended = (gsize)n < room;
	return TRUE;
}

gssize rond_input_peek(RondInput *self, gsize want, GError **error)
{
	g_assert(want <= ROND_INPUT_CHUNK);
	while (self->end - self->pos < want && !self->ended) {
		if (!fill(self, error))
			return -1;
	}
	return self->end - self->pos;
}

void rond_input_seek(RondInput *self, guint64 offset)
{
	if (offset >= self->base && offset - self->base <= self->end) {
		self->pos = offset - self->base;
		return;
	}
	self->base = offset;
	self->pos = self->end = 0;
	self->ended = FALSE;
}

gboolean rond_input_skip_zeros(RondInput *self, guint64 *skipped,
			       GError **error)
{
	gssize avail;

	while ((avail = rond_input_peek(self, 1, error)) > 0) {
		const guint8 *data = rond_input_data(self);
		gssize n = 0;

		while (n < avail && data[n] == 0)
			n++;
		rond_input_consume(self, n);
		*skipped += n;
		if (n < avail)
			break;
	}
	return avail >= 0;
}
