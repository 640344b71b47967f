/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The names of the files in a folder that mydumper wrote.
 *
 * Sources: mydumper(1) and folders of versions 0.9 to 0.16: DB.T-schema.sql,
 * DB.T.sql, chunks DB.T.00000.sql and DB.T.00000.00001.sql; DB.T-schema-view,
 * -schema-triggers, -schema-sequence; DB-schema-create, -post, -triggers; each
 * maybe with .gz or .zst; metadata, DB.T-metadata, checksums.
 */
#pragma once

#include <glib.h>

typedef enum {
	/* In the order in which they have to be loaded: */
	ROND_MYDUMPER_SEQUENCE,
	ROND_MYDUMPER_SCHEMA,
	ROND_MYDUMPER_ROWS,
	ROND_MYDUMPER_VIEW,
	ROND_MYDUMPER_TRIGGERS,
	ROND_MYDUMPER_POST,   /* routines and events */
	ROND_MYDUMPER_CREATE, /* of the database */
	ROND_MYDUMPER_ASIDE,  /* says something of others */
	ROND_MYDUMPER_LOADED, /* rows for LOAD DATA, and not SQL */
	ROND_MYDUMPER_NONE,   /* none of its files */
} RondMydumperRole;

typedef struct {
	RondMydumperRole role;
	char *subject; /* "DB" or "DB.T", of ROWS maybe with chunks; NULL */
	const char *packing; /* "", ".gz" or ".zst"; static */
} RondMydumperName;

RondMydumperName rond_mydumper_name(const char *name);
void rond_mydumper_name_clear(RondMydumperName *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RondMydumperName, rond_mydumper_name_clear)

/* How long "DB.T" is in "DB.T.00001.00002": @tables has those that are known by
 * other files (as keys); without any, numbers of five digits are chunks'. */
gsize rond_mydumper_table_len(const char *subject, GHashTable *tables);
/* How long "DB" is: the longest of @databases (as keys) in front of a dot, else
 * what is before the first. */
gsize rond_mydumper_database_len(const char *subject, GHashTable *databases);
