/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondRowLines: the rows of a TSV file (see rows.h), one after the other.
 *
 * A row may be longer than memory (a BLOB of 4 GiB in hexadecimal): of such a
 * one there is the beginning, and a hash of the whole. For one thread.
 */
#pragma once

#include "backends/sha256.h"
#include "backends/stream/stream.h"

typedef struct {
	guint64 from, to; /* its bytes in the file, with the line feed */
	/* The line without it, or its first @len bytes; valid until the next
	 * row is asked for. */
	const char *text;
	gsize len;
	gboolean is_long; /* it goes on: then @hash is of all of it */
	guint8 hash[ROND_SHA256_SIZE];
} RondRowLine;

typedef struct RondRowLines RondRowLines;

/* The lines of @tsv (a reference is taken) but the first, the title. Lines of
 * more than @longest bytes, a few MiB at least, are long ones. */
RondRowLines *rond_row_lines_new(RondStream *tsv, gsize longest);
void rond_row_lines_free(RondRowLines *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondRowLines, rond_row_lines_free)

/* FALSE at the end, and with @error where reading failed. */
gboolean rond_row_lines_next(RondRowLines *self, RondRowLine *line,
			     GError **error);

/* Whether two rows are the same text. */
gboolean rond_row_line_equal(const RondRowLine *a, const RondRowLine *b);

/* Field @n of @line, counted from 0, as it is written. FALSE: it has none, or
 * not in the part that there is. */
gboolean rond_row_line_field(const RondRowLine *line, guint n,
			     const char **text, gsize *len);
