/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The rows of a dump's table that are different, one by one. Both tables are
 * read for that: seconds for a GiB.
 */
#pragma once

#include "backends/index/table-delta.h"
#include "tools/difflist.h"

/* Whether both sides have the rows of the table that @item is about. */
gboolean rond_diff_rows_are_there(const RondDiffItem *item);

/* What is different between them, new; NULL with @error. */
RondTableDelta *rond_diff_rows_compare(const RondDiffItem *item,
				       GError **error);

/* Have them counted in all items of @list that have some; a bar is shown on a
 * terminal when it takes long. FALSE: some could not be read, which was
 * logged. */
gboolean rond_diff_rows_count(RondDiffList *list);
