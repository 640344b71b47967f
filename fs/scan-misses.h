/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondMisses: the files of one folder that are no backups. Each is named,
 * unless they are many: a website's folder must not make a thousand lines.
 * Those that should be backups by their names are counted apart, for each of
 * them is somebody's lost backup. Used by the walk.
 */
#pragma once

#include "fs/catalog.h"

typedef struct {
	GPtrArray *skipped; /* RondSkipped, the first of them */
	guint count;
} RondMissed;

typedef struct {
	RondMissed backups; /* by their names */
	RondMissed others;
	guint unknown; /* files looked into whose names say nothing */
} RondMisses;

void rond_misses_init(RondMisses *self);

/* @path as the user would write it. */
void rond_misses_add(RondMisses *self, const char *path, const char *why);

/* Move what there is to @skipped (RondSkipped), each, or where they are too
 * many as a line about @folder; @self is cleared. */
void rond_misses_report(RondMisses *self, const char *folder,
			GPtrArray *skipped);
