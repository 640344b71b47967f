/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The "legacy" frames of lz4 (lz4_Frame_format.md, "Legacy frame"): what
 * `lz4 -l` and lz4 before 1.3 write. Private to the lz4 codec.
 *
 * A magic number, then blocks of up to 8 MiB, each behind its packed size and
 * independent of the others. There is neither a checksum nor an end mark: the
 * frame ends where the input does, or where another frame begins. liblz4's
 * frames don't know it; a block is decoded whole.
 */
#pragma once

#include "backends/codec/framed.h"
#include "backends/codec/hops.h"

#define ROND_LZ4_LEGACY_MAGIC 0x184c2102u

typedef struct RondLz4Legacy RondLz4Legacy;

RondLz4Legacy *rond_lz4_legacy_new(void);
void rond_lz4_legacy_free(RondLz4Legacy *self);

/* Stand before a block. */
void rond_lz4_legacy_begin(RondLz4Legacy *self);

/* A step within the frame, as RondFrameOps.step; @begins tells where another
 * one begins. Each block can be entered: its point has @entry_flags. */
typedef gboolean (*RondFrameBegins)(const guint8 *head, gsize len);
RondFrameResult rond_lz4_legacy_step(RondLz4Legacy *self, RondFrameSpan *span,
				     RondFrameBegins begins,
				     guint32 entry_flags);

/* Go from block to block behind the magic number; how many there are. */
guint64 rond_lz4_legacy_hop(RondHops *hops);
