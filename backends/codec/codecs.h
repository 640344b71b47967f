/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The codecs, each defined in the file of its name. Private: others find them
 * through the table in codec.c.
 */
#pragma once

#include "backends/codec/codec.h"

extern const RondCodec rond_bzip2_codec;
extern const RondCodec rond_deflate_codec;
extern const RondCodec rond_gzip_codec;
extern const RondCodec rond_lz4_codec;
extern const RondCodec rond_stored_codec;
extern const RondCodec rond_xz_codec;
extern const RondCodec rond_zstd_codec;
