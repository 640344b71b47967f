/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The dates that are in names of backups.
 *
 * Sources of the patterns: the scripts' own manuals and sources; the table is
 * in dates.c, one line a tool.
 */
#pragma once

#include <glib.h>

typedef struct {
	char *stem;  /* the name without date, endings and what else varies */
	gint64 time; /* seconds since the epoch, UTC */
	gboolean has_time; /* FALSE: @time is the beginning of the day */
	char *part;	   /* from a pattern's {part}, or NULL */
} RondDated;

void rond_dated_clear(RondDated *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RondDated, rond_dated_clear)

/* The user's own patterns (--pattern): a shell glob (* ? [a-z] [!a] \x) with
 * strptime's %Y %m %d %H %M %S %s %% and {part}, for the whole of a name,
 * without folders. NULL with @error (EINVAL) when it has no date in it. */
typedef struct RondPattern RondPattern;
RondPattern *rond_pattern_new(const char *text, GError **error);
void rond_pattern_free(RondPattern *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondPattern, rond_pattern_free)

/* Whether @name matches and its date is possible; then @dated is set. */
gboolean rond_pattern_match(const RondPattern *self, const char *name,
			    GTimeZone *zone, RondDated *dated);

/* Take @name (a file's name; with @is_dir a folder's) apart. @patterns
 * (RondPattern, may be NULL) come first, the first match wins; then the known
 * tools', then any ISO-like date, of several the last. All of them are left
 * out of the stem. Impossible dates (31 April) don't match, and day-month-year
 * never does. FALSE: no date in it; then only @dated's stem is set. */
gboolean rond_date_parse(const char *name, gboolean is_dir, GPtrArray *patterns,
			 GTimeZone *zone, RondDated *dated);

/* A folder of rsnapshot's (rsnapshot(1): "daily.0"): a snapshot whose date is
 * its mtime, for the number is no age. */
gboolean rond_name_is_rotated(const char *name);

/* The endings of backups (".tar.gz", ".sql.zst", ".zip"…) off @name, copy
 * counts ("(1)") and separators at its ends too; new. */
char *rond_name_stem(const char *name);

/* "YYYY-MM-DD" of @time in @zone; new. */
char *rond_day_name(gint64 time, GTimeZone *zone);
/* "YYYY-MM-DDTHHMM", with the offset ("+0100") where the clock shows that
 * time twice; new. */
char *rond_minute_name(gint64 time, GTimeZone *zone);
/* The same with seconds, "YYYY-MM-DDTHHMMSS"; new. */
char *rond_second_name(gint64 time, GTimeZone *zone);
/* The inverse of all three; FALSE: not such a name. */
gboolean rond_snapshot_name_parse(const char *name, GTimeZone *zone,
				  gint64 *time, gboolean *has_time);

/* The calendar day of @time in @zone, counted in days. */
guint32 rond_day_number(gint64 time, GTimeZone *zone);
