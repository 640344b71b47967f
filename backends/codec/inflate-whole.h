/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A whole deflate stream (RFC 1951) at once, from memory to memory: what small
 * zip members are read by.
 *
 * Two implementations, of which meson chooses one: libdeflate
 * (inflate-whole-libdeflate.c), which does only this and does it two to three
 * times as fast, and the decoder that all else uses (inflate-whole-stream.c).
 */
#pragma once

#include <glib.h>

/* Decode the stream at @packed, which must give exactly the @len bytes that
 * @out has room for; what lies behind its end is ignored. FALSE with @error
 * (EIO) when it makes no sense, ends early, or gives more or fewer bytes: @out
 * then holds anything. Thread-safe. */
gboolean rond_inflate_whole(const guint8 *packed, gsize packed_len, guint8 *out,
			    gsize len, GError **error);
