/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/sql/assignments.h"

#include "backends/sql/words.h"

#include <string.h>

/* mysqldump sets two at once. */
#define MAX_ASSIGNMENTS 64

static void clear_assignment(gpointer data)
{
	RondAssignment *a = data;

	g_free(a->name);
	g_free(a->value);
}

static char *lower(char *name)
{
	char *result = g_ascii_strdown(name, -1);

	g_free(name);
	return result;
}

/* global.x, session.x or x. */
static gboolean take_system(RondWords *w, RondAssignment *a, char **name)
{
	g_autofree char *scope = NULL;

	if (!rond_words_take_names(w, &scope, name))
		return FALSE;
	*name = lower(*name);
	if (scope && (g_ascii_strcasecmp(scope, "global") == 0 ||
		      g_ascii_strncasecmp(scope, "persist", 7) == 0))
		a->global = TRUE;
	return TRUE;
}

/* @x or @@x; *@user says which. */
static gboolean take_variable(RondWords *w, RondAssignment *a, char **name,
			      gboolean *user)
{
	if (!rond_words_take_sign(w, '@'))
		return FALSE;
	*user = !rond_words_take_sign(w, '@');
	if (!*user)
		return take_system(w, a, name);
	if (!rond_words_take_name(w, name))
		return FALSE;
	*name = lower(*name);
	return TRUE;
}

static gboolean at_value_end(const RondWords *w)
{
	return w->p == w->end || *w->p == ',' || *w->p == ';';
}

/* Anything up to the next comma. What is between words, and code's brackets,
 * are left away at its end. */
static gboolean take_text(RondWords *w, char **value)
{
	const char *from = w->p, *to = from;

	while (!at_value_end(w)) {
		gboolean group = *w->p == '(';

		if (group ? !rond_words_take_group(w) : !rond_words_take_any(w))
			return FALSE;
		to = w->p;
	}
	while (to > from && (rond_words_is_space(to[-1]) || to[-1] == '/'))
		to -= to[-1] == '/' && to - from >= 2 ? 2 : 1;
	*value = g_strndup(from, (gsize)(to - from));
	return TRUE;
}

static gboolean take_value(RondWords *w, RondAssignment *a)
{
	RondWords back = *w;
	gboolean user = FALSE;

	if (take_variable(w, a, &a->value, &user) && at_value_end(w)) {
		a->kind = user ? ROND_VALUE_USER : ROND_VALUE_SYSTEM;
		return TRUE;
	}
	g_clear_pointer(&a->value, g_free);
	*w = back;
	return take_text(w, &a->value);
}

/* NAMES x COLLATE y, CHARACTER SET x. */
static gboolean take_names(RondWords *w, RondAssignment *a)
{
	gboolean character = rond_words_take_word(w, "CHARACTER");

	if (character ? !rond_words_take_word(w, "SET")
		      : !rond_words_take_word(w, "NAMES") &&
			    !rond_words_take_word(w, "CHARSET"))
		return FALSE;
	a->name = g_strdup("names");
	return take_text(w, &a->value);
}

static gboolean take_target(RondWords *w, RondAssignment *a)
{
	static const char *const scopes[] = {"SESSION", "LOCAL", NULL};
	static const char *const global[] = {"GLOBAL", "PERSIST",
					     "PERSIST_ONLY", NULL};

	if (*w->p == '@')
		return take_variable(w, a, &a->name, &a->user);
	if (rond_words_take_one_of(w, global))
		a->global = TRUE;
	else
		rond_words_take_one_of(w, scopes);
	return take_system(w, a, &a->name);
}

static gboolean take_assignment(RondWords *w, RondAssignment *a)
{
	RondWords back = *w;

	if (w->p == w->end)
		return FALSE;
	if (take_names(w, a))
		return TRUE;
	clear_assignment(a);
	*a = (RondAssignment){0};
	*w = back;
	if (!take_target(w, a))
		return FALSE;
	rond_words_take_sign(w, ':');
	return rond_words_take_sign(w, '=') && take_value(w, a);
}

GArray *rond_assignments_parse(const char *text, gsize len, RondSqlMode mode)
{
	g_autoptr(GArray) list =
	    g_array_new(FALSE, TRUE, sizeof(RondAssignment));
	RondWords w = rond_words(text, len, mode);

	g_array_set_clear_func(list, clear_assignment);
	rond_words_skip(&w);
	if (!rond_words_take_word(&w, "SET"))
		return NULL;
	do {
		RondAssignment empty = {0};

		if (list->len == MAX_ASSIGNMENTS)
			return NULL;
		g_array_append_val(list, empty);
		if (!take_assignment(&w, &g_array_index(list, RondAssignment,
							list->len - 1)))
			return NULL;
	} while (rond_words_take_sign(&w, ','));
	return g_steal_pointer(&list);
}
