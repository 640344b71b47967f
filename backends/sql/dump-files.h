/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondDumpFiles: the files that a dump is taken apart into.
 *
 * A dump is read once, start to end; what comes out says where in it each
 * file's bytes are: places of the dump, places of a few texts that are kept
 * beside it (settings, footers, generated scripts), or rows that are rendered
 * when they are read. Nothing of a dump's rows is kept. For one thread.
 */
#pragma once

#include "backends/archive/archive.h"
#include "backends/sha256.h"
#include "backends/sql/columns.h"

/* An extent's @at from here on is a place among the texts. */
#define ROND_TEXT_PLACE (G_GUINT64_CONSTANT(1) << 62)
/* A byte that can't be read: a file that is damaged ends with it, so that a
 * copy fails instead of looking whole. */
#define ROND_NO_PLACE (G_GUINT64_CONSTANT(1) << 63)

/* Statements that insert into one table, one after the other in the dump. */
typedef struct {
	guint64 from, to;   /* the statements; a line end behind included */
	guint64 first_mark; /* among the marks; the first is at its values */
	guint64 n_marks;    /* one every ROND_MARK_BYTES of the dump */
	RondRowMark end;    /* what the table has up to the run's end */
} RondRun;
#define ROND_MARK_BYTES (128 * 1024)

typedef struct {
	char *database; /* "" where the dump has one only */
	char *name;
	RondTableDef *def;
	GArray *columns; /* RondShownColumn: of the rows, or, where there are
			    none, of the table; NULL: they can't be shown */
	char *head;	 /* of its INSERTs; NULL: there are none */
	gsize head_len;
	RondSqlMode mode;
	GArray *runs; /* RondRun */
	char *charset;
	gboolean damaged; /* rows are missing */
	gboolean has_hash;
	/* Of the runs' hashes, or that of the one there is. */
	guint8 hash[ROND_SHA256_SIZE];
} RondDumpTable;
void rond_dump_table_free(RondDumpTable *self);

typedef struct {
	char *path;	 /* "offers.sql", or "shop/offers.sql" of several */
	gboolean listed; /* FALSE: reachable by name only */
	guint64 size;
	GArray *extents; /* RondExtent; NULL: rows of @table in @format, behind
			    a title of @title_len bytes at @title of texts */
	guint32 table;
	RondRowFormat format;
	guint64 title;
	guint32 title_len;
	gboolean has_hash;
	/* Of all that it is made of: equal only where the content is. */
	guint8 hash[ROND_SHA256_SIZE];
} RondDumpFile;
void rond_dump_file_free(RondDumpFile *self);

typedef struct {
	GPtrArray *tables; /* RondDumpTable */
	GArray *marks;	   /* RondRowMark, of all tables */
	GPtrArray *files;  /* RondDumpFile, in the dump's order */
	GByteArray *texts;
} RondDumpFiles;
void rond_dump_files_free(RondDumpFiles *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondDumpFiles, rond_dump_files_free)

typedef struct {
	/* Rows of a run lie at [from, to) of the dump: to be hashed, in rising
	 * order, as they are found, soon after they were read; @run is its
	 * number, counted over all tables. Pieces of one run follow each other
	 * without a gap, from behind its first VALUES on; runs of a damaged
	 * table may go on behind what is shown of it. */
	void (*rows)(gpointer data, guint32 run, guint64 from, guint64 to);
	/* The SHA-256 of all of a run's pieces, or NULL. Called at the end. */
	const guint8 *(*hash)(gpointer data, guint32 run);
	void (*finding)(gpointer data, const RondFinding *finding);
	gpointer data;
} RondDumpSink;

/* Read all of @dump, whose size may be unknown, forwards. NULL with @error when
 * reading fails before anything was found (what was read before damage counts)
 * or it was cancelled (ECANCELED). @complete gets whether the dump ended as
 * its kind of dump does. */
RondDumpFiles *rond_dump_read(RondStream *dump, const RondDumpSink *sink,
			      GCancellable *cancellable, gboolean *complete,
			      GError **error);
