/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondPart: one backup in the mount, and how far it has got.
 *
 * unindexed → indexing → ready, damaged (served with holes), incomplete
 * (truncated) or failed (nothing can be served). Who needs the index of a part
 * that has none parks on it and is called back; nobody waits in a thread.
 */
#pragma once

#include "backends/index/content.h"
#include "fs/catalog.h"

typedef enum {
	ROND_PART_UNINDEXED,
	ROND_PART_INDEXING,
	ROND_PART_READY,
	ROND_PART_DAMAGED,
	ROND_PART_INCOMPLETE,
	ROND_PART_FAILED,
	ROND_PART_GONE, /* its source was deleted or replaced */
} RondPartState;

/* "unindexed", … as .status and rondctl show it. */
const char *rond_part_state_name(RondPartState state);

typedef struct RondPart RondPart;

RondPart *rond_part_ref(RondPart *self);
void rond_part_unref(RondPart *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondPart, rond_part_unref)

/* Counts from 1, never used again during a mount. */
guint32 rond_part_number(const RondPart *self);
const RondBackup *rond_part_backup(const RondPart *self);

/* What is known now; @message (one line, for people) is new or NULL. */
typedef struct {
	RondPartState state;
	guint64 bytes_read, bytes_total; /* of the source, while indexing */
	guint64 entries, content_bytes;	 /* once indexed */
	char *message;
} RondPartInfo;
void rond_part_info(RondPart *self, RondPartInfo *info);
void rond_part_info_clear(RondPartInfo *info);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RondPartInfo, rond_part_info_clear)
