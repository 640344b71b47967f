/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows and their values, the common ones: strings and numbers. */
#include "backends/sql/rows-private.h"

RondRowsStep rond_rows_read_open(RondRows *self, RondRowsText *text)
{
	text->p = rond_rows_skip_space(text->p, text->end);
	if (text->p == text->end)
		return rond_rows_starve(text);
	if (*text->p != '(' || self->shape->n_columns == 0)
		return ROND_STEP_BROKEN;
	text->p++;
	self->column = 0;
	self->place = ROND_AT_VALUE;
	return ROND_STEP_ON;
}

void rond_rows_open_string(RondRows *self, guint8 quote, RondRowsPlace place)
{
	rond_rows_put_lead(self);
	rond_rows_put_quote(self);
	self->quote = quote;
	self->place = place;
}

gboolean rond_rows_put_number(RondRows *self, const guint8 *p, gsize n,
			      gboolean json)
{
	static const RondRowsWord quote = {{"", "", "\""}, {0, 0, 1}};
	RondRowsBody body = self->columns[self->column].body;

	if (body == ROND_BODY_BITS)
		return rond_rows_put_bits_number(self, p, n);
	rond_rows_put_lead(self);
	if (body == ROND_BODY_HEX) {
		rond_rows_put_quote(self);
		rond_rows_put_hex(self, p, n);
		rond_rows_put_quote(self);
		return TRUE;
	}
	if (!json)
		rond_rows_put_word(self, &quote);
	rond_rows_put_plain(self, p, n);
	if (!json)
		rond_rows_put_word(self, &quote);
	return TRUE;
}

static const guint8 *skip_digits(const guint8 *p, const guint8 *end)
{
	while (p < end && g_ascii_isdigit(*p))
		p++;
	return p;
}

/* Behind an exponent's E. */
static const guint8 *skip_exponent(const guint8 *p, const guint8 *end,
				   gboolean *valid)
{
	const guint8 *from;

	if (p < end && (*p == '-' || *p == '+'))
		p++;
	from = p;
	p = skip_digits(p, end);
	*valid = *valid && p > from;
	return p;
}

/* To where the number at @p ends; whether SQL, whether JSON has such. */
static const guint8 *skip_number(const guint8 *p, const guint8 *end,
				 gboolean *valid, gboolean *json)
{
	const guint8 *whole, *point;

	*json = *p != '+';
	if (*p == '-' || *p == '+')
		p++;
	whole = p;
	p = skip_digits(p, end);
	*json = *json && p > whole && (p == whole + 1 || *whole != '0');
	*valid = p > whole;
	if (p == end)
		return p;
	if (*p == '.') {
		point = ++p;
		p = skip_digits(p, end);
		*valid = *valid || p > point;
		*json = *json && p > point;
	}
	if (p < end && (*p | 0x20) == 'e')
		p = skip_exponent(p + 1, end, valid);
	return p;
}

static RondRowsStep read_number(RondRows *self, RondRowsText *text)
{
	gsize most = MIN(rond_rows_left(text), ROND_ROWS_WORD);
	gboolean valid = FALSE, json = FALSE;
	const guint8 *to = skip_number(text->p, text->p + most, &valid, &json);

	if (to == text->p + most)
		return rond_rows_starve_within(text, ROND_ROWS_WORD);
	if (!valid ||
	    !rond_rows_put_number(self, text->p, (gsize)(to - text->p), json))
		return ROND_STEP_BROKEN;
	text->p = to;
	self->place = ROND_AT_VALUE_END;
	return ROND_STEP_ON;
}

static RondRowsStep read_zero(RondRows *self, RondRowsText *text)
{
	if (rond_rows_left(text) < 2)
		return rond_rows_starve(text);
	if (text->p[1] == 'x' || text->p[1] == 'b')
		return rond_rows_read_literal(self, text);
	return read_number(self, text);
}

static RondRowsStep read_string(RondRows *self, RondRowsText *text)
{
	guint8 quote = *text->p;

	if (self->columns[self->column].body == ROND_BODY_BITS)
		return rond_rows_read_bits(self, text, text->p + 1, quote,
					   FALSE);
	rond_rows_open_string(self, quote, ROND_IN_STRING);
	text->p++;
	return rond_rows_read_string(self, text);
}

/* For sure, not a longer name. */
static inline gboolean is_null(const RondRowsText *text)
{
	return rond_rows_left(text) > 4 && memcmp(text->p, "NULL", 4) == 0 &&
	       (text->p[4] == ',' || text->p[4] == ')');
}

static RondRowsStep read_null(RondRows *self, RondRowsText *text)
{
	static const RondRowsWord null = {{"\\N", "", "null"}, {2, 0, 4}};

	rond_rows_put_lead(self);
	rond_rows_put_word(self, &null);
	text->p += 4;
	self->place = ROND_AT_VALUE_END;
	return ROND_STEP_ON;
}

static void end_row(RondRows *self, RondRowsText *text)
{
	static const RondRowsWord end = {{"\n", "\n", "}\n"}, {1, 1, 2}};
	const RondRowsColumn *behind_last = &self->columns[self->column + 1];

	rond_rows_room(self, sizeof(end.text[0]));
	rond_rows_put_word(self, &end);
	self->rows++;
	self->column = 0;
	self->place = ROND_AT_ROW_END;
	self->whole.at = self->at + (guint64)(text->p - text->begin);
	self->whole.rows = self->rows;
	self->whole.column = 0;
	self->whole.state = ROND_AT_ROW_END;
	for (guint f = 0; f < ROND_N_FORMATS; f++) {
		self->more[f] += behind_last->before[f];
		self->whole.out[f] = rond_rows_out(self, f);
	}
}

/* A row follows at once, in any of the ways of the tools: behind how many
 * bytes, or 0. */
static inline guint take_next_row(RondRows *self, RondRowsText *text)
{
	guint n = rond_rows_left(text) >= 3 && text->p[1] == '\n' ? 3 : 2;

	if (rond_rows_left(text) < n || text->p[0] != ',' ||
	    text->p[n - 1] != '(')
		return 0;
	text->p += n;
	self->place = ROND_AT_VALUE;
	return n;
}

/* Of the number at @p, of the kind that most are: no zero before other digits,
 * digits on both sides of a point. @others are the bytes from there on that are
 * no digits. 0: it is none, or goes beyond them. */
static inline guint plain_number(const guint8 *p, guint64 others)
{
	guint sign = *p == '-', point;

	others &= ~(guint64)sign;
	if (!others)
		return 0;
	point = (guint)__builtin_ctzll(others);
	if (point == sign || (point > sign + 1 && p[sign] == '0'))
		return 0;
	if (p[point] != '.')
		return point;
	others &= others - 1;
	if (!others || (guint)__builtin_ctzll(others) == point + 1)
		return 0;
	return (guint)__builtin_ctzll(others);
}

static inline void put_plain_number(RondRows *self, const guint8 *p, guint n)
{
	rond_rows_put_lead(self);
	if (!self->out) {
		self->plain += n;
		return;
	}
	/* More than it is, which is quicker; it is overwritten. */
	memcpy(self->to, p, 16);
	if (n > 16)
		memcpy(self->to, p, ROND_SCAN_BLOCK);
	self->to += n;
}

/* As many numbers as one look at a block shows; twice as much must be at hand.
 * FALSE: none. */
static gboolean take_numbers(RondRows *self, RondRowsText *text)
{
	const guint8 *from = text->p;
	guint64 others = self->scan->digits(from);

	while (self->place == ROND_AT_VALUE && !rond_rows_is_full(self) &&
	       self->columns[self->column].body <= ROND_BODY_TABLE) {
		guint n = plain_number(text->p, others);
		gboolean last = self->column + 1 == self->shape->n_columns;

		if (n == 0 || text->p[n] != (last ? ')' : ','))
			break;
		put_plain_number(self, text->p, n);
		text->p += n + 1;
		others = others >> n >> 1;
		if (last) {
			end_row(self, text);
			others >>= take_next_row(self, text);
		} else {
			self->column++;
		}
	}
	return text->p > from;
}

static RondRowsStep read_value(RondRows *self, RondRowsText *text)
{
	guint8 c;

	if (rond_rows_left(text) >= 2 * ROND_SCAN_BLOCK &&
	    (g_ascii_isdigit(*text->p) || *text->p == '-') &&
	    take_numbers(self, text))
		return ROND_STEP_ON;
	text->p = rond_rows_skip_space(text->p, text->end);
	if (text->p == text->end)
		return rond_rows_starve(text);
	c = *text->p;
	self->wrap = ROND_WRAP_NONE;
	self->utf8 = FALSE;
	if (rond_rows_opens_string(self->shape->mode, c))
		return read_string(self, text);
	if (c == '0')
		return read_zero(self, text);
	if (g_ascii_isdigit(c) || c == '-' || c == '+' || c == '.')
		return read_number(self, text);
	if (is_null(text))
		return read_null(self, text);
	return rond_rows_read_literal(self, text);
}

static RondRowsStep read_value_end(RondRows *self, RondRowsText *text)
{
	gboolean last = self->column + 1 == self->shape->n_columns;

	text->p = rond_rows_skip_space(text->p, text->end);
	if (text->p == text->end)
		return rond_rows_starve(text);
	if (*text->p != (last ? ')' : ','))
		return ROND_STEP_BROKEN;
	text->p++;
	if (last) {
		end_row(self, text);
		return ROND_STEP_ON;
	}
	self->column++;
	self->place = ROND_AT_VALUE;
	return ROND_STEP_ON;
}

RondRowsStep rond_rows_read_values(RondRows *self, RondRowsText *text)
{
	RondRowsStep step = ROND_STEP_ON;

	while (step == ROND_STEP_ON && !rond_rows_is_full(self)) {
		if (self->place == ROND_AT_VALUE)
			step = read_value(self, text);
		else if (self->place == ROND_AT_VALUE_END)
			step = read_value_end(self, text);
		else if (self->place != ROND_AT_ROW_END ||
			 !take_next_row(self, text))
			break;
	}
	return step;
}
