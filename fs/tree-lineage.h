/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The tree's .versions: every distinct version of each path.
 *
 *	.versions/www/app/index.php/            a folder for each path there is,
 *						or was, files' too
 *	…/2024-04-20_index.php                  its versions, by the first
 *						snapshot that has each
 *	.versions/www/app/                      its versions are none; the
 *						names of all snapshots
 *
 * Nodes and st_ino of the folders are 0xffff0000 and, in the lower half, the
 * path's number (paths.h): bits that no node of .changes has, nor st_ino of
 *what is passed through. Versions have the nodes that they have in the
 *snapshots. Whoever looks at a path needs the indexes of all backups of its
 *part.
 */
#pragma once

#include "fs/tree-private.h"

#define ROND_NODE_OF_VERSIONS 5

gboolean rond_tree_is_lineage(guint64 node);
/* Take the number of @node apart, as rond_tree_node(). */
int rond_tree_lineage_node(RondTree *self, RondTreeNode *node);

int rond_tree_lineage_lookup(RondTree *self, const RondTreeNode *dir,
			     const char *name, RondAttr *attr, RondJob **wait);
int rond_tree_lineage_attr(RondTree *self, const RondTreeNode *node,
			   RondAttr *attr, RondJob **wait);
int rond_tree_lineage_opendir(RondTree *self, const RondTreeNode *node,
			      RondDir **dir, RondJob **wait);

/* Look-ups of node @number, see rond_tree_hold(). */
void rond_tree_lineage_hold(RondTree *self, guint64 number);
void rond_tree_lineage_forget(RondTree *self, guint64 number, guint64 n);

/* The number of the node, and the st_ino, of the path @number. */
guint64 rond_tree_lineage_number(guint32 number);
/* The only lineage of @lineages; NULL: there never was such a path. */
const RondLineage *rond_tree_lineage_of(const RondLineages *lineages);
/* What @version of @line is called in the folder, new. */
char *rond_tree_lineage_name(const RondLineages *lineages,
			     const RondLineage *line,
			     const RondVersion *version);
/* Whether it is shown there: folders are what they have in them. */
gboolean rond_tree_lineage_shows(const RondVersion *version);
/* Look @version of @line up where it is: in the first snapshot that has it. */
int rond_tree_lineage_resolve(RondTree *self, const RondLineages *lineages,
			      const RondLineage *line,
			      const RondVersion *version, RondAttr *attr,
			      RondJob **wait);
