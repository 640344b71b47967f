/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Entries of two indexes beside each other.
 */
#pragma once

#include "backends/index/index.h"

/* By their names, in the order of a folder's children, as memcmp(). */
int rond_compare_names(const RondIndex *a, const RondIndexEntry *entry,
		       const RondIndex *b, const RondIndexEntry *other);

/* Whether uid, gid and extended attributes are the same. */
gboolean rond_compare_owners(const RondIndex *a, const RondIndexEntry *entry,
			     const RondIndex *b, const RondIndexEntry *other);

/* Whether the times are. Files of dumps taken apart have none. */
gboolean rond_compare_times(const RondIndexEntry *entry,
			    const RondIndexEntry *other);
