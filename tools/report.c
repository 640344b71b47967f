/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/report.h"

#include "fs/status.h"
#include "tools/progress.h"
#include "tools/quote.h"
#include "tools/table.h"

#include <glib/gi18n.h>

static void free_row(gpointer data)
{
	RondReportRow *row = data;

	g_free(row->snapshot);
	g_free(row->part);
	g_free(row->state);
	g_free(row->message);
	g_free(row);
}

static void free_skipped(gpointer data)
{
	rond_skipped_free(data);
}

RondReport *rond_report_new(void)
{
	RondReport *self = g_new0(RondReport, 1);

	self->rows = g_ptr_array_new_with_free_func(free_row);
	self->skipped = g_ptr_array_new_with_free_func(free_skipped);
	return self;
}

void rond_report_free(RondReport *self)
{
	if (!self)
		return;
	g_ptr_array_unref(self->rows);
	g_ptr_array_unref(self->skipped);
	g_free(self->disk);
	g_free(self);
}

RondReport *rond_report_from_library(RondLibrary *library)
{
	g_autofree char *text = rond_status_json(library);
	RondReport *self = rond_report_from_json(text, NULL);

	g_assert(self);
	return self;
}

static gboolean is_problem(const RondReportRow *row)
{
	const RondPartState bad[] = {ROND_PART_DAMAGED, ROND_PART_INCOMPLETE,
				     ROND_PART_FAILED};

	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		if (g_str_equal(row->state, rond_part_state_name(bad[i])))
			return TRUE;
	}
	return FALSE;
}

guint rond_report_problems(const RondReport *self)
{
	guint problems = self->skipped->len;

	for (guint i = 0; i < self->rows->len; i++) {
		if (is_problem(self->rows->pdata[i]))
			problems++;
	}
	return problems;
}

static char *name_for(const char *name, gboolean terminal)
{
	return terminal ? rond_quote(name) : g_strdup(name);
}

static char *text_for(const char *text, gboolean terminal)
{
	return terminal ? rond_printable(text) : g_strdup(text);
}

static void add_cells(RondTable *table, const RondReportRow *row,
		      gboolean terminal)
{
	const char *message = row->message ? row->message : "";

	rond_table_add(table, name_for(row->snapshot, terminal));
	rond_table_add(table, name_for(row->part, terminal));
	rond_table_add(table, text_for(row->state, terminal));
	rond_table_add(table,
		       g_strdup_printf("%d%%", (int)(row->progress * 100)));
	rond_table_add(table,
		       g_strdup_printf("%" G_GUINT64_FORMAT, row->entries));
	rond_table_add(table, rond_progress_bytes(row->bytes));
	rond_table_add(table, text_for(message, terminal));
}

static void append_skipped(const RondReport *self, GString *text,
			   gboolean terminal)
{
	for (guint i = 0; i < self->skipped->len; i++) {
		const RondSkipped *skipped = self->skipped->pdata[i];
		g_autofree char *path = name_for(skipped->path, terminal);
		g_autofree char *why = text_for(skipped->why, terminal);

		g_string_append_printf(text, _("left out: %s: %s\n"), path,
				       why);
	}
}

char *rond_report_format(const RondReport *self, gboolean terminal)
{
	static const RondColumn columns[] = {
	    {N_("SNAPSHOT"), FALSE}, {N_("PART"), FALSE},
	    {N_("STATE"), FALSE},    {N_("READ"), TRUE},
	    {N_("ENTRIES"), TRUE},   {N_("SIZE"), TRUE},
	    {N_("MESSAGE"), FALSE},  {NULL},
	};
	g_autoptr(RondTable) table = rond_table_new(columns);
	g_autofree char *rows = NULL;
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < self->rows->len; i++)
		add_cells(table, self->rows->pdata[i], terminal);
	rows = rond_table_format(table);
	g_string_append(text, rows);
	append_skipped(self, text, terminal);
	return g_string_free(text, FALSE);
}

static void append_hits(const RondReport *self, GString *text)
{
	g_autofree char *held = rond_progress_bytes(self->memory_bytes);
	g_autofree char *limit = rond_progress_bytes(self->memory_limit);
	guint64 asked = self->hits + self->misses;

	if (asked)
		g_string_append_printf(
		    text,
		    _("in memory: %s decoded, of at most %s; it had %.0f %% "
		      "of %" G_GUINT64_FORMAT " blocks that were read\n"),
		    held, limit, (double)self->hits * 100 / (double)asked,
		    asked);
}

char *rond_report_format_caches(const RondReport *self, gboolean terminal)
{
	GString *text = g_string_new(NULL);
	g_autofree char *held = rond_progress_bytes(self->disk_bytes);
	g_autofree char *limit = rond_progress_bytes(self->disk_limit);
	g_autofree char *disk =
	    self->disk ? name_for(self->disk, terminal) : NULL;

	if (disk)
		g_string_append_printf(text,
				       _("on disk: %s, of at most %s, "
					 "in %s\n"),
				       held, limit, disk);
	append_hits(self, text);
	return g_string_free(text, FALSE);
}
