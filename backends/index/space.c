/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/index/space.h"

#include "backends/error.h"
#include "backends/index/tables.h"

#include <errno.h>
#include <string.h>

typedef struct {
	RondStream base;
	RondStream *dump;
	RondIndex *index;
	gpointer owner;
	GDestroyNotify owner_free;
} SpaceStream;

static gssize space_pread(RondStream *base, void *buf, gsize len,
			  guint64 offset, GError **error)
{
	SpaceStream *self = (SpaceStream *)base;
	const guint8 *text;

	if (offset < ROND_TEXT_PLACE)
		return rond_stream_pread(self->dump, buf, len, offset, error);
	if (offset >= ROND_NO_PLACE) {
		rond_fail(error, EIO,
			  "the dump is damaged: what follows is missing");
		return -1;
	}
	text = rond_index_text(self->index, offset - ROND_TEXT_PLACE, len);
	if (!text) {
		rond_fail(error, EIO, "the index has no such text");
		return -1;
	}
	memcpy(buf, text, len);
	return (gssize)len;
}

static void space_free(RondStream *base)
{
	SpaceStream *self = (SpaceStream *)base;

	rond_stream_unref(self->dump);
	rond_index_unref(self->index);
	if (self->owner_free)
		self->owner_free(self->owner);
	g_free(self);
}

RondStream *rond_space_stream_new(RondStream *dump, RondIndex *index,
				  gpointer owner, GDestroyNotify owner_free)
{
	static const RondStreamOps ops = {
	    .pread = space_pread,
	    .free = space_free,
	};
	SpaceStream *self = g_new0(SpaceStream, 1);

	rond_stream_init(&self->base, &ops, ROND_SIZE_UNKNOWN);
	self->dump = rond_stream_ref(dump);
	self->index = rond_index_ref(index);
	self->owner = owner;
	self->owner_free = owner_free;
	return &self->base;
}
