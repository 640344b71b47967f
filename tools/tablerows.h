/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondTableRows: how many rows the tables of a dump have, by its .tables.tsv.
 */
#pragma once

#include "backends/index/content.h"

#define ROND_NO_ROWS (-1)

typedef struct RondTableRows RondTableRows;

/* Of the dumps taken apart in @content (borrowed; may be NULL). */
RondTableRows *rond_table_rows_new(RondContent *content);
void rond_table_rows_free(RondTableRows *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondTableRows, rond_table_rows_free)

/* Whether there is a table whose files in the folder @folder (an entry) are
 * called @stem; then @rows is how many it has, ROND_NO_ROWS: not known. */
gboolean rond_table_rows_find(RondTableRows *self, guint32 folder,
			      const char *stem, gint64 *rows);
