/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondRows: the rows of one table's INSERT statements, one pass, any cut.
 *
 * Takes the text of a run: statements that insert into one table, with the same
 * head up to VALUES, one after the other. Their rows are measured (how many
 * bytes they would be in each format; nothing is written) or rendered in one.
 * Text comes in pieces of any size; a string may be longer than memory. Never
 * reads a byte twice but the few of an unfinished word at a piece's end.
 *
 * Formats:
 *	TSV	as `mysql -B`: \t \n \\ \0 are escaped, NULL is \N
 *	CSV	RFC 4180 with LF: strings and hexadecimal always in quotes ("
 *		doubled), names too; numbers bare, NULL is empty
 *	JSONL	an object a row; numbers that JSON has are numbers, others and
 *		strings are strings, NULL is null
 * Values of ROND_SHOW_HEX columns are hexadecimal, upper case, bytes after
 * escapes. Bytes of a text that is no UTF-8, and has no table, stay as they
 *are.
 *
 * Values: MySQL 8.0 Reference Manual 9.1 (\% and \_ keep their backslash);
 * NULL, numbers, '…' and "…", 0x…, X'…', 0b…, b'…', with a _charset before
 * them; UNHEX('…') and CONV('…',2,10) + 0 of Adminer, CONVERT("…" USING …) of
 * mydumper. Any other call of a function (ST_GeomFromText('…', 4326)) is shown
 * as its own SQL, a string escaped as text is, in columns of any kind; in it
 *are strings, numbers, words and calls, up to 15 in each other. A literal is
 *bytes in its column's charset, but one introduced as _utf8… is UTF-8. A bare
 *number in a HEX column is shown as its text's bytes, which is what the server
 *would store. What else a value may be in SQL, a row with more or fewer values
 *than columns, half a byte in hexadecimal, or a number that has not room in its
 *BITS is BROKEN. For one thread.
 */
#pragma once

#include "backends/sql/mode.h"

typedef enum {
	ROND_FORMAT_TSV,
	ROND_FORMAT_CSV,
	ROND_FORMAT_JSONL,
	ROND_N_FORMATS,
} RondRowFormat;

typedef enum {
	ROND_SHOW_TEXT, /* characters, UTF-8 unless @charset says otherwise */
	ROND_SHOW_HEX,	/* bytes */
	ROND_SHOW_BITS, /* a number of @bits bits, as that many bytes in
			   hexadecimal, high one first: from b'…', from bytes,
			   from a number */
} RondShow;

typedef struct {
	const char *name; /* UTF-8 */
	RondShow show;
	guint bits;
	/* What the bytes 0x80 to 0xff are in Unicode (none is a surrogate);
	 * NULL: it is UTF-8. */
	const guint16 *charset;
} RondShownColumn;

/* What a run's rows look like; borrowed by who reads with it. */
typedef struct {
	RondSqlMode mode;
	/* The statement's text from its first byte up to and with VALUES, as it
	 * is repeated; spaces are compared as spaces. */
	const char *head;
	gsize head_len;
	const RondShownColumn *columns; /* in the order of the values */
	guint n_columns;		/* not 0 */
} RondShape;

/* A place to go on from, and what was read before it. As in the index file. All
 * zeros but @at: at the beginning of a run. */
typedef struct {
	guint64 at; /* in the dump: the next byte to be taken */
	guint64 rows;
	guint64 out[ROND_N_FORMATS];
	guint32 column;
	guint32 state; /* RondRows' own; checked when it comes back */
} RondRowMark;
G_STATIC_ASSERT(sizeof(RondRowMark) == 48);

typedef enum {
	ROND_ROWS_MORE,	  /* all but a few bytes were taken: give more */
	ROND_ROWS_FULL,	  /* rendering: enough came out */
	ROND_ROWS_END,	  /* the run is over: behind its last semicolon, and
			     the line end there if nothing is between */
	ROND_ROWS_BROKEN, /* no statement reads so, or the text ends amid one;
			     see rond_rows_whole() */
} RondRowsState;

/* What is left of a text, to be given again, is never longer than this and the
 * head together: comments between two statements and the next head. What is
 * longer ends the run. */
#define ROND_ROWS_AHEAD (16 * 1024)

typedef struct RondRows RondRows;

/* @shape is borrowed. */
RondRows *rond_rows_new(const RondShape *shape);
void rond_rows_free(RondRows *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondRows, rond_rows_free)

/* Begin at @mark. FALSE: it is no mark of such a table (hostile index). With
 * zeros for column and state: behind the VALUES of a run's first statement. */
gboolean rond_rows_start(RondRows *self, const RondRowMark *mark);

/* Take bytes; returns how many were taken, fewer than @len where the rest is to
 * be given again with what follows it. @last: nothing follows; then it is never
 * MORE. The state says why it stopped; END and BROKEN stay so. */
gsize rond_rows_measure(RondRows *self, const guint8 *text, gsize len,
			gboolean last, RondRowsState *state);
/* The same; appends what the rows are in @format to @out, and stops as FULL
 * soon after @out has @enough bytes (at most by 64 KiB and a column's name
 * more). @out may hold others before; it is grown by doubling. */
gsize rond_rows_render(RondRows *self, RondRowFormat format, const guint8 *text,
		       gsize len, gboolean last, GByteArray *out, gsize enough,
		       RondRowsState *state);

/* Where it is now; when it was measured also how much was before. */
void rond_rows_mark(const RondRows *self, RondRowMark *mark);
/* Behind the last whole row: what is known good when it is BROKEN, or the dump
 * ends. @mark->at: behind that row's parenthesis. Where no row has ended since
 * rond_rows_start(): the mark that it got. */
void rond_rows_whole(const RondRows *self, RondRowMark *mark);

/* The first line of a file in @format: names, escaped as values are (no line in
 * JSONL). */
void rond_rows_title(const RondShape *shape, RondRowFormat format,
		     GByteArray *out);
