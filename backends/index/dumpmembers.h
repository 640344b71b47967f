/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondDumpMembers: dumps among the files of an archive.
 *
 * Beside NAME.sql, where that is one, comes a folder NAME with what is in it.
 * It is reachable by name only: a copy of the archive's tree has what the
 * archive has. For one thread.
 */
#pragma once

#include "backends/index/tables.h"

#include <gio/gio.h>

typedef struct RondDumpMembers RondDumpMembers;

/* @builder and @cancellable are borrowed. */
RondDumpMembers *rond_dump_members_new(RondIndexBuilder *builder,
				       GCancellable *cancellable);
void rond_dump_members_free(RondDumpMembers *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondDumpMembers, rond_dump_members_free)

/* Whether @entry may be a dump, by its name. */
gboolean rond_dump_members_fit(const RondEntry *entry);

/* Take @entry, inode @inode of the builder, apart if it is a dump: its extents
 * are places of @stream, which is read as a first pass can be. */
void rond_dump_members_read(RondDumpMembers *self, RondStream *stream,
			    const RondEntry *entry, guint32 inode);

/* The same in two steps: it is noted, and its @content read when that comes.
 * @folder: the folder's path, which is then listed; NULL: as above. */
void rond_dump_members_note(RondDumpMembers *self, const RondEntry *entry,
			    guint32 inode, const char *folder);
void rond_dump_members_read_noted(RondDumpMembers *self, guint32 inode,
				  RondStream *content);

/* No entry comes any more: give the builder the folders. FALSE with @error
 * (E2BIG) past the limits. */
gboolean rond_dump_members_add(RondDumpMembers *self, GError **error);
