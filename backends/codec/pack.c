/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/codec/pack.h"

#include "backends/codec/codecs.h"
#include "backends/crc32.h"

#include <string.h>

static void put_le(GByteArray *out, guint32 value, guint bytes)
{
	for (guint i = 0; i < bytes; i++) {
		guint8 byte = (guint8)(value >> 8 * i);

		g_byte_array_append(out, &byte, 1);
	}
}

static void pack_gzip(GByteArray *out, const guint8 *text, guint len)
{
	/* Deflate, no name, no time, an unknown system. */
	static const guint8 head[] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff};

	g_byte_array_append(out, head, sizeof head);
	put_le(out, 1, 1); /* the last block, stored */
	put_le(out, len, 2);
	put_le(out, ~len, 2);
	g_byte_array_append(out, text, len);
	put_le(out, rond_crc32(0, text, len), 4);
	put_le(out, len, 4);
}

static void pack_zstd(GByteArray *out, const guint8 *text, guint len)
{
	put_le(out, 0xfd2fb528, 4);
	put_le(out, 1 << 5, 1); /* a single segment: its size is one byte */
	put_le(out, len, 1);
	put_le(out, len << 3 | 1, 3); /* the last block, raw */
	g_byte_array_append(out, text, len);
}

gboolean rond_pack_can(const RondCodec *codec)
{
	return !codec || codec == &rond_gzip_codec || codec == &rond_zstd_codec;
}

GBytes *rond_pack(const RondCodec *codec, const char *text)
{
	GByteArray *out = g_byte_array_new();
	const guint8 *bytes = (const guint8 *)text;
	guint len = (guint)strlen(text);

	g_assert(len <= ROND_PACK_MAX);
	if (codec == &rond_gzip_codec)
		pack_gzip(out, bytes, len);
	else if (codec == &rond_zstd_codec)
		pack_zstd(out, bytes, len);
	else
		g_byte_array_append(out, bytes, len);
	return g_byte_array_free_to_bytes(out);
}
