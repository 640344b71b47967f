/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The forms in which `rondctl diff` shows a list of changes.
 */
#pragma once

#include "tools/difflist.h"

#include <stdio.h>

/* For people: a line for each change, and how many there are. Folders that came
 * or went as a whole are one line. @terminal: names are quoted; @metadata: with
 * what has nothing but other times, modes or owners. */
typedef struct {
	gboolean terminal, metadata;
} RondDiffStyle;
void rond_diff_print_text(const RondDiffList *list, const RondDiffStyle *style,
			  FILE *out);

/* The path of each changed thing that is no folder, @end behind it. */
void rond_diff_print_names(const RondDiffList *list, const RondDiffStyle *style,
			   char end, FILE *out);

/* As restic diff --json: an object a line for each change, then one of the
 * statistics, which has the names of the snapshots. */
void rond_diff_print_json(const RondDiffList *list, const RondDiffStyle *style,
			  const char *const names[2], FILE *out);
/* Raised when a member changes its meaning. */
#define ROND_DIFF_SCHEMA 1

/* A patch for what is text; tables by their rows. By diff(1). FALSE: some
 * content could not be read, which was logged. */
gboolean rond_diff_print_patch(const RondDiffList *list,
			       const RondDiffStyle *style, FILE *out);
/* How many lines came and went. FALSE as above. */
gboolean rond_diff_print_stat(const RondDiffList *list,
			      const RondDiffStyle *style, FILE *out);
