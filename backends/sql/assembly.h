/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondAssembly: a dump's statements, put where they belong.
 *
 * Gets what RondScanner cut and what RondRows measured; gives RondDumpFiles at
 * the end. Damage ends the table that it is in. Memory grows with what the
 * schema says and with the number of statements that can't be joined, both up
 * to a limit, and not with the rows. For one thread.
 */
#pragma once

#include "backends/sql/dump-files.h"
#include "backends/sql/scanner.h"

typedef struct RondAssembly RondAssembly;

/* @sink is borrowed. */
RondAssembly *rond_assembly_new(const RondDumpSink *sink);
void rond_assembly_free(RondAssembly *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondAssembly, rond_assembly_free)

/* How the text that follows is to be read. */
RondSqlMode rond_assembly_mode(const RondAssembly *self);
/* Nothing that follows can be kept. */
gboolean rond_assembly_is_full(const RondAssembly *self);
/* Nothing of a dump was found. */
gboolean rond_assembly_is_empty(const RondAssembly *self);

/* A piece that is no INSERT. */
void rond_assembly_take(RondAssembly *self, const RondPiece *piece);

/* An INSERT: its rows come at @piece->to. The shape to read them with, valid
 * until the run ends, and where to @start; NULL: nothing is known about them,
 * they are to be passed over. */
const RondShape *rond_assembly_begin_rows(RondAssembly *self,
					  const RondPiece *piece,
					  RondRowMark *start);
/* Rows up to @to were taken. */
void rond_assembly_rows(RondAssembly *self, guint64 to);
void rond_assembly_mark(RondAssembly *self, const RondRowMark *mark);
/* The run ended before @to. */
void rond_assembly_end_rows(RondAssembly *self, guint64 to, gboolean line_end,
			    const RondRowMark *end);
/* It broke; @at is behind its last whole row (NULL: statement, as far as is
 * known), @why says what happened. What follows is passed over: a CUT piece
 * will say how much. */
void rond_assembly_break_rows(RondAssembly *self, const RondRowMark *at,
			      const char *why);

/* The end, at @size; @failed: of what can be read. @complete: see
 * rond_dump_read(). Once. */
RondDumpFiles *rond_assembly_finish(RondAssembly *self, guint64 size,
				    gboolean failed, gboolean *complete);
