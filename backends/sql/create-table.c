/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/sql/columns.h"

#include <string.h>

#include "backends/sql/column-type.h"
#include "backends/sql/words.h"

/* MariaDB's limit, and MySQL's. */
#define MAX_COLUMNS 4096

static void clear_column(gpointer data)
{
	RondColumn *column = data;

	g_free(column->name);
	g_free(column->charset);
}

void rond_table_def_free(RondTableDef *self)
{
	if (!self)
		return;
	g_free(self->database);
	g_free(self->name);
	g_free(self->charset);
	g_array_unref(self->columns);
	g_ptr_array_unref(self->key);
	g_free(self);
}

static RondTableDef *table_def_new(void)
{
	RondTableDef *self = g_new0(RondTableDef, 1);

	self->columns = g_array_new(FALSE, TRUE, sizeof(RondColumn));
	g_array_set_clear_func(self->columns, clear_column);
	self->key = g_ptr_array_new_with_free_func(g_free);
	return self;
}

/* Whatever comes next; brackets as a whole. */
static gboolean skip_one(RondWords *w)
{
	return w->p < w->end && *w->p == '(' ? rond_words_take_group(w)
					     : rond_words_take_any(w);
}

/* The name of a charset or collation: bare, or in any quotes. */
static char *take_charset_name(RondWords *w)
{
	g_autofree char *name = NULL;
	const char *from = w->p;

	if (rond_words_take_sign(w, '='))
		from = w->p;
	if (rond_words_take_string(w)) {
		gsize len = strspn(from + 1, "abcdefghijklmnopqrstuvwxyz"
					     "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
					     "0123456789_");

		return g_ascii_strdown(from + 1, (gssize)len);
	}
	if (!rond_words_take_name(w, &name))
		return NULL;
	return g_ascii_strdown(name, -1);
}

static void replace(char **charset, char *with)
{
	g_free(*charset);
	*charset = with;
}

/* A charset, or a collation, which begins with its charset's name: that counts
 * where no charset is said. */
static gboolean take_charset(RondWords *w, char **charset)
{
	static const char *const long_names[] = {"CHARACTER", "CHAR", NULL};
	RondWords back = *w;
	gboolean named = rond_words_take_word(w, "CHARSET") ||
			 (rond_words_take_one_of(w, long_names) &&
			  rond_words_take_word(w, "SET"));
	char *name;

	if (!named && !rond_words_take_word(w, "COLLATE")) {
		*w = back;
		return FALSE;
	}
	name = take_charset_name(w);
	if (name && !named)
		name[strcspn(name, "_")] = '\0';
	/* MariaDB's collations without a prefix fit several charsets. */
	if (name && (named || (!*charset && strcmp(name, "uca1400") != 0)))
		replace(charset, name);
	else
		g_free(name);
	return TRUE;
}

static void add_key(RondTableDef *def, const char *name)
{
	g_ptr_array_add(def->key, g_strdup(name));
}

/* PRIMARY KEY and KEY alone, but not the end of UNIQUE KEY. */
static gboolean take_key_attribute(RondWords *w, gboolean *primary)
{
	if (rond_words_take_word(w, "UNIQUE")) {
		rond_words_take_word(w, "KEY");
		return TRUE;
	}
	if (!rond_words_take_word(w, "PRIMARY") &&
	    !rond_words_take_word(w, "KEY"))
		return FALSE;
	rond_words_take_word(w, "KEY");
	*primary = TRUE;
	return TRUE;
}

/* CHAR's that say their charset in a word. */
static gboolean take_charset_word(RondWords *w, char **charset)
{
	static const struct {
		const char *word, *charset;
	} words[] = {
	    {"ASCII", "latin1"}, {"UNICODE", "ucs2"}, {"BYTE", "binary"}};

	for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
		if (rond_words_take_word(w, words[i].word)) {
			replace(charset, g_strdup(words[i].charset));
			return TRUE;
		}
	return FALSE;
}

static gboolean take_attribute(RondWords *w, RondColumn *column,
			       gboolean *primary)
{
	if (take_charset(w, &column->charset) ||
	    take_charset_word(w, &column->charset) ||
	    take_key_attribute(w, primary))
		return TRUE;
	if (rond_words_take_word(w, "GENERATED") ||
	    rond_words_take_word(w, "AS"))
		column->generated = TRUE;
	else if (rond_words_take_word(w, "INVISIBLE"))
		column->invisible = TRUE;
	else if (rond_words_take_word(w, "DEFAULT"))
		return skip_one(w);
	else
		return skip_one(w);
	return TRUE;
}

static gboolean at_item_end(const RondWords *w)
{
	return w->p == w->end || *w->p == ',' || *w->p == ')';
}

/* What is left of a column, key or constraint. */
static gboolean skip_item(RondWords *w)
{
	while (!at_item_end(w))
		if (!skip_one(w))
			return FALSE;
	return TRUE;
}

static gboolean take_column(RondWords *w, RondTableDef *def)
{
	RondColumn empty = {0};
	RondColumn *column;
	gboolean primary = FALSE;

	if (def->columns->len == MAX_COLUMNS)
		return FALSE;
	g_array_append_val(def->columns, empty);
	column =
	    &g_array_index(def->columns, RondColumn, def->columns->len - 1);
	if (!rond_words_take_name(w, &column->name) ||
	    !rond_column_type_take(w, column))
		return FALSE;
	while (!at_item_end(w))
		if (!take_attribute(w, column, &primary))
			return FALSE;
	if (primary)
		add_key(def, column->name);
	return TRUE;
}

/* `a`,`b`(10) DESC,… up to the closing bracket. */
static gboolean take_key_columns(RondWords *w, RondTableDef *def)
{
	do {
		g_autofree char *name = NULL;

		if (def->key->len == MAX_COLUMNS ||
		    !rond_words_take_name(w, &name))
			return FALSE;
		add_key(def, name);
		if (!skip_item(w))
			return FALSE;
	} while (rond_words_take_sign(w, ','));
	return rond_words_take_sign(w, ')');
}

/* Words that are no column's name where they aren't in quotes. */
static gboolean takes_key(RondWords *w)
{
	static const char *const words[] = {"KEY",	"INDEX",   "UNIQUE",
					    "FULLTEXT", "SPATIAL", "CONSTRAINT",
					    "FOREIGN",	"CHECK",   NULL};
	RondWords back = *w;

	if (rond_words_take_one_of(w, words))
		return TRUE;
	if (rond_words_take_word(w, "PERIOD") && rond_words_take_word(w, "FOR"))
		return TRUE;
	*w = back;
	if (rond_words_take_word(w, "VECTOR") &&
	    rond_words_take_one_of(w, words))
		return TRUE;
	*w = back;
	return FALSE;
}

/* [CONSTRAINT [name]] PRIMARY */
static gboolean takes_primary(RondWords *w)
{
	RondWords back = *w;

	if (rond_words_take_word(w, "PRIMARY"))
		return TRUE;
	if (rond_words_take_word(w, "CONSTRAINT") &&
	    (rond_words_take_word(w, "PRIMARY") ||
	     (rond_words_take_name(w, NULL) &&
	      rond_words_take_word(w, "PRIMARY"))))
		return TRUE;
	*w = back;
	return FALSE;
}

static gboolean take_primary_key(RondWords *w, RondTableDef *def)
{
	if (!rond_words_take_word(w, "KEY"))
		return FALSE;
	/* USING BTREE may be on either side of the columns. */
	while (!at_item_end(w) && *w->p != '(')
		if (!rond_words_take_any(w))
			return FALSE;
	g_ptr_array_set_size(def->key, 0);
	return rond_words_take_sign(w, '(') && take_key_columns(w, def) &&
	       skip_item(w);
}

static gboolean take_item(RondWords *w, RondTableDef *def)
{
	static const char *const others[] = {"LIKE",   "SELECT", "WITH",
					     "VALUES", "TABLE",	 NULL};

	if (rond_words_take_one_of(w, others))
		return FALSE;
	if (takes_primary(w))
		return take_primary_key(w, def);
	if (takes_key(w))
		return skip_item(w);
	return take_column(w, def);
}

static gboolean take_items(RondWords *w, RondTableDef *def)
{
	if (!rond_words_take_sign(w, '('))
		return FALSE;
	do
		if (!take_item(w, def))
			return FALSE;
	while (rond_words_take_sign(w, ','));
	return rond_words_take_sign(w, ')') && def->columns->len > 0;
}

/* Behind the columns. FALSE: it goes on with a SELECT. */
static gboolean take_options(RondWords *w, RondTableDef *def)
{
	static const char *const selects[] = {"SELECT", "AS", "IGNORE",
					      "REPLACE", NULL};

	while (w->p < w->end && *w->p != ';') {
		if (rond_words_take_one_of(w, selects))
			return FALSE;
		if (rond_words_take_word(w, "PARTITION"))
			return TRUE;
		if (!take_charset(w, &def->charset) && !skip_one(w))
			return FALSE;
	}
	return TRUE;
}

static gboolean take_create(RondWords *w)
{
	static const char *const before[] = {"OR", "REPLACE", "TEMPORARY",
					     NULL};
	static const char *const behind[] = {"IF", "NOT", "EXISTS", NULL};

	rond_words_skip(w);
	if (!rond_words_take_word(w, "CREATE"))
		return FALSE;
	while (rond_words_take_one_of(w, before))
		;
	if (!rond_words_take_word(w, "TABLE"))
		return FALSE;
	while (rond_words_take_one_of(w, behind))
		;
	return TRUE;
}

/* What a column has from the table, and what its charset makes of it. */
static void settle_columns(RondTableDef *def)
{
	for (guint i = 0; i < def->columns->len; i++) {
		RondColumn *column =
		    &g_array_index(def->columns, RondColumn, i);

		if (!column->charset)
			column->charset = g_strdup(def->charset);
		if (column->kind == ROND_COLUMN_TEXT &&
		    strcmp(column->charset, "binary") == 0)
			column->kind = ROND_COLUMN_BINARY;
	}
}

RondTableDef *rond_table_def_parse(const char *text, gsize len,
				   RondSqlMode mode)
{
	RondWords w = rond_words(text, len, mode);
	g_autoptr(RondTableDef) def = table_def_new();

	if (!take_create(&w) ||
	    !rond_words_take_names(&w, &def->database, &def->name) ||
	    !take_items(&w, def) || !take_options(&w, def))
		return NULL;
	if (!def->charset)
		def->charset = g_strdup("");
	settle_columns(def);
	return g_steal_pointer(&def);
}

gboolean rond_table_def_alter(RondTableDef *self, const char *text, gsize len,
			      RondSqlMode mode)
{
	RondWords w = rond_words(text, len, mode);
	g_autoptr(RondTableDef) change = table_def_new();

	rond_words_skip(&w);
	if (!rond_words_take_word(&w, "ALTER") ||
	    !rond_words_take_word(&w, "TABLE") ||
	    !rond_words_take_names(&w, NULL, NULL))
		return FALSE;
	do {
		if (rond_words_take_word(&w, "ADD") && takes_primary(&w)) {
			if (!take_primary_key(&w, change))
				return FALSE;
			g_ptr_array_unref(self->key);
			self->key = g_ptr_array_ref(change->key);
			return TRUE;
		}
	} while (skip_item(&w) && rond_words_take_sign(&w, ','));
	return FALSE;
}
