/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A folder that mydumper wrote: which files make up the dump of a database, and
 * in which order.
 */
#pragma once

#include "backends/store/store.h"

#include <glib.h>

typedef enum {
	ROND_MYDUMPER_OTHER,	  /* another folder, or one that is not for us:
				     packed in two ways, rows that are no SQL */
	ROND_MYDUMPER_WHOLE,	  /* one dump for each database */
	ROND_MYDUMPER_UNFINISHED, /* or about to be one */
} RondMydumperKind;

/* What the folder with these files (RondStoreItem, folders too) is. Reads a few
 * bytes of one file in it that has the name. */
RondMydumperKind rond_mydumper_judge(RondStore *store, const GPtrArray *items);

/* Whether a file of such a folder belongs to its dumps; others are whatever
 * they are. */
gboolean rond_mydumper_owns(const char *name);

typedef struct {
	const RondStoreItem *item; /* borrowed */
	/* Its statements have no DELIMITER lines around them, but need some. */
	gboolean bare;
	/* Its times are the server's, whatever was set before. */
	gboolean local_time;
	/* There is nothing in it, on purpose: mydumper --build-empty-files. */
	gboolean empty;
} RondMydumperFile;

typedef struct {
	char *name;
	GArray *files; /* RondMydumperFile, as they have to be loaded */
} RondMydumperDatabase;

/* The databases, by name: new, RondMydumperDatabase; those without any files of
 * their own are left out. Files that say nothing of a table's content, CREATE
 * DATABASE too, are not among them. */
GPtrArray *rond_mydumper_databases(const GPtrArray *items);

/* The file that tells that all is well; borrowed, NULL: there is none. */
const RondStoreItem *rond_mydumper_metadata(const GPtrArray *items);
