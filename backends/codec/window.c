/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/codec/window.h"

#include "backends/error.h"

#include <errno.h>
#include <zstd.h>

#define LEVEL 3

gsize rond_window_pack(const guint8 *window, gsize len, GByteArray *out)
{
	guint before = out->len;

	if (!len)
		return 0;
	g_byte_array_set_size(out, before + (guint)ZSTD_compressBound(len));
	gsize packed = ZSTD_compress(out->data + before, out->len - before,
				     window, len, LEVEL);
	g_assert(!ZSTD_isError(packed));
	g_byte_array_set_size(out, before + (guint)packed);
	return packed;
}

gboolean rond_window_unpack(const guint8 *packed, gsize packed_len,
			    guint8 *window, gsize len, GError **error)
{
	if (!len)
		return TRUE;
	gsize got = ZSTD_decompress(window, len, packed, packed_len);

	if (ZSTD_isError(got) || got != len)
		return rond_fail(error, EIO, "the index holds a broken window");
	return TRUE;
}
