/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Symbolic links in a zip: the target is the member's content (Info-ZIP).
 */
#pragma once

#include "backends/archive/zip-directory.h"

/* The target of the link @record of @zip: new, NUL-terminated, not empty, its
 * checksum verified. NULL with @error set when it can't be read, or is none:
 * longer than a path may be, or with a NUL in it. */
char *rond_zip_link_target(RondStream *zip, const RondZipRecord *record,
			   GError **error);
