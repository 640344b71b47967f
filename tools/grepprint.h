/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What `rondctl grep` prints: by path, and from when to when each line was
 * there. A line that stays while others of its file change is one.
 */
#pragma once

#include "tools/grepsearch.h"

#include <stdio.h>

typedef struct {
	gboolean json, files_only;
	gboolean terminal; /* control characters are not printed */
} RondGrepStyle;

typedef struct {
	guint64 lines; /* that were printed, of binary files one each */
	guint64 files; /* different paths */
} RondGrepCounts;

/* "FIRST..LAST<tab>PART/PATH:NUMBER:TEXT"; the number is that of the last.
 * FALSE with @error: what was found can't be read again. */
gboolean rond_grep_print(const RondGrepSearch *search,
			 const RondGrepStyle *style, FILE *out,
			 RondGrepCounts *counts, GError **error);
/* An object for each, and one with the counts. */
#define ROND_GREP_SCHEMA 1
void rond_grep_print_summary(const RondGrepSearch *search,
			     const RondGrepCounts *counts, FILE *out);
