/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Naming: series → names of parts, by the rules in catalog.h. Used by the
 * catalog alone.
 */
#pragma once

#include "fs/catalog.h"

/* Name the series of @backups; those that @earlier (may be NULL) has named
 * keep their names. New: opaque, freed by g_hash_table_unref(). */
GHashTable *rond_naming_new(GPtrArray *backups, GHashTable *earlier);

/* The part that @backup, one of those named, is. Borrowed. */
const char *rond_naming_part(GHashTable *naming, const RondBackup *backup);
