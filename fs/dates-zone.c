/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/dates-zone.h"

#include "fs/dates.h"

#define DAY_SECONDS 86400
/* Farther from the epoch no clock is changed. */
#define FAR_SECONDS (G_GINT64_CONSTANT(1) << 50)
#define EPOCH_DAY 719163 /* 1970-01-01 as GDate counts (1 = 0001-01-01) */
#define FIRST_TIME G_GINT64_CONSTANT(-62135510400) /* 0001-01-02 */
#define LAST_TIME G_GINT64_CONSTANT(253402128000)  /* 9999-12-30 */

gboolean rond_civil_valid(const RondCivil *self)
{
	return self->year >= 1970 && self->year <= 2100 && self->month >= 1 &&
	       self->month <= 12 && self->day >= 1 && self->day <= 31 &&
	       g_date_valid_dmy((GDateDay)self->day, (GDateMonth)self->month,
				(GDateYear)self->year) &&
	       self->hour >= 0 && self->hour < 24 && self->minute >= 0 &&
	       self->minute < 60 && self->second >= 0 && self->second < 60;
}

static int offset_at(gint64 time, GTimeZone *zone)
{
	int interval =
	    g_time_zone_find_interval(zone, G_TIME_TYPE_UNIVERSAL, time);

	return g_time_zone_get_offset(zone, interval);
}

static gint64 wall_seconds(const RondCivil *self)
{
	GDate date;

	g_date_clear(&date, 1);
	g_date_set_dmy(&date, (GDateDay)self->day, (GDateMonth)self->month,
		       (GDateYear)self->year);
	return ((gint64)g_date_get_julian(&date) - EPOCH_DAY) * DAY_SECONDS +
	       (gint64)self->hour * 3600 + (gint64)self->minute * 60 +
	       self->second;
}

gint64 rond_civil_time(const RondCivil *self, GTimeZone *zone)
{
	gint64 wall = wall_seconds(self);
	int before, after;

	if (self->has_offset)
		return wall - self->offset;
	/* A clock is set at most once in two days: what it showed the day
	 * before and the day after are the only candidates. */
	before = offset_at(wall - DAY_SECONDS, zone);
	after = offset_at(wall + DAY_SECONDS, zone);
	if (offset_at(wall - before, zone) == before)
		return wall - before;
	if (offset_at(wall - after, zone) == after)
		return wall - after;
	return wall - before;
}

gboolean rond_civil_is_twice(gint64 time, GTimeZone *zone)
{
	gint64 wall;
	int before, after;

	if (time < -FAR_SECONDS || time > FAR_SECONDS)
		return FALSE;
	wall = time + offset_at(time, zone);
	before = offset_at(time - DAY_SECONDS, zone);
	after = offset_at(time + DAY_SECONDS, zone);
	return before != after && offset_at(wall - before, zone) == before &&
	       offset_at(wall - after, zone) == after;
}

void rond_civil_at(gint64 time, GTimeZone *zone, RondCivil *civil)
{
	GDate date;
	gint64 wall, day;
	int second;

	time = CLAMP(time, FIRST_TIME, LAST_TIME);
	*civil = (RondCivil){.offset = offset_at(time, zone)};
	/* Shifted into positive numbers, so that the division rounds down. */
	wall = time + civil->offset + (gint64)EPOCH_DAY * DAY_SECONDS;
	day = wall / DAY_SECONDS;
	second = (int)(wall % DAY_SECONDS);
	g_date_clear(&date, 1);
	g_date_set_julian(&date, (guint32)day);
	civil->year = g_date_get_year(&date);
	civil->month = g_date_get_month(&date);
	civil->day = g_date_get_day(&date);
	civil->hour = second / 3600;
	civil->minute = second / 60 % 60;
	civil->second = second % 60;
}

guint32 rond_day_number(gint64 time, GTimeZone *zone)
{
	RondCivil civil;

	rond_civil_at(time, zone, &civil);
	return (guint32)(wall_seconds(&civil) / DAY_SECONDS + EPOCH_DAY);
}

char *rond_day_name(gint64 time, GTimeZone *zone)
{
	RondCivil civil;

	rond_civil_at(time, zone, &civil);
	return g_strdup_printf("%04d-%02d-%02d", civil.year, civil.month,
			       civil.day);
}

static char *offset_suffix(gint64 time, GTimeZone *zone)
{
	int minutes = offset_at(time, zone) / 60;

	if (!rond_civil_is_twice(time, zone))
		return g_strdup("");
	return g_strdup_printf("%c%02d%02d", minutes < 0 ? '-' : '+',
			       ABS(minutes) / 60, ABS(minutes) % 60);
}

char *rond_minute_name(gint64 time, GTimeZone *zone)
{
	g_autofree char *suffix = offset_suffix(time, zone);
	RondCivil civil;

	rond_civil_at(time, zone, &civil);
	return g_strdup_printf("%04d-%02d-%02dT%02d%02d%s", civil.year,
			       civil.month, civil.day, civil.hour, civil.minute,
			       suffix);
}

char *rond_second_name(gint64 time, GTimeZone *zone)
{
	g_autofree char *suffix = offset_suffix(time, zone);
	RondCivil civil;

	rond_civil_at(time, zone, &civil);
	return g_strdup_printf("%04d-%02d-%02dT%02d%02d%02d%s", civil.year,
			       civil.month, civil.day, civil.hour, civil.minute,
			       civil.second, suffix);
}

/* @n digits at *@at, which is moved past them; -1: there are none. */
static int take_digits(const char **at, int n)
{
	int value = 0;

	for (int i = 0; i < n; i++, (*at)++) {
		if (!g_ascii_isdigit(**at))
			return -1;
		value = value * 10 + (**at - '0');
	}
	return value;
}

static gboolean take_offset(const char **at, RondCivil *civil)
{
	int sign = **at == '-' ? -1 : 1;
	int hours, minutes;

	if (!**at)
		return TRUE;
	if (**at != '+' && **at != '-')
		return FALSE;
	(*at)++;
	hours = take_digits(at, 2);
	minutes = hours < 0 ? -1 : take_digits(at, 2);
	if (hours > 14 || minutes < 0 || minutes > 59)
		return FALSE;
	civil->has_offset = TRUE;
	civil->offset = sign * (hours * 3600 + minutes * 60);
	return TRUE;
}

static gboolean take_time(const char **at, RondCivil *civil)
{
	if (*(*at)++ != 'T')
		return FALSE;
	civil->hour = take_digits(at, 2);
	civil->minute = civil->hour < 0 ? -1 : take_digits(at, 2);
	if (civil->minute >= 0 && g_ascii_isdigit(**at))
		civil->second = take_digits(at, 2);
	return civil->minute >= 0 && civil->second >= 0 &&
	       take_offset(at, civil);
}

static gboolean take_day(const char **at, RondCivil *civil)
{
	civil->year = take_digits(at, 4);
	if (civil->year < 0 || *(*at)++ != '-')
		return FALSE;
	civil->month = take_digits(at, 2);
	if (civil->month < 0 || *(*at)++ != '-')
		return FALSE;
	civil->day = take_digits(at, 2);
	return civil->day >= 0;
}

gboolean rond_snapshot_name_parse(const char *name, GTimeZone *zone,
				  gint64 *time, gboolean *has_time)
{
	RondCivil civil = {0};
	const char *at = name;

	if (!take_day(&at, &civil))
		return FALSE;
	*has_time = *at != '\0';
	if (*has_time && !take_time(&at, &civil))
		return FALSE;
	if (*at || !rond_civil_valid(&civil))
		return FALSE;
	*time = rond_civil_time(&civil, zone);
	return TRUE;
}
