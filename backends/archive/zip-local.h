/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Local headers of a zip (APPNOTE.TXT 6.3.10, sections 4.3.7 to 4.3.9): read
 * where the central directory is lost. rond_zip_data_offset() is in zip.h.
 */
#pragma once

#include "backends/archive/zip-directory.h"

/* Bytes that a local header's name and extra fields take at most. */
#define ROND_ZIP_LOCAL_VARIABLE (2 * 65535)

/* Read the member whose local header is at *@at, and move *@at behind it.
 * @buf (ROND_ZIP_LOCAL_VARIABLE bytes) takes its name and extra fields. Where
 * the header doesn't tell the length the data is decoded to find its end.
 * Returns 1; 0 when no whole member is there; -1 with @error set when a read
 * failed. */
int rond_zip_local_read(RondStream *zip, guint64 *at, guint8 *buf,
			RondZipRecord *record, GError **error);
