/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Zip (APPNOTE.TXT 6.3.10): what others than its walker need to know.
 */
#pragma once

#include "backends/archive/archive.h"

/* "zip": stored and deflated members are served from where they lie. A zip
 * whose directory is lost is walked from the front. Encrypted members, and
 * those of methods that nobody here knows, are listed as ROND_UNREADABLE. */
extern const RondArchiveFormat rond_zip_format;

/* "zip-copied": zips with members of methods that libarchive knows (bzip2,
 * LZMA, xz, zstd, PPMd), read by it. Looked for in the first MiB of the
 * directory; one that comes later is of an unknown method to "zip". */
extern const RondArchiveFormat rond_zip_copied_format;

/* Where the data of the member begins whose local header lies at
 * @local_offset of @zip (APPNOTE 4.3.7): read when a member is opened, because
 * reading 70,000 local headers would touch the whole archive. FALSE with
 * @error set (EIO) when there is no local header. */
gboolean rond_zip_data_offset(RondStream *zip, guint64 local_offset,
			      guint64 *data_offset, GError **error);

/* If the archive has exactly one regular file and its name ends in ".sql":
 * that name, else NULL. Caller frees. Reads the central directory only. */
char *rond_zip_single_dump(RondStream *zip);
