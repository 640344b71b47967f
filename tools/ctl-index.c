/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/library.h"
#include "tools/ctl.h"
#include "tools/log.h"
#include "tools/progress.h"
#include "tools/report.h"
#include "tools/signals.h"

#include <glib/gi18n.h>
#include <stdio.h>

static RondCtlStatus index_library(RondLibrary *library, RondSignals *signals)
{
	g_autoptr(RondReport) report = NULL;
	guint problems;

	if (!rond_progress_index(library, signals)) {
		g_critical(_("interrupted; what was read through is kept"));
		return ROND_CTL_TROUBLE;
	}
	report = rond_report_from_library(library);
	problems = rond_report_problems(report);
	printf(_("%u backups, %u problems\n"), report->rows->len, problems);
	return problems ? ROND_CTL_PROBLEMS : ROND_CTL_FINE;
}

RondCtlStatus rond_ctl_index(RondOptions *options)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(RondSignals) signals = NULL;
	g_autoptr(RondLibrary) library = NULL;

	if (!rond_ctl_take_sources(options))
		return ROND_CTL_TROUBLE;
	/* All that can be learnt: hashes, too. */
	options->config->index_mode = ROND_INDEX_NOW;
	signals = rond_signals_new(&error);
	if (signals)
		library = rond_library_new(options->config, rond_log_warning,
					   NULL, &error);
	if (library)
		return index_library(library, signals);
	g_critical("%s", error->message);
	return ROND_CTL_TROUBLE;
}
