/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How names and values of extended attributes are written in pax records.
 *
 * All decode in place: what comes out is never longer.
 */
#pragma once

#include <glib.h>

/* GNU tar's keys: "%3D" is "=", "%25" is "%", nothing else is encoded. */
void rond_xattr_decode_schily(char *name);

/* libarchive's keys: URL-encoded (tar(5), LIBARCHIVE.xattr). FALSE: not so,
 * or with a NUL in it. */
gboolean rond_xattr_decode_url(char *name);

/* libarchive's values: base64, usually without the padding. FALSE: it is
 * not. */
gboolean rond_xattr_decode_base64(char *value, gsize *len);
