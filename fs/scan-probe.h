/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondProbe: looks into files, and remembers what it saw in unchanged ones.
 *
 * Also knows what is too fresh to be looked at. For one thread at a time.
 */
#pragma once

#include "backends/index/detect.h"
#include "backends/store/store.h"

typedef struct RondProbe RondProbe;

RondProbe *rond_probe_new(gboolean all_formats);
void rond_probe_free(RondProbe *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondProbe, rond_probe_free)

/* A round looks at every file once; at its end all others are forgotten. */
void rond_probe_end_round(RondProbe *self);

typedef enum {
	ROND_PROBED_BACKUP,
	ROND_PROBED_NONE,    /* and why */
	ROND_PROBED_PENDING, /* may still be written: look again in 2 s */
	ROND_PROBED_GONE,    /* was deleted meanwhile */
} RondProbed;

/* What @item is; @detected (cleared by the caller) is set for BACKUP and, with
 * the reason, for NONE. */
RondProbed rond_probe_file(RondProbe *self, RondStore *store,
			   const RondStoreItem *item, RondDetected *detected);

/* Whether the folder @item can be judged by what is in it: one that appears
 * after the first round must have been the same for two seconds. */
gboolean rond_probe_folder(RondProbe *self, RondStore *store,
			   const RondStoreItem *item);

/* What a folder was found to be, in this round or one before. */
typedef enum {
	ROND_FOLDER_UNKNOWN,
	ROND_FOLDER_TREE,      /* plain files */
	ROND_FOLDER_CONTAINER, /* backups */
} RondFolderKind;

RondFolderKind rond_probe_folder_kind(RondProbe *self, RondStore *store,
				      const RondStoreItem *item);
void rond_probe_set_folder_kind(RondProbe *self, RondStore *store,
				const RondStoreItem *item, RondFolderKind kind);
