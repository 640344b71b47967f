/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondGrepSearch: all contents searched, each once, by as many threads as there
 * are cores.
 */
#pragma once

#include "tools/contents.h"
#include "tools/grephits.h"
#include "tools/grepmatch.h"

typedef struct {
	const RondContents *contents;
	RondGrepHits *hits;
	RondGrepHitList *lists; /* for each content */
	GPtrArray *failed;	/* char *: what could not be read, and why */
	guint64 bytes;		/* that were searched */
} RondGrepSearch;

/* Search all of @contents (borrowed) for @match; with @first_only for no more
 * than one line of each. A bar is shown on a terminal when it takes long. */
RondGrepSearch *rond_grep_search_new(const RondContents *contents,
				     const RondGrepMatch *match,
				     gboolean first_only);
void rond_grep_search_free(RondGrepSearch *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondGrepSearch, rond_grep_search_free)
