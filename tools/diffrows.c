/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/diffrows.h"

#include "backends/index/compare.h"
#include "fs/row-changes.h"
#include "tools/meter.h"

#include <glib/gi18n.h>
#include <string.h>

/* What the table's files are called, new; NULL: its rows can't be compared. */
static char *stem_of(const RondDiffItem *item)
{
	g_autofree char *old = NULL;
	g_autofree char *new = NULL;

	if (!item->table || item->letter != 'M' ||
	    !rond_row_changes_table(&item->part->old, item->old, &old) ||
	    !rond_row_changes_table(&item->part->new, item->new, &new) ||
	    !g_str_equal(old, new))
		return NULL;
	return g_steal_pointer(&new);
}

gboolean rond_diff_rows_are_there(const RondDiffItem *item)
{
	g_autofree char *stem = stem_of(item);

	return stem != NULL;
}

static RondTableFolder folder_of(const RondComparedSide *side, guint32 number)
{
	const RondIndex *index = rond_content_index(side->content);

	return (RondTableFolder){side->content,
				 rond_index_entry(index, number)->parent};
}

RondTableDelta *rond_diff_rows_compare(const RondDiffItem *item, GError **error)
{
	const RondTableFolder old = folder_of(&item->part->old, item->old);
	const RondTableFolder new = folder_of(&item->part->new, item->new);
	g_autofree char *stem = stem_of(item);

	return rond_table_delta_new(&old, &new, stem, NULL, error);
}

static gboolean get_looks(const RondComparedSide *side, guint32 number,
			  const char *stem, RondLooks *looks)
{
	const RondTableFolder folder = folder_of(side, number);
	const RondIndex *index = rond_content_index(side->content);
	g_autofree char *name = g_strconcat(stem, ".tsv", NULL);

	number = rond_index_lookup(index, folder.folder, name, strlen(name));
	return number != ROND_INDEX_NONE &&
	       rond_looks_of(index, number, looks) && looks->has_hash;
}

/* Of many a table only the definition is another: its next AUTO_INCREMENT. */
static gboolean has_same_rows(const RondDiffItem *item, const char *stem)
{
	RondLooks old, new;

	return get_looks(&item->part->old, item->old, stem, &old) &&
	       get_looks(&item->part->new, item->new, stem, &new) &&
	       rond_looks_compare(&old, &new) == ROND_LOOKS_SAME;
}

static gboolean count(RondDiffItem *item, GError **error)
{
	g_autofree char *stem = stem_of(item);
	g_autoptr(RondTableDelta) delta = NULL;

	if (!has_same_rows(item, stem)) {
		delta = rond_diff_rows_compare(item, error);
		if (!delta)
			return FALSE;
		item->rows_removed =
		    rond_table_delta_count(delta, ROND_ROWS_REMOVED);
		item->rows_added =
		    rond_table_delta_count(delta, ROND_ROWS_ADDED);
		item->rows_changed =
		    rond_table_delta_count(delta, ROND_ROWS_WAS);
	}
	item->rows_counted = TRUE;
	return TRUE;
}

static void copy_counts(RondDiffItem *item, const RondDiffItem *from)
{
	item->rows_counted = from->rows_counted;
	item->rows_removed = from->rows_removed;
	item->rows_added = from->rows_added;
	item->rows_changed = from->rows_changed;
}

/* Those whose rows are to be counted; they are borrowed. */
static GPtrArray *find_tables(const RondDiffList *list, RondProgress *progress)
{
	GPtrArray *tables = g_ptr_array_new();

	for (guint i = 0; i < list->items->len; i++) {
		const RondDiffItem *item = list->items->pdata[i];

		if (item->second || !rond_diff_rows_are_there(item))
			continue;
		g_ptr_array_add(tables, (gpointer)item);
		progress->all_total += item->old_size + item->new_size;
	}
	progress->count = tables->len;
	return tables;
}

gboolean rond_diff_rows_count(RondDiffList *list)
{
	RondProgress progress = {0};
	g_autoptr(GPtrArray) tables = find_tables(list, &progress);
	gboolean ok = TRUE;
	RondMeter meter;

	rond_meter_begin(&meter);
	for (; progress.done < tables->len; progress.done++) {
		RondDiffItem *item = tables->pdata[progress.done];
		g_autoptr(GError) error = NULL;

		progress.source = item->table;
		rond_meter_show(&meter, &progress);
		if (!count(item, &error)) {
			rond_meter_clear(&meter);
			g_warning(_("%s: rows not compared: %s"), item->table,
				  error->message);
			ok = FALSE;
		}
		progress.all_bytes += item->old_size + item->new_size;
	}
	rond_meter_clear(&meter);
	for (guint i = 1; i < list->items->len; i++) {
		RondDiffItem *item = list->items->pdata[i];

		if (item->second)
			copy_counts(item, list->items->pdata[i - 1]);
	}
	return ok;
}
