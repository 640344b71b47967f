/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/fake-codec.h"

#include "backends/error.h"

#include <errno.h>
#include <string.h>

#define MASK 0xa5
#define FLAGS 0xfa
#define CHUNK 1000 /* decoders give less than they are asked for */

typedef struct {
	RondStream stream;
	GBytes *plain;
	guint64 broken_from, broken_to;
	int broken_code;
	GMutex lock; /* over everything below */
	GCond cond;
	guint64 decoded;
	guint opened, entered, meet;
} FakePacked;

/* Comes with the first broadcast that makes it go on, or the test hangs and
 * is ended by its time limit. */
static void meet_others(FakePacked *self)
{
	self->entered++;
	g_cond_broadcast(&self->cond);
	while (self->entered < self->meet)
		g_cond_wait(&self->cond, &self->lock);
}

static gssize packed_pread(RondStream *stream, void *buf, gsize len,
			   guint64 offset, GError **error)
{
	FakePacked *self = (FakePacked *)stream;
	const guint8 *plain = g_bytes_get_data(self->plain, NULL);

	if (offset >= self->broken_from && offset < self->broken_to) {
		rond_fail(error, self->broken_code, "broken");
		return -1;
	}
	if (offset < self->broken_from)
		len = MIN(len, self->broken_from - offset);
	for (gsize i = 0; i < len; i++)
		((guint8 *)buf)[i] = plain[offset + i] ^ MASK;
	g_mutex_lock(&self->lock);
	meet_others(self);
	self->decoded += len;
	g_mutex_unlock(&self->lock);
	return len;
}

static void packed_free(RondStream *stream)
{
	FakePacked *self = (FakePacked *)stream;

	g_bytes_unref(self->plain);
	g_cond_clear(&self->cond);
	g_mutex_clear(&self->lock);
	g_free(self);
}

static const RondStreamOps packed_ops = {
    .pread = packed_pread,
    .free = packed_free,
};

RondStream *fake_packed_new(GBytes *plain)
{
	FakePacked *self = g_new0(FakePacked, 1);

	rond_stream_init(&self->stream, &packed_ops, g_bytes_get_size(plain));
	g_mutex_init(&self->lock);
	g_cond_init(&self->cond);
	self->plain = g_bytes_ref(plain);
	return &self->stream;
}

guint64 fake_packed_decoded(RondStream *stream)
{
	FakePacked *self = (FakePacked *)stream;

	g_mutex_lock(&self->lock);
	guint64 decoded = self->decoded;
	g_mutex_unlock(&self->lock);
	return decoded;
}

guint fake_packed_opened(RondStream *stream)
{
	FakePacked *self = (FakePacked *)stream;

	g_mutex_lock(&self->lock);
	guint opened = self->opened;
	g_mutex_unlock(&self->lock);
	return opened;
}

void fake_packed_break(RondStream *stream, guint64 from, guint64 to, int code)
{
	FakePacked *self = (FakePacked *)stream;

	self->broken_from = from;
	self->broken_to = to;
	self->broken_code = code;
}

void fake_packed_meet(RondStream *stream, guint n)
{
	((FakePacked *)stream)->meet = n;
}

void fake_packed_wait(RondStream *stream, guint n)
{
	FakePacked *self = (FakePacked *)stream;

	g_mutex_lock(&self->lock);
	while (self->entered < n)
		g_cond_wait(&self->cond, &self->lock);
	g_mutex_unlock(&self->lock);
}

typedef struct {
	RondDecoder decoder;
	RondStream *in;
	guint64 pos;
} FakeDecoder;

static gssize fake_read(RondDecoder *decoder, void *buf, gsize len,
			GError **error)
{
	FakeDecoder *self = (FakeDecoder *)decoder;
	gssize got =
	    rond_stream_pread(self->in, buf, MIN(len, CHUNK), self->pos, error);

	for (gssize i = 0; i < got; i++)
		((guint8 *)buf)[i] ^= MASK;
	if (got > 0)
		self->pos += got;
	return got;
}

static void fake_free(RondDecoder *decoder)
{
	FakeDecoder *self = (FakeDecoder *)decoder;

	rond_stream_unref(self->in);
	g_free(self);
}

static const RondDecoderOps decoder_ops = {
    .read = fake_read,
    .free = fake_free,
};

static gboolean good_point(const RondSeekPoint *point)
{
	return point->window_len == sizeof(point->out) &&
	       memcmp(point->window, &point->out, sizeof(point->out)) == 0 &&
	       point->in == point->out * 8 && point->flags == FLAGS;
}

static RondDecoder *fake_open(RondStream *in, const RondSeekPoint *from,
			      const RondScan *scan, GError **error)
{
	FakeDecoder *self;

	if (from && !good_point(from)) {
		rond_fail(error, EIO, "not a seek point");
		return NULL;
	}
	if (in->ops == &packed_ops) {
		FakePacked *packed = (FakePacked *)in;

		g_mutex_lock(&packed->lock);
		packed->opened++;
		g_mutex_unlock(&packed->lock);
	}
	self = g_new0(FakeDecoder, 1);
	self->decoder.ops = &decoder_ops;
	self->in = rond_stream_ref(in);
	self->pos = from ? from->out : 0;
	return &self->decoder;
}

const RondCodec *fake_codec(void)
{
	static const RondCodec codec = {
	    .name = "fake",
	    .open = fake_open,
	};

	return &codec;
}

/* Spacing and lie in one pointer: such a table needs no owner. */
gpointer fake_points(guint spacing, FakeLie lie)
{
	return GUINT_TO_POINTER(spacing * 4 + lie);
}

guint64 fake_point_out(gpointer data, gsize i)
{
	return (guint64)(i + 1) * (GPOINTER_TO_UINT(data) / 4);
}

gboolean fake_point(gpointer data, gsize i, guint8 *scratch,
		    RondSeekPoint *point, GError **error)
{
	FakeLie lie = GPOINTER_TO_UINT(data) % 4;
	guint64 out = fake_point_out(data, i);

	if (lie == FAKE_POINT_FAILS)
		return rond_fail(error, EIO, "no such point");
	if (lie == FAKE_POINT_ELSEWHERE)
		out++;
	memcpy(scratch, &out, sizeof(out));
	*point = (RondSeekPoint){
	    .in = out * 8,
	    .out = out,
	    .window = scratch,
	    .window_len = lie == FAKE_POINT_BAD ? 3 : sizeof(out),
	    .flags = FLAGS,
	};
	return TRUE;
}
