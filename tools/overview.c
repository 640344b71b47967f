/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/overview.h"

#include "fs/comparison.h"
#include "fs/dates.h"
#include "fs/series.h"

#include <glib/gi18n.h>
#include <sys/stat.h>

typedef struct {
	RondLibrary *library;
	RondSeries *series;
	guint32 today;
} Looker;

static void row_free(gpointer data)
{
	RondOverviewRow *self = data;

	g_ptr_array_unref(self->health);
	g_ptr_array_unref(self->parts);
	g_free(self->name);
	g_free(self);
}

static gboolean is_file(const RondComparedSide *side, guint32 number)
{
	const RondIndex *index = rond_content_index(side->content);
	const RondIndexEntry *entry =
	    rond_index_entry(index, rond_index_inode(index, number));

	return entry && !S_ISDIR(entry->mode);
}

static void count_changes(RondOverviewRow *row, const RondComparedPart *part)
{
	for (guint i = 0; i < part->changes->len; i++) {
		const RondChange *change =
		    &g_array_index(part->changes, RondChange, i);

		switch (change->kind) {
		case ROND_DELTA_ADDED:
			row->added += is_file(&part->new, change->new);
			break;
		case ROND_DELTA_REMOVED:
			row->removed += is_file(&part->old, change->old);
			break;
		case ROND_DELTA_TOUCHED:
			break;
		default:
			row->changed++;
		}
	}
}

static void compare(const Looker *self, RondOverviewRow *row,
		    const RondPlacedPart *placed,
		    const RondFollowing *following)
{
	g_autoptr(RondJob) wait = NULL;
	g_autoptr(RondComparison) both = NULL;

	if (!following || !following->before)
		return;
	both = rond_comparison_new(self->library, following->before_in->name,
				   row->name, placed->name, &wait, NULL);
	for (guint i = 0; both && i < both->parts->len; i++) {
		const RondComparedPart *part = both->parts->pdata[i];

		if (!part->changes)
			continue;
		row->has_changes = TRUE;
		count_changes(row, part);
	}
}

static void note(RondOverviewRow *row, const RondPlacedPart *placed,
		 const char *what, const char *why)
{
	g_ptr_array_add(row->health,
			g_strdup_printf("%s %s%s%s", placed->name, what,
					why ? ": " : "", why ? why : ""));
}

static void judge_state(RondOverviewRow *row, const RondPlacedPart *placed,
			const RondPartInfo *info)
{
	if (info->state != ROND_PART_READY)
		note(row, placed, rond_part_state_name(info->state),
		     info->message);
	else if (info->message)
		note(row, placed, _("note"), info->message);
}

static void judge_place(RondOverviewRow *row, const RondPlacedPart *placed,
			const RondFollowing *following)
{
	g_autofree char *text = NULL;

	if (following && following->shrunk) {
		double was = (double)following->before->item->size;
		double is = (double)placed->backup->item->size;

		text = g_strdup_printf(_("shrank by %.0f %%"),
				       100 * (1 - is / was));
		note(row, placed, text, NULL);
		g_clear_pointer(&text, g_free);
	}
	if (following && following->missing) {
		text = g_strdup_printf(g_dngettext(NULL,
						   "%u day missing before it",
						   "%u days missing before it",
						   following->missing),
				       following->missing);
		note(row, placed, text, NULL);
	}
}

static void look_at(const Looker *self, RondOverviewRow *row,
		    const RondPlacedPart *placed)
{
	g_autoptr(RondPart) part =
	    rond_library_part(self->library, placed->backup);
	const RondFollowing *following =
	    rond_series_at(self->series, placed->backup);
	g_auto(RondPartInfo) info = {0};

	if (part)
		rond_part_info(part, &info);
	row->is_counted |= placed->backup->kind != ROND_BACKUP_FOLDER;
	row->entries += info.entries;
	row->bytes += info.content_bytes;
	judge_state(row, placed, &info);
	judge_place(row, placed, following);
	compare(self, row, placed, following);
}

static RondOverviewRow *row_of(const Looker *self, const RondSnapshot *snapshot)
{
	RondOverviewRow *row = g_new0(RondOverviewRow, 1);

	row->name = g_strdup(snapshot->name);
	row->time = snapshot->time;
	row->dated = snapshot->dated;
	row->days = (gint64)self->today - snapshot->day;
	row->parts = g_ptr_array_new_with_free_func(g_free);
	row->health = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; i < snapshot->parts->len; i++) {
		const RondPlacedPart *placed = snapshot->parts->pdata[i];

		g_ptr_array_add(row->parts, g_strdup(placed->name));
		look_at(self, row, placed);
	}
	return row;
}

RondOverview *rond_overview_new(RondLibrary *library)
{
	RondOverview *self = g_new0(RondOverview, 1);
	g_autoptr(RondCatalog) catalog = rond_library_catalog(library);
	g_autoptr(RondSeries) series = rond_series_new(catalog);
	const Looker looker = {
	    library, series,
	    rond_day_number(rond_library_now(library), catalog->zone)};

	self->rows = g_ptr_array_new_with_free_func(row_free);
	for (guint i = 0; i < catalog->snapshots->len; i++)
		g_ptr_array_add(self->rows,
				row_of(&looker, catalog->snapshots->pdata[i]));
	return self;
}

void rond_overview_free(RondOverview *self)
{
	g_ptr_array_unref(self->rows);
	g_free(self);
}

gboolean rond_overview_is_sound(const RondOverview *self)
{
	for (guint i = 0; i < self->rows->len; i++) {
		const RondOverviewRow *row = self->rows->pdata[i];

		if (row->health->len)
			return FALSE;
	}
	return TRUE;
}
