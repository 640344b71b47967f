/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bzip2, by libbz2. A stream is a frame; pbzip2 writes many.
 *
 * A stream is a row of blocks of up to 900 kB that know nothing of each other,
 * each behind a magic of 48 bits, at any bit. Such bits may turn up within a
 * block, too. So libbz2 is fed up to them and not further: if it then gives
 * bytes, and all of them pass the block's CRC, the block is complete and the
 * next one begins there. If it gives none, it wants more of the same block.
 *
 * To enter at a block, libbz2 gets a made-up header and then the bits from
 * there on, shifted to whole bytes. The CRC over all blocks at the end of the
 * stream can't match then, so it is kept from libbz2.
 */
#include "backends/codec/codecs.h"
#include "backends/codec/framed.h"

#include <bzlib.h>
#include <string.h>

#define FEED (16 * 1024) /* bytes of input looked at in a step */

#define HEADER_SIZE 4 /* "BZh" and the block size, 1 to 9 */
#define MAGIC_SIZE 6
#define END_BITS (8 * MAGIC_SIZE + 32) /* magic and CRC */
#define LOOKAHEAD 32		       /* so that they are in sight */

/* What follows the header and each block. */
static const guint8 block_magic[] = {0x31, 0x41, 0x59, 0x26, 0x53, 0x59};
static const guint8 end_magic[] = {0x17, 0x72, 0x45, 0x38, 0x50, 0x90};

typedef enum {
	MARK_NONE,
	MARK_BLOCK,
	MARK_END
} Mark;

typedef struct {
	bz_stream stream;
	guint32 level;	 /* RondSeekPoint.flags: the header's digit */
	guint shift;	 /* bits of a byte that belong to the one before */
	gboolean within; /* entered at a block */
	gboolean begun;	 /* of a block bytes came out, maybe not yet all */
	Mark mark;	 /* the input stands at this, to be settled, */
	guint back;	 /* whose first bit was so many bits ago (0 to 7) */
	/* For each byte: as the second one of a magic that begins at bit r of
	 * the byte before, 1 << r. */
	guint8 hints[256];
	guint8 fed[FEED + 1];
} Bzip2;

static gboolean bzip2_begins(const guint8 *head, gsize len)
{
	if (memcmp(head, "BZh", MIN(len, 3)) != 0)
		return FALSE;
	if (len >= HEADER_SIZE && (head[3] < '1' || head[3] > '9'))
		return FALSE;
	if (len <= HEADER_SIZE)
		return TRUE;
	gsize rest = MIN(len - HEADER_SIZE, MAGIC_SIZE);
	return memcmp(head + HEADER_SIZE, block_magic, rest) == 0 ||
	       memcmp(head + HEADER_SIZE, end_magic, rest) == 0;
}

static gboolean bzip2_probe(const guint8 *head, gsize len)
{
	return len >= HEADER_SIZE + MAGIC_SIZE && bzip2_begins(head, len);
}

static void set_hints(guint8 *hints, const guint8 *magic)
{
	for (guint bit = 0; bit < 8; bit++)
		hints[(magic[0] << 8 | magic[1]) >> bit & 0xff] |= 1 << bit;
}

static gpointer bzip2_new(void)
{
	Bzip2 *self = g_new0(Bzip2, 1);

	set_hints(self->hints, block_magic);
	set_hints(self->hints, end_magic);
	return self;
}

static gboolean bzip2_begin(gpointer state)
{
	Bzip2 *self = state;

	if (self->stream.state)
		BZ2_bzDecompressEnd(&self->stream);
	self->level = self->shift = 0;
	self->within = self->begun = FALSE;
	self->mark = MARK_NONE;
	return BZ2_bzDecompressInit(&self->stream, 0, 0) == BZ_OK;
}

static gboolean bzip2_enter(gpointer state, const RondSeekPoint *from)
{
	Bzip2 *self = state;
	char header[HEADER_SIZE] = {'B', 'Z', 'h', (char)from->flags};

	if (from->flags < '1' || from->flags > '9' || !bzip2_begin(self))
		return FALSE;
	self->level = from->flags;
	self->shift = from->in % 8;
	self->within = TRUE;
	self->stream.next_in = header;
	self->stream.avail_in = HEADER_SIZE;
	self->stream.avail_out = 0;
	return BZ2_bzDecompress(&self->stream) == BZ_OK;
}

/* Bring input to whole bytes in self->fed. Returns how many: with a shift the
 * last byte in sight is not whole, unless the input ends with it. */
static gsize align(Bzip2 *self, const RondFrameSpan *span, gboolean ends)
{
	gsize len = MIN(span->in_len, FEED);
	guint shift = self->shift;

	memcpy(self->fed, span->in, len);
	self->fed[len] = len < span->in_len ? span->in[len] : 0;
	if (shift == 0)
		return len;
	for (gsize i = 0; i < len; i++)
		self->fed[i] =
		    self->fed[i] << shift | self->fed[i + 1] >> (8 - shift);
	return len < span->in_len || ends ? len : len - 1;
}

/* What begins at @bit of the 7 bytes at @at. */
static Mark mark_at(const guint8 *at, guint bit)
{
	guint8 bytes[MAGIC_SIZE];

	for (gsize i = 0; i < MAGIC_SIZE; i++)
		bytes[i] = (at[i] << 8 | at[i + 1]) >> (8 - bit);
	if (memcmp(bytes, block_magic, MAGIC_SIZE) == 0)
		return MARK_BLOCK;
	if (memcmp(bytes, end_magic, MAGIC_SIZE) == 0)
		return MARK_END;
	return MARK_NONE;
}

/* How many of @len bytes to feed: up to the first mark, which is noted, or all
 * up to which none begins. The first bit was looked at the last time. */
static gsize feed_size(Bzip2 *self, gsize len, gboolean ends)
{
	for (gsize i = 0; i + MAGIC_SIZE < len; i++) {
		guint8 hints = self->hints[self->fed[i + 1]];

		for (guint bit = i ? 0 : 1; hints >> bit; bit++) {
			if (!(hints >> bit & 1))
				continue;
			self->mark = mark_at(self->fed + i, bit);
			if (self->mark == MARK_NONE)
				continue;
			self->back = (8 - bit) % 8;
			return bit ? i + 1 : i;
		}
	}
	return ends ? len : len - MAGIC_SIZE - 1;
}

static RondFrameResult bzip2_fail(int status, RondFrameSpan *span)
{
	if (status == BZ_MEM_ERROR) {
		span->why = "needs more memory than there is";
		return ROND_FRAME_LIMIT;
	}
	span->why = "wrong data or CRC";
	return ROND_FRAME_BROKEN;
}

static RondFrameResult run(Bzip2 *self, RondFrameSpan *span, gsize feed)
{
	bz_stream *stream = &self->stream;

	stream->next_in = (char *)self->fed;
	stream->avail_in = feed;
	stream->next_out = (char *)span->out + span->made;
	stream->avail_out = span->out_len - span->made;
	span->checked = FALSE;

	int status = BZ2_bzDecompress(stream);
	gsize made = span->out_len - stream->avail_out;
	self->begun |= made > span->made;
	span->made = made;
	span->used += feed - stream->avail_in;
	if (status == BZ_STREAM_END)
		return ROND_FRAME_END;
	if (status != BZ_OK)
		return bzip2_fail(status, span);
	/* It gives a block's bytes out before it checks their CRC. When it
	 * asks for input though there is room, no block is under way. */
	span->checked = stream->avail_out > 0;
	return ROND_FRAME_MORE;
}

/* All of a block came out: the mark is no accident. */
static RondFrameResult settle_mark(Bzip2 *self, RondFrameSpan *span)
{
	gint bit = (gint)self->shift - (gint)self->back;
	gsize end = (bit + END_BITS + 7) / 8;

	if (self->mark == MARK_END && self->within) {
		if (span->in_len < end)
			return ROND_FRAME_MORE;
		span->used = end;
		return ROND_FRAME_END;
	}
	if (self->mark == MARK_BLOCK) {
		span->entry = bit;
		span->entry_flags = self->level;
	}
	self->mark = MARK_NONE;
	self->begun = FALSE;
	return ROND_FRAME_MORE;
}

/* Have all that was fed come out, to see what the mark is. */
static RondFrameResult drain(Bzip2 *self, RondFrameSpan *span)
{
	RondFrameResult result = run(self, span, 0);

	if (result != ROND_FRAME_MORE || !span->checked)
		return result;
	if (self->begun)
		return settle_mark(self, span);
	self->mark = MARK_NONE;
	return ROND_FRAME_MORE;
}

static RondFrameResult bzip2_step(gpointer state, RondFrameSpan *span)
{
	Bzip2 *self = state;
	gboolean ends = span->in_len < LOOKAHEAD;

	if (self->mark != MARK_NONE) {
		RondFrameResult result = drain(self, span);

		if (result != ROND_FRAME_MORE || self->mark != MARK_NONE ||
		    span->entry_flags)
			return result;
	}
	gsize len = align(self, span, ends);

	if (!self->level && len >= HEADER_SIZE)
		self->level = self->fed[HEADER_SIZE - 1];
	return run(self, span, feed_size(self, len, ends));
}

static void bzip2_free(gpointer state)
{
	Bzip2 *self = state;

	if (self->stream.state)
		BZ2_bzDecompressEnd(&self->stream);
	g_free(self);
}

static const RondFrameOps frame_ops = {
    .coder = ROND_FRAMED_CODER("bzip2"),
    .suspect = G_MAXSIZE, /* back to the last check that passed */
    .lookahead = LOOKAHEAD,
    .begins = bzip2_begins,
    .state_new = bzip2_new,
    .state_begin = bzip2_begin,
    .state_enter = bzip2_enter,
    .step = bzip2_step,
    .state_free = bzip2_free,
};

static RondDecoder *bzip2_open(RondStream *in, const RondSeekPoint *from,
			       const RondScan *scan, GError **error)
{
	return rond_framed_open(&frame_ops, in, from, scan, error);
}

const RondCodec rond_bzip2_codec = {
    .name = "bzip2",
    .suffix = "bz2",
    .probe = bzip2_probe,
    .open = bzip2_open,
};
