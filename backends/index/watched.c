/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/index/watched.h"

#define PROGRESS_STEP (1 << 20)

static gssize watched_pread(RondStream *base, void *buf, gsize len,
			    guint64 offset, GError **error)
{
	RondWatched *self = (RondWatched *)base;
	GError *failure = NULL;
	gssize n = -1;

	if (!g_cancellable_set_error_if_cancelled(self->cancellable, &failure))
		n = rond_stream_pread(self->source, buf, len, offset, &failure);
	if (n < 0) {
		if (!self->failure)
			self->failure = g_error_copy(failure);
		g_propagate_error(error, failure);
		return -1;
	}
	self->bytes += (guint64)n;
	if (self->progress && self->bytes - self->told >= PROGRESS_STEP) {
		self->told = self->bytes;
		self->progress(self->data, self->bytes);
	}
	return n;
}

/* Part of its owner: nothing of it is freed when a reader lets go. */
static void watched_free(RondStream *base)
{
}

void rond_watched_init(RondWatched *self, RondStream *source)
{
	static const RondStreamOps ops = {
	    .pread = watched_pread,
	    .free = watched_free,
	};

	*self = (RondWatched){.source = rond_stream_ref(source)};
	rond_stream_init(&self->base, &ops, rond_stream_size(source));
}

void rond_watched_clear(RondWatched *self)
{
	g_clear_pointer(&self->source, rond_stream_unref);
	g_clear_error(&self->failure);
}
