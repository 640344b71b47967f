/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondTable: rows of text under a header, in columns as wide as they need.
 */
#pragma once

#include <glib.h>
#include <stdio.h>

typedef struct {
	const char *header;
	gboolean right; /* numbers */
} RondColumn;

typedef struct RondTable RondTable;

/* @columns (borrowed) ends with one without a header. */
RondTable *rond_table_new(const RondColumn *columns);
void rond_table_free(RondTable *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondTable, rond_table_free)

/* The next cell, in reading order. @text is taken over; NULL: empty. */
void rond_table_add(RondTable *self, char *text);

/* The table as text, each line with its end; new. */
char *rond_table_format(const RondTable *self);
