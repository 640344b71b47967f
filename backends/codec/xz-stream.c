/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/codec/xz-stream.h"

#include <lzma.h>
#include <stdlib.h>

#define MEMORY_LIMIT (256 * 1024 * 1024)

typedef enum {
	PART_HEADER,
	PART_BLOCK_HEADER, /* or the index */
	PART_BLOCK,
	PART_INDEX,
	PART_FOOTER,
} Part;

typedef struct {
	Part part;
	lzma_stream stream; /* decodes a block; or the index, entered late */
	lzma_stream_flags header;
	lzma_block block;
	/* What the index must say; NULL when entered at a block. */
	lzma_index_hash *hash;
	lzma_index *index; /* then it is just read over */
	guint64 taken;	   /* bytes of this block, with its header */
} Xz;

G_STATIC_ASSERT(ROND_XZ_LOOKAHEAD >= LZMA_BLOCK_HEADER_SIZE_MAX);
G_STATIC_ASSERT(LZMA_CHECK_ID_MAX < ROND_XZ_BLOCK);

gpointer rond_xz_stream_new(void)
{
	Xz *self = g_new0(Xz, 1);

	self->stream = (lzma_stream)LZMA_STREAM_INIT;
	return self;
}

gboolean rond_xz_stream_begin(gpointer state)
{
	Xz *self = state;

	self->part = PART_HEADER;
	self->hash = lzma_index_hash_init(self->hash, NULL);
	return self->hash != NULL;
}

gboolean rond_xz_stream_enter(gpointer state, const RondSeekPoint *from)
{
	Xz *self = state;
	guint32 check = from->flags & ~ROND_XZ_BLOCK;

	if (from->in % 8 || check == from->flags || check > LZMA_CHECK_ID_MAX)
		return FALSE;
	self->part = PART_BLOCK_HEADER;
	self->header.check = check;
	return TRUE;
}

static RondFrameResult fail(lzma_ret status, RondFrameSpan *span)
{
	switch (status) {
	case LZMA_MEMLIMIT_ERROR:
		span->why = "needs more than 256 MiB of memory: unpack it with "
			    "`xz -d`";
		return ROND_FRAME_LIMIT;
	case LZMA_MEM_ERROR:
		span->why = "needs more memory than there is";
		return ROND_FRAME_LIMIT;
	case LZMA_OPTIONS_ERROR:
		span->why = "unknown options";
		return ROND_FRAME_BROKEN;
	default:
		span->why = "wrong data";
		return ROND_FRAME_BROKEN;
	}
}

static RondFrameResult read_header(Xz *self, RondFrameSpan *span)
{
	if (span->in_len < LZMA_STREAM_HEADER_SIZE)
		return ROND_FRAME_MORE;
	lzma_ret status = lzma_stream_header_decode(&self->header, span->in);
	if (status != LZMA_OK)
		return fail(status, span);
	span->used = LZMA_STREAM_HEADER_SIZE;
	self->part = PART_BLOCK_HEADER;
	return ROND_FRAME_MORE;
}

/* Set the decoder up for the block whose header is in sight. */
static lzma_ret begin_block(Xz *self, const guint8 *head)
{
	lzma_filter filters[LZMA_FILTERS_MAX + 1];

	self->block.filters = filters;
	lzma_ret status = lzma_block_header_decode(&self->block, NULL, head);
	if (status != LZMA_OK)
		return status;
	guint64 usage = lzma_raw_decoder_memusage(filters);
	if (usage == UINT64_MAX)
		status = LZMA_OPTIONS_ERROR;
	else if (usage > MEMORY_LIMIT)
		status = LZMA_MEMLIMIT_ERROR;
	else
		status = lzma_block_decoder(&self->stream, &self->block);
	for (gsize i = 0; filters[i].id != LZMA_VLI_UNKNOWN; i++)
		free(filters[i].options);
	self->block.filters = NULL;
	return status;
}

static RondFrameResult read_block_header(Xz *self, RondFrameSpan *span)
{
	if (span->in_len == 0)
		return ROND_FRAME_MORE;

	gsize size = lzma_block_header_size_decode(span->in[0]);
	if (span->in_len < size)
		return ROND_FRAME_MORE;
	self->block = (lzma_block){
	    .version = 1,
	    .header_size = size,
	    .check = self->header.check,
	};
	lzma_ret status = begin_block(self, span->in);
	if (status != LZMA_OK)
		return fail(status, span);
	span->entry_flags = ROND_XZ_BLOCK | self->header.check;
	span->used = self->taken = size;
	self->part = PART_BLOCK;
	return ROND_FRAME_MORE;
}

static lzma_ret run(Xz *self, RondFrameSpan *span)
{
	lzma_stream *stream = &self->stream;

	stream->next_in = span->in;
	stream->avail_in = span->in_len;
	stream->next_out = span->out;
	stream->avail_out = span->out_len;

	lzma_ret status = lzma_code(stream, LZMA_RUN);
	span->used = span->in_len - stream->avail_in;
	span->made = span->out_len - stream->avail_out;
	return status == LZMA_BUF_ERROR ? LZMA_OK : status;
}

/* liblzma has one code for all damage. When the block is read to its end, it
 * is the check that failed. */
static RondFrameResult fail_block(Xz *self, lzma_ret status,
				  RondFrameSpan *span)
{
	RondFrameResult result = fail(status, span);

	if (status != LZMA_DATA_ERROR ||
	    self->block.compressed_size == LZMA_VLI_UNKNOWN ||
	    self->taken != lzma_block_total_size(&self->block))
		return result;
	span->why = "wrong check";
	return ROND_FRAME_BAD_SUM;
}

static RondFrameResult read_block(Xz *self, RondFrameSpan *span)
{
	lzma_ret status = run(self, span);

	self->taken += span->used;
	if (status == LZMA_OK)
		return ROND_FRAME_MORE;
	if (status != LZMA_STREAM_END)
		return fail_block(self, status, span);
	span->checked = self->block.check != LZMA_CHECK_NONE &&
			lzma_check_is_supported(self->block.check);
	self->part = PART_BLOCK_HEADER;
	if (!self->hash)
		return ROND_FRAME_MORE;
	status = lzma_index_hash_append(self->hash,
					lzma_block_unpadded_size(&self->block),
					self->block.uncompressed_size);
	return status == LZMA_OK ? ROND_FRAME_MORE : fail(status, span);
}

static RondFrameResult read_index(Xz *self, RondFrameSpan *span)
{
	lzma_ret status;

	if (span->in_len == 0)
		return ROND_FRAME_MORE;
	if (self->hash)
		status = lzma_index_hash_decode(self->hash, span->in,
						&span->used, span->in_len);
	else
		status = run(self, span);
	if (status == LZMA_OK)
		return ROND_FRAME_MORE;
	if (status != LZMA_STREAM_END)
		return fail(status, span);
	self->part = PART_FOOTER;
	return ROND_FRAME_MORE;
}

static RondFrameResult begin_index(Xz *self, RondFrameSpan *span)
{
	lzma_ret status = LZMA_OK;

	if (!self->hash)
		status = lzma_index_decoder(&self->stream, &self->index,
					    MEMORY_LIMIT);
	if (status != LZMA_OK)
		return fail(status, span);
	self->part = PART_INDEX;
	return read_index(self, span);
}

static RondFrameResult read_footer(Xz *self, RondFrameSpan *span)
{
	lzma_stream_flags footer;

	if (span->in_len < LZMA_STREAM_HEADER_SIZE)
		return ROND_FRAME_MORE;
	lzma_ret status = lzma_stream_footer_decode(&footer, span->in);
	if (status == LZMA_OK && self->hash) {
		status = lzma_stream_flags_compare(&self->header, &footer);
		if (footer.backward_size != lzma_index_hash_size(self->hash))
			status = LZMA_DATA_ERROR;
	}
	if (status != LZMA_OK)
		return fail(status, span);
	span->used = LZMA_STREAM_HEADER_SIZE;
	return ROND_FRAME_END;
}

RondFrameResult rond_xz_stream_step(gpointer state, RondFrameSpan *span)
{
	Xz *self = state;

	switch (self->part) {
	case PART_HEADER:
		return read_header(self, span);
	case PART_BLOCK_HEADER:
		if (span->in_len > 0 && span->in[0] == 0)
			return begin_index(self, span);
		return read_block_header(self, span);
	case PART_BLOCK:
		return read_block(self, span);
	case PART_INDEX:
		return read_index(self, span);
	case PART_FOOTER:
		break;
	}
	return read_footer(self, span);
}

void rond_xz_stream_free(gpointer state)
{
	Xz *self = state;

	lzma_end(&self->stream);
	lzma_index_hash_end(self->hash, NULL);
	lzma_index_end(self->index, NULL);
	g_free(self);
}
