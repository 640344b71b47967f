/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/grepmatch.h"

#include "backends/error.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <string.h>

#define NEWLINE_FLAGS G_REGEX_NEWLINE_LF

struct RondGrepMatch {
	char *text; /* fixed, or NULL */
	gsize text_len;
	GRegex *bytes;	    /* of bytes */
	GRegex *characters; /* of UTF-8, or NULL: bytes do */
	/* A match that ends in its line is one of the line alone, and where a
	 * line has one, there is one: so that many lines can be searched at
	 * once. */
	gboolean many;
};

static gboolean is_ascii(const char *text)
{
	for (; *text; text++)
		if (*text & 0x80)
			return FALSE;
	return TRUE;
}

/* Whether @pattern has nothing that looks over the end of a line, or takes what
 * is behind it by the thousands, or takes and doesn't give back. */
static gboolean is_simple(const char *pattern)
{
	static const char *const special[] = {
	    "(*",  "\\A", "\\Z", "\\z", "\\G", "\\K", "\\R",
	    "\\X", "\\C", "\\W", "\\D", "\\H", "\\V", "\\S]",
	    "[^",  "[:^", "++",	 "*+",	"?+",  "}+",  NULL};
	const char *group;

	for (const char *const *each = special; *each; each++)
		if (strstr(pattern, *each))
			return FALSE;
	for (group = strstr(pattern, "(?"); group;
	     group = strstr(group, "(?")) {
		group += 2;
		if (*group != ':' && strncmp(group, "i)", 2) != 0)
			return FALSE;
	}
	return TRUE;
}

/* @text as an expression that matches just it; new. */
static char *escape(const char *text)
{
	GString *escaped = g_string_new(NULL);

	for (; *text; text++) {
		if (g_ascii_ispunct(*text))
			g_string_append_c(escaped, '\\');
		g_string_append_c(escaped, *text);
	}
	return g_string_free(escaped, FALSE);
}

static GRegex *compile(const char *pattern, guint flags, GError **error)
{
	g_autoptr(GError) cause = NULL;
	GRegex *regex = g_regex_new(pattern,
				    flags | G_REGEX_MULTILINE |
					G_REGEX_OPTIMIZE | NEWLINE_FLAGS,
				    0, &cause);

	if (!regex)
		rond_fail(error, EINVAL, "%s", cause->message);
	return regex;
}

static gboolean set_expression(RondGrepMatch *self, const char *pattern,
			       gboolean ignore_case, GError **error)
{
	guint flags = ignore_case ? G_REGEX_CASELESS : 0;

	self->bytes = compile(pattern, flags | G_REGEX_RAW, error);
	self->many = is_simple(pattern);
	if (!self->bytes)
		return FALSE;
	if (is_ascii(pattern) || !g_utf8_validate(pattern, -1, NULL))
		return TRUE;
	self->characters = compile(pattern, flags, error);
	return self->characters != NULL;
}

RondGrepMatch *rond_grep_match_new(const char *pattern, gboolean fixed,
				   gboolean ignore_case, GError **error)
{
	g_autoptr(RondGrepMatch) self = g_new0(RondGrepMatch, 1);
	g_autofree char *escaped = NULL;

	if (strchr(pattern, '\n')) {
		rond_fail(error, EINVAL,
			  _("the pattern has a line break, which no line "
			    "has"));
		return NULL;
	}
	if (fixed && !ignore_case) {
		self->text = g_strdup(pattern);
		self->text_len = strlen(pattern);
		return g_steal_pointer(&self);
	}
	escaped = fixed ? escape(pattern) : g_strdup(pattern);
	if (!set_expression(self, escaped, ignore_case, error))
		return NULL;
	return g_steal_pointer(&self);
}

void rond_grep_match_free(RondGrepMatch *self)
{
	g_clear_pointer(&self->bytes, g_regex_unref);
	g_clear_pointer(&self->characters, g_regex_unref);
	g_free(self->text);
	g_free(self);
}

/* The line that the byte @at lies in; nothing before @from is in it. */
static void set_line(const char *text, gsize len, gsize from, gsize at,
		     RondGrepLine *line)
{
	const char *before = memrchr(text + from, '\n', at - from);
	const char *behind = memchr(text + at, '\n', len - at);

	line->start = before ? (gsize)(before + 1 - text) : from;
	line->end = behind ? (gsize)(behind - text) : len;
}

static gboolean next_fixed(const RondGrepMatch *self, const char *text,
			   gsize len, gsize from, RondGrepLine *line)
{
	const char *found =
	    memmem(text + from, len - from, self->text, self->text_len);

	if (!found)
		return FALSE;
	set_line(text, len, from, (gsize)(found - text), line);
	return TRUE;
}

/* Whether there is a match from @from on; where. */
static gboolean match(const GRegex *regex, const char *text, gsize len,
		      gsize from, RondGrepLine *found, GError **error)
{
	g_autoptr(GMatchInfo) info = NULL;
	g_autoptr(GError) cause = NULL;
	gint start, end;

	if (!g_regex_match_full(regex, text, (gssize)len, (gint)from, 0, &info,
				&cause)) {
		if (cause)
			rond_fail(error, EINVAL,
				  _("the expression took too long on a line: "
				    "%s"),
				  cause->message);
		return FALSE;
	}
	if (!g_match_info_fetch_pos(info, 0, &start, &end))
		return FALSE;
	*found = (RondGrepLine){(gsize)start, (gsize)end};
	return TRUE;
}

static gboolean matches_line(const RondGrepMatch *self, const char *text,
			     const RondGrepLine *line, GError **error)
{
	gsize len = line->end - line->start;
	const GRegex *regex = self->bytes;
	RondGrepLine found;

	if (self->characters &&
	    g_utf8_validate(text + line->start, (gssize)len, NULL))
		regex = self->characters;
	return match(regex, text + line->start, len, 0, &found, error);
}

static gboolean next_one_by_one(const RondGrepMatch *self, const char *text,
				gsize len, gsize from, RondGrepLine *line,
				GError **error)
{
	g_autoptr(GError) cause = NULL;

	for (; from < len; from = line->end + 1) {
		set_line(text, len, from, from, line);
		if (matches_line(self, text, line, &cause))
			return TRUE;
		if (cause) {
			g_propagate_error(error, g_steal_pointer(&cause));
			return FALSE;
		}
	}
	return FALSE;
}

static gboolean next_of_many(const RondGrepMatch *self, const char *text,
			     gsize len, gsize from, RondGrepLine *line,
			     GError **error)
{
	g_autoptr(GError) cause = NULL;
	RondGrepLine found;

	while (from < len &&
	       match(self->bytes, text, len, from, &found, &cause) &&
	       found.start < len) {
		set_line(text, len, from, found.start, line);
		if (found.end <= line->end ||
		    matches_line(self, text, line, &cause))
			return TRUE;
		from = line->end + 1;
	}
	/* Of so many lines: of one alone it may not take too long. */
	if (cause)
		return next_one_by_one(self, text, len, from, line, error);
	return FALSE;
}

gboolean rond_grep_match_next(const RondGrepMatch *self, const char *text,
			      gsize len, gsize from, RondGrepLine *line,
			      GError **error)
{
	if (from >= len)
		return FALSE;
	if (self->text)
		return next_fixed(self, text, len, from, line);
	if (self->many && !self->characters)
		return next_of_many(self, text, len, from, line, error);
	return next_one_by_one(self, text, len, from, line, error);
}
