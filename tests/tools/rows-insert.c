/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rows of a TSV file as INSERT statements, as RondRowInsert has them.
 *
 *	rows-insert CREATE TIME-ZONE <TSV
 *
 * CREATE is a file with the table's CREATE TABLE statement; TIME-ZONE may be
 * empty.
 */
#include "backends/sql/row-insert.h"
#include "backends/sql/row-lines.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LONGEST (64 << 20)

static GString *read_all(void)
{
	GString *text = g_string_new(NULL);
	char buffer[65536];
	ssize_t n;

	while ((n = read(STDIN_FILENO, buffer, sizeof buffer)) > 0)
		g_string_append_len(text, buffer, n);
	return text;
}

/* The names of the first line: char *. */
static GPtrArray *read_title(const GString *tsv)
{
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *title = g_strndup(tsv->str, strcspn(tsv->str, "\n"));
	g_auto(GStrv) fields = g_strsplit(title, "\t", -1);

	for (guint i = 0; fields[i]; i++)
		g_ptr_array_add(names, g_strcompress(fields[i]));
	return names;
}

static RondTableDef *read_def(const char *path)
{
	g_autofree char *text = NULL;
	gsize len;

	if (!g_file_get_contents(path, &text, &len, NULL))
		return NULL;
	return rond_table_def_parse(text, len, (RondSqlMode){0});
}

static gboolean write_rows(RondRowInsert *insert, RondStream *tsv,
			   GError **error)
{
	g_autoptr(RondRowLines) lines = rond_row_lines_new(tsv, LONGEST);
	g_autoptr(GString) out = g_string_new(NULL);
	g_autoptr(GError) failure = NULL;
	RondRowLine line;

	rond_row_insert_begin(insert, out);
	while (rond_row_lines_next(lines, &line, &failure)) {
		if (!rond_row_insert_add(insert, line.text, line.len, out,
					 error))
			return FALSE;
		fwrite(out->str, 1, out->len, stdout);
		g_string_truncate(out, 0);
	}
	rond_row_insert_end(insert, out);
	fwrite(out->str, 1, out->len, stdout);
	return TRUE;
}

int main(int argc, char **argv)
{
	g_autoptr(GString) text = read_all();
	g_autoptr(GBytes) bytes = g_bytes_new(text->str, text->len);
	g_autoptr(RondStream) tsv = rond_memory_stream_new(bytes);
	g_autoptr(GPtrArray) names = read_title(text);
	g_autoptr(RondTableDef) def = argc == 3 ? read_def(argv[1]) : NULL;
	g_autoptr(RondRowInsert) insert = NULL;
	g_autoptr(GError) error = NULL;

	if (!def) {
		fprintf(stderr, "usage: rows-insert CREATE TIME-ZONE <TSV\n");
		return 2;
	}
	const RondRowInsertConfig config = {.def = def,
					    .columns = names,
					    .time_zone =
						*argv[2] ? argv[2] : NULL};

	insert = rond_row_insert_new(&config, &error);
	if (insert && write_rows(insert, tsv, &error))
		return 0;
	fprintf(stderr, "rows-insert: %s\n", error->message);
	return 1;
}
