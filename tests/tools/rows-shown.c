/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The rows of a run of INSERTs, as RondRows renders them, for judges that are
 * written in other languages.
 *
 *	rows-shown tsv|csv|jsonl COLUMNS <TEXT
 *
 * TEXT begins with INSERT INTO `t` VALUES; COLUMNS has a letter for each: t of
 * text, h of hexadecimal, b of bits (16 of them). Their names are c0, c1…
 * Ends with 1 when the text is broken.
 */
#include "backends/sql/rows.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define HEAD "INSERT INTO `t` VALUES"
#define PIECE 5000
#define BITS 16

static GByteArray *read_all(void)
{
	GByteArray *text = g_byte_array_new();
	guint8 buffer[65536];
	ssize_t n;

	while ((n = read(STDIN_FILENO, buffer, sizeof(buffer))) > 0)
		g_byte_array_append(text, buffer, (guint)n);
	return text;
}

static RondShownColumn *make_columns(const char *letters)
{
	gsize n = strlen(letters);
	RondShownColumn *columns = g_new0(RondShownColumn, n + 1);

	for (gsize i = 0; i < n; i++) {
		columns[i].name = g_strdup_printf("c%zu", i);
		columns[i].show = letters[i] == 'h'   ? ROND_SHOW_HEX
				  : letters[i] == 'b' ? ROND_SHOW_BITS
						      : ROND_SHOW_TEXT;
		columns[i].bits = BITS;
	}
	return columns;
}

static void free_columns(RondShownColumn *columns)
{
	for (gsize i = 0; columns[i].name; i++)
		g_free((char *)columns[i].name);
	g_free(columns);
}

static RondRowsState show(const RondShape *shape, RondRowFormat format,
			  const GByteArray *text)
{
	g_autoptr(RondRows) rows = rond_rows_new(shape);
	g_autoptr(GByteArray) out = g_byte_array_new();
	RondRowMark start = {0};
	RondRowsState state = ROND_ROWS_MORE;
	gsize at = sizeof(HEAD) - 1, n = PIECE;

	rond_rows_start(rows, &start);
	rond_rows_title(shape, format, out);
	while (state <= ROND_ROWS_FULL) {
		gsize len = MIN(n, text->len - at);
		gsize taken =
		    rond_rows_render(rows, format, text->data + at, len,
				     at + len == text->len, out, PIECE, &state);

		at += taken;
		n = taken ? PIECE : 2 * n;
		fwrite(out->data, 1, out->len, stdout);
		g_byte_array_set_size(out, 0);
	}
	return state;
}

int main(int argc, char **argv)
{
	static const char *const formats[] = {"tsv", "csv", "jsonl", NULL};
	g_autoptr(GByteArray) text = read_all();
	RondShownColumn *columns;
	RondShape shape = {.head = HEAD, .head_len = sizeof(HEAD) - 1};
	RondRowsState state;
	guint format = 0;

	if (argc != 3 || !g_strv_contains(formats, argv[1]) ||
	    text->len < sizeof(HEAD)) {
		fprintf(stderr, "usage: rows-shown tsv|csv|jsonl COLUMNS\n");
		return 2;
	}
	while (strcmp(formats[format], argv[1]) != 0)
		format++;
	columns = make_columns(argv[2]);
	shape.columns = columns;
	shape.n_columns = (guint)strlen(argv[2]);
	state = show(&shape, (RondRowFormat)format, text);
	free_columns(columns);
	return state == ROND_ROWS_END ? 0 : 1;
}
