/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondNodes: the names of a tree that is being built, each with its inode.
 *
 * Names and inodes are apart, as in a real file system: a hard link is a
 * second name of an inode, and replacing a name leaves the inode to the
 * others. Nodes and inodes are numbers, valid as long as the table.
 */
#pragma once

#include <glib.h>

#define ROND_NODE_ROOT 0
#define ROND_NODE_NONE G_MAXUINT32

typedef struct {
	guint32 parent;
	guint32 inode;
	guint32 first_child, next; /* chain of living children */
	guint32 name;		   /* place in the names */
	guint16 name_len;
	guint16 dead; /* removed; may come back */
} RondNode;

/* The hash tells most names apart without a look at them. */
typedef struct {
	guint32 node; /* ROND_NODE_NONE: free */
	guint32 hash;
} RondNodeSlot;

typedef struct {
	GArray *nodes; /* RondNode */
	GByteArray *names;
	/* Open addressing: nodes by their names. */
	RondNodeSlot *slots;
	guint32 n_slots;
	guint64 seed; /* against archives made of colliding names */
} RondNodes;

void rond_nodes_init(RondNodes *self);
void rond_nodes_clear(RondNodes *self);

static inline RondNode *rond_node(const RondNodes *self, guint32 number)
{
	return &g_array_index(self->nodes, RondNode, number);
}

/* The living child of @parent called @name, or ROND_NODE_NONE. */
guint32 rond_nodes_find(const RondNodes *self, guint32 parent, const char *name,
			gsize len);

/* The same, made where there is none: then @added, without children, and its
 * inode is for the caller to set. */
guint32 rond_nodes_make(RondNodes *self, guint32 parent, const char *name,
			gsize len, gboolean *added);

/* Remove all below @node, not the node itself. */
void rond_nodes_remove_below(RondNodes *self, guint32 node);

/* Remove the children of @node, and all below them, that @keep doesn't want.
 */
void rond_nodes_filter(RondNodes *self, guint32 node,
		       gboolean (*keep)(const char *name, gsize len,
					gpointer data),
		       gpointer data);

/* Append @len bytes to the names, followed by a NUL; returns their place. */
guint32 rond_nodes_add_name(RondNodes *self, const char *text, gsize len);
