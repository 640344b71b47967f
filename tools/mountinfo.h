/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the kernel says is mounted at a path: /proc/self/mountinfo, see
 * proc_pid_mountinfo(5).
 */
#pragma once

#include <glib.h>

typedef struct {
	char *root; /* where the mount that the path lies in is mounted */
	char *type; /* its file system, "fuse.rondfs" for ours */
	char *path; /* the path, absolute, symbolic links resolved */
} RondMountInfo;

/* Look up @path. Never waits for a file system, a dead one included. FALSE
 * with @error when there is no such path. Where /proc isn't mounted, root and
 * type are empty. */
gboolean rond_mount_info(const char *path, RondMountInfo *info, GError **error);
void rond_mount_info_clear(RondMountInfo *info);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RondMountInfo, rond_mount_info_clear)

/* Whether a mount of ours is mounted at the very path. */
gboolean rond_mount_info_is_ours(const RondMountInfo *info);

/* Take the lines of a mountinfo file apart: the root and type of the mount
 * @id. FALSE: it isn't there. */
gboolean rond_mount_info_parse(const char *text, int id, RondMountInfo *info);
