/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Windows of seek points, packed for the index file (zstd).
 */
#pragma once

#include <glib.h>

/* Append @window packed to @out; returns the number of bytes appended. */
gsize rond_window_pack(const guint8 *window, gsize len, GByteArray *out);

/* Unpack into @window, which holds @len bytes and is filled by exactly that
 * many, or FALSE with @error (EIO). */
gboolean rond_window_unpack(const guint8 *packed, gsize packed_len,
			    guint8 *window, gsize len, GError **error);
