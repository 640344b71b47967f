/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/error.h"
#include "tools/ctl.h"
#include "tools/overview.h"
#include "tools/where.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <unistd.h>

static RondOverview *look(RondWhere *where, GError **error)
{
	g_autoptr(RondCatalog) catalog = rond_library_catalog(where->library);

	if (where->args->len) {
		rond_fail(error, EINVAL,
			  _("%s: one WHERE is expected; several sources: "
			    "-s SOURCE -s SOURCE"),
			  (char *)where->args->pdata[0]);
		return NULL;
	}
	if (!rond_where_index(where, catalog->snapshots, NULL, error))
		return NULL;
	return rond_overview_new(where->library);
}

RondCtlStatus rond_ctl_list(RondOptions *options)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(RondWhere) where = rond_where_new(options, &error);
	g_autoptr(RondOverview) overview = where ? look(where, &error) : NULL;
	g_autofree char *text = NULL;

	if (!overview) {
		g_critical("%s", error->message);
		return ROND_CTL_TROUBLE;
	}
	text = options->json
		   ? rond_overview_json(overview)
		   : rond_overview_format(overview, isatty(STDOUT_FILENO));
	fputs(text, stdout);
	if (fflush(stdout))
		return ROND_CTL_TROUBLE;
	return rond_overview_is_sound(overview) ? ROND_CTL_FINE
						: ROND_CTL_PROBLEMS;
}
