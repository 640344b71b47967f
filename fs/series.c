/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/series.h"

#define DAY (24 * 60 * 60)
/* A series is daily when it has this many backups and most follow the one
 * before by a day. */
#define DAILY_FROM 5
/* Smaller than this share of the one before is not to be trusted. */
#define SHRUNK_TO 0.4

struct RondSeries {
	GHashTable *all; /* RondBackup → RondFollowing */
};

/* Of one part, over all snapshots so far. */
typedef struct {
	guint n, daily;
	const RondBackup *last;
	const RondSnapshot *last_in;
	GPtrArray *gaps; /* RondFollowing: before which days are missing */
} Part;

static void part_free(gpointer data)
{
	Part *self = data;

	g_ptr_array_unref(self->gaps);
	g_free(self);
}

static gboolean is_shrunk(const RondBackup *backup, const RondBackup *before)
{
	return backup->kind != ROND_BACKUP_FOLDER &&
	       before->kind != ROND_BACKUP_FOLDER &&
	       (double)backup->item->size <
		   SHRUNK_TO * (double)before->item->size;
}

static void follow(Part *part, const RondBackup *backup,
		   RondFollowing *following)
{
	gint64 days = (backup->time - part->last->time + DAY / 2) / DAY;

	following->before = part->last;
	following->before_in = part->last_in;
	following->shrunk = is_shrunk(backup, part->last);
	part->daily += days <= 1;
	if (days > 1) {
		following->missing = (guint)MIN(days - 1, G_MAXUINT);
		g_ptr_array_add(part->gaps, following);
	}
}

static void add(RondSeries *self, GHashTable *parts,
		const RondSnapshot *snapshot, const RondPlacedPart *placed)
{
	RondFollowing *following = g_new0(RondFollowing, 1);
	Part *part = g_hash_table_lookup(parts, placed->name);

	if (!part) {
		part = g_new0(Part, 1);
		part->gaps = g_ptr_array_new();
		g_hash_table_insert(parts, placed->name, part);
	} else {
		follow(part, placed->backup, following);
	}
	g_hash_table_replace(self->all, placed->backup, following);
	part->n++;
	part->last = placed->backup;
	part->last_in = snapshot;
}

/* Who makes a backup now and then misses no day. */
static void forget_gaps(GHashTable *parts)
{
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, parts);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const Part *part = value;

		if (part->n >= DAILY_FROM &&
		    part->daily * 4 >= (part->n - 1) * 3)
			continue;
		for (guint i = 0; i < part->gaps->len; i++)
			((RondFollowing *)part->gaps->pdata[i])->missing = 0;
	}
}

RondSeries *rond_series_new(const RondCatalog *catalog)
{
	RondSeries *self = g_new0(RondSeries, 1);
	g_autoptr(GHashTable) parts =
	    g_hash_table_new_full(g_str_hash, g_str_equal, NULL, part_free);

	self->all = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	for (guint i = 0; i < catalog->snapshots->len; i++) {
		const RondSnapshot *snapshot = catalog->snapshots->pdata[i];

		for (guint j = 0; snapshot->dated && j < snapshot->parts->len;
		     j++)
			add(self, parts, snapshot, snapshot->parts->pdata[j]);
	}
	forget_gaps(parts);
	return self;
}

void rond_series_free(RondSeries *self)
{
	g_hash_table_unref(self->all);
	g_free(self);
}

const RondFollowing *rond_series_at(const RondSeries *self,
				    const RondBackup *backup)
{
	return g_hash_table_lookup(self->all, backup);
}
