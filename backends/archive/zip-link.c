/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/archive/zip-link.h"

#include "backends/archive/zip.h"
#include "backends/codec/codec.h"
#include "backends/crc32.h"
#include "backends/error.h"

#include <errno.h>
#include <string.h>

#define TARGET_MAX 4095 /* PATH_MAX without its NUL */
#define PACKED_MAX 8192 /* deflate never makes more of so little */

/* Exactly @out_len bytes, and then the end. */
static gboolean inflate_all(const guint8 *in, gsize in_len, char *out,
			    gsize out_len)
{
	g_autoptr(GBytes) bytes = g_bytes_new_static(in, in_len);
	g_autoptr(RondStream) packed = rond_memory_stream_new(bytes);
	g_autoptr(RondDecoder) decoder =
	    rond_codec_by_name("deflate")->open(packed, NULL, NULL, NULL);
	gsize got = 0;
	gssize n = 1;
	char more;

	while (decoder && n > 0 && got < out_len) {
		n = rond_decoder_read(decoder, out + got, out_len - got, NULL);
		got += n > 0 ? (gsize)n : 0;
	}
	return got == out_len &&
	       rond_decoder_read(decoder, &more, 1, NULL) == 0;
}

static gboolean unpack(const RondZipRecord *record, const guint8 *packed,
		       char *target)
{
	if (record->method == ROND_ZIP_METHOD_DEFLATED)
		return inflate_all(packed, record->packed, target,
				   record->size);
	if (record->packed != record->size)
		return FALSE;
	memcpy(target, packed, record->size);
	return TRUE;
}

char *rond_zip_link_target(RondStream *zip, const RondZipRecord *record,
			   GError **error)
{
	g_autofree guint8 *packed = NULL;
	g_autofree char *target = NULL;
	guint64 data;

	if (record->size == 0 || record->size > TARGET_MAX ||
	    record->packed > PACKED_MAX) {
		rond_fail(error, EINVAL, "not the target of a link");
		return NULL;
	}
	packed = g_malloc(PACKED_MAX);
	target = g_malloc0(TARGET_MAX + 1);
	if (!rond_zip_data_offset(zip, record->local, &data, error) ||
	    !rond_stream_pread_full(zip, packed, record->packed, data, error))
		return NULL;
	if (!unpack(record, packed, target) ||
	    rond_crc32(0, target, record->size) != record->crc32 ||
	    strlen(target) != record->size) {
		rond_fail(error, EIO, "the target of the link is damaged");
		return NULL;
	}
	return g_steal_pointer(&target);
}
