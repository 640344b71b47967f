/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondAssembly from inside: assembly.c sorts statements, assembly-rows.c keeps
 * runs, assembly-damage.c what is wrong, dump-write.c makes files of it
 * all.
 */
#pragma once

#include "backends/sql/assembly.h"
#include "backends/sql/draft.h"
#include "backends/sql/ending.h"
#include "backends/sql/settings.h"
#include "backends/sql/statement.h"

/* A statement that waits for the object that it belongs to. */
typedef struct {
	RondPending pending;
	RondObject dropped; /* it is a DROP of that */
	char *name;
} RondWaiting;

/* The run that is being read. */
typedef struct {
	RondDraftTable *table; /* NULL: none is */
	gboolean ignored;      /* of a table that ended in damage before */
	gboolean passing;      /* nothing is known about its rows */
	guint32 number;
	guint64 told; /* up to there the sink knows its rows */
	RondRun run;
	gboolean line_end;
	guint8 head[ROND_SHA256_SIZE];
	RondShape shape;
} RondRunning;

struct RondAssembly {
	const RondDumpSink *sink;
	RondSettings *settings;
	RondEnding ending;
	RondSha256 *sha;
	GHashTable *database_names; /* name → RondDraftDatabase */
	GPtrArray *databases;
	char *database; /* that is in USE */
	GPtrArray *delimiters;
	GArray *waiting; /* RondWaiting */
	/* What a statement that restores something belongs to. */
	RondScript *script;
	RondPartKind kind;
	RondDraftTable *table; /* if it is a table's */
	RondRunning running;
	GArray *marks;
	guint32 runs;
	guint64 tables, parts, schema_bytes;
	gboolean full;
	/* Damage that is being passed over: its beginning, and what it is. */
	char *damage;
	guint64 damage_from;
	guint64 cut_to; /* the end of the last piece that was cut */
};

/* assembly.c */
RondDraftDatabase *rond_assembly_database(RondAssembly *self, const char *name);
RondDraftTable *rond_assembly_table(RondAssembly *self, const char *database,
				    const char *name);
/* Put what waits into @script, and be there. @name: of the object. */
void rond_assembly_enter(RondAssembly *self, RondScript *script,
			 RondPartKind kind, RondDraftTable *table,
			 RondObject object, const char *name);
guint8 rond_assembly_settings(const RondAssembly *self);
/* What the statement @piece is about, its names as CREATE TABLE has them. */
RondStatement rond_assembly_statement(const RondAssembly *self,
				      const RondPiece *piece);

/* assembly-rows.c */
void rond_assembly_close_run(RondAssembly *self);

/* assembly-damage.c */
void rond_assembly_end_table(RondAssembly *self, RondDraftTable *table);
/* A piece that was cut off, or passed over. */
void rond_assembly_cut(RondAssembly *self, const RondPiece *piece);
void rond_assembly_tell(RondAssembly *self, RondFindingKind kind, guint64 from,
			guint64 to, const char *format, ...)
    G_GNUC_PRINTF(5, 6);
/* @name for a message: one line of text. New. */
char *rond_assembly_quote(const char *name);
/* The dump ends at @size: what that means for what is open. FALSE: not as it
 * should. */
gboolean rond_assembly_check_end(RondAssembly *self, guint64 size,
				 gboolean failed);
