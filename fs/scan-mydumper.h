/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The backups in a folder that mydumper wrote: one for each database. Used by
 * the walk.
 */
#pragma once

#include "fs/scan-misses.h"
#include "fs/scan-probe.h"
#include "fs/scan-source.h"

/* If @folder, with @items in it (RondStoreItem), is one: add its backups to
 * @scanned, or why there are none; files that can't be used go to @misses. Then
 * those that rond_mydumper_owns() are done with. FALSE: it is none. */
gboolean rond_mydumper_scan(const RondPlace *place, RondProbe *probe,
			    const RondStoreItem *folder, GPtrArray *items,
			    RondMisses *misses, RondScanned *scanned);
