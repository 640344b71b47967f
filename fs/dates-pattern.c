/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/error.h"
#include "fs/dates-zone.h"
#include "fs/dates.h"

#include <errno.h>
#include <string.h>

#define PART "{part}"
/* Stands for a field's bytes while a name loses them. */
#define FIELD '\1'
#define MAX_BETWEEN 4

/* What may stand after a %, and how many digits it matches: beside another
 * field as many as it can have, for nothing else says where it ends. */
static const struct {
	char letter;
	const char *digits, *beside;
} fields[] = {
    {'Y', "4", "4"},	   {'m', "1,2", "2"}, {'d', "1,2", "2"},
    {'H', "1,2", "2"},	   {'M', "1,2", "2"}, {'S', "1,2", "2"},
    {'s', "1,12", "1,12"},
};

struct RondPattern {
	GRegex *regex;
};

typedef struct {
	const char *text;
	GString *regex;
	guint seen;	 /* bit n: fields[n] is there */
	gsize field_end; /* in @regex, of the last field */
	gboolean has_part;
} Translation;

static gboolean has_field(const Translation *self, char letter)
{
	for (guint i = 0; i < G_N_ELEMENTS(fields); i++)
		if (fields[i].letter == letter)
			return (self->seen >> i & 1) != 0;
	return FALSE;
}

/* Append field @i; @more: another one follows at once. */
static void append_field(Translation *self, guint i, gboolean more)
{
	gboolean beside =
	    more || (self->field_end && self->field_end == self->regex->len);
	const char *digits = beside ? fields[i].beside : fields[i].digits;

	/* A star must not eat the first digit of "12". */
	if (strchr(digits, ',') && g_str_has_suffix(self->regex->str, ".*"))
		g_string_append(self->regex, "(?<!\\d)");
	g_string_append_printf(self->regex, "(?<%c>\\d{%s})", fields[i].letter,
			       digits);
	self->field_end = self->regex->len;
}

/* @at: the letter behind a %. */
static gboolean add_field(Translation *self, const char *at, GError **error)
{
	for (guint i = 0; i < G_N_ELEMENTS(fields); i++) {
		if (fields[i].letter != *at)
			continue;
		if (self->seen >> i & 1)
			return rond_fail(error, EINVAL,
					 "pattern %s: %%%c is there twice",
					 self->text, *at);
		self->seen |= 1u << i;
		append_field(self, i, at[1] == '%' && at[2] != '%');
		return TRUE;
	}
	return rond_fail(
	    error, EINVAL,
	    "pattern %s: after %% only Y, m, d, H, M, S, s or %% may stand",
	    self->text);
}

static void add_literal(Translation *self, const char *text, gsize len)
{
	g_autofree char *escaped = g_regex_escape_string(text, (gint)len);

	g_string_append(self->regex, escaped);
}

/* A bracket expression without its names of classes. Returns its length in
 * the glob; 0: not closed, so that the bracket is a plain one (glob(7)). */
static gsize add_bracket(Translation *self, const char *at)
{
	gboolean negated = at[1] == '!' || at[1] == '^';
	const char *first = at + 1 + negated;
	const char *end = *first ? strchr(first + 1, ']') : NULL;

	if (!end)
		return 0;
	g_string_append(self->regex, negated ? "[^" : "[");
	for (const char *c = first; c < end; c++) {
		if (*c == '-' && c > first && c + 1 < end)
			g_string_append_c(self->regex, '-');
		else
			g_string_append_printf(self->regex, "\\x%02x",
					       (guint8)*c);
	}
	g_string_append_c(self->regex, ']');
	return (gsize)(end - at) + 1;
}

/* Translate what stands at @at; returns its length, 0 with @error set. */
static gsize add_next(Translation *self, const char *at, GError **error)
{
	gsize len;

	switch (*at) {
	case '%':
		if (at[1] != '%')
			return add_field(self, at + 1, error) ? 2 : 0;
		g_string_append_c(self->regex, '%');
		return 2;
	case '*':
		g_string_append(self->regex, ".*");
		return 1;
	case '?':
		g_string_append_c(self->regex, '.');
		return 1;
	case '[':
		len = add_bracket(self, at);
		if (len)
			return len;
		break;
	case '\\':
		if (!at[1])
			break;
		add_literal(self, at + 1, 1);
		return 2;
	default:
		break;
	}
	add_literal(self, at, 1);
	return 1;
}

static gboolean add_part(Translation *self, GError **error)
{
	if (self->has_part)
		return rond_fail(error, EINVAL,
				 "pattern %s: " PART " is there twice",
				 self->text);
	self->has_part = TRUE;
	g_string_append(self->regex, "(?<part>[^.].*?)");
	return TRUE;
}

static gboolean translate(Translation *self, GError **error)
{
	const char *at = self->text;

	if (strchr(at, '/'))
		return rond_fail(error, EINVAL,
				 "pattern %s: it is for a name, without "
				 "folders",
				 at);
	g_string_append_c(self->regex, '^');
	while (*at) {
		gsize len = strlen(PART);

		if (!g_str_has_prefix(at, PART))
			len = add_next(self, at, error);
		else if (!add_part(self, error))
			len = 0;
		if (!len)
			return FALSE;
		at += len;
	}
	g_string_append(self->regex, "\\z");
	if (has_field(self, 's') ||
	    (has_field(self, 'Y') && has_field(self, 'm') &&
	     has_field(self, 'd')))
		return TRUE;
	return rond_fail(error, EINVAL,
			 "pattern %s: it needs a date: %%Y, %%m and %%d, or "
			 "%%s",
			 self->text);
}

RondPattern *rond_pattern_new(const char *text, GError **error)
{
	g_autoptr(GString) regex = g_string_new(NULL);
	Translation translation = {.text = text, .regex = regex};
	g_autoptr(GError) inner = NULL;
	RondPattern *self;
	GRegex *compiled;

	if (!translate(&translation, error))
		return NULL;
	compiled = g_regex_new(regex->str,
			       G_REGEX_RAW | G_REGEX_DOTALL | G_REGEX_OPTIMIZE,
			       0, &inner);
	if (!compiled) {
		rond_fail(error, EINVAL, "pattern %s: %s", text,
			  inner->message);
		return NULL;
	}
	self = g_new0(RondPattern, 1);
	self->regex = compiled;
	return self;
}

void rond_pattern_free(RondPattern *self)
{
	g_regex_unref(self->regex);
	g_free(self);
}

static gint64 group_number(GMatchInfo *match, const char *name, gint64 missing)
{
	g_autofree char *text = g_match_info_fetch_named(match, name);

	return text && *text ? g_ascii_strtoll(text, NULL, 10) : missing;
}

static gboolean read_date(GMatchInfo *match, GTimeZone *zone, RondDated *dated)
{
	gint64 epoch = group_number(match, "s", -1);
	RondCivil civil = {
	    .year = (int)group_number(match, "Y", 0),
	    .month = (int)group_number(match, "m", 0),
	    .day = (int)group_number(match, "d", 0),
	    .hour = (int)group_number(match, "H", 0),
	    .minute = (int)group_number(match, "M", 0),
	    .second = (int)MIN(group_number(match, "S", 0), 60),
	};

	if (epoch >= 0) {
		rond_civil_at(epoch, zone, &civil);
		dated->time = epoch;
		dated->has_time = TRUE;
		return rond_civil_valid(&civil);
	}
	/* A leap second: the one before. */
	if (civil.second == 60)
		civil.second = 59;
	if (!rond_civil_valid(&civil))
		return FALSE;
	dated->time = rond_civil_time(&civil, zone);
	dated->has_time = group_number(match, "H", -1) >= 0;
	return TRUE;
}

static void cut_group(GMatchInfo *match, const char *name, char *text)
{
	int from, to;

	if (g_match_info_fetch_named_pos(match, name, &from, &to) && from >= 0)
		memset(text + from, FIELD, (gsize)(to - from));
}

/* What is short and between two fields belongs to the date: "15h30". */
static void cut_between(char *text)
{
	char *end = NULL; /* of the field before */

	for (char *at = text; *at; at++) {
		if (*at != FIELD)
			continue;
		if (end && at - end <= MAX_BETWEEN)
			memset(end, FIELD, (gsize)(at - end));
		end = at + 1;
	}
	g_strdelimit(text, (char[]){FIELD, '\0'}, '-');
}

/* What is left of the name without its date: the separators that stood around
 * the cut out fields become one. */
static char *stem_of(GMatchInfo *match, const char *name)
{
	g_autofree char *text = g_strdup(name);
	g_autoptr(GString) stem = g_string_new(NULL);

	for (guint i = 0; i < G_N_ELEMENTS(fields); i++) {
		char group[] = {fields[i].letter, '\0'};

		cut_group(match, group, text);
	}
	cut_between(text);
	for (const char *c = text; *c; c++)
		if (!strchr("-_ ", *c) || !stem->len ||
		    !strchr("-_ ", stem->str[stem->len - 1]))
			g_string_append_c(stem, *c);
	return rond_name_stem(stem->str);
}

gboolean rond_pattern_match(const RondPattern *self, const char *name,
			    GTimeZone *zone, RondDated *dated)
{
	g_autoptr(GMatchInfo) match = NULL;
	g_autofree char *part = NULL;

	if (!g_regex_match(self->regex, name, 0, &match) ||
	    !read_date(match, zone, dated))
		return FALSE;
	part = g_match_info_fetch_named(match, "part");
	dated->part = part && *part ? g_steal_pointer(&part) : NULL;
	dated->stem = stem_of(match, name);
	return TRUE;
}
