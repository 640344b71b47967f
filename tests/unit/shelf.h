/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A folder of backups made by real tools, and the library and tree over it.
 */
#pragma once

#include "fs/tree.h"
#include "tests/unit/scratch.h"

typedef struct {
	Scratch *scratch; /* shelf/ is the source, cache/ the cache */
	RondConfig *config;
	RondLibrary *library; /* after shelf_open() */
	RondTree *tree;
	GPtrArray *warnings; /* messages */
} Shelf;

/* An empty folder, times and names in UTC, today is 2024-05-10. */
Shelf *shelf_new(void);
void shelf_free(Shelf *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Shelf, shelf_free)

/* Run @command by sh in the source's folder. */
void shelf_run(const Shelf *self, const char *command);

/* Open the library over it; it must go well. */
void shelf_open(Shelf *self);
/* Again, as a second mount does. */
void shelf_reopen(Shelf *self);

/* The attributes of @path, "/" between names; waits for the indexing. 0 or an
 * errno. */
int shelf_stat(const Shelf *self, const char *path, RondAttr *attr);
/* The file's bytes, or the link's target; it must be there. */
char *shelf_read(const Shelf *self, const char *path);
char *shelf_readlink(const Shelf *self, const char *path);
/* Opening or reading it to its end fails with this errno; 0: it doesn't. */
int shelf_read_error(const Shelf *self, const char *path);
/* The names in folder @path, sorted, with spaces between, without dots. */
char *shelf_list(const Shelf *self, const char *path);
/* The part that is called @name (without ".sql") in @snapshot; a reference. */
RondPart *shelf_part(const Shelf *self, const char *snapshot, const char *name);
