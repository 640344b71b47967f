/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondTree: the mounted tree, without FUSE: nodes, names, attributes.
 *
 * A node is a 64-bit number. Below 2^32 are the root and what lies in it: a
 * number for each name that ever was there, and from 2^31 on one for each text
 * that was generated. Above, the
 * upper half is a part's number and the lower one the entry in its index (or
 * the slot in a passed-through folder), so that no table is needed for the
 * millions. A file that several snapshots may share has the number of its
 * version (backends/index/identity.h), with bit 62 set. Bit 63 is that of
 * .changes (tree-changes.h), and the upper 16 those of .versions
 * (tree-lineage.h). Thread-safe.
 *
 * Functions return 0, an errno, or ROND_WAIT: what the job in @wait (caller
 * owns a reference) is at must be there first; wait for it and call again.
 */
#pragma once

#include "fs/file.h"
#include "fs/library.h"
#include "fs/versions.h"

#include <sys/stat.h>

#define ROND_WAIT (-1)

#define ROND_NODE_OF_ROOT 1

typedef struct RondTree RondTree;

/* How long what was said of a node or name may be believed. */
typedef enum {
	ROND_LIFE_NONE,	   /* ask each time */
	ROND_LIFE_SHORT,   /* a second */
	ROND_LIFE_FOREVER, /* it lies in an archive or dump */
} RondLife;

typedef struct {
	guint64 node;
	struct stat st; /* with st_ino */
	RondLife entry_life, attr_life;
	RondPlace place; /* of a version, see rond_tree_hold() */
} RondAttr;

RondTree *rond_tree_new(RondLibrary *library); /* borrowed */
void rond_tree_free(RondTree *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondTree, rond_tree_free)
/* End what the tree has others do, for good: who waits for it is answered. */
void rond_tree_cancel(RondTree *self);

/* ENOENT sets @attr's entry_life: how long the name's absence is believed. */
int rond_tree_lookup(RondTree *self, guint64 dir, const char *name,
		     RondAttr *attr, RondJob **wait);
/* The kernel has been told of @attr's node other than by a look-up: in a
 * listing that gave attributes. It must have been, if it is a version's. */
void rond_tree_hold(RondTree *self, const RondAttr *attr);
/* Have the versions that are read from backups that have gone read from others
 * that have them. From one thread. */
void rond_tree_leave_gone(RondTree *self);
/* Nodes whose attributes changed though they were said to last: elements
 * guint64, new. */
GArray *rond_tree_take_moved(RondTree *self);
/* @node could not be read: read it from another backup that has it from now on.
 * FALSE: there is none. */
gboolean rond_tree_read_elsewhere(RondTree *self, guint64 node);
/* The kernel has dropped @n look-ups of @node. */
void rond_tree_forget(RondTree *self, guint64 node, guint64 n);
int rond_tree_getattr(RondTree *self, guint64 node, RondAttr *attr,
		      RondJob **wait);
/* @target: new. EPERM: the link leads out of its part and is contained. */
int rond_tree_readlink(RondTree *self, guint64 node, char **target,
		       RondJob **wait);
int rond_tree_open(RondTree *self, guint64 node, RondFile **file,
		   RondJob **wait);
/* Whether it is no backup's file, but a text that may be another one later. */
gboolean rond_tree_is_generated(guint64 node);

/* Extended attributes as getxattr(2), listxattr(2): @value is new. */
int rond_tree_getxattr(RondTree *self, guint64 node, const char *name,
		       GBytes **value, RondJob **wait);
int rond_tree_listxattr(RondTree *self, guint64 node, GBytes **list,
			RondJob **wait);

/* An open folder: @read gives the item at @offset (0 is "."; TRUE), or FALSE
 * at the end. With @known FALSE only the type and st_ino of its attributes are
 * set. The item's name is valid until the next call on that folder. Offsets
 * may be used in any order; several threads must not use one RondDir.
 * Where the index proves to be broken, the folder seems to end: @renew, to be
 * called behind all reads, returns 0, with @renewed set when they have to be
 * done again; or an errno, or ROND_WAIT. */
typedef struct {
	const char *name;
	RondAttr attr;
	gboolean known;
	guint64 next; /* the offset to go on with */
} RondDirItem;

typedef struct RondDir RondDir;
struct RondDir {
	gboolean (*read)(RondDir *self, guint64 offset, RondDirItem *item);
	/* May be NULL. */
	int (*renew)(RondDir *self, gboolean *renewed, RondJob **wait);
	void (*free)(RondDir *self);
	gboolean cacheable; /* it can't change */
};
int rond_tree_opendir(RondTree *self, guint64 node, RondDir **dir,
		      RondJob **wait);

/* The node that @name in the root has, made where it has none. */
guint64 rond_tree_name_node(RondTree *self, const char *name);

/* Totals for statfs: bytes of the sources, and entries known so far. */
void rond_tree_totals(RondTree *self, guint64 *bytes, guint64 *files);
