/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondWatched: the source of a first pass, watched over.
 *
 * Counts the bytes read for the progress, ends the pass when it is cancelled,
 * and remembers when the source itself failed: that is no damage of the
 * backup, and nothing learnt from it may be kept.
 */
#pragma once

#include "backends/stream/stream.h"

#include <gio/gio.h>

typedef struct {
	RondStream base;
	RondStream *source;
	GCancellable *cancellable;
	void (*progress)(gpointer data, guint64 bytes);
	gpointer data;
	guint64 bytes, told;
	GError *failure; /* the first, or NULL */
} RondWatched;

/* Set up @self around @source (a reference is taken); the fields for progress
 * and cancellation are the caller's to set. For one thread at a time. */
void rond_watched_init(RondWatched *self, RondStream *source);
void rond_watched_clear(RondWatched *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RondWatched, rond_watched_clear)
