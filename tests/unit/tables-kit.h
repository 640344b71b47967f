/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Made-up dumps, and the bytes that each file of their folder has to have: rows
 * by the plainest code from the values, everything else from its extents.
 */
#pragma once

#include "backends/sql/dump-files.h"
#include "tests/unit/index-kit.h"

typedef struct {
	char *name;
	GRand *rand;
	guint64 rows;
	/* What its files are, and how much of it is the title. */
	GByteArray *out[ROND_N_FORMATS];
	gsize title_len[ROND_N_FORMATS];
} MadeTable;

typedef struct {
	GString *sql;
	GPtrArray *tables; /* MadeTable */
} MadeDump;

/* One as mariadb-dump writes, of @host, which is said in a comment only. */
MadeDump *made_dump_new(const char *host);
void made_dump_free(MadeDump *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MadeDump, made_dump_free)

/* A table without rows; those that it gets are the same for the same @seed.
 * Borrowed. */
MadeTable *made_dump_table(MadeDump *self, const char *name, guint32 seed);
/* Another run of @n of them, @each in a statement, strings up to @longest. */
void made_dump_rows(MadeDump *self, MadeTable *table, guint n, guint each,
		    guint longest);
/* The same with a string of @len bytes. */
void made_dump_long_row(MadeDump *self, MadeTable *table, gsize len);
/* The last line. */
void made_dump_end(MadeDump *self);
GBytes *made_dump_bytes(const MadeDump *self);

/* Tables of all sorts: several runs, none, long rows, many marks, a name that
 * is no file's. About 3 MB. */
MadeDump *made_dump_large(void);
/* A few rows of two tables. */
MadeDump *made_dump_small(const char *host);

/* A file as it should be; @damaged: and then a byte that can't be read. */
typedef struct {
	char *path;
	gboolean listed, damaged;
	GBytes *bytes;
} MadeFile;

/* Those of @dump's folder: MadeFile. Rows are @made's. */
GPtrArray *made_files(GBytes *dump, const MadeDump *made);
const MadeFile *made_file(const GPtrArray *files, const char *path);

/* The index file of the plain dump @source. */
GBytes *made_index(RondStream *source);

/* File @path below @folder of what was built, opened; it must be there. */
RondStream *made_open(const Built *built, const char *folder, const char *path);
/* That all @files are below @folder, in their order, with their bytes, also in
 * @reads random ranges each. */
void made_check(const Built *built, const char *folder, const GPtrArray *files,
		guint reads);
