/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondWords: a cursor over the words of a statement.
 *
 * Lexical rules: MySQL 8.0 Reference Manual 9.1 to 9.7. What is "between" words
 * is white space and comments; code for some versions only, in a comment that
 * begins with ! or M! and maybe a version, counts as code, and its brackets as
 * nothing. A function that takes something moves behind it and behind what is
 * between; one that finds nothing of the kind returns FALSE and moves not at
 * all, or, where something has no end, anywhere. Linear time.
 */
#pragma once

#include "backends/sql/mode.h"

typedef struct {
	const char *p, *end; /* what is left to look at */
	RondSqlMode mode;
	guint open; /* comments of code that it is in */
} RondWords;

RondWords rond_words(const char *text, gsize len, RondSqlMode mode);
gsize rond_words_left(const RondWords *self);

gboolean rond_words_is_space(char c);
/* Of a word without quotes: a letter, digit, _, $ or a byte above ASCII. */
gboolean rond_words_is_letter(char c);

/* Whether @with, whatever the case of its letters, comes next. */
gboolean rond_words_begins(const RondWords *self, const char *with);

/* White space only. */
void rond_words_skip_space(RondWords *self);
/* What is between words. */
void rond_words_skip(RondWords *self);

/* Exactly @what, and nothing behind it. */
gboolean rond_words_take(RondWords *self, const char *what);
/* The sign @sign. */
gboolean rond_words_take_sign(RondWords *self, char sign);
/* The whole word @word. */
gboolean rond_words_take_word(RondWords *self, const char *word);
/* One of @words, NULL at their end. */
gboolean rond_words_take_one_of(RondWords *self, const char *const *words);

/* A name, bare or quoted; also "…" whatever the mode, so ask for one only where
 * no string can be. @name, where wanted, gets a new one without quotes. */
gboolean rond_words_take_name(RondWords *self, char **name);
/* `a` or `a`.`b`: @first is NULL if there is one only. Both are new and may be
 * unwanted (NULL). */
gboolean rond_words_take_names(RondWords *self, char **first, char **last);
/* A number without sign or point; more than G_MAXUINT is G_MAXUINT. */
gboolean rond_words_take_number(RondWords *self, guint *number);
/* '…', or "…" where it is a string; its content is passed over. */
gboolean rond_words_take_string(RondWords *self);
/* A string, name, word, or any other sign. FALSE at the end, and where a
 * string or name has none. */
gboolean rond_words_take_any(RondWords *self);
/* From ( to its ). */
gboolean rond_words_take_group(RondWords *self);
