/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/suspectprint.h"

#include "tools/jsonline.h"
#include "tools/quote.h"
#include "tools/table.h"

#include <glib/gi18n.h>

static const RondColumn columns[] = {
    {N_("FIRST IN")}, {N_("LAST IN")}, {N_("WHY")}, {N_("PATH")}, {NULL},
};

static const char *snapshot_of(const RondTimeline *line, guint32 stop)
{
	return ((const RondStop *)line->stops->pdata[stop])->snapshot;
}

static const char *first_of(const RondSuspect *suspect)
{
	return snapshot_of(suspect->line, suspect->span->first);
}

/* Of what was there in the oldest snapshot nobody knows since when it is. */
static gboolean is_oldest(const RondSuspect *suspect)
{
	return !suspect->span->first;
}

static char *why_text(const RondSuspect *suspect)
{
	GString *text = g_string_new(NULL);

	for (guint sign = 1; sign <= suspect->signs; sign <<= 1)
		if (suspect->signs & sign)
			g_string_append_printf(text, "%s%s",
					       text->len ? "; " : "",
					       rond_signs_text(sign));
	return g_string_free(text, FALSE);
}

static void print_table(const RondSuspectList *list, gboolean terminal,
			FILE *out)
{
	g_autoptr(RondTable) table = rond_table_new(columns);
	g_autofree char *text = NULL;

	for (guint i = 0; i < list->suspects->len; i++) {
		const RondSuspect *each = list->suspects->pdata[i];

		rond_table_add(table, g_strconcat(is_oldest(each) ? "<= " : "",
						  first_of(each), NULL));
		rond_table_add(table,
			       g_strdup(snapshot_of(each->line, each->last)));
		rond_table_add(table, why_text(each));
		rond_table_add(table, terminal ? rond_quote(each->path)
					       : g_strdup(each->path));
	}
	text = rond_table_format(table);
	fputs(text, out);
}

static void print_burst(const RondBurst *burst, FILE *out)
{
	fprintf(out,
		_("%s: %u programs of %s came or changed at once, usually "
		  "%u\n"),
		snapshot_of(burst->line, burst->stop), burst->programs,
		burst->line->name, burst->usual);
}

void rond_suspects_print_text(const RondSuspectList *list, gboolean terminal,
			      FILE *out)
{
	if (list->suspects->len)
		print_table(list, terminal, out);
	for (guint i = 0; i < list->bursts->len; i++)
		print_burst(&g_array_index(list->bursts, RondBurst, i), out);
	if (!list->suspects->len && !list->bursts->len)
		fputs(_("nothing is suspect by its name, time or place; a "
			"scanner may find more: --exec\n"),
		      out);
}

void rond_suspects_print_paths(const RondSuspectList *list, FILE *out)
{
	for (guint i = 0; i < list->suspects->len; i++) {
		const RondSuspect *each = list->suspects->pdata[i];

		fprintf(out, "%s/%s", first_of(each), each->path);
		fputc('\0', out);
	}
}

static void add_reasons(JsonBuilder *json, guint signs)
{
	json_builder_set_member_name(json, "reasons");
	json_builder_begin_array(json);
	for (guint sign = 1; sign <= signs; sign <<= 1)
		if (signs & sign)
			json_builder_add_string_value(json,
						      rond_signs_name(sign));
	json_builder_end_array(json);
}

static void print_suspect(const RondSuspect *suspect, FILE *out)
{
	g_autoptr(JsonBuilder) json = rond_json_line_new("suspect");
	g_autofree char *path = g_strconcat("/", suspect->path, NULL);

	rond_json_line_text(json, "path", path);
	rond_json_line_text(json, "first", first_of(suspect));
	rond_json_line_text(json, "last",
			    snapshot_of(suspect->line, suspect->last));
	rond_json_line_flag(json, "in_oldest", is_oldest(suspect));
	rond_json_line_flag(json, "in_newest",
			    suspect->last + 1 == suspect->line->stops->len);
	add_reasons(json, suspect->signs);
	rond_json_line_print(json, out);
}

static void print_burst_json(const RondBurst *burst, FILE *out)
{
	g_autoptr(JsonBuilder) json = rond_json_line_new("burst");

	rond_json_line_text(json, "part", burst->line->name);
	rond_json_line_text(json, "snapshot",
			    snapshot_of(burst->line, burst->stop));
	rond_json_line_int(json, "programs", burst->programs);
	rond_json_line_int(json, "usual", burst->usual);
	rond_json_line_print(json, out);
}

void rond_suspects_print_json(const RondSuspectList *list, FILE *out)
{
	g_autoptr(JsonBuilder) json = NULL;

	for (guint i = 0; i < list->suspects->len; i++)
		print_suspect(list->suspects->pdata[i], out);
	for (guint i = 0; i < list->bursts->len; i++)
		print_burst_json(&g_array_index(list->bursts, RondBurst, i),
				 out);
	json = rond_json_line_new("summary");
	rond_json_line_int(json, "schema", ROND_SUSPECTS_SCHEMA);
	rond_json_line_int(json, "suspects", list->suspects->len);
	rond_json_line_int(json, "bursts", list->bursts->len);
	rond_json_line_print(json, out);
}
