/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/sql/row-lines.h"

#include <string.h>

/* Little, as memory that is new costs more than a call. */
#define READ_SIZE (256 << 10)
/* Kept of a long line: more than a key can have. */
#define HEAD_SIZE (64 << 10)

struct RondRowLines {
	RondStream *tsv;
	guint64 at; /* in the file: behind what is in the buffer */
	gsize begin, end;
	gboolean ended, titled;
	RondSha256 *sha256;
	char head[HEAD_SIZE];
	gsize size; /* of the buffer; what is not used is no memory */
	char *buffer;
};

RondRowLines *rond_row_lines_new(RondStream *tsv, gsize longest)
{
	RondRowLines *self = g_new0(RondRowLines, 1);

	g_assert(longest >= 2 * READ_SIZE);
	self->tsv = rond_stream_ref(tsv);
	self->sha256 = rond_sha256_new();
	self->size = longest;
	self->buffer = g_malloc(longest);
	return self;
}

void rond_row_lines_free(RondRowLines *self)
{
	rond_sha256_free(self->sha256);
	rond_stream_unref(self->tsv);
	g_free(self->buffer);
	g_free(self);
}

/* Have more bytes in the buffer, which isn't full. FALSE with @error. */
static gboolean fill(RondRowLines *self, GError **error)
{
	gsize room = MIN(self->size - self->end, READ_SIZE);
	gssize n = rond_stream_pread(self->tsv, self->buffer + self->end, room,
				     self->at, error);

	if (n < 0)
		return FALSE;
	self->ended = n == 0;
	self->at += (guint64)n;
	self->end += (gsize)n;
	return TRUE;
}

/* To the buffer's beginning. */
static void move_down(RondRowLines *self)
{
	if (self->begin == 0)
		return;
	memmove(self->buffer, self->buffer + self->begin,
		self->end - self->begin);
	self->end -= self->begin;
	self->begin = 0;
}

/* The line feed of the line at the buffer's beginning, or NULL: it is longer
 * than the buffer, or the file ends (@self->ended), or with @error. */
static const char *find_end(RondRowLines *self, GError **error)
{
	gsize seen = 0;

	for (;;) {
		const char *line = self->buffer + self->begin;
		gsize len = self->end - self->begin;
		const char *feed = memchr(line + seen, '\n', len - seen);

		if (feed || self->ended)
			return feed;
		seen = len;
		move_down(self);
		if (self->end == self->size || !fill(self, error))
			return NULL;
	}
}

static void take(RondRowLines *self, gsize len)
{
	rond_sha256_add(self->sha256, self->buffer + self->begin, len);
	self->begin += len;
}

/* The buffer is full of one line's beginning. */
static gboolean take_long(RondRowLines *self, RondRowLine *line, GError **error)
{
	const char *feed = NULL;

	memcpy(self->head, self->buffer, HEAD_SIZE);
	line->text = self->head;
	line->len = HEAD_SIZE;
	line->is_long = TRUE;
	while (!feed) {
		take(self, self->end - self->begin);
		self->begin = self->end = 0;
		if (!self->ended && !fill(self, error)) {
			rond_sha256_reset(self->sha256);
			return FALSE;
		}
		if (self->ended)
			break;
		feed = memchr(self->buffer, '\n', self->end);
	}
	if (feed) {
		take(self, (gsize)(feed - self->buffer));
		self->begin++;
	}
	rond_sha256_end(self->sha256, line->hash);
	line->to = self->at - (self->end - self->begin);
	return TRUE;
}

static gboolean next(RondRowLines *self, RondRowLine *line, GError **error)
{
	g_autoptr(GError) failure = NULL;
	const char *feed = find_end(self, &failure);

	line->is_long = FALSE;
	line->from = self->at - (self->end - self->begin);
	line->text = self->buffer + self->begin;
	if (failure) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	if (!feed && !self->ended)
		return take_long(self, line, error);
	/* The last line may lack its end. */
	line->len = feed ? (gsize)(feed - line->text) : self->end - self->begin;
	self->begin += line->len + (feed != NULL);
	line->to = line->from + line->len + (feed != NULL);
	return line->to > line->from;
}

gboolean rond_row_lines_next(RondRowLines *self, RondRowLine *line,
			     GError **error)
{
	if (!self->titled) {
		self->titled = TRUE;
		if (!next(self, line, error))
			return FALSE;
	}
	return next(self, line, error);
}

gboolean rond_row_line_equal(const RondRowLine *a, const RondRowLine *b)
{
	if (a->is_long || b->is_long)
		return a->is_long && b->is_long &&
		       !memcmp(a->hash, b->hash, sizeof a->hash);
	return a->len == b->len && !memcmp(a->text, b->text, a->len);
}

gboolean rond_row_line_field(const RondRowLine *line, guint n,
			     const char **text, gsize *len)
{
	const char *at = line->text, *end = line->text + line->len, *tab;

	for (; n > 0; n--) {
		at = memchr(at, '\t', (gsize)(end - at));
		if (!at++)
			return FALSE;
	}
	tab = memchr(at, '\t', (gsize)(end - at));
	if (!tab && line->is_long)
		return FALSE;
	*text = at;
	*len = (gsize)((tab ? tab : end) - at);
	return TRUE;
}
