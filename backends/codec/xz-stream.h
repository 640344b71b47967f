/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondXzStream: one stream of an xz file, block by block (The .xz File Format
 * 1.1.0, section 2.1). Private to codecs.
 *
 * liblzma's decoder of whole streams doesn't say where blocks begin, and can't
 * begin at one.
 */
#pragma once

#include "backends/codec/framed.h"

/* Marks RondSeekPoint.flags of a block; the lower bits are the check's type,
 * which only the stream's header says. */
#define ROND_XZ_BLOCK 0x100

/* The header of a block at its largest: what a step wants to see. */
#define ROND_XZ_LOOKAHEAD 1024

/* For RondFrameOps. */
gpointer rond_xz_stream_new(void);
gboolean rond_xz_stream_begin(gpointer state);
gboolean rond_xz_stream_enter(gpointer state, const RondSeekPoint *from);
RondFrameResult rond_xz_stream_step(gpointer state, RondFrameSpan *span);
void rond_xz_stream_free(gpointer state);
