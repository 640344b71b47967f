/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ways: the keys of files that have been seen before, by where they lie.
 *
 * A key is computed from a file's bytes, at eighteen places that are cold at
 * the first entry after a mount. The table here, one file of fixed size in the
 * cache folder, tells it from what fstat(2) says: device, inode, size, mtime
 * and ctime. A file that was changed has another ctime, whatever was done to
 * its mtime, but for two cases that are left out: what was changed within the
 * last two seconds may be changed again in the same tick of the clock (git's
 * index is careful about the same); and some file systems have no true ctime.
 *
 * Records that don't fit, such as half-written ones, are none; a bucket that
 * is full loses one. All functions may be called by several threads and
 * processes at once, and keep nothing.
 */
#pragma once

#include <glib.h>
#include <sys/stat.h>

/* Lower-case hex digits of a key. */
#define ROND_KEY_LEN 64

/* The name of the table in its folder. */
#define ROND_WAYS_NAME "rondfs-ways"

/* Whether what fstat() said of @fd, at @now (nanoseconds since the epoch, taken
 * before), tells its content for good. If so, its mtime in nanoseconds fits 64
 * bits. */
gboolean rond_way_is_sure(int fd, const struct stat *st, gint64 now);

/* Look up the key of the file that @st is of in the table in folder @dir.
 * New; NULL: it has none. */
char *rond_ways_find(int dir, const struct stat *st);

/* Remember its key, if that can be done. */
void rond_ways_keep(int dir, const struct stat *st, const char *key);
