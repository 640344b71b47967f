/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two trees packed by real tools, and what is different between them as text.
 */
#pragma once

#include "backends/index/delta.h"
#include "tests/unit/index-kit.h"
#include "tests/unit/scratch.h"

typedef struct {
	Scratch *scratch;
	Built *old, *new;
	GArray *changes;
	char *text; /* see delta_shown() */
} DeltaPair;

/* How both are packed: "tar -czf" and an ending; the index of each is made
 * thoroughly or not. */
typedef struct {
	const char *pack; /* with %s where the archive's name goes */
	const char *ending;
	gboolean quick;
} DeltaHow;

/* Run @prepare by sh in a folder of its own, pack that; run @change in it, pack
 * it again. All files are of 2024-05-01 unless touched otherwise. */
DeltaPair *delta_pair_new(const char *prepare, const char *change);
DeltaPair *delta_pair_with(const DeltaHow *how, const char *prepare,
			   const char *change);
void delta_pair_free(DeltaPair *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DeltaPair, delta_pair_free)

/* "A a/b below\nM c looks\n"…: the letters of RondDeltaKind in order are A, D,
 * M, T, U, and the flags below, looks and unsure. New. */
char *delta_shown(const RondIndex *old, const RondIndex *new,
		  const GArray *changes);
/* The changes must be these. */
void delta_expect(const char *prepare, const char *change,
		  const char *expected);
