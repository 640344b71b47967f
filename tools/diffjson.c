/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/diffprint.h"

#include <json-glib/json-glib.h>

static void set_text(JsonBuilder *json, const char *name, const char *text)
{
	g_autofree char *valid = g_utf8_make_valid(text, -1);

	json_builder_set_member_name(json, name);
	json_builder_add_string_value(json, valid);
}

static void set_int(JsonBuilder *json, const char *name, guint64 value)
{
	json_builder_set_member_name(json, name);
	json_builder_add_int_value(json, (gint64)MIN(value, G_MAXINT64));
}

static void print_line(JsonBuilder *json, FILE *out)
{
	g_autoptr(JsonNode) root = json_builder_get_root(json);
	g_autofree char *text = json_to_string(root, FALSE);

	fprintf(out, "%s\n", text);
}

/* restic's letters. */
static const char *modifier_of(const RondDiffItem *item)
{
	switch (item->letter) {
	case 'A':
		return "+";
	case 'D':
		return "-";
	case 'T':
		return "T";
	case 'U':
		return "U";
	}
	return item->flags & ROND_DELTA_SAME_LOOKS ? "M?" : "M";
}

static void add_signs(JsonBuilder *json, const RondDiffItem *item)
{
	if (!item->signs)
		return;
	json_builder_set_member_name(json, "signs");
	json_builder_begin_array(json);
	for (guint sign = 1; sign <= item->signs; sign <<= 1)
		if (item->signs & sign)
			json_builder_add_string_value(json,
						      rond_signs_name(sign));
	json_builder_end_array(json);
}

static void add_rows(JsonBuilder *json, const char *name, gint64 rows)
{
	if (rows >= 0)
		set_int(json, name, (guint64)rows);
}

static void print_item(const RondDiffItem *item, FILE *out)
{
	g_autoptr(JsonBuilder) json = json_builder_new();
	g_autofree char *path = g_strconcat("/", item->path, NULL);

	json_builder_begin_object(json);
	set_text(json, "message_type", "change");
	set_text(json, "path", path);
	set_text(json, "modifier", modifier_of(item));
	if (!item->folder && item->old != ROND_INDEX_NONE)
		set_int(json, "old_size", item->old_size);
	if (!item->folder && item->new != ROND_INDEX_NONE)
		set_int(json, "new_size", item->new_size);
	if (item->table) {
		set_text(json, "table", item->table);
		add_rows(json, "old_rows", item->old_rows);
		add_rows(json, "new_rows", item->new_rows);
	}
	if (item->rows_counted) {
		set_int(json, "rows_removed", item->rows_removed);
		set_int(json, "rows_added", item->rows_added);
		set_int(json, "rows_changed", item->rows_changed);
	}
	add_signs(json, item);
	if (item->flags & ROND_DELTA_UNSURE) {
		json_builder_set_member_name(json, "unsure");
		json_builder_add_boolean_value(json, TRUE);
	}
	json_builder_end_object(json);
	print_line(json, out);
}

static void add_sum(JsonBuilder *json, const char *name, const RondDiffSum *sum)
{
	json_builder_set_member_name(json, name);
	json_builder_begin_object(json);
	set_int(json, "files", sum->files);
	set_int(json, "dirs", sum->dirs);
	set_int(json, "others", sum->others);
	set_int(json, "bytes", sum->bytes);
	json_builder_end_object(json);
}

static void print_stats(const RondDiffStats *stats, const RondDiffStyle *style,
			FILE *out)
{
	g_autoptr(JsonBuilder) json = json_builder_new();

	json_builder_begin_object(json);
	set_text(json, "message_type", "statistics");
	set_int(json, "schema", ROND_DIFF_SCHEMA);
	set_text(json, "source_snapshot", style->names[0]);
	set_text(json, "target_snapshot", style->names[1]);
	set_int(json, "changed_files", stats->changed);
	set_int(json, "touched_files", stats->touched);
	add_sum(json, "added", &stats->added);
	add_sum(json, "removed", &stats->removed);
	json_builder_end_object(json);
	print_line(json, out);
}

void rond_diff_print_json(const RondDiffList *list, const RondDiffStyle *style,
			  FILE *out)
{
	for (guint i = 0; i < list->items->len; i++) {
		const RondDiffItem *item = list->items->pdata[i];

		if (item->letter != 'U' || style->metadata)
			print_item(item, out);
	}
	print_stats(&list->stats, style, out);
}
