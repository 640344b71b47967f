/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondWatcher: notices backups that come and go, and the day that turns.
 *
 * One thread of its own, which no request waits for and which holds no lock
 * while it tells: the teller may block on the kernel.
 */
#pragma once

#include "fs/library.h"

typedef struct RondWatcher RondWatcher;

typedef struct {
	RondLibrary *library;
	/* @name in the root is not what it was: it came, went, or leads
	 * elsewhere. From the watcher's thread. Only the root's names are told
	 * of: where look-ups wait for an index, telling the kernel would wait
	 * with them, uninterruptibly, and outlive a kill; those names live a
	 * second anyway. */
	void (*changed)(const char *name, gpointer data);
	/* Some time has passed: every ten seconds or more often. */
	void (*tick)(gpointer data);
	gpointer data;
} RondWatcherConfig;

/* Starts the thread. */
RondWatcher *rond_watcher_new(const RondWatcherConfig *config);
/* Ends it and waits for it: nothing is told from then on. From any thread, any
 * number of times. Requests must still be answered meanwhile, because telling
 * the kernel of a name waits for the look-ups in its folder. */
void rond_watcher_stop(RondWatcher *self);
void rond_watcher_free(RondWatcher *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondWatcher, rond_watcher_free)

/* Somebody looks at the root: scan again unless that was just done. Where the
 * file system tells of no changes (NFS), this is what finds them. */
void rond_watcher_poke(RondWatcher *self);
/* Scan again, whatever was just done. */
void rond_watcher_rescan(RondWatcher *self);
