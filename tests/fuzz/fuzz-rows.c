/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes as the rows of a run. The first says the mode (3 bits) and the
 * number of columns, a byte for each says how it is shown, and one says how the
 * text is cut. However it is cut, the same is measured, and that is what is
 * rendered; from a mark on, the rest of it.
 */
#include "backends/sql/rows.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define HEAD "INSERT INTO `t` VALUES"
#define MOST_COLUMNS 8

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const guint16 charset[128] = {0x20ac, 0x22, 0x00, 0x7f, 0x100, 0xffff};

typedef struct {
	RondShape shape;
	RondShownColumn columns[MOST_COLUMNS];
	const guint8 *text;
	gsize len;
	guint cuts;
} Input;

typedef struct {
	RondRowMark mark, whole;
	RondRowsState state;
} Outcome;

/* Pieces from 1 byte on; the same each time. */
static gsize next_piece(const Input *in, guint turn)
{
	return 1 + (in->cuts * (turn + 1) * 2654435761U >> 16) % 40;
}

static gboolean must_agree(const Outcome *a, const Outcome *b)
{
	return a->state == b->state &&
	       memcmp(&a->mark, &b->mark, sizeof(a->mark)) == 0 &&
	       memcmp(&a->whole, &b->whole, sizeof(a->whole)) == 0;
}

/* Ends at the piece's last byte, so that a sanitizer sees what reads on. */
static gsize take(RondRows *rows, RondRowFormat format, const Input *in,
		  gsize at, gsize len, GByteArray *out, RondRowsState *state)
{
	g_autofree guint8 *piece = g_memdup2(in->text + at, len);
	gboolean last = at + len == in->len;

	if (!out)
		return rond_rows_measure(rows, piece, len, last, state);
	return rond_rows_render(rows, format, piece, len, last, out,
				out->len + 1 + len, state);
}

/* @middle gets a mark somewhere on the way. */
static Outcome cut(const Input *in, RondRowFormat format, GByteArray *out,
		   const RondRowMark *from, RondRowMark *middle)
{
	g_autoptr(RondRows) rows = rond_rows_new(&in->shape);
	Outcome end = {.state = ROND_ROWS_MORE};
	gsize at = (gsize)from->at, more = 0;
	gboolean started = rond_rows_start(rows, from);

	g_assert(started);
	for (guint turn = 0; end.state <= ROND_ROWS_FULL; turn++) {
		gsize n = next_piece(in, turn) + more;
		gsize len = MIN(n, in->len - at);
		gsize taken = take(rows, format, in, at, len, out, &end.state);

		g_assert(taken <= len);
		g_assert(end.state != ROND_ROWS_MORE || at + len < in->len);
		at += taken;
		more = taken ? 0 : n;
		if (end.state <= ROND_ROWS_FULL && turn <= in->cuts)
			rond_rows_mark(rows, middle);
	}
	rond_rows_mark(rows, &end.mark);
	rond_rows_whole(rows, &end.whole);
	g_assert(end.mark.at == at);
	return end;
}

static Outcome measure_whole(const Input *in)
{
	g_autoptr(RondRows) rows = rond_rows_new(&in->shape);
	g_autofree guint8 *text = g_memdup2(in->text, in->len);
	RondRowMark start = {0};
	Outcome end;

	rond_rows_start(rows, &start);
	rond_rows_measure(rows, text, in->len, TRUE, &end.state);
	rond_rows_mark(rows, &end.mark);
	rond_rows_whole(rows, &end.whole);
	return end;
}

static void check(const Input *in)
{
	RondRowMark start = {0}, middle = {0}, ignored;
	Outcome whole = measure_whole(in);
	Outcome pieces = cut(in, ROND_FORMAT_TSV, NULL, &start, &middle);

	g_assert(must_agree(&whole, &pieces));
	for (guint f = 0; f < ROND_N_FORMATS; f++) {
		g_autoptr(GByteArray) all = g_byte_array_new();
		g_autoptr(GByteArray) rest = g_byte_array_new();
		gsize before = (gsize)middle.out[f];

		pieces = cut(in, (RondRowFormat)f, all, &start, &ignored);
		g_assert(pieces.state == whole.state);
		g_assert(all->len == whole.mark.out[f]);
		pieces = cut(in, (RondRowFormat)f, rest, &middle, &ignored);
		g_assert(pieces.state == whole.state);
		g_assert(rest->len == all->len - before);
		g_assert(rest->len == 0 ||
			 !memcmp(rest->data, all->data + before, rest->len));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = {"a", "b\"", "c\t", "d",
					    "e", "f",	"g",   "h"};
	Input in = {.shape = {.head = HEAD, .head_len = strlen(HEAD)}};
	guint n;

	if (size < 2 + MOST_COLUMNS)
		return 0;
	in.shape.mode = (RondSqlMode)(data[0] & 7);
	n = 1 + (data[0] >> 3) % MOST_COLUMNS;
	in.shape.n_columns = n;
	in.shape.columns = in.columns;
	for (guint i = 0; i < n; i++) {
		guint8 how = data[1 + i];

		in.columns[i] = (RondShownColumn){names[i], (RondShow)(how % 3),
						  1 + how / 3 % 64,
						  how & 0x80 ? charset : NULL};
	}
	in.cuts = data[1 + n];
	in.text = data + 2 + n;
	in.len = size - 2 - n;
	check(&in);
	return 0;
}
