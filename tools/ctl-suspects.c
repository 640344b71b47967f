/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/error.h"
#include "tools/ctl.h"
#include "tools/scanner.h"
#include "tools/suspectprint.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static gboolean check_args(const RondWhere *where, const RondOptions *options,
			   GError **error)
{
	const char *command = options->exec_scanner;

	if (where->args->len > 1)
		return rond_fail(error, EINVAL,
				 _("one path is expected at most: "
				   "rondctl suspects WHERE [PATH]"));
	if (!command)
		return TRUE;
	if (options->json || options->null || options->git)
		return rond_fail(error, EINVAL,
				 _("--exec runs a scanner instead: --json, "
				   "--null and --git are not for it"));
	return strstr(command, "{}") ||
	       rond_fail(error, EINVAL,
			 _("--exec: no {} in it, where the name of the list "
			   "of files is to be: --exec='clamscan -f {}'"));
}

/* What the scanner is to see. */
typedef struct {
	const RondSuspectQuery *query;
	const RondTimeline *line; /* at work */
	guint32 from;		  /* its first stop that is wanted */
} Choice;

static gboolean is_scanned(const RondTimeline *line, const RondSpan *span,
			   const RondIndexEntry *entry, gpointer data)
{
	Choice *self = data;
	const RondSuspectQuery *query = self->query;
	g_autofree char *path = NULL;

	if (self->line != line)
		self->from =
		    rond_suspects_from(query->catalog, line, query->since);
	self->line = line;
	if (!entry->size || entry->flags & ROND_ENTRY_TABLE ||
	    span->first < self->from)
		return FALSE;
	path = rond_timeline_path(line, span);
	return rond_scope_has(query->scope, line->name, path);
}

static void print_scan(const RondScanned *scan)
{
	if (scan->left_out)
		g_warning(_("%" G_GUINT64_FORMAT " files have a line break in "
			    "their path and could not be listed for it"),
			  scan->left_out);
	if (!scan->contents)
		printf("%s", _("there is nothing to scan\n"));
	else
		printf(_("%" G_GUINT64_FORMAT
			 " contents scanned, for %" G_GUINT64_FORMAT
			 " versions of files\n"),
		       scan->contents, scan->files);
	if (scan->status > 1)
		g_critical(_("the scanner ended with status %d"), scan->status);
}

/* As clamscan has it, 1 is for something found. */
static RondCtlStatus run_scanner(const RondSuspectQuery *query,
				 const RondOptions *options, GError **error)
{
	g_autofree char *root = rond_where_mount(options);
	Choice choice = {query, NULL, 0};
	g_autoptr(RondContents) contents = NULL;
	RondScanned scan;

	if (!root) {
		rond_fail(error, EINVAL,
			  _("a scanner needs a mount to read in: `rondfs "
			    "SOURCE... MOUNTPOINT`, then `rondctl suspects "
			    "--exec=... MOUNTPOINT`"));
		return ROND_CTL_TROUBLE;
	}
	contents = rond_contents_new(query->lines, is_scanned, &choice);
	if (!rond_scanner_run(contents, root, options->exec_scanner, &scan,
			      error))
		return ROND_CTL_TROUBLE;
	print_scan(&scan);
	if (scan.left_out || scan.status > 1)
		return ROND_CTL_TROUBLE;
	return scan.status ? ROND_CTL_PROBLEMS : ROND_CTL_FINE;
}

static gboolean print(const RondSuspectList *list, const RondOptions *options)
{
	for (guint i = 0; i < list->failed->len; i++)
		g_warning("%s", (const char *)list->failed->pdata[i]);
	if (options->json)
		rond_suspects_print_json(list, stdout);
	else if (options->null)
		rond_suspects_print_paths(list, stdout);
	else
		rond_suspects_print_text(list, isatty(STDOUT_FILENO), stdout);
	errno = 0;
	if ((fflush(stdout) || ferror(stdout)) && errno != EPIPE) {
		g_critical(_("can't write: %s"), g_strerror(errno));
		return FALSE;
	}
	return TRUE;
}

static RondCtlStatus find(const RondSuspectQuery *query,
			  const RondOptions *options, GError **error)
{
	g_autoptr(RondSuspectList) list = rond_suspect_list_new(query, error);

	if (!list || !print(list, options) || list->failed->len)
		return ROND_CTL_TROUBLE;
	return list->suspects->len + list->bursts->len ? ROND_CTL_PROBLEMS
						       : ROND_CTL_FINE;
}

static RondCtlStatus run_on(RondWhere *where, const RondOptions *options,
			    const RondCatalog *catalog, GError **error)
{
	g_autoptr(RondScope) scope =
	    rond_scope_new(where->args->len ? where->args->pdata[0] : NULL);
	g_autoptr(GPtrArray) lines = NULL;
	g_autoptr(RondGitBlobs) git = NULL;
	RondSuspectQuery query = {
	    .scope = scope,
	    .catalog = catalog,
	    .signals = where->signals,
	};
	gboolean certain;
	RondCtlStatus status;

	if (options->since) {
		query.since =
		    rond_where_snapshot(where, catalog, options->since, error);
		if (!query.since)
			return ROND_CTL_TROUBLE;
	}
	if (options->git) {
		git = query.git = rond_git_blobs_new(options->git, error);
		if (!git)
			return ROND_CTL_TROUBLE;
	}
	query.lines = lines =
	    rond_scope_timelines(scope, where, &certain, error);
	if (!lines)
		return ROND_CTL_TROUBLE;
	status = options->exec_scanner ? run_scanner(&query, options, error)
				       : find(&query, options, error);
	return certain ? status : ROND_CTL_TROUBLE;
}

static RondCtlStatus run(RondWhere *where, const RondOptions *options,
			 GError **error)
{
	g_autoptr(RondCatalog) catalog = NULL;

	if (!check_args(where, options, error))
		return ROND_CTL_TROUBLE;
	catalog = rond_library_catalog(where->library);
	return run_on(where, options, catalog, error);
}

RondCtlStatus rond_ctl_suspects(RondOptions *options)
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
