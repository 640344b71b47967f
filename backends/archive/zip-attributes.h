/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Attributes of a zip's members: mode, owner and time.
 *
 * Facts: APPNOTE.TXT 6.3.10 (4.4.2, 4.4.6, 4.4.15, 4.5.5), and Info-ZIP's
 * extrafld.txt for the fields 0x5455, 0x5855, 0x7855 and 0x7875.
 */
#pragma once

#include "backends/archive/archive.h"
#include "backends/archive/zip-directory.h"

/* Fill mode, owner and time of @entry for @record, whose name (as unzip has
 * it) ends in a slash if @is_folder.
 *
 * The mode comes from the external attributes where a Unix made the archive,
 * else it is 0755 or 0644. The time comes from the NTFS field (100 ns), else
 * from the Unix ones (seconds), else it is the DOS one, which has two-second
 * steps and no time zone: like unzip, local time of this machine is meant.
 * The owner comes from the 0x7875 field and is 0 without it: the older fields
 * keep owners in local headers only, which aren't read. */
void rond_zip_attributes(const RondZipRecord *record, gboolean is_folder,
			 RondEntry *entry);

/* Whether the archive was made on MS-DOS or by one who says so; some of those
 * separate folders by backslashes. */
gboolean rond_zip_made_on_dos(const RondZipRecord *record);
