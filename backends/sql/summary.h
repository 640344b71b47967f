/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * .tables.tsv: a line about each table of a dump.
 *
 * Escapes as in the tables' own TSV; NULL where something is not known.
 */
#pragma once

#include "backends/sql/dump-files.h"

#define ROND_SUMMARY_TITLE \
	"table\trows\tbytes\tprimary key\tcharset\tsha256\tdamage\n"

void rond_summary_add(GString *out, const RondDumpTable *table);

/* What such a line says. */
typedef struct {
	gboolean counted; /* its rows can be shown, so that they were */
	guint64 rows;
	gboolean damaged; /* rows are missing */
} RondTableSummary;

/* The lines of @text, @len bytes: what a table's files begin with
 * (rond_table_file_name()) → RondTableSummary, new. Lines that are none are
 * passed over. */
GHashTable *rond_summary_read(const char *text, gsize len);
