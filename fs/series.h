/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondSeries: what comes before each backup, and whether it fits.
 *
 * The backups that are the same part of dated snapshots, oldest first, are a
 * series. Judged by their dates and sizes alone: nothing is opened.
 */
#pragma once

#include "fs/catalog.h"

typedef struct {
	/* The one before in its series; NULL: it is the first. */
	const RondBackup *before;
	const RondSnapshot *before_in;
	/* It is so much smaller that it may not be whole. */
	gboolean shrunk;
	/* Days without a backup before it, in a series that has one daily. */
	guint missing;
} RondFollowing;

typedef struct RondSeries RondSeries;

/* Of @catalog, which must outlive it. */
RondSeries *rond_series_new(const RondCatalog *catalog);
void rond_series_free(RondSeries *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondSeries, rond_series_free)

/* How @backup follows; NULL: it is in no dated snapshot. Borrowed. */
const RondFollowing *rond_series_at(const RondSeries *self,
				    const RondBackup *backup);
