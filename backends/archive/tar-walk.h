/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondTarWalk: a walk in progress, and what a header on its way does to it.
 */
#pragma once

#include "backends/archive/archive.h"
#include "backends/archive/tar-header.h"
#include "backends/archive/tar-input.h"
#include "backends/archive/tar-member.h"
#include "backends/archive/tar-pax.h"
#include "backends/archive/tar-report.h"

typedef struct {
	RondStream *stream;
	RondTarInput *input;
	RondTarReport report;
	GCancellable *cancellable;
	guint64 pos;   /* of the next header */
	guint64 zeros; /* zero blocks right before it */
	gboolean pax;  /* an extended header was seen */
	/* What headers said that wait for the one they are about. */
	gboolean pending;
	RondTarPax *local, *global;
	GString *long_name, *long_link; /* empty: none */
	GByteArray *dumpdir;
	gboolean noted[256]; /* types that were noted */
	gboolean owner_noted;
} RondTarWalk;

/* All is borrowed. */
RondTarWalk *rond_tar_walk_new(RondStream *stream, const RondArchiveSink *sink,
			       GCancellable *cancellable);
void rond_tar_walk_free(RondTarWalk *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondTarWalk, rond_tar_walk_free)

/* Take the valid header @block at the walk's position, with its data, and
 * move behind them; report the entry when it is one's. */
gboolean rond_tar_walk_header(RondTarWalk *self, const RondTarHeader *block,
			      GError **error);

/* The same for a block that is about itself, whose data is @size bytes. */
gboolean rond_tar_walk_member(RondTarWalk *self, RondTarMember *member,
			      guint64 size, GError **error);

/* Read the data behind the header at the walk's position, all @size bytes of
 * it, into @buf and move behind it. @path: whose they are, for the message;
 * NULL: an extended header's. */
gboolean rond_tar_walk_read(RondTarWalk *self, const char *path, void *buf,
			    guint64 size, GError **error);

/* Move behind the @size bytes at @data. FALSE with @error set when the archive
 * ends in them; only their padding may be missing. */
gboolean rond_tar_walk_skip(RondTarWalk *self, const char *path, guint64 data,
			    guint64 size, GError **error);

/* Forget what waits: its entry is lost. */
void rond_tar_walk_drop_pending(RondTarWalk *self);

/* Say that what lies at the walk's position is not the archive's. */
void rond_tar_walk_garbage(RondTarWalk *self);

/* TRUE with @error set when the user wants no more. */
gboolean rond_tar_walk_cancelled(RondTarWalk *self, GError **error);
