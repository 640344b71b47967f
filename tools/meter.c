/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/meter.h"

#include "tools/progress.h"

#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define DEFAULT_WIDTH 80
#define TICK (G_USEC_PER_SEC / 10)

static guint terminal_width(void)
{
	struct winsize size;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	return DEFAULT_WIDTH;
}

void rond_meter_begin(RondMeter *self)
{
	gint64 now = g_get_monotonic_time();

	*self = (RondMeter){isatty(STDERR_FILENO), FALSE, now, now};
}

void rond_meter_show(RondMeter *self, const RondProgress *progress)
{
	gint64 now = g_get_monotonic_time();
	double seconds = (double)(now - self->start) / G_USEC_PER_SEC;
	g_autofree char *bar = NULL;

	if (!self->terminal || seconds < 1 || now - self->last < TICK)
		return;
	bar = rond_progress_bar(progress, seconds, terminal_width() - 1);
	fprintf(stderr, "\r%s\033[K", bar);
	fflush(stderr);
	self->last = now;
	self->drawn = TRUE;
}

void rond_meter_clear(RondMeter *self)
{
	if (self->drawn)
		fputs("\r\033[K", stderr);
	self->drawn = FALSE;
}
