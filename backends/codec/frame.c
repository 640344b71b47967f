/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/codec/frame.h"

#include <zstd.h>

#define LEVEL 1

struct RondFramer {
	ZSTD_CCtx *context;
	GByteArray *frame;
};

RondFramer *rond_framer_new(void)
{
	RondFramer *self = g_new0(RondFramer, 1);

	self->context = ZSTD_createCCtx();
	g_assert(self->context);
	ZSTD_CCtx_setParameter(self->context, ZSTD_c_compressionLevel, LEVEL);
	ZSTD_CCtx_setParameter(self->context, ZSTD_c_checksumFlag, 1);
	self->frame = g_byte_array_new();
	return self;
}

void rond_framer_free(RondFramer *self)
{
	ZSTD_freeCCtx(self->context);
	g_byte_array_unref(self->frame);
	g_free(self);
}

const guint8 *rond_framer_make(RondFramer *self, const void *buf, gsize len,
			       gsize *frame_len)
{
	g_byte_array_set_size(self->frame, (guint)ZSTD_compressBound(len));
	*frame_len = ZSTD_compress2(self->context, self->frame->data,
				    self->frame->len, buf, len);
	g_assert(!ZSTD_isError(*frame_len));
	return self->frame->data;
}
