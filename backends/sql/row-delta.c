/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/sql/row-delta.h"

#include "backends/error.h"
#include "backends/sql/row-lines.h"
#include "backends/sql/row-unmatched.h"

#include <errno.h>
#include <string.h>

#define DEFAULT_MEMORY (32 << 20)
#define MORE_PARTS 8
#define MAX_PARTS 32768
#define CANCEL_ROWS 4096
/* Of two longer rows hashes are compared. */
#define LONGEST (4 << 20)

typedef struct {
	const char *text;
	gsize len;
} Field;

/* One of the tables while it is read. */
typedef struct {
	const RondRowTable *table;
	RondRowLines *lines;
	RondRowLine line;
	gboolean live;
	Field key[ROND_MAX_KEY_COLUMNS];
	RondUnmatched *waiting;
	GArray *alone, *changed; /* what of the delta is its */
} Side;

typedef struct {
	const RondRowDeltaConfig *config;
	RondRowDelta *delta;
	RondSha256 *sha256;
	guint n_parts, part; /* of the rows, by their keys' hashes */
	guint64 rows;
	gboolean full; /* more rows wait than there is memory for */
	Side old, new;
	Side *last; /* the one whose row was put last */
	gboolean caught;
} Work;

static void hash_key(Work *self, const Side *side, guint8 *hash)
{
	guint8 all[ROND_SHA256_SIZE];

	for (guint i = 0; i < self->config->n_key; i++) {
		rond_sha256_add(self->sha256, side->key[i].text,
				side->key[i].len);
		rond_sha256_add(self->sha256, "\t", 1);
	}
	rond_sha256_end(self->sha256, all);
	memcpy(hash, all, ROND_ROW_HASH_LEN);
}

static void hash_row(Work *self, const RondRowLine *line, guint8 *hash)
{
	guint8 all[ROND_SHA256_SIZE];

	if (line->is_long) {
		memcpy(hash, line->hash, ROND_ROW_HASH_LEN);
		return;
	}
	rond_sha256_add(self->sha256, line->text, line->len);
	rond_sha256_end(self->sha256, all);
	memcpy(hash, all, ROND_ROW_HASH_LEN);
}

static void describe(Work *self, const Side *side, RondUnmatchedRow *row)
{
	hash_row(self, &side->line, row->row);
	if (self->config->n_key)
		hash_key(self, side, row->key);
	else
		memcpy(row->key, row->row, sizeof row->key);
	row->from = side->line.from;
	row->to = side->line.to;
}

static gboolean is_in_part(Work *self, const Side *side)
{
	RondUnmatchedRow row;
	guint32 number;

	if (self->n_parts == 1)
		return TRUE;
	describe(self, side, &row);
	/* Not the bytes by which rows are spread in memory. */
	memcpy(&number, row.key + ROND_ROW_HASH_LEN - sizeof number,
	       sizeof number);
	return number % self->n_parts == self->part;
}

static gboolean find_key(const Work *self, Side *side, GError **error)
{
	for (guint i = 0; i < self->config->n_key; i++) {
		Field *field = &side->key[i];

		if (!rond_row_line_field(&side->line, side->table->key[i],
					 &field->text, &field->len))
			return rond_fail(error, EIO,
					 "a row lacks a column of its key");
	}
	return TRUE;
}

/* The side's next row that is to be looked at. FALSE with @error. */
static gboolean advance(Work *self, Side *side, GError **error)
{
	do {
		g_autoptr(GError) failure = NULL;

		if (++self->rows % CANCEL_ROWS == 0 &&
		    g_cancellable_is_cancelled(self->config->cancellable))
			return rond_fail(error, ECANCELED, "cancelled");
		side->live =
		    rond_row_lines_next(side->lines, &side->line, &failure);
		if (failure) {
			g_propagate_error(error, g_steal_pointer(&failure));
			return FALSE;
		}
		if (side->live && !find_key(self, side, error))
			return FALSE;
	} while (side->live && !is_in_part(self, side));
	return TRUE;
}

/* Ranges that touch are one. */
static void add_range(GArray *ranges, guint64 from, guint64 to)
{
	const RondRowRange range = {from, to};
	RondRowRange *last =
	    ranges->len ? &g_array_index(ranges, RondRowRange, ranges->len - 1)
			: NULL;

	if (last && last->to == from)
		last->to = to;
	else
		g_array_append_val(ranges, range);
}

static gboolean have_same_key(const Work *self)
{
	for (guint i = 0; i < self->config->n_key; i++) {
		const Field *a = &self->old.key[i], *b = &self->new.key[i];

		if (a->len != b->len || memcmp(a->text, b->text, a->len))
			return FALSE;
	}
	return self->config->n_key > 0;
}

/* TRUE: the rows at both sides are a match. */
static gboolean match_here(Work *self)
{
	const RondRowLine *old = &self->old.line, *new = &self->new.line;

	if (!self->old.live || !self->new.live)
		return FALSE;
	if (rond_row_line_equal(old, new))
		return TRUE;
	if (!have_same_key(self))
		return FALSE;
	add_range(self->old.changed, old->from, old->to);
	add_range(self->new.changed, new->from, new->to);
	self->delta->n_modified++;
	return TRUE;
}

/* The row at @side has no match beside it: it has met it before, or waits. */
static void put(Work *self, Side *side, Side *other)
{
	RondUnmatchedRow row, match;

	self->last = side;
	describe(self, side, &row);
	self->caught = rond_unmatched_take(other->waiting, row.key, &match);
	if (!self->caught) {
		self->full |= !rond_unmatched_add(side->waiting, &row);
		return;
	}
	if (!memcmp(row.row, match.row, sizeof row.row))
		return;
	add_range(side->changed, row.from, row.to);
	add_range(other->changed, match.from, match.to);
	self->delta->n_modified++;
}

static gboolean is_integer(const Field *field)
{
	gsize sign = field->len > 0 && *field->text == '-';

	for (gsize i = sign; i < field->len; i++)
		if (!g_ascii_isdigit(field->text[i]))
			return FALSE;
	return field->len > sign;
}

static int compare_numbers(const Field *a, const Field *b)
{
	gboolean negative = *a->text == '-';
	int order;

	if (negative != (*b->text == '-'))
		return negative ? -1 : 1;
	order = (a->len > b->len) - (a->len < b->len);
	if (!order)
		order = memcmp(a->text, b->text, a->len);
	return negative ? -order : order;
}

/* Which row to put where they don't match: the one that comes first where that
 * can be told; else the side goes on that is catching up with the other, or
 * they take turns. It decides how long rows wait, not what comes out. */
static Side *choose(Work *self)
{
	const Field *old = &self->old.key[0], *new = &self->new.key[0];
	int order;

	if (!self->old.live || !self->new.live)
		return self->old.live ? &self->old : &self->new;
	if (self->config->n_key && self->config->numeric && is_integer(old) &&
	    is_integer(new)) {
		order = compare_numbers(old, new);
		if (order)
			return order < 0 ? &self->old : &self->new;
	}
	if (self->last && self->caught)
		return self->last;
	return self->last == &self->old ? &self->new : &self->old;
}

/* Until both tables are through, or too many rows wait. */
static gboolean run(Work *self, GError **error)
{
	if (!advance(self, &self->old, error) ||
	    !advance(self, &self->new, error))
		return FALSE;
	while ((self->old.live || self->new.live) && !self->full) {
		if (match_here(self)) {
			if (!advance(self, &self->old, error) ||
			    !advance(self, &self->new, error))
				return FALSE;
			continue;
		}
		Side *side = choose(self);

		put(self, side, side == &self->old ? &self->new : &self->old);
		if (!advance(self, side, error))
			return FALSE;
	}
	return TRUE;
}

typedef struct {
	GArray *ranges;
	guint64 n;
} Rest;

static void add_rest(const RondUnmatchedRow *row, gpointer data)
{
	Rest *rest = data;
	const RondRowRange range = {row->from, row->to};

	g_array_append_val(rest->ranges, range);
	rest->n++;
}

static guint64 take_rest(Side *side)
{
	Rest rest = {side->alone, 0};

	rond_unmatched_foreach(side->waiting, add_rest, &rest);
	return rest.n;
}

static void open_side(Side *side, const RondRowTable *table, gsize memory)
{
	side->table = table;
	side->lines = rond_row_lines_new(table->tsv, LONGEST);
	side->waiting = rond_unmatched_new(memory / 2);
}

static void close_side(Side *side)
{
	rond_unmatched_free(side->waiting);
	rond_row_lines_free(side->lines);
}

static gboolean run_part(Work *self, GError **error)
{
	const RondRowDeltaConfig *config = self->config;
	gsize memory = config->memory ? config->memory : DEFAULT_MEMORY;

	open_side(&self->old, &config->old, memory);
	open_side(&self->new, &config->new, memory);
	self->last = NULL;
	gboolean ok = run(self, error);

	if (ok && !self->full) {
		self->delta->n_removed += take_rest(&self->old);
		self->delta->n_added += take_rest(&self->new);
	}
	close_side(&self->old);
	close_side(&self->new);
	return ok;
}

static RondRowDelta *delta_new(void)
{
	RondRowDelta *self = g_new0(RondRowDelta, 1);
	GArray **arrays[] = {&self->removed, &self->was, &self->added,
			     &self->is};

	for (gsize i = 0; i < G_N_ELEMENTS(arrays); i++)
		*arrays[i] = g_array_new(FALSE, FALSE, sizeof(RondRowRange));
	return self;
}

void rond_row_delta_free(RondRowDelta *self)
{
	g_array_unref(self->removed);
	g_array_unref(self->was);
	g_array_unref(self->added);
	g_array_unref(self->is);
	g_free(self);
}

static gint compare_ranges(gconstpointer a, gconstpointer b)
{
	const RondRowRange *left = a, *right = b;

	return (left->from > right->from) - (left->from < right->from);
}

static void settle(GArray *ranges)
{
	guint n = ranges->len;
	g_autofree RondRowRange *sorted = NULL;

	g_array_sort(ranges, compare_ranges);
	sorted = g_memdup2(ranges->data, n * sizeof *sorted);
	g_array_set_size(ranges, 0);
	for (guint i = 0; i < n; i++)
		add_range(ranges, sorted[i].from, sorted[i].to);
}

/* All parts of @n. NULL without @error: too many rows wait. */
static RondRowDelta *run_parts(const RondRowDeltaConfig *config, guint n,
			       GError **error)
{
	g_autoptr(RondRowDelta) delta = delta_new();
	g_autoptr(RondSha256) sha256 = rond_sha256_new();
	Work self = {
	    .config = config, .delta = delta, .sha256 = sha256, .n_parts = n};

	self.old.alone = delta->removed;
	self.old.changed = delta->was;
	self.new.alone = delta->added;
	self.new.changed = delta->is;
	for (; self.part < n && !self.full; self.part++)
		if (!run_part(&self, error))
			return NULL;
	if (self.full)
		return NULL;
	settle(delta->removed);
	settle(delta->was);
	settle(delta->added);
	settle(delta->is);
	return g_steal_pointer(&delta);
}

RondRowDelta *rond_row_delta(const RondRowDeltaConfig *config, GError **error)
{
	for (guint n = 1; n <= MAX_PARTS; n *= MORE_PARTS) {
		g_autoptr(GError) failure = NULL;
		RondRowDelta *delta = run_parts(config, n, &failure);

		if (delta)
			return delta;
		if (failure) {
			g_propagate_error(error, g_steal_pointer(&failure));
			return NULL;
		}
	}
	rond_fail(error, ENOMEM, "the table has too many rows to compare");
	return NULL;
}
