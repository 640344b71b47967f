/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondFolder: a folder that is a snapshot itself, passed through.
 *
 * Nodes are paths below the folder, opened beneath its descriptor without
 * following links, so nothing in it can lead out. Node 0 is the folder itself;
 * others are known from their look-up until they are forgotten as often as
 * they were looked up. A file that takes another one's place is another node;
 * the first can't be opened any more (ESTALE), and is what it was. Thread-safe.
 * Functions return 0 or an errno.
 */
#pragma once

#include <glib.h>
#include <sys/stat.h>

#define ROND_FOLDER_ROOT 0

typedef struct RondFolder RondFolder;

/* Take over @fd, a descriptor of the folder (O_PATH). */
RondFolder *rond_folder_new(int fd);
void rond_folder_free(RondFolder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondFolder, rond_folder_free)

/* Look @name up in node @dir: its node, one look-up counted, and what lstat
 * says. */
int rond_folder_lookup(RondFolder *self, guint32 dir, const char *name,
		       guint32 *node, struct stat *st);
void rond_folder_forget(RondFolder *self, guint32 node, guint64 n);

int rond_folder_stat(RondFolder *self, guint32 node, struct stat *st);
/* @target: new. */
int rond_folder_readlink(RondFolder *self, guint32 node, char **target);
/* Open a regular file for reading, or a folder for listing (the caller's to
 * close). */
int rond_folder_open(RondFolder *self, guint32 node, int *fd);
int rond_folder_open_dir(RondFolder *self, guint32 node, int *fd);
/* Folders between the root and @node. */
guint rond_folder_depth(RondFolder *self, guint32 node);
/* As lgetxattr(2), llistxattr(2); -1 with errno set. */
gssize rond_folder_getxattr(RondFolder *self, guint32 node, const char *name,
			    void *value, gsize size);
gssize rond_folder_listxattr(RondFolder *self, guint32 node, char *list,
			     gsize size);
