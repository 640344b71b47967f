/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The tree's inside: shared by look-up (tree.c), listing (dir.c) and extended
 * attributes (xattr.c).
 */
#pragma once

#include "fs/folder.h"
#include "fs/pairs.h"
#include "fs/paths.h"
#include "fs/tree.h"

typedef enum {
	ROND_TEXT_STATUS,
	ROND_TEXT_PROBLEMS,
} RondTreeTextKind;

/* st_ino of a text of kind 0, whichever node it is now; 1 follows. */
#define ROND_TEXT_INO 2

typedef struct RondTreeText RondTreeText;

/* The generated texts, see text.c; under the tree's lock. */
typedef struct {
	GHashTable *by_node;  /* node → RondTreeText, owned */
	RondTreeText *now[2]; /* by kind; NULL: nothing to say */
	gint64 made_at[2];    /* rond_library_touched_ns() of @now; 0: never */
	gint64 counted_us;    /* monotonic, of the counts in .status */
	guint32 serial;
} RondTreeTexts;

struct RondTree {
	RondLibrary *library;
	const RondConfig *config;
	GMutex lock;	       /* of what follows */
	GPtrArray *names;      /* by node - FIRST_NAME */
	GHashTable *by_name;   /* name → node */
	GHashTable *folders;   /* part number → RondFolder */
	GHashTable *ino_bases; /* that are taken → part number */
	RondTreeTexts texts;
	RondVersions *versions;
	RondPairs *pairs;
	RondPaths *paths;
	struct RondTreeRows *rows;
	GHashTable *left; /* parts that no version is read from any more */
};

typedef enum {
	ROND_NODE_FIXED, /* the root */
	ROND_NODE_TEXT,	 /* .status or PROBLEMS.txt */
	ROND_NODE_NAME,	 /* a snapshot or an alias */
	ROND_NODE_ENTRY,
	ROND_NODE_FOLDER,
	ROND_NODE_CHANGES, /* .changes and what is not of a part in it */
	ROND_NODE_LINEAGE, /* .versions and the paths in it */
} RondNodeKind;

/* A node number, taken apart. */
typedef struct {
	RondNodeKind kind;
	guint64 number;
	char *name;	      /* of NAME; of LINEAGE the path, or NULL */
	RondPart *part;	      /* of ENTRY and FOLDER */
	RondContent *content; /* of ENTRY */
	RondIndex *index;     /* of ENTRY, borrowed from the content */
	RondFolder *folder;   /* of FOLDER, borrowed from the tree */
	guint32 low;	      /* entry, or slot in the folder */
	/* Of CHANGES; those below a part's root have what ENTRY has, too. */
	RondPair *pair;	      /* NULL: .changes itself */
	RondChanges *changes; /* of those that need it */
	RondRowChanges *rows; /* of the rows of a dump */
	guint32 at;	      /* folder in @changes, or see tree-changes.h */
	RondLife life;	      /* of names in it */
} RondTreeNode;

/* Take @number apart and get hold of what it needs; 0, errno or ROND_WAIT. */
int rond_tree_node(RondTree *self, guint64 number, RondTreeNode *node,
		   RondJob **wait);
/* The last word on what an ENTRY node's index said: @err, but ROND_WAIT where
 * it has proved to be broken meanwhile, so that it must be asked again. */
int rond_tree_confirm(const RondTreeNode *node, int err, RondJob **wait);
void rond_tree_node_clear(RondTreeNode *node);
/* Get hold of the content of @node's part, as above; entry 0 becomes its root.
 */
int rond_tree_open_content(RondTree *self, RondTreeNode *node, RondJob **wait);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RondTreeNode, rond_tree_node_clear)

/* The st_ino of entry @entry of an ENTRY node's part, if it is no version's. */
guint64 rond_tree_entry_ino(RondTree *self, const RondTreeNode *node,
			    guint32 entry);
/* The node and st_ino of the version that entry @inode of an ENTRY node's part
 * is; 0: it is not to be shared. */
#define ROND_VERSION_NODE (G_GUINT64_CONSTANT(1) << ROND_VERSION_BITS)
guint64 rond_tree_version(const RondTreeNode *node, guint32 inode);
/* As a version it is one node wherever it is, and dates from when it was seen
 * first. As long as that may turn out to be earlier, it is asked again. */
void rond_tree_set_version(RondTree *self, const RondTreeNode *node,
			   guint64 version, RondAttr *attr);
/* Its attributes. */
void rond_tree_entry_attr(RondTree *self, const RondTreeNode *node,
			  guint32 entry, RondAttr *attr);
/* Adjust what a folder's file says of itself. */
void rond_tree_folder_attr(RondTree *self, guint64 number, RondAttr *attr);
gboolean rond_tree_folder_shows(RondTree *self, mode_t mode);

void rond_tree_texts_init(RondTreeTexts *self);
void rond_tree_texts_clear(RondTreeTexts *self);
/* Whether a node's number is a text's. */
gboolean rond_tree_is_text(guint64 node);
/* Generate a text: the node of what it says now, with one look-up counted if
 * @look_up; 0: there is nothing to say. */
guint64 rond_tree_text_now(RondTree *self, RondTreeTextKind kind,
			   gboolean look_up);
/* What a text's node says, caller owns a reference; NULL: not known. */
GBytes *rond_tree_text(RondTree *self, guint64 node, RondTreeTextKind *kind,
		       gint64 *changed_ns);
void rond_tree_text_forget(RondTree *self, guint64 node, guint64 n);

/* Attributes of the root and of what lies in it; 0, ENOENT or ESTALE. */
void rond_tree_root_attr(RondTree *self, RondAttr *attr);
int rond_tree_text_attr(RondTree *self, guint64 node, RondAttr *attr);
int rond_tree_lookup_root(RondTree *self, const char *name, RondAttr *attr);
int rond_tree_name_attr(RondTree *self, const char *name, RondAttr *attr);
/* Where the alias leads whose node is called @name; new. NULL: it is none. */
char *rond_tree_alias_target(const char *name);

/* The same for the text or folder @number, of @mode, that belongs to who
 * mounted; to be finished when its times, size and the like are set. */
void rond_tree_generated(RondTree *self, guint64 number, mode_t mode,
			 RondAttr *attr);
void rond_tree_finish_generated(RondTree *self, RondAttr *attr);

/* What st_ino of a part's root is, and of its other entries but versions: grows
 * with their place in the archive, as their inode numbers do. */
guint64 rond_tree_ino_base(RondTree *self, RondPart *part);
