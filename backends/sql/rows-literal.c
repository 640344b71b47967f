/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The rarer spellings of values. MySQL 8.0 Reference Manual 9.1 (literals),
 * 10.3.8 (introducers); UNHEX and CONV are Adminer's, CONVERT mydumper's.
 */
#include "backends/sql/rows-private.h"

/* What is looked at: no longer than a word may be. */
typedef struct {
	const guint8 *p, *end;
	RondSqlMode mode;
} View;

typedef enum {
	MATCH_NO,
	MATCH_YES,
	MATCH_PARTLY
} Match;

static const guint8 *skip_word(const guint8 *p, const guint8 *end)
{
	while (p < end && rond_rows_is_word(*p))
		p++;
	return p;
}

static gboolean is_like(RondSqlMode mode, guint8 c, char pattern)
{
	if (pattern == '"')
		return rond_rows_opens_string(mode, c);
	if (pattern == '*')
		return g_ascii_isalpha(c);
	return g_ascii_tolower((char)c) == pattern;
}

/* @pattern is lower case; a space in it is any white space or none, a " any
 * quote of a string, a * the letters of a name. Goes behind it. */
static Match match(View *view, const char *pattern)
{
	const guint8 *p = view->p;

	for (; *pattern; pattern++) {
		if (*pattern == ' ') {
			p = rond_rows_skip_space(p, view->end);
			continue;
		}
		if (p == view->end)
			return MATCH_PARTLY;
		if (!is_like(view->mode, *p, *pattern))
			return MATCH_NO;
		p = *pattern == '*' ? skip_word(p, view->end) : p + 1;
	}
	view->p = p;
	return MATCH_YES;
}

static View view_of(const RondRows *self, const RondRowsText *text)
{
	gsize n = MIN(rond_rows_left(text), ROND_ROWS_WORD);
	View view = {text->p, text->p + n, self->shape->mode};

	return view;
}

typedef struct Literal Literal;
struct Literal {
	const char *pattern;
	gboolean introduced; /* may have _charset before it */
	RondRowsWrap wrap;
	RondRowsStep (*read)(RondRows *self, RondRowsText *text, View *view);
};

static RondRowsStep read_null(RondRows *self, RondRowsText *text, View *view)
{
	static const RondRowsWord null = {{"\\N", "", "null"}, {2, 0, 4}};

	rond_rows_put_lead(self);
	rond_rows_put_word(self, &null);
	text->p = view->p;
	rond_rows_close(self);
	return ROND_STEP_ON;
}

/* A word that is its own value: none that JSON has as a number. */
static RondRowsStep read_word(RondRows *self, RondRowsText *text, View *view)
{
	if (!rond_rows_put_number(self, text->p, (gsize)(view->p - text->p),
				  FALSE))
		return ROND_STEP_BROKEN;
	text->p = view->p;
	rond_rows_close(self);
	return ROND_STEP_ON;
}

static RondRowsStep read_string(RondRows *self, RondRowsText *text, View *view)
{
	guint8 quote = view->p[-1];

	if (self->columns[self->column].body == ROND_BODY_BITS)
		return rond_rows_read_bits(self, text, view->p, quote, FALSE);
	rond_rows_open_string(self, quote, ROND_IN_STRING);
	text->p = view->p;
	return ROND_STEP_ON;
}

static RondRowsStep read_national(RondRows *self, RondRowsText *text,
				  View *view)
{
	self->utf8 = TRUE;
	return read_string(self, text, view);
}

static RondRowsStep read_hex(RondRows *self, RondRowsText *text, View *view)
{
	guint8 quote = view->p[-1];

	if (self->columns[self->column].body == ROND_BODY_BITS)
		return rond_rows_read_bits(self, text, view->p, quote, TRUE);
	rond_rows_open_string(self, quote, ROND_IN_HEX);
	text->p = view->p;
	return ROND_STEP_ON;
}

static RondRowsStep read_bare_hex(RondRows *self, RondRowsText *text,
				  View *view)
{
	if (view->p == view->end)
		return rond_rows_starve_within(text, ROND_ROWS_WORD);
	if (!g_ascii_isxdigit(*view->p))
		return ROND_STEP_BROKEN;
	if (self->columns[self->column].body == ROND_BODY_BITS)
		return rond_rows_read_bits(self, text, view->p, 0, TRUE);
	rond_rows_open_string(self, 0, ROND_IN_HEX_BARE);
	text->p = view->p;
	return ROND_STEP_ON;
}

static const guint8 *skip_binary(const View *view)
{
	const guint8 *p = view->p;

	while (p < view->end && (*p == '0' || *p == '1'))
		p++;
	return p;
}

/* Digits, and what must follow them. */
static RondRowsStep read_binary(RondRows *self, RondRowsText *text, View *view,
				const char *rest)
{
	const guint8 *from = view->p, *to = skip_binary(view);
	Match matched;

	view->p = to;
	if (to == view->end)
		return rond_rows_starve_within(text, ROND_ROWS_WORD);
	matched = match(view, rest);
	if (matched == MATCH_PARTLY)
		return rond_rows_starve_within(text, ROND_ROWS_WORD);
	if (matched == MATCH_NO ||
	    !rond_rows_put_binary(self, from, (gsize)(to - from),
				  strlen(rest) > 1))
		return ROND_STEP_BROKEN;
	text->p = view->p;
	rond_rows_close(self);
	return ROND_STEP_ON;
}

static RondRowsStep read_quoted_binary(RondRows *self, RondRowsText *text,
				       View *view)
{
	return read_binary(self, text, view, "'");
}

static RondRowsStep read_bare_binary(RondRows *self, RondRowsText *text,
				     View *view)
{
	if (view->p < view->end && *view->p != '0' && *view->p != '1')
		return ROND_STEP_BROKEN;
	return read_binary(self, text, view, "");
}

static RondRowsStep read_conv(RondRows *self, RondRowsText *text, View *view)
{
	return read_binary(self, text, view, "' , 2 , 10 ) + 0");
}

/* Behind its name, which may not be apart from the parenthesis in SQL. */
static RondRowsStep read_call(RondRows *self, RondRowsText *text, View *view)
{
	rond_rows_open_string(self, 0, ROND_IN_CALL);
	rond_rows_put_plain(self, text->p, (gsize)(view->p - text->p));
	self->depth = 1;
	text->p = view->p;
	return ROND_STEP_ON;
}

/* The first that matches. */
static const Literal literals[] = {
    {"\"", TRUE, ROND_WRAP_NONE, read_string},
    {"0x", TRUE, ROND_WRAP_NONE, read_bare_hex},
    {"x'", TRUE, ROND_WRAP_NONE, read_hex},
    {"b'", TRUE, ROND_WRAP_NONE, read_quoted_binary},
    {"0b", TRUE, ROND_WRAP_NONE, read_bare_binary},
    {"unhex ( \"", FALSE, ROND_WRAP_UNHEX, read_hex},
    {"conv ( '", FALSE, ROND_WRAP_NONE, read_conv},
    {"convert ( \"", FALSE, ROND_WRAP_CONVERT, read_string},
    {"n'", FALSE, ROND_WRAP_NONE, read_national},
    {"*(", FALSE, ROND_WRAP_NONE, read_call},
    {"null", FALSE, ROND_WRAP_NONE, read_null},
    {"inf", FALSE, ROND_WRAP_NONE, read_word},
    {"nan", FALSE, ROND_WRAP_NONE, read_word},
    {"true", FALSE, ROND_WRAP_NONE, read_word},
    {"false", FALSE, ROND_WRAP_NONE, read_word},
};

/* Goes behind a _charset. PARTLY: it may be longer. */
static Match take_introducer(RondRows *self, View *view)
{
	const guint8 *from = view->p;
	View utf8 = *view;

	if (*view->p != '_')
		return MATCH_NO;
	view->p = skip_word(view->p, view->end);
	view->p = rond_rows_skip_space(view->p, view->end);
	if (view->p == view->end)
		return MATCH_PARTLY;
	utf8.end = view->p;
	self->utf8 = match(&utf8, "_utf8") == MATCH_YES && utf8.p > from;
	return MATCH_YES;
}

RondRowsStep rond_rows_read_literal(RondRows *self, RondRowsText *text)
{
	View view = view_of(self, text);
	Match introducer = take_introducer(self, &view);
	gboolean partly = introducer == MATCH_PARTLY;

	for (gsize i = 0; i < G_N_ELEMENTS(literals) && !partly; i++) {
		Match matched;

		if (introducer == MATCH_YES && !literals[i].introduced)
			continue;
		matched = match(&view, literals[i].pattern);
		partly = matched == MATCH_PARTLY;
		if (matched != MATCH_YES)
			continue;
		self->wrap = literals[i].wrap;
		return literals[i].read(self, text, &view);
	}
	return partly ? rond_rows_starve_within(text, ROND_ROWS_WORD)
		      : ROND_STEP_BROKEN;
}

/* USING and the name of a charset. */
static Match match_using(View *view)
{
	Match matched = match(view, " using");
	const guint8 *from;

	if (matched != MATCH_YES)
		return matched;
	from = view->p;
	view->p = rond_rows_skip_space(view->p, view->end);
	if (view->p == view->end)
		return MATCH_PARTLY;
	if (view->p == from)
		return MATCH_NO;
	view->p = skip_word(view->p, view->end);
	return MATCH_YES;
}

RondRowsStep rond_rows_read_wrap_end(RondRows *self, RondRowsText *text)
{
	View view = view_of(self, text);
	Match matched = MATCH_YES;

	if (self->wrap == ROND_WRAP_CONVERT)
		matched = match_using(&view);
	if (matched == MATCH_YES)
		matched = match(&view, " )");
	if (matched == MATCH_PARTLY)
		return rond_rows_starve_within(text, ROND_ROWS_WORD);
	if (matched == MATCH_NO)
		return ROND_STEP_BROKEN;
	text->p = view.p;
	self->wrap = ROND_WRAP_NONE;
	self->place = ROND_AT_VALUE_END;
	return ROND_STEP_ON;
}
