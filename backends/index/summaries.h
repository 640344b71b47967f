/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a dump's .tables.tsv says of its tables.
 */
#pragma once

#include "backends/index/content.h"
#include "backends/sql/summary.h"

/* Of the tables in @folder, an entry: of a dump taken apart, or of one of its
 * databases. What their files begin with → RondTableSummary, new. NULL with
 * @error: there is none, or it can't be read. */
GHashTable *rond_summaries_read(RondContent *content, guint32 folder,
				GError **error);

/* That of the table whose file @entry is (T.sql, T.tsv…). FALSE: it is none's,
 * or not known. */
gboolean rond_summaries_find(RondContent *content, guint32 entry,
			     RondTableSummary *summary);
