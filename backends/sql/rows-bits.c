/* SPDX-License-Identifier: BSD-2-Clause */
/* Bits: their number must be known before its first digit comes out, so these
 * values are read whole. */
#include "backends/sql/rows-private.h"

/* A number being made of its digits or bytes. */
typedef struct {
	guint64 value;
	gboolean over;
} Number;

static void add(Number *number, guint shift, guint digit)
{
	if (number->value >> (64 - shift))
		number->over = TRUE;
	number->value = number->value << shift | digit;
}

static gboolean put_bits(RondRows *self, const Number *number)
{
	guint bytes = self->columns[self->column].bytes;
	guint8 high_first[8];

	if (number->over || (bytes < 8 && number->value >> (8 * bytes)))
		return FALSE;
	for (guint i = 0; i < bytes; i++)
		high_first[i] =
		    (guint8)(number->value >> (8 * (bytes - 1 - i)));
	rond_rows_put_lead(self);
	rond_rows_put_quote(self);
	rond_rows_put_hex(self, high_first, bytes);
	rond_rows_put_quote(self);
	return TRUE;
}

gboolean rond_rows_put_bits_number(RondRows *self, const guint8 *p, gsize n)
{
	Number number = {0};

	for (gsize i = 0; i < n; i++) {
		guint64 digit = (guint64)p[i] - '0';

		if (digit > 9 || number.value > (G_MAXUINT64 - digit) / 10)
			return FALSE;
		number.value = number.value * 10 + digit;
	}
	return put_bits(self, &number);
}

/* The bytes that they are, the first one's missing bits being 0. */
static void put_bytes(RondRows *self, const guint8 *p, gsize n)
{
	guint8 byte = 0;

	rond_rows_put_lead(self);
	rond_rows_put_quote(self);
	for (gsize i = 0; i < n; i++) {
		byte = (guint8)(byte << 1 | (p[i] & 1));
		if ((n - i) % 8 == 1)
			rond_rows_put_byte(self, rond_rows_body(self), byte);
	}
	rond_rows_put_quote(self);
}

gboolean rond_rows_put_binary(RondRows *self, const guint8 *p, gsize n,
			      gboolean conv)
{
	RondRowsBody body = self->columns[self->column].body;
	Number number = {0};
	char decimal[24];
	int len;

	if (body != ROND_BODY_BITS && !conv) {
		put_bytes(self, p, n);
		return TRUE;
	}
	for (gsize i = 0; i < n; i++)
		add(&number, 1, p[i] & 1);
	if (body == ROND_BODY_BITS)
		return put_bits(self, &number);
	if (number.over)
		return FALSE;
	len = g_snprintf(decimal, sizeof(decimal), "%" G_GUINT64_FORMAT,
			 number.value);
	return rond_rows_put_number(self, (const guint8 *)decimal, (gsize)len,
				    TRUE);
}

/* Where it goes on; NULL where more than [p, end) is needed, or @number is over
 * where it isn't digits. */
static const guint8 *skip_hex(const guint8 *p, const guint8 *end, guint8 quote,
			      Number *number)
{
	for (; p < end && g_ascii_isxdigit(*p); p++)
		add(number, 4, (guint)g_ascii_xdigit_value((char)*p));
	if (p == end)
		return NULL;
	if (quote && *p != quote)
		number->over = TRUE;
	return p + (quote ? 1 : 0);
}

/* A byte of a string, however it is spelled. FALSE: more is needed. */
static gboolean take_byte(const guint8 **p, const guint8 *end, gboolean escapes,
			  Number *number)
{
	guint8 c = *(*p)++;

	if (c == '\\' && escapes) {
		if (*p == end)
			return FALSE;
		c = *(*p)++;
		if (c == '%' || c == '_')
			add(number, 8, '\\');
		c = rond_rows_unescape(c);
	}
	add(number, 8, c);
	return TRUE;
}

static const guint8 *skip_string(RondRows *self, const guint8 *p,
				 const RondRowsText *text, guint8 quote,
				 Number *number)
{
	gsize most = MIN((gsize)(text->end - p), ROND_ROWS_WORD);
	const guint8 *end = p + most;
	gboolean escapes = !(self->shape->mode & ROND_SQL_PLAIN_BACKSLASH);

	while (p < end) {
		if (*p != quote) {
			if (!take_byte(&p, end, escapes, number))
				return NULL;
			continue;
		}
		if (p + 1 == end && !(text->last && end == text->end))
			return NULL;
		if (p + 1 == end || p[1] != quote)
			return p + 1;
		add(number, 8, quote);
		p += 2;
	}
	return NULL;
}

RondRowsStep rond_rows_read_bits(RondRows *self, RondRowsText *text,
				 const guint8 *from, guint8 quote, gboolean hex)
{
	gsize most = MIN((gsize)(text->end - from), ROND_ROWS_WORD);
	Number number = {0};
	const guint8 *to = hex ? skip_hex(from, from + most, quote, &number)
			       : skip_string(self, from, text, quote, &number);

	if (!to && most == ROND_ROWS_WORD)
		return ROND_STEP_BROKEN;
	if (!to)
		return rond_rows_starve(text);
	if (!put_bits(self, &number))
		return ROND_STEP_BROKEN;
	text->p = to;
	rond_rows_close(self);
	return ROND_STEP_ON;
}
