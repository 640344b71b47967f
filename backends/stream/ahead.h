/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondAhead: blocks made ready before they are asked for.
 *
 * It sees which blocks of a stream are taken. Who takes them in order, be it
 * one large file or the many small ones that lie in them, gets the next ones
 * fetched by another thread: few at first, more as he goes on, none once he
 * stops or jumps. Several readers are told apart by where they are, for there
 * are no handles to tell them by. Thread-safe.
 */
#pragma once

#include <glib.h>

typedef struct RondAhead RondAhead;

/* Have @block ready, or not: nobody is told of a failure. Called from a thread
 * of its own, for one block at a time. */
typedef void (*RondAheadFetch)(guint64 block, gpointer data);

typedef struct {
	guint64 n_blocks; /* of the stream */
	guint limit;	  /* so many at most are fetched ahead of a reader */
	guint step;	  /* blocks, 1 at least: see ahead.c */
	RondAheadFetch fetch;
	gpointer data;
} RondAheadConfig;

/* No thread is started before somebody reads in order. */
RondAhead *rond_ahead_new(const RondAheadConfig *config);

/* Waits for the one fetch that may be at work; others are forgotten. Not to be
 * called from a fetch. */
void rond_ahead_free(RondAhead *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondAhead, rond_ahead_free)

/* A reader has taken @block. Never waits for a fetch. */
void rond_ahead_note(RondAhead *self, guint64 block);
