/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondContents: the distinct contents of files in all snapshots, each once, in
 * the order in which they are read best.
 *
 * Contents are the same when their SHA-256 is; what has none counts each time.
 * Const once made; for any thread.
 */
#pragma once

#include "fs/timeline.h"

#define ROND_NO_CONTENT G_MAXUINT32

/* One content, and a span that has it, the oldest. */
typedef struct {
	const RondTimeline *line;
	guint32 number; /* of @line, in @lines */
	guint32 span;
	guint64 size;
	guint64 kind, place; /* where in the backup it begins */
} RondOneContent;

typedef struct {
	const GPtrArray *lines; /* RondTimeline */
	GArray *all;		/* RondOneContent */
	GPtrArray *of;		/* for each line a GArray: for each span the
				   number of its content (guint32) */
} RondContents;

/* Whether the file @entry, a span of @line, is wanted. */
typedef gboolean (*RondContentWanted)(const RondTimeline *line,
				      const RondSpan *span,
				      const RondIndexEntry *entry,
				      gpointer data);

/* Of the regular files among the spans of @lines (borrowed) that @wanted says
 * yes to. */
RondContents *rond_contents_new(const GPtrArray *lines,
				RondContentWanted wanted, gpointer data);
void rond_contents_free(RondContents *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondContents, rond_contents_free)

const RondOneContent *rond_contents_get(const RondContents *self, guint n);
/* The number of the content that a span of the @line-th line has, or
 * ROND_NO_CONTENT. */
guint32 rond_contents_of(const RondContents *self, guint line, guint32 span);

/* Whether @a and @b lie in the same backup. */
gboolean rond_contents_are_close(const RondOneContent *a,
				 const RondOneContent *b);

/* The bytes of it; caller owns a reference. @newest: as the last stop of its
 * span has them, rather than the first. */
RondStream *rond_one_content_open(const RondOneContent *content,
				  gboolean newest, GError **error);
