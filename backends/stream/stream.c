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

/* How many of @len bytes at @offset are there. */
static gsize bound(const RondStream *self, gsize len, guint64 offset)
{
	if (offset >= self->size)
		return 0;
	/* A size that is unknown is also the largest: it bounds nothing. */
	len = MIN(len, self->size - offset);
	return MIN(len, G_MAXSSIZE);
}

gssize rond_stream_pread(RondStream *self, void *buf, gsize len, guint64 offset,
			 GError **error)
{
	len = bound(self, len, offset);
	if (!len)
		return 0;
	return self->ops->pread(self, buf, len, offset, error);
}

/* A view of a copy. */
static gboolean view_copy(RondStream *self, gsize len, guint64 offset,
			  RondView *view, GError **error)
{
	g_autofree guint8 *buf = g_try_malloc(len);

	if (!buf)
		return rond_fail_errno(error, ENOMEM, "can't read");
	gssize got = self->ops->pread(self, buf, len, offset, error);

	if (got < 0)
		return FALSE;
	view->data = buf;
	view->len = (gsize)got;
	view->bytes = g_bytes_new_take(g_steal_pointer(&buf), (gsize)got);
	return TRUE;
}

gboolean rond_stream_view(RondStream *self, gsize len, guint64 offset,
			  RondView *view, GError **error)
{
	*view = (RondView){0};
	len = bound(self, len, offset);
	if (!len)
		return TRUE;
	if (!self->ops->view)
		return view_copy(self, len, offset, view, error);
	return self->ops->view(self, len, offset, view, error);
}

void rond_view_clear(RondView *view)
{
	g_clear_pointer(&view->bytes, g_bytes_unref);
	view->len = 0;
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
