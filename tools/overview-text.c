/* SPDX-License-Identifier: BSD-2-Clause */
/* The forms in which an overview is shown. */
#include "tools/overview.h"

#include "tools/progress.h"
#include "tools/quote.h"
#include "tools/table.h"

#include <glib/gi18n.h>
#include <json-glib/json-glib.h>

/* "3 days"; new. */
static char *age_text(gint64 days)
{
	guint n = (guint)CLAMP(days, 0, G_MAXINT);

	if (days < 0)
		return g_strdup(_("to come"));
	if (!n)
		return g_strdup(_("today"));
	return g_strdup_printf(g_dngettext(NULL, "%u day", "%u days", n), n);
}

static char *count_text(gboolean known, guint64 count)
{
	return known ? g_strdup_printf("%" G_GUINT64_FORMAT, count)
		     : g_strdup("-");
}

static char *joined(const GPtrArray *texts, const char *between,
		    gboolean terminal)
{
	GString *text = g_string_new(NULL);
	g_autofree char *raw = NULL;

	for (guint i = 0; i < texts->len; i++)
		g_string_append_printf(text, "%s%s", i ? between : "",
				       (char *)texts->pdata[i]);
	if (!terminal)
		return g_string_free(text, FALSE);
	raw = g_string_free(text, FALSE);
	return rond_printable(raw);
}

static void add_cells(RondTable *table, const RondOverviewRow *row,
		      gboolean terminal)
{
	rond_table_add(table,
		       terminal ? rond_quote(row->name) : g_strdup(row->name));
	rond_table_add(table, age_text(row->days));
	rond_table_add(table, joined(row->parts, " ", terminal));
	rond_table_add(table, count_text(row->is_counted, row->entries));
	rond_table_add(table, row->is_counted ? rond_progress_bytes(row->bytes)
					      : g_strdup("-"));
	rond_table_add(table, count_text(row->has_changes, row->added));
	rond_table_add(table, count_text(row->has_changes, row->removed));
	rond_table_add(table, count_text(row->has_changes, row->changed));
	rond_table_add(table, row->health->len
				  ? joined(row->health, "; ", terminal)
				  : g_strdup(_("complete")));
}

char *rond_overview_format(const RondOverview *self, gboolean terminal)
{
	static const RondColumn columns[] = {
	    {N_("SNAPSHOT"), FALSE}, {N_("AGE"), TRUE},
	    {N_("PARTS"), FALSE},    {N_("ENTRIES"), TRUE},
	    {N_("SIZE"), TRUE},	     {N_("NEW"), TRUE},
	    {N_("GONE"), TRUE},	     {N_("CHANGED"), TRUE},
	    {N_("HEALTH"), FALSE},   {NULL},
	};
	g_autoptr(RondTable) table = rond_table_new(columns);

	for (guint i = 0; i < self->rows->len; i++)
		add_cells(table, self->rows->pdata[i], terminal);
	return rond_table_format(table);
}

static void set_text(JsonBuilder *json, const char *name, const char *text)
{
	g_autofree char *valid = g_utf8_make_valid(text, -1);

	json_builder_set_member_name(json, name);
	json_builder_add_string_value(json, valid);
}

static void set_int(JsonBuilder *json, const char *name, gint64 value)
{
	json_builder_set_member_name(json, name);
	json_builder_add_int_value(json, value);
}

static void set_count(JsonBuilder *json, const char *name, gboolean known,
		      guint64 count)
{
	json_builder_set_member_name(json, name);
	if (known)
		json_builder_add_int_value(json,
					   (gint64)MIN(count, G_MAXINT64));
	else
		json_builder_add_null_value(json);
}

static void set_texts(JsonBuilder *json, const char *name,
		      const GPtrArray *texts)
{
	json_builder_set_member_name(json, name);
	json_builder_begin_array(json);
	for (guint i = 0; i < texts->len; i++) {
		g_autofree char *valid = g_utf8_make_valid(texts->pdata[i], -1);

		json_builder_add_string_value(json, valid);
	}
	json_builder_end_array(json);
}

static void add_row(JsonBuilder *json, const RondOverviewRow *row)
{
	g_autoptr(GDateTime) date = g_date_time_new_from_unix_utc(row->time);
	g_autofree char *text = date ? g_date_time_format_iso8601(date) : NULL;

	json_builder_begin_object(json);
	set_text(json, "name", row->name);
	set_text(json, "date", text ? text : "");
	set_int(json, "days", row->days);
	set_texts(json, "parts", row->parts);
	set_count(json, "entries", row->is_counted, row->entries);
	set_count(json, "bytes", row->is_counted, row->bytes);
	set_count(json, "added", row->has_changes, row->added);
	set_count(json, "removed", row->has_changes, row->removed);
	set_count(json, "changed", row->has_changes, row->changed);
	set_texts(json, "health", row->health);
	json_builder_end_object(json);
}

char *rond_overview_json(const RondOverview *self)
{
	g_autoptr(JsonBuilder) json = json_builder_new();
	g_autofree char *text = NULL;

	json_builder_begin_object(json);
	set_int(json, "schema", ROND_OVERVIEW_SCHEMA);
	json_builder_set_member_name(json, "snapshots");
	json_builder_begin_array(json);
	for (guint i = 0; i < self->rows->len; i++)
		add_row(json, self->rows->pdata[i]);
	json_builder_end_array(json);
	json_builder_end_object(json);
	g_autoptr(JsonNode) root = json_builder_get_root(json);

	text = json_to_string(root, TRUE);
	return g_strconcat(text, "\n", NULL);
}
