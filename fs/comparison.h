/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondComparison: what is different between two snapshots, part by part.
 *
 * Made from the indexes of both, without reading any content. Const once made;
 * it keeps the backups that it is about. Thread-safe.
 */
#pragma once

#include "backends/index/delta.h"
#include "fs/library.h"

/* One side of a part. */
typedef struct {
	RondPart *part;	      /* NULL: the snapshot has none of that name */
	RondContent *content; /* NULL: likewise, or a folder, see below */
	guint32 root;	      /* the entry that is shown as NAME/ */
} RondComparedSide;

/* One part of the two snapshots. */
typedef struct {
	char *name; /* without ".sql" */
	RondComparedSide old, new;
	/* RondChange; NULL: a side is a folder that is passed through, which
	 * has no index. */
	GArray *changes;
} RondComparedPart;

typedef struct {
	GPtrArray *parts; /* RondComparedPart, by name */
} RondComparison;

/* Compare the parts called @part (NULL: all) of the snapshots called @old and
 * @new (aliases are resolved, see rond_catalog_named()). NULL with @error
 * (ENOENT: there is no such snapshot; ESTALE: a part has just gone; what a part
 * failed with), or without, and @wait set (caller owns a reference): that part
 * has no index yet; wait for it and call again. */
RondComparison *rond_comparison_new(RondLibrary *library, const char *old,
				    const char *new, const char *part,
				    RondJob **wait, GError **error);
void rond_comparison_free(RondComparison *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondComparison, rond_comparison_free)

/* The path of @entry below its part's root, new; "" for the root itself. Bytes
 * as in the backup. */
char *rond_comparison_path(const RondComparedSide *side, guint32 entry);
