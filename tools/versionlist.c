/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/versionlist.h"

#include "tools/progress.h"
#include "tools/quote.h"
#include "tools/table.h"

#include <glib/gi18n.h>

/* More of them make a line that nobody reads. */
#define MAX_RUNS 3
#define SHORT_HASH 6 /* bytes */
#define SHORT_COMMIT 10

guint rond_version_signs(const RondLineages *lineages, const RondLineage *line,
			 const RondVersion *version)
{
	const RondLook *look = &version->look;
	guint before =
	    rond_lineages_before(lineages, rond_version_run(version, 0));
	guint signs = 0;

	if (!S_ISREG(look->type) || !look->has_time || look->is_dump)
		return 0;
	if (rond_signs_is_program(line->path))
		signs |= ROND_SIGN_PROGRAM;
	if (before != ROND_NO_STOP &&
	    look->mtime.tv_sec < rond_lineages_stop(lineages, before)->time)
		signs |= ROND_SIGN_OLD_TIME;
	return signs;
}

/* For each stop whether @line is there. */
static gboolean *present_in(const RondLineages *lineages,
			    const RondLineage *line)
{
	gboolean *present = g_new0(gboolean, lineages->stops->len);

	for (guint i = 0; i < line->versions->len; i++) {
		const RondVersion *version = rond_lineage_version(line, i);

		for (guint j = 0; j < version->runs->len; j++) {
			const RondLineageRun *run =
			    rond_version_run(version, j);

			for (guint at = run->first; at <= run->last; at++)
				present[at] = TRUE;
		}
	}
	return present;
}

GArray *rond_version_gaps(const RondLineages *lineages, const RondLineage *line)
{
	g_autofree gboolean *present = present_in(lineages, line);
	GArray *gaps = g_array_new(FALSE, FALSE, sizeof(RondLineageRun));
	gboolean seen = FALSE, open = FALSE;

	for (guint i = 0; i < lineages->stops->len; i++) {
		const RondLineageRun gap = {i, i};

		seen |= present[i];
		if (present[i])
			open = FALSE;
		if (!seen || present[i] ||
		    rond_lineages_stop(lineages, i)->unread)
			continue;
		if (open)
			g_array_index(gaps, RondLineageRun, gaps->len - 1)
			    .last = i;
		else
			g_array_append_val(gaps, gap);
		open = TRUE;
	}
	return gaps;
}

static void add_run(GString *text, const RondLineages *lineages,
		    const RondLineageRun *run)
{
	const char *first = rond_lineages_stop(lineages, run->first)->snapshot;
	const char *last = rond_lineages_stop(lineages, run->last)->snapshot;

	g_string_append(text, text->len ? ", " : "");
	g_string_append(text, first);
	if (run->last != run->first)
		g_string_append_printf(text, "..%s", last);
}

/* "2024-05-01..2024-05-03, 2024-05-05"; new. */
static char *runs_text(const RondLineages *lineages, const GArray *runs,
		       gboolean terminal)
{
	GString *text = g_string_new(NULL);
	g_autofree char *raw = NULL;

	for (guint i = 0; i < MIN(runs->len, MAX_RUNS); i++)
		add_run(text, lineages,
			&g_array_index(runs, RondLineageRun, i));
	if (runs->len > MAX_RUNS)
		g_string_append_printf(text,
				       g_dngettext(NULL, ", and %u time more",
						   ", and %u times more",
						   runs->len - MAX_RUNS),
				       runs->len - MAX_RUNS);
	raw = g_string_free(text, FALSE);
	return terminal ? rond_printable(raw) : g_steal_pointer(&raw);
}

static char *time_text(const RondVersion *version, GTimeZone *zone)
{
	g_autoptr(GDateTime) utc = NULL;
	g_autoptr(GDateTime) local = NULL;

	if (version->look.has_time)
		utc = g_date_time_new_from_unix_utc(version->look.mtime.tv_sec);
	if (utc)
		local = g_date_time_to_timezone(utc, zone);
	return local ? g_date_time_format(local, "%F %H:%M") : g_strdup("-");
}

static char *hash_text(const RondLook *look)
{
	GString *text = g_string_new(NULL);

	if (!S_ISREG(look->type) || !look->looks.has_hash || look->is_dump)
		return g_string_free(g_string_append_c(text, '-'), FALSE);
	for (guint i = 0; i < SHORT_HASH; i++)
		g_string_append_printf(text, "%02x", look->looks.sha256[i]);
	return g_string_free(text, FALSE);
}

static char *git_text(const RondVersionStyle *style, const RondVersion *version)
{
	const char *id = g_hash_table_lookup(style->ids, version);
	const RondGitBlob *blob =
	    id ? rond_git_blobs_get(style->git, id) : NULL;

	if (!blob)
		return g_strdup("-");
	if (!blob->known)
		return g_strdup(_("never"));
	if (!blob->commit)
		return g_strdup(_("in no commit"));
	return g_strdup_printf(_("commit %.*s %s"), SHORT_COMMIT, blob->commit,
			       blob->date);
}

static void add_note(GString *text, const char *note)
{
	g_string_append(text, text->len ? "; " : "");
	g_string_append(text, note);
}

static void note_target(GString *text, const char *target, gboolean terminal)
{
	g_autofree char *shown =
	    terminal ? rond_quote(target) : g_strdup(target);

	g_string_append_printf(text, "-> %s", shown);
}

static char *notes_text(const RondLineages *lineages, const RondLineage *line,
			const RondVersion *version, gboolean terminal)
{
	guint signs = rond_version_signs(lineages, line, version);
	GString *text = g_string_new(NULL);

	if (version->look.target)
		note_target(text, version->look.target, terminal);
	if (S_ISDIR(version->look.type))
		add_note(text, _("a folder"));
	if (version->flags & ROND_DELTA_UNSURE)
		add_note(text, _("damaged, not known to be the same"));
	else if (version->flags & ROND_DELTA_SAME_LOOKS)
		add_note(text, _("M? same size and mtime, other content"));
	for (guint sign = 1; sign <= signs; sign <<= 1)
		if (signs & sign)
			add_note(text, rond_signs_text(sign));
	return g_string_free(text, FALSE);
}

static void add_version(RondTable *table, const RondLineages *lineages,
			const RondLineage *line, const RondVersion *version,
			const RondVersionStyle *style)
{
	const RondLook *look = &version->look;

	rond_table_add(table,
		       runs_text(lineages, version->runs, style->terminal));
	rond_table_add(table, time_text(version, style->zone));
	rond_table_add(table, S_ISREG(look->type)
				  ? rond_progress_bytes(look->looks.size)
				  : g_strdup("-"));
	rond_table_add(table, hash_text(look));
	if (style->git)
		rond_table_add(table, git_text(style, version));
	rond_table_add(table,
		       notes_text(lineages, line, version, style->terminal));
}

/* @run: of stops where it is not. */
static void print_gap(const RondLineages *lineages, const RondLineage *line,
		      const RondLineageRun *run, FILE *out)
{
	const char *first = rond_lineages_stop(lineages, run->first)->snapshot;
	const char *last = rond_lineages_stop(lineages, run->last)->snapshot;

	if (line->last < run->first)
		fprintf(out, _("gone since %s\n"), first);
	else if (run->first == run->last)
		fprintf(out, _("not there in %s\n"), first);
	else
		fprintf(out, _("not there from %s to %s\n"), first, last);
}

void rond_versions_print_text(const RondLineages *lineages,
			      const RondLineage *line,
			      const RondVersionStyle *style, FILE *out)
{
	static const RondColumn columns[] = {
	    {N_("SNAPSHOTS"), FALSE}, {N_("MTIME"), FALSE}, {N_("SIZE"), TRUE},
	    {N_("SHA256"), FALSE},    {N_("NOTES"), FALSE}, {NULL},
	};
	static const RondColumn with_git[] = {
	    {N_("SNAPSHOTS"), FALSE},
	    {N_("MTIME"), FALSE},
	    {N_("SIZE"), TRUE},
	    {N_("SHA256"), FALSE},
	    {N_("GIT"), FALSE},
	    {N_("NOTES"), FALSE},
	    {NULL},
	};
	g_autoptr(RondTable) table =
	    rond_table_new(style->git ? with_git : columns);
	g_autoptr(GArray) gaps = rond_version_gaps(lineages, line);
	g_autofree char *name =
	    style->terminal ? rond_quote(line->path) : g_strdup(line->path);
	g_autofree char *text = NULL;

	for (guint i = 0; i < line->versions->len; i++)
		add_version(table, lineages, line,
			    rond_lineage_version(line, i), style);
	text = rond_table_format(table);
	if (style->headings)
		fprintf(out, "%s\n", name);
	fputs(text, out);
	for (guint i = 0; i < gaps->len; i++)
		print_gap(lineages, line,
			  &g_array_index(gaps, RondLineageRun, i), out);
	if (style->headings)
		fputc('\n', out);
}
