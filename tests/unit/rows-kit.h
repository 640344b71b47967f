/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Made-up runs of INSERTs and what they must look like in each format, written
 * by the plainest code from the values themselves, not from their spelling.
 */
#pragma once

#include "backends/sql/rows.h"

typedef struct {
	RondShape shape;
	RondShownColumn columns[8];
	GString *sql; /* behind the first VALUES, with something behind it */
	gsize end;    /* where the run ends in it */
	guint64 rows;
	GByteArray *out[ROND_N_FORMATS];
} RowsCase;

/* Any table, any spelling; @big: with some strings of 20 KB. */
RowsCase *rows_case_new(GRand *rand, gboolean big);
void rows_case_free(RowsCase *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RowsCase, rows_case_free)

/* Bytes 0x80 to 0xff of a charset with characters of two and three bytes, and
 * some of one. */
extern const guint16 rows_kit_charset[128];

/* What the rows of @text are in @format, given in pieces of @piece bytes and
 * rendered @enough bytes at a time, from @mark on (NULL: the beginning). */
GByteArray *rows_render(const RondShape *shape, const RondRowMark *mark,
			RondRowFormat format, const GString *text, gsize piece,
			gsize enough, RondRowsState *state);
/* Measure @text in pieces of up to @piece bytes; their sizes vary where @rand
 * is given. Marks at each cut go to @marks (RondRowMark) if given. */
RondRowMark rows_measure(const RondShape *shape, const GString *text,
			 gsize piece, GRand *rand, GArray *marks,
			 RondRowsState *state);
