/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/sql/scanner.h"

#include "backends/sql/anchor.h"
#include "backends/sql/insert-words.h"
#include "backends/sql/lookahead.h"
#include "backends/sql/words.h"

#include <string.h>

/* As the client's own. */
#define MAX_DELIMITER 15
/* The longest INSERT up to VALUES: 4096 columns with names of 64 characters of
 * 4 bytes. */
#define MAX_HEAD (2 * 1024 * 1024)
G_STATIC_ASSERT(ROND_LOOKAHEAD >= ROND_ANCHOR_LEN);
G_STATIC_ASSERT(ROND_LOOKAHEAD >= MAX_DELIMITER);

typedef enum {
	AT_START, /* between statements */
	IN_CODE,
	IN_STRING,
	IN_LINE_COMMENT,
	IN_COMMENT,
	IN_DELIMITER_LINE,
	AT_TAIL,   /* behind a delimiter, before the line's end */
	SKIPPING,  /* after damage */
	SKIP_LINE, /* the same, where a line begins */
	N_STATES,
} State;

typedef enum {
	STEP_ON,
	STEP_MORE, /* what is left does not suffice */
	STEP_FOUND,
} Step;

struct RondScanner {
	RondSqlMode mode;
	State state;
	RondPieceKind kind;
	guint64 at, from;
	GByteArray *text; /* of the piece */
	guint8 quote;
	char delimiter[MAX_DELIMITER + 1];
	gsize delimiter_len;
	RondInsertWords words;
	gboolean told;	 /* the text was given out */
	gboolean passed; /* no more of it is kept */
};

static void set_delimiter(RondScanner *self, const char *text, gsize len)
{
	if (len == 0 || len > MAX_DELIMITER || memchr(text, '\0', len))
		return;
	memcpy(self->delimiter, text, len);
	self->delimiter[len] = '\0';
	self->delimiter_len = len;
}

RondScanner *rond_scanner_new(void)
{
	RondScanner *self = g_new0(RondScanner, 1);

	self->text = g_byte_array_new();
	set_delimiter(self, ";", 1);
	return self;
}

void rond_scanner_free(RondScanner *self)
{
	if (!self)
		return;
	g_byte_array_unref(self->text);
	g_free(self);
}

void rond_scanner_set_mode(RondScanner *self, RondSqlMode mode)
{
	self->mode = mode;
}

void rond_scanner_resume(RondScanner *self, guint64 at)
{
	self->at = at;
	self->state = AT_START;
}

void rond_scanner_pass(RondScanner *self)
{
	self->told = FALSE;
	self->passed = TRUE;
	self->kind = ROND_PIECE_STATEMENT;
	self->state = IN_CODE;
	self->words.over = TRUE;
}

void rond_scanner_skip(RondScanner *self, guint64 at, gboolean line_start)
{
	self->at = self->from = at;
	self->state = line_start ? SKIP_LINE : SKIPPING;
	self->kind = ROND_PIECE_CUT;
}

static gboolean plain_delimiter(const RondScanner *self)
{
	return strcmp(self->delimiter, ";") == 0;
}

static void begin(RondScanner *self, RondPieceKind kind, State state)
{
	self->kind = kind;
	self->state = state;
	/* Rows end with ; whatever the client was told. */
	self->words = (RondInsertWords){.over = !plain_delimiter(self)};
}

static Step step_start(RondScanner *self, RondLookahead *in)
{
	const guint8 *from = in->p;

	if (self->at == 0 && !rond_lookahead_can(in, ROND_LOOKAHEAD))
		return STEP_MORE;
	if (self->at == 0 && rond_lookahead_sees(in, "\xef\xbb\xbf"))
		in->p += 3;
	while (in->p < in->end && rond_words_is_space((char)*in->p))
		in->p++;
	self->at += (guint64)(in->p - from);
	self->from = self->at;
	if (in->p == in->end || !rond_lookahead_can(in, ROND_LOOKAHEAD))
		return STEP_MORE;
	if (rond_lookahead_at_line_comment(in) ||
	    rond_lookahead_at_complaint(in))
		begin(self, ROND_PIECE_COMMENT, IN_LINE_COMMENT);
	else if (rond_lookahead_at_block_comment(in) ||
		 rond_lookahead_at_sandbox(in))
		begin(self, ROND_PIECE_COMMENT, IN_COMMENT);
	else if (rond_lookahead_at_delimiter_line(in))
		begin(self, ROND_PIECE_DELIMITER, IN_DELIMITER_LINE);
	else
		begin(self, ROND_PIECE_STATEMENT, IN_CODE);
	return STEP_ON;
}

/* Whether rows follow before the code @c. */
static gboolean begins_rows(RondScanner *self, guint8 c)
{
	if (self->words.over)
		return FALSE;
	if (self->text->len > MAX_HEAD)
		self->words.over = TRUE;
	return rond_insert_words_take(&self->words, c);
}

/* A sign that may begin something else than code. */
static Step step_sign(RondScanner *self, RondLookahead *in)
{
	guint8 c = *in->p;

	if (!rond_lookahead_can(in, ROND_LOOKAHEAD))
		return STEP_MORE;
	if (rond_lookahead_sees(in, self->delimiter)) {
		in->p += self->delimiter_len;
		self->state = AT_TAIL;
	} else if (c == '\'' || c == '"' || c == '`') {
		in->p++;
		self->quote = c;
		self->state = IN_STRING;
	} else if (rond_lookahead_at_line_comment(in)) {
		self->state = IN_LINE_COMMENT;
	} else if (rond_lookahead_at_block_comment(in)) {
		in->p += 2;
		self->state = IN_COMMENT;
	} else {
		/* Not the / alone: its * might be taken for a comment's. */
		in->p += rond_lookahead_at_code(in) ? 2 : 1;
	}
	return STEP_ON;
}

static gboolean is_sign(const RondScanner *self, guint8 c)
{
	return c == '\'' || c == '"' || c == '`' || c == '-' || c == '#' ||
	       c == '/' || c == (guint8)self->delimiter[0];
}

static Step step_code(RondScanner *self, RondLookahead *in)
{
	for (; in->p < in->end; in->p++) {
		guint8 c = *in->p;

		/* A sign that has to wait for more is tracked again, which
		 * changes nothing: it is no bracket. */
		if (begins_rows(self, c)) {
			self->kind = ROND_PIECE_INSERT;
			return STEP_FOUND;
		}
		if (is_sign(self, c))
			return step_sign(self, in);
	}
	return STEP_MORE;
}

static gboolean is_name(const RondScanner *self)
{
	return self->quote == '`' ||
	       (self->quote == '"' && (self->mode & ROND_SQL_ANSI_QUOTES));
}

static gboolean has_backslash(const RondScanner *self)
{
	return !is_name(self) && !(self->mode & ROND_SQL_PLAIN_BACKSLASH);
}

/* Whether a line feed in quotes is worth a look: names may hold some, and so do
 * routines, which have delimiters of their own. */
static gboolean minds_lines(const RondScanner *self)
{
	return !is_name(self) && plain_delimiter(self) &&
	       (self->mode & ROND_SQL_NO_LINE_FEEDS);
}

/* A quote is missing, or one too many. */
static Step step_line_feed(RondScanner *self, RondLookahead *in)
{
	if (!rond_lookahead_can(in, 1 + ROND_ANCHOR_LEN))
		return STEP_MORE;
	in->p++;
	if (!minds_lines(self) || !rond_anchor(in->p, rond_lookahead_left(in)))
		return STEP_ON;
	self->kind = ROND_PIECE_CUT;
	return STEP_FOUND;
}

static Step step_string(RondScanner *self, RondLookahead *in)
{
	gboolean backslash = has_backslash(self);
	gboolean lines = minds_lines(self);

	for (; in->p < in->end; in->p++) {
		if (*in->p == self->quote) {
			in->p++;
			self->state = IN_CODE;
			return STEP_ON;
		}
		if (*in->p == '\\' && backslash) {
			if (rond_lookahead_left(in) == 1)
				return STEP_MORE;
			in->p++;
		} else if (*in->p == '\n' && lines) {
			return step_line_feed(self, in);
		}
	}
	return STEP_MORE;
}

/* Up to and with the next line feed. */
static gboolean take_line(RondLookahead *in)
{
	const guint8 *nl = memchr(in->p, '\n', rond_lookahead_left(in));

	in->p = nl ? nl + 1 : in->end;
	return nl != NULL;
}

static Step step_line_comment(RondScanner *self, RondLookahead *in)
{
	if (!take_line(in))
		return STEP_MORE;
	if (self->kind == ROND_PIECE_COMMENT)
		return STEP_FOUND;
	self->state = IN_CODE;
	return STEP_ON;
}

static Step step_comment(RondScanner *self, RondLookahead *in)
{
	const guint8 *close;

	/* So that the star of its beginning is not that of its end. */
	if (self->text->len == 0)
		in->p += 2;
	if (in->p == in->end)
		return STEP_MORE;
	close = memmem(in->p, rond_lookahead_left(in), "*/", 2);
	if (!close) {
		in->p = in->end - (in->end[-1] == '*' && !in->last);
		return STEP_MORE;
	}
	in->p = close + 2;
	if (self->kind == ROND_PIECE_COMMENT)
		return STEP_FOUND;
	self->state = IN_CODE;
	return STEP_ON;
}

static Step step_delimiter_line(RondScanner *self, RondLookahead *in)
{
	return take_line(in) ? STEP_FOUND : STEP_MORE;
}

static Step step_tail(RondScanner *self, RondLookahead *in)
{
	while (in->p < in->end && *in->p != '\n' &&
	       rond_words_is_space((char)*in->p))
		in->p++;
	if (in->p == in->end)
		return STEP_MORE;
	if (*in->p == '\n')
		in->p++;
	return STEP_FOUND;
}

static Step step_skipping(RondScanner *self, RondLookahead *in)
{
	if (!take_line(in))
		return STEP_MORE;
	self->state = SKIP_LINE;
	return STEP_ON;
}

static Step step_skip_line(RondScanner *self, RondLookahead *in)
{
	if (!rond_lookahead_can(in, ROND_LOOKAHEAD))
		return STEP_MORE;
	/* In a routine all may look like an anchor. */
	if (plain_delimiter(self) ? rond_anchor(in->p, rond_lookahead_left(in))
				  : rond_lookahead_at_delimiter_line(in))
		return STEP_FOUND;
	self->state = SKIPPING;
	return STEP_ON;
}

static Step step(RondScanner *self, RondLookahead *in)
{
	static Step (*const steps[N_STATES])(RondScanner *, RondLookahead *) = {
	    [AT_START] = step_start,
	    [IN_CODE] = step_code,
	    [IN_STRING] = step_string,
	    [IN_LINE_COMMENT] = step_line_comment,
	    [IN_COMMENT] = step_comment,
	    [IN_DELIMITER_LINE] = step_delimiter_line,
	    [AT_TAIL] = step_tail,
	    [SKIPPING] = step_skipping,
	    [SKIP_LINE] = step_skip_line,
	};

	return steps[self->state](self, in);
}

static void keep(RondScanner *self, const guint8 *text, gsize len)
{
	gsize room = ROND_STATEMENT_KEPT - self->text->len;

	if (!self->passed)
		g_byte_array_append(self->text, text, (guint)MIN(len, room));
}

static gboolean is_skipping(const RondScanner *self)
{
	return self->state == SKIPPING || self->state == SKIP_LINE;
}

/* One step; what it took of a piece is kept. */
static Step advance(RondScanner *self, RondLookahead *in)
{
	const guint8 *from = in->p;
	gboolean between = self->state == AT_START;
	gboolean skipping = is_skipping(self);
	Step result = step(self, in);

	if (between)
		return result;
	self->at += (guint64)(in->p - from);
	if (!skipping)
		keep(self, from, (gsize)(in->p - from));
	return result;
}

/* What is told where the dump ends. */
static gboolean end_piece(RondScanner *self)
{
	if (self->state == AT_START)
		return FALSE;
	if (self->state == IN_CODE || self->state == IN_STRING ||
	    self->state == IN_COMMENT)
		self->kind = ROND_PIECE_CUT;
	return TRUE;
}

static void take_delimiter(RondScanner *self)
{
	const char *text = (const char *)self->text->data;
	gsize len = self->text->len, from = 9, to;

	while (from < len && rond_words_is_space(text[from]))
		from++;
	for (to = from; to < len && !rond_words_is_space(text[to]);)
		to++;
	set_delimiter(self, text + from, to - from);
}

static void tell(RondScanner *self, RondPiece *piece)
{
	if (self->kind == ROND_PIECE_DELIMITER)
		take_delimiter(self);
	*piece = (RondPiece){
	    .kind = self->kind,
	    .from = self->from,
	    .to = self->at,
	    .text = (const char *)self->text->data,
	    .len = self->text->len,
	    .delimiter = self->delimiter,
	};
	self->state = AT_START;
	self->told = TRUE;
}

/* Begin anew; a huge statement's memory is given back. */
static void forget_text(RondScanner *self)
{
	self->told = self->passed = FALSE;
	if (self->text->len > 1024 * 1024) {
		g_byte_array_unref(self->text);
		self->text = g_byte_array_new();
	}
	g_byte_array_set_size(self->text, 0);
}

gsize rond_scanner_next(RondScanner *self, const guint8 *text, gsize len,
			gboolean last, RondPiece *piece, gboolean *found)
{
	RondLookahead in = {text, text + len, last};
	Step result = STEP_ON;

	if (self->told)
		forget_text(self);
	while (in.p < in.end && result == STEP_ON)
		result = advance(self, &in);
	if (result != STEP_FOUND && last) {
		/* What can't go on for want of more is part of it. */
		keep(self, in.p, rond_lookahead_left(&in));
		self->at += rond_lookahead_left(&in);
		in.p = in.end;
		if (end_piece(self))
			result = STEP_FOUND;
	}
	*found = result == STEP_FOUND;
	if (*found)
		tell(self, piece);
	return (gsize)(in.p - text);
}
