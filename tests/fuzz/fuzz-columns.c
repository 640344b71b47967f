/* SPDX-License-Identifier: BSD-2-Clause */
/* The first byte says how it is read, the rest is a CREATE TABLE and, behind a
 * zero, an INSERT into it. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "backends/sql/columns.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void show(RondTableDef *def, const RondInsertHead *head)
{
	g_autofree char *file = rond_table_file_name(def->name);
	g_autoptr(GString) out = g_string_new(NULL);
	g_autoptr(GArray) shown = NULL;
	const char *why;

	rond_table_def_decode(def, "greek");
	shown = rond_shown_columns(def, head, "binary", &why);
	if (shown)
		rond_load_sql(def, shown, file, def->charset, out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(RondTableDef) def = NULL;
	g_auto(RondInsertHead) head = {NULL, NULL, NULL};
	const char *text = (const char *)data + 1;
	const char *insert;
	gsize len;

	if (size == 0)
		return 0;
	insert = memchr(text, '\0', size - 1);
	len = insert ? (gsize)(insert - text) : size - 1;
	def = rond_table_def_parse(text, len, *data % 4);
	if (insert)
		rond_insert_head_parse(insert + 1, size - len - 2, *data % 4,
				       &head);
	if (!def)
		return 0;
	if (insert)
		rond_table_def_alter(def, insert + 1, size - len - 2,
				     *data % 4);
	show(def, &head);
	return 0;
}
