/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a walk of an archive reported, kept.
 */
#pragma once

#include "backends/archive/archive.h"

typedef struct {
	RondEntry entry; /* path, symlink and hardlink are copies */
	RondExtent extent;
	guint64 stored; /* sum of the extents' lengths */
	GByteArray *content;
} WalkedEntry;

typedef struct {
	gboolean ok;
	GError *error;	     /* of the walk */
	GPtrArray *entries;  /* WalkedEntry */
	GPtrArray *findings; /* messages */
	guint damaged;	     /* how many of them are */
	guint refuse_at;     /* the n-th entry is refused; 0: none */
} Walked;

/* Walk @stream. */
Walked *walked_new(const RondArchiveFormat *format, RondStream *stream,
		   GCancellable *cancellable);
/* The same with a sink that fails at entry @n. */
Walked *walked_new_refusing(const RondArchiveFormat *format, RondStream *stream,
			    guint n);
void walked_free(Walked *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Walked, walked_free)

/* The last entry called @path, or NULL. */
const WalkedEntry *walked_find(const Walked *self, const char *path);

/* Whether a finding's message contains @text. */
gboolean walked_tells(const Walked *self, const char *text);
