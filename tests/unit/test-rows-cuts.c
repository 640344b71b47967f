/* SPDX-License-Identifier: BSD-2-Clause */
/* Any table, cut anywhere, gone on from anywhere: the same bytes. */
#include "rows-kit.h"

#include <string.h>

#define CASES 600

static void check_same(const GByteArray *got, const guint8 *expected, gsize len)
{
	g_assert_cmpmem(got->data, got->len, expected, len);
}

static void check_end(const RowsCase *made, const RondRowMark *mark,
		      RondRowsState state)
{
	g_assert_cmpint(state, ==, ROND_ROWS_END);
	g_assert_cmpuint(mark->at, ==, made->end);
	g_assert_cmpuint(mark->rows, ==, made->rows);
	for (guint f = 0; f < ROND_N_FORMATS; f++)
		g_assert_cmpuint(mark->out[f], ==, made->out[f]->len);
}

/* In one piece, in bytes, in random pieces. */
static void test_any(void)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(1);

	for (guint i = 0; i < CASES; i++) {
		g_autoptr(RowsCase) made = rows_case_new(rand, FALSE);
		const gsize pieces[] = {
		    made->sql->len, 1,
		    1 + (gsize)g_rand_int_range(rand, 0, 99)};

		for (guint j = 0; j < G_N_ELEMENTS(pieces); j++) {
			RondRowsState state;
			RondRowMark mark =
			    rows_measure(&made->shape, made->sql, pieces[j],
					 NULL, NULL, &state);

			check_end(made, &mark, state);
			for (guint f = 0; f < ROND_N_FORMATS; f++) {
				g_autoptr(GByteArray) out = rows_render(
				    &made->shape, NULL, (RondRowFormat)f,
				    made->sql, pieces[j],
				    1 + (gsize)g_rand_int_range(rand, 0, 500),
				    &state);

				g_assert_cmpint(state, ==, ROND_ROWS_END);
				check_same(out, made->out[f]->data,
					   made->out[f]->len);
			}
		}
	}
}

/* From the mark on, exactly what the mark says is still to come. */
static void check_mark(const RowsCase *made, const RondRowMark *mark,
		       gsize piece)
{
	for (guint f = 0; f < ROND_N_FORMATS; f++) {
		gsize before = (gsize)mark->out[f];
		RondRowsState state;
		g_autoptr(GByteArray) out =
		    rows_render(&made->shape, mark, (RondRowFormat)f, made->sql,
				piece, 4096, &state);

		g_assert_cmpint(state, ==, ROND_ROWS_END);
		g_assert_cmpuint(before, <=, made->out[f]->len);
		check_same(out, made->out[f]->data + before,
			   made->out[f]->len - before);
	}
}

static void test_marks(void)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(2);

	for (guint i = 0; i < CASES / 4; i++) {
		g_autoptr(RowsCase) made = rows_case_new(rand, i % 8 == 0);
		g_autoptr(GArray) marks =
		    g_array_new(FALSE, FALSE, sizeof(RondRowMark));
		gsize piece = i % 8 ? 40 : 9000;
		RondRowsState state;
		RondRowMark mark = rows_measure(&made->shape, made->sql, piece,
						rand, marks, &state);

		check_end(made, &mark, state);
		for (guint j = 0; j < marks->len; j++)
			check_mark(made, &g_array_index(marks, RondRowMark, j),
				   made->sql->len + 1);
	}
}

/* A mark that rendering leaves is as good. */
static void test_marks_of_rendering(void)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(3);
	g_autoptr(RowsCase) made = rows_case_new(rand, TRUE);
	g_autoptr(GByteArray) out = g_byte_array_new();
	RondRowMark mark = {0};
	RondRowsState state;

	do {
		g_autoptr(RondRows) rows = rond_rows_new(&made->shape);

		g_assert_true(rond_rows_start(rows, &mark));
		rond_rows_render(
		    rows, ROND_FORMAT_CSV, (guint8 *)made->sql->str + mark.at,
		    made->sql->len - mark.at, TRUE, out, out->len + 1, &state);
		rond_rows_mark(rows, &mark);
	} while (state == ROND_ROWS_FULL);
	g_assert_cmpint(state, ==, ROND_ROWS_END);
	check_same(out, made->out[ROND_FORMAT_CSV]->data,
		   made->out[ROND_FORMAT_CSV]->len);
}

/* Half a row's bytes are counted too. */
static void check_measured(const RondShape *shape, const GString *text,
			   const RondRowMark *mark)
{
	for (guint f = 0; f < ROND_N_FORMATS; f++) {
		RondRowsState state;
		g_autoptr(GByteArray) out =
		    rows_render(shape, NULL, (RondRowFormat)f, text,
				text->len + 1, 4096, &state);

		g_assert_cmpuint(out->len, ==, mark->out[f]);
	}
}

/* A dump that ends anywhere: whole rows, and no other. */
static void check_truncated(const RowsCase *made, gsize len)
{
	g_autoptr(GString) text = g_string_new_len(made->sql->str, (gssize)len);
	g_autoptr(RondRows) rows = rond_rows_new(&made->shape);
	RondRowMark mark = {0}, whole;
	RondRowsState state;

	g_assert_true(rond_rows_start(rows, &mark));
	rond_rows_measure(rows, (guint8 *)text->str, text->len, TRUE, &state);
	rond_rows_mark(rows, &mark);
	rond_rows_whole(rows, &whole);
	check_measured(&made->shape, text, &mark);
	g_assert_cmpuint(whole.rows, <=, made->rows);
	g_assert_cmpuint(whole.at, <=, len);
	for (guint f = 0; f < ROND_N_FORMATS; f++) {
		const GByteArray *all = made->out[f];
		g_autoptr(GByteArray) out = NULL;

		g_assert_cmpuint(whole.out[f], <=, all->len);
		g_assert_true(whole.rows == 0 ||
			      all->data[whole.out[f] - 1] == '\n');
		/* What is known good reads so to its last byte. */
		g_string_truncate(text, (gsize)whole.at);
		out = rows_render(&made->shape, NULL, (RondRowFormat)f, text,
				  1000, 1000, &state);
		check_same(out, all->data, (gsize)whole.out[f]);
	}
}

static void test_truncated(void)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(4);

	for (guint i = 0; i < CASES; i++) {
		g_autoptr(RowsCase) made = rows_case_new(rand, FALSE);

		for (guint j = 0; j < 8; j++)
			check_truncated(made,
					(gsize)g_rand_int_range(
					    rand, 0, (gint)made->sql->len));
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/rows/any", test_any);
	g_test_add_func("/rows/marks", test_marks);
	g_test_add_func("/rows/marks-of-rendering", test_marks_of_rendering);
	g_test_add_func("/rows/truncated", test_truncated);
	return g_test_run();
}
