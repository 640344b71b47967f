/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/index/summaries.h"

#include "backends/error.h"

#include <errno.h>
#include <string.h>

#define NAME ".tables.tsv"
/* A line for each table; nobody has so many. */
#define MAX_SIZE (256 << 20)

static const char *const endings[] = {".load.sql", ".sql",   ".tsv",
				      ".csv",	   ".jsonl", NULL};

GHashTable *rond_summaries_read(RondContent *content, guint32 folder,
				GError **error)
{
	const RondIndex *index = rond_content_index(content);
	guint32 entry = rond_index_lookup(index, folder, NAME, strlen(NAME));
	g_autoptr(RondStream) file = NULL;
	g_autofree char *text = NULL;
	guint64 size;

	if (entry == ROND_INDEX_NONE) {
		rond_fail(error, ENOENT, "there is no " NAME);
		return NULL;
	}
	file = rond_content_open(content, entry, error);
	if (!file)
		return NULL;
	size = rond_stream_size(file);
	if (size > MAX_SIZE) {
		rond_fail(error, EFBIG, NAME " is too long");
		return NULL;
	}
	text = g_malloc(size + 1);
	if (!rond_stream_pread_full(file, text, size, 0, error))
		return NULL;
	return rond_summary_read(text, size);
}

/* The file's name without the ending that a table's has; NULL: it has none. */
static char *stem_of(const RondIndex *index, const RondIndexEntry *entry)
{
	gsize len;
	const char *name = rond_index_name(index, entry, &len);
	g_autofree char *text = g_strndup(name, len);

	for (guint i = 0; endings[i]; i++)
		if (g_str_has_suffix(text, endings[i]))
			return g_strndup(text, len - strlen(endings[i]));
	return NULL;
}

gboolean rond_summaries_find(RondContent *content, guint32 number,
			     RondTableSummary *summary)
{
	const RondIndex *index = rond_content_index(content);
	const RondIndexEntry *entry = rond_index_entry(index, number);
	g_autoptr(GHashTable) tables = NULL;
	g_autofree char *stem = NULL;
	const RondTableSummary *found;

	if (!entry || !(entry->flags & ROND_ENTRY_TABLE))
		return FALSE;
	stem = stem_of(index, entry);
	if (stem)
		tables = rond_summaries_read(content, entry->parent, NULL);
	found = tables ? g_hash_table_lookup(tables, stem) : NULL;
	if (found)
		*summary = *found;
	return found != NULL;
}
