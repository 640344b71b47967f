/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondSourceScanner: looks through the sources for backups.
 *
 * Knows what is a dated folder, a snapshot folder, an unfinished or a side
 * file, and how deep to search. Remembers what it found out about unchanged
 * files, so that a rescan opens only what is new. For one thread at a time.
 */
#pragma once

#include "fs/catalog.h"
#include "fs/dates.h"

typedef struct {
	GTimeZone *zone;
	GPtrArray *patterns; /* RondPattern */
	gboolean all_formats;
} RondScanConfig;

typedef struct RondSourceScanner RondSourceScanner;

/* @config is copied, what it refers to must outlive the scanner. */
RondSourceScanner *rond_source_scanner_new(const RondScanConfig *config);
void rond_source_scanner_free(RondSourceScanner *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondSourceScanner, rond_source_scanner_free)

/* Add a source: a path, or SNAPSHOT[/PART]=PATH. FALSE with @error, one line,
 * naming it, when it is not there or can't be read. */
gboolean rond_source_scanner_add_source(RondSourceScanner *self,
					const char *source, GError **error);

/* The stores of the sources added so far (RondStore), borrowed. */
GPtrArray *rond_source_scanner_stores(RondSourceScanner *self);

typedef struct {
	GPtrArray *backups; /* RondBackup; owned */
	GPtrArray *skipped; /* RondSkipped; owned */
	/* Files left out because they may still be written: look again in two
	 * seconds. */
	guint pending;
} RondScanned;
void rond_scanned_clear(RondScanned *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RondScanned, rond_scanned_clear)

/* Look through all sources. A folder that can't be read is among the skipped,
 * with the reason; the others are scanned. */
void rond_source_scanner_run(RondSourceScanner *self, RondScanned *scanned);
