/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The walk through one source: which of its folders are snapshots, which are
 * searched, and what becomes of each file. Used by the scan.
 */
#pragma once

#include "fs/scan-probe.h"
#include "fs/scan-source.h"

/* Add what is in @source to @scanned. @folders: those that were looked at in
 * this round ("dev:ino"), so that none counts twice. */
void rond_source_walk(const RondSource *source, const RondScanConfig *config,
		      RondProbe *probe, GHashTable *folders,
		      RondScanned *scanned);
