/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondZipEnd: the end record of a zip, which says where its central directory
 * is (APPNOTE.TXT 4.3.16; zip64: 4.3.14 and 4.3.15).
 */
#pragma once

#include "backends/stream/stream.h"

typedef struct {
	guint64 from, to;  /* the central directory's place in the stream */
	guint64 announced; /* members */
	guint64 shift;	   /* bytes before the archive: add to its offsets */
} RondZipEnd;

/* Find the end record of @zip: among the last 64 KiB, because a comment of up
 * to that length may follow it. One is believed only where the directory it
 * names is there. FALSE with @error set: ENODATA when there is none, EINVAL
 * when it is of a split zip, or the error of a read. */
gboolean rond_zip_end_find(RondStream *zip, RondZipEnd *end, GError **error);
