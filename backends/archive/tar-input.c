/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/archive/tar-input.h"
#include "backends/archive/tar-header.h"

#include <string.h>

#define MIN_AHEAD (4UL * 1024)
#define MAX_AHEAD (256UL * 1024)

struct RondTarInput {
	RondStream *stream;
	guint64 size; /* never less than it is; unknown at first */
	/* What @window holds: @len bytes from @start on. */
	guint64 start;
	gsize len;
	gsize ahead; /* how much to read next time */
	gsize most;  /* of it */
	guint8 window[ROND_TAR_BLOCK + MAX_AHEAD];
};

RondTarInput *rond_tar_input_new(RondStream *stream)
{
	RondTarInput *self = g_new(RondTarInput, 1);

	self->stream = stream;
	self->size = rond_stream_size(stream);
	self->start = 0;
	self->len = 0;
	/* What is being decoded is in memory: a copy of it gains nothing. */
	self->most =
	    self->size == ROND_SIZE_UNKNOWN ? ROND_TAR_BLOCK : MAX_AHEAD;
	self->ahead = MIN(MIN_AHEAD, self->most);
	return self;
}

void rond_tar_input_free(RondTarInput *self)
{
	g_free(self);
}

/* Read up to @len bytes, @need at least, behind the window's. */
static gboolean fill(RondTarInput *self, gsize need, gsize len, GError **error)
{
	g_autoptr(GError) failure = NULL;
	const guint64 at = self->start + self->len;
	guint8 *to = self->window + self->len;
	gssize got = rond_stream_pread(self->stream, to, len, at, &failure);

	/* Damage may lie in what was read ahead only. */
	if (got < 0 && need < len) {
		len = need;
		self->ahead = MIN(MIN_AHEAD, self->most);
		g_clear_error(&failure);
		got = rond_stream_pread(self->stream, to, len, at, &failure);
	}
	if (got < 0) {
		g_propagate_prefixed_error(error, g_steal_pointer(&failure),
					   "at byte %" G_GUINT64_FORMAT ": ",
					   at);
		return FALSE;
	}
	self->len += got;
	if ((gsize)got < len)
		self->size = at + got;
	return TRUE;
}

/* Move the window so that it begins at @at, keeping what it has of that. */
static void slide(RondTarInput *self, guint64 at)
{
	const guint64 end = self->start + self->len;

	g_assert(at >= self->start);
	if (at < end) {
		self->len = end - at;
		memmove(self->window, self->window + (at - self->start),
			self->len);
	} else {
		self->len = 0;
	}
	/* A long file was skipped: the next one may be long, too. */
	if (at > end && at - end >= MAX_AHEAD / 4)
		self->ahead = MIN(MIN_AHEAD, self->most);
	self->start = at;
}

static gboolean need(RondTarInput *self, guint64 at, gsize len, GError **error)
{
	if (at >= self->start && at - self->start + len <= self->len)
		return TRUE;
	slide(self, at);
	if (self->len >= len || self->start + self->len >= self->size)
		return TRUE;

	const gsize ahead = self->ahead;

	self->ahead = MIN(ahead * 2, self->most);
	return fill(self, len - self->len, ahead, error);
}

const void *rond_tar_input_block(RondTarInput *self, guint64 at, gsize *len,
				 GError **error)
{
	if (!need(self, at, ROND_TAR_BLOCK, error))
		return NULL;
	*len = MIN(self->len - (at - self->start), ROND_TAR_BLOCK);
	return self->window + (at - self->start);
}

gboolean rond_tar_input_read(RondTarInput *self, guint64 at, void *buf,
			     gsize len, gsize *got, GError **error)
{
	guint8 *to = buf;

	*got = 0;
	while (*got < len) {
		gsize piece;
		const void *block =
		    rond_tar_input_block(self, at + *got, &piece, error);

		if (!block)
			return FALSE;
		if (piece == 0)
			return TRUE;
		piece = MIN(piece, len - *got);
		memcpy(to + *got, block, piece);
		*got += piece;
	}
	return TRUE;
}

gboolean rond_tar_input_reaches(RondTarInput *self, guint64 end,
				gboolean *reached, GError **error)
{
	*reached = TRUE;
	if (end <= self->start + self->len)
		return TRUE;
	if (self->size == ROND_SIZE_UNKNOWN && !need(self, end - 1, 1, error))
		return FALSE;
	if (self->size != ROND_SIZE_UNKNOWN)
		*reached = end <= self->size;
	return TRUE;
}
