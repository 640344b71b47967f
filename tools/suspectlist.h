/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondSuspectList: files that are worth a second look, of all snapshots, each
 * version by itself. Neutral signs (tools/signs.h), no signatures: those are
 * for scanners. An ordinary edit is no suspect.
 *
 * Contents are read of pictures, and with a repository of code; each distinct
 * one once. What dumps are shown as isn't looked at.
 */
#pragma once

#include "tools/gitblobs.h"
#include "tools/scope.h"
#include "tools/signs.h"

typedef struct {
	const RondTimeline *line;
	const RondSpan *span;
	char *path;	 /* PART/PATH */
	guint signs;	 /* RondSigns */
	guint order;	 /* of the snapshot that has it first */
	guint32 last;	 /* the last stop that has it */
	guint32 content; /* private */
} RondSuspect;

/* A snapshot with far more programs that came or changed than is usual. */
typedef struct {
	const RondTimeline *line;
	guint32 stop;
	guint programs, usual; /* usual: the median of the others */
} RondBurst;

typedef struct {
	const GPtrArray *lines; /* RondTimeline */
	const RondScope *scope;
	const RondCatalog *catalog;
	const RondSnapshot *since; /* only what came after it; NULL: all */
	RondGitBlobs *git;	   /* NULL: none */
	RondSignals *signals;	   /* to be ended by */
} RondSuspectQuery;

typedef struct {
	GPtrArray *suspects; /* RondSuspect: by snapshot, then by path */
	GArray *bursts;	     /* RondBurst */
	GPtrArray *failed;   /* char *: what could not be read, and why */
} RondSuspectList;

/* What @query (borrowed; must outlive it) finds. NULL with @error: git failed,
 * or it was interrupted (EINTR). */
RondSuspectList *rond_suspect_list_new(const RondSuspectQuery *query,
				       GError **error);
void rond_suspect_list_free(RondSuspectList *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondSuspectList, rond_suspect_list_free)

/* The first stop of @line that is wanted when only what came after @since
 * (NULL: everything) is. */
guint32 rond_suspects_from(const RondCatalog *catalog, const RondTimeline *line,
			   const RondSnapshot *since);
