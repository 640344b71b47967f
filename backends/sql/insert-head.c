/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/sql/columns.h"

#include "backends/sql/words.h"

void rond_insert_head_clear(RondInsertHead *head)
{
	g_clear_pointer(&head->database, g_free);
	g_clear_pointer(&head->table, g_free);
	g_clear_pointer(&head->columns, g_ptr_array_unref);
}

static gboolean take_verb(RondWords *w)
{
	static const char *const verbs[] = {"INSERT", "REPLACE", NULL};
	static const char *const modifiers[] = {
	    "LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY", "IGNORE", "INTO", NULL};

	rond_words_skip(w);
	if (!rond_words_take_one_of(w, verbs))
		return FALSE;
	while (rond_words_take_one_of(w, modifiers))
		;
	return TRUE;
}

/* (`a`, `b`): as all of the table's where there is none. */
static gboolean take_columns(RondWords *w, RondInsertHead *head)
{
	if (!rond_words_take_sign(w, '('))
		return TRUE;
	head->columns = g_ptr_array_new_with_free_func(g_free);
	if (rond_words_take_sign(w, ')'))
		return TRUE;
	do {
		char *name = NULL;

		if (!rond_words_take_names(w, NULL, &name))
			return FALSE;
		g_ptr_array_add(head->columns, name);
	} while (rond_words_take_sign(w, ','));
	return rond_words_take_sign(w, ')');
}

static gboolean take_head(RondWords *w, RondInsertHead *head)
{
	static const char *const values[] = {"VALUES", "VALUE", NULL};

	if (!take_verb(w) ||
	    !rond_words_take_names(w, &head->database, &head->table))
		return FALSE;
	if (rond_words_take_word(w, "PARTITION") && !rond_words_take_group(w))
		return FALSE;
	return take_columns(w, head) && rond_words_take_one_of(w, values);
}

gboolean rond_insert_head_parse(const char *text, gsize len, RondSqlMode mode,
				RondInsertHead *head)
{
	RondWords w = rond_words(text, len, mode);

	*head = (RondInsertHead){NULL, NULL, NULL};
	if (take_head(&w, head))
		return TRUE;
	rond_insert_head_clear(head);
	return FALSE;
}
