/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondContainer: a folder of which every file is a backup, or a part of one.
 * Used by the walk.
 */
#pragma once

#include "fs/scan-probe.h"

typedef enum {
	ROND_CONTAINER,		/* all backups or side files */
	ROND_CONTAINER_TREE,	/* a plain tree of files */
	ROND_CONTAINER_EMPTY,	/* nothing in it, or side files only */
	ROND_CONTAINER_PENDING, /* can't be told yet: look again in 2 s */
	ROND_CONTAINER_CLOSED,	/* it can't be listed */
} RondContainerKind;

/* Judge @item, a folder; @files gets (for CONTAINER) its backups and unfinished
 * files, RondStoreItem, and, itself maybe, each folder that mydumper wrote.
 * With a folder in it that can't be read it is a tree. */
RondContainerKind rond_container_judge(RondProbe *probe, RondStore *store,
				       const RondStoreItem *item,
				       GPtrArray *files);
