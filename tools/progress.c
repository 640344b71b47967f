/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/progress.h"

#include "tools/meter.h"
#include "tools/quote.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#define MIN_BAR 10
#define MAX_BAR 30

typedef struct {
	RondMeter meter;
	gint64 part;	/* when the part at work began; monotonic, us */
	gboolean brief; /* only what takes long or is not sound */
} Display;

/* Unlike g_format_size() without bytes that only a UTF-8 terminal shows. */
char *rond_progress_bytes(guint64 bytes)
{
	const char *const units[] = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
	double number = (double)bytes / 1024;
	guint unit = 0;

	if (bytes < 1024)
		return g_strdup_printf(_("%u bytes"), (guint)bytes);
	while (number >= 1024 && unit + 1 < G_N_ELEMENTS(units)) {
		number /= 1024;
		unit++;
	}
	return g_strdup_printf("%.1f %s", number, units[unit]);
}

/* "1:05:07" or "5:07"; new. */
static char *format_seconds(double seconds)
{
	guint all = (guint)CLAMP(seconds, 0, 359999);
	guint hours = all / 3600, minutes = all / 60 % 60, rest = all % 60;

	if (hours)
		return g_strdup_printf("%u:%02u:%02u", hours, minutes, rest);
	return g_strdup_printf("%u:%02u", minutes, rest);
}

/* "3/14  1.5 GiB of 20 GiB  210 MiB/s  1:30 left" */
static char *describe(const RondProgress *p, double seconds)
{
	g_autofree char *done = rond_progress_bytes(p->all_bytes);
	g_autofree char *total = rond_progress_bytes(p->all_total);
	double rate = seconds > 0 ? (double)p->all_bytes / seconds : 0;
	g_autofree char *speed = rond_progress_bytes((guint64)rate);
	guint64 rest = p->all_total - MIN(p->all_bytes, p->all_total);
	g_autofree char *left = format_seconds(rate > 0 ? rest / rate : 0);

	/* In the first second the rate says nothing about the end. */
	if (seconds < 1 || rate <= 0)
		return g_strdup_printf(_("%u/%u  %s of %s"), p->done, p->count,
				       done, total);
	return g_strdup_printf(_("%u/%u  %s of %s  %s/s  %s left"), p->done,
			       p->count, done, total, speed, left);
}

static char *draw_bar(const RondProgress *p, guint width)
{
	guint64 total = MAX(p->all_total, 1);
	double share = MIN(1.0, (double)p->all_bytes / (double)total);
	guint filled = (guint)(share * width);
	GString *text = g_string_new("[");

	for (guint i = 0; i < width; i++)
		g_string_append_c(text, i < filled ? '#' : '.');
	g_string_append_printf(text, "] %3u%%", (guint)(share * 100));
	return g_string_free(text, FALSE);
}

/* The last @width characters of @text, for the end of a path tells more. */
static char *shorten(const char *text, guint width)
{
	glong length = g_utf8_strlen(text, -1);

	if (length <= (glong)width)
		return g_strdup(text);
	if (width < 4)
		return g_strdup("");
	return g_strdup_printf(
	    "...%s", g_utf8_offset_to_pointer(text, length - width + 3));
}

char *rond_progress_bar(const RondProgress *progress, double seconds,
			guint width)
{
	g_autofree char *numbers = describe(progress, seconds);
	g_autofree char *source =
	    rond_printable(progress->source ? progress->source : "");
	g_autofree char *bar =
	    draw_bar(progress, width > 90 ? MAX_BAR : MIN_BAR);
	g_autofree char *head = g_strdup_printf("%s  %s  ", bar, numbers);
	guint used = (guint)g_utf8_strlen(head, -1);
	g_autofree char *tail =
	    shorten(source, width > used ? width - used : 0);
	g_autofree char *all = g_strdup_printf("%s%s", head, tail);

	return g_utf8_substring(all, 0, MIN(g_utf8_strlen(all, -1), width));
}

char *rond_progress_line(const char *source, const RondPartInfo *info,
			 double seconds)
{
	g_autofree char *time = g_strdup_printf("%.1f", seconds);
	const char *message = info->message;

	return g_strdup_printf(
	    _("%s: %s, %" G_GUINT64_FORMAT " entries, %s s%s%s"), source,
	    rond_part_state_name(info->state), info->entries, time,
	    message ? ": " : "", message ? message : "");
}

static gboolean is_sound(RondPartState state)
{
	return state != ROND_PART_DAMAGED && state != ROND_PART_INCOMPLETE &&
	       state != ROND_PART_FAILED;
}

/* On a terminal the sound ones need no line; those with a problem do. */
static void show_finished(Display *self, RondPart *part)
{
	g_auto(RondPartInfo) info = {0};
	gint64 now = g_get_monotonic_time();
	double seconds = (double)(now - self->part) / G_USEC_PER_SEC;
	g_autofree char *line = NULL;
	g_autofree char *shown = NULL;

	self->part = now;
	rond_part_info(part, &info);
	if ((self->meter.terminal || self->brief) && is_sound(info.state))
		return;
	line =
	    rond_progress_line(rond_part_backup(part)->source, &info, seconds);
	shown = self->meter.terminal ? rond_printable(line) : g_strdup(line);
	rond_meter_clear(&self->meter);
	fprintf(stderr, "%s\n", shown);
}

static void show(const RondProgress *progress, gpointer data)
{
	Display *self = data;

	if (progress->finished)
		show_finished(self, progress->finished);
	rond_meter_show(&self->meter, progress);
}

static void cancel(gpointer data)
{
	g_cancellable_cancel(data);
}

static gboolean index_parts(RondLibrary *library, const GPtrArray *parts,
			    RondSignals *signals)
{
	g_autoptr(GCancellable) cancellable = g_cancellable_new();
	const RondSignalTarget target = {.stop = cancel, .data = cancellable};
	Display display = {.part = g_get_monotonic_time(), .brief = !!parts};
	gboolean through;

	if (display.brief)
		rond_meter_begin(&display.meter);
	else
		rond_meter_begin_at_once(&display.meter);
	rond_signals_set(signals, &target);
	through = parts ? rond_library_index(library, parts, show, &display,
					     cancellable)
			: rond_library_index_all(library, show, &display,
						 cancellable);
	rond_signals_set(signals, NULL);
	rond_meter_clear(&display.meter);
	fflush(stderr);
	return through;
}

gboolean rond_progress_index(RondLibrary *library, RondSignals *signals)
{
	return index_parts(library, NULL, signals);
}

gboolean rond_progress_index_parts(RondLibrary *library, const GPtrArray *parts,
				   RondSignals *signals)
{
	return index_parts(library, parts, signals);
}
