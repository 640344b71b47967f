/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Formats that libarchive reads for us. Their content is given while walking
 * (`copies`): libarchive can't say where it lies, and much of it is packed.
 *
 * Each format's reader is enabled alone, and no filter: streams come decoded.
 * Names are the archive's raw bytes; where a format keeps UTF-16 they are
 * UTF-8, whatever the locale of the process. Members that can't be read
 * (encrypted, damaged, of an unknown method) are listed, and get less content
 * than their size: none of a damaged block is given.
 */
#pragma once

#include "backends/archive/archive.h"

/* NULL-terminated: 7z, cpio, then the untrusted ones: rar, rar5, iso9660, cab,
 * ar, xar, lha. "zip-copied" is in zip.h. */
extern const RondArchiveFormat *const rond_libarchive_formats[];

/* A walk (as RondArchiveFormat.walk) with libarchive's zip reader. */
gboolean rond_libarchive_walk_zip(RondStream *stream,
				  const RondArchiveSink *sink,
				  GCancellable *cancellable, GError **error);
