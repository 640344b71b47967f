/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/sql/statement.h"

#include "backends/sql/words.h"

/* Words between CREATE and what is created: DEFINER, ALGORITHM… */
#define MAX_CLAUSES 64

static gboolean take_object(RondWords *w, RondStatement *s)
{
	static const struct {
		const char *word;
		RondObject object;
	} words[] = {
	    {"TABLE", ROND_OBJECT_TABLE},
	    {"SEQUENCE", ROND_OBJECT_TABLE},
	    {"VIEW", ROND_OBJECT_VIEW},
	    {"TRIGGER", ROND_OBJECT_TRIGGER},
	    {"PROCEDURE", ROND_OBJECT_ROUTINE},
	    {"FUNCTION", ROND_OBJECT_ROUTINE},
	    {"PACKAGE", ROND_OBJECT_ROUTINE},
	    {"EVENT", ROND_OBJECT_EVENT},
	    {"DATABASE", ROND_OBJECT_DATABASE},
	    {"SCHEMA", ROND_OBJECT_DATABASE},
	    {"INDEX", ROND_OBJECT_TRIGGER}, /* ON its table, too */
	};

	for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
		if (rond_words_take_word(w, words[i].word)) {
			s->object = words[i].object;
			s->sequence = i == 1;
			if (i == G_N_ELEMENTS(words) - 1)
				s->verb = ROND_VERB_ALTER;
			rond_words_take_word(w, "BODY");
			return TRUE;
		}
	return FALSE;
}

static gboolean take_own_name(RondWords *w, RondStatement *s)
{
	static const char *const conditions[] = {"IF", "NOT", "EXISTS", NULL};

	while (rond_words_take_one_of(w, conditions))
		;
	return rond_words_take_names(w, &s->database, &s->name);
}

/* A trigger is its table's. */
static void take_table_of(RondWords *w, RondStatement *s)
{
	g_clear_pointer(&s->database, g_free);
	g_clear_pointer(&s->name, g_free);
	for (int i = 0; i < MAX_CLAUSES; i++) {
		if (rond_words_take_word(w, "ON")) {
			rond_words_take_names(w, &s->database, &s->name);
			return;
		}
		if (!rond_words_take_any(w))
			return;
	}
}

static void parse_create(RondWords *w, RondStatement *s)
{
	for (int i = 0; i < MAX_CLAUSES && !take_object(w, s); i++)
		if (!rond_words_take_any(w))
			return;
	if (!s->object)
		return;
	take_own_name(w, s);
	if (s->object == ROND_OBJECT_TRIGGER)
		take_table_of(w, s);
	if (s->verb == ROND_VERB_ALTER)
		s->object = ROND_OBJECT_TABLE;
}

static void parse_drop(RondWords *w, RondStatement *s)
{
	rond_words_take_word(w, "TEMPORARY");
	if (take_object(w, s))
		take_own_name(w, s);
}

static gboolean takes_keys(RondWords *w)
{
	static const char *const verbs[] = {"DISABLE", "ENABLE", NULL};

	return rond_words_take_one_of(w, verbs) &&
	       rond_words_take_word(w, "KEYS");
}

static void parse_alter(RondWords *w, RondStatement *s)
{
	rond_words_take_word(w, "IGNORE");
	if (!take_object(w, s) || !take_own_name(w, s))
		return;
	if (s->object == ROND_OBJECT_TABLE && takes_keys(w))
		s->verb = ROND_VERB_KEYS;
}

static void parse_table(RondWords *w, RondStatement *s)
{
	s->object = ROND_OBJECT_TABLE;
	rond_words_take_names(w, &s->database, &s->name);
}

static void parse_rows(RondWords *w, RondStatement *s)
{
	static const char *const before[] = {
	    "INTO", "IGNORE", "DELAYED", "LOW_PRIORITY", "HIGH_PRIORITY", NULL};

	while (rond_words_take_one_of(w, before))
		;
	parse_table(w, s);
}

static void parse_truncate(RondWords *w, RondStatement *s)
{
	rond_words_take_word(w, "TABLE");
	parse_table(w, s);
}

/* One table's only: a file of its own can't lock others. */
static void parse_lock(RondWords *w, RondStatement *s)
{
	static const char *const tables[] = {"TABLES", "TABLE", NULL};
	static const char *const how[] = {"WRITE", "READ", "LOCAL", NULL};

	if (!rond_words_take_one_of(w, tables))
		return;
	parse_table(w, s);
	while (rond_words_take_one_of(w, how))
		;
	if (rond_words_take_sign(w, ','))
		s->verb = ROND_VERB_OTHER;
}

static void parse_database(RondWords *w, RondStatement *s)
{
	s->object = ROND_OBJECT_DATABASE;
	rond_words_take_names(w, NULL, &s->name);
}

/* SELECT SETVAL(`s`, …), DO SETVAL(…): a sequence's row. */
static void parse_setval(RondWords *w, RondStatement *s)
{
	s->verb = ROND_VERB_OTHER;
	if (!rond_words_take_word(w, "SETVAL") || !rond_words_take_sign(w, '('))
		return;
	s->verb = ROND_VERB_ROWS;
	s->sequence = TRUE;
	parse_table(w, s);
}

static void parse_start(RondWords *w, RondStatement *s)
{
	if (!rond_words_take_word(w, "TRANSACTION"))
		s->verb = ROND_VERB_OTHER;
}

static void parse_nothing(RondWords *w, RondStatement *s)
{
}

RondStatement rond_statement_parse(const char *text, gsize len,
				   RondSqlMode mode)
{
	static const struct {
		const char *word;
		RondVerb verb;
		void (*rest)(RondWords *w, RondStatement *s);
	} verbs[] = {
	    {"SET", ROND_VERB_SET, parse_nothing},
	    {"CREATE", ROND_VERB_CREATE, parse_create},
	    {"DROP", ROND_VERB_DROP, parse_drop},
	    {"ALTER", ROND_VERB_ALTER, parse_alter},
	    {"LOCK", ROND_VERB_LOCK, parse_lock},
	    {"UNLOCK", ROND_VERB_UNLOCK, parse_nothing},
	    {"INSERT", ROND_VERB_ROWS, parse_rows},
	    {"REPLACE", ROND_VERB_ROWS, parse_rows},
	    {"TRUNCATE", ROND_VERB_ROWS, parse_truncate},
	    {"SELECT", ROND_VERB_ROWS, parse_setval},
	    {"DO", ROND_VERB_ROWS, parse_setval},
	    {"USE", ROND_VERB_USE, parse_database},
	    {"START", ROND_VERB_BEGIN, parse_start},
	    {"BEGIN", ROND_VERB_BEGIN, parse_nothing},
	    {"COMMIT", ROND_VERB_COMMIT, parse_nothing},
	};
	RondWords w = rond_words(text, len, mode);
	RondStatement s = {0};

	rond_words_skip(&w);
	for (gsize i = 0; i < G_N_ELEMENTS(verbs); i++)
		if (rond_words_take_word(&w, verbs[i].word)) {
			s.verb = verbs[i].verb;
			verbs[i].rest(&w, &s);
			break;
		}
	return s;
}

void rond_statement_clear(RondStatement *self)
{
	g_clear_pointer(&self->database, g_free);
	g_clear_pointer(&self->name, g_free);
}
