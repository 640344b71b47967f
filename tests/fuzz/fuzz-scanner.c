/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any bytes as statements: the first is the mode (3 bits) and how the text is
 * cut. However that is, the pieces are the same, and in order.
 */
#include "backends/sql/scanner.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct {
	const guint8 *text;
	gsize len, at, given;
	RondScanner *scanner;
	GArray *pieces; /* RondPiece without their texts */
} Scan;

static void must(gboolean what)
{
	if (!what)
		abort();
}

static void take_piece(Scan *self, const RondPiece *piece)
{
	RondPiece note = {.kind = piece->kind,
			  .from = piece->from,
			  .to = piece->to,
			  .len = piece->len};

	must(piece->from < piece->to && piece->to == self->at);
	g_array_append_val(self->pieces, note);
	/* Not all INSERTs' rows are somebody else's. */
	if (piece->kind == ROND_PIECE_INSERT && self->pieces->len % 3 == 0)
		rond_scanner_pass(self->scanner);
	else if (piece->kind == ROND_PIECE_INSERT && self->pieces->len % 3 == 1)
		rond_scanner_skip(self->scanner, self->at, FALSE);
	else if (piece->kind == ROND_PIECE_INSERT)
		rond_scanner_resume(self->scanner, self->at);
}

static gboolean next(Scan *self)
{
	/* Ends where the piece does, for a sanitizer to see. */
	gsize n = self->given - self->at;
	g_autofree guint8 *copy = g_memdup2(self->text + self->at, n);
	RondPiece piece;
	gboolean found;

	self->at += rond_scanner_next(self->scanner, copy, n,
				      self->given == self->len, &piece, &found);
	must(self->at <= self->given);
	if (found)
		take_piece(self, &piece);
	return found;
}

static GArray *scan(const guint8 *text, gsize len, RondSqlMode mode, gsize step)
{
	g_autoptr(RondScanner) scanner = rond_scanner_new();
	Scan self = {text,    len,
		     0,	      0,
		     scanner, g_array_new(FALSE, TRUE, sizeof(RondPiece))};

	rond_scanner_set_mode(scanner, mode);
	while (self.given < len) {
		self.given = MIN(self.given + step, len);
		while (next(&self))
			;
	}
	must(self.at == len);
	return self.pieces;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GArray) whole = NULL, cut = NULL;
	RondSqlMode mode;

	if (size < 1)
		return 0;
	mode = data[0] & 7;
	whole = scan(data + 1, size - 1, mode, size);
	cut = scan(data + 1, size - 1, mode, 1 + (data[0] >> 3));
	must(whole->len == cut->len);
	for (guint i = 0; i < whole->len; i++) {
		const RondPiece *a = &g_array_index(whole, RondPiece, i);
		const RondPiece *b = &g_array_index(cut, RondPiece, i);

		must(a->kind == b->kind && a->from == b->from &&
		     a->to == b->to && a->len == b->len);
	}
	return 0;
}
