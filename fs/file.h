/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondFile: an open file of the tree. Reference counted.
 */
#pragma once

#include "fs/part.h"

typedef struct RondFile RondFile;

/* The regular file @entry of @content, of @part (references are taken). NULL
 * with @error; damage found so is reported to the part. */
RondFile *rond_file_of_entry(RondPart *part, RondContent *content,
			     guint32 entry, GError **error);
/* A generated text; a reference is taken. */
RondFile *rond_file_of_text(GBytes *text);
/* What was made to be read; a reference is taken. */
RondFile *rond_file_of_stream(RondStream *stream);
/* A file of a passed-through folder; @fd is taken over. */
RondFile *rond_file_of_fd(int fd);
RondFile *rond_file_ref(RondFile *self);
void rond_file_unref(RondFile *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondFile, rond_file_unref)

/* As pread(2): short only at the end. -1 with @error; damage found so is
 * reported to the part. Any thread. */
gssize rond_file_pread(RondFile *self, void *buf, gsize len, guint64 offset,
		       GError **error);

/* As rond_stream_view(), of a file that is none of a folder. FALSE with @error;
 * damage found so is reported to the part. Any thread. */
gboolean rond_file_view(RondFile *self, gsize len, guint64 offset,
			RondView *view, GError **error);

/* As lseek(2) with SEEK_DATA or SEEK_HOLE; -1 with errno set. */
off_t rond_file_seek(RondFile *self, off_t offset, int whence);

/* Whether what it was opened with has proved to be broken: open it again. */
gboolean rond_file_is_broken(const RondFile *self);

/* Its descriptor, for a file of a folder; else -1. */
int rond_file_fd(const RondFile *self);

/* Whether it can't change, so that its pages may stay in memory. */
gboolean rond_file_immutable(const RondFile *self);
