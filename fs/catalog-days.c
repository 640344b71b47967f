/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/catalog-days.h"

#include "fs/dates.h"

#include <string.h>

/* Pairs of backup and snapshot that are compared for one part of one day. */
#define MAX_PAIRS 1000000

static void placed_part_free(gpointer data)
{
	RondPlacedPart *self = data;

	g_free(self->name);
	rond_backup_unref(self->backup);
	g_free(self);
}

RondSnapshot *rond_snapshot_new(const char *name, gint64 time, gboolean dated,
				GTimeZone *zone)
{
	RondSnapshot *self = g_new0(RondSnapshot, 1);

	self->name = g_strdup(name);
	self->time = time;
	self->dated = dated;
	self->day = rond_day_number(time, zone);
	self->parts = g_ptr_array_new_with_free_func(placed_part_free);
	return self;
}

void rond_snapshot_free(RondSnapshot *self)
{
	g_ptr_array_unref(self->parts);
	g_free(self->name);
	g_free(self);
}

const RondPlacedPart *rond_snapshot_part(const RondSnapshot *self,
					 const char *name)
{
	for (guint i = 0; i < self->parts->len; i++) {
		const RondPlacedPart *part = self->parts->pdata[i];

		if (!strcmp(part->name, name))
			return part;
	}
	return NULL;
}

void rond_snapshot_add(RondSnapshot *self, const char *part, RondBackup *backup)
{
	RondPlacedPart *placed = g_new(RondPlacedPart, 1);

	placed->name = g_strdup(part);
	placed->backup = rond_backup_ref(backup);
	g_ptr_array_add(self->parts, placed);
}

/* By part, then time; of the same time the newest file is first, because it
 * gets the better name. */
static gint compare_unplaced(gconstpointer a, gconstpointer b)
{
	const RondUnplaced *x = a;
	const RondUnplaced *y = b;
	const RondStoreItem *i = x->backup->item;
	const RondStoreItem *j = y->backup->item;
	int order = strcmp(x->part, y->part);

	if (order)
		return order;
	if (x->backup->time != y->backup->time)
		return x->backup->time < y->backup->time ? -1 : 1;
	if (i->mtime_ns != j->mtime_ns)
		return i->mtime_ns > j->mtime_ns ? -1 : 1;
	order = strcmp(i->path, j->path);
	return order ? order : strcmp(x->backup->source, y->backup->source);
}

/* One part's backups within the sorted array of all. */
typedef struct {
	RondUnplaced *at;
	guint len;
} Run;

static Run run_at(GArray *unplaced, guint from)
{
	RondUnplaced *all = &g_array_index(unplaced, RondUnplaced, 0);
	guint to = from + 1;

	while (to < unplaced->len && !strcmp(all[to].part, all[from].part))
		to++;
	return (Run){all + from, to - from};
}

typedef struct {
	guint64 distance;
	guint unplaced, snapshot;
} Pair;

static gint compare_pairs(gconstpointer a, gconstpointer b)
{
	const Pair *x = a;
	const Pair *y = b;

	if (x->distance != y->distance)
		return x->distance < y->distance ? -1 : 1;
	if (x->unplaced != y->unplaced)
		return x->unplaced < y->unplaced ? -1 : 1;
	return x->snapshot < y->snapshot ? -1 : x->snapshot > y->snapshot;
}

static guint64 distance(gint64 a, gint64 b)
{
	return a > b ? (guint64)a - (guint64)b : (guint64)b - (guint64)a;
}

static GPtrArray *lacking(GPtrArray *day, const char *part)
{
	GPtrArray *found = g_ptr_array_new();

	for (guint i = 0; i < day->len; i++)
		if (!rond_snapshot_part(day->pdata[i], part))
			g_ptr_array_add(found, day->pdata[i]);
	return found;
}

/* Every backup with every snapshot, nearest first. Where that would be too
 * many, in order: both are sorted by time. */
static GArray *pairs_of(Run run, GPtrArray *snapshots)
{
	GArray *pairs = g_array_new(FALSE, FALSE, sizeof(Pair));
	gboolean all = (guint64)run.len * snapshots->len <= MAX_PAIRS;

	for (guint i = 0; i < run.len; i++) {
		guint from = all ? 0 : i;
		guint to = all ? snapshots->len : MIN(i + 1, snapshots->len);

		for (guint j = from; j < to; j++) {
			const RondSnapshot *snapshot = snapshots->pdata[j];
			Pair pair = {
			    distance(run.at[i].backup->time, snapshot->time), i,
			    j};

			g_array_append_val(pairs, pair);
		}
	}
	g_array_sort(pairs, compare_pairs);
	return pairs;
}

/* Put each backup of @run into the nearest snapshot that lacks it; those that
 * were placed have no backup any more. */
static void join_nearest(Run run, GPtrArray *day)
{
	g_autoptr(GPtrArray) snapshots = lacking(day, run.at->part);
	g_autoptr(GArray) pairs = pairs_of(run, snapshots);

	for (guint i = 0; i < pairs->len; i++) {
		const Pair *pair = &g_array_index(pairs, Pair, i);
		RondUnplaced *unplaced = &run.at[pair->unplaced];
		RondSnapshot *snapshot = snapshots->pdata[pair->snapshot];

		if (!unplaced->backup || !snapshot)
			continue;
		rond_snapshot_add(snapshot, unplaced->part, unplaced->backup);
		unplaced->backup = NULL;
		snapshots->pdata[pair->snapshot] = NULL;
	}
}

static void drop_placed(GArray *unplaced)
{
	guint kept = 0;

	for (guint i = 0; i < unplaced->len; i++) {
		RondUnplaced *each = &g_array_index(unplaced, RondUnplaced, i);

		if (each->backup)
			g_array_index(unplaced, RondUnplaced, kept++) = *each;
	}
	g_array_set_size(unplaced, kept);
}

/* The part with the most backups; of several, the one that begins earliest. */
static Run longest_run(GArray *unplaced)
{
	Run best = run_at(unplaced, 0);

	for (guint i = best.len; i < unplaced->len;) {
		Run run = run_at(unplaced, i);

		i += run.len;
		if (run.len > best.len ||
		    (run.len == best.len &&
		     run.at->backup->time < best.at->backup->time))
			best = run;
	}
	return best;
}

static gboolean is_first(GPtrArray *day, gint64 time)
{
	for (guint i = 0; i < day->len; i++)
		if (((RondSnapshot *)day->pdata[i])->time < time)
			return FALSE;
	return TRUE;
}

/* @name itself or with a number, whichever is free; @name is taken over. */
static char *numbered_name(char *name, GHashTable *by_name)
{
	g_autofree char *base = name;
	char *numbered = g_strdup(base);

	for (guint n = 2; g_hash_table_contains(by_name, numbered); n++) {
		g_free(numbered);
		numbered = g_strdup_printf("%s-%u", base, n);
	}
	return numbered;
}

static char *snapshot_name(gint64 time, GPtrArray *day, GHashTable *by_name,
			   GTimeZone *zone)
{
	g_autofree char *first = rond_day_name(time, zone);
	g_autofree char *later = rond_minute_name(time, zone);

	if (is_first(day, time) && !g_hash_table_contains(by_name, first))
		return g_steal_pointer(&first);
	if (!g_hash_table_contains(by_name, later))
		return g_steal_pointer(&later);
	return numbered_name(rond_second_name(time, zone), by_name);
}

/* Make a snapshot of each backup of @run. */
static void make_snapshots(Run run, GPtrArray *day, GHashTable *by_name,
			   GTimeZone *zone)
{
	for (guint i = 0; i < run.len; i++) {
		RondUnplaced *unplaced = &run.at[i];
		gint64 time = unplaced->backup->time;
		g_autofree char *name = snapshot_name(time, day, by_name, zone);
		RondSnapshot *snapshot =
		    rond_snapshot_new(name, time, TRUE, zone);

		rond_snapshot_add(snapshot, unplaced->part, unplaced->backup);
		unplaced->backup = NULL;
		g_ptr_array_add(day, snapshot);
		g_hash_table_insert(by_name, snapshot->name, snapshot);
	}
}

void rond_day_place(GArray *unplaced, GPtrArray *day, GHashTable *by_name,
		    GTimeZone *zone)
{
	g_array_sort(unplaced, compare_unplaced);
	while (unplaced->len) {
		for (guint i = 0; day->len && i < unplaced->len;) {
			Run run = run_at(unplaced, i);

			i += run.len;
			join_nearest(run, day);
		}
		drop_placed(unplaced);
		if (unplaced->len)
			make_snapshots(longest_run(unplaced), day, by_name,
				       zone);
		drop_placed(unplaced);
	}
}
