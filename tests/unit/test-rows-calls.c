/* SPDX-License-Identifier: BSD-2-Clause */
/* Values that call functions are shown as their own SQL. */
#include "rows-kit.h"

#include <string.h>

#define HEAD "INSERT INTO `t` VALUES"

static RondShape shape_of(RondShownColumn *column, RondShow show,
			  RondSqlMode mode)
{
	RondShape shape = {mode, HEAD, strlen(HEAD), column, 1};

	*column = (RondShownColumn){"a", show, 8, NULL};
	return shape;
}

static RondRowsState measure(const char *value, RondSqlMode mode, gsize piece)
{
	RondShownColumn column;
	RondShape shape = shape_of(&column, ROND_SHOW_TEXT, mode);
	g_autoptr(GString) sql = g_string_new(NULL);
	RondRowsState state;

	g_string_printf(sql, "(%s);\n", value);
	rows_measure(&shape, sql, piece, NULL, NULL, &state);
	return state;
}

static void check(const char *value, const char *const expected[])
{
	g_autoptr(GString) sql = g_string_new(NULL);

	g_string_printf(sql, "(%s);\n", value);
	for (guint show = 0; show <= ROND_SHOW_BITS; show++)
		for (guint f = 0; f < ROND_N_FORMATS; f++) {
			RondShownColumn column;
			RondShape shape = shape_of(&column, (RondShow)show, 0);
			RondRowsState state;
			g_autoptr(GByteArray) out = rows_render(
			    &shape, NULL, (RondRowFormat)f, sql, 3, 1, &state);

			g_assert_cmpint(state, ==, ROND_ROWS_END);
			g_assert_cmpmem(out->data, out->len, expected[f],
					strlen(expected[f]));
		}
}

/* The same in columns of text, of bytes and of bits. */
static void test_shown(void)
{
	static const char *const all[][1 + ROND_N_FORMATS] = {
	    {"GeomFromText('POINT(1 2)')", "GeomFromText('POINT(1 2)')\n",
	     "\"GeomFromText('POINT(1 2)')\"\n",
	     "{\"a\":\"GeomFromText('POINT(1 2)')\"}\n"},
	    {" ST_GeomFromWKB(0x0aF, 4326) ", "ST_GeomFromWKB(0x0aF, 4326)\n",
	     "\"ST_GeomFromWKB(0x0aF, 4326)\"\n",
	     "{\"a\":\"ST_GeomFromWKB(0x0aF, 4326)\"}\n"},
	    {"CAST('[\")\\'\\\\]' AS\tJSON)",
	     "CAST('[\")\\\\'\\\\\\\\]' AS\\tJSON)\n",
	     "\"CAST('[\"\")\\'\\\\]' AS\tJSON)\"\n",
	     "{\"a\":\"CAST('[\\\")\\\\'\\\\\\\\]' AS\\tJSON)\"}\n"},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(all); i++)
		check(all[i][0], all[i] + 1);
}

static void test_taken(void)
{
	static const char *const calls[] = {
	    "NOW()",
	    "from_base64('YQ==')",
	    "DATE('2024-05-01')",
	    "ST_GeomFromText(X'00')",
	    "f('(',')','((','''(','\\'(',\"(\",\"'\")",
	    "f('a'\n,\r\n-1.5e-3,+2 , NULL,(1),g(h()))",
	    "NULLIF('','')",
	    "nan2(1)",
	    "UNHEX(4a)",
	    "CONVERT(X'41' USING latin1)",
	    "f(f(f(f(f(f(f(f(f(f(f(f(f(f(f()))))))))))))))",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(calls); i++)
		for (gsize piece = 1; piece < 60; piece++)
			g_assert_cmpint(measure(calls[i], 0, piece), ==,
					ROND_ROWS_END);
}

static void test_refused(void)
{
	static const char *const wrong[] = {
	    "f(",
	    "f",
	    "f(1",
	    "f(1))",
	    "f('a)",
	    "f(\\')",
	    "f('\\')",
	    "f((1)",
	    "f(1)1",
	    "f(1)+1",
	    "f (1)",
	    "f.g(1)",
	    "1f(1)",
	    "_f(1)",
	    "f('a'b)",
	    "f('\\\\']' AS JSON)",
	    "f(1;2)",
	    "f(`a`)",
	    "f(@a)",
	    "f(1 -- )\n)",
	    "f(/* ) */)",
	    "f(# )\n)",
	    "f(\xc3\xa9)",
	    "\xc3\xa9(1)",
	    "f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f())))))))))))))))",
	    "f('\n-- Table structure for table `u`')",
	    "f('\\\nUNLOCK TABLES;')",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++)
		for (gsize piece = 1; piece < 60; piece++)
			if (measure(wrong[i], ROND_SQL_NO_LINE_FEEDS, piece) !=
			    ROND_ROWS_BROKEN)
				g_error("%s is taken", wrong[i]);
}

static void test_modes(void)
{
	RondSqlMode ansi = ROND_SQL_ANSI_QUOTES;
	RondSqlMode plain = ROND_SQL_PLAIN_BACKSLASH;

	g_assert_cmpint(measure("f(\"a\")", ansi, 1), ==, ROND_ROWS_BROKEN);
	g_assert_cmpint(measure("f('\"')", ansi, 1), ==, ROND_ROWS_END);
	g_assert_cmpint(measure("f('\\')", plain, 1), ==, ROND_ROWS_END);
	g_assert_cmpint(measure("f('\\')')", plain, 1), ==, ROND_ROWS_BROKEN);
	g_assert_cmpint(measure("f('\nUNLOCK TABLES;')", 0, 1), ==,
			ROND_ROWS_END);
}

/* Characters of its strings are what the column's are. */
static void test_charset(void)
{
	static const char expected[] = "f('\xe2\x82\xac')\n";
	RondShownColumn column;
	RondShape shape = shape_of(&column, ROND_SHOW_TEXT, 0);
	g_autoptr(GString) sql = g_string_new("(f('\x80'));");
	g_autoptr(GByteArray) out = NULL;
	RondRowsState state;

	column.charset = rows_kit_charset;
	out = rows_render(&shape, NULL, ROND_FORMAT_TSV, sql, 1, 1, &state);
	g_assert_cmpmem(out->data, out->len, expected, strlen(expected));
}

/* Hundreds of kilobytes are taken as they come, and come out bit by bit. */
static void check_long(const char *before, char byte, const char *behind)
{
	g_autofree char *body = g_strnfill(300 * 1000, byte);
	g_autofree char *value = g_strconcat(before, body, behind, NULL);
	RondShownColumn column;
	RondShape shape = shape_of(&column, ROND_SHOW_HEX, 0);
	g_autoptr(GString) sql = g_string_new("(");
	g_autoptr(GArray) marks =
	    g_array_new(FALSE, FALSE, sizeof(RondRowMark));
	RondRowsState state;
	gsize taken = 0;

	g_string_append_printf(sql, "%s);", value);
	rows_measure(&shape, sql, 10000, NULL, marks, &state);
	g_assert_cmpint(state, ==, ROND_ROWS_END);
	for (guint i = 0; i < marks->len; i++) {
		const RondRowMark *mark = &g_array_index(marks, RondRowMark, i);
		g_autoptr(GByteArray) out = rows_render(
		    &shape, mark, ROND_FORMAT_TSV, sql, 7000, 5000, &state);
		gsize n = strlen(value) + 1 - mark->out[ROND_FORMAT_TSV];

		g_assert_cmpuint(mark->at - taken, <=, 10000);
		taken = mark->at;
		g_assert_cmpuint(out->len, ==, n);
		g_assert_true(n < 2 ||
			      memcmp(out->data, value + strlen(value) - n + 1,
				     n - 1) == 0);
	}
}

static void test_long(void)
{
	check_long("ST_GeomFromText('LINESTRING(", '1', ")', 4326)");
	check_long("ST_GeomFromText(X'", 'a', "')");
	check_long("ST_GeomFromWKB(0x", 'f', ")");
	check_long("f(", ' ', ")");
	check_long("f(", ',', ")");
	g_assert_cmpint(measure("f(''''''", 0, 1000), ==, ROND_ROWS_BROKEN);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/rows/calls/shown", test_shown);
	g_test_add_func("/rows/calls/taken", test_taken);
	g_test_add_func("/rows/calls/refused", test_refused);
	g_test_add_func("/rows/calls/modes", test_modes);
	g_test_add_func("/rows/calls/charset", test_charset);
	g_test_add_func("/rows/calls/long", test_long);
	return g_test_run();
}
