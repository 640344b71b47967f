/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs of statements that insert into one table. */
#include "backends/sql/assembly-private.h"

#include <string.h>

#define MAX_RUNS (1024 * 1024)
/* A head that may be told to the sink with the rows before it. */
#define SHORT_HEAD (32 * 1024)

static gboolean same_columns(const GArray *a, const GArray *b)
{
	if (a->len != b->len)
		return FALSE;
	for (guint i = 0; i < a->len; i++)
		if (strcmp(g_array_index(a, RondShownColumn, i).name,
			   g_array_index(b, RondShownColumn, i).name) != 0)
			return FALSE;
	return TRUE;
}

/* What a table's rows can't be shown as, they aren't; a part would mislead. */
static void give_up_showing(RondAssembly *self, RondDumpTable *table,
			    guint64 at, const char *why)
{
	g_autofree char *name = rond_assembly_quote(table->name);

	g_clear_pointer(&table->columns, g_array_unref);
	rond_assembly_tell(self, ROND_FINDING_NOTE, at, at,
			   "the table %s is there as SQL only: %s", name, why);
}

static void first_head(RondAssembly *self, RondDumpTable *table,
		       const RondInsertHead *head, const RondPiece *piece)
{
	const char *why = NULL;

	table->head = g_memdup2(piece->text, piece->len);
	table->head_len = piece->len;
	table->mode = rond_assembly_mode(self);
	if (!table->def)
		return;
	table->columns = rond_shown_columns(
	    table->def, head, rond_settings_charset(self->settings), &why);
	if (!table->columns)
		give_up_showing(self, table, piece->from, why);
}

/* Another run of the same table: only if its rows look alike. */
static void next_head(RondAssembly *self, RondDumpTable *table,
		      const RondInsertHead *head, const RondPiece *piece)
{
	g_autoptr(GArray) columns = NULL;
	const char *why;

	if (!table->columns)
		return;
	columns = rond_shown_columns(
	    table->def, head, rond_settings_charset(self->settings), &why);
	if (!columns || !same_columns(table->columns, columns) ||
	    table->mode != rond_assembly_mode(self))
		give_up_showing(self, table, piece->from,
				"its rows are given in several ways");
}

/* Names are as in CREATE TABLE then, whatever the dump's charset. */
static gboolean parse_head(RondAssembly *self, const RondPiece *piece,
			   RondInsertHead *head)
{
	if (!rond_insert_head_parse(piece->text, piece->len,
				    rond_assembly_mode(self), head))
		return FALSE;
	rond_insert_head_decode(head, rond_settings_charset(self->settings));
	return TRUE;
}

static RondDraftTable *begin_table(RondAssembly *self, const RondPiece *piece)
{
	g_auto(RondInsertHead) head = {NULL, NULL, NULL};
	RondDraftTable *table;

	if (!parse_head(self, piece, &head))
		return NULL;
	table = rond_assembly_table(self, head.database, head.table);
	if (table->table->head)
		next_head(self, table->table, &head, piece);
	else
		first_head(self, table->table, &head, piece);
	rond_assembly_enter(self, &table->script, ROND_PART_DATA, table,
			    ROND_OBJECT_TABLE, table->table->name);
	return table;
}

/* What the table has before a run. */
static RondRowMark start_of(const RondDraftTable *table, guint64 at)
{
	const GArray *runs = table->table->runs;
	RondRowMark mark = {0};

	if (runs->len > 0)
		mark = g_array_index(runs, RondRun, runs->len - 1).end;
	mark.at = at;
	mark.column = mark.state = 0;
	return mark;
}

static void open_run(RondAssembly *self, RondDraftTable *table,
		     const RondPiece *piece, const RondRowMark *start)
{
	RondRunning *running = &self->running;

	*running = (RondRunning){
	    .table = table,
	    .ignored = !table || table->table->damaged,
	    .passing = !table || !table->table->columns,
	    .told = piece->to,
	    .run = {.from = piece->from, .to = piece->to, .end = *start},
	};
	if (running->ignored)
		return;
	rond_sha256_add(self->sha, piece->text, piece->len);
	rond_sha256_end(self->sha, running->head);
	running->number = self->runs++;
	self->full = self->full || self->runs > MAX_RUNS;
	running->run.first_mark = self->marks->len;
	rond_assembly_mark(self, start);
}

/* Statements of which nothing is known but that they follow each other. */
static gboolean goes_on(const RondAssembly *self, const RondDraftTable *before,
			const RondPiece *piece)
{
	const RondRunning *running = &self->running;

	return running->table && running->passing && !running->ignored &&
	       before == running->table && piece->from == running->run.to &&
	       piece->len <= SHORT_HEAD;
}

static RondDraftTable *peek_table(RondAssembly *self, const RondPiece *piece)
{
	g_auto(RondInsertHead) head = {NULL, NULL, NULL};

	if (!self->running.table || !parse_head(self, piece, &head))
		return NULL;
	return rond_assembly_table(self, head.database, head.table);
}

const RondShape *rond_assembly_begin_rows(RondAssembly *self,
					  const RondPiece *piece,
					  RondRowMark *start)
{
	RondRunning *running = &self->running;
	RondDraftTable *table;

	rond_ending_statement(&self->ending);
	rond_settings_seal(self->settings);
	if (goes_on(self, peek_table(self, piece), piece)) {
		rond_assembly_rows(self, piece->to);
		return NULL;
	}
	rond_assembly_close_run(self);
	table = begin_table(self, piece);
	*start = (RondRowMark){.at = piece->to};
	if (table)
		*start = start_of(table, piece->to);
	open_run(self, table, piece, start);
	if (running->passing)
		return NULL;
	running->shape = (RondShape){
	    .mode = table->table->mode,
	    .head = table->table->head,
	    .head_len = table->table->head_len,
	    .columns =
		(const RondShownColumn *)(gpointer)table->table->columns->data,
	    .n_columns = table->table->columns->len,
	};
	return &running->shape;
}

void rond_assembly_rows(RondAssembly *self, guint64 to)
{
	RondRunning *running = &self->running;

	if (!running->table || running->ignored || to <= running->told)
		return;
	if (self->sink->rows)
		self->sink->rows(self->sink->data, running->number,
				 running->told, to);
	running->told = to;
}

void rond_assembly_mark(RondAssembly *self, const RondRowMark *mark)
{
	if (!self->running.table || self->running.ignored)
		return;
	g_array_append_val(self->marks, *mark);
	self->running.run.n_marks++;
}

void rond_assembly_close_run(RondAssembly *self)
{
	RondRunning *running = &self->running;
	RondDraftTable *table = running->table;
	RondPart part = {
	    .at = running->run.from,
	    .length = running->run.to - running->run.from,
	    .settings = rond_assembly_settings(self),
	    .line_end = running->line_end,
	};

	running->table = NULL;
	if (!table || running->ignored)
		return;
	g_array_append_val(table->table->runs, running->run);
	g_array_append_val(table->numbers, running->number);
	self->parts += rond_script_add_rows(&table->script, &part,
					    running->head, self->sha);
}

void rond_assembly_end_rows(RondAssembly *self, guint64 to, gboolean line_end,
			    const RondRowMark *end)
{
	RondRunning *running = &self->running;

	rond_assembly_rows(self, to);
	running->run.to = to;
	running->run.end = *end;
	running->line_end = line_end;
	/* The next statement may go on with it. */
	if (!running->passing)
		rond_assembly_close_run(self);
}

/* Nothing behind the last whole row is to be had. */
static void drop_marks(RondAssembly *self, RondRun *run)
{
	while (
	    run->n_marks > 1 &&
	    g_array_index(self->marks, RondRowMark, self->marks->len - 1).at >
		run->to) {
		g_array_set_size(self->marks, self->marks->len - 1);
		run->n_marks--;
	}
}

void rond_assembly_break_rows(RondAssembly *self, const RondRowMark *at,
			      const char *why)
{
	RondRunning *running = &self->running;
	RondRowMark whole = at ? *at : running->run.end;
	RondDraftTable *table = running->table;
	g_autofree char *name =
	    rond_assembly_quote(table ? table->table->name : "?");
	guint64 first = 0;

	if (table && !running->ignored)
		first = g_array_index(self->marks, RondRowMark,
				      running->run.first_mark)
			    .at;
	self->damage = g_strdup_printf("the table %s: %s", name, why);
	self->damage_from = whole.at;
	running->run.to = whole.at;
	running->run.end = whole;
	running->line_end = FALSE;
	if (table && !running->ignored)
		drop_marks(self, &running->run);
	/* Not even one row: no statement at all. */
	if (whole.at <= first)
		running->ignored = TRUE;
	rond_assembly_close_run(self);
	if (table)
		rond_assembly_end_table(self, table);
	self->script = NULL;
	self->table = NULL;
}
