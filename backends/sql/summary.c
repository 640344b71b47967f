/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/sql/summary.h"

#include <string.h>

static void append_field(GString *out, const char *text, char end)
{
	for (; text && *text; text++) {
		const char *from = "\t\n\\", *to = "tn\\";
		const char *special = strchr(from, *text);

		if (special)
			g_string_append_c(out, '\\');
		g_string_append_c(out, special ? to[special - from] : *text);
	}
	if (!text)
		g_string_append(out, "\\N");
	g_string_append_c(out, end);
}

static char *hex_of(const RondDumpTable *table)
{
	GString *hex;

	if (!table->has_hash)
		return NULL;
	hex = g_string_new(NULL);
	for (gsize i = 0; i < ROND_SHA256_SIZE; i++)
		g_string_append_printf(hex, "%02x", table->hash[i]);
	return g_string_free(hex, FALSE);
}

static char *key_of(const RondDumpTable *table)
{
	GString *key;

	if (!table->def || table->def->key->len == 0)
		return NULL;
	key = g_string_new(NULL);
	for (guint i = 0; i < table->def->key->len; i++)
		g_string_append_printf(
		    key, "%s%s", i == 0 ? "" : ",",
		    (char *)g_ptr_array_index(table->def->key, i));
	return g_string_free(key, FALSE);
}

static char *rows_of(const RondDumpTable *table)
{
	guint n = table->runs->len;

	/* Those of a table that can't be shown were never counted. */
	if (n > 0 && !table->columns)
		return NULL;
	return g_strdup_printf(
	    "%" G_GUINT64_FORMAT,
	    n == 0 ? 0 : g_array_index(table->runs, RondRun, n - 1).end.rows);
}

void rond_summary_add(GString *out, const RondDumpTable *table)
{
	g_autofree char *hex = hex_of(table);
	g_autofree char *key = key_of(table);
	g_autofree char *rows = rows_of(table);
	guint64 bytes = 0;

	for (guint i = 0; i < table->runs->len; i++) {
		const RondRun *run = &g_array_index(table->runs, RondRun, i);

		bytes += run->to - run->from;
	}
	append_field(out, table->name, '\t');
	append_field(out, rows, '\t');
	g_string_append_printf(out, "%" G_GUINT64_FORMAT "\t", bytes);
	append_field(out, key, '\t');
	append_field(out, table->charset, '\t');
	append_field(out, hex, '\t');
	append_field(out, table->damaged ? "rows are missing" : "", '\n');
}

/* A field as it was before it was escaped; new. */
static char *plain(const char *field)
{
	GString *text = g_string_new(NULL);

	for (; *field; field++) {
		if (*field != '\\' || !field[1]) {
			g_string_append_c(text, *field);
			continue;
		}
		field++;
		g_string_append_c(text, *field == 't'	? '\t'
					: *field == 'n' ? '\n'
							: *field);
	}
	return g_string_free(text, FALSE);
}

static void read_line(GHashTable *tables, const char *line)
{
	enum {
		NAME,
		ROWS,
		BYTES,
		KEY,
		CHARSET,
		HASH,
		DAMAGE,
		N_FIELDS
	};
	g_auto(GStrv) fields = g_strsplit(line, "\t", N_FIELDS);
	g_autofree char *name = NULL;
	RondTableSummary summary = {FALSE};

	if (g_strv_length(fields) != N_FIELDS)
		return;
	name = plain(fields[NAME]);
	summary.counted = g_ascii_string_to_unsigned(
	    fields[ROWS], 10, 0, G_MAXUINT64, &summary.rows, NULL);
	summary.damaged = *fields[DAMAGE] != '\0';
	g_hash_table_replace(tables, rond_table_file_name(name),
			     g_memdup2(&summary, sizeof summary));
}

GHashTable *rond_summary_read(const char *text, gsize len)
{
	GHashTable *tables =
	    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_autofree char *all = g_strndup(text, len);
	g_auto(GStrv) lines = g_strsplit(all, "\n", -1);

	/* Behind the title. */
	for (char **line = lines[0] ? lines + 1 : lines; *line; line++)
		read_line(tables, *line);
	return tables;
}
