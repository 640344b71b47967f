/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The index builder's inside: shared by adding (builder.c), decoding maps
 * (maps.c) and writing (write.c).
 */
#pragma once

#include "backends/index/builder.h"
#include "backends/index/layout.h"
#include "backends/index/nodes.h"
#include "backends/index/tables.h"

/* A name in a path. */
typedef struct {
	const char *text;
	gsize len;
} RondPathPart;

/* A hard link whose target was not there yet when it was added. */
typedef struct {
	guint32 node;
	guint32 target; /* path, place in the names */
} RondPendingLink;

struct RondIndexBuilder {
	RondNodes nodes;
	/* RondIndexEntry: a node's inode; name and parent are unused. */
	GArray *inodes;
	GByteArray *hashes; /* 32 bytes an inode, as far as one has some */
	GArray *extents;    /* RondExtent */
	GArray *owners;	    /* RondIndexOwner */
	GHashTable *owner_numbers; /* GBytes, see builder-owner.c → number */
	guint32 owner;		   /* number of the last one */
	GByteArray *xattrs;
	GArray *pending;  /* RondPendingLink */
	GArray *parts;	  /* RondPathPart: scratch of the path at work */
	const char *path; /* that they are parts of */
	/* Most entries are in the folder of the one before: that one's path,
	 * as it was spelt, and node. */
	GString *dir_path;
	guint32 dir;
	gboolean copied;  /* content comes while walking */
	guint32 last;	  /* inode whose content is coming */
	guint64 received; /* bytes of it */
	GArray *findings; /* RondIndexFinding */
	guint64 unlisted; /* findings past the limit */
	GArray *maps;	  /* RondIndexMap */
	GArray *points;	  /* RondIndexPoint */
	GByteArray *windows;
	GArray *blocks; /* guint32 */
	GArray *damage; /* RondRange */
	/* Of dumps taken apart. */
	GByteArray *texts;
	GArray *tables, *runs, *marks; /* as in tables.h */
	GArray *dumps;		       /* guint32: inodes */
	GHashTable *hidden;	       /* inodes reachable by name only */
};

static inline RondIndexEntry *rond_builder_inode(const RondIndexBuilder *self,
						 guint32 number)
{
	return &g_array_index(self->inodes, RondIndexEntry, number);
}

/* Cut @path into the builder's parts. FALSE: it has a name that no file system
 * can show. */
gboolean rond_builder_split(RondIndexBuilder *self, const char *path);
/* The node of the builder's parts, made where it is not; its inode is the
 * caller's to set. */
guint32 rond_builder_make_node(RondIndexBuilder *self);
gboolean rond_builder_is_dir(const RondIndexBuilder *self, guint32 node);
/* Where the bytes of a regular file are, and how many. */
void rond_builder_set_content(RondIndexBuilder *self, RondIndexEntry *inode,
			      const RondEntry *entry);
/* The number of the owner with @entry's owner and extended attributes. */
guint32 rond_builder_owner(RondIndexBuilder *self, const RondEntry *entry);
/* Tell something of @path (raw bytes) that is no damage. */
void rond_builder_note(RondIndexBuilder *self, const char *path,
		       const char *what);

/* Add a hard link. FALSE: it can't be shown. */
gboolean rond_builder_add_link(RondIndexBuilder *self, const RondEntry *entry);
/* Remove from @node what its entry's list doesn't name. */
void rond_builder_apply_dumpdir(RondIndexBuilder *self, guint32 node,
				const RondEntry *entry);

/* No entry comes any more: give the pending hard links their inodes and drop
 * those without a target, settle the content of the last entry, and tell of
 * the findings that are not listed. */
void rond_builder_settle_links(RondIndexBuilder *self);
void rond_builder_settle_content(RondIndexBuilder *self);
void rond_builder_settle_findings(RondIndexBuilder *self);
