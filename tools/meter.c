/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/meter.h"

#include "tools/progress.h"

#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define DEFAULT_WIDTH 80
#define DELAY G_USEC_PER_SEC
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
	rond_meter_begin_at_once(self);
	self->delay = DELAY;
}

void rond_meter_begin_at_once(RondMeter *self)
{
	*self = (RondMeter){.terminal = isatty(STDERR_FILENO),
			    .start = g_get_monotonic_time()};
}

void rond_meter_show(RondMeter *self, const RondProgress *progress)
{
	g_autofree char *bar = NULL;
	gint64 now;

	if (!self->terminal)
		return;
	now = g_get_monotonic_time();
	if (now - self->start < self->delay || now - self->last < TICK)
		return;
	bar = rond_progress_bar(progress,
				(double)(now - self->start) / G_USEC_PER_SEC,
				terminal_width() - 1);
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
