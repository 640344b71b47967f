/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondCatalog: names and dates → snapshots and their parts.
 *
 * Pure: given the same backups, settings and earlier names it gives the same
 * snapshots; it opens nothing. A catalog is const once made and reference
 * counted; a rescan makes a new one, in which every backup that was there
 * before keeps its snapshot and its part's name.
 */
#pragma once

#include "backends/index/detect.h"
#include "backends/store/store.h"

#include <glib.h>

typedef enum {
	ROND_BACKUP_ARCHIVE, /* part NAME/ */
	ROND_BACKUP_DUMP,    /* part NAME.sql */
	ROND_BACKUP_FOLDER,  /* part NAME/, passed through */
} RondBackupKind;

/* One backup that the scan found. Reference counted, const. */
typedef struct {
	gatomicrefcount refs;
	RondBackupKind kind;
	RondStore *store; /* borrowed: stores live as long as the mount */
	RondStoreItem *item;
	char *source;	       /* store name and path, for messages */
	RondDetected detected; /* of an archive or a dump */
	/* From --pattern, a dated folder or SNAPSHOT[/PART]=SOURCE: */
	char *snapshot; /* given name of the snapshot, or NULL */
	char *part;	/* given name of the part, or NULL */
	/* The series: what is left of the path without its date. */
	char *folder; /* undated folders above it, "" at the top */
	char *stem;   /* file name without date and endings; may be "" */
	/* The date of its data. */
	gint64 time;	     /* seconds since the epoch, UTC */
	gboolean has_time;   /* FALSE: the whole day */
	gboolean from_mtime; /* no date in the name */
} RondBackup;

RondBackup *rond_backup_ref(RondBackup *self);
void rond_backup_unref(RondBackup *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondBackup, rond_backup_unref)

/* The same file unchanged: store, path, device, inode, size, mtime. */
gboolean rond_backup_same(const RondBackup *a, const RondBackup *b);

/* A part of a snapshot. */
typedef struct {
	char *name; /* "www", "db": without ".sql" */
	RondBackup *backup;
} RondPlacedPart;

typedef struct {
	char *name;	  /* "2024-05-01", "2024-05-01T1500", "before-hack" */
	gint64 time;	  /* of its first part */
	gboolean dated;	  /* FALSE: a given name that is no date (now/) */
	GPtrArray *parts; /* RondPlacedPart, by name */
} RondSnapshot;

/* A file or folder that could not be placed. */
typedef struct {
	char *path;
	char *why; /* one line, with what to do */
} RondSkipped;

RondSkipped *rond_skipped_new(const char *path, const char *why);
void rond_skipped_free(RondSkipped *self);

typedef struct {
	gatomicrefcount refs;
	GPtrArray *snapshots; /* RondSnapshot, oldest first */
	GPtrArray *skipped;   /* RondSkipped */
	GTimeZone *zone;
	GHashTable *naming; /* private: names given so far */
} RondCatalog;

/* Place @backups (RondBackup; referenced). @skipped (RondSkipped) is taken
 * over. @zone is that of names and days. @earlier: the catalog before, whose
 * names are kept, or NULL. */
RondCatalog *rond_catalog_new(GPtrArray *backups, GPtrArray *skipped,
			      GTimeZone *zone, const RondCatalog *earlier);
RondCatalog *rond_catalog_ref(RondCatalog *self);
void rond_catalog_unref(RondCatalog *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondCatalog, rond_catalog_unref)

const RondSnapshot *rond_catalog_find(const RondCatalog *self,
				      const char *name);

/* Aliases: J-N and D-N (calendar days before @now), S-N (the newest dated
 * snapshot at least N weeks old), latest. @now: seconds since the epoch. */
const RondSnapshot *rond_catalog_resolve(const RondCatalog *self, gint64 now,
					 const char *alias);
/* Those that a listing shows (not D-N): new, NULL-terminated. */
char **rond_catalog_aliases(const RondCatalog *self, gint64 now);
