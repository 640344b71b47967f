/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/sql/charset.h"
#include "backends/sql/columns.h"

static void decode_all(const char *charset, GPtrArray *names)
{
	for (guint i = 0; i < names->len; i++)
		rond_charset_decode_name(charset,
					 (char **)&g_ptr_array_index(names, i));
}

void rond_table_def_decode(RondTableDef *self, const char *charset)
{
	rond_charset_decode_name(charset, &self->database);
	rond_charset_decode_name(charset, &self->name);
	for (guint i = 0; i < self->columns->len; i++)
		rond_charset_decode_name(
		    charset, &g_array_index(self->columns, RondColumn, i).name);
	decode_all(charset, self->key);
}

void rond_insert_head_decode(RondInsertHead *head, const char *charset)
{
	rond_charset_decode_name(charset, &head->database);
	rond_charset_decode_name(charset, &head->table);
	if (head->columns)
		decode_all(charset, head->columns);
}
