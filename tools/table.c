/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/table.h"

#include <glib/gi18n.h>

#define GAP 2

struct RondTable {
	const RondColumn *columns;
	guint n_columns;
	GPtrArray *cells;
};

RondTable *rond_table_new(const RondColumn *columns)
{
	RondTable *self = g_new0(RondTable, 1);

	self->columns = columns;
	self->cells = g_ptr_array_new_with_free_func(g_free);
	while (columns[self->n_columns].header) {
		const char *header = columns[self->n_columns++].header;

		rond_table_add(self, g_strdup(_(header)));
	}
	return self;
}

void rond_table_free(RondTable *self)
{
	if (!self)
		return;
	g_ptr_array_unref(self->cells);
	g_free(self);
}

void rond_table_add(RondTable *self, char *text)
{
	g_ptr_array_add(self->cells, text ? text : g_strdup(""));
}

/* Columns on a terminal; what is no UTF-8 counts its bytes. */
static guint text_width(const char *text)
{
	guint width = 0;

	if (!g_utf8_validate(text, -1, NULL))
		return (guint)strlen(text);
	for (const char *p = text; *p; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);

		if (!g_unichar_iszerowidth(c))
			width += g_unichar_iswide(c) ? 2 : 1;
	}
	return width;
}

static guint column_width(const RondTable *self, guint column)
{
	guint width = 0;

	for (guint i = column; i < self->cells->len; i += self->n_columns) {
		guint cell = text_width(g_ptr_array_index(self->cells, i));

		width = MAX(width, cell);
	}
	return width;
}

static void append_cell(const RondTable *self, GString *text, guint i,
			guint width)
{
	guint column = i % self->n_columns;
	const char *cell = g_ptr_array_index(self->cells, i);
	int pad = (int)(width - text_width(cell));

	if (self->columns[column].right)
		g_string_append_printf(text, "%*s%s", pad, "", cell);
	else
		g_string_append_printf(text, "%s%*s", cell, pad, "");
}

static void end_line(GString *text)
{
	gsize len = text->len;

	while (len > 0 && text->str[len - 1] == ' ')
		len--;
	g_string_truncate(text, len);
	g_string_append_c(text, '\n');
}

char *rond_table_format(const RondTable *self)
{
	g_autofree guint *widths = g_new(guint, self->n_columns);
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < self->n_columns; i++)
		widths[i] = column_width(self, i);
	for (guint i = 0; i < self->cells->len; i++) {
		guint column = i % self->n_columns;

		append_cell(self, text, i, widths[column]);
		if (column + 1 == self->n_columns)
			end_line(text);
		else
			g_string_append_printf(text, "%*s", GAP, "");
	}
	return g_string_free(text, FALSE);
}
