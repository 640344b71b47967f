/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondMeter: a progress bar on stderr, for people who wait. Only on a
 * terminal. For one thread at a time.
 */
#pragma once

#include "fs/library.h"

typedef struct {
	gboolean terminal, drawn;
	gint64 start, last; /* monotonic, us; of the last drawing */
	gint64 delay;	    /* nothing is drawn in the first so many us */
} RondMeter;

/* From the second second on: what is through before needs none. */
void rond_meter_begin(RondMeter *self);
/* The same without that delay. */
void rond_meter_begin_at_once(RondMeter *self);
/* Draw @progress, not more often than somebody sees. Nothing happens before
 * the begin if @self is all zeros; likewise below. */
void rond_meter_show(RondMeter *self, const RondProgress *progress);
/* Take the bar away: before other lines, and at the end. */
void rond_meter_clear(RondMeter *self);
