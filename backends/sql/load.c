/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/sql/columns.h"
#include "backends/sql/session.h"

static GHashTable *generated_names(const RondTableDef *def)
{
	GHashTable *names = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < def->columns->len; i++) {
		const RondColumn *column =
		    &g_array_index(def->columns, RondColumn, i);

		if (column->generated)
			g_hash_table_add(names, column->name);
	}
	return names;
}

/* A whole table's rows come alone: what must be unique is. */
static void append_settings(GString *out, const char *time_zone)
{
	rond_session_begin(out, time_zone);
	g_string_append(
	    out, "SET @OLD_UNIQUE_CHECKS=@@UNIQUE_CHECKS, UNIQUE_CHECKS=0;\n");
}

static void append_restoring(GString *out, const char *time_zone)
{
	g_string_append(out, "SET UNIQUE_CHECKS=@OLD_UNIQUE_CHECKS;\n");
	rond_session_end(out, time_zone);
}

/* Where each value goes, and then the bytes of those that are hexadecimal. A
 * generated one goes nowhere: the server computes it again. */
static void append_columns(GString *out, const RondTableDef *def,
			   const GArray *columns)
{
	g_autoptr(GHashTable) generated = generated_names(def);
	g_autoptr(GString) set = g_string_new(NULL);

	for (guint i = 0; i < columns->len; i++) {
		const RondShownColumn *column =
		    &g_array_index(columns, RondShownColumn, i);

		g_string_append(out, i == 0 ? "(" : ", ");
		if (g_hash_table_contains(generated, column->name)) {
			g_string_append(out, "@generated");
		} else if (column->show == ROND_SHOW_TEXT) {
			rond_session_quote(out, '`', column->name);
		} else {
			g_string_append_printf(out, "@c%u", i + 1);
			g_string_append(set, set->len == 0 ? "\nSET " : ", ");
			rond_session_quote(set, '`', column->name);
			g_string_append_printf(set, " = UNHEX(@c%u)", i + 1);
		}
	}
	g_string_append_printf(out, ")%s;\n", set->str);
}

void rond_load_sql(const RondTableDef *def, const GArray *columns,
		   const char *file, const char *time_zone, GString *out)
{
	append_settings(out, time_zone);
	g_string_append(out, "LOAD DATA LOCAL INFILE ");
	rond_session_quote(out, '\'', file);
	g_string_append(out, "\nINTO TABLE ");
	rond_session_quote(out, '`', def->name);
	g_string_append(out, "\nCHARACTER SET utf8mb4\n"
			     "FIELDS TERMINATED BY '\\t' ESCAPED BY '\\\\'\n"
			     "LINES TERMINATED BY '\\n'\n"
			     "IGNORE 1 LINES\n");
	append_columns(out, def, columns);
	append_restoring(out, time_zone);
}
