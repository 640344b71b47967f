/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/scan-source.h"

#include "fs/pieces.h"

gboolean rond_source_is_single(const RondSource *self)
{
	return !self->store->top->is_dir;
}

char *rond_source_path(const RondSource *self, const char *path)
{
	const char *name = self->store->name;

	if (rond_source_is_single(self) || !*path)
		return g_strdup(name);
	return g_strconcat(name, g_str_has_suffix(name, "/") ? "" : "/", path,
			   NULL);
}

static RondBackup *backup_new(const RondPlace *self, const RondStoreItem *item,
			      RondBackupKind kind)
{
	RondBackup *backup = g_new0(RondBackup, 1);

	g_atomic_ref_count_init(&backup->refs);
	backup->kind = kind;
	backup->store = self->source->store;
	backup->item = rond_store_item_copy(item);
	backup->source = rond_source_path(self->source, item->path);
	backup->detected.kind = ROND_KIND_TREE;
	backup->snapshot = g_strdup(self->source->snapshot);
	backup->part = g_strdup(self->source->part);
	backup->folder = g_strdup(self->folder);
	return backup;
}

/* @dated's part and stem move to @backup. */
static void set_date(RondBackup *backup, RondDated *dated, gboolean has_date)
{
	backup->stem = g_steal_pointer(&dated->stem);
	if (!backup->part)
		backup->part = g_steal_pointer(&dated->part);
	backup->from_mtime = !has_date;
	backup->time =
	    has_date ? dated->time : backup->item->mtime_ns / 1000000000;
	backup->has_time = has_date ? dated->has_time : TRUE;
}

/* The folder says which day, the file which time where the folder does not. A
 * file whose own day is far from the folder's was only put there later. */
static void merge_folder_date(const RondPlace *self, RondDated *dated,
			      gboolean has_date)
{
	const RondDated *folder = self->dated;
	GTimeZone *zone = self->config->zone;
	gint64 days;

	if (has_date && !folder->has_time) {
		days = (gint64)rond_day_number(dated->time, zone) -
		       rond_day_number(folder->time, zone);
		if ((days == 0 && dated->has_time) || ABS(days) > 1)
			return;
	}
	dated->time = folder->time;
	dated->has_time = folder->has_time;
}

RondBackup *rond_place_file(const RondPlace *self, const RondStoreItem *item,
			    const RondDetected *detected)
{
	g_autofree char *name = g_path_get_basename(item->path);
	g_auto(RondDated) dated = {0};
	gboolean has_date = rond_date_parse(name, FALSE, self->config->patterns,
					    self->config->zone, &dated);
	RondBackup *backup =
	    backup_new(self, item,
		       detected->kind == ROND_KIND_DUMP ? ROND_BACKUP_DUMP
							: ROND_BACKUP_ARCHIVE);

	backup->detected = *detected;
	if (self->dated)
		merge_folder_date(self, &dated, has_date);
	set_date(backup, &dated, has_date || self->dated);
	return backup;
}

/* Beside the part that the user named, those of the other databases. */
static void name_database(RondBackup *backup, const RondJoining *joining)
{
	g_autofree char *part = g_steal_pointer(&backup->part);
	g_autofree char *source = g_steal_pointer(&backup->source);

	g_free(backup->stem);
	backup->stem = g_strdup(joining->database);
	if (joining->several) {
		backup->source =
		    g_strconcat(source, "/", joining->database, ".*", NULL);
		if (part)
			backup->part =
			    g_strconcat(part, "-", joining->database, NULL);
	} else {
		backup->source = g_steal_pointer(&source);
		backup->part = g_steal_pointer(&part);
	}
}

RondBackup *rond_place_joined(const RondPlace *self, const RondJoining *joining,
			      GPtrArray *pieces, const RondDetected *detected)
{
	g_autofree char *name = g_path_get_basename(joining->folder->path);
	g_autoptr(RondStoreItem) item =
	    rond_pieces_item(pieces, joining->folder);
	g_auto(RondDated) dated = {0};
	gboolean has_date = rond_date_parse(name, TRUE, self->config->patterns,
					    self->config->zone, &dated);
	RondBackup *backup = backup_new(self, item, ROND_BACKUP_DUMP);

	backup->detected = *detected;
	backup->pieces = g_ptr_array_ref(pieces);
	if (self->dated)
		merge_folder_date(self, &dated, has_date);
	set_date(backup, &dated, has_date || self->dated);
	if (backup->from_mtime)
		backup->time = joining->time;
	name_database(backup, joining);
	return backup;
}

RondBackup *rond_place_tree(const RondPlace *self, const RondStoreItem *item)
{
	RondBackup *backup = backup_new(self, item, ROND_BACKUP_FOLDER);
	const RondDated *folder = self->dated;
	g_auto(RondDated) dated = {0};

	dated.stem = g_strdup(folder ? folder->stem : "");
	if (folder) {
		dated.time = folder->time;
		dated.has_time = folder->has_time;
		dated.part = g_strdup(folder->part);
	}
	set_date(backup, &dated, folder != NULL);
	return backup;
}
