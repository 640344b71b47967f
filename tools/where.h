/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondWhere: the backups that a command of rondctl works on.
 *
 * WHERE is a mount point of ours, or any path below it: then the library is
 * made anew of its sources, with its settings and its cache, so that snapshots
 * have the names that they have there. Otherwise it is a source. With
 * -s SOURCE there is no WHERE, and all operands are the command's.
 */
#pragma once

#include "fs/library.h"
#include "tools/options.h"
#include "tools/signals.h"

typedef struct {
	RondLibrary *library;
	RondSignals *signals;
	/* Behind WHERE; elements char *, borrowed from the options. */
	GPtrArray *args;
	RondOptions *mount; /* private: what the mount was told */
} RondWhere;

/* The root of the mount of ours that the only or first operand lies in, new;
 * NULL: it is none, or -s is given. */
char *rond_where_mount(const RondOptions *options);
/* The .status of the mount at @root, new; NULL with @error. */
char *rond_where_status(const char *root, GError **error);

/* Open the backups that @options (which must outlive it) name. Indexes are
 * made thoroughly, hashes and all. NULL with @error, one line for people. To
 * be called before any other thread is started. */
RondWhere *rond_where_new(RondOptions *options, GError **error);
void rond_where_free(RondWhere *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondWhere, rond_where_free)

/* The snapshot that is meant by @name; NULL with @error (ENOENT), which says
 * what there is. Borrowed from @catalog. */
const RondSnapshot *rond_where_snapshot(const RondWhere *self,
					const RondCatalog *catalog,
					const char *name, GError **error);

/* Have the parts called @part (NULL: all) of @snapshots (RondSnapshot) indexed,
 * and no others; takes milliseconds where they are already, else there is a
 * progress bar. Backups that are not sound get a line on stderr. FALSE with
 * @error (EINTR) when it was interrupted. */
gboolean rond_where_index(RondWhere *self, const GPtrArray *snapshots,
			  const char *part, GError **error);
