/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondScope: which paths of which parts a command is asked about, in all
 * snapshots: PART[/PATH] and what is below it. As in a shell, * ? and [] stand
 * for characters of one name, ** for any number of folders; a name that is
 * written just so is meant, too.
 */
#pragma once

#include "fs/timeline.h"
#include "tools/where.h"

typedef struct RondScope RondScope;

/* @path NULL or without names: everything. */
RondScope *rond_scope_new(const char *path);
void rond_scope_free(RondScope *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondScope, rond_scope_free)

/* Whether everything in the part @name is in it. */
gboolean rond_scope_has_all_of(const RondScope *self, const char *name);
/* Whether @path ("" for the root) of the part @name is. */
gboolean rond_scope_has(const RondScope *self, const char *name,
			const char *path);
/* Whether it names just that path. */
gboolean rond_scope_names(const RondScope *self, const char *name,
			  const char *path);

/* Over all snapshots, which are indexed where they weren't: elements
 * RondTimeline, by name; new. What can't be looked at is named on stderr, and
 * @certain becomes FALSE. NULL with @error: no snapshot has anything there
 * (ENOENT), or it was interrupted (EINTR). */
GPtrArray *rond_scope_timelines(const RondScope *self, RondWhere *where,
				gboolean *certain, GError **error);
