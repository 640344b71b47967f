/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The tree's .changes: rows of dumps.
 *
 * What is in the folders of a dump's part takes seconds to find out: a thread
 * does it, and who asks waits for its job.
 */
#pragma once

#include "fs/tree-private.h"

typedef struct RondTreeRows RondTreeRows;

RondTreeRows *rond_tree_rows_new(RondTree *tree); /* borrowed */
/* Ends the work soon, and waits for that. */
void rond_tree_rows_free(RondTreeRows *self);

/* Nothing more is made: who waits is served without. */
void rond_tree_rows_cancel(RondTreeRows *self);

/* What is known of @pair, which is number @number; NULL: it is being made,
 * @wait is the job. Caller owns both. */
RondRowChanges *rond_tree_rows_need(RondTreeRows *self, RondPair *pair,
				    guint32 number, RondJob **wait);
