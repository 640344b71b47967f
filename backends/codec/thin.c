/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An inflater only tells values. So it decodes twice, behind two windows whose
 * bytes at one place are never equal and as a pair tell the place: where the
 * results differ, a byte came from the window, and the pair says from where.
 */
#include "backends/codec/thin.h"

#include "backends/codec/inflate.h"

#include <string.h>

#define STRIDE 256 /* what one byte can tell apart */
#define WORD 8

typedef struct {
	guint8 window[ROND_WINDOW_SIZE];
	guint8 out[ROND_WINDOW_SIZE];
} Pattern;

struct RondThinner {
	RondInput input; /* a view of the bytes given */
	RondInflater *inflater;
	Pattern a, b;
	guint8 used[ROND_WINDOW_SIZE]; /* 0xff: referred to, 0: not */
};

RondThinner *rond_thinner_new(void)
{
	RondThinner *self = g_new0(RondThinner, 1);

	self->inflater = rond_inflater_new(&self->input);
	for (gsize i = 0; i < ROND_WINDOW_SIZE; i++) {
		self->a.window[i] = i % STRIDE;
		self->b.window[i] = i % STRIDE + 1 + i / STRIDE;
	}
	return self;
}

void rond_thinner_free(RondThinner *self)
{
	rond_inflater_free(self->inflater);
	g_free(self);
}

/* The place that a pair of different bytes comes from. */
static gsize place(guint8 a, guint8 b)
{
	return (gsize)(guint8)(b - a - 1) * STRIDE + a;
}

/* Decode behind a pattern; FALSE when that doesn't go far enough. */
static gboolean decode(RondThinner *self, const RondThinInput *input,
		       const RondSeekPoint *point, Pattern *pattern, gsize *len)
{
	RondInflateSpan span = {.buf = pattern->out, .len = ROND_WINDOW_SIZE};
	RondSeekPoint from = {
	    .in = point->in % 8,
	    .window = pattern->window,
	    .window_len = point->window_len,
	};

	self->input = (RondInput){
	    .buf = (guint8 *)input->packed,
	    .end = input->len,
	    .ended = TRUE,
	};
	if (!rond_inflater_begin(self->inflater, &from, NULL))
		return FALSE;
	RondInflateResult result =
	    rond_inflater_run(self->inflater, &span, FALSE, NULL);

	*len = span.done;
	return result == ROND_INFLATE_MORE || result == ROND_INFLATE_END ||
	       (result == ROND_INFLATE_TRUNCATED && input->all);
}

/* Note where the first @len bytes come from. FALSE: there is no such place,
 * the stream must be damaged. */
static gboolean trace(RondThinner *self, gsize len, gsize window_len)
{
	const guint8 *a = self->a.out, *b = self->b.out;

	memset(self->used, 0, window_len);
	for (gsize i = 0; i < len; i++) {
		/* Mostly, long stretches are of one sort. */
		while (i + WORD <= len && memcmp(a + i, b + i, WORD) == 0)
			i += WORD;
		if (i == len || a[i] == b[i])
			continue;
		if (place(a[i], b[i]) >= window_len)
			return FALSE;
		self->used[place(a[i], b[i])] = 0xff;
	}
	return TRUE;
}

void rond_thinner_run(RondThinner *self, const RondThinInput *input,
		      RondSeekPoint *point, guint8 *window)
{
	gsize window_len = point->window_len, len_a, len_b, unused = 0;

	if (!decode(self, input, point, &self->a, &len_a) ||
	    !decode(self, input, point, &self->b, &len_b) || len_a != len_b ||
	    !trace(self, len_a, window_len))
		return;
	for (gsize i = 0; i < window_len; i++)
		window[i] &= self->used[i];
	while (unused < window_len && !self->used[unused])
		unused++;
	point->window = window + unused;
	point->window_len -= unused;
}
