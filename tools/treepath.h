/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondTreePaths: the mounted tree for commands, by paths, without a mount.
 *
 * Paths are those of the mount: SNAPSHOT/PART/PATH, J-2/www, latest~1/db.sql,
 * .changes/J-2..J-1/removed/www, .status. Links on the way to it are followed
 * as long as they stay in the tree; the last component's only when asked for.
 * What must be indexed for an answer is, behind a progress bar. For the thread
 * that made it.
 */
#pragma once

#include "fs/tree.h"
#include "tools/where.h"

typedef struct RondTreePaths RondTreePaths;

/* Something in the tree. */
typedef struct {
	char *path; /* from the root, links followed: 2024-05-01/www/a */
	char *name; /* the last component, "" of the root */
	/* Of what was listed only its type and st_ino, where @known is not
	 * set: see rond_tree_paths_complete(). */
	RondAttr attr;
	gboolean known;
	guint64 folder; /* private: the node that it lies in */
	RondTree *tree; /* private */
} RondTreePath;

/* @where is borrowed, and read through its @signals. Where WHERE is a path
 * below a mount, what is behind the mount point becomes the first of @where's
 * args, kept by @options. */
RondTreePaths *rond_tree_paths_new(RondWhere *where, RondOptions *options);
void rond_tree_paths_free(RondTreePaths *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondTreePaths, rond_tree_paths_free)

/* Also for who copies. */
RondWhere *rond_tree_paths_where(RondTreePaths *self);

/* What is at @path: new. @follow: if that is a link, what it leads to. NULL
 * with @error: one line that names @path, says what is missing, or EINTR. */
RondTreePath *rond_tree_paths_find(RondTreePaths *self, const char *path,
				   gboolean follow, GError **error);
void rond_tree_path_free(RondTreePath *item);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondTreePath, rond_tree_path_free)

/* What lies in @folder, in the order in which an archive holds it: elements
 * RondTreePath, new. They must go before @self does. */
GPtrArray *rond_tree_paths_list(RondTreePaths *self, const RondTreePath *folder,
				GError **error);
/* Have all attributes of something listed known. */
gboolean rond_tree_paths_complete(RondTreePaths *self, RondTreePath *item,
				  GError **error);
/* Open a regular file; caller owns a reference. */
RondFile *rond_tree_paths_open(RondTreePaths *self, const RondTreePath *file,
			       GError **error);
/* Where a symbolic link leads, new. */
char *rond_tree_paths_link(RondTreePaths *self, const RondTreePath *link,
			   GError **error);
/* The SHA-256 of a regular file's content; FALSE: it is not known. */
gboolean rond_tree_paths_sha256(RondTreePaths *self, const RondTreePath *file,
				guint8 hash[ROND_SHA256_LEN]);
