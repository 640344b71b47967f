/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondDraft: the databases, tables and views of a dump while it is read.
 *
 * For one thread.
 */
#pragma once

#include "backends/sql/dump-files.h"
#include "backends/sql/script.h"

/* A table, or a sequence. */
typedef struct {
	RondDumpTable *table; /* owned unless it was */
	gboolean given;
	RondScript script;
	GArray *numbers; /* guint32: of its runs, as the sink knows them */
	gboolean sequence;
	gboolean created; /* there is a CREATE; else only rows, or triggers */
	gboolean locked, unlocked;
	gboolean uncommitted; /* autocommit was turned off for its rows */
	guint cut; /* so many parts of the script come before damage */
} RondDraftTable;

typedef struct {
	char *name;
	RondScript script;
	GArray *mentions; /* guint: hashes of the names in it */
} RondDraftView;

typedef struct {
	char *name;	   /* "" where none was said */
	GPtrArray *tables; /* RondDraftTable */
	GPtrArray *views;  /* RondDraftView */
	/* By name; borrowed. */
	GHashTable *table_names, *view_names;
	RondScript routines, events;
	gboolean lost; /* parts of it may be missing */
} RondDraftDatabase;

RondDraftDatabase *rond_draft_database_new(const char *name);
void rond_draft_database_free(RondDraftDatabase *self);

/* The table of that name; made if there is none. */
RondDraftTable *rond_draft_table(RondDraftDatabase *self, const char *name);
/* Begin anew: it is created once more. */
void rond_draft_table_reset(RondDraftTable *self);
/* A view, without what a former one of that name had. */
RondDraftView *rond_draft_view(RondDraftDatabase *self, const char *name);
/* @text is its statement: note what it refers to. */
void rond_draft_view_note(RondDraftView *self, const char *text, gsize len,
			  RondSqlMode mode);

/* Whether a table only stood in for a view. */
gboolean rond_draft_is_stand_in(const RondDraftDatabase *self,
				const RondDraftTable *table);
/* The views, each behind those that it refers to: RondDraftView, borrowed. */
GPtrArray *rond_draft_views_in_order(const RondDraftDatabase *self);
