/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondCopyOut: files of the tree copied to a real folder.
 *
 * As cp -a does: folders with all that is in them, links as links, modes, times
 * and, for root, owners kept; hard links and holes too. Contents are verified
 * by their SHA-256 while they are copied, and appear under their names only
 * when they are whole. What is there already is never overwritten unless that
 * is asked for, and stays where it has the same content.
 *
 * Backups are hostile: nothing is written through a symbolic link, or outside
 * of the destination. Setuid and setgid bits are dropped where the owner is not
 * kept. Device nodes and the like are left out.
 *
 * What can't be copied gets a line on stderr, and the others are copied. For
 * one thread.
 */
#pragma once

#include "tools/treepath.h"

#include <stdio.h>

typedef struct RondCopyOut RondCopyOut;

typedef struct {
	guint64 files, links, folders; /* made, and the files' bytes */
	guint64 bytes;
	guint64 same;	    /* files and links that were there already */
	guint64 kept;	    /* something else is there, and was left alone */
	guint64 left_out;   /* device nodes and the like */
	guint64 unverified; /* of the files: of a damaged backup, whose
			       contents nobody knows */
	guint64 failed;	    /* could not be read or written */
} RondCopyCounts;

/* To the folder @dest, made if it isn't there but the one above it is.
 * @options: --force and --chown. NULL with @error: @dest can't be opened, or
 * there is no such user. @tree and @options are borrowed. */
RondCopyOut *rond_copy_out_new(RondTreePaths *tree, const char *dest,
			       const RondOptions *options, GError **error);
void rond_copy_out_free(RondCopyOut *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondCopyOut, rond_copy_out_free)

/* Have what is at @path of the tree (a link at its end is one, but for aliases
 * of snapshots) copied to @as, relative to the destination; "": what is in the
 * folder @path comes into the destination itself. Folders above @as are made;
 * as long as they are called as in @path, with the attributes that they have
 * there. Nothing is copied yet. FALSE with @error: there is no @path; the
 * others may still be run. */
gboolean rond_copy_out_add(RondCopyOut *self, const char *path, const char *as,
			   GError **error);

/* Copy all that was added. FALSE with @error where it ended early: there is not
 * enough room (ENOSPC: mostly before anything is written), or it was
 * interrupted (EINTR). What was copied until then is whole. Otherwise the
 * counts tell whether all went well. */
gboolean rond_copy_out_run(RondCopyOut *self, GError **error);

const RondCopyCounts *rond_copy_out_counts(const RondCopyOut *self);
/* Whether all that was asked for is at the destination now, as far as that can
 * be known: folders of a damaged backup may have held more. */
gboolean rond_copy_out_is_complete(const RondCopyOut *self);
/* The counts: a line for people, or a JSON object on a line. */
void rond_copy_out_print(const RondCopyOut *self, gboolean json, FILE *out);
