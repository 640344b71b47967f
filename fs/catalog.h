/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondCatalog: names and dates → snapshots and their parts.
 *
 * Pure: given the same backups, settings and earlier names it gives the same
 * snapshots; it opens nothing. A catalog is const once made and reference
 * counted; a rescan makes a new one, in which every backup that was there
 * before keeps its snapshot and its part's name.
 *
 * Series. Backups of one series have the same stem and kind (tree or dump) and
 * lie in folders of the same name, dates and words like "daily" left out; how
 * they are packed and which source they are in does not matter. Their part is
 *	- what the user gave, as it is; such series don't count below;
 *	- "www" for the only series of trees, "db" for the only one of dumps;
 *	- otherwise the stem, or where it is empty the folder's last component;
 *	- FOLDER-STEM where another series of that kind has the same;
 *	- of a dump, NAME-db where a tree has that name, because both have a
 *	  folder NAME/; and NAME-2, NAME-3… as the last resort.
 *
 * Days. The series with the most backups of a day makes its snapshots; those of
 * the others join the one that is nearest in time and has no such part yet.
 * The first is "YYYY-MM-DD", the later ones "YYYY-MM-DDTHHMM", with seconds
 * ("THHMMSS") and at last a number ("THHMMSS-2") where that is taken. What
 * comes later joins snapshots that lack it, and never renames any.
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
	RondStore *store;    /* borrowed: stores live as long as the mount */
	RondStoreItem *item; /* of several files: what they are together */
	/* What it is made of (RondBackupPiece), in order; NULL: of @item. */
	GPtrArray *pieces;
	char *source;	       /* store name and path, for messages */
	RondDetected detected; /* of an archive or a dump; no why */
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

/* The same file unchanged: store, path, device, inode, size, mtime; of several
 * files, each. */
gboolean rond_backup_same(const RondBackup *a, const RondBackup *b);

/* Its mtime in nanoseconds; of several files what changes with any of them. */
gint64 rond_backup_stamp(const RondBackup *self);

/* A part of a snapshot. */
typedef struct {
	char *name; /* "www", "db": without ".sql" */
	RondBackup *backup;
} RondPlacedPart;

typedef struct {
	char *name;	  /* "2024-05-01", "2024-05-01T1500", "before-hack" */
	gint64 time;	  /* that its name was made from */
	gboolean dated;	  /* FALSE: a given name that is no date (now/) */
	guint32 day;	  /* of @time in the zone, counted in days */
	GPtrArray *parts; /* RondPlacedPart, by name */
} RondSnapshot;

/* A file or folder that could not be placed. */
typedef struct {
	char *path;
	char *why; /* one line, with what to do */
} RondSkipped;

RondSkipped *rond_skipped_new(const char *path, const char *why);
void rond_skipped_free(RondSkipped *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondSkipped, rond_skipped_free)

typedef struct {
	gatomicrefcount refs;
	GPtrArray *snapshots; /* RondSnapshot, oldest first */
	GPtrArray *skipped;   /* RondSkipped */
	GTimeZone *zone;
	GHashTable *naming;  /* private: names given so far */
	GHashTable *by_name; /* private: the snapshots */
	GHashTable *places;  /* private: where each backup was put */
} RondCatalog;

/* Place @backups (RondBackup; referenced). @skipped (RondSkipped) is taken
 * over, and gets what the catalog can't place: a second backup of a part in a
 * snapshot that the user named. @zone is that of names and days. @earlier: the
 * catalog before, whose names are kept, or NULL. */
RondCatalog *rond_catalog_new(GPtrArray *backups, GPtrArray *skipped,
			      GTimeZone *zone, const RondCatalog *earlier);
RondCatalog *rond_catalog_ref(RondCatalog *self);
void rond_catalog_unref(RondCatalog *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondCatalog, rond_catalog_unref)

const RondSnapshot *rond_catalog_find(const RondCatalog *self,
				      const char *name);

/* Aliases: J-N and D-N (the first snapshot of the calendar day N before
 * @now's, N from 0), S-N (the newest dated snapshot at least N weeks old, N
 * from 1), latest (the newest dated one, or where none is dated the newest).
 * @now: seconds since the epoch. NULL: there is none. */
const RondSnapshot *rond_catalog_resolve(const RondCatalog *self, gint64 now,
					 const char *alias);
/* The snapshot that a person means by @name: its own, an alias, or either with
 * ~N behind it, the N-th before that one. NULL: there is none. */
const RondSnapshot *rond_catalog_named(const RondCatalog *self, gint64 now,
				       const char *name);
/* Whether a name has the form of an alias, so that no snapshot may have it. */
gboolean rond_alias_is_name(const char *name);
/* Those that a listing shows (not D-N; S-N where it is
 * between N and N + 1 weeks old): new, NULL-terminated. */
char **rond_catalog_aliases(const RondCatalog *self, gint64 now);
