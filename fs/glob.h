/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondGlob: paths by pattern, in whatever has folders with names.
 *
 * Components are matched one by one, as a shell does: * ? [] and \ stand for
 * what they do there (a dot at the start is nothing special: what an attacker
 * hides is looked for, too), and ** for any number of folders. A component
 * that is there just as it is written is matched as well, so that every name
 * can be asked for. Links are not followed.
 */
#pragma once

#include <glib.h>
#include <sys/stat.h>

#define ROND_GLOB_NONE G_MAXUINT32

/* Folders with names; @data is given to all. Entries are numbers below
 * ROND_GLOB_NONE. */
typedef void (*RondGlobName)(const char *name, guint32 entry, gpointer into);
typedef struct {
	gpointer data;
	/* What is called @name in the folder @dir, or ROND_GLOB_NONE. */
	guint32 (*lookup)(gpointer data, guint32 dir, const char *name);
	/* S_IFREG, S_IFDIR…; 0: it is not to be seen. */
	mode_t (*type)(gpointer data, guint32 entry);
	/* Call @each with all in the folder @dir, in any order. */
	void (*list)(gpointer data, guint32 dir, RondGlobName each,
		     gpointer into);
} RondGlobTree;

typedef struct RondGlob RondGlob;

/* @pattern: names with slashes between; empty ones and "." don't count. */
RondGlob *rond_glob_new(const char *pattern);
/* No character of @path stands for another. */
RondGlob *rond_glob_new_literal(const char *path);
RondGlob *rond_glob_copy(const RondGlob *self);
/* All that is in the folder @path, folders too. */
RondGlob *rond_glob_new_children(const char *path);
void rond_glob_free(RondGlob *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondGlob, rond_glob_free)

gboolean rond_glob_is_empty(const RondGlob *self);
gboolean rond_glob_is_of_children(const RondGlob *self);
/* Whether its first component is **. */
gboolean rond_glob_is_deep(const RondGlob *self);
/* Whether @name matches the first component. */
gboolean rond_glob_begins(const RondGlob *self, const char *name);
/* Whether @path (without empty names) matches it, as far as names go. */
gboolean rond_glob_is(const RondGlob *self, const char *path);
/* What is left of it behind its first component; new. */
RondGlob *rond_glob_rest(const RondGlob *self);

/* Call @found with each path below the folder @dir of @tree that matches, once,
 * and its entry; "" for @dir itself, where the pattern is empty. Folders only
 * where the last component names them outright. */
void rond_glob_find(const RondGlob *self, const RondGlobTree *tree, guint32 dir,
		    RondGlobName found, gpointer into);
