/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondLineage: the distinct versions of one path over all snapshots, by
 * content.
 *
 * Files are the same version when their SHA-256 are, links when their targets
 * are; names, owners and times don't count. Where there is no hash, things are
 * as in backends/index/delta.h. Paths begin with a part, as in a snapshot:
 * www/index.php, db.sql (the dump itself), db/offers.tsv. A path need not be in
 * any snapshot that still is the newest.
 *
 * All paths of one part are looked up together, each backup opened once and
 * let go again, so that hundreds of them may be gone through.
 */
#pragma once

#include "backends/index/delta.h"
#include "fs/lineage-tree.h"

/* One of the snapshots that have the part. */
typedef struct {
	char *snapshot; /* its own name */
	gint64 time;	/* of the backup, seconds since the epoch */
	guint32 part;	/* RondPart's number; 0: it has just gone */
	/* Why a path that is not found in it may have been there; NULL: it
	 * was not there. */
	char *unread;
	gboolean is_folder; /* passed through: it may be another one later */
	guint known;	    /* private: stops up to it that are read */
} RondLineageStop;

/* From stop to stop; between them there may be some that can't be read. */
typedef struct {
	guint first, last;
} RondLineageRun;

typedef struct {
	RondLook look; /* in the first stop that has it */
	/* RondDeltaFlags, compared with what was there before. */
	guint flags;
	GArray *runs; /* RondLineageRun, oldest first */
} RondVersion;

typedef struct {
	char *path;	     /* PART/…, bytes as in the backup */
	GPtrArray *versions; /* RondVersion, by first stop */
	/* What all stops allow to everybody who has any access. */
	mode_t mode;
	guint32 uid, gid;
	/* Private: the last stop that has it, and as what. */
	guint last;
	RondVersion *at_last;
} RondLineage;

/* Of a part. Reference counted; const once all is read. */
typedef struct {
	gatomicrefcount refs;
	char *part;
	GPtrArray *stops;    /* RondLineageStop, oldest first */
	GPtrArray *lineages; /* RondLineage, by path, once all are read */
	/* Private. */
	RondCatalog *catalog;
	GPtrArray *globs;
	gboolean dump, hash;
	guint next; /* snapshot to look into */
	GHashTable *by_path;
} RondLineages;

/* What matches any of @globs (RondGlob) over all parts: elements RondLineages,
 * new, those of parts that have nothing to do with them not among them. With
 * @hash, files of folders that are passed through are read where that is needed
 * to tell them apart. */
GPtrArray *rond_lineages_of(RondCatalog *catalog, const GPtrArray *globs,
			    gboolean hash);
/* The same of one path; NULL: it begins with no part. */
RondLineages *rond_lineages_of_path(RondCatalog *catalog, const char *path);
/* The same of all that is in the folder @path, folders too. */
RondLineages *rond_lineages_in_folder(RondCatalog *catalog, const char *path);
RondLineages *rond_lineages_ref(RondLineages *self);
void rond_lineages_unref(RondLineages *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondLineages, rond_lineages_unref)

/* Look into the snapshots. FALSE, and @wait set (caller owns a reference): an
 * index is not there yet; wait for it and call again, which goes on from there.
 * Backups that can't be read are gone by, see RondLineageStop. */
gboolean rond_lineages_read(RondLineages *self, RondLibrary *library,
			    RondJob **wait);

/* The first stop behind @run where the path is not what it was, for sure, or
 * ROND_NO_STOP. */
#define ROND_NO_STOP G_MAXUINT
guint rond_lineages_end(const RondLineages *self, const RondLineageRun *run);
/* The last stop before @run of which is known what was there, or
 * ROND_NO_STOP. */
guint rond_lineages_before(const RondLineages *self, const RondLineageRun *run);

const RondLineageStop *rond_lineages_stop(const RondLineages *self, guint n);
const RondVersion *rond_lineage_version(const RondLineage *self, guint n);
const RondLineageRun *rond_version_run(const RondVersion *self, guint n);

/* The bytes of a file, or the target of a link, as the first stop of @version
 * of @line has them. Waits where the backup's index must be opened again: for
 * commands, no request of a mount may. NULL with @error. */
RondStream *rond_lineages_open(const RondLineages *self, RondLibrary *library,
			       const RondLineage *line,
			       const RondVersion *version, GError **error);
