/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondMountpoint: the folder to mount on, and whether that may be done.
 */
#pragma once

#include <glib.h>
#include <sys/types.h>

typedef struct {
	char *path; /* absolute, symbolic links resolved */
	dev_t dev;  /* of the folder, before the mount */
} RondMountpoint;

void rond_mountpoint_clear(RondMountpoint *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RondMountpoint, rond_mountpoint_clear)

/* Check that @path is a folder, that none of @sources (as given on the command
 * line, NULL-terminated) lies in it nor it in them, and that no mount of ours
 * is there. What a crashed rondfs left there is unmounted; @note is then a
 * line about it, new, otherwise NULL. Unless @clear, such a mount is left as
 * it is and is no error. FALSE with @error, one line naming the folder and
 * what to do. */
gboolean rond_mountpoint_check(const char *path, char **sources, gboolean clear,
			       RondMountpoint *self, char **note,
			       GError **error);

/* Whether the mount on it answers now. */
gboolean rond_mountpoint_answers(const RondMountpoint *self, GError **error);

/* The path in a source: without "SNAPSHOT[/PART]=", where the source as a whole
 * is no path. Borrowed from @source. */
const char *rond_mountpoint_source(const char *source);
