/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/sql/damaged.h"

#include <string.h>

/* Where pages are larger, a little of the end is lost all the same. */
#define PAGE 4096

#define COMMENT "-- Damaged in the dump: it goes on where this ends."
#define NAME "(damaged: rows are missing at the end)"

/* Spaces so that they and @size bytes fill pages. */
static char *spaces(guint64 size)
{
	return g_strnfill((gsize)((PAGE - size % PAGE) % PAGE), ' ');
}

char *rond_damaged_comment(guint64 size)
{
	g_autofree char *filling = spaces(size + strlen(COMMENT) + 1);

	return g_strconcat(COMMENT, filling, "\n", NULL);
}

static void append(GByteArray *title, const char *text)
{
	g_byte_array_append(title, (const guint8 *)text, (guint)strlen(text));
}

void rond_damaged_title(RondRowFormat format, guint64 size, GByteArray *title)
{
	static const struct {
		const char *before, *after;
	} around[] = {
	    [ROND_FORMAT_TSV] = {"\t" NAME, "\n"},
	    [ROND_FORMAT_CSV] = {",\"" NAME, "\"\n"},
	    [ROND_FORMAT_JSONL] = {"", ""},
	};
	const char *before = around[format].before;
	const char *after = around[format].after;
	g_autofree char *filling = NULL;

	/* Its line feed comes behind the note. */
	if (title->len)
		g_byte_array_set_size(title, title->len - 1);
	filling = spaces(title->len + strlen(before) + strlen(after) + size);
	append(title, before);
	append(title, filling);
	append(title, after);
}
