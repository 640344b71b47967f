/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/codec/measure.h"

#include "backends/error.h"

#include <errno.h>
#include <zlib.h>

#define CHUNK 32768

/* zlib in both builds: it says to the byte how much it took. */
int rond_deflate_measure(RondStream *in, guint64 at, guint64 *packed,
			 guint64 *size, GError **error)
{
	g_autofree guint8 *from = g_malloc(CHUNK);
	g_autofree guint8 *to = g_malloc(CHUNK);
	z_stream z = {0};
	int state = Z_OK;
	gssize n = 0;

	if (inflateInit2(&z, -MAX_WBITS) != Z_OK) {
		rond_fail_errno(error, ENOMEM, "inflating");
		return -1;
	}
	while (state == Z_OK) {
		if (z.avail_in == 0) {
			n = rond_stream_pread(in, from, CHUNK, at + z.total_in,
					      error);
			if (n <= 0)
				break;
			z.next_in = from;
			z.avail_in = (uInt)n;
		}
		z.next_out = to;
		z.avail_out = CHUNK;
		state = inflate(&z, Z_NO_FLUSH);
	}
	*packed = z.total_in;
	*size = z.total_out;
	inflateEnd(&z);
	return n < 0 ? -1 : state == Z_STREAM_END;
}
