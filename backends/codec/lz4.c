/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lz4 frames (lz4_Frame_format.md 1.6.2), by liblz4. Skippable frames count as
 * frames. The older "legacy" frames are not known to the library: lz4-legacy.c.
 *
 * Where the blocks of a frame don't build on each other, each can be entered,
 * behind a made-up header.
 */
#include "backends/codec/codecs.h"
#include "backends/codec/framed.h"
#include "backends/codec/hops.h"
#include "backends/codec/lz4-legacy.h"
#include "backends/codec/magic.h"

#include <lz4frame.h>
#include <string.h>

#define MAGIC 0x184d2204u
#define BLOCK_HEADER 4
#define BLOCK_STORED 0x80000000u
#define SUM_SIZE 4
#define LOOKAHEAD LZ4F_HEADER_SIZE_MAX

/* Of the frame's descriptor. */
#define FLAG_INDEPENDENT 0x20
#define FLAG_BLOCK_SUMS 0x10
#define FLAG_CONTENT_SUM 0x04
#define BLOCK_SIZE_MAX (4 * 1024 * 1024)

/* RondSeekPoint.flags of a block: this, and the two bytes of the descriptor. */
#define ENTRY 0x10000u
#define LEGACY_ENTRY 0x20000u

typedef struct {
	LZ4F_dctx *context;
	gboolean begun;	  /* the frame's header is known */
	gboolean within;  /* entered at a block */
	guint8 flags;	  /* the descriptor's first byte */
	guint8 size_code; /* and its second */
	/* Bytes before the next block, where blocks can be entered. */
	guint64 left;
	gboolean in_legacy;
	RondLz4Legacy *legacy;
} Lz4;

static gboolean lz4_begins(const guint8 *head, gsize len)
{
	return rond_magic_matches(head, len, MAGIC) ||
	       rond_magic_matches(head, len, ROND_LZ4_LEGACY_MAGIC) ||
	       rond_magic_is_skippable(head, len);
}

static gboolean lz4_probe(const guint8 *head, gsize len)
{
	gsize at = rond_magic_after_skippable(head, len);

	return len - at >= 4 &&
	       (rond_magic_matches(head + at, len - at, MAGIC) ||
		rond_magic_matches(head + at, len - at, ROND_LZ4_LEGACY_MAGIC));
}

static gpointer lz4_new(void)
{
	Lz4 *self = g_new0(Lz4, 1);

	self->legacy = rond_lz4_legacy_new();
	if (!LZ4F_isError(
		LZ4F_createDecompressionContext(&self->context, LZ4F_VERSION)))
		return self;
	rond_lz4_legacy_free(self->legacy);
	g_free(self);
	return NULL;
}

static gboolean lz4_begin(gpointer state)
{
	Lz4 *self = state;

	LZ4F_resetDecompressionContext(self->context);
	self->left = 0;
	self->flags = self->size_code = 0;
	self->within = self->begun = self->in_legacy = FALSE;
	rond_lz4_legacy_begin(self->legacy);
	return TRUE;
}

/* The header of a frame whose blocks are like those of the one at hand. */
static gsize make_header(const Lz4 *self, guint8 *header)
{
	LZ4F_preferences_t preferences = {
	    .frameInfo =
		{
		    .blockSizeID = self->size_code >> 4 & 7,
		    .blockMode = LZ4F_blockIndependent,
		    .blockChecksumFlag = (self->flags & FLAG_BLOCK_SUMS) != 0,
		},
	    .autoFlush = 1,
	};
	LZ4F_cctx *maker = NULL;

	if (LZ4F_isError(LZ4F_createCompressionContext(&maker, LZ4F_VERSION)))
		return 0;
	gsize len = LZ4F_compressBegin(maker, header, LZ4F_HEADER_SIZE_MAX,
				       &preferences);
	LZ4F_freeCompressionContext(maker);
	return LZ4F_isError(len) ? 0 : len;
}

static gboolean lz4_enter(gpointer state, const RondSeekPoint *from)
{
	Lz4 *self = state;
	guint8 header[LZ4F_HEADER_SIZE_MAX], none[1];
	gsize made = 0;

	lz4_begin(self);
	self->flags = from->flags >> 8;
	self->size_code = from->flags;
	self->within = self->begun = TRUE;
	self->in_legacy = from->flags == LEGACY_ENTRY;
	if (self->in_legacy)
		return from->in % 8 == 0;
	if (from->in % 8 || !(self->flags & FLAG_INDEPENDENT))
		return FALSE;
	gsize len = make_header(self, header), used = len;
	return len > 0 && !LZ4F_isError(LZ4F_decompress(
			      self->context, none, &made, header, &used, NULL));
}

static RondFrameResult lz4_fail(size_t status, RondFrameSpan *span)
{
	span->why = LZ4F_getErrorName(status);
	/* The codes are not part of the stable interface; the names are. */
	if (strcmp(span->why, "ERROR_contentChecksum_invalid") == 0 ||
	    strcmp(span->why, "ERROR_frameSize_wrong") == 0)
		return ROND_FRAME_BAD_SUM;
	return ROND_FRAME_BROKEN;
}

/* At most @feed bytes of input. */
static RondFrameResult run(Lz4 *self, RondFrameSpan *span, gsize feed)
{
	gsize used = feed, made = span->out_len;

	size_t status = LZ4F_decompress(self->context, span->out, &made,
					span->in, &used, NULL);
	if (LZ4F_isError(status))
		return lz4_fail(status, span);
	span->used = used;
	span->made = made;
	return status == 0 ? ROND_FRAME_END : ROND_FRAME_MORE;
}

/* Follow the frame from block to block, of which this is the header. */
static RondFrameResult begin_block(Lz4 *self, RondFrameSpan *span)
{
	RondFrameResult result = run(self, span, 0);

	/* What the last block gave must be out before. */
	if (result != ROND_FRAME_MORE || span->made == span->out_len ||
	    span->in_len < BLOCK_HEADER)
		return result;
	guint32 size = rond_magic_get(span->in);

	self->left = BLOCK_HEADER + (size & ~BLOCK_STORED);
	if (size && self->flags & FLAG_BLOCK_SUMS)
		self->left += SUM_SIZE;
	if (!size && self->flags & FLAG_CONTENT_SUM && !self->within)
		self->left += SUM_SIZE;
	if (size)
		span->entry_flags = ENTRY | self->flags << 8 | self->size_code;
	return result;
}

/* The frame's descriptor, if it has one, by itself. */
static RondFrameResult begin_frame(Lz4 *self, RondFrameSpan *span)
{
	gsize size = span->in_len;

	self->begun = TRUE;
	if (span->in_len >= 4 &&
	    rond_magic_get(span->in) == ROND_LZ4_LEGACY_MAGIC) {
		self->in_legacy = TRUE;
		span->used = 4;
		return ROND_FRAME_MORE;
	}
	if (span->in_len >= LZ4F_HEADER_SIZE_MIN &&
	    rond_magic_get(span->in) == MAGIC) {
		self->flags = span->in[4];
		self->size_code = span->in[5];
		size = LZ4F_headerSize(span->in, span->in_len);
	}
	return run(self, span, MIN(size, span->in_len));
}

static RondFrameResult run_block(Lz4 *self, RondFrameSpan *span)
{
	RondFrameResult result = run(self, span, MIN(span->in_len, self->left));

	self->left -= span->used;
	/* The check over all of the frame means nothing to who came late. */
	if (result == ROND_FRAME_END && self->within &&
	    self->flags & FLAG_CONTENT_SUM)
		span->used += MIN(span->in_len - span->used, SUM_SIZE);
	return result;
}

static RondFrameResult lz4_step(gpointer state, RondFrameSpan *span)
{
	Lz4 *self = state;

	if (!self->begun)
		return begin_frame(self, span);
	if (self->in_legacy)
		return rond_lz4_legacy_step(self->legacy, span, lz4_begins,
					    LEGACY_ENTRY);
	if (!(self->flags & FLAG_INDEPENDENT))
		return run(self, span, span->in_len);
	if (self->left == 0) {
		RondFrameResult result = begin_block(self, span);

		if (result != ROND_FRAME_MORE || span->made > 0 ||
		    span->entry_flags || self->left == 0)
			return result;
	}
	return run_block(self, span);
}

static void lz4_free(gpointer state)
{
	Lz4 *self = state;

	LZ4F_freeDecompressionContext(self->context);
	rond_lz4_legacy_free(self->legacy);
	g_free(self);
}

static const RondFrameOps frame_ops = {
    .coder = ROND_FRAMED_CODER("lz4"),
    .suspect = 1024 * 1024,
    .lookahead = LOOKAHEAD,
    .begins = lz4_begins,
    .state_new = lz4_new,
    .state_begin = lz4_begin,
    .state_enter = lz4_enter,
    .step = lz4_step,
    .state_free = lz4_free,
};

/* Go from block to block; how many there are. */
static guint64 hop_blocks(RondHops *hops, guint8 flags)
{
	guint64 blocks = 0;

	while (rond_hops_look(hops) && hops->len >= BLOCK_HEADER) {
		guint64 size = rond_magic_get(hops->head) & ~BLOCK_STORED;

		hops->at += BLOCK_HEADER;
		if (rond_magic_get(hops->head) == 0)
			break;
		hops->at += size + (flags & FLAG_BLOCK_SUMS ? SUM_SIZE : 0);
		blocks++;
	}
	if (flags & FLAG_CONTENT_SUM)
		hops->at += SUM_SIZE;
	return blocks;
}

/* How many places to begin at the frame gives; 0: too few for its size, or it
 * is damaged. */
static guint hop_frame(RondHops *hops)
{
	if (rond_magic_get(hops->head) == ROND_LZ4_LEGACY_MAGIC)
		return rond_lz4_legacy_hop(hops) > 1 ? 2 : 1;
	guint8 flags = hops->head[4];
	guint size_code = hops->head[5] >> 4 & 7;
	gsize size = LZ4F_headerSize(hops->head, hops->len);

	if (LZ4F_isError(size) || size_code < LZ4F_max64KB)
		return 0;
	hops->at += size;
	/* 64 KiB, 256 KiB, 1 MiB, 4 MiB. */
	guint64 block = BLOCK_SIZE_MAX >> 2 * (LZ4F_max4MB - size_code);
	guint64 most = hop_blocks(hops, flags) * block;

	if (flags & FLAG_INDEPENDENT)
		return 2;
	return most <= ROND_GAP_MAX ? 1 : 0;
}

static gboolean lz4_enterable(RondStream *in)
{
	RondHops hops = {.stream = in};
	guint64 places = 0;

	while (rond_hops_look(&hops) && lz4_begins(hops.head, hops.len)) {
		guint more = 0;

		if (hops.len < 8)
			break;
		if (rond_magic_is_skippable(hops.head, hops.len)) {
			hops.at += 8 + (guint64)rond_magic_get(hops.head + 4);
			continue;
		}
		more = hop_frame(&hops);
		if (more == 0)
			return FALSE;
		places += more;
	}
	return places > 1 && !hops.failed;
}

static RondDecoder *lz4_open(RondStream *in, const RondSeekPoint *from,
			     const RondScan *scan, GError **error)
{
	return rond_framed_open(&frame_ops, in, from, scan, error);
}

const RondCodec rond_lz4_codec = {
    .name = "lz4",
    .suffix = "lz4",
    .enterable = lz4_enterable,
    .probe = lz4_probe,
    .open = lz4_open,
};
