/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a file is: a tree of files, a dump, or no backup. Content decides,
 * the name helps where reading the content would be slow (bzip2).
 */
#pragma once

#include "backends/archive/archive.h"
#include "backends/codec/codec.h"
#include "backends/stream/stream.h"

typedef enum {
	ROND_KIND_NONE, /* not a backup */
	ROND_KIND_TREE, /* an archive */
	ROND_KIND_DUMP, /* an SQL dump */
} RondKind;

typedef struct {
	RondKind kind;
	const RondCodec *codec; /* NULL: not compressed (as a whole) */
	/* Of a tree; of a dump the archive it is the only member of, or NULL.
	 */
	const RondArchiveFormat *format;
	/* Why it is none and what could be done, one line, new; NULL when it
	 * is something. */
	char *why;
} RondDetected;

/* Look at the head of @stream (and the end of a zip). @name: the file's, for
 * its endings. Reads a few KiB. FALSE with @error set only when reading
 * failed; a file that is no backup is kind NONE with a reason. */
gboolean rond_detect(RondStream *stream, const char *name, gboolean all,
		     RondDetected *detected, GError **error);
void rond_detected_clear(RondDetected *detected);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RondDetected, rond_detected_clear)
