/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/sql/rows-private.h"

/* A mark's state: place, quote, wrap, whether it is UTF-8, depth. */
#define PLACE_MASK 0xffU
#define QUOTE_SHIFT 8
#define WRAP_SHIFT 10
#define UTF8_BIT (1U << 12)
#define DEPTH_SHIFT 13
static const char quotes[] = {0, '\'', '"', '`'};

/* GByteArray counts in 32 bits. */
#define ENOUGH_MOST (1024 * 1024 * 1024)

static RondRowsBody body_of(const RondShownColumn *shown)
{
	if (shown->show == ROND_SHOW_BITS)
		return ROND_BODY_BITS;
	if (shown->show == ROND_SHOW_HEX)
		return ROND_BODY_HEX;
	return shown->charset ? ROND_BODY_TABLE : ROND_BODY_TEXT;
}

static void append(GByteArray *out, const char *text)
{
	g_byte_array_append(out, (const guint8 *)text, (guint)strlen(text));
}

static void append_escaped(GByteArray *out, RondRowFormat format,
			   const char *name)
{
	for (; *name; name++)
		rond_rows_escape(format, (guint8)*name, out);
}

/* @next is the column behind it, or what stands for none. */
static void set_lead(RondRowsColumn *column, RondRowFormat format,
		     GByteArray *made, RondRowsColumn *next)
{
	gsize n = made->len;

	if (n < ROND_ROWS_SHORT)
		g_byte_array_set_size(made, ROND_ROWS_SHORT);
	column->lead_len[format] = n;
	column->lead[format] = (char *)g_byte_array_free(made, FALSE);
	next->before[format] = column->before[format] + n;
}

static void make_leads(RondRowsColumn *column, const char *name, gboolean first)
{
	GByteArray *tsv = g_byte_array_new(), *csv = g_byte_array_new(),
		   *json = g_byte_array_new();

	append(tsv, first ? "" : "\t");
	append(csv, first ? "" : ",");
	append(json, first ? "{\"" : ",\"");
	append_escaped(json, ROND_FORMAT_JSONL, name);
	append(json, "\":");
	set_lead(column, ROND_FORMAT_TSV, tsv, column + 1);
	set_lead(column, ROND_FORMAT_CSV, csv, column + 1);
	set_lead(column, ROND_FORMAT_JSONL, json, column + 1);
}

RondRows *rond_rows_new(const RondShape *shape)
{
	RondRows *self = g_new0(RondRows, 1);

	self->shape = shape;
	self->scan = rond_rows_scan_best();
	/* One more, for the sums. */
	self->columns = g_new0(RondRowsColumn, (gsize)shape->n_columns + 1);
	for (guint i = 0; i < shape->n_columns; i++) {
		const RondShownColumn *shown = &shape->columns[i];
		RondRowsColumn *column = &self->columns[i];

		column->body = body_of(shown);
		column->bytes = (CLAMP(shown->bits, 1, 64) + 7) / 8;
		column->table = shown->charset;
		make_leads(column, shown->name, i == 0);
	}
	rond_rows_make_escapes(self);
	return self;
}

void rond_rows_free(RondRows *self)
{
	if (!self)
		return;
	for (guint i = 0; i < self->shape->n_columns; i++)
		for (guint f = 0; f < ROND_N_FORMATS; f++)
			g_free(self->columns[i].lead[f]);
	g_free(self->columns);
	g_free(self);
}

static gboolean is_in_body(RondRowsPlace place)
{
	return place == ROND_IN_STRING || place == ROND_IN_HEX ||
	       place == ROND_IN_HEX_BARE;
}

static gboolean is_in_row(RondRowsPlace place)
{
	return is_in_body(place) || place == ROND_AT_VALUE ||
	       place == ROND_AT_VALUE_END || place == ROND_AT_WRAP_END ||
	       place == ROND_IN_CALL;
}

/* What matters at a place; the rest may be anything left from before. */
static guint32 state_of(const RondRows *self)
{
	guint32 state = (guint32)self->place, quote = 0;

	if (is_in_body(self->place) || self->place == ROND_IN_TAIL ||
	    self->place == ROND_IN_CALL)
		while (quotes[quote] != (char)self->quote)
			quote++;
	state |= quote << QUOTE_SHIFT;
	if (is_in_body(self->place) || self->place == ROND_AT_WRAP_END)
		state |= (guint32)self->wrap << WRAP_SHIFT;
	if (is_in_body(self->place) && self->utf8)
		state |= UTF8_BIT;
	if (self->place == ROND_IN_CALL)
		state |= (guint32)self->depth << DEPTH_SHIFT;
	return state;
}

static gboolean is_possible(const RondRows *self)
{
	gboolean string = self->quote == '\'' || self->quote == '"';

	if (self->place == ROND_AT_BROKEN || self->place > ROND_IN_CALL)
		return FALSE;
	if (self->column >= self->shape->n_columns && self->column > 0)
		return FALSE;
	if (!is_in_row(self->place))
		return self->column == 0;
	if (self->shape->n_columns == 0 || self->wrap > ROND_WRAP_CONVERT)
		return FALSE;
	if (is_in_body(self->place) &&
	    self->columns[self->column].body == ROND_BODY_BITS)
		return FALSE;
	switch (self->place) {
	case ROND_IN_STRING:
	case ROND_IN_HEX:
		return string;
	case ROND_IN_HEX_BARE:
		return self->quote == 0;
	case ROND_AT_WRAP_END:
		return self->wrap != ROND_WRAP_NONE;
	case ROND_IN_CALL:
		return (string || self->quote == 0) && self->depth > 0;
	default:
		return TRUE;
	}
}

/* The leads of the row that it is in, which aren't counted yet. */
static guint64 leads_put(const RondRows *self, guint format)
{
	guint begun = self->column + (self->place != ROND_AT_VALUE);

	return is_in_row(self->place) ? self->columns[begun].before[format] : 0;
}

gboolean rond_rows_start(RondRows *self, const RondRowMark *mark)
{
	self->place = (RondRowsPlace)(mark->state & PLACE_MASK);
	self->quote = (guint8)quotes[mark->state >> QUOTE_SHIFT & 3];
	self->wrap = (RondRowsWrap)(mark->state >> WRAP_SHIFT & 3);
	self->utf8 = (mark->state & UTF8_BIT) != 0;
	self->depth = (guint8)(mark->state >> DEPTH_SHIFT & ROND_ROWS_DEPTH);
	self->column = mark->column;
	self->at = mark->at;
	self->rows = mark->rows;
	self->plain = 0;
	self->quotes = 0;
	self->whole = *mark;
	/* No bit may be set that wouldn't come out again. */
	if (!is_possible(self) || state_of(self) != mark->state) {
		self->place = ROND_AT_BROKEN;
		self->column = 0;
	}
	for (guint f = 0; f < ROND_N_FORMATS; f++)
		self->more[f] = mark->out[f] - leads_put(self, f);
	return self->place != ROND_AT_BROKEN;
}

static RondRowsStep step(RondRows *self, RondRowsText *text)
{
	switch (self->place) {
	case ROND_AT_ROWS:
		return rond_rows_read_open(self, text);
	case ROND_AT_VALUE:
	case ROND_AT_VALUE_END:
		return rond_rows_read_values(self, text);
	case ROND_AT_ROW_END:
		return rond_rows_read_row_end(self, text);
	case ROND_IN_STRING:
		return rond_rows_read_string(self, text);
	case ROND_IN_HEX:
	case ROND_IN_HEX_BARE:
		return rond_rows_read_hex(self, text);
	case ROND_AT_WRAP_END:
		return rond_rows_read_wrap_end(self, text);
	case ROND_IN_CALL:
		return rond_rows_read_call(self, text);
	case ROND_IN_TAIL:
		return rond_rows_read_tail(self, text);
	case ROND_AT_END:
		return ROND_STEP_END;
	default:
		return ROND_STEP_BROKEN;
	}
}

/* What came out of the row stays counted. */
static void give_up(RondRows *self)
{
	for (guint f = 0; f < ROND_N_FORMATS; f++)
		self->more[f] += leads_put(self, f);
	self->place = ROND_AT_BROKEN;
}

static gsize run(RondRows *self, const guint8 *bytes, gsize len, gboolean last,
		 RondRowsState *state)
{
	/* No text may have no address, with which nothing can be done. */
	static const guint8 nothing[1] = {0};
	const guint8 *begin = len ? bytes : nothing;
	RondRowsText text = {begin, begin + len, begin, last};
	RondRowsStep now = ROND_STEP_ON;
	gsize taken;

	while (now == ROND_STEP_ON && !rond_rows_is_full(self))
		now = step(self, &text);
	taken = (gsize)(text.p - begin);
	self->at += taken;
	if (now == ROND_STEP_BROKEN)
		give_up(self);
	*state = now == ROND_STEP_ON	    ? ROND_ROWS_FULL
		 : now == ROND_STEP_STARVED ? ROND_ROWS_MORE
		 : now == ROND_STEP_END	    ? ROND_ROWS_END
					    : ROND_ROWS_BROKEN;
	return taken;
}

gsize rond_rows_measure(RondRows *self, const guint8 *text, gsize len,
			gboolean last, RondRowsState *state)
{
	return run(self, text, len, last, state);
}

gsize rond_rows_render(RondRows *self, RondRowFormat format, const guint8 *text,
		       gsize len, gboolean last, GByteArray *out, gsize enough,
		       RondRowsState *state)
{
	guint before = out->len;
	gsize taken;

	self->format = format;
	self->out = out;
	self->enough = MIN(enough, ENOUGH_MOST);
	/* An empty array has no bytes to point at. */
	g_byte_array_set_size(out, before + 1);
	self->to = out->data + before;
	self->room = self->to;
	taken = run(self, text, len, last, state);
	g_byte_array_set_size(out, (guint)(self->to - out->data));
	self->out = NULL;
	return taken;
}

void rond_rows_mark(const RondRows *self, RondRowMark *mark)
{
	memset(mark, 0, sizeof(*mark));
	mark->at = self->at;
	mark->rows = self->rows;
	mark->column = is_in_row(self->place) ? self->column : 0;
	mark->state = state_of(self);
	for (guint f = 0; f < ROND_N_FORMATS; f++)
		mark->out[f] = rond_rows_out(self, f) + leads_put(self, f);
}

void rond_rows_whole(const RondRows *self, RondRowMark *mark)
{
	*mark = self->whole;
}

void rond_rows_title(const RondShape *shape, RondRowFormat format,
		     GByteArray *out)
{
	gboolean csv = format == ROND_FORMAT_CSV;

	if (format == ROND_FORMAT_JSONL)
		return;
	for (guint i = 0; i < shape->n_columns; i++) {
		if (i > 0)
			append(out, csv ? "," : "\t");
		if (csv)
			append(out, "\"");
		append_escaped(out, format, shape->columns[i].name);
		if (csv)
			append(out, "\"");
	}
	append(out, "\n");
}
