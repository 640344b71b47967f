/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondVersions: the nodes that several snapshots share, and where each is read
 * from.
 *
 * A file that is the same version in several snapshots (backends/index/
 * identity.h) is one node, so that the kernel keeps its pages once. The node
 * has a home: the place, one of several that have it, that its content comes
 * from. Only nodes that the kernel knows are in the table. Thread-safe.
 */
#pragma once

#include <glib.h>

typedef struct RondVersions RondVersions;

/* An entry of a part's index. */
typedef struct {
	guint32 part, entry;
} RondPlace;

RondVersions *rond_versions_new(void);
void rond_versions_free(RondVersions *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondVersions, rond_versions_free)

/* The kernel looked @node up once more, at @place: its home, if it has none. */
void rond_versions_hold(RondVersions *self, guint64 node, RondPlace place);
/* The kernel has dropped @n look-ups. */
void rond_versions_forget(RondVersions *self, guint64 node, guint64 n);
/* FALSE: the kernel doesn't know it. */
gboolean rond_versions_home(RondVersions *self, guint64 node, RondPlace *home);
/* Read it from @place from now on. */
void rond_versions_move(RondVersions *self, guint64 node, RondPlace place);
/* The nodes whose home is in @part: elements guint64, new. */
GArray *rond_versions_of_part(RondVersions *self, guint32 part);
