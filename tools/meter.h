/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondMeter: a progress bar on stderr, for what is read by a command itself.
 * Only on a terminal, and only from the second second on. For one thread.
 */
#pragma once

#include "fs/library.h"

typedef struct {
	gboolean terminal, drawn;
	gint64 start, last; /* monotonic, us; of the last drawing */
} RondMeter;

void rond_meter_begin(RondMeter *self);
/* Draw @progress, not more often than somebody sees. */
void rond_meter_show(RondMeter *self, const RondProgress *progress);
/* Take the bar away: before other lines, and at the end. */
void rond_meter_clear(RondMeter *self);
