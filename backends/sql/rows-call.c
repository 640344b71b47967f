/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A call of a function: what it gives only a server knows, so it is shown as it
 * is written. Geometries come so, and are long: read as they come, cut
 * anywhere.
 */
#include "backends/sql/rows-private.h"

/* As text, whatever the column's values are shown as. */
static void take_bytes(RondRows *self, RondRowsText *text, guint n)
{
	RondRowsBody body = rond_rows_body(self) == ROND_BODY_TABLE
				? ROND_BODY_TABLE
				: ROND_BODY_TEXT;

	for (; n > 0; n--)
		rond_rows_put_byte(self, body, *text->p++);
}

/* Digits of 0x… may be as many as a string's bytes. */
static void take_word(RondRows *self, RondRowsText *text, const guint8 *stop)
{
	const guint8 *p = text->p;

	while (p < stop && rond_rows_is_word(*p))
		p++;
	rond_rows_put_plain(self, text->p, (gsize)(p - text->p));
	text->p = p;
}

/* To the next byte of a string that must be looked at. */
static void take_plain(RondRows *self, RondRowsText *text, const guint8 *stop)
{
	while (stop - text->p >= ROND_SCAN_BLOCK) {
		guint64 mask = self->scan->ascii(text->p);
		gsize n = mask ? (gsize)__builtin_ctzll(mask) : ROND_SCAN_BLOCK;

		rond_rows_put_plain(self, text->p, n);
		text->p += n;
		if (mask)
			return;
	}
}

/* A doubled quote ends a string here and begins another, which is the same. */
static RondRowsStep take_quote(RondRows *self, RondRowsText *text)
{
	if (rond_rows_left(text) < 2)
		return rond_rows_starve(text);
	if (rond_rows_is_word(text->p[1]))
		return ROND_STEP_BROKEN;
	take_bytes(self, text, 1);
	self->quote = 0;
	return ROND_STEP_ON;
}

static RondRowsStep take_quoted(RondRows *self, RondRowsText *text)
{
	gboolean escapes = !(self->shape->mode & ROND_SQL_PLAIN_BACKSLASH);
	RondRowsStep step = ROND_STEP_ON;
	guint n = *text->p == '\\' && escapes ? 2 : 1;

	if (*text->p == self->quote)
		return take_quote(self, text);
	if (rond_rows_left(text) < n)
		return rond_rows_starve(text);
	if (text->p[n - 1] == '\n')
		step = rond_rows_check_line(self, text->p + n, text);
	if (step == ROND_STEP_ON)
		take_bytes(self, text, n);
	return step;
}

static gboolean is_between(guint8 c)
{
	return rond_rows_is_space(c) || c == ',' || c == '.' || c == '+' ||
	       c == '-';
}

/* Nothing that no tool writes there: no comment above all, whose quotes would
 * mislead. */
static RondRowsStep take_bare(RondRows *self, RondRowsText *text)
{
	guint8 c = *text->p;

	if (c == '-' && rond_rows_left(text) < 2)
		return rond_rows_starve(text);
	if (c == '-' && text->p[1] == '-')
		return ROND_STEP_BROKEN;
	if (c == '(' && self->depth < ROND_ROWS_DEPTH)
		self->depth++;
	else if (c == ')')
		self->depth--;
	else if (rond_rows_opens_string(self->shape->mode, c))
		self->quote = c;
	else if (!is_between(c))
		return ROND_STEP_BROKEN;
	take_bytes(self, text, 1);
	if (self->depth > 0)
		return ROND_STEP_ON;
	rond_rows_put_quote(self);
	self->place = ROND_AT_VALUE_END;
	return ROND_STEP_ON;
}

RondRowsStep rond_rows_read_call(RondRows *self, RondRowsText *text)
{
	gsize n = MIN(rond_rows_left(text), ROND_ROWS_CHUNK);
	const guint8 *stop = text->p + n;

	/* An escape may reach behind it. */
	rond_rows_room(self, ROND_ROWS_SWELL * (n + 2));
	while (text->p < stop && self->place == ROND_IN_CALL) {
		RondRowsStep step = ROND_STEP_ON;

		if (self->quote)
			take_plain(self, text, stop);
		else
			take_word(self, text, stop);
		if (text->p < stop)
			step = self->quote ? take_quoted(self, text)
					   : take_bare(self, text);
		if (step != ROND_STEP_ON)
			return step;
	}
	if (self->place != ROND_IN_CALL || rond_rows_left(text) > 0)
		return ROND_STEP_ON;
	return rond_rows_starve(text);
}
