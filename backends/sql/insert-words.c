/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/sql/insert-words.h"

#include "backends/sql/words.h"

#include <string.h>

static gboolean is(const RondInsertWords *self, const char *word)
{
	return strlen(word) == self->len &&
	       g_ascii_strncasecmp(self->word, word, self->len) == 0;
}

/* A word has ended. TRUE: rows follow. */
static gboolean end_word(RondInsertWords *self)
{
	gboolean rows = FALSE;

	if (!self->insert) {
		self->insert = is(self, "INSERT") || is(self, "REPLACE");
		self->over = !self->insert;
	} else if (self->depth == 0) {
		rows = is(self, "VALUES") || is(self, "VALUE");
		self->over = is(self, "SELECT") || is(self, "SET");
	}
	self->len = 0;
	return rows;
}

gboolean rond_insert_words_take(RondInsertWords *self, guint8 c)
{
	if (rond_words_is_letter((char)c)) {
		if (self->len < sizeof self->word)
			self->word[self->len++] = (char)c;
		return FALSE;
	}
	if (self->len > 0 && end_word(self))
		return TRUE;
	if (!self->insert && !rond_words_is_space((char)c))
		self->over = TRUE;
	if (c == '(')
		self->depth++;
	else if (c == ')' && self->depth > 0)
		self->depth--;
	return FALSE;
}
