/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondTimeline: one part over all snapshots that have it: which content each
 * path had, and from which snapshot to which.
 *
 * Made by comparing each with the one before it, by their indexes alone
 * (backends/index/delta.h). Const once made; keeps the backups that it is
 * about. Thread-safe.
 */
#pragma once

#include "backends/index/delta.h"
#include "fs/library.h"

#define ROND_NO_SPAN G_MAXUINT32

/* One snapshot that has the part. */
typedef struct {
	char *snapshot; /* its own name */
	gint64 time;	/* seconds since the epoch, of the backup */
	RondPart *part;
	RondContent *content;
	guint32 root; /* the entry that is shown as NAME/ */
} RondStop;

/* A path that was the same in the stops @first to @last, and in neither
 * neighbour: what it is, and its content. Mode, owner and times may have
 * changed meanwhile. */
typedef struct {
	guint32 first, last; /* stops */
	guint32 entry;	     /* in the index of stop @first */
	guint32 last_entry;  /* in that of stop @last */
	guint32 before;	     /* the span of the same path that ended where this
				one began, or ROND_NO_SPAN */
	guint32 flags;	     /* RondDeltaFlags of how it began */
} RondSpan;

typedef struct {
	char *name;
	GPtrArray *stops; /* RondStop, oldest first */
	/* RondSpan; those of the oldest stop first, then by @first; a folder
	 * before what is in it. */
	GArray *spans;
	/* "SNAPSHOT: why", of those that have the part and could not be read;
	 * char *. */
	GPtrArray *unread;
} RondTimeline;

/* Of the part called @name in all snapshots of @library. What is not indexed is
 * requested and waited for, in this thread: for commands, which have it indexed
 * before, behind a progress bar. NULL with @error (ENOENT: no snapshot has it;
 * ENOTSUP: it is a folder that is passed through; EIO: none can be read;
 * EAGAIN: an index proved to be broken: call again). */
RondTimeline *rond_timeline_new(RondLibrary *library, const char *name,
				GError **error);
void rond_timeline_free(RondTimeline *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondTimeline, rond_timeline_free)

/* The path of @span below the part's root, new; "" for the root itself. */
char *rond_timeline_path(const RondTimeline *self, const RondSpan *span);
/* The inode that @span is (hard links resolved), in the index of its first
 * stop; borrowed. */
const RondIndexEntry *rond_timeline_entry(const RondTimeline *self,
					  const RondSpan *span);
/* Whether the newest stop has it. */
gboolean rond_timeline_is_present(const RondTimeline *self,
				  const RondSpan *span);
