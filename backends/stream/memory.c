/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/stream/stream.h"

#include <string.h>

typedef struct {
	RondStream stream;
	GBytes *bytes;
} MemoryStream;

static gssize memory_pread(RondStream *stream, void *buf, gsize len,
			   guint64 offset, GError **error)
{
	MemoryStream *self = (MemoryStream *)stream;
	gsize size;
	const guint8 *data = g_bytes_get_data(self->bytes, &size);

	/* rond_stream_pread() has cut both to what there is. */
	g_assert(offset <= size && len <= size - offset);
	memcpy(buf, data + offset, len);
	return len;
}

static gboolean memory_view(RondStream *stream, gsize len, guint64 offset,
			    RondView *view, GError **error)
{
	MemoryStream *self = (MemoryStream *)stream;
	const guint8 *data = g_bytes_get_data(self->bytes, NULL);

	*view = (RondView){g_bytes_ref(self->bytes), data + offset, len};
	return TRUE;
}

static void memory_free(RondStream *stream)
{
	MemoryStream *self = (MemoryStream *)stream;

	g_bytes_unref(self->bytes);
	g_free(self);
}

static const RondStreamOps memory_ops = {
    .pread = memory_pread,
    .view = memory_view,
    .free = memory_free,
};

RondStream *rond_memory_stream_new(GBytes *bytes)
{
	MemoryStream *self = g_new0(MemoryStream, 1);

	rond_stream_init(&self->stream, &memory_ops, g_bytes_get_size(bytes));
	self->bytes = g_bytes_ref(bytes);
	return &self->stream;
}
