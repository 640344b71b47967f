/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/codec/deflated.h"

#include "backends/error.h"

/* Damage within a stream is noticed some time after it, when a code makes no
 * sense: hardly ever later than in the second block. */
#define SUSPECT (1024 * 1024)

/* Packed bytes that hold what a window's use is known by: hardly ever more than
 * the 32 KiB that they decode to. */
#define THIN_INPUT (40 * 1024)

void rond_deflated_init(RondDeflated *self, const RondCoderOps *ops,
			RondStream *in, const RondScan *scan)
{
	rond_coder_init(&self->coder, ops, in, scan);
	self->inflater = rond_inflater_new(&self->coder.input);
	self->next_point = G_MAXUINT64;
	if (scan && scan->point) {
		self->window = g_malloc(ROND_WINDOW_SIZE);
		if (!scan->window)
			self->thinner = rond_thinner_new();
		self->next_point = MAX(scan->spacing, 1);
	}
}

gboolean rond_deflated_resume(RondDeflated *self, const RondSeekPoint *from,
			      GError **error)
{
	self->coder.out = self->begin = from->out;
	return rond_inflater_begin(self->inflater, from, error);
}

void rond_deflated_clear(RondDeflated *self)
{
	g_clear_pointer(&self->inflater, rond_inflater_free);
	g_clear_pointer(&self->window, g_free);
	g_clear_pointer(&self->thinner, rond_thinner_free);
}

gboolean rond_deflated_begin(RondDeflated *self, GError **failure)
{
	self->begin = self->coder.out;
	return rond_inflater_begin(self->inflater, NULL, failure);
}

/* Only what is used of a window is worth keeping. It shows in the input that
 * comes next. */
static gboolean look_ahead(RondDeflated *self, const RondSeekPoint *point,
			   RondThinInput *ahead, GError **failure)
{
	RondInput *input = &self->coder.input;

	rond_input_seek(input, point->in / 8);
	gssize avail = rond_input_peek(input, THIN_INPUT, failure);
	if (avail < 0)
		return FALSE;
	*ahead = (RondThinInput){
	    .packed = rond_input_data(input),
	    .len = MIN((gsize)avail, THIN_INPUT),
	    .all = avail < THIN_INPUT,
	};
	return TRUE;
}

static void tell(RondDeflated *self, RondSeekPoint *point,
		 const RondThinInput *ahead)
{
	const RondScan *scan = self->coder.scan;

	if (scan->window) {
		scan->window(point, ahead, scan->data);
		return;
	}
	rond_thinner_run(self->thinner, ahead, point, self->window);
	scan->point(point, scan->data);
}

/* How far behind @point the next one is wanted. Of what hardly packs there is
 * more to fetch for each decoded byte, and windows cost next to nothing: then
 * twice as near. */
static guint64 distance(const RondDeflated *self, const RondSeekPoint *point)
{
	guint64 packed = (point->in - self->last_in) / 8;
	guint64 decoded = point->out - self->last_out;

	if (packed > decoded / 4 * 3)
		return self->coder.scan->spacing / 2;
	return self->coder.scan->spacing;
}

static gboolean report_point(RondDeflated *self, GError **failure)
{
	RondInput *input = &self->coder.input;
	const guint64 here = rond_input_tell(input);
	const RondScan *scan = self->coder.scan;
	RondSeekPoint point = {
	    .in = rond_inflater_bit(self->inflater),
	    .out = self->coder.out + rond_inflater_pending(self->inflater),
	    .window = self->window,
	    .window_len = rond_inflater_window(self->inflater, self->window),
	};
	RondThinInput ahead;

	if (point.window_len == 0) {
		scan->point(&point, scan->data);
	} else {
		if (!look_ahead(self, &point, &ahead, failure))
			return FALSE;
		tell(self, &point, &ahead);
		rond_input_seek(input, here);
	}
	self->next_point = point.out + MAX(distance(self, &point), 1);
	self->last_in = point.in;
	self->last_out = point.out;
	return TRUE;
}

/* Up to the place from which to look for a point, then hunt for it. */
static RondInflateResult run_to_point(RondDeflated *self, RondInflateSpan *span,
				      GError **failure)
{
	guint64 way = self->next_point - MIN(self->next_point, self->coder.out);
	gsize rest = span->len - span->done;
	RondInflateSpan part = {
	    .buf = span->buf + span->done,
	    .len = way > 0 ? MIN(rest, way) : rest,
	};
	RondInflateResult result =
	    rond_inflater_run(self->inflater, &part, way == 0, failure);

	span->done += part.done;
	self->coder.out += part.done;
	return result;
}

static void lose(RondDeflated *self, RondInflateResult why, GError **failure)
{
	RondCoder *coder = &self->coder;
	guint64 suspect = coder->out - MIN(coder->out, SUSPECT);

	if (why == ROND_INFLATE_TRUNCATED)
		rond_coder_lose_end(coder, failure);
	else if (why == ROND_INFLATE_BROKEN)
		rond_coder_lose_rest(coder, MAX(suspect, self->begin),
				     "it can't be unpacked", failure);
}

RondDeflatedResult rond_deflated_run(RondDeflated *self, RondInflateSpan *span,
				     GError **failure)
{
	while (span->done < span->len) {
		RondInflateResult result = run_to_point(self, span, failure);

		if (result == ROND_INFLATE_END)
			return ROND_DEFLATED_END;
		if (result == ROND_INFLATE_BOUNDARY) {
			if (!report_point(self, failure))
				return ROND_DEFLATED_FAILED;
		} else if (result != ROND_INFLATE_MORE) {
			lose(self, result, failure);
			return ROND_DEFLATED_FAILED;
		}
	}
	return ROND_DEFLATED_MORE;
}
