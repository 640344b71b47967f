/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondLineageTree: a backup as a lineage looks at it: names to be matched, and
 * what can be told of each content.
 */
#pragma once

#include "backends/index/compare.h"
#include "fs/glob.h"
#include "fs/library.h"

/* What lies at a path of one backup. */
typedef struct {
	mode_t type; /* S_IFREG, S_IFLNK, S_IFDIR… */
	mode_t mode;
	guint32 uid, gid;
	guint32 entry; /* its name's, in an index; of a folder nothing */
	/* It is a dump, and the hash among its looks that of what it says. */
	gboolean is_dump;
	RondLooks looks;       /* of a file */
	char *target;	       /* of a link */
	gboolean has_time;     /* files of dumps taken apart have none */
	struct timespec mtime; /* as the mount shows it */
	gboolean is_stamped;   /* it was set by who wrote the file, not made of
				  the backup's date */
	/* Of a passed-through file, else 0: hard links are the same file. */
	guint64 dev, ino;
} RondLook;

void rond_look_clear(RondLook *self);

typedef struct RondLineageTree RondLineageTree;

/* Of @part. NULL with @error: it can't be read; NULL without: not yet, or not
 * any more: request it. */
RondLineageTree *rond_lineage_tree_new(RondLibrary *library, RondPart *part,
				       GError **error);
void rond_lineage_tree_free(RondLineageTree *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondLineageTree, rond_lineage_tree_free)

/* Borrowed from it, and the folder in it that is shown as PART/. */
const RondGlobTree *rond_lineage_tree_names(const RondLineageTree *self,
					    guint32 *top);
/* What lies at @entry, which a look-up or a listing has just given. FALSE:
 * nothing any more. */
gboolean rond_lineage_tree_look(RondLineageTree *self, guint32 entry,
				RondLook *look);
/* The bytes of the file @entry. NULL with @error. */
RondStream *rond_lineage_tree_open(RondLineageTree *self, guint32 entry,
				   GError **error);
/* FALSE: what was said may be wrong, its index has proved to be broken. */
gboolean rond_lineage_tree_is_sound(const RondLineageTree *self);
