/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * xz (The .xz File Format 1.1.0), by liblzma. A stream is a frame; padding
 * between streams is part of the format (section 2.2).
 */
#include "backends/codec/codecs.h"
#include "backends/codec/xz-index.h"
#include "backends/codec/xz-stream.h"

#include <string.h>

static const guint8 magic[] = {0xfd, '7', 'z', 'X', 'Z', 0};

static gboolean xz_begins(const guint8 *head, gsize len)
{
	return memcmp(head, magic, MIN(len, sizeof(magic))) == 0;
}

static gboolean xz_probe(const guint8 *head, gsize len)
{
	return len >= sizeof(magic) && xz_begins(head, len);
}

static const RondFrameOps frame_ops = {
    .coder = ROND_FRAMED_CODER("xz"),
    .padded = TRUE,
    .suspect = 2 * 1024 * 1024, /* a chunk of LZMA2 */
    .lookahead = ROND_XZ_LOOKAHEAD,
    .begins = xz_begins,
    .state_new = rond_xz_stream_new,
    .state_begin = rond_xz_stream_begin,
    .state_enter = rond_xz_stream_enter,
    .step = rond_xz_stream_step,
    .state_free = rond_xz_stream_free,
};

static RondDecoder *xz_open(RondStream *in, const RondSeekPoint *from,
			    const RondScan *scan, GError **error)
{
	return rond_framed_open(&frame_ops, in, from, scan, error);
}

const RondCodec rond_xz_codec = {
    .name = "xz",
    .suffix = "xz",
    .enterable = rond_xz_index_enterable,
    .probe = xz_probe,
    .open = xz_open,
};
