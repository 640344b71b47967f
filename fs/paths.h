/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondPaths: the paths below .versions that the kernel knows, by number, and
 * the versions of those that were asked for last.
 *
 * A path's number is made of it, so that it is the same at each mount, as far
 * as no other path has it. It is kept as long as the kernel knows a node of
 * it; versions are let go earlier, and found out again. Thread-safe.
 */
#pragma once

#include "fs/lineage.h"

typedef struct RondPaths RondPaths;

RondPaths *rond_paths_new(RondLibrary *library); /* borrowed */
void rond_paths_free(RondPaths *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondPaths, rond_paths_free)

/* The number that rond_paths_enter() would give. */
guint32 rond_paths_number(RondPaths *self, const char *path);
/* The kernel looks @path up: its number, with one look-up counted. */
guint32 rond_paths_enter(RondPaths *self, const char *path);
/* It looked number up once more; it has dropped @n look-ups. */
void rond_paths_hold(RondPaths *self, guint32 number);
void rond_paths_forget(RondPaths *self, guint32 number, guint64 n);
/* The path, new; NULL: the kernel doesn't know it. */
char *rond_paths_get(RondPaths *self, guint32 number);

/* The versions of @path; with @children those of what is in it, each. Caller
 * owns a reference. NULL: it begins with no part; or, with @wait set (caller
 * owns a reference), something has to be waited for first. */
RondLineages *rond_paths_lineages(RondPaths *self, const char *path,
				  gboolean children, RondJob **wait);
