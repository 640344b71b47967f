/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondUnmatched: rows of one table whose match in the other was not met yet.
 *
 * Keeps hashes, not rows: SHA-256 cut to 128 bits, which nobody can aim at
 * either. For one thread.
 */
#pragma once

#include <glib.h>

#define ROND_ROW_HASH_LEN 16

typedef struct {
	guint8 key[ROND_ROW_HASH_LEN], row[ROND_ROW_HASH_LEN];
	guint64 from, to; /* the line in its file; never empty */
} RondUnmatchedRow;

typedef struct RondUnmatched RondUnmatched;

/* For at most @memory bytes of rows. */
RondUnmatched *rond_unmatched_new(gsize memory);
void rond_unmatched_free(RondUnmatched *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondUnmatched, rond_unmatched_free)

/* Several may have one key. FALSE: there is no room for more. */
gboolean rond_unmatched_add(RondUnmatched *self, const RondUnmatchedRow *row);
/* Take one with @key out. FALSE: there is none. */
gboolean rond_unmatched_take(RondUnmatched *self, const guint8 *key,
			     RondUnmatchedRow *row);
/* Call @each for all of them, in no order. */
void rond_unmatched_foreach(const RondUnmatched *self,
			    void (*each)(const RondUnmatchedRow *row,
					 gpointer data),
			    gpointer data);
