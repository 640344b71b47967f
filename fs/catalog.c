/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/catalog.h"

#include "fs/catalog-days.h"
#include "fs/catalog-naming.h"
#include "fs/dates.h"
#include "fs/pieces.h"

#include <string.h>

RondBackup *rond_backup_ref(RondBackup *self)
{
	g_atomic_ref_count_inc(&self->refs);
	return self;
}

void rond_backup_unref(RondBackup *self)
{
	if (!g_atomic_ref_count_dec(&self->refs))
		return;
	g_clear_pointer(&self->item, rond_store_item_free);
	g_clear_pointer(&self->pieces, g_ptr_array_unref);
	g_free(self->source);
	g_free(self->snapshot);
	g_free(self->part);
	g_free(self->folder);
	g_free(self->stem);
	g_free(self);
}

gboolean rond_backup_same(const RondBackup *a, const RondBackup *b)
{
	return a->store == b->store && a->item->dev == b->item->dev &&
	       a->item->ino == b->item->ino && a->item->size == b->item->size &&
	       a->item->mtime_ns == b->item->mtime_ns &&
	       !strcmp(a->item->path, b->item->path) &&
	       rond_pieces_same(a->pieces, b->pieces);
}

gint64 rond_backup_stamp(const RondBackup *self)
{
	return self->pieces ? rond_pieces_stamp(self->pieces)
			    : self->item->mtime_ns;
}

RondSkipped *rond_skipped_new(const char *path, const char *why)
{
	RondSkipped *self = g_new(RondSkipped, 1);

	self->path = g_strdup(path);
	self->why = g_strdup(why);
	return self;
}

void rond_skipped_free(RondSkipped *self)
{
	g_free(self->path);
	g_free(self->why);
	g_free(self);
}

/* What a backup keeps its snapshot by: the file and its date. Not its path,
 * where there is an inode, because rsnapshot renames daily.0 to daily.1; not
 * size and mtime of a folder, which change when something is put into it. */
static char *place_key(const RondBackup *backup)
{
	const RondStoreItem *item = backup->item;
	gboolean is_folder = backup->kind == ROND_BACKUP_FOLDER;

	return g_strdup_printf(
	    "%p %d %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT
	    " %" G_GUINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT
	    " %d\n%s\n%s\n%s\n%s\n%s",
	    (void *)backup->store, backup->kind, item->dev, item->ino,
	    is_folder ? 0 : item->size,
	    is_folder ? 0 : rond_backup_stamp(backup), backup->time,
	    backup->has_time, item->ino ? "" : item->path, backup->folder,
	    backup->stem, backup->snapshot ? backup->snapshot : "",
	    backup->part ? backup->part : "");
}

/* A catalog in the making. */
typedef struct {
	RondCatalog *catalog;
	const RondCatalog *earlier;
	GArray *unplaced; /* RondUnplaced */
} Maker;

static RondSnapshot *snapshot_named(Maker *self, const char *name, gint64 time,
				    gboolean dated)
{
	RondCatalog *catalog = self->catalog;
	RondSnapshot *snapshot = g_hash_table_lookup(catalog->by_name, name);

	if (!snapshot) {
		snapshot = rond_snapshot_new(name, time, dated, catalog->zone);
		g_hash_table_insert(catalog->by_name, snapshot->name, snapshot);
	}
	return snapshot;
}

/* Put @backup where the catalog before had it; FALSE: it had it nowhere. */
static gboolean keep_place(Maker *self, RondBackup *backup, const char *part)
{
	g_autofree char *key = place_key(backup);
	const RondSnapshot *before;
	RondSnapshot *snapshot;

	if (!self->earlier)
		return FALSE;
	before = g_hash_table_lookup(self->earlier->places, key);
	if (!before)
		return FALSE;
	snapshot =
	    snapshot_named(self, before->name, before->time, before->dated);
	if (rond_snapshot_part(snapshot, part))
		return FALSE;
	rond_snapshot_add(snapshot, part, backup);
	return TRUE;
}

/* Put @backup into the snapshot that the user named for it. */
static void place_given(Maker *self, RondBackup *backup, const char *part)
{
	gint64 time = backup->time;
	gboolean has_time;
	gboolean dated = rond_snapshot_name_parse(
	    backup->snapshot, self->catalog->zone, &time, &has_time);
	RondSnapshot *snapshot =
	    snapshot_named(self, backup->snapshot, time, dated);
	g_autofree char *why = NULL;

	if (!rond_snapshot_part(snapshot, part)) {
		rond_snapshot_add(snapshot, part, backup);
		return;
	}
	why = g_strdup_printf("snapshot %s has another %s already; mount it as "
			      "SNAPSHOT/PART=PATH",
			      backup->snapshot, part);
	g_ptr_array_add(self->catalog->skipped,
			rond_skipped_new(backup->source, why));
}

/* The newest file first: of two for one named snapshot it gets the place. */
static gint compare_backups(gconstpointer a, gconstpointer b)
{
	const RondUnplaced *x = a;
	const RondUnplaced *y = b;
	gint64 i = x->backup->item->mtime_ns;
	gint64 j = y->backup->item->mtime_ns;

	if (i != j)
		return i > j ? -1 : 1;
	return strcmp(x->backup->source, y->backup->source);
}

static void place_known(Maker *self, GPtrArray *backups)
{
	for (guint i = 0; i < backups->len; i++) {
		RondBackup *backup = backups->pdata[i];
		RondUnplaced unplaced = {
		    backup, rond_naming_part(self->catalog->naming, backup)};

		if (!keep_place(self, backup, unplaced.part))
			g_array_append_val(self->unplaced, unplaced);
	}
	g_array_sort(self->unplaced, compare_backups);
}

static GPtrArray *snapshots_of_day(GHashTable *days, guint32 day)
{
	GPtrArray *found = g_hash_table_lookup(days, GUINT_TO_POINTER(day));

	if (!found) {
		found = g_ptr_array_new();
		g_hash_table_insert(days, GUINT_TO_POINTER(day), found);
	}
	return found;
}

static gint compare_snapshots(gconstpointer a, gconstpointer b)
{
	const RondSnapshot *x = *(RondSnapshot *const *)a;
	const RondSnapshot *y = *(RondSnapshot *const *)b;

	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	return strcmp(x->name, y->name);
}

/* The dated snapshots that there are so far, by day. */
static GHashTable *known_days(Maker *self)
{
	GHashTable *days = g_hash_table_new_full(
	    NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);
	g_autoptr(GList) all = g_hash_table_get_values(self->catalog->by_name);

	for (GList *at = all; at; at = at->next) {
		RondSnapshot *snapshot = at->data;

		if (snapshot->dated)
			g_ptr_array_add(snapshots_of_day(days, snapshot->day),
					snapshot);
	}
	return days;
}

static void unplaced_free(gpointer data)
{
	g_array_unref(data);
}

static void place_days(Maker *self)
{
	g_autoptr(GHashTable) known = known_days(self);
	g_autoptr(GHashTable) waiting =
	    g_hash_table_new_full(NULL, NULL, NULL, unplaced_free);
	GTimeZone *zone = self->catalog->zone;
	GHashTableIter iter;
	gpointer day, list;

	for (guint i = 0; i < self->unplaced->len; i++) {
		RondUnplaced *each =
		    &g_array_index(self->unplaced, RondUnplaced, i);

		day =
		    GUINT_TO_POINTER(rond_day_number(each->backup->time, zone));
		list = g_hash_table_lookup(waiting, day);
		if (!list) {
			list = g_array_new(FALSE, FALSE, sizeof(RondUnplaced));
			g_hash_table_insert(waiting, day, list);
		}
		g_array_append_vals(list, each, 1);
	}
	g_hash_table_iter_init(&iter, waiting);
	while (g_hash_table_iter_next(&iter, &day, &list)) {
		GPtrArray *snapshots =
		    snapshots_of_day(known, GPOINTER_TO_UINT(day));

		g_ptr_array_sort(snapshots, compare_snapshots);
		rond_day_place(list, snapshots, self->catalog->by_name, zone);
	}
}

static void place_all_given(Maker *self)
{
	guint kept = 0;

	for (guint i = 0; i < self->unplaced->len; i++) {
		RondUnplaced each =
		    g_array_index(self->unplaced, RondUnplaced, i);

		if (each.backup->snapshot)
			place_given(self, each.backup, each.part);
		else
			g_array_index(self->unplaced, RondUnplaced, kept++) =
			    each;
	}
	g_array_set_size(self->unplaced, kept);
}

static gint compare_parts(gconstpointer a, gconstpointer b)
{
	const RondPlacedPart *x = *(RondPlacedPart *const *)a;
	const RondPlacedPart *y = *(RondPlacedPart *const *)b;

	return strcmp(x->name, y->name);
}

/* From the names to the list, and to what the next catalog wants to know. */
static void list_snapshots(RondCatalog *catalog)
{
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, catalog->by_name);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		RondSnapshot *snapshot = value;

		g_ptr_array_add(catalog->snapshots, snapshot);
		g_ptr_array_sort(snapshot->parts, compare_parts);
		for (guint i = 0; i < snapshot->parts->len; i++) {
			RondPlacedPart *part = snapshot->parts->pdata[i];

			g_hash_table_replace(catalog->places,
					     place_key(part->backup), snapshot);
		}
	}
	g_ptr_array_sort(catalog->snapshots, compare_snapshots);
}

static RondCatalog *catalog_new(GPtrArray *skipped, GTimeZone *zone)
{
	RondCatalog *self = g_new0(RondCatalog, 1);

	g_atomic_ref_count_init(&self->refs);
	self->zone = g_time_zone_ref(zone);
	self->skipped = skipped ? skipped
				: g_ptr_array_new_with_free_func(
				      (GDestroyNotify)rond_skipped_free);
	self->snapshots =
	    g_ptr_array_new_with_free_func((GDestroyNotify)rond_snapshot_free);
	self->by_name = g_hash_table_new(g_str_hash, g_str_equal);
	self->places =
	    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return self;
}

RondCatalog *rond_catalog_new(GPtrArray *backups, GPtrArray *skipped,
			      GTimeZone *zone, const RondCatalog *earlier)
{
	RondCatalog *self = catalog_new(skipped, zone);
	g_autoptr(GArray) unplaced =
	    g_array_new(FALSE, FALSE, sizeof(RondUnplaced));
	Maker maker = {self, earlier, unplaced};

	self->naming =
	    rond_naming_new(backups, earlier ? earlier->naming : NULL);
	place_known(&maker, backups);
	place_all_given(&maker);
	place_days(&maker);
	list_snapshots(self);
	return self;
}

RondCatalog *rond_catalog_ref(RondCatalog *self)
{
	g_atomic_ref_count_inc(&self->refs);
	return self;
}

void rond_catalog_unref(RondCatalog *self)
{
	if (!g_atomic_ref_count_dec(&self->refs))
		return;
	g_hash_table_unref(self->places);
	g_hash_table_unref(self->by_name);
	g_hash_table_unref(self->naming);
	g_ptr_array_unref(self->snapshots);
	g_ptr_array_unref(self->skipped);
	g_time_zone_unref(self->zone);
	g_free(self);
}

const RondSnapshot *rond_catalog_find(const RondCatalog *self, const char *name)
{
	return g_hash_table_lookup(self->by_name, name);
}
