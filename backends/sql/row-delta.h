/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondRowDelta: which rows of a table are different between two dumps.
 *
 * A row is the same row where its primary key is; in a table without one, where
 * all of it is. Both tables are read once, side by side: what stands beside its
 * match needs no memory, and dumps of two days are nearly in the same order,
 * whatever that is. Rows whose match was not met yet are remembered by hashes;
 * where those become too many, only a part of all rows is looked at, and the
 * tables are read again for the others.
 */
#pragma once

#include "backends/stream/stream.h"

#include <gio/gio.h>

/* MariaDB's limit of a key's columns. */
#define ROND_MAX_KEY_COLUMNS 32

typedef struct {
	RondStream *tsv; /* borrowed; as rows.h has it, with a title */
	/* Numbers of the key's columns in it, from 0. */
	guint key[ROND_MAX_KEY_COLUMNS];
} RondRowTable;

typedef struct {
	RondRowTable old, new;
	guint n_key;	  /* 0: there is no primary key */
	gboolean numeric; /* the first of them holds numbers */
	gsize memory;	  /* bytes for rows without a match; 0: 32 MiB */
	GCancellable *cancellable; /* or NULL */
} RondRowDeltaConfig;

/* Whole lines of a TSV file. */
typedef struct {
	guint64 from, to;
} RondRowRange;

typedef struct {
	/* RondRowRange, rising, without gaps of nothing between two: of the old
	 * file those that were removed, and as modified ones were; of the new
	 * one those that were added, and as modified ones are. */
	GArray *removed, *was, *added, *is;
	guint64 n_removed, n_added, n_modified;
} RondRowDelta;

/* NULL with @error when reading fails (a damaged table's rows end in one), a
 * row has no such column (EIO), or it was cancelled (ECANCELED). Blocks. */
RondRowDelta *rond_row_delta(const RondRowDeltaConfig *config, GError **error);
void rond_row_delta_free(RondRowDelta *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondRowDelta, rond_row_delta_free)
