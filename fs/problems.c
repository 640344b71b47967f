/* SPDX-License-Identifier: BSD-2-Clause */
/* PROBLEMS.txt: what a person should know before trusting these backups. */
#include "fs/series.h"
#include "fs/status.h"

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

static void add_shrunk(GString *text, const RondFollowing *following,
		       const RondSnapshot *snapshot,
		       const RondPlacedPart *placed)
{
	g_autofree char *now = g_format_size(placed->backup->item->size);
	g_autofree char *was = g_format_size(following->before->item->size);

	add_line(text, g_strdup_printf(
			   "%s/%s (%s): suspiciously small: %s, and %s on %s; "
			   "compare the two before you trust it",
			   snapshot->name, placed->name, placed->backup->source,
			   now, was, following->before_in->name));
}

static void add_gap(GString *text, const RondFollowing *following,
		    const RondSnapshot *snapshot, const RondPlacedPart *placed)
{
	add_line(text,
		 g_strdup_printf(
		     "%s: no backup between %s and %s, though there is one "
		     "every day else; was the backup job down?",
		     placed->name, following->before_in->name, snapshot->name));
}

static void add_series(GString *text, const RondCatalog *catalog)
{
	g_autoptr(RondSeries) series = rond_series_new(catalog);
	g_autoptr(GString) gaps = g_string_new(NULL);

	for (guint i = 0; i < catalog->snapshots->len; i++) {
		const RondSnapshot *snapshot = catalog->snapshots->pdata[i];

		for (guint j = 0; j < snapshot->parts->len; j++) {
			const RondPlacedPart *placed =
			    snapshot->parts->pdata[j];
			const RondFollowing *following =
			    rond_series_at(series, placed->backup);

			if (following && following->shrunk)
				add_shrunk(text, following, snapshot, placed);
			if (following && following->missing)
				add_gap(gaps, following, snapshot, placed);
		}
	}
	g_string_append(text, gaps->str);
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
