/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/codec/framed.h"

#include "backends/error.h"

#include <errno.h>

/* Libraries say nothing about a step that fails, so what it had decoded is
 * lost: small steps lose less. */
#define STEP_OUT (128 * 1024)

typedef struct {
	RondCoder coder;
	const RondFrameOps *ops;
	gpointer state;
	gboolean in_frame;
	guint64 frames;	    /* begun so far */
	guint64 begin;	    /* decoded position where this frame began */
	guint64 sound;	    /* decoded position up to which checks passed */
	guint64 next_point; /* decoded position from which one is wanted */
} RondFramed;

/* A point at @bit of the input, if there was none for a while. Without a window
 * a point is cheap: rather twice as many as asked for than half. */
static void report_point(RondFramed *self, guint64 bit, guint32 flags)
{
	const RondScan *scan = self->coder.scan;
	RondSeekPoint point = {
	    .in = bit,
	    .out = self->coder.out,
	    .flags = flags,
	};

	if (point.out < self->next_point)
		return;
	scan->point(&point, scan->data);
	self->next_point = point.out + MAX(scan->spacing / 2, 1);
}

static gboolean begin_first(RondFramed *self, GError **failure)
{
	RondCoder *coder = &self->coder;
	gssize avail = rond_input_peek(&coder->input, 16, failure);

	if (avail < 0)
		return FALSE;
	if (avail > 0 &&
	    self->ops->begins(rond_input_data(&coder->input), avail))
		return TRUE;
	if (avail == 0)
		rond_coder_lose_end(coder, failure);
	else
		rond_coder_lose(coder, EIO, failure, "this is no %s data",
				coder->ops->name);
	return FALSE;
}

/* FALSE at the end, too. */
static gboolean next_frame(RondFramed *self, GError **failure)
{
	if (self->frames == 0) {
		if (!begin_first(self, failure))
			return FALSE;
	} else if (rond_coder_next(&self->coder, self->ops->begins,
				   self->ops->padded,
				   failure) != ROND_NEXT_BEGINS) {
		return FALSE;
	}
	if (!self->ops->state_begin(self->state))
		return rond_fail(failure, ENOMEM, "no memory for %s",
				 self->coder.ops->name);
	self->frames++;
	self->in_frame = TRUE;
	self->begin = self->coder.out;
	report_point(self, 8 * rond_input_tell(&self->coder.input), 0);
	return TRUE;
}

static void lose_frame(RondFramed *self, RondFrameResult result,
		       const char *why, GError **failure)
{
	RondCoder *coder = &self->coder;
	guint64 suspect = coder->out - MIN(coder->out, self->ops->suspect);

	if (result == ROND_FRAME_BAD_SUM)
		rond_coder_lose_rest(coder, MAX(self->begin, self->sound), why,
				     failure);
	else if (result == ROND_FRAME_LIMIT)
		rond_coder_lose(coder, E2BIG, failure, "the %s data %s",
				coder->ops->name, why);
	else
		rond_coder_lose_rest(coder, MAX(suspect, self->sound), why,
				     failure);
}

/* Judge a step that was taken; FALSE with @failure set when it was the last. */
static gboolean settle(RondFramed *self, RondFrameResult result,
		       const RondFrameSpan *span, GError **failure)
{
	if (span->checked || result == ROND_FRAME_END)
		self->sound = self->coder.out;
	if (result == ROND_FRAME_END) {
		self->in_frame = FALSE;
		return TRUE;
	}
	if (result != ROND_FRAME_MORE) {
		lose_frame(self, result, span->why, failure);
		return FALSE;
	}
	if (span->used + span->made > 0 || span->entry_flags)
		return TRUE;
	if (span->in_len < MAX(self->ops->lookahead, 1))
		rond_coder_lose_end(&self->coder, failure);
	else
		lose_frame(self, ROND_FRAME_BROKEN, "it can't be unpacked",
			   failure);
	return FALSE;
}

static gboolean take_step(RondFramed *self, guint8 *buf, gsize len,
			  GError **failure)
{
	RondInput *input = &self->coder.input;
	gssize avail =
	    rond_input_peek(input, MAX(self->ops->lookahead, 1), failure);

	if (avail < 0)
		return FALSE;
	guint64 bit = 8 * rond_input_tell(input);
	RondFrameSpan span = {
	    .in = rond_input_data(input),
	    .in_len = avail,
	    .out = buf,
	    .out_len = MIN(len, STEP_OUT),
	};
	RondFrameResult result = self->ops->step(self->state, &span);
	g_assert(span.used <= span.in_len && span.made <= span.out_len);
	rond_input_consume(input, span.used);
	self->coder.out += span.made;
	if (span.entry_flags)
		report_point(self, bit + span.entry, span.entry_flags);
	return settle(self, result, &span, failure);
}

gsize rond_framed_decode(RondCoder *coder, guint8 *buf, gsize len,
			 GError **failure)
{
	RondFramed *self = (RondFramed *)coder;
	guint64 before = coder->out;
	guint64 until = before + len;

	while (coder->out < until) {
		if (!self->in_frame && !next_frame(self, failure))
			break;
		if (!take_step(self, buf + (coder->out - before),
			       until - coder->out, failure))
			break;
	}
	return coder->out - before;
}

void rond_framed_clear(RondCoder *coder)
{
	RondFramed *self = (RondFramed *)coder;

	g_clear_pointer(&self->state, self->ops->state_free);
}

/* Have the state go on at @from; FALSE: that is no place to begin. */
static gboolean enter(RondFramed *self, const RondSeekPoint *from)
{
	if (from->window_len)
		return FALSE;
	if (from->flags) {
		if (!self->ops->state_enter ||
		    !self->ops->state_enter(self->state, from))
			return FALSE;
		self->in_frame = TRUE;
		self->frames = 1;
	} else if (from->in % 8) {
		return FALSE;
	}
	rond_input_seek(&self->coder.input, from->in / 8);
	self->coder.out = self->begin = self->sound = from->out;
	return TRUE;
}

RondDecoder *rond_framed_open(const RondFrameOps *ops, RondStream *in,
			      const RondSeekPoint *from, const RondScan *scan,
			      GError **error)
{
	gpointer state = ops->state_new();
	if (!state) {
		rond_fail(error, ENOMEM, "no memory for %s", ops->coder.name);
		return NULL;
	}
	RondFramed *self = g_new0(RondFramed, 1);
	g_autoptr(RondDecoder) decoder = &self->coder.decoder;

	rond_coder_init(&self->coder, &ops->coder, in, scan);
	self->ops = ops;
	self->state = state;
	self->next_point = G_MAXUINT64;
	if (scan && scan->point)
		self->next_point = MAX(scan->spacing / 2, 1);
	if (from && !enter(self, from)) {
		rond_fail(error, EINVAL, "%s data can't be entered there",
			  ops->coder.name);
		return NULL;
	}
	return g_steal_pointer(&decoder);
}
