/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/error.h"
#include "backends/stream/stream.h"

#include <errno.h>

typedef struct {
	RondStream stream;
	RondStream *parent;
	guint64 offset;
} SliceStream;

/* Place and length come from archives: their sum may be anything. */
static gboolean check_place(const SliceStream *self, guint64 offset,
			    GError **error)
{
	if (offset <= G_MAXUINT64 - self->offset)
		return TRUE;
	return rond_fail(error, EIO,
			 "the data lies past the end of its archive");
}

static gssize slice_pread(RondStream *stream, void *buf, gsize len,
			  guint64 offset, GError **error)
{
	SliceStream *self = (SliceStream *)stream;

	if (!check_place(self, offset, error))
		return -1;
	if (!rond_stream_pread_full(self->parent, buf, len,
				    self->offset + offset, error))
		return -1;
	return len;
}

static gboolean slice_view(RondStream *stream, gsize len, guint64 offset,
			   RondView *view, GError **error)
{
	SliceStream *self = (SliceStream *)stream;

	if (!check_place(self, offset, error) ||
	    !rond_stream_view(self->parent, len, self->offset + offset, view,
			      error))
		return FALSE;
	return view->len || rond_fail(error, EIO, "the data ends early");
}

static void slice_free(RondStream *stream)
{
	SliceStream *self = (SliceStream *)stream;

	rond_stream_unref(self->parent);
	g_free(self);
}

static const RondStreamOps slice_ops = {
    .pread = slice_pread,
    .view = slice_view,
    .free = slice_free,
};

RondStream *rond_slice_stream_new(RondStream *parent, guint64 offset,
				  guint64 length)
{
	SliceStream *self = g_new0(SliceStream, 1);

	rond_stream_init(&self->stream, &slice_ops, length);
	self->parent = rond_stream_ref(parent);
	self->offset = offset;
	return &self->stream;
}
