/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/quote.h"

#include <string.h>

#define PLAIN "%+,-./:=@_^"

/* The character at @at, 0 when it isn't one that a terminal only shows. */
static gunichar printable_at(const char *at)
{
	gunichar c = g_utf8_get_char_validated(at, -1);

	if (c == (gunichar)-1 || c == (gunichar)-2)
		return 0;
	/* Besides control characters: marks that turn the reading direction
	 * make "gpj.php" look like "php.jpg". */
	return g_unichar_isprint(c) && g_unichar_type(c) != G_UNICODE_FORMAT
		   ? c
		   : 0;
}

static gboolean is_plain(const char *name)
{
	/* A leading '-' would be an option, '~' a home. */
	if (!*name || *name == '-')
		return FALSE;
	for (const char *p = name; *p; p = g_utf8_next_char(p)) {
		gunichar c = printable_at(p);

		if (c == 0 || g_unichar_isspace(c))
			return FALSE;
		if (c < 0x80 && !g_ascii_isalnum((char)c) &&
		    !strchr(PLAIN, (int)c))
			return FALSE;
	}
	return TRUE;
}

static gboolean is_shown(const char *name)
{
	for (const char *p = name; *p; p = g_utf8_next_char(p)) {
		if (printable_at(p) == 0)
			return FALSE;
	}
	return TRUE;
}

static void append_escaped(GString *text, const char *at)
{
	const char *letters = "a\ab\bt\tn\nv\vf\fr\r";

	for (const char *l = letters; *l; l += 2) {
		if (l[1] == *at) {
			g_string_append_printf(text, "\\%c", l[0]);
			return;
		}
	}
	g_string_append_printf(text, "\\%03o", (guint8)*at);
}

/* $'…' as a whole, which ls would take apart into pieces. */
static char *quote_escaped(const char *name)
{
	GString *text = g_string_new("$'");

	for (const char *p = name; *p;) {
		gunichar c = printable_at(p);

		if (c == 0) {
			append_escaped(text, p++);
			continue;
		}
		if (c == '\'' || c == '\\')
			g_string_append_c(text, '\\');
		g_string_append_unichar(text, c);
		p = g_utf8_next_char(p);
	}
	g_string_append_c(text, '\'');
	return g_string_free(text, FALSE);
}

char *rond_quote(const char *name)
{
	if (is_plain(name))
		return g_strdup(name);
	return is_shown(name) ? g_shell_quote(name) : quote_escaped(name);
}

char *rond_printable(const char *name)
{
	GString *text = g_string_new(NULL);

	for (const char *p = name; *p;) {
		gunichar c = printable_at(p);

		if (c == 0) {
			g_string_append_c(text, '?');
			p++;
			continue;
		}
		g_string_append_unichar(text, c);
		p = g_utf8_next_char(p);
	}
	return g_string_free(text, FALSE);
}
