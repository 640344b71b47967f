/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows of numbers of any length, wherever they are in what is read at once. */
#include "rows-kit.h"

#include <string.h>

#define HEAD "INSERT INTO `t` VALUES"
#define COLUMNS 5

static RondShape shape_of(RondShownColumn columns[COLUMNS])
{
	RondShape shape = {0, HEAD, strlen(HEAD), columns, COLUMNS};

	for (guint i = 0; i < COLUMNS; i++)
		columns[i] = (RondShownColumn){"a", ROND_SHOW_TEXT, 0, NULL};
	return shape;
}

static void add_digits(GString *out, GRand *rand, gint n)
{
	for (; n > 0; n--)
		g_string_append_c(out,
				  (char)('0' + g_rand_int_range(rand, 0, 10)));
}

/* Of which JSON has all but those with a zero before them. */
static void add_number(GString *out, GRand *rand)
{
	gint longest = g_rand_int_range(rand, 0, 8) ? 12 : 90;
	gint point = g_rand_int_range(rand, 0, 3);

	if (g_rand_int_range(rand, 0, 4) == 0)
		g_string_append_c(out, '-');
	add_digits(out, rand, g_rand_int_range(rand, 1, longest));
	if (point == 0) {
		g_string_append_c(out, '.');
		add_digits(out, rand, g_rand_int_range(rand, 1, longest));
	}
}

static void add_shown(GString *lines[], const char *number, guint column)
{
	const char *whole = number + (*number == '-');
	gboolean json = whole[0] != '0' || !g_ascii_isdigit(whole[1]);

	g_string_append_printf(lines[ROND_FORMAT_TSV], "%s%s",
			       column ? "\t" : "", number);
	g_string_append_printf(lines[ROND_FORMAT_CSV], "%s%s",
			       column ? "," : "", number);
	g_string_append_printf(lines[ROND_FORMAT_JSONL],
			       json ? "%s\"a\":%s" : "%s\"a\":\"%s\"",
			       column ? "," : "{", number);
}

static void make_row(GString *sql, GString *lines[], GRand *rand)
{
	g_string_append_c(sql, '(');
	for (guint i = 0; i < COLUMNS; i++) {
		g_autoptr(GString) number = g_string_new(NULL);

		add_number(number, rand);
		add_shown(lines, number->str, i);
		g_string_append_printf(sql, "%s%s", i ? "," : "", number->str);
	}
	g_string_append_c(sql, ')');
	g_string_append_c(lines[ROND_FORMAT_TSV], '\n');
	g_string_append_c(lines[ROND_FORMAT_CSV], '\n');
	g_string_append(lines[ROND_FORMAT_JSONL], "}\n");
}

static void check(const GString *sql, GString *const lines[], guint f,
		  gsize piece, gsize enough)
{
	RondShownColumn columns[COLUMNS];
	RondShape shape = shape_of(columns);
	RondRowsState state;
	g_autoptr(GByteArray) out = rows_render(&shape, NULL, (RondRowFormat)f,
						sql, piece, enough, &state);
	RondRowMark mark = rows_measure(&shape, sql, piece, NULL, NULL, &state);

	g_assert_cmpint(state, ==, ROND_ROWS_END);
	g_assert_cmpuint(mark.out[f], ==, lines[f]->len);
	g_assert_cmpmem(out->data, out->len, lines[f]->str, lines[f]->len);
}

static void test_any(void)
{
	static const char *const commas[] = {",", ",\n", ", ", ",\r\n"};
	static const gsize pieces[] = {G_MAXUINT16, 1, 127, 128, 200, 1000};
	g_autoptr(GRand) rand = g_rand_new_with_seed(1);

	for (guint i = 0; i < 400; i++) {
		g_autoptr(GString) sql = g_string_new(NULL);
		g_autoptr(GString) tsv = g_string_new(NULL);
		g_autoptr(GString) csv = g_string_new(NULL);
		g_autoptr(GString) json = g_string_new(NULL);
		GString *lines[ROND_N_FORMATS] = {tsv, csv, json};

		for (guint row = 0; row < 20; row++) {
			if (row > 0)
				g_string_append(sql, commas[i % 4]);
			make_row(sql, lines, rand);
		}
		g_string_append(sql, ";\n");
		for (guint f = 0; f < ROND_N_FORMATS; f++)
			check(sql, lines, f, pieces[i % 6], 1 + i * 3);
	}
}

/* @value with plain rows before and behind it, at each place of a block. */
static RondRowsState state_of(const char *value, guint shift)
{
	static const char behind[] = "),(1,1,1,1,1),(1,1,1,1,1),(1,1,1,1,1),"
				     "(1,1,1,1,1),(1,1,1,1,1),(1,1,1,1,1),"
				     "(1,1,1,1,1),(1,1,1,1,1),(1,1,1,1,1);\n";
	RondShownColumn columns[COLUMNS];
	RondShape shape = shape_of(columns);
	g_autofree char *digits = g_strnfill(1 + shift, '7');
	g_autoptr(GString) sql = g_string_new(NULL);
	RondRowsState state;
	RondRowMark mark;

	g_string_printf(sql, "(1,%s,1,1,%s%s", digits, value, behind);
	mark = rows_measure(&shape, sql, sql->len, NULL, NULL, &state);
	g_assert_true(state != ROND_ROWS_BROKEN || mark.rows == 0);
	return state;
}

static void test_refused(void)
{
	static const char *const wrong[] = {
	    "",	     "-",   "--1",  "1-",   "1-2", "1..2", "1.2.3",
	    ".",     "-.",  "1.-2", "1 2",  "1,2", "1x",   "12e",
	    "0x123", "1.f", "-x",   "-(1)", "(1)",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++)
		for (guint shift = 0; shift < 70; shift++)
			if (state_of(wrong[i], shift) != ROND_ROWS_BROKEN)
				g_error("%s is taken", wrong[i]);
}

static void test_taken(void)
{
	static const char *const good[] = {"1",	  "-1",	 "1.",	 ".5",
					   "-.5", "0",	 "-0.0", "00",
					   "1e5", " 1 ", "+1"};

	for (gsize i = 0; i < G_N_ELEMENTS(good); i++)
		for (guint shift = 0; shift < 70; shift++)
			if (state_of(good[i], shift) != ROND_ROWS_END)
				g_error("%s is refused", good[i]);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/rows/numbers/any", test_any);
	g_test_add_func("/rows/numbers/refused", test_refused);
	g_test_add_func("/rows/numbers/taken", test_taken);
	return g_test_run();
}
