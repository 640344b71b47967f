/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/sql/row-insert.h"

#include "backends/error.h"
#include "backends/sql/session.h"

#include <errno.h>
#include <string.h>

/* Bytes of a statement from which on another is begun: a server's smallest
 * max_allowed_packet that is in use is 1 MiB. */
#define ENOUGH (256 << 10)

typedef enum {
	SHOW_BARE,   /* a number */
	SHOW_QUOTED, /* characters */
	SHOW_HEX,
	SHOW_NOT, /* the server computes it */
} Show;

struct RondRowInsert {
	GString *head; /* up to VALUES */
	GArray *shows; /* Show */
	char *time_zone;
	gsize statement; /* bytes of the open one so far; 0: none is open */
};

static const RondColumn *find(const RondTableDef *def, const char *name)
{
	for (guint i = 0; i < def->columns->len; i++) {
		const RondColumn *column =
		    &g_array_index(def->columns, RondColumn, i);

		if (!g_ascii_strcasecmp(column->name, name))
			return column;
	}
	return NULL;
}

static Show show_of(const RondColumn *column)
{
	if (column->generated)
		return SHOW_NOT;
	switch (column->kind) {
	case ROND_COLUMN_NUMBER:
		return SHOW_BARE;
	case ROND_COLUMN_TEXT:
		return SHOW_QUOTED;
	case ROND_COLUMN_BINARY:
	case ROND_COLUMN_BIT:
	case ROND_COLUMN_GEOMETRY:
		return SHOW_HEX;
	}
	return SHOW_QUOTED;
}

static gboolean add_column(RondRowInsert *self, const RondTableDef *def,
			   const char *name, GError **error)
{
	const RondColumn *column = find(def, name);
	Show show;

	if (!column)
		return rond_fail(error, EIO, "%s: the table has no such column",
				 name);
	show = show_of(column);
	g_array_append_val(self->shows, show);
	if (show == SHOW_NOT)
		return TRUE;
	if (!g_str_has_suffix(self->head->str, "("))
		g_string_append_c(self->head, ',');
	rond_session_quote(self->head, '`', column->name);
	return TRUE;
}

RondRowInsert *rond_row_insert_new(const RondRowInsertConfig *config,
				   GError **error)
{
	g_autoptr(RondRowInsert) self = g_new0(RondRowInsert, 1);

	self->head = g_string_new("INSERT INTO ");
	self->shows = g_array_new(FALSE, FALSE, sizeof(Show));
	self->time_zone = g_strdup(config->time_zone);
	rond_session_quote(self->head, '`', config->def->name);
	g_string_append(self->head, " (");
	for (guint i = 0; i < config->columns->len; i++)
		if (!add_column(self, config->def, config->columns->pdata[i],
				error))
			return NULL;
	g_string_append(self->head, ") VALUES\n");
	return g_steal_pointer(&self);
}

void rond_row_insert_free(RondRowInsert *self)
{
	g_string_free(self->head, TRUE);
	g_array_unref(self->shows);
	g_free(self->time_zone);
	g_free(self);
}

/* Unlike a whole table's rows these come among others: what must be unique is
 * looked for. */
void rond_row_insert_begin(RondRowInsert *self, GString *out)
{
	rond_session_begin(out, self->time_zone);
}

/* What a string can't have as it is; the escapes of a TSV are SQL's, too. */
static const char *escape_of(char c)
{
	switch (c) {
	case '\'':
		return "\\'";
	case '\r':
		return "\\r";
	case '\032':
		return "\\Z";
	default:
		return NULL;
	}
}

static void append_string(GString *out, const char *text, gsize len)
{
	gsize done = 0;

	g_string_append_c(out, '\'');
	for (gsize i = 0; i < len; i++) {
		const char *escape = escape_of(text[i]);

		if (!escape)
			continue;
		g_string_append_len(out, text + done, (gssize)(i - done));
		g_string_append(out, escape);
		done = i + 1;
	}
	g_string_append_len(out, text + done, (gssize)(len - done));
	g_string_append_c(out, '\'');
}

static gboolean is_number(const char *text, gsize len)
{
	for (gsize i = 0; i < len; i++)
		if (!g_ascii_isdigit(text[i]) && !strchr("+-.eE", text[i]))
			return FALSE;
	return len > 0;
}

static gboolean is_hex(const char *text, gsize len)
{
	for (gsize i = 0; i < len; i++)
		if (!g_ascii_isxdigit(text[i]))
			return FALSE;
	return len % 2 == 0;
}

static void append_value(GString *out, Show show, const char *text, gsize len)
{
	if (len == 2 && !memcmp(text, "\\N", 2)) {
		g_string_append(out, "NULL");
	} else if (show == SHOW_BARE && is_number(text, len)) {
		g_string_append_len(out, text, (gssize)len);
	} else if (show == SHOW_HEX && is_hex(text, len)) {
		g_string_append(out, "X'");
		g_string_append_len(out, text, (gssize)len);
		g_string_append_c(out, '\'');
	} else if (show == SHOW_HEX) {
		/* The call of a function, shown as its SQL: see rows.h. */
		g_string_append_len(out, text, (gssize)len);
	} else {
		append_string(out, text, len);
	}
}

static gboolean append_row(RondRowInsert *self, const char *line, gsize len,
			   GString *out)
{
	const char *at = line, *end = line + len;
	gboolean first = TRUE;

	g_string_append_c(out, '(');
	for (guint i = 0; i < self->shows->len; i++) {
		Show show = g_array_index(self->shows, Show, i);
		const char *tab = memchr(at, '\t', (gsize)(end - at));

		if ((tab != NULL) != (i + 1 < self->shows->len))
			return FALSE;
		if (show != SHOW_NOT) {
			if (!first)
				g_string_append_c(out, ',');
			first = FALSE;
			append_value(out, show, at,
				     (gsize)((tab ? tab : end) - at));
		}
		at = tab ? tab + 1 : end;
	}
	g_string_append_c(out, ')');
	return TRUE;
}

gboolean rond_row_insert_add(RondRowInsert *self, const char *line, gsize len,
			     GString *out, GError **error)
{
	gsize before = out->len;

	if (self->statement > ENOUGH) {
		g_string_append(out, ";\n");
		self->statement = 0;
	}
	g_string_append(out, self->statement ? ",\n" : self->head->str);
	if (!append_row(self, line, len, out))
		return rond_fail(error, EIO,
				 "a row has not as many values as columns");
	self->statement += out->len - before;
	return TRUE;
}

void rond_row_insert_end(RondRowInsert *self, GString *out)
{
	if (self->statement)
		g_string_append(out, ";\n");
	self->statement = 0;
	rond_session_end(out, self->time_zone);
}
