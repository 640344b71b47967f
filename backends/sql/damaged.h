/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files of a damaged table begin with.
 *
 * Such a file ends in a byte that can't be read, so that a copy fails. The
 * kernel reads whole pages: what shares a page with that byte can't be had
 * either. So a note at the beginning says that it is damaged, and is as long as
 * it takes for all that there is to end where a page ends.
 */
#pragma once

#include "backends/sql/rows.h"

/* In front of @size bytes of statements: a comment, new. */
char *rond_damaged_comment(guint64 size);

/* Make @title (rond_rows_title()) that of a damaged file of @size bytes of
 * rows: one more name, or, of JSONL, which has none, spaces. */
void rond_damaged_title(RondRowFormat format, guint64 size, GByteArray *title);
