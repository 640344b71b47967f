/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Zstandard (RFC 8878), by libzstd. Skippable frames count as frames.
 */
#include "backends/codec/codecs.h"
#include "backends/codec/framed.h"
#include "backends/codec/hops.h"
#include "backends/codec/magic.h"

#include <zstd.h>
#include <zstd_errors.h>

/* Of `zstd --long=31` up to 29 is taken: 512 MiB. zstd itself stops at 27
 * (128 MiB) unless told otherwise, but whoever has such a backup wants it. */
#define WINDOW_LOG_MAX 29

#define BLOCK_MAX (128 * 1024) /* section 3.1.1.2.3 */
#define BLOCK_HEADER 3
#define CHECKSUM_SIZE 4

static gboolean zstd_begins(const guint8 *head, gsize len)
{
	return rond_magic_matches(head, len, ZSTD_MAGICNUMBER) ||
	       rond_magic_is_skippable(head, len);
}

static gboolean zstd_probe(const guint8 *head, gsize len)
{
	gsize at = rond_magic_after_skippable(head, len);

	/* What follows a large skippable frame is out of sight. */
	if (len - at < 4)
		return at > 0;
	return rond_magic_matches(head + at, len - at, ZSTD_MAGICNUMBER);
}

static gpointer zstd_new(void)
{
	ZSTD_DCtx *context = ZSTD_createDCtx();

	if (context)
		ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax,
				       WINDOW_LOG_MAX);
	return context;
}

static gboolean zstd_begin(gpointer state)
{
	ZSTD_DCtx_reset(state, ZSTD_reset_session_only);
	return TRUE;
}

static RondFrameResult zstd_fail(RondFrameSpan *span, size_t status)
{
	switch (ZSTD_getErrorCode(status)) {
	case ZSTD_error_frameParameter_windowTooLarge:
		span->why = "needs more than 512 MiB of memory: unpack it with "
			    "`zstd -d --long=31`";
		return ROND_FRAME_LIMIT;
	case ZSTD_error_memory_allocation:
		span->why = "needs more memory than there is";
		return ROND_FRAME_LIMIT;
	case ZSTD_error_dictionary_wrong:
		span->why = "needs the dictionary it was made with: unpack it "
			    "with `zstd -d -D`";
		return ROND_FRAME_LIMIT;
	case ZSTD_error_checksum_wrong:
		span->why = "wrong checksum";
		return ROND_FRAME_BAD_SUM;
	default:
		span->why = ZSTD_getErrorName(status);
		return ROND_FRAME_BROKEN;
	}
}

static RondFrameResult zstd_step(gpointer state, RondFrameSpan *span)
{
	ZSTD_inBuffer in = {span->in, span->in_len, 0};
	ZSTD_outBuffer out = {span->out, span->out_len, 0};

	size_t status = ZSTD_decompressStream(state, &out, &in);
	if (ZSTD_isError(status))
		return zstd_fail(span, status);
	span->used = in.pos;
	span->made = out.pos;
	return status == 0 ? ROND_FRAME_END : ROND_FRAME_MORE;
}

static void zstd_free(gpointer state)
{
	ZSTD_freeDCtx(state);
}

static const RondFrameOps frame_ops = {
    .coder = ROND_FRAMED_CODER("zstd"),
    .suspect = 1024 * 1024,
    .begins = zstd_begins,
    .state_new = zstd_new,
    .state_begin = zstd_begin,
    .step = zstd_step,
    .state_free = zstd_free,
};

/* Of a frame (section 3.1.1.1). */
static gsize header_size(guint8 descriptor)
{
	static const gsize dictionary[] = {0, 1, 2, 4}, size[] = {0, 2, 4, 8};
	gboolean single = descriptor >> 5 & 1;
	gsize size_len = size[descriptor >> 6];

	if (single && size_len == 0)
		size_len = 1;
	return 5 + !single + dictionary[descriptor & 3] + size_len;
}

/* Go from block to block; FALSE when there are too many, or one makes no
 * sense. */
static gboolean hop_blocks(RondHops *hops)
{
	guint64 most = 0;

	while (rond_hops_look(hops)) {
		guint32 block = rond_magic_get(hops->head) & 0xffffff;
		guint type = block >> 1 & 3;

		most += BLOCK_MAX;
		if (hops->len < BLOCK_HEADER || type == 3 ||
		    most > ROND_GAP_MAX + BLOCK_MAX)
			return FALSE;
		hops->at += BLOCK_HEADER + (type == 1 ? 1 : block >> 3);
		if (block & 1)
			break;
	}
	return TRUE;
}

/* FALSE: the frame is too large, or damaged. */
static gboolean hop_frame(RondHops *hops)
{
	guint8 descriptor = hops->head[4];
	unsigned long long size =
	    ZSTD_getFrameContentSize(hops->head, hops->len);

	if (size == ZSTD_CONTENTSIZE_ERROR ||
	    (size != ZSTD_CONTENTSIZE_UNKNOWN && size > ROND_GAP_MAX))
		return FALSE;
	hops->at += header_size(descriptor);
	if (!hop_blocks(hops))
		return FALSE;
	if (descriptor >> 2 & 1)
		hops->at += CHECKSUM_SIZE;
	return TRUE;
}

static gboolean zstd_enterable(RondStream *in)
{
	RondHops hops = {.stream = in};
	guint frames = 0;

	while (rond_hops_look(&hops) && zstd_begins(hops.head, hops.len)) {
		if (hops.len < 8)
			break;
		if (rond_magic_is_skippable(hops.head, hops.len))
			hops.at += 8 + (guint64)rond_magic_get(hops.head + 4);
		else if (hop_frame(&hops))
			frames++;
		else
			return FALSE;
	}
	return frames > 1 && !hops.failed;
}

static RondDecoder *zstd_open(RondStream *in, const RondSeekPoint *from,
			      const RondScan *scan, GError **error)
{
	return rond_framed_open(&frame_ops, in, from, scan, error);
}

const RondCodec rond_zstd_codec = {
    .name = "zstd",
    .suffix = "zst",
    .enterable = zstd_enterable,
    .probe = zstd_probe,
    .open = zstd_open,
};
