/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/ctl.h"

#include <glib/gi18n.h>

gboolean rond_ctl_take_sources(RondOptions *options)
{
	GStrvBuilder *all = g_strv_builder_new();
	RondConfig *config = options->config;

	g_strv_builder_addv(all, (const char **)config->sources);
	for (guint i = 0; i < options->operands->len; i++)
		g_strv_builder_add(all, options->operands->pdata[i]);
	g_strfreev(config->sources);
	config->sources = g_strv_builder_end(all);
	g_strv_builder_unref(all);
	if (config->sources[0])
		return TRUE;
	g_critical(_("no source given; rondctl --help shows how"));
	return FALSE;
}
