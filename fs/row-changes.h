/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondRowChanges: the rows of dumps that are different between two snapshots,
 * as files that lie in the folders of a RondChanges.
 *
 *	removed/db/T.tsv, T.sql		rows that have vanished
 *	added/db/…			rows that have come
 *	modified/old/db/…, new/db/…	rows with the same key and other values
 *
 * Of each table that both dumps have: backends/index/table-delta.h says what is
 * in the files. Const once made, reference counted, thread-safe.
 */
#pragma once

#include "fs/changes.h"

#include <gio/gio.h>

typedef struct {
	RondChangesFixed kind; /* ADDED, REMOVED, OLD or NEW */
	guint32 part;	       /* RondPart's number */
	guint32 entry;	       /* of the table's T.tsv in that part's index */
	guint32 folder;	       /* the entry that it lies in */
	char *name;	       /* "offers.sql" */
	guint64 offset, size;  /* its place, for rond_row_changes_open() */
} RondRowFile;

typedef struct RondRowChanges RondRowChanges;

/* Compare the tables of those of @parts (RondComparedPart) that are dumps;
 * their text is written to @spool, an empty file (taken over; closed also on
 * failure). Reads tables: takes seconds. A table that can't be compared is left
 * out, and among the problems. NULL with @error: @spool can't be written, or it
 * was cancelled (ECANCELED). */
RondRowChanges *rond_row_changes_new(const GPtrArray *parts, int spool,
				     GCancellable *cancellable, GError **error);
/* One without files, for which @problem (one line) is the reason. */
RondRowChanges *rond_row_changes_failed(const char *problem);
RondRowChanges *rond_row_changes_ref(RondRowChanges *self);
void rond_row_changes_unref(RondRowChanges *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondRowChanges, rond_row_changes_unref)

/* The @i-th file, those of a folder by name; NULL: there are no more. Borrowed,
 * as below. */
const RondRowFile *rond_row_changes_file(const RondRowChanges *self, guint32 i);
/* "db/offers: why", one line each. */
const GPtrArray *rond_row_changes_problems(const RondRowChanges *self);

/* What is in @file, new. */
RondStream *rond_row_changes_open(const RondRowChanges *self,
				  const RondRowFile *file);

/* Whether the rows of the table, one of whose files is @number in the index of
 * @side, are compared: then @stem is what its files are called, new. */
gboolean rond_row_changes_table(const RondComparedSide *side, guint32 number,
				char **stem);
