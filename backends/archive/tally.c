/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/archive/tally.h"

#include <string.h>

#define NAME_MAX_SHOWN 200

char *rond_tally_name(const char *name, gsize len)
{
	char *text = g_utf8_make_valid(
	    name, (gssize)strnlen(name, MIN(len, NAME_MAX_SHOWN)));

	for (char *p = text; *p; p++)
		if (g_ascii_iscntrl(*p))
			*p = '?';
	return text;
}

void rond_tally_add(RondTally *self, const char *name, gsize len)
{
	if (self->count++ == 0)
		self->first = rond_tally_name(name, len);
}

static void report(const RondTally *self, const RondArchiveSink *sink)
{
	g_autofree char *more =
	    self->count == 1
		? g_strdup("")
		: g_strdup_printf(" and %" G_GUINT64_FORMAT " more",
				  self->count - 1);
	g_autofree char *message =
	    g_strdup_printf("%s%s: %s", self->first, more, self->what);
	RondFinding finding = {.kind = self->kind, .message = message};

	sink->finding(sink->data, &finding);
}

void rond_tally_report(RondTally *tallies, gsize n, const RondArchiveSink *sink)
{
	for (gsize i = 0; i < n; i++) {
		if (tallies[i].count > 0)
			report(&tallies[i], sink);
		tallies[i].count = 0;
		g_clear_pointer(&tallies[i].first, g_free);
	}
}
