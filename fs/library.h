/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondLibrary: the living set of backups.
 *
 * Holds the sources, the catalog of what is in them now, and a part for each
 * backup that was ever placed, with its index once it has one. Rescans replace
 * the catalog; indexing runs in its own threads. What the mount and rondctl
 * have in common. Thread-safe.
 */
#pragma once

#include "backends/stream/cache.h"
#include "fs/catalog.h"
#include "fs/config.h"
#include "fs/history.h"
#include "fs/part.h"

typedef struct RondLibrary RondLibrary;

/* Open the sources and scan them. NULL with @error, one line for people, when
 * a source is not there or no backup is found in any. @config must outlive
 * the library. @warning is called for each thing that is worth a line. */
typedef void (*RondWarn)(const char *message, gpointer data);
RondLibrary *rond_library_new(const RondConfig *config, RondWarn warn,
			      gpointer data, GError **error);
/* Ends all indexing (waits for it) and frees everything. */
void rond_library_free(RondLibrary *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondLibrary, rond_library_free)

const RondConfig *rond_library_config(const RondLibrary *self);

/* The catalog of now; caller owns a reference. */
RondCatalog *rond_library_catalog(RondLibrary *self);

/* The clock, or --now. Seconds since the epoch. */
gint64 rond_library_now(const RondLibrary *self);

/* When the catalog changed last, and when anything about the backups did,
 * their states included: later at each change. Nanoseconds since the epoch. */
gint64 rond_library_changed_ns(RondLibrary *self);
gint64 rond_library_touched_ns(RondLibrary *self);

/* Whether a folder is among the backups now: what is in it may change. */
gboolean rond_library_has_folders(RondLibrary *self);

/* The part of a placed backup; caller owns a reference. NULL when it has gone
 * from the catalog. */
RondPart *rond_library_part(RondLibrary *self, const RondBackup *backup);
/* By the number that it got (RondPart.number), present or gone. */
RondPart *rond_library_part_by_number(RondLibrary *self, guint32 number);

/* Somebody needs the content of @part: have it indexed. */
void rond_library_request(RondLibrary *self, RondPart *part);
/* Have @parts (RondPart; referenced) indexed in that order, one at a time, at
 * idle priority. */
void rond_library_request_idle(RondLibrary *self, GPtrArray *parts);
/* End all indexing soon, for good: what is not through fails. */
void rond_library_cancel(RondLibrary *self);

/* A new, empty, nameless file for what is not kept, open for reading too; the
 * caller closes it. -1 with @error: there is no room. */
int rond_library_spool(RondLibrary *self, GError **error);

/* What is known of versions of files; borrowed. */
RondHistory *rond_library_history(RondLibrary *self);
/* The archives that are part @name of a snapshot, oldest first: elements
 * RondPart, new. */
GPtrArray *rond_library_relatives(RondLibrary *self, const char *name);
/* Find out anew for which parts called @name (NULL: for all) it is known when
 * their versions were first seen: see rond_part_is_settled(). */
void rond_library_settle(RondLibrary *self, const char *name);
/* How far that is: "none", "partial" or "complete". */
const char *rond_library_first_seen(RondLibrary *self);

/* Look through the sources again; TRUE when the catalog changed. From one
 * thread at a time. @pending (may be NULL): look again in 2 s. */
gboolean rond_library_rescan(RondLibrary *self, guint *pending);
/* The parts of deleted sources that are still held: elements RondPart, new. */
GPtrArray *rond_library_gone(RondLibrary *self);
/* Let go of deleted sources that no read has needed for ten seconds. */
void rond_library_retire(RondLibrary *self);
/* Descriptors to poll for changes in the sources: elements int; new. */
GArray *rond_library_watches(RondLibrary *self);
/* Read away what made them readable. */
void rond_library_drain(RondLibrary *self);

/* Index everything that isn't, newest first, and wait for it. @progress is
 * called some ten times a second from this thread: the part at work, its bytes
 * read and in all, and the same over all parts. FALSE when cancelled. */
typedef struct {
	const char *source; /* the one being read */
	guint64 bytes, total;
	guint64 all_bytes, all_total;
	guint done, count;
	/* Set once for each part when it is through: its name and state. */
	RondPart *finished;
} RondProgress;
typedef void (*RondProgressFunc)(const RondProgress *progress, gpointer data);
gboolean rond_library_index_all(RondLibrary *self, RondProgressFunc progress,
				gpointer data, GCancellable *cancellable);
/* The same of @parts (RondPart) only, folders not among them. */
gboolean rond_library_index(RondLibrary *self, const GPtrArray *parts,
			    RondProgressFunc progress, gpointer data,
			    GCancellable *cancellable);
/* The same without waiting, one at a time, at idle priority. */
void rond_library_index_in_background(RondLibrary *self);

/* What the caches hold and were good for. */
typedef struct {
	RondBlockCacheStats blocks; /* decoded blocks in memory */
	const char *disk; /* the folder, borrowed; NULL: there is none */
	guint64 disk_bytes, disk_limit;
} RondCacheCounts;
void rond_library_cache_counts(RondLibrary *self, RondCacheCounts *counts);

/* One line of statistics (SIGUSR1); new. */
char *rond_library_statistics(RondLibrary *self);
