/* SPDX-License-Identifier: BSD-2-Clause */
#include "columns-kit.h"

RondTableDef *parse_copy(const char *text, gsize len, RondSqlMode mode)
{
	g_autofree char *copy = g_memdup2(text, len);

	return rond_table_def_parse(copy, len, mode);
}

static void append_column(GString *out, const RondColumn *column)
{
	g_string_append_printf(out, "%s %c", column->name,
			       "ntxbg"[column->kind]);
	if (column->kind == ROND_COLUMN_TEXT && *column->charset)
		g_string_append_printf(out, "/%s", column->charset);
	if (column->kind == ROND_COLUMN_BIT)
		g_string_append_printf(out, "%u", column->bits);
	if (column->generated)
		g_string_append_c(out, '*');
	if (column->invisible)
		g_string_append_c(out, '~');
}

char *says(const RondTableDef *def)
{
	GString *out = g_string_new(NULL);

	if (!def) {
		g_string_append(out, "nothing");
		return g_string_free(out, FALSE);
	}
	if (def->database)
		g_string_append_printf(out, "%s.", def->database);
	g_string_append_printf(out, "%s/%s: ", def->name, def->charset);
	for (guint i = 0; i < def->columns->len; i++) {
		if (i > 0)
			g_string_append(out, ", ");
		append_column(out, &g_array_index(def->columns, RondColumn, i));
	}
	for (guint i = 0; i < def->key->len; i++)
		g_string_append_printf(
		    out, "%s%s", i == 0 ? " | " : ", ",
		    (const char *)g_ptr_array_index(def->key, i));
	return g_string_free(out, FALSE);
}
