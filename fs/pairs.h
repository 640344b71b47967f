/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondPairs: the pairs of snapshots that the kernel knows, by number, and what
 * is different between the two, of those that were asked for last.
 *
 * A pair's number is made of its name, so that it is the same at each mount. It
 * is kept as long as the kernel knows a node of it; what is different is let go
 * earlier, where there is too much of it, and made again. A pair whose
 * backups are others now, or better known, is another one, with another number.
 * Thread-safe.
 */
#pragma once

#include "fs/row-changes.h"

#define ROND_PAIR_BITS 29

/* A backup, and how well it is known. */
typedef struct {
	guint32 part; /* RondPart's number */
	enum {
		ROND_DEPTH_UNKNOWN, /* it is not open */
		ROND_DEPTH_NONE,    /* it can't be opened */
		ROND_DEPTH_SAMPLED, /* by its directory */
		ROND_DEPTH_THOROUGH,
	} depth;
} RondPairSource;

/* Const, reference counted. */
typedef struct {
	gatomicrefcount refs;
	char *name;	 /* as it is looked up: "J-14..J-1" */
	char *old, *new; /* the snapshots' own names */
	char *target;	 /* OLD..NEW: @name is a link to it, or the same */
	GArray *sources; /* RondPairSource */
	guint32 number;	 /* the one to have if it is free */
} RondPair;

/* @sources is taken over. */
RondPair *rond_pair_new(const char *name, const char *old, const char *new,
			GArray *sources);
RondPair *rond_pair_ref(RondPair *self);
void rond_pair_unref(RondPair *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondPair, rond_pair_unref)

gboolean rond_pair_is_link(const RondPair *self);

typedef struct RondPairs RondPairs;

RondPairs *rond_pairs_new(void);
void rond_pairs_free(RondPairs *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondPairs, rond_pairs_free)

/* The number that rond_pairs_enter() would give. */
guint32 rond_pairs_number(RondPairs *self, const RondPair *pair);
/* The kernel looks @pair up: its number, with one look-up counted. */
guint32 rond_pairs_enter(RondPairs *self, RondPair *pair);
/* It looked up one more node of pair @number; it has dropped @n. */
void rond_pairs_hold(RondPairs *self, guint32 number);
void rond_pairs_forget(RondPairs *self, guint32 number, guint64 n);

/* The pair, caller owns a reference; NULL: the kernel doesn't know it. */
RondPair *rond_pairs_get(RondPairs *self, guint32 number);
/* What is different, caller owns a reference; NULL: it has to be made. */
RondChanges *rond_pairs_changes(RondPairs *self, guint32 number);
/* The same of the rows of dumps. */
RondRowChanges *rond_pairs_rows(RondPairs *self, guint32 number);
/* They were made. Where nobody knows the pair any more they are let go. */
void rond_pairs_set_rows(RondPairs *self, guint32 number, RondRowChanges *rows);
/* It was made, from @sources. FALSE: not of the same ones as before. */
gboolean rond_pairs_set_changes(RondPairs *self, guint32 number,
				RondChanges *changes, const GArray *sources);
