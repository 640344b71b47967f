/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondCivil: a date and a time as a clock on the wall shows them.
 */
#pragma once

#include <glib.h>

typedef struct {
	int year, month, day;
	int hour, minute, second;
	gboolean has_offset; /* @offset, seconds east of UTC, was given */
	int offset;
} RondCivil;

/* A day of 1970 to 2100 that exists, and a time of day. */
gboolean rond_civil_valid(const RondCivil *self);

/* Seconds since the epoch. Without an offset of its own the time is @zone's: of
 * two that the clock shows alike, the first; where the clock skipped it, as
 * if it had not. @self is valid. */
gint64 rond_civil_time(const RondCivil *self, GTimeZone *zone);

/* What the clock of @zone shows at @time. Times out of the years 1 to 9999
 * are taken for the nearest in them. */
void rond_civil_at(gint64 time, GTimeZone *zone, RondCivil *civil);

/* The clock of @zone shows at another time what it shows at @time. */
gboolean rond_civil_is_twice(gint64 time, GTimeZone *zone);
