/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads a dump: who takes which bytes. */
#include "backends/sql/assembly.h"

#include "backends/error.h"

#include <errno.h>
#include <string.h>

/* Small enough that what is told of rows is never far behind what was read. */
#define READ_BYTES (128 * 1024)
#define MARK_SLACK 1024

typedef struct {
	RondStream *dump;
	GCancellable *cancellable;
	RondScanner *scanner;
	RondAssembly *assembly;
	RondRows *rows; /* NULL: between runs */
	gboolean passing;
	guint64 mark; /* where the next is due */
	/* What is at hand: [from, to) of the buffer; @at in the dump. */
	guint8 *buffer;
	gsize capacity, from, to;
	guint64 at;
	gboolean end;	   /* there is no more */
	gboolean line_end; /* the byte before is a line feed */
	GError *failure;
} Reader;

static void reader_clear(Reader *self)
{
	g_clear_pointer(&self->rows, rond_rows_free);
	g_clear_pointer(&self->scanner, rond_scanner_free);
	g_clear_pointer(&self->assembly, rond_assembly_free);
	g_clear_pointer(&self->buffer, g_free);
	g_clear_error(&self->failure);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Reader, reader_clear)

static void reader_init(Reader *self, RondStream *dump,
			const RondDumpSink *sink, GCancellable *cancellable)
{
	*self = (Reader){.dump = dump, .cancellable = cancellable};
	self->scanner = rond_scanner_new();
	self->assembly = rond_assembly_new(sink);
	self->capacity = 2 * READ_BYTES;
	self->buffer = g_malloc(self->capacity);
	self->line_end = TRUE;
}

/* What wasn't taken goes to the front. */
static void move_rest(Reader *self)
{
	gsize rest = self->to - self->from;

	memmove(self->buffer, self->buffer + self->from, rest);
	self->from = 0;
	self->to = rest;
	if (self->capacity - rest < READ_BYTES) {
		self->capacity *= 2;
		self->buffer = g_realloc(self->buffer, self->capacity);
	}
}

static void fill(Reader *self)
{
	gssize got;

	move_rest(self);
	if (g_cancellable_set_error_if_cancelled(self->cancellable,
						 &self->failure))
		got = -1;
	else
		got = rond_stream_pread(self->dump, self->buffer + self->to,
					READ_BYTES, self->at + self->to,
					&self->failure);
	if (got > 0)
		self->to += (gsize)got;
	else
		self->end = TRUE;
}

/* @n bytes were taken by somebody. */
static void pass(Reader *self, gsize n)
{
	if (n > 0)
		self->line_end = self->buffer[self->from + n - 1] == '\n';
	self->from += n;
	self->at += n;
}

static gsize rest(const Reader *self)
{
	return self->to - self->from;
}

/* Nothing follows what is at hand, and that is the dump's end. */
static gboolean is_last(const Reader *self)
{
	return self->end && !self->failure;
}

static void set_mode(Reader *self)
{
	rond_scanner_set_mode(self->scanner,
			      rond_assembly_mode(self->assembly));
}

static void begin_rows(Reader *self, const RondPiece *piece)
{
	RondRowMark start;
	const RondShape *shape =
	    rond_assembly_begin_rows(self->assembly, piece, &start);

	self->passing = !shape;
	if (!shape) {
		rond_scanner_pass(self->scanner);
		return;
	}
	self->rows = rond_rows_new(shape);
	if (!rond_rows_start(self->rows, &start))
		g_assert_not_reached();
	self->mark = self->at + ROND_MARK_BYTES;
}

static void end_passed(Reader *self, const RondPiece *piece)
{
	RondRowMark end = {.at = piece->to};

	self->passing = FALSE;
	if (piece->kind == ROND_PIECE_STATEMENT) {
		rond_assembly_end_rows(self->assembly, piece->to,
				       self->line_end, &end);
		return;
	}
	rond_assembly_break_rows(self->assembly, NULL,
				 "a statement of its rows has no end");
	rond_assembly_take(self->assembly, piece);
}

/* FALSE: what is at hand does not suffice. */
static gboolean scan(Reader *self)
{
	RondPiece piece;
	gboolean found;
	gsize taken =
	    rond_scanner_next(self->scanner, self->buffer + self->from,
			      rest(self), is_last(self), &piece, &found);

	pass(self, taken);
	if (!found) {
		if (self->passing)
			rond_assembly_rows(self->assembly, self->at);
		return FALSE;
	}
	if (piece.kind == ROND_PIECE_INSERT) {
		begin_rows(self, &piece);
	} else if (self->passing) {
		end_passed(self, &piece);
	} else {
		rond_assembly_take(self->assembly, &piece);
		set_mode(self);
	}
	return TRUE;
}

static void end_rows(Reader *self)
{
	RondRowMark end;

	rond_rows_mark(self->rows, &end);
	rond_assembly_end_rows(self->assembly, self->at, self->line_end, &end);
	g_clear_pointer(&self->rows, rond_rows_free);
	rond_scanner_resume(self->scanner, self->at);
}

static void break_rows(Reader *self, const char *why)
{
	RondRowMark whole;
	gboolean line_start =
	    self->line_end ||
	    (rest(self) > 0 && self->buffer[self->from] == '\n');

	rond_rows_whole(self->rows, &whole);
	rond_assembly_break_rows(self->assembly, &whole, why);
	g_clear_pointer(&self->rows, rond_rows_free);
	/* The line feed itself is no anchor. */
	if (line_start && !self->line_end)
		pass(self, 1);
	rond_scanner_skip(self->scanner, self->at, line_start);
}

static void take_mark(Reader *self)
{
	RondRowMark mark;

	rond_rows_mark(self->rows, &mark);
	rond_assembly_mark(self->assembly, &mark);
	self->mark = self->at + ROND_MARK_BYTES;
}

/* FALSE: what is at hand does not suffice. */
static gboolean read_rows(Reader *self)
{
	RondRowsState state;
	gboolean all;
	gsize n, taken;

	/* So near that it might want to see more than there is before it. */
	if (self->mark - self->at < MARK_SLACK)
		take_mark(self);
	n = (gsize)MIN(rest(self), self->mark - self->at);
	all = n == rest(self);
	taken = rond_rows_measure(self->rows, self->buffer + self->from, n,
				  all && is_last(self), &state);
	pass(self, taken);
	rond_assembly_rows(self->assembly, self->at);
	if (state == ROND_ROWS_END)
		end_rows(self);
	else if (state == ROND_ROWS_BROKEN)
		break_rows(self, is_last(self) && rest(self) == 0
				     ? "the dump ends amid its rows"
				     : "a row can't be read");
	else if (!all && taken == 0)
		/* It wants to see more than there is between marks. */
		self->mark += ROND_MARK_BYTES;
	else if (!all)
		take_mark(self);
	else if (is_last(self))
		break_rows(self, "the dump ends amid its rows");
	else
		return FALSE;
	return TRUE;
}

/* FALSE: what is at hand does not suffice. */
static gboolean step(Reader *self)
{
	return self->rows ? read_rows(self) : scan(self);
}

/* The dump can't be read on: what is open ends here. */
static void fail(Reader *self)
{
	if (self->rows)
		break_rows(self, "the dump can't be read on");
	else if (self->passing)
		rond_assembly_break_rows(self->assembly, NULL,
					 "the dump can't be read on");
}

static void read_all(Reader *self)
{
	while (!rond_assembly_is_full(self->assembly)) {
		/* Bytes first: a piece may end without taking one. */
		if (step(self))
			continue;
		if (self->end)
			break;
		fill(self);
	}
	if (self->failure || rond_assembly_is_full(self->assembly))
		fail(self);
}

RondDumpFiles *rond_dump_read(RondStream *dump, const RondDumpSink *sink,
			      GCancellable *cancellable, gboolean *complete,
			      GError **error)
{
	g_auto(Reader) self = {NULL};

	reader_init(&self, dump, sink, cancellable);
	read_all(&self);
	if (self.failure && (rond_assembly_is_empty(self.assembly) ||
			     rond_error_errno(self.failure) == ECANCELED)) {
		g_propagate_error(error, g_steal_pointer(&self.failure));
		return NULL;
	}
	return rond_assembly_finish(self.assembly, self.at + rest(&self),
				    self.failure != NULL, complete);
}
