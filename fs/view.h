/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What of a backup's index is shown, and with which attributes: stripped
 * folders, owners and modes, special files. Functions of their arguments.
 */
#pragma once

#include "fs/config.h"
#include "fs/part.h"

#include <sys/stat.h>

/* The entry that a tree's part shows as its root: --strip levels down, or by
 * the one-top-folder rule. Where several folders are in the way, nothing is
 * stripped. */
guint32 rond_view_root(const RondConfig *config, const RondPart *part,
		       const RondIndex *index);

/* The entry that is shown as the folder NAME/ of @part: of a dump, that of its
 * tables. */
guint32 rond_view_top(const RondConfig *config, const RondPart *part,
		      const RondIndex *index);

/* The path of @entry below @top, new; "" for @top itself. Bytes as in the
 * backup. */
char *rond_view_path(const RondIndex *index, guint32 top, guint32 entry);
/* The entry at @path below @top, or ROND_INDEX_NONE. */
guint32 rond_view_find(const RondIndex *index, guint32 top, const char *path);

/* Whether @entry is shown: device nodes, fifos and sockets are not, unless
 * asked for. */
gboolean rond_view_shows(const RondConfig *config, const RondIndexEntry *entry);

/* Whether entry @number is a file of a dump taken apart. */
gboolean rond_view_is_table(const RondIndex *index, guint32 number);

/* The attributes of entry @number of @part, all but st_ino. */
void rond_view_stat(const RondConfig *config, const RondPart *part,
		    const RondIndex *index, guint32 number, struct stat *st);

/* Owners and masks of the settings, and no setuid or setgid unless asked for:
 * for attributes that come from elsewhere. */
void rond_view_adjust(const RondConfig *config, struct stat *st);

/* The mode of a folder above files of mode @mode: x where r is set. */
mode_t rond_view_folder_mode(mode_t mode);

/* Where a symbolic link to @target leads, as the settings show it: new; NULL:
 * it leads out of its part and is contained (EPERM). @depth: folders between
 * the part's root and the link. */
char *rond_view_symlink(const RondConfig *config, const char *target,
			guint depth);
