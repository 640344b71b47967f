/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/fault-stream.h"

#include "backends/error.h"

typedef struct {
	RondStream stream;
	RondStream *parent;
	guint fail_at;
	int code;
	gint reads;
} FaultStream;

static gssize fault_pread(RondStream *stream, void *buf, gsize len,
			  guint64 offset, GError **error)
{
	FaultStream *self = (FaultStream *)stream;
	guint number = g_atomic_int_add(&self->reads, 1) + 1;

	if (number == self->fail_at) {
		rond_fail(error, self->code, "read %u fails", number);
		return -1;
	}
	return rond_stream_pread(self->parent, buf, len, offset, error);
}

static void fault_free(RondStream *stream)
{
	FaultStream *self = (FaultStream *)stream;

	rond_stream_unref(self->parent);
	g_free(self);
}

static const RondStreamOps fault_ops = {
    .pread = fault_pread,
    .free = fault_free,
};

RondStream *fault_stream_new(RondStream *parent, guint fail_at, int code)
{
	FaultStream *self = g_new0(FaultStream, 1);

	rond_stream_init(&self->stream, &fault_ops, rond_stream_size(parent));
	self->parent = rond_stream_ref(parent);
	self->fail_at = fail_at;
	self->code = code;
	return &self->stream;
}

guint fault_stream_reads(RondStream *self)
{
	return g_atomic_int_get(&((FaultStream *)self)->reads);
}
