/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondTableDelta: the rows of one table that are different between two dumps.
 *
 * As files: TSV, whose lines are pieces of the tables' own, and INSERTs that
 * bring them back. Const once made; any thread may use it.
 */
#pragma once

#include "backends/index/content.h"

#include <gio/gio.h>

/* The folder of a dump taken apart, or of one of its databases. */
typedef struct {
	RondContent *content; /* borrowed */
	guint32 folder;	      /* entry that T.tsv and schema.sql lie in */
} RondTableFolder;

typedef enum {
	ROND_ROWS_REMOVED, /* of the old dump */
	ROND_ROWS_WAS,	   /* those that were modified, in the old one… */
	ROND_ROWS_ADDED,   /* of the new dump */
	ROND_ROWS_IS,	   /* …and in the new one, in its order */
	ROND_N_ROW_SETS,
} RondRowSet;

typedef struct RondTableDelta RondTableDelta;

/* Compare the table whose files are called @table (without an ending) in both.
 * Reads both tables: blocks. NULL with @error: it isn't in both (ENOENT), is
 * damaged (EIO), or it was cancelled (ECANCELED). */
RondTableDelta *rond_table_delta_new(const RondTableFolder *old,
				     const RondTableFolder *new,
				     const char *table,
				     GCancellable *cancellable, GError **error);
void rond_table_delta_free(RondTableDelta *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondTableDelta, rond_table_delta_free)

/* How many rows; WAS and IS have as many. */
guint64 rond_table_delta_count(const RondTableDelta *self, RondRowSet set);

/* The rows behind a title, as T.tsv has them; new. NULL with @error. */
RondStream *rond_table_delta_tsv(const RondTableDelta *self, RondRowSet set,
				 GError **error);

/* The same as INSERTs (backends/sql/row-insert.h), given to @sink in pieces of
 * about 64 KiB; it returns FALSE with @error to end. FALSE with @error. */
typedef gboolean (*RondTextSink)(gpointer data, const char *text, gsize len,
				 GError **error);
gboolean rond_table_delta_sql(const RondTableDelta *self, RondRowSet set,
			      RondTextSink sink, gpointer data, GError **error);
