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
	const char *names[2]; /* the snapshots' */
} RondDiffStyle;
void rond_diff_print_text(const RondDiffList *list, const RondDiffStyle *style,
			  FILE *out);

/* "5,000 -> 4,960 rows", and how many came, went, changed if they are counted;
 * of an item that is a table; new. */
char *rond_diff_table_text(const RondDiffItem *item);
/* "41 removed, 1 added", the latter half of it; new. */
char *rond_diff_rows_text(guint64 removed, guint64 added, guint64 changed);

/* The path of each changed thing that is no folder, @end behind it. */
void rond_diff_print_names(const RondDiffList *list, const RondDiffStyle *style,
			   char end, FILE *out);

/* As restic diff --json: an object a line for each change, then one of the
 * statistics. */
void rond_diff_print_json(const RondDiffList *list, const RondDiffStyle *style,
			  FILE *out);
/* Raised when a member changes its meaning. */
#define ROND_DIFF_SCHEMA 1

/* A patch for what is text; tables by their rows. By diff(1). FALSE: some
 * content could not be read, which was logged. */
gboolean rond_diff_print_patch(const RondDiffList *list,
			       const RondDiffStyle *style, FILE *out);
/* How many lines came and went; of tables whose rows are counted how many of
 * those. FALSE as above. */
gboolean rond_diff_print_stat(const RondDiffList *list,
			      const RondDiffStyle *style, FILE *out);
