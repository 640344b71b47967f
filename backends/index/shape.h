/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A RondShape among the texts of an index: how a table's rows look.
 *
 * Little-endian: RondShapeHeader, a RondShapeColumn for each column, then the
 * head, the names (each with a NUL), the charsets of those columns that have
 * one (guint16[128] each), without padding.
 */
#pragma once

#include "backends/sql/rows.h"

typedef struct {
	guint32 mode, n_columns, head_len, reserved;
} RondShapeHeader;
typedef struct {
	guint32 show, bits, name_len, has_charset;
} RondShapeColumn;

void rond_shape_write(const RondShape *self, GByteArray *out);

/* The same, read from @len bytes; it keeps nothing of them. NULL with @error
 * (EIO) where they are none. */
RondShape *rond_shape_read(const guint8 *bytes, gsize len, GError **error);
/* Only of one that was read. */
void rond_shape_free(RondShape *self);
