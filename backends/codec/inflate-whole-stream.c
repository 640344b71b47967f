/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/codec/inflate-whole.h"

#include "backends/codec/codecs.h"
#include "backends/error.h"

#include <errno.h>

gboolean rond_inflate_whole(const guint8 *packed, gsize packed_len, guint8 *out,
			    gsize len, GError **error)
{
	g_autoptr(GBytes) bytes = g_bytes_new_static(packed, packed_len);
	g_autoptr(RondStream) in = rond_memory_stream_new(bytes);
	g_autoptr(RondDecoder) decoder =
	    rond_deflate_codec.open(in, NULL, NULL, error);
	guint8 more;
	gsize done = 0;
	gssize n = 1;

	if (!decoder)
		return FALSE;
	while (done < len && n > 0) {
		n = rond_decoder_read(decoder, out + done, len - done, error);
		done += MAX(n, 0);
	}
	/* The stream ends where its last bytes do, and not before that. */
	if (n > 0 || len == 0)
		n = rond_decoder_read(decoder, &more, 1, error);
	if (n < 0)
		return FALSE;
	if (n > 0 || done < len)
		return rond_fail(error, EIO,
				 "the deflate data isn't as long as announced");
	return TRUE;
}
