/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondOpenParts: how many contents may be open.
 *
 * Each holds descriptors and a mapping of its index, and somebody who walks
 * over hundreds of backups opens them all. Beyond the limit, those that were
 * not used for longest are let go; they are opened again from the cache when
 * they are needed. Used with the library's lock.
 */
#pragma once

#include "fs/part.h"

typedef struct {
	guint limit;
	guint open; /* at most, by what is known */
} RondOpenParts;

/* So many that they hold at most three eighths of the descriptors that this
 * process may have. */
void rond_open_parts_init(RondOpenParts *self);

/* The content of one of @parts (RondPart, or NULL) was opened. */
void rond_open_parts_opened(RondOpenParts *self, const GPtrArray *parts);
