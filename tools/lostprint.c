/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/lostprint.h"

#include "tools/jsonline.h"
#include "tools/progress.h"
#include "tools/quote.h"
#include "tools/table.h"
#include "tools/tablerows.h"

#include <glib/gi18n.h>
#include <sys/stat.h>

static const RondColumn columns[] = {
    {N_("LAST IN")}, {N_("SIZE"), TRUE}, {N_("MODIFIED")}, {N_("PATH")}, {NULL},
};

static char *size_text(const RondLostItem *item)
{
	if (item->table && item->rows != ROND_NO_ROWS)
		return g_strdup_printf(_("%" G_GINT64_FORMAT " rows"),
				       item->rows);
	return rond_progress_bytes(S_ISDIR(item->type) ? item->bytes
						       : item->size);
}

static char *time_text(const RondLostItem *item, GTimeZone *zone)
{
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(item->mtime);
	g_autoptr(GDateTime) local =
	    utc ? g_date_time_to_timezone(utc, zone) : NULL;

	if (!item->has_mtime || S_ISDIR(item->type) || !local)
		return g_strdup("-");
	return g_date_time_format(local, "%Y-%m-%d %H:%M");
}

static char *path_text(const RondLostItem *item, gboolean terminal)
{
	const char *path = item->table ? item->table : item->path;
	g_autofree char *name = terminal ? rond_quote(path) : g_strdup(path);
	GString *text = g_string_new(name);

	if (S_ISDIR(item->type))
		g_string_append_printf(text, _("  %" G_GUINT64_FORMAT " files"),
				       item->files);
	if (item->replaced)
		g_string_append(text, _("  replaced by something else"));
	return g_string_free(text, FALSE);
}

static void print_table(const RondLostList *list, GTimeZone *zone,
			gboolean terminal, FILE *out)
{
	g_autoptr(RondTable) table = rond_table_new(columns);
	g_autofree char *text = NULL;

	for (guint i = 0; i < list->items->len; i++) {
		const RondLostItem *item = list->items->pdata[i];

		if (item->implied)
			continue;
		rond_table_add(table, g_strdup(rond_lost_item_snapshot(item)));
		rond_table_add(table, size_text(item));
		rond_table_add(table, time_text(item, zone));
		rond_table_add(table, path_text(item, terminal));
	}
	text = rond_table_format(table);
	fputs(text, out);
}

static char *summary_text(const RondLostList *list)
{
	g_autofree char *bytes = rond_progress_bytes(list->bytes);
	g_autofree char *files =
	    g_strdup_printf(_("lost: %" G_GUINT64_FORMAT
			      " files, %" G_GUINT64_FORMAT " folders"),
			    list->files + list->others, list->folders);
	g_autofree char *tables =
	    list->tables ? g_strdup_printf(_(", %" G_GUINT64_FORMAT " tables"),
					   list->tables)
			 : NULL;

	return g_strconcat(files, tables ? tables : "", "; ", bytes, "\n",
			   NULL);
}

void rond_lost_print_text(const RondLostList *list, GTimeZone *zone,
			  gboolean terminal, FILE *out)
{
	g_autofree char *summary = summary_text(list);

	if (!list->items->len) {
		fputs(_("nothing is lost\n"), out);
		return;
	}
	print_table(list, zone, terminal, out);
	fputs(summary, out);
}

void rond_lost_print_paths(const RondLostList *list, FILE *out)
{
	for (guint i = 0; i < list->items->len; i++) {
		const RondLostItem *item = list->items->pdata[i];

		if (S_ISDIR(item->type))
			continue;
		fprintf(out, "%s/%s", rond_lost_item_snapshot(item),
			item->path);
		fputc('\0', out);
	}
}

static const char *type_name(mode_t type)
{
	if (S_ISDIR(type))
		return "dir";
	if (S_ISLNK(type))
		return "symlink";
	return S_ISREG(type) ? "file" : "other";
}

static void print_item(const RondLostItem *item, FILE *out)
{
	g_autoptr(JsonBuilder) json = rond_json_line_new("lost");
	g_autofree char *path = g_strconcat("/", item->path, NULL);

	rond_json_line_text(json, "path", path);
	rond_json_line_text(json, "snapshot", rond_lost_item_snapshot(item));
	rond_json_line_text(json, "type", type_name(item->type));
	if (!S_ISDIR(item->type))
		rond_json_line_int(json, "size", item->size);
	if (item->has_mtime && !S_ISDIR(item->type)) {
		json_builder_set_member_name(json, "mtime");
		json_builder_add_int_value(json, item->mtime);
	}
	if (item->table)
		rond_json_line_text(json, "table", item->table);
	if (item->rows != ROND_NO_ROWS)
		rond_json_line_int(json, "rows", (guint64)item->rows);
	rond_json_line_flag(json, "replaced", item->replaced);
	rond_json_line_print(json, out);
}

void rond_lost_print_json(const RondLostList *list, FILE *out)
{
	g_autoptr(JsonBuilder) json = NULL;

	for (guint i = 0; i < list->items->len; i++)
		print_item(list->items->pdata[i], out);
	json = rond_json_line_new("summary");
	rond_json_line_int(json, "schema", ROND_LOST_SCHEMA);
	rond_json_line_int(json, "files", list->files);
	rond_json_line_int(json, "folders", list->folders);
	rond_json_line_int(json, "others", list->others);
	rond_json_line_int(json, "tables", list->tables);
	rond_json_line_int(json, "bytes", list->bytes);
	rond_json_line_print(json, out);
}
