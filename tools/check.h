/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondCheck: backups read through again, to know whether they are sound.
 *
 * All of a source is decoded and all in it hashed, in a confined child as the
 * first time (backends/index/confined.h): its checksums, the ends of archives
 * and dumps, and that the files are what the index in the cache says. That
 * index is verified, too, and made anew where it is broken or missing.
 * For one thread.
 */
#pragma once

#include "tools/where.h"

typedef struct RondCheck RondCheck;

/* How far it has got: bytes of the source that is being read. */
typedef void (*RondCheckProgress)(guint64 bytes, gpointer data);

typedef struct {
	guint64 files, bytes;	/* in it */
	GPtrArray *problems;	/* char *: a line each, with what to do */
	GPtrArray *notes;	/* char *: the same, it is sound nevertheless */
	gboolean index_renewed; /* the one in the cache was broken */
	gboolean interrupted;	/* nothing of it means anything */
} RondChecked;

void rond_checked_clear(RondChecked *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RondChecked, rond_checked_clear)

/* Of the backups of @where (borrowed). What can't be used of the cache gets a
 * line on stderr. @progress (may be NULL) is called with @data. */
RondCheck *rond_check_new(RondWhere *where, RondCheckProgress progress,
			  gpointer data);
void rond_check_free(RondCheck *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondCheck, rond_check_free)

/* Read @backup, placed in a snapshot; a folder's files are read, which is all
 * that can be done. @cancellable ends it. */
void rond_check_run(RondCheck *self, const RondBackup *backup,
		    GCancellable *cancellable, RondChecked *result);
