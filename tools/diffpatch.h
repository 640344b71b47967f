/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The inside of patches: shared by what compares files (diffpatch.c) and what
 * compares tables (diffpatch-rows.c).
 */
#pragma once

#include "tools/difflist.h"

#include <stdio.h>

/* "a/www/x" as git writes it: a name must not look like the patch's next line;
 * new. @side: "a" or "b". */
char *rond_patch_label(const char *side, const char *path);
/* @len bytes of a file; to a terminal without its commands. */
void rond_patch_text(const char *text, gsize len, gboolean terminal, FILE *out);

/* The rows that are different in the table @item, one whose rows are there on
 * both sides: those that vanished, those that have other values, those that
 * came. FALSE with @error. */
gboolean rond_patch_rows(const RondDiffItem *item, gboolean terminal, FILE *out,
			 GError **error);
