/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/index/extents.h"

#include "backends/error.h"

#include <errno.h>
#include <string.h>

typedef struct {
	RondStream base;
	RondStream *data;
	GArray *extents;
} ExtentStream;

static const RondExtent *extent(const ExtentStream *self, guint i)
{
	return &g_array_index(self->extents, RondExtent, i);
}

/* The first extent that ends behind @offset, or their number. */
static guint find(const ExtentStream *self, guint64 offset)
{
	guint low = 0, high = self->extents->len;

	while (low < high) {
		guint middle = low + (high - low) / 2;
		const RondExtent *at = extent(self, middle);

		if (at->offset + at->length <= offset)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static gssize extent_pread(RondStream *base, void *buf, gsize len,
			   guint64 offset, GError **error)
{
	ExtentStream *self = (ExtentStream *)base;
	guint i = find(self, offset);
	gsize done = 0;

	while (done < len) {
		const RondExtent *at =
		    i < self->extents->len ? extent(self, i) : NULL;
		guint64 pos = offset + done;
		gsize part = len - done;
		char *to = (char *)buf + done;

		if (!at || pos < at->offset) {
			if (at)
				part = MIN(part, at->offset - pos);
			memset(to, 0, part);
		} else {
			part = MIN(part, at->offset + at->length - pos);
			if (!rond_stream_pread_full(self->data, to, part,
						    at->at + (pos - at->offset),
						    error))
				return -1;
			i++;
		}
		done += part;
	}
	return (gssize)done;
}

static void extent_free(RondStream *base)
{
	ExtentStream *self = (ExtentStream *)base;

	rond_stream_unref(self->data);
	g_array_unref(self->extents);
	g_free(self);
}

static gboolean check(const GArray *extents, guint64 size)
{
	guint64 end = 0;

	for (guint i = 0; i < extents->len; i++) {
		const RondExtent *at = &g_array_index(extents, RondExtent, i);

		if (at->offset < end || at->offset > size ||
		    at->length > size - at->offset ||
		    at->at > G_MAXUINT64 - at->length)
			return FALSE;
		end = at->offset + at->length;
	}
	return TRUE;
}

RondStream *rond_extent_stream_new(RondStream *data, GArray *extents,
				   guint64 size, GError **error)
{
	static const RondStreamOps ops = {
	    .pread = extent_pread,
	    .free = extent_free,
	};

	if (!check(extents, size)) {
		rond_fail(error, EIO, "the places of its bytes contradict");
		return NULL;
	}
	ExtentStream *self = g_new0(ExtentStream, 1);

	rond_stream_init(&self->base, &ops, size);
	self->data = rond_stream_ref(data);
	self->extents = g_array_ref(extents);
	return &self->base;
}
