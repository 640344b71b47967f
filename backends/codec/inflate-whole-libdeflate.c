/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/codec/inflate-whole.h"

#include "backends/error.h"

#include <errno.h>
#include <libdeflate.h>

gboolean rond_inflate_whole(const guint8 *packed, gsize packed_len, guint8 *out,
			    gsize len, GError **error)
{
	/* A few KiB: nothing beside the decoding, so it isn't kept. */
	struct libdeflate_decompressor *state = libdeflate_alloc_decompressor();
	enum libdeflate_result result;

	if (!state)
		return rond_fail(error, ENOMEM, "no memory for deflate");
	/* Without a place for the number of bytes made, fewer are an error. */
	result = libdeflate_deflate_decompress(state, packed, packed_len, out,
					       len, NULL);
	libdeflate_free_decompressor(state);
	switch (result) {
	case LIBDEFLATE_SUCCESS:
		return TRUE;
	case LIBDEFLATE_SHORT_OUTPUT:
	case LIBDEFLATE_INSUFFICIENT_SPACE:
		return rond_fail(error, EIO,
				 "the deflate data isn't as long as announced");
	case LIBDEFLATE_BAD_DATA:
		break;
	}
	return rond_fail(error, EIO, "the deflate data can't be unpacked");
}
