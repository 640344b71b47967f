/* SPDX-License-Identifier: BSD-2-Clause */
/* Each spelling of a value, in each kind of column. */
#include "rows-kit.h"

#include <string.h>

#define HEAD "INSERT INTO `t` VALUES"

/* Two columns, @a as @column says and a text. */
static RondShape shape_of(RondShownColumn columns[2], RondShow show, guint bits)
{
	RondShape shape = {0, HEAD, strlen(HEAD), columns, 2};

	columns[0] = (RondShownColumn){"a", show, bits, NULL};
	columns[1] = (RondShownColumn){"b", ROND_SHOW_TEXT, 0, NULL};
	return shape;
}

static char *render(const RondShape *shape, RondRowFormat format,
		    const char *sql, gsize len, RondRowsState *state)
{
	g_autoptr(GString) text = g_string_new_len(sql, (gssize)len);
	g_autoptr(GByteArray) out =
	    rows_render(shape, NULL, format, text, text->len + 1, 4096, state);

	return g_strndup((char *)out->data, out->len);
}

/* ('value',2): what the line is in @format, without what is for the 2. */
static char *shown(RondShow show, guint bits, RondSqlMode mode,
		   RondRowFormat format, const char *value)
{
	static const char *const ends[] = {"\t2\n", ",2\n", ",\"b\":2}\n"};
	RondShownColumn columns[2];
	RondShape shape = shape_of(columns, show, bits);
	g_autofree char *sql = g_strdup_printf("(%s,2);\n", value);
	RondRowsState state;
	char *line;

	shape.mode = mode;
	line = render(&shape, format, sql, strlen(sql), &state);
	if (state != ROND_ROWS_END) {
		g_free(line);
		return g_strdup("BROKEN");
	}
	g_assert_true(g_str_has_suffix(line, ends[format]));
	line[strlen(line) - strlen(ends[format])] = '\0';
	if (format != ROND_FORMAT_JSONL)
		return line;
	g_assert_true(g_str_has_prefix(line, "{\"a\":"));
	memmove(line, line + 5, strlen(line + 5) + 1);
	return line;
}

typedef struct {
	const char *value, *tsv, *csv, *json;
} Spelling;

static void check_all(const Spelling *all, gsize n, RondShow show, guint bits)
{
	for (gsize i = 0; i < n; i++) {
		const char *const expected[] = {all[i].tsv, all[i].csv,
						all[i].json};

		for (guint f = 0; f < ROND_N_FORMATS; f++) {
			g_autofree char *got = shown(
			    show, bits, 0, (RondRowFormat)f, all[i].value);

			if (strcmp(got, expected[f]) != 0)
				g_error("%s, format %u: got %s, expected %s",
					all[i].value, f, got, expected[f]);
		}
	}
}

static void test_text(void)
{
	static const Spelling all[] = {
	    {"NULL", "\\N", "", "null"},
	    {" Null ", "\\N", "", "null"},
	    {"0", "0", "0", "0"},
	    {"-12.50", "-12.50", "-12.50", "-12.50"},
	    {"1e-20", "1e-20", "1e-20", "1e-20"},
	    {"007", "007", "007", "\"007\""},
	    {"-00", "-00", "-00", "\"-00\""},
	    {".5", ".5", ".5", "\".5\""},
	    {"5.", "5.", "5.", "\"5.\""},
	    {"+5", "+5", "+5", "\"+5\""},
	    {"inf", "inf", "inf", "\"inf\""},
	    {"'x'", "x", "\"x\"", "\"x\""},
	    {"\"x\"", "x", "\"x\"", "\"x\""},
	    {"''", "", "\"\"", "\"\""},
	    {"''''", "'", "\"'\"", "\"'\""},
	    {"\"'\"\"\"", "'\"", "\"'\"\"\"", "\"'\\\"\""},
	    {"'12'", "12", "\"12\"", "\"12\""},
	    {"'a\\tb\tc'", "a\\tb\\tc", "\"a\tb\tc\"", "\"a\\tb\\tc\""},
	    {"'\\n\\r'", "\\n\r", "\"\n\r\"", "\"\\n\\r\""},
	    {"'\\b\\Z'", "\b\x1a", "\"\b\x1a\"", "\"\\b\\u001A\""},
	    {"'\\\\N'", "\\\\N", "\"\\N\"", "\"\\\\N\""},
	    {"'\\%\\_\\q'", "\\\\%\\\\_q", "\"\\%\\_q\"", "\"\\\\%\\\\_q\""},
	    {"'\\\"\\''", "\"'", "\"\"\"'\"", "\"\\\"'\""},
	    {"_binary 'x'", "x", "\"x\"", "\"x\""},
	    {"_utf8mb4'\xc3\xa9'", "\xc3\xa9", "\"\xc3\xa9\"", "\"\xc3\xa9\""},
	    {"N'x'", "x", "\"x\"", "\"x\""},
	    {"0x4a4B", "JK", "\"JK\"", "\"JK\""},
	    {"X'4a09'", "J\\t", "\"J\t\"", "\"J\\t\""},
	    {"x''", "", "\"\"", "\"\""},
	    {"UNHEX('4a')", "J", "\"J\"", "\"J\""},
	    {"UNHEX(\"4a\")", "J", "\"J\"", "\"J\""},
	    {"b'01001010'", "J", "\"J\"", "\"J\""},
	    {"0b1001010", "J", "\"J\"", "\"J\""},
	    {"b''", "", "\"\"", "\"\""},
	    {"CONV('101', 2, 10) + 0", "5", "5", "5"},
	    {"CONVERT(\"x\" USING UTF8MB4)", "x", "\"x\"", "\"x\""},
	};

	check_all(all, G_N_ELEMENTS(all), ROND_SHOW_TEXT, 0);
}

static void test_hex(void)
{
	static const Spelling all[] = {
	    {"NULL", "\\N", "", "null"},
	    {"12", "3132", "\"3132\"", "\"3132\""},
	    {"'a\\0\\'\xff'", "610027FF", "\"610027FF\"", "\"610027FF\""},
	    {"_binary '\n'", "0A", "\"0A\"", "\"0A\""},
	    {"0xabCD", "ABCD", "\"ABCD\"", "\"ABCD\""},
	    {"_binary 0xab", "AB", "\"AB\"", "\"AB\""},
	    {"''", "", "\"\"", "\"\""},
	    {"b'1'", "01", "\"01\"", "\"01\""},
	};

	check_all(all, G_N_ELEMENTS(all), ROND_SHOW_HEX, 0);
}

static void test_bits(void)
{
	static const Spelling all[] = {
	    {"NULL", "\\N", "", "null"},
	    {"b'101'", "0005", "\"0005\"", "\"0005\""},
	    {"b''", "0000", "\"0000\"", "\"0000\""},
	    {"0b11", "0003", "\"0003\"", "\"0003\""},
	    {"'\\0\\n'", "000A", "\"000A\"", "\"000A\""},
	    {"_binary ''''", "0027", "\"0027\"", "\"0027\""},
	    {"0x1Ff", "01FF", "\"01FF\"", "\"01FF\""},
	    {"X'01'", "0001", "\"0001\"", "\"0001\""},
	    {"UNHEX('FF')", "00FF", "\"00FF\"", "\"00FF\""},
	    {"511", "01FF", "\"01FF\"", "\"01FF\""},
	    {"CONV('111111111', 2, 10) + 0", "01FF", "\"01FF\"", "\"01FF\""},
	    {"CONV('1',2,10)+0", "0001", "\"0001\"", "\"0001\""},
	    {"65536", "BROKEN", "BROKEN", "BROKEN"},
	    {"'abc'", "BROKEN", "BROKEN", "BROKEN"},
	    {"-1", "BROKEN", "BROKEN", "BROKEN"},
	    {"99999999999999999999", "BROKEN", "BROKEN", "BROKEN"},
	};
	g_autofree char *high = shown(ROND_SHOW_BITS, 64, 0, ROND_FORMAT_TSV,
				      "18446744073709551615");
	g_autofree char *over = shown(ROND_SHOW_BITS, 64, 0, ROND_FORMAT_TSV,
				      "18446744073709551616");

	check_all(all, G_N_ELEMENTS(all), ROND_SHOW_BITS, 9);
	g_assert_cmpstr(high, ==, "FFFFFFFFFFFFFFFF");
	g_assert_cmpstr(over, ==, "BROKEN");
}

static void test_no_values(void)
{
	static const char *const wrong[] = {
	    "",
	    "DEFAULT",
	    "NOW ()",
	    "x",
	    "'a' 'b'",
	    "''''''''a",
	    "0x",
	    "0xA",
	    "0x4a4",
	    "X'4'",
	    "X'4g'",
	    "0b",
	    "b'2'",
	    "-",
	    ".",
	    "1e",
	    "1e+",
	    "--1",
	    "1 2",
	    "12abc",
	    "NULLS",
	    "_binary",
	    "_binary NULL",
	    "_binary 12",
	    "UNHEX('4a'",
	    "UNHEX('4a',1)",
	    "CONV('1',2,16) + 0",
	    "`a`",
	    "(1)",
	    "1,2",
	    "NULL)",
	    "1);(1",
	    "'\\'",
	    "CONVERT('a')",
	    "CONVERT('a' USING)x",
	    "/* no */ 1",
	    "@a",
	    "'a' COLLATE b",
	    "\xc3\xa9",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autofree char *got =
		    shown(ROND_SHOW_TEXT, 0, 0, ROND_FORMAT_TSV, wrong[i]);

		if (strcmp(got, "BROKEN") != 0 && !g_str_equal(wrong[i], "0b"))
			g_error("%s is taken as %s", wrong[i], got);
	}
}

static void test_modes(void)
{
	g_autofree char *plain =
	    shown(ROND_SHOW_TEXT, 0, ROND_SQL_PLAIN_BACKSLASH, ROND_FORMAT_CSV,
		  "'\\'");
	g_autofree char *name = shown(ROND_SHOW_TEXT, 0, ROND_SQL_ANSI_QUOTES,
				      ROND_FORMAT_CSV, "\"a\"");
	g_autofree char *string = shown(ROND_SHOW_TEXT, 0, ROND_SQL_ANSI_QUOTES,
					ROND_FORMAT_CSV, "'\"'");

	g_assert_cmpstr(plain, ==, "\"\\\"");
	g_assert_cmpstr(name, ==, "BROKEN");
	g_assert_cmpstr(string, ==, "\"\"\"\"");
}

static void test_charset(void)
{
	RondShownColumn columns[2];
	RondShape shape = shape_of(columns, ROND_SHOW_TEXT, 0);
	const char *sql = "('a\x80\x8a\x88',_utf8'\xc3\xa9'),"
			  "(0x80,_latin1'\x83');";
	RondRowsState state;
	g_autofree char *tsv = NULL;

	columns[0].charset = columns[1].charset = rows_kit_charset;
	tsv = render(&shape, ROND_FORMAT_TSV, sql, strlen(sql), &state);
	g_assert_cmpstr(tsv, ==,
			"a\xe2\x82\xac\xc3\xa9\xdf\xbf\t\xc3\xa9\n"
			"\xe2\x82\xac\t\\t\n");
}

static void test_title(void)
{
	static const char *const titles[] = {"a\\\\\\n\tb\"\n",
					     "\"a\\\n\",\"b\"\"\"\n", ""};
	RondShownColumn columns[2];
	RondShape shape = shape_of(columns, ROND_SHOW_TEXT, 0);

	columns[0].name = "a\\\n";
	columns[1].name = "b\"";
	for (guint f = 0; f < ROND_N_FORMATS; f++) {
		g_autoptr(GByteArray) out = g_byte_array_new();

		rond_rows_title(&shape, (RondRowFormat)f, out);
		g_assert_cmpmem(out->data, out->len, titles[f],
				strlen(titles[f]));
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/rows/text", test_text);
	g_test_add_func("/rows/hex", test_hex);
	g_test_add_func("/rows/bits", test_bits);
	g_test_add_func("/rows/no-values", test_no_values);
	g_test_add_func("/rows/modes", test_modes);
	g_test_add_func("/rows/charset", test_charset);
	g_test_add_func("/rows/title", test_title);
	return g_test_run();
}
