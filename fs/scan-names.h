/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a file is by its name alone. Used by the scan.
 */
#pragma once

#include <glib.h>

/* Being written, or a left-over: "x.tar.gz.part", "x.tmp", "x~"… */
gboolean rond_name_is_unfinished(const char *name);

/* Lies beside a backup: a checksum, a signature, a log. */
gboolean rond_name_is_side_file(const char *name);

/* Ends like an archive or a dump, packed or not: "x.tar.gz", "x.sql". */
gboolean rond_name_is_backup(const char *name);

/* Ends like something packed, so that it may well be a backup: "x.gz". */
gboolean rond_name_is_packed(const char *name);
