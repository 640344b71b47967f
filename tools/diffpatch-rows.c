/* SPDX-License-Identifier: BSD-2-Clause */
/* Tables beside each other, row by row. */
#include "tools/diffpatch.h"
#include "tools/diffprint.h"
#include "tools/diffrows.h"

#include "backends/sql/row-lines.h"

#include <glib/gi18n.h>
#include <string.h>

/* Of a row that is longer no more is held in memory. */
#define LONGEST (4 << 20)
#define CHUNK (64 << 10)

typedef struct {
	gboolean terminal;
	FILE *out;
} Printer;

/* Rows of one of the tables. */
typedef struct {
	char sign;
	RondStream *tsv;
	RondRowLines *lines;
	RondRowLine line;
	gboolean live; /* @line is a row */
	GError *error; /* of what ended it */
} Rows;

static void rows_clear(Rows *self)
{
	g_clear_error(&self->error);
	g_clear_pointer(&self->lines, rond_row_lines_free);
	g_clear_pointer(&self->tsv, rond_stream_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Rows, rows_clear)

static gboolean advance(Rows *self)
{
	self->live =
	    rond_row_lines_next(self->lines, &self->line, &self->error);
	return self->live;
}

/* Standing at the first row, if there is one. */
static gboolean open_rows(Rows *self, const RondTableDelta *delta,
			  RondRowSet set, GError **error)
{
	self->sign =
	    set == ROND_ROWS_REMOVED || set == ROND_ROWS_WAS ? '-' : '+';
	self->tsv = rond_table_delta_tsv(delta, set, error);
	if (!self->tsv)
		return FALSE;
	self->lines = rond_row_lines_new(self->tsv, LONGEST);
	advance(self);
	return TRUE;
}

static gboolean close_rows(Rows *self, GError **error)
{
	if (!self->error)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&self->error));
	return FALSE;
}

/* All of a row of any length, with its line feed. */
static void print_long(Rows *self, const Printer *printer)
{
	g_autofree char *chunk = g_malloc(CHUNK);
	guint64 at = self->line.from;

	while (at < self->line.to && !ferror(printer->out)) {
		gsize len = (gsize)MIN(self->line.to - at, CHUNK);
		gssize n =
		    rond_stream_pread(self->tsv, chunk, len, at, &self->error);

		if (n <= 0)
			return;
		rond_patch_text(chunk, (gsize)n, printer->terminal,
				printer->out);
		at += (guint64)n;
	}
}

/* The row at hand; the next one is then. */
static void print_row(Rows *self, const Printer *printer)
{
	putc(self->sign, printer->out);
	if (self->line.is_long) {
		print_long(self, printer);
	} else {
		rond_patch_text(self->line.text, self->line.len,
				printer->terminal, printer->out);
		putc('\n', printer->out);
	}
	if (self->error)
		self->live = FALSE;
	else
		advance(self);
}

static void print_rest(Rows *self, const Printer *printer)
{
	while (self->live && !ferror(printer->out))
		print_row(self, printer);
}

static gboolean print_set(const RondTableDelta *delta, RondRowSet set,
			  const Printer *printer, GError **error)
{
	g_auto(Rows) rows = {0};

	if (!open_rows(&rows, delta, set, error))
		return FALSE;
	print_rest(&rows, printer);
	return close_rows(&rows, error);
}

/* Tables begin with their key, nearly all of them. */
static gboolean look_like_one(const Rows *old, const Rows *new)
{
	const char *a, *b;
	gsize a_len, b_len;

	return rond_row_line_field(&old->line, 0, &a, &a_len) &&
	       rond_row_line_field(&new->line, 0, &b, &b_len) &&
	       a_len == b_len && !memcmp(a, b, a_len);
}

/* Each row below what it was, as long as both tables are in one order. */
static gboolean print_changed(const RondTableDelta *delta,
			      const Printer *printer, GError **error)
{
	g_auto(Rows) old = {0};
	g_auto(Rows) new = {0};

	if (!open_rows(&old, delta, ROND_ROWS_WAS, error) ||
	    !open_rows(&new, delta, ROND_ROWS_IS, error))
		return FALSE;
	while (old.live && new.live && look_like_one(&old, &new) &&
	       !ferror(printer->out)) {
		print_row(&old, printer);
		print_row(&new, printer);
	}
	print_rest(&old, printer);
	print_rest(&new, printer);
	return close_rows(&old, error) && close_rows(&new, error);
}

/* What the columns are called, new; NULL with @error. */
static char *title_of(const RondTableDelta *delta, RondRowSet set,
		      GError **error)
{
	g_autoptr(RondStream) tsv = rond_table_delta_tsv(delta, set, error);
	g_autofree char *head = g_malloc(CHUNK);
	const char *end;
	gssize n;

	if (!tsv)
		return NULL;
	n = rond_stream_pread(tsv, head, CHUNK, 0, error);
	if (n < 0)
		return NULL;
	end = memchr(head, '\n', (gsize)n);
	return g_strndup(head, end ? (gsize)(end - head) : (gsize)n);
}

static void print_title(const char *before, const char *title,
			const Printer *printer)
{
	fputs(before, printer->out);
	rond_patch_text(title, strlen(title), printer->terminal, printer->out);
	putc('\n', printer->out);
}

static gboolean print_head(const RondDiffItem *item,
			   const RondTableDelta *delta, const Printer *printer,
			   GError **error)
{
	g_autofree char *left = rond_patch_label("a", item->path);
	g_autofree char *right = rond_patch_label("b", item->path);
	g_autofree char *old = title_of(delta, ROND_ROWS_WAS, error);
	g_autofree char *new =
	    old ? title_of(delta, ROND_ROWS_IS, error) : NULL;
	const guint64 counts[] = {
	    rond_table_delta_count(delta, ROND_ROWS_REMOVED),
	    rond_table_delta_count(delta, ROND_ROWS_ADDED),
	    rond_table_delta_count(delta, ROND_ROWS_WAS)};
	g_autofree char *rows =
	    rond_diff_rows_text(counts[0], counts[1], counts[2]);

	if (!new)
		return FALSE;
	fprintf(printer->out, "--- %s\n+++ %s\n@@ %s @@", left, right, rows);
	if (g_str_equal(old, new)) {
		print_title(" ", new, printer);
		return TRUE;
	}
	print_title("\n-", old, printer);
	print_title("+", new, printer);
	return TRUE;
}

gboolean rond_patch_rows(const RondDiffItem *item, gboolean terminal, FILE *out,
			 GError **error)
{
	const Printer printer = {terminal, out};
	g_autoptr(RondTableDelta) delta = rond_diff_rows_compare(item, error);

	return delta && print_head(item, delta, &printer, error) &&
	       print_set(delta, ROND_ROWS_REMOVED, &printer, error) &&
	       print_changed(delta, &printer, error) &&
	       print_set(delta, ROND_ROWS_ADDED, &printer, error);
}
