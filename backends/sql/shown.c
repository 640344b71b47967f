/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/sql/charset.h"
#include "backends/sql/columns.h"

/* What a dump's text is in. */
typedef struct {
	RondCharsetKind kind;
	const guint16 *table;
} Charset;

static const RondColumn *column_at(const RondTableDef *def, guint i)
{
	return &g_array_index(def->columns, RondColumn, i);
}

static void show_text(const RondColumn *column, const Charset *dump,
		      RondShownColumn *shown)
{
	RondCharsetKind kind = dump->kind;

	shown->charset = dump->table;
	/* A binary dump has each column's bytes as the server keeps them. */
	if (kind == ROND_CHARSET_BYTES)
		kind = rond_charset(column->charset, &shown->charset);
	if (kind == ROND_CHARSET_BYTES || kind == ROND_CHARSET_OTHER)
		shown->show = ROND_SHOW_HEX;
}

static void add_shown(GArray *shown, const RondColumn *column,
		      const Charset *dump)
{
	RondShownColumn one = {.name = column->name, .show = ROND_SHOW_TEXT};

	switch (column->kind) {
	case ROND_COLUMN_NUMBER:
		break;
	case ROND_COLUMN_TEXT:
		show_text(column, dump, &one);
		break;
	case ROND_COLUMN_BIT:
		one.show = ROND_SHOW_BITS;
		one.bits = column->bits;
		break;
	case ROND_COLUMN_BINARY:
	case ROND_COLUMN_GEOMETRY:
		one.show = ROND_SHOW_HEX;
		break;
	}
	g_array_append_val(shown, one);
}

/* A statement without names gives all columns but these. */
static void add_visible(GArray *shown, const RondTableDef *def,
			const Charset *dump)
{
	for (guint i = 0; i < def->columns->len; i++)
		if (!column_at(def, i)->invisible)
			add_shown(shown, column_at(def, i), dump);
}

/* Lower-case name → RondColumn. NULL: a name is there twice. */
static GHashTable *columns_by_name(const RondTableDef *def)
{
	g_autoptr(GHashTable) names =
	    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < def->columns->len; i++) {
		const RondColumn *column = column_at(def, i);

		if (!g_hash_table_insert(names,
					 g_ascii_strdown(column->name, -1),
					 (gpointer)column))
			return NULL;
	}
	return g_steal_pointer(&names);
}

/* Takes a column out of @names, so that none is found twice. */
static const RondColumn *take_named(GHashTable *names, const char *name)
{
	g_autofree char *lower = g_ascii_strdown(name, -1);
	const RondColumn *column = g_hash_table_lookup(names, lower);

	if (column)
		g_hash_table_remove(names, lower);
	return column;
}

static gboolean add_named(GArray *shown, GHashTable *names,
			  const GPtrArray *wanted, const Charset *dump)
{
	for (guint i = 0; i < wanted->len; i++) {
		const RondColumn *column =
		    take_named(names, g_ptr_array_index(wanted, i));

		if (!column)
			return FALSE;
		add_shown(shown, column, dump);
	}
	return TRUE;
}

GArray *rond_shown_columns(const RondTableDef *def, const RondInsertHead *head,
			   const char *charset, const char **why)
{
	g_autoptr(GArray) shown =
	    g_array_new(FALSE, FALSE, sizeof(RondShownColumn));
	g_autoptr(GHashTable) names = columns_by_name(def);
	Charset dump;

	dump.kind = rond_charset(charset, &dump.table);
	*why = NULL;
	if (dump.kind == ROND_CHARSET_OTHER)
		*why = "text in this charset can't be shown";
	else if (!names)
		*why = "two columns of the table have the same name";
	else if (!head->columns)
		add_visible(shown, def, &dump);
	else if (!add_named(shown, names, head->columns, &dump))
		*why = "its rows have a column that the table doesn't have";
	if (!*why && shown->len == 0)
		*why = "its rows have no columns";
	return *why ? NULL : g_steal_pointer(&shown);
}
