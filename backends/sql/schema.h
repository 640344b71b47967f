/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondSchema: the tables that a script without rows defines.
 *
 * Of a dump taken apart that is its schema.sql. Const once read.
 */
#pragma once

#include "backends/sql/columns.h"
#include "backends/stream/stream.h"

/* What of a script is read; nobody's schema is longer. */
#define ROND_SCHEMA_MAX (64 << 20)

typedef struct {
	GHashTable *tables; /* rond_table_file_name() → RondTableDef */
	char *time_zone;    /* that it sets, or NULL */
} RondSchema;

/* NULL with @error when reading fails, or it is longer (EFBIG). What it says
 * that is no table is passed over. */
RondSchema *rond_schema_read(RondStream *script, GError **error);
void rond_schema_free(RondSchema *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondSchema, rond_schema_free)

/* The table whose files begin with @file, borrowed; NULL: there is none. */
const RondTableDef *rond_schema_table(const RondSchema *self, const char *file);
