/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/archive/tar-report.h"

#include <string.h>

#define MAX_NOTES 100
#define MAX_QUOTED 200

static void tell(RondTarReport *self, const RondFinding *finding)
{
	if (self->sink->finding)
		self->sink->finding(self->sink->data, finding);
}

void rond_tar_note(RondTarReport *self, const char *format, ...)
{
	g_autofree char *message = NULL;
	va_list args;

	if (self->notes > MAX_NOTES)
		return;
	va_start(args, format);
	message = g_strdup_vprintf(format, args);
	va_end(args);
	if (self->notes++ == MAX_NOTES) {
		g_free(message);
		message = g_strdup("there is more to note about this archive "
				   "than is listed here");
	}
	tell(self, &(RondFinding){
		       .kind = ROND_FINDING_NOTE,
		       .message = message,
		   });
}

void rond_tar_damage(RondTarReport *self, guint64 from, guint64 to,
		     const char *format, ...)
{
	g_autofree char *message = NULL;
	va_list args;

	va_start(args, format);
	message = g_strdup_vprintf(format, args);
	va_end(args);
	tell(self, &(RondFinding){
		       .kind = ROND_FINDING_DAMAGED,
		       .from = from,
		       .to = to,
		       .message = message,
		   });
}

/* In UTF-8 only control characters are escaped, in anything else all that is
 * not ASCII. */
char *rond_tar_quote(const char *name)
{
	g_autofree char *head = g_strndup(name, MAX_QUOTED);
	g_autofree char *escaped = NULL;
	char keep[129] = "";

	if (g_utf8_validate(name, -1, NULL)) {
		for (guint i = 0; i < 128; i++)
			keep[i] = (char)(128 + i);
		if (strlen(name) > MAX_QUOTED)
			*g_utf8_find_prev_char(head, head + MAX_QUOTED) = '\0';
	}
	escaped = g_strescape(head, keep);
	return g_strdup_printf("\"%s%s\"", escaped,
			       strlen(name) > MAX_QUOTED ? "…" : "");
}
