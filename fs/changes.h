/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondChanges: a comparison as trees of folders.
 *
 *	added/PART/…           what the new snapshot has and the old one hasn't
 *	removed/PART/…         the other way round
 *	modified/old/PART/…    what is in both, with another content: before
 *	modified/new/PART/…    and after
 *	touched/PART/…         what has another mode, owner or time only
 *
 * Where a name changed its type, it is removed and added. Only folders that
 * lead to a change are there; folders that are touched, added or removed are
 * there as they are, even with nothing in them.
 *
 * Folders have numbers, the same whenever the same backups are compared.
 * Contents of folders are entries of their part's index, which is not kept:
 * who asks brings it. Parts that have no index are left out. Of a dump's table
 * that has changed there are its folders only; row-changes.h has the rest.
 * Const once made; thread-safe.
 */
#pragma once

#include "fs/comparison.h"

/* The folders that are always there. */
typedef enum {
	ROND_CHANGES_TOP,
	ROND_CHANGES_ADDED,
	ROND_CHANGES_REMOVED,
	ROND_CHANGES_MODIFIED,
	ROND_CHANGES_OLD, /* in MODIFIED, as NEW */
	ROND_CHANGES_NEW,
	ROND_CHANGES_TOUCHED,
	ROND_CHANGES_N_FIXED,
} RondChangesFixed;

/* The name of a folder that is always there. */
const char *rond_changes_fixed_name(guint32 number);
/* The folder it lies in; of TOP itself. */
guint32 rond_changes_fixed_above(guint32 number);
/* Whether it holds nothing but folders that are always there. */
gboolean rond_changes_is_fixed_only(guint32 number);

typedef struct {
	guint32 above;	      /* the folder it lies in */
	guint32 part;	      /* RondPart's number; 0: always there */
	guint32 entry;	      /* in that part's index */
	guint32 first, count; /* its items */
	guint32 n_folders;    /* among them */
	const char *name;     /* of the part, if this is its root; or NULL */
} RondChangesFolder;

typedef struct {
	guint32 entry;	/* in the index of the folder's part */
	guint32 folder; /* 0: it is none */
} RondChangesItem;

typedef struct RondChanges RondChanges;

/* Of @parts (RondComparedPart). */
RondChanges *rond_changes_new(const GPtrArray *parts);
RondChanges *rond_changes_ref(RondChanges *self);
void rond_changes_unref(RondChanges *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondChanges, rond_changes_unref)

/* About so many bytes. */
gsize rond_changes_memory(const RondChanges *self);

/* NULL: there is none of that number. Borrowed, as below. */
const RondChangesFolder *rond_changes_folder(const RondChanges *self,
					     guint32 number);
/* The @i-th item of @folder, below its count, by entry. */
const RondChangesItem *rond_changes_item(const RondChanges *self,
					 const RondChangesFolder *folder,
					 guint32 i);
/* The one that is @entry of the folder's part, or NULL. */
const RondChangesItem *rond_changes_find(const RondChanges *self,
					 const RondChangesFolder *folder,
					 guint32 entry);

/* The folder of the part called @name in the fixed folder @number; 0: there is
 * none. */
guint32 rond_changes_part(const RondChanges *self, guint32 number,
			  const char *name);
