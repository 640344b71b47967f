/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/sql/columns.h"

#include <string.h>

static void append_quoted(GString *out, char quote, const char *text)
{
	g_string_append_c(out, quote);
	for (; *text; text++) {
		/* In names a backslash is only that. */
		if (*text == quote || (*text == '\\' && quote == '\''))
			g_string_append_c(out, *text);
		g_string_append_c(out, *text);
	}
	g_string_append_c(out, quote);
}

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

/* What the server must not do to the rows, as in the dump: number those with 0
 * anew, move times to its own zone, look for parents. It may not refuse dates
 * that it once took, either. */
static void append_settings(GString *out, const char *time_zone)
{
	g_string_append(
	    out, "SET @OLD_SQL_MODE=@@SQL_MODE, "
		 "SQL_MODE='NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES';\n"
		 "SET @OLD_CHARACTER_SET_CLIENT=@@CHARACTER_SET_CLIENT;\n"
		 "SET @OLD_CHARACTER_SET_RESULTS=@@CHARACTER_SET_RESULTS;\n"
		 "SET @OLD_COLLATION_CONNECTION=@@COLLATION_CONNECTION;\n"
		 "SET NAMES utf8mb4;\n"
		 "SET @OLD_UNIQUE_CHECKS=@@UNIQUE_CHECKS, UNIQUE_CHECKS=0;\n"
		 "SET @OLD_FOREIGN_KEY_CHECKS=@@FOREIGN_KEY_CHECKS, "
		 "FOREIGN_KEY_CHECKS=0;\n");
	if (!time_zone)
		return;
	g_string_append(out, "SET @OLD_TIME_ZONE=@@TIME_ZONE, TIME_ZONE=");
	append_quoted(out, '\'', time_zone);
	g_string_append(out, ";\n");
}

static void append_restoring(GString *out, const char *time_zone)
{
	if (time_zone)
		g_string_append(out, "SET TIME_ZONE=@OLD_TIME_ZONE;\n");
	g_string_append(
	    out, "SET FOREIGN_KEY_CHECKS=@OLD_FOREIGN_KEY_CHECKS;\n"
		 "SET UNIQUE_CHECKS=@OLD_UNIQUE_CHECKS;\n"
		 "SET CHARACTER_SET_CLIENT=@OLD_CHARACTER_SET_CLIENT;\n"
		 "SET CHARACTER_SET_RESULTS=@OLD_CHARACTER_SET_RESULTS;\n"
		 "SET COLLATION_CONNECTION=@OLD_COLLATION_CONNECTION;\n"
		 "SET SQL_MODE=@OLD_SQL_MODE;\n");
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
			append_quoted(out, '`', column->name);
		} else {
			g_string_append_printf(out, "@c%u", i + 1);
			g_string_append(set, set->len == 0 ? "\nSET " : ", ");
			append_quoted(set, '`', column->name);
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
	append_quoted(out, '\'', file);
	g_string_append(out, "\nINTO TABLE ");
	append_quoted(out, '`', def->name);
	g_string_append(out, "\nCHARACTER SET utf8mb4\n"
			     "FIELDS TERMINATED BY '\\t' ESCAPED BY '\\\\'\n"
			     "LINES TERMINATED BY '\\n'\n"
			     "IGNORE 1 LINES\n");
	append_columns(out, def, columns);
	append_restoring(out, time_zone);
}
