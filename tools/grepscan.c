/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/grepscan.h"

#include <string.h>

#define PIECE (256 * 1024)
#define MAX_LINE (1024 * 1024)
#define LOOK (32 * 1024) /* for a zero byte */

struct RondGrepScan {
	const RondGrepMatch *match;
	char *text; /* MAX_LINE bytes: what is being searched */
	gsize len;
	guint64 line;	   /* the number of its first */
	gboolean inside;   /* it begins inside of a line… */
	gboolean reported; /* …which was found already */
	gboolean binary, ended;
	RondGrepFound found;
	gpointer data;
};

RondGrepScan *rond_grep_scan_new(const RondGrepMatch *match)
{
	RondGrepScan *self = g_new0(RondGrepScan, 1);

	self->match = match;
	self->text = g_malloc(MAX_LINE);
	return self;
}

void rond_grep_scan_free(RondGrepScan *self)
{
	g_free(self->text);
	g_free(self);
}

static guint64 count_lines(const char *text, gsize len)
{
	guint64 n = 0;

	for (gsize i = 0; i < len; i++)
		n += text[i] == '\n';
	return n;
}

static void report(RondGrepScan *self, const RondGrepLine *line)
{
	gboolean again = self->reported && self->inside && !line->start;

	if (again)
		return;
	self->ended = !self->found(
	    self->line, self->binary ? NULL : self->text + line->start,
	    line->end - line->start, self->data);
	self->ended |= self->binary;
}

/* The first @len bytes: whole lines, or a piece of a long one. */
static gboolean search(RondGrepScan *self, gsize len, GError **error)
{
	g_autoptr(GError) cause = NULL;
	gsize counted = 0, from = 0;
	RondGrepLine line;
	gboolean last = FALSE;

	if (!len)
		return TRUE;
	while (!self->ended && rond_grep_match_next(self->match, self->text,
						    len, from, &line, &cause)) {
		self->line +=
		    count_lines(self->text + counted, line.start - counted);
		counted = line.start;
		report(self, &line);
		last = line.end == len;
		from = line.end + 1;
	}
	if (cause) {
		g_propagate_error(error, g_steal_pointer(&cause));
		return FALSE;
	}
	self->line += count_lines(self->text + counted, len - counted);
	/* Of one line all pieces but the first are inside. */
	self->reported = last || (self->reported && self->inside &&
				  !memchr(self->text, '\n', len));
	self->inside = self->text[len - 1] != '\n';
	return TRUE;
}

/* How much of what is there can be searched: up to the last line's end; all
 * where there is no more to come, or no end in such a length. */
static gsize ready(const RondGrepScan *self, gboolean end)
{
	const char *last = memrchr(self->text, '\n', self->len);

	if (end)
		return self->len;
	if (last)
		return (gsize)(last + 1 - self->text);
	return self->len == MAX_LINE ? self->len : 0;
}

static gboolean read_piece(RondGrepScan *self, RondStream *stream,
			   guint64 *offset, gsize *got, GError **error)
{
	gsize want = MIN(PIECE, MAX_LINE - self->len);
	gssize n = rond_stream_pread(stream, self->text + self->len, want,
				     *offset, error);

	if (n < 0)
		return FALSE;
	if (!*offset)
		self->binary = memchr(self->text, '\0', MIN(n, LOOK)) != NULL;
	*offset += (guint64)n;
	*got = (gsize)n;
	self->len += (gsize)n;
	return TRUE;
}

static void begin(RondGrepScan *self, RondGrepFound found, gpointer data)
{
	self->found = found;
	self->data = data;
	self->line = 1;
	self->len = 0;
	self->inside = self->reported = FALSE;
	self->binary = self->ended = FALSE;
}

gboolean rond_grep_scan_run(RondGrepScan *self, RondStream *stream,
			    RondGrepFound found, gpointer data, GError **error)
{
	guint64 size = rond_stream_size(stream), offset = 0;
	gboolean end = FALSE;
	gsize got, len;

	begin(self, found, data);
	while (!self->ended && !end) {
		if (!read_piece(self, stream, &offset, &got, error))
			return FALSE;
		end = !got || offset == size;
		len = ready(self, end);
		if (!search(self, len, error))
			return FALSE;
		memmove(self->text, self->text + len, self->len - len);
		self->len -= len;
	}
	return TRUE;
}
