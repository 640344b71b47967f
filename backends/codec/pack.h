/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Packing without compressing: a short text of ours between packed files.
 *
 * Frames: RFC 1952 (gzip) with a stored block of RFC 1951; RFC 8878 (zstd)
 * with a raw one. Both formats are whole frames one after the other.
 */
#pragma once

#include "backends/codec/codec.h"

/* The longest text. */
#define ROND_PACK_MAX 255

/* Whether texts can be packed as @codec does; NULL: not at all, so yes. */
gboolean rond_pack_can(const RondCodec *codec);

/* @text, up to ROND_PACK_MAX bytes, as a frame of @codec's, which
 * rond_pack_can(). New. */
GBytes *rond_pack(const RondCodec *codec, const char *text);
