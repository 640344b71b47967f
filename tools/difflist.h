/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondDiffList: what `rondctl diff` shows of a comparison, in its order.
 */
#pragma once

#include "fs/comparison.h"
#include "tools/signs.h"
#include "tools/tablerows.h"

typedef struct {
	char letter; /* A, M, D, T (another type), U (metadata only) */
	guint flags; /* RondDeltaFlags; never both UNSURE and SAME_LOOKS */
	guint signs; /* RondSigns */
	const RondComparedPart *part;
	guint32 old, new; /* entries, or ROND_INDEX_NONE */
	/* PART/PATH as in the backup, folders with a slash at the end. */
	char *path;
	gboolean folder;
	/* Another item says it to people: the folder's, or the table's. */
	gboolean implied;
	guint64 old_size, new_size; /* of files and links; 0: none */
	/* Of an added or removed folder: what is in it. */
	guint64 files, bytes;
	/* Of a dump's table; NULL: it is none. */
	char *table;	 /* PART/TABLE, as its files are called */
	gboolean second; /* the one before is of the same table */
	gint64 old_rows, new_rows;
	/* Its rows one by one, if rond_diff_rows_count() has looked at them. */
	gboolean rows_counted;
	guint64 rows_removed, rows_added, rows_changed;
} RondDiffItem;

typedef struct {
	guint64 files, dirs, others, bytes;
} RondDiffSum;

typedef struct {
	RondDiffSum added, removed;
	guint64 changed;    /* M and T */
	guint64 same_looks; /* of them */
	guint64 touched;    /* U */
	/* Among the above: tables of dumps, and their files. */
	guint64 tables[3], table_files[3]; /* added, removed, changed */
} RondDiffStats;

typedef struct {
	GPtrArray *items; /* RondDiffItem */
	RondDiffStats stats;
} RondDiffList;

/* Of what is at @path ("" for all: PART/…) in @comparison, which must outlive
 * it. */
RondDiffList *rond_diff_list_new(const RondComparison *comparison,
				 const char *path);
void rond_diff_list_free(RondDiffList *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondDiffList, rond_diff_list_free)

/* Whether a program that compares contents would see no difference. */
gboolean rond_diff_list_is_same(const RondDiffList *self);
