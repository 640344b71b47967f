/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The walk of an archive with libarchive, whatever the format.
 */
#pragma once

#include "backends/archive/archive.h"

struct archive;

typedef struct {
	int (*enable)(struct archive *reader); /* its one format */
	gboolean seeks; /* the reader needs to go back and forth */
	/* Hard links may have content, as in cpio's new format, where of
	 * several links to one file only the last does. They are reported as
	 * links with a size, and the content follows. */
	gboolean full_links;
} RondLibarchiveReader;

/* As RondArchiveFormat.walk. */
gboolean rond_libarchive_walk(const RondLibarchiveReader *reader,
			      RondStream *stream, const RondArchiveSink *sink,
			      GCancellable *cancellable, GError **error);
