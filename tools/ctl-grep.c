/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/error.h"
#include "tools/ctl.h"
#include "tools/grepprint.h"
#include "tools/scope.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define ROWS ".tsv"
#define SCRIPT ".sql"

/* Whether the rows in the script @entry of a dump's table are also in its
 * .tsv. */
static gboolean is_said_twice(const RondTimeline *line, const RondSpan *span,
			      const RondIndexEntry *entry)
{
	const RondStop *stop = line->stops->pdata[span->first];
	const RondIndex *index = rond_content_index(stop->content);
	gsize len;
	const char *name = rond_index_name(index, entry, &len);
	g_autofree char *rows = NULL;

	if (!(entry->flags & ROND_ENTRY_TABLE) || len <= strlen(SCRIPT) ||
	    strncmp(name + len - strlen(SCRIPT), SCRIPT, strlen(SCRIPT)) != 0)
		return FALSE;
	rows =
	    g_strdup_printf("%.*s%s", (int)(len - strlen(SCRIPT)), name, ROWS);
	return rond_index_lookup(index, entry->parent, rows, strlen(rows)) !=
	       ROND_INDEX_NONE;
}

static gboolean is_wanted(const RondTimeline *line, const RondSpan *span,
			  const RondIndexEntry *entry, gpointer data)
{
	const RondScope *scope = data;
	gboolean twice = is_said_twice(line, span, entry);
	g_autofree char *path = NULL;

	if (!entry->size)
		return FALSE;
	if (!twice && rond_scope_has_all_of(scope, line->name))
		return TRUE;
	path = rond_timeline_path(line, span);
	return twice ? rond_scope_names(scope, line->name, path)
		     : rond_scope_has(scope, line->name, path);
}

static gboolean print(const RondGrepSearch *search, const RondOptions *options,
		      RondGrepCounts *counts)
{
	const RondGrepStyle style = {options->json, options->files_only,
				     isatty(STDOUT_FILENO)};
	g_autoptr(GError) error = NULL;

	if (!rond_grep_print(search, &style, stdout, counts, &error)) {
		g_critical("%s", error->message);
		return FALSE;
	}
	if (options->json)
		rond_grep_print_summary(search, counts, stdout);
	errno = 0;
	if ((fflush(stdout) || ferror(stdout)) && errno != EPIPE) {
		g_critical(_("can't write: %s"), g_strerror(errno));
		return FALSE;
	}
	return TRUE;
}

static RondCtlStatus search(const GPtrArray *lines, RondScope *scope,
			    const RondGrepMatch *match,
			    const RondOptions *options)
{
	g_autoptr(RondContents) contents =
	    rond_contents_new(lines, is_wanted, scope);
	g_autoptr(RondGrepSearch) found =
	    rond_grep_search_new(contents, match, options->files_only);
	RondGrepCounts counts = {0};
	gboolean printed = print(found, options, &counts);

	for (guint i = 0; i < found->failed->len; i++)
		g_warning("%s", (const char *)found->failed->pdata[i]);
	if (!printed || found->failed->len)
		return ROND_CTL_TROUBLE;
	return counts.lines ? ROND_CTL_FINE : ROND_CTL_PROBLEMS;
}

static gboolean check_args(const GPtrArray *args, GError **error)
{
	return (args->len && args->len <= 2) ||
	       rond_fail(error, EINVAL,
			 _("a pattern is expected, and a path at most: "
			   "rondctl grep WHERE PATTERN [PATH]"));
}

static RondCtlStatus run(RondWhere *where, const RondOptions *options,
			 GError **error)
{
	const GPtrArray *args = where->args;
	g_autoptr(RondGrepMatch) match = NULL;
	g_autoptr(RondScope) scope = NULL;
	g_autoptr(GPtrArray) lines = NULL;
	gboolean certain;
	RondCtlStatus status;

	if (!check_args(args, error))
		return ROND_CTL_TROUBLE;
	match = rond_grep_match_new(args->pdata[0], options->fixed,
				    options->ignore_case, error);
	if (!match)
		return ROND_CTL_TROUBLE;
	scope = rond_scope_new(args->len > 1 ? args->pdata[1] : NULL);
	lines = rond_scope_timelines(scope, where, &certain, error);
	if (!lines)
		return ROND_CTL_TROUBLE;
	status = search(lines, scope, match, options);
	return certain ? status : ROND_CTL_TROUBLE;
}

RondCtlStatus rond_ctl_grep(RondOptions *options)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(RondWhere) where = rond_where_new(options, &error);
	RondCtlStatus status = ROND_CTL_TROUBLE;

	if (where)
		status = run(where, options, &error);
	if (error)
		g_critical("%s", error->message);
	return status;
}
