/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondRowInsert: rows of a TSV file (see rows.h) as INSERT statements.
 *
 * What `mysql` reads back to the same rows, whatever the session it runs in:
 * columns by name, generated ones left out, a row a line, statements of a size
 * that any server takes unless one row is larger. For one thread.
 */
#pragma once

#include "backends/sql/columns.h"

typedef struct {
	const RondTableDef *def; /* borrowed */
	/* Names of the TSV's columns, in its order: char *, borrowed. */
	const GPtrArray *columns;
	/* That the dump sets, "+00:00" mostly; NULL: none, then TIMESTAMPs are
	 * of the session's. */
	const char *time_zone;
} RondRowInsertConfig;

typedef struct RondRowInsert RondRowInsert;

/* NULL with @error (EIO): a column is none of the table's. */
RondRowInsert *rond_row_insert_new(const RondRowInsertConfig *config,
				   GError **error);
void rond_row_insert_free(RondRowInsert *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondRowInsert, rond_row_insert_free)

/* What the session must be like, appended to @out; the first thing there. */
void rond_row_insert_begin(RondRowInsert *self, GString *out);
/* The row @line of @len bytes, without its line feed. FALSE with @error (EIO):
 * it has more or fewer fields than there are columns; what was appended for it
 * is to be thrown away. */
gboolean rond_row_insert_add(RondRowInsert *self, const char *line, gsize len,
			     GString *out, GError **error);
/* The end of the last statement, and what the session was like before. */
void rond_row_insert_end(RondRowInsert *self, GString *out);
