/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/tablerows.h"

#include "backends/index/summaries.h"

struct RondTableRows {
	RondContent *content;
	GHashTable *folders; /* number → what rond_summaries_read() gives */
};

RondTableRows *rond_table_rows_new(RondContent *content)
{
	RondTableRows *self = g_new0(RondTableRows, 1);

	self->content = content;
	self->folders = g_hash_table_new_full(
	    NULL, NULL, NULL, (GDestroyNotify)g_hash_table_unref);
	return self;
}

void rond_table_rows_free(RondTableRows *self)
{
	g_hash_table_unref(self->folders);
	g_free(self);
}

static GHashTable *read_folder(RondTableRows *self, guint32 folder)
{
	GHashTable *tables =
	    self->content ? rond_summaries_read(self->content, folder, NULL)
			  : NULL;

	return tables ? tables : g_hash_table_new(NULL, NULL);
}

gboolean rond_table_rows_find(RondTableRows *self, guint32 folder,
			      const char *stem, gint64 *rows)
{
	GHashTable *tables =
	    g_hash_table_lookup(self->folders, GUINT_TO_POINTER(folder));
	const RondTableSummary *found;

	if (!tables) {
		tables = read_folder(self, folder);
		g_hash_table_insert(self->folders, GUINT_TO_POINTER(folder),
				    tables);
	}
	found = g_hash_table_lookup(tables, stem);
	if (found)
		*rows = found->counted ? (gint64)found->rows : ROND_NO_ROWS;
	return found != NULL;
}
