/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondScanner: cuts a dump into its statements.
 *
 * Knows strings, names, comments and delimiters (backends/sql/mode.h), so that
 * nothing inside a string or a comment is taken for a statement. Text comes in
 * pieces of any size; what is kept of a statement is bounded. INSERTs are cut
 * behind VALUES: who reads their rows (RondRows) says where they end. Linear
 * time on any input. For one thread.
 */
#pragma once

#include "backends/sql/mode.h"

/* A longer one is told with its first so many bytes. */
#define ROND_STATEMENT_KEPT (16 * 1024 * 1024)

typedef enum {
	ROND_PIECE_STATEMENT, /* up to its delimiter and the line end behind */
	ROND_PIECE_INSERT,    /* up to and with VALUES: rows follow */
	ROND_PIECE_COMMENT,   /* a comment, -- # or C, at a statement's start;
				 not code (these are statements) */
	ROND_PIECE_DELIMITER, /* a line of the client: DELIMITER ;; */
	ROND_PIECE_CUT,	      /* the dump ends, or is damaged, inside it */
} RondPieceKind;

typedef struct {
	RondPieceKind kind;
	guint64 from, to; /* in the dump */
	const char *text; /* without spaces before it; not terminated */
	gsize len;	  /* fewer than to - from where it is not all kept */
	const char *delimiter; /* that ends it; of a DELIMITER: the new one */
	gboolean open;	       /* the delimiter is not in it (compound.h) */
} RondPiece;

typedef struct RondScanner RondScanner;

RondScanner *rond_scanner_new(void);
void rond_scanner_free(RondScanner *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondScanner, rond_scanner_free)

void rond_scanner_set_mode(RondScanner *self, RondSqlMode mode);

/* Take bytes up to the end of the next piece: returns how many were taken.
 * @piece->kind is set where one ended (TRUE through @found). @last: nothing
 * follows. Valid until the next call. */
gsize rond_scanner_next(RondScanner *self, const guint8 *text, gsize len,
			gboolean last, RondPiece *piece, gboolean *found);
/* The rows behind an INSERT were taken by somebody else, up to @at of the dump;
 * the next bytes are from there. */
void rond_scanner_resume(RondScanner *self, guint64 at);
/* Or nobody takes them: the INSERT that was told goes on, and is told again as
 * a STATEMENT or CUT; its text stays what it was. */
void rond_scanner_pass(RondScanner *self);
/* The same as resume after damage: what lies before the next line that begins
 * as one between statements (rond_anchor) is passed over, and told as a CUT.
 * Where another delimiter than ; was set, that is a line which sets one.
 * @line_start: a line begins at @at. */
void rond_scanner_skip(RondScanner *self, guint64 at, gboolean line_start);
