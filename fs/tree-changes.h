/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The tree's .changes: what is different between two snapshots, as folders.
 *
 *	.changes/OLD..NEW/          a pair, by the snapshots' own names
 *	.changes/J-14..J-1          a link to it, by names that change
 *	…/NOT-COMPARED.txt          where a part is a folder without an index
 *	…/added/PART/…              see changes.h
 *
 * Nodes have bit 63 set, then comes the pair's number (pairs.h), and in the
 * lower half the folder's. Their st_ino is the same without bit 63, which no
 * other has: those of archives begin with bit 61. All that is no folder has the
 * node and st_ino that it has in its snapshot. The pair's folders need no
 * index; one is needed by who looks at what is in added/ and the others.
 */
#pragma once

#include "fs/tree-private.h"

#define ROND_NODE_OF_CHANGES 4
#define ROND_CHANGES_NODE (G_GUINT64_CONSTANT(1) << 63)

/* Lower halves of what is no folder. */
#define ROND_CHANGES_LINK G_MAXUINT32
#define ROND_CHANGES_NOTE (G_MAXUINT32 - 1)
#define ROND_CHANGES_NOTE_NAME "NOT-COMPARED.txt"
/* From here on: the files of rond_row_changes_file(). */
#define ROND_CHANGES_ROWS (G_GUINT64_CONSTANT(1) << 31)

/* Get hold of what the node @node->number needs, as rond_tree_node(). */
int rond_tree_changes_node(RondTree *self, RondTreeNode *node, RondJob **wait);
/* Whether it is a folder of a part: then its content is open, and its entry is
 * @low. */
gboolean rond_tree_changes_is_of_part(const RondTreeNode *node);
/* Have @changes, which others don't have from the start. */
int rond_tree_changes_need(RondTree *self, RondTreeNode *node, RondJob **wait);

int rond_tree_changes_lookup(RondTree *self, RondTreeNode *dir,
			     const char *name, RondAttr *attr, RondJob **wait);
int rond_tree_changes_attr(RondTree *self, const RondTreeNode *node,
			   RondAttr *attr, RondJob **wait);
/* The same for @rows, in a folder of a dump or a file of rows. */
int rond_tree_changes_need_rows(RondTree *self, RondTreeNode *node,
				RondJob **wait);
gboolean rond_tree_changes_is_rows(const RondTreeNode *node);
/* Whether files of rows may lie in it. */
gboolean rond_tree_changes_has_rows(const RondTreeNode *node);
/* Whether @file lies in the folder @dir. */
gboolean rond_tree_changes_holds(const RondTreeNode *dir,
				 const RondRowFile *file);
/* Attributes of the @number-th file of @rows; @node has its part's content. */
void rond_tree_changes_row_attr(RondTree *self, const RondTreeNode *node,
				guint32 number, RondAttr *attr);

/* Attributes of an item of @dir, a folder of a part. */
void rond_tree_changes_item_attr(RondTree *self, const RondTreeNode *dir,
				 const RondChangesItem *item, RondAttr *attr);
/* The st_ino of the folder @at of the same pair, and of the one above it. */
guint64 rond_tree_changes_ino(const RondTreeNode *node, guint32 at);
guint64 rond_tree_changes_above(const RondTreeNode *node);
int rond_tree_changes_open(RondTree *self, const RondTreeNode *node,
			   RondFile **file);
/* Where the link leads; new. NULL: it is none. */
char *rond_tree_changes_target(const RondTreeNode *node);

/* Look-ups of node @number, see rond_tree_hold(). */
void rond_tree_changes_hold(RondTree *self, guint64 number);
void rond_tree_changes_forget(RondTree *self, guint64 number, guint64 n);

/* The pair that is called @name now, new; NULL: there is none. */
RondPair *rond_tree_pair(RondTree *self, const char *name);
/* Their backups: elements RondPairSource, new; NULL: one has gone. */
GArray *rond_tree_pair_sources(RondTree *self, const RondPair *pair);
/* Compare the backups of @pair: RondComparison for each part, into
 * @comparisons; 0, errno or ROND_WAIT. */
int rond_tree_pair_compare(RondTree *self, const RondPair *pair,
			   GPtrArray *comparisons, RondJob **wait);
/* All their parts: RondComparedPart, borrowed; new. */
GPtrArray *rond_tree_compared_parts(const GPtrArray *comparisons);
/* The names of the parts that are compared, new, NULL-terminated; NULL: one has
 * gone. */
char **rond_tree_pair_parts(RondTree *self, const RondPair *pair);
/* When the later of the two was made, seconds since the epoch. FALSE: one has
 * gone. */
gboolean rond_tree_pair_time(RondTree *self, const RondPair *pair,
			     gint64 *time);
/* The backup that part @name of @snapshot is, borrowed, or NULL. */
const RondBackup *rond_tree_pair_backup(const RondSnapshot *snapshot,
					const char *name);
/* What there is to say of parts that are not compared, new; NULL: nothing. */
char *rond_tree_pair_note(RondTree *self, const RondPair *pair);

/* Folders that are of no part. */
int rond_tree_changes_opendir(RondTree *self, RondTreeNode *node, RondDir **dir,
			      RondJob **wait);
/* One of a dump's part, with the rows. */
int rond_tree_changes_open_tables(RondTree *self, RondTreeNode *node,
				  RondDir **dir, RondJob **wait);
/* What is in one of a part, in the archive's order: RondChangesItem, new. */
GArray *rond_tree_changes_items(const RondTreeNode *node);
