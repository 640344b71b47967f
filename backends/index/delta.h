/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondDelta: what is different between two trees, by their indexes alone.
 *
 * Contents are the same when their SHA-256 are, never because sizes and times
 * are: those can be forged. Where a backup was not read through yet (a zip or
 * plain tar by its directory), there are no hashes: then a zip's CRC-32, sizes
 * and times decide, as far as they go.
 *
 * Names are compared, not moves: what is elsewhere under another name is
 * removed here and added there. Times of folders don't count: they change with
 * everything that is put into them.
 */
#pragma once

#include "backends/index/index.h"

typedef enum {
	ROND_DELTA_ADDED,
	ROND_DELTA_REMOVED,
	ROND_DELTA_MODIFIED, /* the content; of a link its target */
	ROND_DELTA_REPLACED, /* by something of another type */
	ROND_DELTA_TOUCHED,  /* mode, owner, time or attributes only */
} RondDeltaKind;

typedef enum {
	/* Added or removed with the folder that it lies in. */
	ROND_DELTA_BELOW = 1 << 0,
	/* Modified though size and time are the same: somebody hid it. */
	ROND_DELTA_SAME_LOOKS = 1 << 1,
	/* Taken as modified: one of them is damaged. */
	ROND_DELTA_UNSURE = 1 << 2,
} RondDeltaFlags;

/* Entries, ROND_INDEX_NONE where there is none. */
typedef struct {
	RondDeltaKind kind;
	guint flags; /* RondDeltaFlags */
	guint32 old, new;
} RondChange;

/* The tree below the folder @root; @index NULL: there is none. */
typedef struct {
	const RondIndex *index; /* borrowed */
	guint32 root;
} RondDeltaTree;

/* The changes from @old to @new: elements RondChange, new; a folder before what
 * is in it, and names of a folder by their bytes. Device nodes and the like
 * only with @specials; what is reachable by name only never. Linear in the
 * folders that differ or hold something that may. */
GArray *rond_delta(const RondDeltaTree *old, const RondDeltaTree *new,
		   gboolean specials);
