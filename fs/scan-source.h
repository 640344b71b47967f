/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondSource: a source as the user gave it, and the backups made from what
 * lies in it. Used by the scan.
 */
#pragma once

#include "fs/scan.h"

typedef struct {
	RondStore *store;      /* owned */
	char *snapshot, *part; /* from SNAPSHOT[/PART]=, or NULL */
} RondSource;

/* It is one file, not a folder. */
gboolean rond_source_is_single(const RondSource *self);

/* @path of its store as the user would write it; new. */
char *rond_source_path(const RondSource *self, const char *path);

/* Where a file or folder lies, and what that says of its date. */
typedef struct {
	const RondSource *source;
	const RondScanConfig *config;
	const char *folder;	/* the series' */
	const RondDated *dated; /* of the dated folder it is or is in; NULL */
} RondPlace;

/* The archive or dump @item; new. */
RondBackup *rond_place_file(const RondPlace *self, const RondStoreItem *item,
			    const RondDetected *detected);

/* One dump of several files. */
typedef struct {
	const RondStoreItem *folder; /* that they lie in */
	const char *database;
	gboolean several; /* there are other databases in it */
	gint64 time;	  /* seconds since the epoch, where no name tells */
} RondJoining;

/* The dump of @pieces (RondBackupPiece; referenced), named by its database;
 * new. The folder's own name may tell its date. */
RondBackup *rond_place_joined(const RondPlace *self, const RondJoining *joining,
			      GPtrArray *pieces, const RondDetected *detected);

/* The plain tree @item; without a dated folder its date is its mtime; new. */
RondBackup *rond_place_tree(const RondPlace *self, const RondStoreItem *item);
