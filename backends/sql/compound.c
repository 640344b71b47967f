/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/sql/compound.h"

#include "backends/sql/words.h"

#include <string.h>

#define END ";\n"
/* What comes behind a body, which may have any statement in it. */
#define RESTORED END "SET character_set_client = @PREV_CHARACTER_SET_CLIENT"

static gsize without_spaces(const char *text, gsize len)
{
	while (len > 0 && rond_words_is_space(text[len - 1]))
		len--;
	return len;
}

static gsize without_delimiter(const RondPiece *piece)
{
	gsize len = without_spaces(piece->text, piece->len);
	gsize n = strlen(piece->delimiter);

	if (len >= n && memcmp(piece->text + len - n, piece->delimiter, n) == 0)
		len = without_spaces(piece->text, len - n);
	return len;
}

static const char *find(const RondCompound *self, const char *what)
{
	return g_strstr_len(self->whole.text + self->at,
			    (gssize)(self->end - self->at), what);
}

/* Neither ends amid itself: what is behind such an end is another statement. */
static gboolean is_several(const RondCompound *self)
{
	static const char *const verbs[] = {"SET", "DROP", NULL};
	RondWords w = rond_words(self->whole.text, self->end, 0);

	rond_words_skip(&w);
	return rond_words_take_one_of(&w, verbs) && find(self, END);
}

RondCompound rond_compound(const RondPiece *piece)
{
	RondCompound self = {.whole = *piece};

	/* As of nearly all, or known by its beginning only. */
	if (strcmp(piece->delimiter, ";") == 0 ||
	    piece->len != piece->to - piece->from)
		return self;
	self.end = without_delimiter(piece);
	self.several = is_several(&self);
	return self;
}

static gboolean begins_body(const RondCompound *self)
{
	RondWords w =
	    rond_words(self->whole.text + self->at, self->end - self->at, 0);

	rond_words_skip(&w);
	return rond_words_take_word(&w, "CREATE");
}

static gboolean give(RondCompound *self, gsize to, RondPiece *piece)
{
	*piece = self->whole;
	piece->text += self->at;
	piece->len = to - self->at;
	piece->from += self->at;
	piece->to = piece->from + piece->len;
	piece->open = to < self->whole.len;
	self->at = to;
	return TRUE;
}

gboolean rond_compound_next(RondCompound *self, RondPiece *piece)
{
	const char *end;

	if (!self->several) {
		*piece = self->whole;
		return self->at++ == 0;
	}
	if (self->at == self->whole.len)
		return FALSE;
	end = find(self, begins_body(self) ? RESTORED : END);
	/* The last has the delimiter of all. */
	if (!end || (gsize)(end - self->whole.text) + strlen(END) >= self->end)
		return give(self, self->whole.len, piece);
	return give(self, (gsize)(end - self->whole.text) + strlen(END), piece);
}
