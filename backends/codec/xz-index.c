/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/codec/xz-index.h"

#include "backends/codec/codec.h"

#include <lzma.h>

#define INDEX_MAX (4 * 1024 * 1024) /* half a million blocks */
#define MEMORY_LIMIT (64 * 1024 * 1024)
#define STREAMS_MAX 1024
#define PADDING_MAX (64 * 1024) /* a tape's block */
#define FOOTER LZMA_STREAM_HEADER_SIZE

typedef struct {
	RondStream *in;
	guint64 end; /* of the streams not looked at yet */
	guint64 blocks;
} Walk;

/* Streams may be followed by zero bytes, four or a multiple (section 2.2). */
static gboolean skip_padding(Walk *self)
{
	const guint64 least = self->end - MIN(self->end, PADDING_MAX);
	guint8 last[512];

	while (self->end > least) {
		gsize len = MIN(self->end, sizeof(last));

		if (!rond_stream_pread_full(self->in, last, len,
					    self->end - len, NULL))
			return FALSE;
		while (len > 0 && last[len - 1] == 0) {
			len--;
			self->end--;
		}
		if (len > 0)
			return TRUE;
	}
	return FALSE;
}

static gboolean read_footer(Walk *self, lzma_stream_flags *footer)
{
	guint8 bytes[FOOTER];

	return self->end >= FOOTER &&
	       rond_stream_pread_full(self->in, bytes, FOOTER,
				      self->end - FOOTER, NULL) &&
	       lzma_stream_footer_decode(footer, bytes) == LZMA_OK;
}

static lzma_index *read_index(Walk *self, const lzma_stream_flags *footer)
{
	guint64 size = footer->backward_size, limit = MEMORY_LIMIT;
	lzma_index *index = NULL;
	gsize pos = 0;

	if (size > INDEX_MAX || size + FOOTER > self->end)
		return NULL;
	g_autofree guint8 *bytes = g_malloc(size);
	if (!rond_stream_pread_full(self->in, bytes, size,
				    self->end - FOOTER - size, NULL))
		return NULL;
	if (lzma_index_buffer_decode(&index, &limit, NULL, bytes, &pos, size) !=
	    LZMA_OK)
		return NULL;
	return index;
}

static gboolean blocks_fit(Walk *self, const lzma_index *index)
{
	lzma_index_iter block;

	lzma_index_iter_init(&block, index);
	while (!lzma_index_iter_next(&block, LZMA_INDEX_ITER_BLOCK)) {
		if (block.block.uncompressed_size > ROND_GAP_MAX)
			return FALSE;
		self->blocks++;
	}
	return TRUE;
}

/* FALSE: a block of it is too large, or that can't be told. */
static gboolean look_at_last(Walk *self)
{
	lzma_stream_flags footer;
	lzma_index *index = NULL;

	if (skip_padding(self) && read_footer(self, &footer))
		index = read_index(self, &footer);
	if (!index)
		return FALSE;
	guint64 size = lzma_index_stream_size(index);
	gboolean fits = size <= self->end && blocks_fit(self, index);

	lzma_index_end(index, NULL);
	self->end -= MIN(size, self->end);
	return fits;
}

gboolean rond_xz_index_enterable(RondStream *in)
{
	Walk walk = {.in = in, .end = rond_stream_size(in)};

	for (gsize i = 0; i < STREAMS_MAX && walk.end > 0; i++) {
		if (!look_at_last(&walk))
			return FALSE;
	}
	return walk.blocks > 1;
}
