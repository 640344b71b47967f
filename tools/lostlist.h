/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondLostList: what existed in any snapshot and is not in the newest, by path;
 * of each path the newest version.
 *
 * What something of another type lies in the place of is lost, too.
 */
#pragma once

#include "fs/timeline.h"
#include "tools/scope.h"

#include <sys/types.h>

typedef struct {
	const RondTimeline *line;
	const RondSpan *span;
	char *path; /* PART/PATH; folders have a slash at the end */
	mode_t type;
	guint64 size; /* of files and links; others: 0 */
	gint64 mtime;
	gboolean has_mtime; /* files of dumps taken apart have none */
	gboolean replaced;  /* the path is there, as something else */
	/* Another item says it to people: the folder's, or the table's. */
	gboolean implied;
	guint64 files, bytes; /* of a folder: lost files below it */
	/* Of a dump's table; NULL: it is none. */
	char *table;	 /* PART/TABLE, as its files are called */
	gboolean second; /* the one before is of the same table */
	gint64 rows;	 /* or ROND_NO_ROWS */
} RondLostItem;

typedef struct {
	/* RondLostItem; a folder before what was in it. */
	GPtrArray *items;
	guint64 files, folders, others, tables; /* files: that are no tables' */
	guint64 bytes; /* a table's rows are in two files, and count once */
} RondLostList;

/* Of what @scope has of @lines (RondTimeline), which must outlive it. */
RondLostList *rond_lost_list_new(const GPtrArray *lines,
				 const RondScope *scope);
void rond_lost_list_free(RondLostList *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondLostList, rond_lost_list_free)

/* The last snapshot that has it. */
const char *rond_lost_item_snapshot(const RondLostItem *item);
