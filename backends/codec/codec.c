/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/codec/codec.h"

#include "backends/codec/codecs.h"

/* zstd before lz4: a skippable frame, common to both, rather is zstd's. */
static const RondCodec *const codecs[] = {
    &rond_gzip_codec,	&rond_zstd_codec,
    &rond_xz_codec,	&rond_bzip2_codec,
    &rond_lz4_codec,	&rond_deflate_codec,
    &rond_stored_codec, NULL,
};

const RondCodec *const *rond_codecs(void)
{
	return codecs;
}

const RondCodec *rond_codec_probe(const guint8 *head, gsize len)
{
	for (gsize i = 0; codecs[i]; i++) {
		if (codecs[i]->probe && codecs[i]->probe(head, len))
			return codecs[i];
	}
	return NULL;
}

const RondCodec *rond_codec_by_name(const char *name)
{
	for (gsize i = 0; codecs[i]; i++) {
		if (g_str_equal(codecs[i]->name, name))
			return codecs[i];
	}
	return NULL;
}

const RondCodec *rond_codec_by_suffix(const char *suffix)
{
	for (gsize i = 0; codecs[i]; i++) {
		if (codecs[i]->suffix &&
		    g_ascii_strcasecmp(codecs[i]->suffix, suffix) == 0)
			return codecs[i];
	}
	return NULL;
}
