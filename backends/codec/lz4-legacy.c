/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/codec/lz4-legacy.h"

#include "backends/codec/magic.h"

#include <lz4.h>
#include <string.h>

#define HEADER 4
#define BLOCK_SIZE (8 * 1024 * 1024)
#define PACKED_MAX ((guint32)LZ4_COMPRESSBOUND(BLOCK_SIZE))

struct RondLz4Legacy {
	guint32 size;	/* of the packed block, 0: before a header */
	guint32 filled; /* how much of it is in @packed */
	guint8 *packed;
	gsize made, given; /* of @out: decoded; and passed on */
	guint8 *out;
};

RondLz4Legacy *rond_lz4_legacy_new(void)
{
	return g_new0(RondLz4Legacy, 1);
}

/* Decoders are parked for a while: without their buffers where they can. */
static void drop_buffers(RondLz4Legacy *self)
{
	g_clear_pointer(&self->packed, g_free);
	g_clear_pointer(&self->out, g_free);
	self->made = self->given = 0;
	self->size = self->filled = 0;
}

void rond_lz4_legacy_free(RondLz4Legacy *self)
{
	drop_buffers(self);
	g_free(self);
}

void rond_lz4_legacy_begin(RondLz4Legacy *self)
{
	drop_buffers(self);
}

static RondFrameResult fail(RondFrameSpan *span, RondFrameResult result,
			    const char *why)
{
	span->why = why;
	return result;
}

/* Before a block, or at the frame's end. */
static RondFrameResult begin_block(RondLz4Legacy *self, RondFrameSpan *span,
				   RondFrameBegins begins, guint32 entry_flags)
{
	/* A block that could be decoded was good, as far as can be told. */
	span->checked = TRUE;
	if (span->in_len == 0)
		return ROND_FRAME_END;
	if (span->in_len < HEADER)
		return ROND_FRAME_MORE;
	guint32 size = rond_magic_get(span->in);

	if (size > PACKED_MAX && begins(span->in, span->in_len))
		return ROND_FRAME_END;
	if (size == 0 || size > PACKED_MAX)
		return fail(span, ROND_FRAME_BROKEN,
			    "a block's size makes no sense");
	self->packed = g_try_malloc(size);
	if (!self->packed)
		return fail(span, ROND_FRAME_LIMIT,
			    "needs more memory than there is");
	self->size = size;
	span->used = HEADER;
	span->entry_flags = entry_flags;
	return ROND_FRAME_MORE;
}

static RondFrameResult decode_block(RondLz4Legacy *self, RondFrameSpan *span)
{
	self->out = g_try_malloc(BLOCK_SIZE);
	if (!self->out)
		return fail(span, ROND_FRAME_LIMIT,
			    "needs more memory than there is");
	int made =
	    LZ4_decompress_safe((const char *)self->packed, (char *)self->out,
				(int)self->size, BLOCK_SIZE);

	if (made < 0)
		return fail(span, ROND_FRAME_BROKEN,
			    "a block can't be unpacked");
	g_clear_pointer(&self->packed, g_free);
	self->made = (gsize)made;
	return ROND_FRAME_MORE;
}

static void give(RondLz4Legacy *self, RondFrameSpan *span)
{
	span->made = MIN(span->out_len, self->made - self->given);
	memcpy(span->out, self->out + self->given, span->made);
	self->given += span->made;
	if (self->given == self->made)
		drop_buffers(self);
}

RondFrameResult rond_lz4_legacy_step(RondLz4Legacy *self, RondFrameSpan *span,
				     RondFrameBegins begins,
				     guint32 entry_flags)
{
	RondFrameResult result = ROND_FRAME_MORE;

	if (!self->size)
		return begin_block(self, span, begins, entry_flags);
	if (self->packed) {
		span->used = MIN(span->in_len, self->size - self->filled);
		memcpy(self->packed + self->filled, span->in, span->used);
		self->filled += span->used;
		if (self->filled == self->size)
			result = decode_block(self, span);
	}
	if (self->out && result == ROND_FRAME_MORE)
		give(self, span);
	return result;
}

guint64 rond_lz4_legacy_hop(RondHops *hops)
{
	guint64 blocks = 0;

	hops->at += HEADER;
	while (rond_hops_look(hops) && hops->len >= HEADER) {
		guint32 size = rond_magic_get(hops->head);

		if (size == 0 || size > PACKED_MAX)
			break;
		hops->at += HEADER + (guint64)size;
		blocks++;
	}
	return blocks;
}
