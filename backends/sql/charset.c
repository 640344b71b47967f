/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/sql/charset.h"

#include <stdlib.h>

static int compare_table(const void *name, const void *table)
{
	return g_ascii_strcasecmp(name,
				  ((const RondCharsetTable *)table)->name);
}

RondCharsetKind rond_charset(const char *name, const guint16 **table)
{
	static const char *const as_is[] = {"",	       "utf8",	"utf8mb3",
					    "utf8mb4", "ascii", NULL};
	const RondCharsetTable *found =
	    bsearch(name, rond_charset_tables, rond_n_charset_tables,
		    sizeof(*rond_charset_tables), compare_table);

	*table = found ? found->high : NULL;
	if (found)
		return ROND_CHARSET_BYTE;
	for (const char *const *same = as_is; *same; same++)
		if (g_ascii_strcasecmp(name, *same) == 0)
			return ROND_CHARSET_UTF8;
	return g_ascii_strcasecmp(name, "binary") == 0 ? ROND_CHARSET_BYTES
						       : ROND_CHARSET_OTHER;
}

char *rond_charset_decode(const guint16 *table, const char *text)
{
	GString *out = g_string_new(NULL);

	for (; *text; text++) {
		guchar c = (guchar)*text;

		if (c < 0x80)
			g_string_append_c(out, *text);
		else
			g_string_append_unichar(out, table[c - 0x80]);
	}
	return g_string_free(out, FALSE);
}

void rond_charset_decode_name(const char *charset, char **name)
{
	const guint16 *table;
	char *decoded;

	if (!*name || g_utf8_validate(*name, -1, NULL) ||
	    rond_charset(charset, &table) != ROND_CHARSET_BYTE)
		return;
	decoded = rond_charset_decode(table, *name);
	g_free(*name);
	*name = decoded;
}
