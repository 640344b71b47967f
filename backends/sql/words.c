/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/sql/words.h"

#include <string.h>

RondWords rond_words(const char *text, gsize len, RondSqlMode mode)
{
	return (RondWords){text, text + len, mode, 0};
}

gsize rond_words_left(const RondWords *self)
{
	return (gsize)(self->end - self->p);
}

gboolean rond_words_is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

gboolean rond_words_is_letter(char c)
{
	return g_ascii_isalnum(c) || c == '_' || c == '$' || (guchar)c >= 0x80;
}

gboolean rond_words_begins(const RondWords *self, const char *with)
{
	gsize n = strlen(with);

	return rond_words_left(self) >= n &&
	       g_ascii_strncasecmp(self->p, with, n) == 0;
}

gboolean rond_words_take(RondWords *self, const char *what)
{
	if (!rond_words_begins(self, what))
		return FALSE;
	self->p += strlen(what);
	return TRUE;
}

void rond_words_skip_space(RondWords *self)
{
	while (self->p < self->end && rond_words_is_space(*self->p))
		self->p++;
}

/* Behind the next @what, or at the end. */
static void skip_behind(RondWords *self, const char *what)
{
	gsize n = strlen(what);
	const char *found = memmem(self->p, rond_words_left(self), what, n);

	self->p = found ? found + n : self->end;
}

static gboolean is_line_comment(const RondWords *self)
{
	return *self->p == '#' ||
	       (rond_words_begins(self, "--") &&
		(rond_words_left(self) == 2 ||
		 rond_words_is_space(self->p[2]) || self->p[2] == '\0'));
}

/* The bracket of a comment with code in it. */
static gboolean skip_code_bracket(RondWords *self)
{
	if (self->open > 0 && rond_words_take(self, "*/")) {
		self->open--;
		return TRUE;
	}
	if (!rond_words_take(self, "/*!") && !rond_words_take(self, "/*M!"))
		return FALSE;
	for (int i = 0; i < 6 && self->p < self->end; i++, self->p++)
		if (!g_ascii_isdigit(*self->p))
			break;
	self->open++;
	return TRUE;
}

static gboolean skip_comment(RondWords *self)
{
	if (self->p == self->end)
		return FALSE;
	if (is_line_comment(self))
		skip_behind(self, "\n");
	else if (skip_code_bracket(self))
		return TRUE;
	else if (rond_words_take(self, "/*"))
		skip_behind(self, "*/");
	else
		return FALSE;
	return TRUE;
}

void rond_words_skip(RondWords *self)
{
	do
		rond_words_skip_space(self);
	while (skip_comment(self));
}

gboolean rond_words_take_sign(RondWords *self, char sign)
{
	if (self->p == self->end || *self->p != sign)
		return FALSE;
	self->p++;
	rond_words_skip(self);
	return TRUE;
}

gboolean rond_words_take_word(RondWords *self, const char *word)
{
	gsize n = strlen(word);

	if (!rond_words_begins(self, word) ||
	    (rond_words_left(self) > n && rond_words_is_letter(self->p[n])))
		return FALSE;
	self->p += n;
	rond_words_skip(self);
	return TRUE;
}

gboolean rond_words_take_one_of(RondWords *self, const char *const *words)
{
	for (; *words; words++)
		if (rond_words_take_word(self, *words))
			return TRUE;
	return FALSE;
}

/* From a quote to behind the one that ends it; two of them are one inside. */
static gboolean skip_quoted(RondWords *self, gboolean backslash)
{
	char quote = *self->p++;

	while (self->p < self->end) {
		char c = *self->p++;

		if (c == '\\' && backslash && self->p < self->end)
			self->p++;
		else if (c != quote)
			continue;
		else if (self->p < self->end && *self->p == quote)
			self->p++;
		else
			return TRUE;
	}
	return FALSE;
}

/* What lies between the quotes. NULL for what can't be a name. */
static char *unquoted(const char *from, const char *to)
{
	char quote = *from++;
	char *name, *out;

	to--;
	if (from == to || memchr(from, '\0', (gsize)(to - from)))
		return NULL;
	name = out = g_malloc((gsize)(to - from) + 1);
	while (from < to) {
		*out++ = *from;
		from += *from == quote ? 2 : 1;
	}
	*out = '\0';
	return name;
}

static gboolean take_quoted_name(RondWords *self, char **name)
{
	const char *from = self->p;
	g_autofree char *found = NULL;

	if (!skip_quoted(self, FALSE))
		return FALSE;
	found = unquoted(from, self->p);
	if (!found)
		return FALSE;
	if (name)
		*name = g_steal_pointer(&found);
	return TRUE;
}

static gboolean take_bare_name(RondWords *self, char **name)
{
	const char *from = self->p;

	while (self->p < self->end && rond_words_is_letter(*self->p))
		self->p++;
	if (self->p == from)
		return FALSE;
	if (name)
		*name = g_strndup(from, (gsize)(self->p - from));
	return TRUE;
}

gboolean rond_words_take_name(RondWords *self, char **name)
{
	gboolean quoted =
	    self->p < self->end && (*self->p == '`' || *self->p == '"');

	if (quoted ? !take_quoted_name(self, name)
		   : !take_bare_name(self, name))
		return FALSE;
	rond_words_skip(self);
	return TRUE;
}

gboolean rond_words_take_names(RondWords *self, char **first, char **last)
{
	g_autofree char *one = NULL;
	g_autofree char *two = NULL;

	if (!rond_words_take_name(self, &one))
		return FALSE;
	if (rond_words_take_sign(self, '.') &&
	    !rond_words_take_name(self, &two))
		return FALSE;
	if (first)
		*first = two ? g_steal_pointer(&one) : NULL;
	if (last)
		*last = two ? g_steal_pointer(&two) : g_steal_pointer(&one);
	return TRUE;
}

gboolean rond_words_take_number(RondWords *self, guint *number)
{
	guint64 n = 0;

	if (self->p == self->end || !g_ascii_isdigit(*self->p))
		return FALSE;
	for (; self->p < self->end && g_ascii_isdigit(*self->p); self->p++)
		n = MIN(n * 10 + (guint64)(*self->p - '0'), G_MAXUINT);
	*number = (guint)n;
	rond_words_skip(self);
	return TRUE;
}

gboolean rond_words_take_string(RondWords *self)
{
	gboolean found =
	    self->p < self->end &&
	    (*self->p == '\'' ||
	     (*self->p == '"' && !(self->mode & ROND_SQL_ANSI_QUOTES)));

	if (!found ||
	    !skip_quoted(self, !(self->mode & ROND_SQL_PLAIN_BACKSLASH)))
		return FALSE;
	rond_words_skip(self);
	return TRUE;
}

gboolean rond_words_take_any(RondWords *self)
{
	if (self->p == self->end)
		return FALSE;
	if (*self->p == '\'' ||
	    (*self->p == '"' && !(self->mode & ROND_SQL_ANSI_QUOTES)))
		return rond_words_take_string(self);
	if (*self->p == '`' || *self->p == '"' ||
	    rond_words_is_letter(*self->p))
		return rond_words_take_name(self, NULL);
	self->p++;
	rond_words_skip(self);
	return TRUE;
}

gboolean rond_words_take_group(RondWords *self)
{
	guint64 depth = 0;

	do {
		if (rond_words_take_sign(self, '('))
			depth++;
		else if (depth > 0 && rond_words_take_sign(self, ')'))
			depth--;
		else if (depth == 0 || !rond_words_take_any(self))
			return FALSE;
	} while (depth > 0);
	return TRUE;
}
