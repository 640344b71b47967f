/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondKin: the backups of one part know each other's versions.
 *
 * When a backup has been indexed, its versions are numbered as in those that
 * were indexed before; when its index is opened, the history learns when they
 * were seen. Thread-safe.
 */
#pragma once

#include "fs/config.h"
#include "fs/history.h"
#include "fs/part.h"

typedef struct {
	const RondConfig *config; /* borrowed */
	RondHistory *history;	  /* borrowed */
	/* The backups of @part's name, its own among them, oldest first:
	 * elements RondPart, new. */
	GPtrArray *(*relatives)(RondPart *part, gpointer data);
	gpointer data;
} RondKin;

/* The index of @part, its content's or the one in the cache, without having it
 * indexed: caller owns a reference. NULL: it has none yet. */
typedef RondIndex *(*RondKinPeek)(RondPart *part, gpointer data);

/* Number the versions in the index file @fd, just made, whose cache key is
 * @key. Where that fails, they are not shared. */
void rond_kin_number(const RondKin *self, RondPart *part, const char *key,
		     int fd, RondKinPeek peek, gpointer data);

/* Learn @index, @part's, and those of the older relatives that have one. */
void rond_kin_learn(const RondKin *self, RondPart *part, RondIndex *index,
		    RondKinPeek peek, gpointer data);
