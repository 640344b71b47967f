/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Days: backups of one day → snapshots, by the rules in catalog.h. Used by the
 * catalog alone.
 */
#pragma once

#include "fs/catalog.h"

RondSnapshot *rond_snapshot_new(const char *name, gint64 time, gboolean dated,
				GTimeZone *zone);
void rond_snapshot_free(RondSnapshot *self);

/* The part called @name, or NULL. */
const RondPlacedPart *rond_snapshot_part(const RondSnapshot *self,
					 const char *name);
/* References @backup; there is no such part yet. */
void rond_snapshot_add(RondSnapshot *self, const char *part,
		       RondBackup *backup);

/* A backup that waits for its place. */
typedef struct {
	RondBackup *backup; /* borrowed */
	const char *part;   /* borrowed */
} RondUnplaced;

/* Place @unplaced (RondUnplaced; emptied), all of one day, into the snapshots
 * that this day has so far (RondSnapshot, borrowed) and new ones, which are
 * added to both @day and @by_name (owns them). */
void rond_day_place(GArray *unplaced, GPtrArray *day, GHashTable *by_name,
		    GTimeZone *zone);
