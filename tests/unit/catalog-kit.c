/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/catalog-kit.h"

#include "fs/dates.h"

#include <string.h>

static RondStore store_a = {.name = (char *)"/a"};

RondBackup *backup_at(const char *path, GTimeZone *zone, gint64 mtime)
{
	gboolean is_dir = g_str_has_suffix(path, "/");
	g_autofree char *bare = g_strndup(path, strlen(path) - is_dir);
	g_autofree char *name = g_path_get_basename(bare);
	g_autofree char *folder = g_path_get_dirname(bare);
	RondBackup *backup = g_new0(RondBackup, 1);
	g_auto(RondDated) dated = {0};

	g_atomic_ref_count_init(&backup->refs);
	backup->kind = is_dir		      ? ROND_BACKUP_FOLDER
		       : strstr(name, ".sql") ? ROND_BACKUP_DUMP
					      : ROND_BACKUP_ARCHIVE;
	backup->store = &store_a;
	backup->item = g_new0(RondStoreItem, 1);
	backup->item->path = g_strdup(path);
	backup->item->is_dir = is_dir;
	backup->item->dev = 1;
	backup->item->ino = g_str_hash(path) + (guint64)1;
	backup->item->mtime_ns = mtime * 1000000000;
	backup->source = g_strconcat("/a/", path, NULL);
	backup->folder = g_strdup(strcmp(folder, ".") ? folder : "");
	if (rond_date_parse(name, is_dir, NULL, zone, &dated)) {
		backup->time = dated.time;
		backup->has_time = dated.has_time;
	} else {
		backup->time = mtime;
		backup->has_time = backup->from_mtime = TRUE;
	}
	backup->stem = g_steal_pointer(&dated.stem);
	return backup;
}

GPtrArray *backups_new(void)
{
	return g_ptr_array_new_with_free_func(
	    (GDestroyNotify)rond_backup_unref);
}

RondBackup *backups_add(GPtrArray *backups, const char *path)
{
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
	RondBackup *backup = backup_at(path, utc, 1700000000);

	g_ptr_array_add(backups, backup);
	return backup;
}

GPtrArray *backups_at(GTimeZone *zone, const char *const *paths)
{
	GPtrArray *backups = backups_new();

	for (guint i = 0; paths[i]; i++)
		g_ptr_array_add(backups, backup_at(paths[i], zone, 1700000000));
	return backups;
}

RondBackup *backup_give(RondBackup *backup, const char *snapshot,
			const char *part)
{
	backup->snapshot = g_strdup(snapshot);
	backup->part = g_strdup(part);
	return backup;
}

char *catalog_shown(const RondCatalog *catalog)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < catalog->snapshots->len; i++) {
		const RondSnapshot *snapshot = catalog->snapshots->pdata[i];

		g_string_append_printf(text, "%s%s%s:", i ? "; " : "",
				       snapshot->name,
				       snapshot->dated ? "" : "*");
		for (guint j = 0; j < snapshot->parts->len; j++) {
			const RondPlacedPart *part = snapshot->parts->pdata[j];

			g_string_append_printf(text, " %s=%s", part->name,
					       part->backup->item->path);
		}
	}
	return g_string_free(text, FALSE);
}

RondCatalog *expect_after(GPtrArray *backups, GTimeZone *zone,
			  const RondCatalog *earlier, const char *expected)
{
	RondCatalog *catalog = rond_catalog_new(backups, NULL, zone, earlier);
	g_autofree char *text = catalog_shown(catalog);

	g_assert_cmpstr(text, ==, expected);
	return catalog;
}
