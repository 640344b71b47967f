/* SPDX-License-Identifier: BSD-2-Clause */
/* What bytes become in each format. */
#include "backends/sql/rows-private.h"

static const char digits[] = "0123456789ABCDEF";

/* The letter of @c's escape with a backslash, or 0. */
static char tsv_letter(guint8 c)
{
	switch (c) {
	case '\0':
		return '0';
	case '\t':
		return 't';
	case '\n':
		return 'n';
	case '\\':
		return '\\';
	default:
		return 0;
	}
}

static char json_letter(guint8 c)
{
	switch (c) {
	case '\b':
		return 'b';
	case '\t':
		return 't';
	case '\n':
		return 'n';
	case '\f':
		return 'f';
	case '\r':
		return 'r';
	case '"':
	case '\\':
		return (char)c;
	default:
		return 0;
	}
}

/* Into @to, up to six bytes; how many. */
static guint escape(RondRowFormat format, guint8 c, guint8 *to)
{
	char letter = format == ROND_FORMAT_TSV	    ? tsv_letter(c)
		      : format == ROND_FORMAT_JSONL ? json_letter(c)
						    : 0;

	if (letter) {
		to[0] = '\\';
		to[1] = (guint8)letter;
		return 2;
	}
	if (format == ROND_FORMAT_CSV && c == '"') {
		to[0] = to[1] = '"';
		return 2;
	}
	if (format == ROND_FORMAT_JSONL && c < 0x20) {
		memcpy(to, "\\u00", 4);
		to[4] = (guint8)digits[c >> 4];
		to[5] = (guint8)digits[c & 15];
		return 6;
	}
	to[0] = c;
	return 1;
}

void rond_rows_escape(RondRowFormat format, guint8 c, GByteArray *out)
{
	guint8 escaped[ROND_ROWS_SWELL];

	g_byte_array_append(out, escaped, escape(format, c, escaped));
}

void rond_rows_make_escapes(RondRows *self)
{
	for (guint f = 0; f < ROND_N_FORMATS; f++)
		for (guint c = 0; c < 256; c++) {
			RondRowsEscape *to = &self->escapes[f][c];

			to->len = (guint8)escape((RondRowFormat)f, (guint8)c,
						 to->bytes);
		}
	for (guint c = 0; c < 256; c++) {
		self->hex[c][0] = digits[c >> 4];
		self->hex[c][1] = digits[c & 15];
	}
}

void rond_rows_grow(RondRows *self, gsize n)
{
	guint used = (guint)(self->to - self->out->data);
	gsize size = used + n + ROND_ROWS_SWELL * ROND_ROWS_CHUNK;

	g_assert(size < G_MAXUINT);
	g_byte_array_set_size(self->out, (guint)size);
	self->to = self->out->data + used;
	self->room = self->out->data + size;
}

/* A byte from 0x80 on, of a charset that isn't UTF-8. */
void rond_rows_put_coded(RondRows *self, guint8 c)
{
	guint code = self->columns[self->column].table[c - 0x80];
	guint8 utf8[3];
	guint n = 0;

	if (code < 0x80) {
		rond_rows_put_byte(self, ROND_BODY_TEXT, (guint8)code);
		return;
	}
	if (code < 0x800) {
		utf8[n++] = (guint8)(0xc0 | code >> 6);
	} else {
		utf8[n++] = (guint8)(0xe0 | code >> 12);
		utf8[n++] = (guint8)(0x80 | (code >> 6 & 0x3f));
	}
	utf8[n++] = (guint8)(0x80 | (code & 0x3f));
	rond_rows_put_plain(self, utf8, n);
}

void rond_rows_put_hex(RondRows *self, const guint8 *p, gsize n)
{
	if (!self->out) {
		self->plain += 2 * n;
		return;
	}
	for (gsize i = 0; i < n; i++)
		memcpy(self->to + 2 * i, self->hex[p[i]], 2);
	self->to += 2 * n;
}
