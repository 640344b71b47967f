/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The files in the cache folder: which are ours, and which go first.
 *
 * The folder may be one that the user keeps other things in, so only names of
 * our form are ever touched. All functions take a descriptor of the folder,
 * keep nothing, and may be called by several threads and processes at once: a
 * file that another one removed meanwhile is gone, which is what was wanted.
 */
#pragma once

#include <glib.h>

/* Whether @name is that of a file in the cache: 64 hex digits, a dot, and
 * letters. */
gboolean rond_evict_is_ours(const char *name);

/* A name for a file that has not been finished: new, hidden, random. */
char *rond_evict_hidden_name(void);

/* Bytes of disk that the files in the cache take. */
guint64 rond_evict_bytes(int dir);

/* Remove files, the longest unused ones first, until they take at most @limit
 * bytes; never the one called @keep (may be NULL). */
void rond_evict(int dir, guint64 limit, const char *keep);

/* Remove unfinished files that crashed processes have left behind: those that
 * nobody has written to for a day. */
void rond_evict_stale(int dir);
