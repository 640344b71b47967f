/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * "Decoding" what is not compressed: a stored zip member goes through the same
 * checks as a deflated one.
 */
#include "backends/codec/codecs.h"

#include "backends/error.h"

#include <errno.h>

typedef struct {
	RondDecoder base;
	RondStream *in;
	guint64 at, next_point;
	const RondScan *scan;
} Stored;

static void tell_points(Stored *self)
{
	const RondScan *scan = self->scan;

	if (!scan || !scan->point || !scan->spacing ||
	    self->at < self->next_point)
		return;
	scan->point(&(RondSeekPoint){.in = self->at * 8, .out = self->at},
		    scan->data);
	self->next_point = self->at + scan->spacing;
}

static gssize stored_read(RondDecoder *base, void *buf, gsize len,
			  GError **error)
{
	Stored *self = (Stored *)base;
	guint64 size = rond_stream_size(self->in);
	gsize want = MIN(len, size - MIN(size, self->at));

	if (!rond_stream_pread_full(self->in, buf, want, self->at, error))
		return -1;
	self->at += want;
	if (want)
		tell_points(self);
	return (gssize)want;
}

static void stored_free(RondDecoder *base)
{
	Stored *self = (Stored *)base;

	rond_stream_unref(self->in);
	g_free(self);
}

static RondDecoder *stored_open(RondStream *in, const RondSeekPoint *from,
				const RondScan *scan, GError **error)
{
	static const RondDecoderOps ops = {stored_read, stored_free};

	if (from && (from->in % 8 || from->in / 8 != from->out)) {
		rond_fail(error, EINVAL, "stored data can't be entered there");
		return NULL;
	}
	Stored *self = g_new0(Stored, 1);

	self->base.ops = &ops;
	self->in = rond_stream_ref(in);
	self->scan = scan;
	self->at = from ? from->out : 0;
	self->next_point = scan ? scan->spacing : 0;
	return &self->base;
}

const RondCodec rond_stored_codec = {
    .name = "stored",
    .open = stored_open,
};
