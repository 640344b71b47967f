/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondCacheDir: the folder of index files and seekable copies.
 *
 * Files are named by what they were made from (a key), never by a path, so
 * they survive a move and never serve a replaced file. Bounded: the least
 * recently used go first. Safe for several processes: files appear by rename
 * and are never changed. Where the folder can't be written, files live in
 * memory or not at all, and that is said once. Thread-safe.
 *
 * A folder that belongs to another user or that others may write to is not
 * used: an index in it could be anybody's. Files of other programs in it are
 * left alone.
 *
 * @key is what rond_cache_key() gives, or other 64 lower-case hex digits;
 * @suffix is made of the letters a to z, 16 at most.
 */
#pragma once

#include "backends/stream/stream.h"

#include <glib.h>

typedef struct RondCacheDir RondCacheDir;

/* Open (and make, 0700) the folder @path, NULL: $XDG_CACHE_HOME/rondfs, or
 * /var/cache/rondfs for root; at most @limit bytes, 0: a tenth of that disk,
 * at most 20 GiB. Never fails: where the folder can't be used a warning is in
 * @warning (new, one line; NULL otherwise) and the cache has no place on disk;
 * what a folder that can only be read holds is used nevertheless. */
RondCacheDir *rond_cache_dir_new(const char *path, guint64 limit,
				 char **warning);
void rond_cache_dir_free(RondCacheDir *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondCacheDir, rond_cache_dir_free)

/* The path it settled on, or NULL when it has no place on disk. Borrowed. */
const char *rond_cache_dir_path(const RondCacheDir *self);

/* The most bytes that it may hold, and those that it holds now. */
guint64 rond_cache_dir_limit(const RondCacheDir *self);
guint64 rond_cache_dir_bytes(const RondCacheDir *self);

/* The key of a source: a hash over its size, mtime (ns), head, tail and
 * sampled blocks. New, 64 hex digits; NULL with @error when it can't be read.
 * @mtime_ns: nanoseconds since the epoch. */
char *rond_cache_key(RondStream *source, gint64 mtime_ns, GError **error);

/* The same of a source whose ctime says that it is as it was when its key was
 * computed before (see ways.h): then nothing of it is read. */
char *rond_cache_dir_key(RondCacheDir *self, RondStream *source,
			 gint64 mtime_ns, GError **error);

/* Open the file @key with @suffix ("index", "copy") for reading; -1 when the
 * cache has none. Marks it as used (by its atime; the mtime stays). */
int rond_cache_dir_open(RondCacheDir *self, const char *key,
			const char *suffix);

/* A new, empty, nameless-yet file to write @bytes (about) to, open for reading
 * too; the caller closes it. -1 with @error when there is no room for it, be it
 * on the disk (others are evicted first where that helps) or below the limit
 * (ENOSPC: says how much is needed and how much there is), unless @in_memory
 * allows it to live in memory. */
int rond_cache_dir_create(RondCacheDir *self, guint64 bytes, gboolean in_memory,
			  GError **error);

/* The same in memory, whatever room there is: it is never kept. */
int rond_cache_dir_create_in_memory(GError **error);

/* Give the file its name, replacing another; evicts others when the limit is
 * passed. @fd stays the caller's and usable whatever happens; failing to keep
 * the file (a full disk) is no error, the next mount makes it again. */
void rond_cache_dir_commit(RondCacheDir *self, int fd, const char *key,
			   const char *suffix);

/* Remove a file that proved to be broken. */
void rond_cache_dir_discard(RondCacheDir *self, const char *key,
			    const char *suffix);
