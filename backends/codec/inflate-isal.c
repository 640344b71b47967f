/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ISA-L has no way to stop between blocks. But its state is public, and when
 * it runs out of input inside a block header, or exactly before one, the state
 * says so. So hunting is: feed it so little at a time that a header hardly
 * fits in. test-codec-isal.c pins the fields that this relies on.
 */
#include "backends/codec/inflate.h"

#include "backends/error.h"

#include <errno.h>
#include <isa-l/igzip_lib.h>
#include <string.h>

/* Each call copies some 64 KiB once more: the longer the better. */
#define FEED_RUN (512 * 1024)
#define FEED_HUNT 32	   /* most headers of dynamic blocks are longer */
#define OUT_MAX (1u << 28) /* its counters are 32 bits wide */

struct RondInflater {
	RondInput *input;
	gboolean broken;
	struct inflate_state state;
};

RondInflater *rond_inflater_new(RondInput *input)
{
	RondInflater *self = g_new0(RondInflater, 1);

	self->input = input;
	isal_inflate_init(&self->state);
	return self;
}

void rond_inflater_free(RondInflater *self)
{
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
	self->state.read_in = *rond_input_data(self->input) >> skip;
	self->state.read_in_length = 8 - skip;
	rond_input_consume(self->input, 1);
	return TRUE;
}

gboolean rond_inflater_begin(RondInflater *self, const RondSeekPoint *from,
			     GError **error)
{
	isal_inflate_init(&self->state);
	self->state.crc_flag = ISAL_DEFLATE;
	self->broken = FALSE;
	if (!from)
		return TRUE;
	if (from->window_len > ROND_WINDOW_SIZE)
		return rond_fail(error, EINVAL,
				 "a seek point's window is too large");
	if (from->window_len > 0)
		isal_inflate_set_dict(&self->state, (guint8 *)from->window,
				      from->window_len);
	rond_input_seek(self->input, from->in / 8);
	return prime(self, from->in % 8, error);
}

static gboolean at_boundary(const RondInflater *self)
{
	return self->state.block_state == ISAL_BLOCK_NEW_HDR ||
	       self->state.block_state == ISAL_BLOCK_HDR;
}

static gsize feed_size(const RondInflater *self, gsize avail, gboolean hunt)
{
	const struct inflate_state *state = &self->state;

	if (!hunt)
		return MIN(avail, FEED_RUN);
	if (state->block_state != ISAL_BLOCK_TYPE0)
		return MIN(avail, FEED_HUNT);
	/* Of a stored block we know the end: no need to creep up to it. */
	gint64 left =
	    (gint64)state->type0_block_len - state->read_in_length / 8;
	return MIN(avail, (gsize)MAX(left, 0));
}

/* ISA-L takes up to 8 bytes more than it needs. */
static void give_back(RondInflater *self)
{
	guint64 ahead = self->state.read_in_length / 8;

	rond_input_seek(self->input, rond_input_tell(self->input) - ahead);
	self->state.read_in_length = 0;
}

static void take_pending(RondInflater *self, RondInflateSpan *span)
{
	struct inflate_state *state = &self->state;
	gsize n = MIN(rond_inflater_pending(self), span->len - span->done);

	memcpy(span->buf + span->done,
	       state->tmp_out_buffer + state->tmp_out_processed, n);
	state->tmp_out_processed += n;
	span->done += n;
}

/* What it had decoded before it found the damage is good as far as anybody
 * can tell. */
static RondInflateResult drain_broken(RondInflater *self, RondInflateSpan *span)
{
	take_pending(self, span);
	return rond_inflater_pending(self) ? ROND_INFLATE_MORE
					   : ROND_INFLATE_BROKEN;
}

/* Step over what it took of the @feed bytes. With an error it may say that it
 * took more than it was given; from 2.32 on it may give back at the end what it
 * took the time before. */
static gboolean take_used(RondInflater *self, gsize feed)
{
	gint64 left = (gint32)self->state.avail_in;
	gint64 used = (gint64)feed - MAX(left, 0);

	rond_input_seek(self->input, rond_input_tell(self->input) + used);
	return used != 0;
}

/* Whether the little that comes fits behind what it has kept. */
static gboolean can_creep(const RondInflater *self)
{
	const struct inflate_state *state = &self->state;

	return state->block_state == ISAL_BLOCK_CODED && state->tmp_out_valid &&
	       state->tmp_out_valid < 2 * ROND_WINDOW_SIZE;
}

/* At the end of each call it moves its last 32 KiB to the beginning, which
 * takes longer than to decode a few bytes. Not so while all it has kept is
 * still to be given out, and there is no room to: so pretend. */
static int creep(RondInflater *self, RondInflateSpan *span)
{
	struct inflate_state *state = &self->state;
	const int processed = state->tmp_out_processed;

	state->tmp_out_processed = 0;
	state->next_out = span->buf + span->done;
	state->avail_out = 0;
	int status = isal_inflate(state);
	state->tmp_out_processed = processed;
	take_pending(self, span);
	return status;
}

/* What it does at the end of other calls, and relies on in the next one. */
static void end_creeping(RondInflater *self)
{
	struct inflate_state *state = &self->state;
	int shift = MIN(state->tmp_out_valid - ROND_WINDOW_SIZE,
			state->tmp_out_processed);

	if (state->tmp_out_processed <= ROND_WINDOW_SIZE)
		return;
	state->tmp_out_valid -= shift;
	state->tmp_out_processed -= shift;
	memmove(state->tmp_out_buffer, state->tmp_out_buffer + shift,
		state->tmp_out_valid);
}

static int inflate_into(RondInflater *self, RondInflateSpan *span)
{
	struct inflate_state *state = &self->state;
	const gsize room = MIN(span->len - span->done, OUT_MAX);

	end_creeping(self);
	state->next_out = span->buf + span->done;
	state->avail_out = room;
	int status = isal_inflate(state);
	span->done += room - state->avail_out;
	return status;
}

static RondInflateResult inflate_some(RondInflater *self, RondInflateSpan *span,
				      gboolean hunt, GError **error)
{
	struct inflate_state *state = &self->state;
	const gsize before = span->done;

	gssize avail = rond_input_peek(self->input, 1, error);
	if (avail < 0)
		return ROND_INFLATE_FAILED;
	gsize feed = feed_size(self, avail, hunt);
	state->next_in = (guint8 *)rond_input_data(self->input);
	state->avail_in = feed;
	int status = hunt && can_creep(self) ? creep(self, span)
					     : inflate_into(self, span);
	gboolean used = take_used(self, feed);
	self->broken = status < 0;
	if (used || span->done > before || self->broken ||
	    state->block_state == ISAL_BLOCK_FINISH)
		return ROND_INFLATE_MORE;
	return ROND_INFLATE_TRUNCATED;
}

RondInflateResult rond_inflater_run(RondInflater *self, RondInflateSpan *span,
				    gboolean hunt, GError **error)
{
	RondInflateResult result = ROND_INFLATE_MORE;

	while (result == ROND_INFLATE_MORE) {
		if (self->broken)
			return drain_broken(self, span);
		if (self->state.block_state == ISAL_BLOCK_FINISH) {
			give_back(self);
			return ROND_INFLATE_END;
		}
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
	const struct inflate_state *state = &self->state;
	guint64 taken = rond_input_tell(self->input);

	/* The piece of a header that it has put aside is not decoded yet. */
	if (state->block_state == ISAL_BLOCK_HDR)
		taken -= state->tmp_in_size;
	return 8 * taken - state->read_in_length;
}

gsize rond_inflater_pending(const RondInflater *self)
{
	return self->state.tmp_out_valid - self->state.tmp_out_processed;
}

gsize rond_inflater_window(RondInflater *self, guint8 *window)
{
	const struct inflate_state *state = &self->state;
	gsize len = MIN((gsize)state->tmp_out_valid, ROND_WINDOW_SIZE);

	memcpy(window, state->tmp_out_buffer + state->tmp_out_valid - len, len);
	return len;
}
