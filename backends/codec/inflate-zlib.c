/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/codec/inflate.h"

#include "backends/error.h"

#include <errno.h>
#include <zlib.h>

#define RAW_DEFLATE (-MAX_WBITS)
#define OUT_MAX (1u << 28) /* its counters are 32 bits wide */

/* Bits of z_stream.data_type, see inflate() in zlib.h. */
#define UNUSED_BITS 7
#define LAST_BLOCK 64
#define BLOCK_ENDED 128

struct RondInflater {
	RondInput *input;
	z_stream z;
	int status; /* what inflate() said */
};

RondInflater *rond_inflater_new(RondInput *input)
{
	RondInflater *self = g_new0(RondInflater, 1);

	self->input = input;
	/* It fails for want of memory only: as GLib, give up. */
	if (inflateInit2(&self->z, RAW_DEFLATE) != Z_OK)
		g_error("zlib cannot be set up");
	return self;
}

void rond_inflater_free(RondInflater *self)
{
	inflateEnd(&self->z);
	g_free(self);
}

/* A stream may go on in the middle of a byte: give its upper bits. */
static gboolean prime(RondInflater *self, guint skip, GError **error)
{
	if (skip == 0)
		return TRUE;

	gssize avail = rond_input_peek(self->input, 1, error);
	if (avail <= 0)
		return avail == 0;
	inflatePrime(&self->z, 8 - skip, *rond_input_data(self->input) >> skip);
	rond_input_consume(self->input, 1);
	return TRUE;
}

gboolean rond_inflater_begin(RondInflater *self, const RondSeekPoint *from,
			     GError **error)
{
	inflateReset(&self->z);
	self->z.data_type = BLOCK_ENDED;
	self->status = Z_OK;
	if (!from)
		return TRUE;
	if (from->window_len > ROND_WINDOW_SIZE)
		return rond_fail(error, EINVAL,
				 "a seek point's window is too large");
	rond_input_seek(self->input, from->in / 8);
	if (!prime(self, from->in % 8, error))
		return FALSE;
	if (from->window_len > 0)
		inflateSetDictionary(&self->z, from->window, from->window_len);
	return TRUE;
}

static gboolean at_boundary(const RondInflater *self)
{
	return (self->z.data_type & (BLOCK_ENDED | LAST_BLOCK)) == BLOCK_ENDED;
}

static RondInflateResult inflate_some(RondInflater *self, RondInflateSpan *span,
				      gboolean hunt, GError **error)
{
	z_stream *z = &self->z;
	gsize room = MIN(span->len - span->done, OUT_MAX);

	gssize avail = rond_input_peek(self->input, 1, error);
	if (avail < 0)
		return ROND_INFLATE_FAILED;
	z->next_in = (Bytef *)rond_input_data(self->input);
	z->avail_in = avail;
	z->next_out = span->buf + span->done;
	z->avail_out = room;

	self->status = inflate(z, hunt ? Z_BLOCK : Z_NO_FLUSH);
	rond_input_consume(self->input, avail - z->avail_in);
	span->done += room - z->avail_out;
	if (self->status == Z_BUF_ERROR)
		return ROND_INFLATE_TRUNCATED;
	return ROND_INFLATE_MORE;
}

RondInflateResult rond_inflater_run(RondInflater *self, RondInflateSpan *span,
				    gboolean hunt, GError **error)
{
	RondInflateResult result = ROND_INFLATE_MORE;

	while (result == ROND_INFLATE_MORE) {
		if (self->status == Z_STREAM_END)
			return ROND_INFLATE_END;
		if (self->status < 0)
			return ROND_INFLATE_BROKEN;
		if (hunt && at_boundary(self))
			return ROND_INFLATE_BOUNDARY;
		if (span->done == span->len)
			return ROND_INFLATE_MORE;
		result = inflate_some(self, span, hunt, error);
	}
	return result;
}

guint64 rond_inflater_bit(const RondInflater *self)
{
	return 8 * rond_input_tell(self->input) -
	       (self->z.data_type & UNUSED_BITS);
}

gsize rond_inflater_pending(const RondInflater *self)
{
	return 0;
}

gsize rond_inflater_window(RondInflater *self, guint8 *window)
{
	uInt len = ROND_WINDOW_SIZE;

	inflateGetDictionary(&self->z, window, &len);
	return len;
}
