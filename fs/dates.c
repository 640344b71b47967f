/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/dates.h"

#include "fs/dates-zone.h"

#include <stdlib.h>
#include <string.h>

#define YEAR "(?<Y>19[7-9]\\d|20\\d\\d|2100)"
#define MONTH "(?<m>0[1-9]|1[0-2])"
#define DAY "(?<d>0[1-9]|[12]\\d|3[01])"
#define HOUR "(?<H>[01]\\d|2[0-3])"
#define MINUTE "(?<M>[0-5]\\d)"
#define SECOND "(?<S>[0-5]\\d|60)"
#define DASHED YEAR "-" MONTH "-" DAY
/* A date, to look ahead for: without names, which can't be there twice. */
#define A_DATE                                                 \
	"(?:19[7-9]\\d|20\\d\\d)[-_.]?(?:0[1-9]|1[0-2])[-_.]?" \
	"(?:0[1-9]|[12]\\d|3[01])(?!\\d)"

/* One line a tool: the whole of a name without its endings. What is in the
 * groups stem and more is its stem. */
static const struct {
	const char *tool;
	const char *pattern;
} tools[] = {
    {"automysqlbackup 2, 3",
     "^(?:(?:daily|weekly|monthly)_)?(?<stem>.+)_" DASHED "_" HOUR "h" MINUTE
     "m[._][^._]+$"},
    {"wp-cli", "^(?<stem>.+)-" DASHED "-[0-9a-f]{7}$"},
    {"backup-manager", "^(?<stem>.+)\\." YEAR MONTH DAY "\\.master$"},
    {"UpdraftPlus", "^(?<stem>backup)_" DASHED "-" HOUR MINUTE
		    "_(?<more>.*)_[0-9a-f]{12}(?<rest>-[-a-z]+\\d*)$"},
    {"cPanel", "^(?<stem>backup)-(?<m>0?[1-9]|1[0-2])\\.(?<d>0?[1-9]|[12]\\d|3["
	       "01])\\." YEAR "_" HOUR "-" MINUTE "-" SECOND "(?<rest>_.+)$"},
};

/* Any ISO-like date, anywhere in a name, between what is no digit. */
static const char iso_like[] =
    "(?<!\\d)" YEAR "[-_.]?" MONTH "[-_.]?" DAY
    "(?:(?<t>[T_ .-]{0,2})(?!" A_DATE ")" HOUR "[-:h_.]?" MINUTE
    "(?:[-:m_.]?" SECOND "(?:s(?![A-Za-z])|[.,]\\d{3,9})?"
    "|m(?![A-Za-z]))?"
    "(?<z>Z(?![A-Za-z0-9])|[+-](?:0\\d|1[0-4]):?[0-5]\\d)?)?(?!\\d)";

typedef struct {
	GRegex *tools[G_N_ELEMENTS(tools)];
	GRegex *iso_like;
	GRegex *rotated;
} Rules;

static GRegex *compile(const char *pattern)
{
	/* RAW: names are bytes, in whatever encoding. */
	GRegex *regex =
	    g_regex_new(pattern,
			G_REGEX_RAW | G_REGEX_DOTALL | G_REGEX_DOLLAR_ENDONLY |
			    G_REGEX_OPTIMIZE,
			0, NULL);

	g_assert(regex);
	return regex;
}

/* Compiled once; const from then on. */
static const Rules *rules(void)
{
	static Rules made;
	static gsize once;

	if (g_once_init_enter(&once)) {
		for (guint i = 0; i < G_N_ELEMENTS(tools); i++)
			made.tools[i] = compile(tools[i].pattern);
		made.iso_like = compile(iso_like);
		made.rotated = compile("^(?:alpha|beta|gamma|delta|hourly|"
				       "daily|weekly|monthly|yearly)"
				       "\\.(?:0|[1-9]\\d{0,5})$");
		g_once_init_leave(&once, 1);
	}
	return &made;
}

void rond_dated_clear(RondDated *self)
{
	g_clear_pointer(&self->stem, g_free);
	g_clear_pointer(&self->part, g_free);
}

gboolean rond_name_is_rotated(const char *name)
{
	return g_regex_match(rules()->rotated, name, 0, NULL);
}

/* The number in group @name; -1: the group is not there. */
static int group_number(GMatchInfo *match, const char *name)
{
	g_autofree char *text = g_match_info_fetch_named(match, name);

	return text && *text ? atoi(text) : -1;
}

static void read_offset(GMatchInfo *match, RondCivil *civil)
{
	g_autofree char *zone = g_match_info_fetch_named(match, "z");
	g_autofree char *separator = g_match_info_fetch_named(match, "t");
	int hours, minutes;

	/* A minus is a separator, unless the name is in ISO 8601's form. */
	if (!zone || !*zone || (*zone == '-' && strcmp(separator, "T") != 0))
		return;
	civil->has_offset = TRUE;
	if (*zone == 'Z')
		return;
	hours = (zone[1] - '0') * 10 + (zone[2] - '0');
	minutes = atoi(zone + (zone[3] == ':' ? 4 : 3));
	civil->offset = (hours * 60 + minutes) * (*zone == '-' ? -60 : 60);
}

static gboolean read_date(GMatchInfo *match, RondCivil *civil,
			  gboolean *has_time)
{
	int hour = group_number(match, "H");

	*civil = (RondCivil){
	    .year = group_number(match, "Y"),
	    .month = group_number(match, "m"),
	    .day = group_number(match, "d"),
	    .hour = MAX(hour, 0),
	    .minute = MAX(group_number(match, "M"), 0),
	    /* A leap second: the one before. */
	    .second = CLAMP(group_number(match, "S"), 0, 59),
	};
	*has_time = hour >= 0;
	return rond_civil_valid(civil);
}

static gboolean match_tool(GRegex *regex, const char *base, GTimeZone *zone,
			   RondDated *dated)
{
	g_autoptr(GMatchInfo) match = NULL;
	g_autofree char *stem = NULL;
	g_autofree char *more = NULL;
	g_autofree char *rest = NULL;
	RondCivil civil;

	if (!g_regex_match(regex, base, 0, &match) ||
	    !read_date(match, &civil, &dated->has_time))
		return FALSE;
	stem = g_match_info_fetch_named(match, "stem");
	more = g_match_info_fetch_named(match, "more");
	rest = g_match_info_fetch_named(match, "rest");
	dated->time = rond_civil_time(&civil, zone);
	dated->stem = g_strconcat(stem, more && *more ? "-" : "",
				  more ? more : "", rest ? rest : "", NULL);
	return TRUE;
}

/* The number of one or two digits that ends at @*end, which is moved to its
 * beginning; 0: there is none. */
static int number_before(const char *base, int *end)
{
	int at = *end;
	int value;

	while (at > 0 && g_ascii_isdigit(base[at - 1]))
		at--;
	if (at == *end || *end - at > 2)
		return 0;
	value = base[*end - 1] - '0';
	if (*end - at == 2)
		value += (base[at] - '0') * 10;
	*end = at;
	return value;
}

static gboolean follows_year(const char *base, int at)
{
	return at >= 5 && strchr("-_.", base[at - 1]) &&
	       g_ascii_isdigit(base[at - 2]) && g_ascii_isdigit(base[at - 3]) &&
	       g_ascii_isdigit(base[at - 4]) && g_ascii_isdigit(base[at - 5]);
}

/* "1-5-" before a year: the date is day-month-year, and what follows the year
 * is a time. Not so in "2023-01-05-2024-…", "v1.5-2024-…", "php8-2-2024-…". */
static gboolean follows_day_month(const char *base, int at)
{
	int end = at - 1;
	int month, day, first;
	char separator;

	if (at < 1 || !strchr("-_.", base[at - 1]))
		return FALSE;
	separator = base[at - 1];
	month = number_before(base, &end);
	if (!month || end < 1 || base[end - 1] != separator)
		return FALSE;
	first = --end;
	day = number_before(base, &end);
	if (!day || MAX(day, month) > 31 || MIN(day, month) > 12)
		return FALSE;
	if (first - end == 1 && end > 0 && g_ascii_isalpha(base[end - 1]))
		return FALSE;
	return !follows_year(base, end);
}

/* Digits in the middle of a longer hexadecimal number are no date. */
static gboolean is_in_hash(const char *base, int from, int to)
{
	gboolean digits = FALSE;
	int before = from;
	int after = to;

	while (before > 0 && g_ascii_isalnum(base[before - 1])) {
		before--;
		if (!g_ascii_isxdigit(base[before]))
			return FALSE;
		digits |= g_ascii_isdigit(base[before]);
	}
	for (; g_ascii_isalnum(base[after]); after++) {
		if (!g_ascii_isxdigit(base[after]))
			return FALSE;
		digits |= g_ascii_isdigit(base[after]);
	}
	return digits || (before < from && after > to);
}

typedef struct {
	GString *stem; /* pieces so far */
	int at;	       /* where the next begins */
	int found;
} Pieces;

static void add_piece(Pieces *pieces, const char *base, int to)
{
	g_autofree char *raw =
	    g_strndup(base + pieces->at, (gsize)(to - pieces->at));
	g_autofree char *piece = rond_name_stem(raw);

	if (*piece && pieces->stem->len)
		g_string_append_c(pieces->stem, '-');
	g_string_append(pieces->stem, piece);
}

static gboolean take_iso_like(GMatchInfo *match, const char *base,
			      GTimeZone *zone, RondDated *dated)
{
	RondCivil civil;
	gboolean has_time;
	int from, to;

	g_match_info_fetch_pos(match, 0, &from, &to);
	if (!read_date(match, &civil, &has_time) ||
	    follows_day_month(base, from) || is_in_hash(base, from, to))
		return FALSE;
	read_offset(match, &civil);
	dated->time = rond_civil_time(&civil, zone);
	dated->has_time = has_time;
	return TRUE;
}

/* The match that begins at @at or after; NULL: there is none. */
static GMatchInfo *next_match(const char *base, int at)
{
	GMatchInfo *match;

	if (g_regex_match_full(rules()->iso_like, base, -1, at, 0, &match,
			       NULL))
		return match;
	g_match_info_free(match);
	return NULL;
}

static gboolean match_iso_like(const char *base, GTimeZone *zone,
			       RondDated *dated)
{
	Pieces pieces = {g_string_new(NULL), 0, 0};
	GMatchInfo *match;
	int at = 0;

	while ((match = next_match(base, at))) {
		int from, to;

		g_match_info_fetch_pos(match, 0, &from, &to);
		at = from + 1;
		if (take_iso_like(match, base, zone, dated)) {
			add_piece(&pieces, base, from);
			pieces.at = at = to;
			pieces.found++;
		}
		g_match_info_free(match);
	}
	add_piece(&pieces, base, (int)strlen(base));
	dated->stem = g_string_free(pieces.stem, FALSE);
	return pieces.found > 0;
}

static gboolean match_known(const char *base, GTimeZone *zone, RondDated *dated)
{
	for (guint i = 0; i < G_N_ELEMENTS(tools); i++)
		if (match_tool(rules()->tools[i], base, zone, dated))
			return TRUE;
	return match_iso_like(base, zone, dated);
}

gboolean rond_date_parse(const char *name, gboolean is_dir, GPtrArray *patterns,
			 GTimeZone *zone, RondDated *dated)
{
	g_autofree char *base = NULL;

	*dated = (RondDated){0};
	for (guint i = 0; patterns && i < patterns->len; i++)
		if (rond_pattern_match(patterns->pdata[i], name, zone, dated))
			return TRUE;
	base = is_dir ? g_strdup(name) : rond_name_stem(name);
	return match_known(base, zone, dated);
}
