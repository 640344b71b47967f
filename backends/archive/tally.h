/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondTally: findings of one sort, counted, and told once.
 *
 * An archive may have a hundred thousand members with the same flaw; a line
 * for each would bury what matters.
 */
#pragma once

#include "backends/archive/archive.h"

typedef struct {
	RondFindingKind kind;
	/* What is wrong, and what to do; both complete the sentence "NAME and
	 * 3 more: …". */
	const char *what;
	guint64 count;
	char *first; /* name of the first, fit for one line */
} RondTally;

/* Count one more, called @name (raw bytes, @len of them). */
void rond_tally_add(RondTally *self, const char *name, gsize len);

/* Give each of the @n tallies that counted anything to @sink as one finding,
 * and empty them. */
void rond_tally_report(RondTally *tallies, gsize n,
		       const RondArchiveSink *sink);

/* @name, or another text, up to a NUL or @len bytes, as one line of UTF-8 of
 * bounded length for a message. Caller frees. */
char *rond_tally_name(const char *name, gsize len);
