/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondRows from inside: where it is in the grammar, and what comes out.
 *
 * rows.c drives; rows-value.c reads values, rows-literal.c their rarer
 * spellings, rows-body.c what is in quotes, rows-call.c calls of functions,
 * rows-between.c what is between rows and statements, rows-put.c writes. Who
 * counts and who writes is the same code up to the last call, so that neither
 * can differ from the other.
 */
#pragma once

#include "backends/sql/rows.h"
#include "backends/sql/rows-scan.h"

#include <string.h>

/* A number, a bit literal, the spelling before a quote: no longer than this. */
#define ROND_ROWS_WORD 1024
/* To copy so many bytes is quicker than to ask how many there are. */
#define ROND_ROWS_SHORT 16
/* So much of a string is read before asking whether enough came out. */
#define ROND_ROWS_CHUNK 8192
/* Calls in calls: no more than fit a mark. */
#define ROND_ROWS_DEPTH 15
/* The most bytes that are written for one byte of a string. */
#define ROND_ROWS_SWELL 8

/* Where it is. In marks, so numbers stay as they are. */
typedef enum {
	ROND_AT_ROWS = 0, /* a parenthesis opens a row; a run begins so */
	ROND_AT_VALUE = 1,
	ROND_AT_VALUE_END = 2, /* comma or parenthesis */
	ROND_AT_ROW_END = 3,   /* comma, semicolon, ON DUPLICATE KEY… */
	ROND_IN_STRING = 4,
	ROND_IN_HEX = 5,      /* digits in quotes */
	ROND_IN_HEX_BARE = 6, /* 0x… */
	ROND_AT_WRAP_END = 7, /* what closes UNHEX( or CONVERT( */
	ROND_IN_TAIL = 8,     /* behind the rows: an expression */
	ROND_AT_END = 9,
	ROND_AT_BROKEN = 10,
	ROND_IN_CALL = 11, /* of a function: until its parenthesis closes */
} RondRowsPlace;

typedef enum {
	ROND_WRAP_NONE,
	ROND_WRAP_UNHEX,   /* ) */
	ROND_WRAP_CONVERT, /* USING utf8mb4) */
} RondRowsWrap;

/* How a column's bytes come out. */
typedef enum {
	ROND_BODY_TEXT,	 /* as they are */
	ROND_BODY_TABLE, /* through the column's table */
	ROND_BODY_HEX,
	ROND_BODY_BITS, /* never read in parts */
} RondRowsBody;

typedef enum {
	ROND_STEP_ON,
	ROND_STEP_STARVED, /* needs to see more */
	ROND_STEP_BROKEN,
	ROND_STEP_END,
} RondRowsStep;

/* What is at hand. */
typedef struct {
	const guint8 *p, *end, *begin;
	gboolean last;
} RondRowsText;

typedef struct {
	RondRowsBody body;
	guint bytes; /* of bits */
	const guint16 *table;
	/* What comes before the value: a separator, a name; with at least
	 * ROND_ROWS_SHORT bytes of memory. How much the leads of the columns
	 * before it are together. */
	char *lead[ROND_N_FORMATS];
	gsize lead_len[ROND_N_FORMATS];
	guint64 before[ROND_N_FORMATS];
} RondRowsColumn;

/* The same thing in each format. */
typedef struct {
	char text[ROND_N_FORMATS][8];
	guint8 len[ROND_N_FORMATS];
} RondRowsWord;

/* A byte of a string, in one format: with the escape that it needs. */
typedef struct {
	guint8 bytes[ROND_ROWS_SWELL - 1];
	guint8 len;
} RondRowsEscape;

struct RondRows {
	const RondShape *shape;
	RondRowsColumn *columns;
	const RondRowsScan *scan;
	RondRowsPlace place;
	guint column;
	guint8 quote; /* IN_STRING, IN_HEX, IN_CALL, IN_TAIL: what closes it; or
			 0 */
	guint8 depth; /* IN_CALL: parentheses that are open, not 0 */
	RondRowsWrap wrap;
	gboolean utf8; /* a literal that says so itself */
	guint64 at;    /* of the next text's first byte */
	guint64 rows;
	/* Measuring: bytes that are the same in all formats, marks around
	 * strings, and others. A row's leads are added at its end. */
	guint64 plain, quotes, more[ROND_N_FORMATS];
	RondRowMark whole;
	RondRowsEscape escapes[ROND_N_FORMATS][256];
	char hex[256][2];
	/* Rendering; @out is NULL when it measures. */
	RondRowFormat format;
	GByteArray *out;
	gsize enough;
	guint8 *to, *room;
};

static inline gsize rond_rows_left(const RondRowsText *text)
{
	return (gsize)(text->end - text->p);
}

/* More would decide it; where nothing follows, that is how it is broken. */
static inline RondRowsStep rond_rows_starve(const RondRowsText *text)
{
	return text->last ? ROND_STEP_BROKEN : ROND_STEP_STARVED;
}

/* For what must be decided within @most bytes. */
static inline RondRowsStep rond_rows_starve_within(const RondRowsText *text,
						   gsize most)
{
	return rond_rows_left(text) >= most ? ROND_STEP_BROKEN
					    : rond_rows_starve(text);
}

static inline gboolean rond_rows_is_space(guint8 c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static inline gboolean rond_rows_is_word(guint8 c)
{
	return g_ascii_isalnum(c) || c == '_';
}

static inline gboolean rond_rows_opens_string(RondSqlMode mode, guint8 c)
{
	return c == '\'' || (c == '"' && !(mode & ROND_SQL_ANSI_QUOTES));
}

static inline const guint8 *rond_rows_skip_space(const guint8 *p,
						 const guint8 *end)
{
	while (p < end && rond_rows_is_space(*p))
		p++;
	return p;
}

/* rows-put.c */
void rond_rows_make_escapes(RondRows *self);
void rond_rows_grow(RondRows *self, gsize n);
void rond_rows_escape(RondRowFormat format, guint8 c, GByteArray *out);
void rond_rows_put_coded(RondRows *self, guint8 c);
void rond_rows_put_hex(RondRows *self, const guint8 *p, gsize n);

/* What @c stands for behind a backslash; not for % and _, which keep it. */
static inline guint8 rond_rows_unescape(guint8 c)
{
	/* One more than it, where it isn't @c itself. */
	static const guint8 plus_one[256] = {
	    ['0'] = 1,	      ['b'] = '\b' + 1, ['n'] = '\n' + 1,
	    ['r'] = '\r' + 1, ['t'] = '\t' + 1, ['Z'] = 0x1a + 1,
	};

	return plus_one[c] ? (guint8)(plus_one[c] - 1) : c;
}

/* Before the next @n bytes are put. */
static inline void rond_rows_room(RondRows *self, gsize n)
{
	if (self->out && (gsize)(self->room - self->to) < n)
		rond_rows_grow(self, n);
}

/* Short ones in two steps that may overlap. */
static inline void rond_rows_copy(guint8 *to, const guint8 *p, gsize n)
{
	if (n > 16) {
		memcpy(to, p, n);
	} else if (n >= 8) {
		memcpy(to, p, 8);
		memcpy(to + n - 8, p + n - 8, 8);
	} else if (n >= 4) {
		memcpy(to, p, 4);
		memcpy(to + n - 4, p + n - 4, 4);
	} else if (n > 0) {
		to[0] = p[0];
		to[n / 2] = p[n / 2];
		to[n - 1] = p[n - 1];
	}
}

static inline void rond_rows_put_plain(RondRows *self, const guint8 *p, gsize n)
{
	if (!self->out) {
		self->plain += n;
		return;
	}
	rond_rows_copy(self->to, p, n);
	self->to += n;
}

static inline void rond_rows_put_word(RondRows *self, const RondRowsWord *word)
{
	if (!self->out) {
		for (guint f = 0; f < ROND_N_FORMATS; f++)
			self->more[f] += word->len[f];
		return;
	}
	memcpy(self->to, word->text[self->format], sizeof(word->text[0]));
	self->to += word->len[self->format];
}

/* Around strings, where the format has some. */
static inline void rond_rows_put_quote(RondRows *self)
{
	if (!self->out) {
		self->quotes++;
		return;
	}
	*self->to = '"';
	self->to += self->format != ROND_FORMAT_TSV;
}

/* What was put of @format. */
static inline guint64 rond_rows_out(const RondRows *self, guint format)
{
	return self->plain + self->more[format] +
	       (format == ROND_FORMAT_TSV ? 0 : self->quotes);
}

static inline void rond_rows_put_lead(RondRows *self)
{
	const RondRowsColumn *c = &self->columns[self->column];
	gsize n;

	if (!self->out)
		return;
	n = c->lead_len[self->format];
	/* What follows a lead that isn't a string is short. */
	rond_rows_room(self, n + ROND_ROWS_SWELL * ROND_ROWS_WORD);
	if (n <= ROND_ROWS_SHORT)
		memcpy(self->to, c->lead[self->format], ROND_ROWS_SHORT);
	else
		memcpy(self->to, c->lead[self->format], n);
	self->to += n;
}

static inline RondRowsBody rond_rows_body(const RondRows *self)
{
	RondRowsBody body = self->columns[self->column].body;

	return body == ROND_BODY_TABLE && self->utf8 ? ROND_BODY_TEXT : body;
}

static inline void rond_rows_put_escaped(RondRows *self, guint8 c)
{
	const RondRowsEscape *escape = &self->escapes[self->format][c];

	/* All of it, which is quicker than what it has; it is overwritten. */
	memcpy(self->to, escape, sizeof(*escape));
	self->to += escape->len;
}

/* A byte of a value. */
G_ALWAYS_INLINE static inline void
rond_rows_put_byte(RondRows *self, RondRowsBody body, guint8 c)
{
	if (body == ROND_BODY_HEX)
		rond_rows_put_hex(self, &c, 1);
	else if (body == ROND_BODY_TABLE && c >= 0x80)
		rond_rows_put_coded(self, c);
	else if (self->out)
		rond_rows_put_escaped(self, c);
	else
		for (guint f = 0; f < ROND_N_FORMATS; f++)
			self->more[f] += self->escapes[f][c].len;
}

/* Rendering: whether that was enough. */
static inline gboolean rond_rows_is_full(const RondRows *self)
{
	return self->out && (gsize)(self->to - self->out->data) >= self->enough;
}

/* Behind a value that something may still have to close. */
static inline void rond_rows_close(RondRows *self)
{
	self->place = self->wrap ? ROND_AT_WRAP_END : ROND_AT_VALUE_END;
}

/* rows-body.c: IN_STRING, IN_HEX, IN_HEX_BARE. */
RondRowsStep rond_rows_read_string(RondRows *self, RondRowsText *text);
RondRowsStep rond_rows_read_hex(RondRows *self, RondRowsText *text);

/* rows-call.c: IN_CALL. */
RondRowsStep rond_rows_read_call(RondRows *self, RondRowsText *text);

/* rows-value.c: AT_ROWS; AT_VALUE and AT_VALUE_END, as many as it can. */
RondRowsStep rond_rows_read_open(RondRows *self, RondRowsText *text);
RondRowsStep rond_rows_read_values(RondRows *self, RondRowsText *text);
/* A string's first byte is next; @quote closes it. */
void rond_rows_open_string(RondRows *self, guint8 quote, RondRowsPlace place);
/* A number or a word that is its own value, of @n bytes. FALSE: it can't be
 * this column's. */
gboolean rond_rows_put_number(RondRows *self, const guint8 *p, gsize n,
			      gboolean json);

/* rows-literal.c: values that neither a quote nor a digit begins, and 0x. */
RondRowsStep rond_rows_read_literal(RondRows *self, RondRowsText *text);
RondRowsStep rond_rows_read_wrap_end(RondRows *self, RondRowsText *text);

/* rows-bits.c: values of BITS columns, and bit literals in others. What begins
 * at @from, behind the quote or 0x; @quote is 0 for the latter. */
RondRowsStep rond_rows_read_bits(RondRows *self, RondRowsText *text,
				 const guint8 *from, guint8 quote,
				 gboolean hex);
/* FALSE: it doesn't fit. */
gboolean rond_rows_put_bits_number(RondRows *self, const guint8 *p, gsize n);
/* @n digits 0 and 1; as a number where @conv. */
gboolean rond_rows_put_binary(RondRows *self, const guint8 *p, gsize n,
			      gboolean conv);

/* rows-between.c: AT_ROW_END, IN_TAIL. */
RondRowsStep rond_rows_read_row_end(RondRows *self, RondRowsText *text);
RondRowsStep rond_rows_read_tail(RondRows *self, RondRowsText *text);
/* Whether what begins at @p is a line between statements: -1 where more must be
 * seen to tell. */
int rond_rows_is_anchor(const guint8 *p, const guint8 *end);

/* A string goes on with @line. Tools that write \n have no line feed in one:
 * what can only be a line between statements shows that it was left open.
 * Inline always, so that nobody gets the address of @text: see there. */
G_ALWAYS_INLINE static inline RondRowsStep
rond_rows_check_line(const RondRows *self, const guint8 *line,
		     const RondRowsText *text)
{
	int anchor;

	if (!(self->shape->mode & ROND_SQL_NO_LINE_FEEDS))
		return ROND_STEP_ON;
	anchor = rond_rows_is_anchor(line, text->end);
	if (anchor > 0)
		return ROND_STEP_BROKEN;
	return anchor < 0 && !text->last ? ROND_STEP_STARVED : ROND_STEP_ON;
}
