/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondIndexer: gives parts their content, in its own threads.
 *
 * Opening an index that is in the cache takes milliseconds and has threads of
 * its own, so that it never waits behind a first pass, which takes seconds.
 * Thread-safe.
 */
#pragma once

#include "backends/index/cachedir.h"
#include "fs/kin.h"

typedef struct RondIndexer RondIndexer;

typedef struct {
	RondCacheDir *cache_dir; /* borrowed */
	RondBlockCache *blocks;	 /* borrowed */
	gboolean confine;	 /* first passes in a child: see confined.h */
	/* First passes read everything, rather than what is needed first and
	 * the rest when there is nothing else to do. */
	gboolean thorough;
	RondKin kin;
	/* Called when a part is through, from any thread; may be NULL. */
	void (*finished)(RondPart *part, gpointer data);
	gpointer data;
} RondIndexerConfig;

RondIndexer *rond_indexer_new(const RondIndexerConfig *config);
/* Cancels what is at work and waits for it; parts that are not through fail
 * with ECANCELED. */
void rond_indexer_free(RondIndexer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondIndexer, rond_indexer_free)

/* End all work soon: what is not through fails with ECANCELED, and so does
 * what is requested from now on. */
void rond_indexer_cancel(RondIndexer *self);

/* Somebody needs @part now. */
void rond_indexer_request(RondIndexer *self, RondPart *part);

/* Index @parts (RondPart; referenced) in that order, one at a time, at idle
 * priority. */
void rond_indexer_background(RondIndexer *self, GPtrArray *parts);
