/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/status.h"
#include "tools/ctl.h"
#include "tools/report.h"
#include "tools/where.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <unistd.h>

/* The table already says what is left out. */
static void drop_warning(const char *message, gpointer data)
{
}

static char *read_sources(const RondConfig *config, GError **error)
{
	g_autoptr(RondLibrary) library =
	    rond_library_new(config, drop_warning, NULL, error);

	return library ? rond_status_json(library) : NULL;
}

static RondCtlStatus show(const char *text, const char *where, gboolean json)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(RondReport) report = rond_report_from_json(text, &error);
	gboolean terminal = isatty(STDOUT_FILENO);
	g_autofree char *table = NULL;
	g_autofree char *caches = NULL;

	if (!report) {
		g_critical("%s: %s", where, error->message);
		return ROND_CTL_TROUBLE;
	}
	table = rond_report_format(report, terminal);
	caches = rond_report_format_caches(report, terminal);
	if (json)
		fputs(text, stdout);
	else
		printf("%s%s", table, caches);
	return rond_report_problems(report) ? ROND_CTL_PROBLEMS : ROND_CTL_FINE;
}

RondCtlStatus rond_ctl_status(RondOptions *options)
{
	const GPtrArray *operands = options->operands;
	g_autofree char *root = NULL;
	g_autofree char *text = NULL;
	g_autoptr(GError) error = NULL;

	if (operands->len > 1) {
		g_critical(_("%s: one WHERE is expected; several sources: "
			     "-s SOURCE -s SOURCE"),
			   (char *)operands->pdata[1]);
		return ROND_CTL_TROUBLE;
	}
	root = rond_where_mount(options);
	if (!root && !rond_ctl_take_sources(options))
		return ROND_CTL_TROUBLE;
	text = root ? rond_where_status(root, &error)
		    : read_sources(options->config, &error);
	if (text)
		return show(text, root ? root : _("the sources"),
			    options->json);
	g_assert(error);
	g_critical("%s", error->message);
	return ROND_CTL_TROUBLE;
}
