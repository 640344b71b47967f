/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/status.h"

#include <json-glib/json-glib.h>

static void set_text(JsonBuilder *json, const char *name, const char *text)
{
	g_autofree char *valid = text ? g_utf8_make_valid(text, -1) : NULL;

	json_builder_set_member_name(json, name);
	if (valid)
		json_builder_add_string_value(json, valid);
	else
		json_builder_add_null_value(json);
}

static void set_int(JsonBuilder *json, const char *name, guint64 value)
{
	json_builder_set_member_name(json, name);
	json_builder_add_int_value(json, (gint64)MIN(value, G_MAXINT64));
}

static const char *kind_name(RondBackupKind kind)
{
	static const char *const names[] = {
	    [ROND_BACKUP_ARCHIVE] = "archive",
	    [ROND_BACKUP_DUMP] = "dump",
	    [ROND_BACKUP_FOLDER] = "folder",
	};

	return names[kind];
}

static double progress_of(const RondPartInfo *info)
{
	if (info->state == ROND_PART_UNINDEXED)
		return 0;
	if (info->state != ROND_PART_INDEXING || !info->bytes_total)
		return 1;
	return MIN(1.0, (double)info->bytes_read / (double)info->bytes_total);
}

static void add_part(JsonBuilder *json, RondLibrary *library,
		     const RondPlacedPart *placed)
{
	g_autoptr(RondPart) part = rond_library_part(library, placed->backup);
	g_auto(RondPartInfo) info = {0};
	gboolean keeps = rond_library_config(library)->keep_special;

	if (part)
		rond_part_info(part, &info);
	json_builder_begin_object(json);
	set_text(json, "name", placed->name);
	set_text(json, "kind", kind_name(placed->backup->kind));
	set_text(json, "source", placed->backup->source);
	set_text(json, "date_from",
		 placed->backup->from_mtime ? "mtime" : "name");
	set_text(json, "state", rond_part_state_name(info.state));
	json_builder_set_member_name(json, "progress");
	json_builder_add_double_value(json, progress_of(&info));
	set_text(json, "message", info.message);
	set_int(json, "size", placed->backup->item->size);
	set_int(json, "entries", info.entries);
	set_int(json, "bytes", info.content_bytes);
	/* Without -o keep_special. */
	set_int(json, "left_out", keeps ? 0 : info.specials);
	set_int(json, "stripped", keeps ? 0 : info.setids);
	json_builder_end_object(json);
}

static void add_snapshot(JsonBuilder *json, RondLibrary *library,
			 const RondSnapshot *snapshot)
{
	g_autoptr(GDateTime) date =
	    g_date_time_new_from_unix_utc(snapshot->time);
	g_autofree char *text = date ? g_date_time_format_iso8601(date) : NULL;

	json_builder_begin_object(json);
	set_text(json, "name", snapshot->name);
	set_text(json, "date", text);
	json_builder_set_member_name(json, "parts");
	json_builder_begin_array(json);
	for (guint i = 0; i < snapshot->parts->len; i++)
		add_part(json, library, snapshot->parts->pdata[i]);
	json_builder_end_array(json);
	json_builder_end_object(json);
}

static void add_skipped(JsonBuilder *json, const RondCatalog *catalog)
{
	json_builder_set_member_name(json, "skipped");
	json_builder_begin_array(json);
	for (guint i = 0; i < catalog->skipped->len; i++) {
		const RondSkipped *skipped = catalog->skipped->pdata[i];

		json_builder_begin_object(json);
		set_text(json, "path", skipped->path);
		set_text(json, "why", skipped->why);
		json_builder_end_object(json);
	}
	json_builder_end_array(json);
}

static void add_texts(JsonBuilder *json, const char *name, char **texts)
{
	json_builder_set_member_name(json, name);
	json_builder_begin_array(json);
	for (; texts && *texts; texts++) {
		g_autofree char *valid = g_utf8_make_valid(*texts, -1);

		json_builder_add_string_value(json, valid);
	}
	json_builder_end_array(json);
}

static void add_cache(JsonBuilder *json, RondLibrary *library)
{
	RondCacheCounts counts;

	rond_library_cache_counts(library, &counts);
	json_builder_set_member_name(json, "cache");
	json_builder_begin_object(json);
	set_int(json, "memory_bytes", counts.blocks.bytes);
	set_int(json, "memory_limit", counts.blocks.limit);
	set_int(json, "hits", counts.blocks.hits);
	set_int(json, "misses", counts.blocks.misses);
	set_text(json, "disk", counts.disk);
	set_int(json, "disk_bytes", counts.disk_bytes);
	set_int(json, "disk_limit", counts.disk_limit);
	json_builder_end_object(json);
}

char *rond_status_json(RondLibrary *library)
{
	g_autoptr(RondCatalog) catalog = rond_library_catalog(library);
	g_autoptr(JsonBuilder) json = json_builder_new();
	const RondConfig *config = rond_library_config(library);

	json_builder_begin_object(json);
	set_int(json, "schema", ROND_STATUS_SCHEMA);
	set_text(json, "version", ROND_VERSION);
	add_texts(json, "sources", config->sources);
	add_texts(json, "arguments", config->arguments);
	set_text(json, "first_seen", rond_library_first_seen(library));
	add_skipped(json, catalog);
	add_cache(json, library);
	json_builder_set_member_name(json, "snapshots");
	json_builder_begin_array(json);
	for (guint i = 0; i < catalog->snapshots->len; i++)
		add_snapshot(json, library, catalog->snapshots->pdata[i]);
	json_builder_end_array(json);
	json_builder_end_object(json);
	g_autoptr(JsonNode) root = json_builder_get_root(json);
	g_autofree char *text = json_to_string(root, TRUE);

	return g_strconcat(text, "\n", NULL);
}
