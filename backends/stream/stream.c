/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/stream/stream.h"

#include "backends/error.h"

#include <errno.h>

void rond_stream_init(RondStream *self, const RondStreamOps *ops, guint64 size)
{
	self->ops = ops;
	self->size = size;
	g_atomic_ref_count_init(&self->refs);
}

RondStream *rond_stream_ref(RondStream *self)
{
	g_atomic_ref_count_inc(&self->refs);
	return self;
}

void rond_stream_unref(RondStream *self)
{
	if (g_atomic_ref_count_dec(&self->refs))
		self->ops->free(self);
}

guint64 rond_stream_size(const RondStream *self)
{
	return self->size;
}

gssize rond_stream_pread(RondStream *self, void *buf, gsize len, guint64 offset,
			 GError **error)
{
	if (offset >= self->size)
		return 0;
	/* A size that is unknown is also the largest: it bounds nothing. */
	len = MIN(len, self->size - offset);
	len = MIN(len, G_MAXSSIZE);
	if (!len)
		return 0;
	return self->ops->pread(self, buf, len, offset, error);
}

gboolean rond_stream_pread_full(RondStream *self, void *buf, gsize len,
				guint64 offset, GError **error)
{
	gssize got = rond_stream_pread(self, buf, len, offset, error);

	if (got < 0)
		return FALSE;
	if ((gsize)got < len)
		return rond_fail(error, EIO,
				 "the data ends early: %" G_GSIZE_FORMAT
				 " bytes are wanted at %" G_GUINT64_FORMAT
				 ", there are %" G_GSSIZE_FORMAT,
				 len, offset, got);
	return TRUE;
}
