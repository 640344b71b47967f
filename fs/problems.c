/* SPDX-License-Identifier: BSD-2-Clause */
/* PROBLEMS.txt: what a person should know before trusting these backups. */
#include "fs/dates.h"
#include "fs/status.h"

#include <string.h>

#define DAY (24 * 60 * 60)
/* A series is daily when it has this many backups and most follow the one
 * before by a day. */
#define DAILY_FROM 5
/* Smaller than this share of the one before is worth a line. */
#define SHRUNK_TO 0.4

/* One line: a file's name must not fake another, nor command a terminal. */
static void add_line(GString *text, char *line)
{
	for (char *at = line; *at; at++)
		if (g_ascii_iscntrl(*at))
			*at = ' ';
	g_string_append(text, line);
	g_string_append_c(text, '\n');
	g_free(line);
}

static gboolean is_bad(RondPartState state)
{
	return state == ROND_PART_DAMAGED || state == ROND_PART_INCOMPLETE ||
	       state == ROND_PART_FAILED;
}

static const char *advice(RondPartState state)
{
	switch (state) {
	case ROND_PART_FAILED:
		return "nothing of it can be served; take another day's, or "
		       "fetch this backup again";
	case ROND_PART_INCOMPLETE:
		return "what was whole is served, the rest gives an error; "
		       "take it from another day's";
	default:
		return "what is sound is served, the rest gives an error; "
		       "take it from another day's";
	}
}

/* TRUE: a part of @snapshot is known to be unsound. */
static gboolean add_unsound(GString *text, RondLibrary *library,
			    const RondSnapshot *snapshot)
{
	gboolean bad = FALSE;

	for (guint i = 0; i < snapshot->parts->len; i++) {
		const RondPlacedPart *placed = snapshot->parts->pdata[i];
		g_autoptr(RondPart) part =
		    rond_library_part(library, placed->backup);
		g_auto(RondPartInfo) info = {0};

		if (part)
			rond_part_info(part, &info);
		if (!is_bad(info.state)) {
			if (info.message)
				add_line(text, g_strdup_printf(
						   "%s/%s (%s): note: %s",
						   snapshot->name, placed->name,
						   placed->backup->source,
						   info.message));
			continue;
		}
		bad = TRUE;
		add_line(text, g_strdup_printf(
				   "%s/%s (%s): %s: %s; %s", snapshot->name,
				   placed->name, placed->backup->source,
				   rond_part_state_name(info.state),
				   info.message ? info.message : "unknown",
				   advice(info.state)));
	}
	return bad;
}

static void add_all_unsound(GString *text, RondLibrary *library,
			    const RondCatalog *catalog)
{
	const RondSnapshot *sound = NULL;
	const RondSnapshot *latest =
	    rond_catalog_resolve(catalog, rond_library_now(library), "latest");
	gboolean latest_bad = FALSE;

	for (guint i = 0; i < catalog->snapshots->len; i++) {
		const RondSnapshot *snapshot = catalog->snapshots->pdata[i];
		gboolean bad = add_unsound(text, library, snapshot);

		if (!bad && snapshot->dated)
			sound = snapshot;
		if (snapshot == latest)
			latest_bad = bad;
	}
	if (latest_bad)
		add_line(text,
			 g_strdup_printf(
			     "latest (%s) is not sound; the newest one not "
			     "known to be damaged is %s",
			     latest->name, sound ? sound->name : "none"));
}

/* Of one part, over all snapshots. */
typedef struct {
	guint n, daily;
	const RondBackup *before;
	const char *before_name;
	GString *gaps; /* lines to add if the series proves to be daily */
} Series;

static void free_series(gpointer data)
{
	Series *self = data;

	g_string_free(self->gaps, TRUE);
	g_free(self);
}

static void compare_size(GString *text, const Series *series,
			 const RondSnapshot *snapshot,
			 const RondPlacedPart *placed)
{
	guint64 size = placed->backup->item->size;
	guint64 before = series->before->item->size;

	if (placed->backup->kind == ROND_BACKUP_FOLDER ||
	    series->before->kind == ROND_BACKUP_FOLDER ||
	    (double)size >= SHRUNK_TO * (double)before)
		return;
	g_autofree char *now = g_format_size(size);
	g_autofree char *was = g_format_size(before);

	add_line(text, g_strdup_printf(
			   "%s/%s (%s): suspiciously small: %s, and %s on %s; "
			   "compare the two before you trust it",
			   snapshot->name, placed->name, placed->backup->source,
			   now, was, series->before_name));
}

static void look_for_gap(Series *series, const RondSnapshot *snapshot,
			 const RondPlacedPart *placed)
{
	gint64 days =
	    (placed->backup->time - series->before->time + DAY / 2) / DAY;

	series->daily += days <= 1;
	if (days > 1)
		add_line(
		    series->gaps,
		    g_strdup_printf(
			"%s: no backup between %s and %s, though there is one "
			"every day else; was the backup job down?",
			placed->name, series->before_name, snapshot->name));
}

static void follow(GString *text, GHashTable *all, const RondSnapshot *snapshot,
		   const RondPlacedPart *placed)
{
	Series *series = g_hash_table_lookup(all, placed->name);

	if (!series) {
		series = g_new0(Series, 1);
		series->gaps = g_string_new(NULL);
		g_hash_table_insert(all, placed->name, series);
	} else {
		compare_size(text, series, snapshot, placed);
		look_for_gap(series, snapshot, placed);
	}
	series->n++;
	series->before = placed->backup;
	series->before_name = snapshot->name;
}

static void add_series(GString *text, const RondCatalog *catalog)
{
	g_autoptr(GHashTable) all =
	    g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_series);
	GHashTableIter iter;
	gpointer value;

	for (guint i = 0; i < catalog->snapshots->len; i++) {
		const RondSnapshot *snapshot = catalog->snapshots->pdata[i];

		for (guint j = 0; snapshot->dated && j < snapshot->parts->len;
		     j++)
			follow(text, all, snapshot, snapshot->parts->pdata[j]);
	}
	g_hash_table_iter_init(&iter, all);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		const Series *series = value;

		if (series->n >= DAILY_FROM &&
		    series->daily * 4 >= (series->n - 1) * 3)
			g_string_append(text, series->gaps->str);
	}
}

char *rond_status_problems(RondLibrary *library)
{
	g_autoptr(RondCatalog) catalog = rond_library_catalog(library);
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < catalog->skipped->len; i++) {
		const RondSkipped *skipped = catalog->skipped->pdata[i];

		add_line(text, g_strdup_printf("%s: skipped: %s", skipped->path,
					       skipped->why));
	}
	add_all_unsound(text, library, catalog);
	add_series(text, catalog);
	return g_string_free(text, text->len == 0);
}
