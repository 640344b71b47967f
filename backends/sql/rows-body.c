/* SPDX-License-Identifier: BSD-2-Clause */
/* What is in quotes: as long as it likes, cut anywhere. */
#include "backends/sql/rows-private.h"

G_ALWAYS_INLINE static inline RondRowsStep
take_quote(RondRows *self, RondRowsBody body, RondRowsText *text)
{
	if (rond_rows_left(text) == 1 && !text->last)
		return ROND_STEP_STARVED;
	if (rond_rows_left(text) > 1 && text->p[1] == self->quote) {
		rond_rows_put_byte(self, body, self->quote);
		text->p += 2;
		return ROND_STEP_ON;
	}
	rond_rows_put_quote(self);
	text->p++;
	rond_rows_close(self);
	return ROND_STEP_ON;
}

G_ALWAYS_INLINE static inline RondRowsStep
take_escape(RondRows *self, RondRowsBody body, RondRowsText *text)
{
	RondRowsStep step = ROND_STEP_ON;
	guint8 c;

	if (rond_rows_left(text) == 1)
		return rond_rows_starve(text);
	c = text->p[1];
	if (c == '\n')
		step = rond_rows_check_line(self, text->p + 2, text);
	if (step != ROND_STEP_ON)
		return step;
	if (c == '%' || c == '_')
		rond_rows_put_byte(self, body, '\\');
	rond_rows_put_byte(self, body, rond_rows_unescape(c));
	text->p += 2;
	return ROND_STEP_ON;
}

G_ALWAYS_INLINE static inline RondRowsStep
take_line_feed(RondRows *self, RondRowsBody body, RondRowsText *text)
{
	RondRowsStep step = rond_rows_check_line(self, text->p + 1, text);

	if (step != ROND_STEP_ON)
		return step;
	rond_rows_put_byte(self, body, '\n');
	text->p++;
	return ROND_STEP_ON;
}

G_ALWAYS_INLINE static inline RondRowsStep
take_special(RondRows *self, RondRowsBody body, RondRowsText *text)
{
	guint8 c = *text->p;

	if (c == '\\' && !(self->shape->mode & ROND_SQL_PLAIN_BACKSLASH))
		return take_escape(self, body, text);
	if (c == self->quote)
		return take_quote(self, body, text);
	if (c == '\n')
		return take_line_feed(self, body, text);
	rond_rows_put_byte(self, body, c);
	text->p++;
	return ROND_STEP_ON;
}

/* @n bytes that need no look. A whole block is read there, and written: to copy
 * what isn't needed is quicker than to count. */
G_ALWAYS_INLINE static inline void put_span(RondRows *self, RondRowsBody body,
					    const guint8 *p, gsize n)
{
	if (body == ROND_BODY_HEX) {
		rond_rows_put_hex(self, p, n);
	} else if (self->out) {
		memcpy(self->to, p, ROND_SCAN_BLOCK);
		self->to += n;
	} else {
		self->plain += n;
	}
}

G_ALWAYS_INLINE static inline guint64 scan(const RondRows *self,
					   RondRowsBody body, const guint8 *p)
{
	return body == ROND_BODY_TEXT	 ? self->scan->text(p)
	       : body == ROND_BODY_TABLE ? self->scan->ascii(p)
					 : self->scan->bytes(p);
}

/* A block, or what of it is the string's; twice as much is at hand. */
G_ALWAYS_INLINE static inline RondRowsStep
take_block(RondRows *self, RondRowsBody body, RondRowsText *text)
{
	const guint8 *p = text->p, *end = p + ROND_SCAN_BLOCK;
	guint64 mask = scan(self, body, p);

	while (mask) {
		const guint8 *special = p + __builtin_ctzll(mask);
		RondRowsStep step;

		put_span(self, body, text->p, (gsize)(special - text->p));
		text->p = special;
		step = take_special(self, body, text);
		if (step != ROND_STEP_ON || self->place != ROND_IN_STRING ||
		    text->p >= end)
			return step;
		mask &= G_MAXUINT64 << (text->p - p);
	}
	put_span(self, body, text->p, (gsize)(end - text->p));
	text->p = end;
	return ROND_STEP_ON;
}

G_ALWAYS_INLINE static inline RondRowsStep
read_body(RondRows *self, RondRowsBody body, RondRowsText *text)
{
	gsize n = MIN(rond_rows_left(text), ROND_ROWS_CHUNK);
	const guint8 *stop = text->p + n;

	/* The last block goes beyond the chunk, and its copy further. */
	rond_rows_room(self, ROND_ROWS_SWELL * (n + 3 * ROND_SCAN_BLOCK));
	while (text->p < stop && self->place == ROND_IN_STRING) {
		RondRowsStep step = rond_rows_left(text) >= 2 * ROND_SCAN_BLOCK
					? take_block(self, body, text)
					: take_special(self, body, text);

		if (step != ROND_STEP_ON)
			return step;
	}
	if (self->place != ROND_IN_STRING || rond_rows_left(text) > 0)
		return ROND_STEP_ON;
	return rond_rows_starve(text);
}

/* A loop for each kind, without its choices, and of a copy that nobody else has
 * the address of: it stays in registers. */
RondRowsStep rond_rows_read_string(RondRows *self, RondRowsText *text)
{
	RondRowsText own = *text;
	RondRowsStep step;

	switch (rond_rows_body(self)) {
	case ROND_BODY_TEXT:
		step = read_body(self, ROND_BODY_TEXT, &own);
		break;
	case ROND_BODY_TABLE:
		step = read_body(self, ROND_BODY_TABLE, &own);
		break;
	default:
		step = read_body(self, ROND_BODY_HEX, &own);
		break;
	}
	text->p = own.p;
	return step;
}

/* Eight digits in capitals: small letters have two bits that digits lack. */
static inline void put_capitals(guint8 *to, const guint8 *p)
{
	const guint64 letters = G_MAXUINT64 / 255 * 0x40;
	guint64 x;

	memcpy(&x, p, sizeof(x));
	x &= ~((x & letters) >> 1);
	memcpy(to, &x, sizeof(x));
}

/* Whole blocks of digits, which are shown as they are. */
static void take_digits(RondRows *self, RondRowsText *text, const guint8 *stop)
{
	for (; stop - text->p >= ROND_SCAN_BLOCK; text->p += ROND_SCAN_BLOCK) {
		if (self->scan->hex(text->p))
			return;
		if (!self->out) {
			self->plain += ROND_SCAN_BLOCK;
			continue;
		}
		for (guint i = 0; i < ROND_SCAN_BLOCK; i += 8)
			put_capitals(self->to + i, text->p + i);
		self->to += ROND_SCAN_BLOCK;
	}
}

/* A byte from each two digits. */
static void take_pairs(RondRows *self, RondRowsText *text, const guint8 *stop)
{
	RondRowsBody body = rond_rows_body(self);

	for (; stop - text->p >= 2; text->p += 2) {
		int high = g_ascii_xdigit_value((char)text->p[0]);
		int low = g_ascii_xdigit_value((char)text->p[1]);

		if (high < 0 || low < 0)
			return;
		rond_rows_put_byte(self, body, (guint8)(high << 4 | low));
	}
}

/* Half a byte is an error in X'…'; elsewhere no tool writes one, and the zero
 * that it lacks would come out before all others. */
RondRowsStep rond_rows_read_hex(RondRows *self, RondRowsText *text)
{
	gsize n = MIN(rond_rows_left(text), ROND_ROWS_CHUNK);
	const guint8 *stop = text->p + n;
	gboolean bare = self->place == ROND_IN_HEX_BARE;

	rond_rows_room(self, ROND_ROWS_SWELL * n);
	if (rond_rows_body(self) == ROND_BODY_HEX)
		take_digits(self, text, stop);
	take_pairs(self, text, stop);
	n = rond_rows_left(text);
	if (n == 0 || (n == 1 && g_ascii_isxdigit(*text->p)))
		return rond_rows_starve(text);
	if (g_ascii_isxdigit(text->p[0]))
		return g_ascii_isxdigit(text->p[1]) ? ROND_STEP_ON
						    : ROND_STEP_BROKEN;
	if (!bare && *text->p != self->quote)
		return ROND_STEP_BROKEN;
	text->p += bare ? 0 : 1;
	rond_rows_put_quote(self);
	rond_rows_close(self);
	return ROND_STEP_ON;
}
