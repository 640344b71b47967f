/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rows of a dump's table as a file: rendered when they are read.
 */
#pragma once

#include "backends/index/index.h"

/* References are taken. */
typedef struct {
	RondIndex *index;
	guint32 entry;	  /* a table's file without extents */
	RondStream *dump; /* that it is read from */
	RondBlockCache *cache;
	RondBlockKey key; /* of the first block; who gave it drops them */
	gpointer owner;	  /* of it: freed when the stream is */
	GDestroyNotify owner_free;
} RondRendered;

/* NULL with @error (EIO) where the index doesn't say how; @owner is freed
 * then, too. */
RondStream *rond_rendered_stream_new(const RondRendered *config,
				     GError **error);
