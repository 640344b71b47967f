/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a run ends, where it is broken, and marks that are none. */
#include "rows-kit.h"

#include <string.h>

#define HEAD "INSERT INTO `t` VALUES"

static const RondShownColumn text_column = {"a", ROND_SHOW_TEXT, 0, NULL};
static const RondShape one_text = {ROND_SQL_NO_LINE_FEEDS, HEAD,
				   sizeof(HEAD) - 1, &text_column, 1};

static RondRowsState measure(const char *sql, gsize piece, RondRowMark *mark,
			     RondRowMark *whole)
{
	g_autoptr(GString) text = g_string_new(sql);
	g_autoptr(RondRows) rows = rond_rows_new(&one_text);
	RondRowMark start = {0};
	RondRowsState state;

	*mark = rows_measure(&one_text, text, piece, NULL, NULL, &state);
	rond_rows_start(rows, &start);
	rond_rows_measure(rows, (const guint8 *)sql, strlen(sql), TRUE, &state);
	rond_rows_whole(rows, whole);
	return state;
}

/* @sql has a | where the run ends. */
static void test_ends(void)
{
	static const char *const runs[] = {
	    "(1);|",
	    "(1);\n|",
	    "(1);\r\n|-- x\n",
	    "(1); \n|UNLOCK TABLES;",
	    "(1);| UNLOCK TABLES;",
	    "(1);\n|\n-- it's x\nINSERT INTO `u` VALUES (1);",
	    "(1);\n|/*!40000 ALTER TABLE `t` ENABLE KEYS */;\n",
	    "(1);\n|/*M!100000 x */;\n",
	    "(1);\n|-",
	    ("(1);\n|--x\n" HEAD "(1);"),
	    "(1);\n|INSERT INTO `t` VALUE",
	    "(1);\n|INSERT INTO `t` (`a`) VALUES (1);",
	    "(1);\n|insert into `t` values (1);",
	    ("(1);\n|/* " HEAD),
	};

	for (gsize i = 0; i < G_N_ELEMENTS(runs); i++) {
		const char *bar = strchr(runs[i], '|');
		g_autofree char *sql = g_strdup_printf(
		    "%.*s%s", (int)(bar - runs[i]), runs[i], bar + 1);

		for (gsize piece = 1; piece < strlen(sql); piece++) {
			RondRowMark mark, whole;

			g_assert_cmpint(measure(sql, piece, &mark, &whole), ==,
					ROND_ROWS_END);
			g_assert_cmpuint(mark.at, ==, bar - runs[i]);
			g_assert_cmpuint(mark.rows, ==, 1);
			g_assert_cmpuint(whole.at, ==, 3);
		}
	}
}

/* A comment too long to look over ends the run. */
static void test_long_comment(void)
{
	g_autofree char *dots = g_strnfill(ROND_ROWS_AHEAD + 100, '.');
	g_autofree char *sql =
	    g_strdup_printf("(1);\n-- %s\n" HEAD " (1);\n", dots);
	RondRowMark mark, whole;

	for (gsize piece = 100; piece < 40000; piece += 13000) {
		g_assert_cmpint(measure(sql, piece, &mark, &whole), ==,
				ROND_ROWS_END);
		g_assert_cmpuint(mark.at, ==, 5);
	}
}

/* A quote was lost: what follows is no row's. */
static void test_left_open(void)
{
	static const char *const followers[] = {
	    "-- Table structure for table `u`\n",
	    "-- Dumping data for table `u`\n",
	    "INSERT INTO `t` VALUES ('no','no');\n",
	    "/*!40000 ALTER TABLE `t` ENABLE KEYS */;\n",
	    "UNLOCK TABLES;\n",
	    "DROP TABLE IF EXISTS `u`;\n",
	    "-- Dump completed on 2024-05-01\n",
	    "-- --------------------------------------------------------\n",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(followers); i++) {
		g_autofree char *sql =
		    g_strdup_printf("('a'),('b\n--'),('c);\n%s", followers[i]);

		for (gsize piece = 1; piece < 40; piece++) {
			RondRowMark mark, whole;

			g_assert_cmpint(measure(sql, piece, &mark, &whole), ==,
					ROND_ROWS_BROKEN);
			g_assert_cmpuint(mark.at, ==,
					 strlen("('a'),('b\n--'),('c);"));
			g_assert_cmpuint(whole.at, ==,
					 strlen("('a'),('b\n--')"));
			g_assert_cmpuint(whole.rows, ==, 2);
			g_assert_cmpuint(whole.out[ROND_FORMAT_CSV], ==, 11);
		}
	}
}

/* A backslash before the line's end hides nothing. */
static void test_left_open_escaped(void)
{
	static const char sql[] = "('a'),('b\\\nUNLOCK TABLES;\n";
	RondRowMark mark, whole;

	for (gsize piece = 1; piece < 40; piece++) {
		g_assert_cmpint(measure(sql, piece, &mark, &whole), ==,
				ROND_ROWS_BROKEN);
		g_assert_cmpuint(mark.at, ==, strlen("('a'),('b"));
		g_assert_cmpuint(whole.rows, ==, 1);
	}
}

/* Nearly such a line, or a line feed that was written as \n. */
static void test_not_left_open(void)
{
	static const char *const texts[] = {
	    "('\n-- Table structure for tabl'),('UNLOCK TABLES;');",
	    "('\n -- Table structure for table'),('\n--------');",
	    "('\\n-- Table structure for table'),('\n-- Dump complete');",
	    "('\\\n-- Table structure for'),('\n/*!4');",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
		for (gsize piece = 1; piece < 60; piece++) {
			RondRowMark mark, whole;

			g_assert_cmpint(measure(texts[i], piece, &mark, &whole),
					==, ROND_ROWS_END);
			g_assert_cmpuint(mark.rows, ==, 2);
		}
}

static void test_broken(void)
{
	static const char *const wrong[] = {
	    "1",	   ";",	       "(1)(2);",
	    "(1),;",	   "(1) x;",   ("(1);\n" HEAD),
	    "(1),,(2);",   "(1) ON",   "(1) ON a#;",
	    "(1) ON --\n", "(1) ONE;", "(1) /* */;",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
		RondRowMark mark, whole;

		for (gsize piece = 1; piece < 12; piece++)
			g_assert_cmpint(measure(wrong[i], piece, &mark, &whole),
					==, ROND_ROWS_BROKEN);
		g_assert_cmpuint(whole.rows, ==, wrong[i][0] == '(' ? 1 : 0);
	}
}

static void test_number_of_values(void)
{
	RondShownColumn columns[2] = {{"a"}, {"b"}};
	RondShape shape = {0, HEAD, strlen(HEAD), columns, 2};
	static const char *const wrong[] = {"(1,2),(1);", "(1,2),(1,2,3);",
					    "(1,2),();", "(1,2),(1,);"};

	for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autoptr(GString) text = g_string_new(wrong[i]);
		RondRowsState state;
		RondRowMark mark =
		    rows_measure(&shape, text, text->len, NULL, NULL, &state);

		g_assert_cmpint(state, ==, ROND_ROWS_BROKEN);
		g_assert_cmpuint(mark.rows, ==, 1);
	}
}

/* Each state and column of an index that lies: refused, or harmless. */
static void test_hostile_marks(void)
{
	static const char sql[] = "a'),('b\\'),(0x4a),(NULL) ON x;\nUNLOCK;";
	RondShownColumn columns[2] = {{"a", ROND_SHOW_TEXT, 0, NULL},
				      {"b", ROND_SHOW_BITS, 99, NULL}};
	RondShape shape = {0, HEAD, strlen(HEAD), columns, 2};
	guint accepted = 0;

	for (guint32 i = 0; i < 4 << 14; i++) {
		/* Places there are, and some of the others. */
		guint32 place = (i & 15) | ((i & 16) << 3);
		g_autoptr(RondRows) rows = rond_rows_new(&shape);
		g_autoptr(GByteArray) out = g_byte_array_new();
		RondRowMark mark = {.at = G_MAXUINT64 - 3,
				    .rows = G_MAXUINT64,
				    .column = i >> 14,
				    .state = place | (i >> 5 & 511) << 8};
		RondRowMark same;
		RondRowsState state;

		if (!rond_rows_start(rows, &mark)) {
			g_assert_cmpuint(
			    rond_rows_measure(rows, (const guint8 *)sql,
					      sizeof(sql), TRUE, &state),
			    ==, 0);
			g_assert_cmpint(state, ==, ROND_ROWS_BROKEN);
			continue;
		}
		accepted++;
		rond_rows_mark(rows, &same);
		g_assert_cmpmem(&same, sizeof(same), &mark, sizeof(mark));
		rond_rows_render(rows, ROND_FORMAT_JSONL, (const guint8 *)sql,
				 sizeof(sql), TRUE, out, 1000, &state);
	}
	g_assert_cmpuint(accepted, >, 20);
	g_assert_cmpuint(accepted, <, 200);
}

static void test_no_columns(void)
{
	RondShape shape = {0, HEAD, strlen(HEAD), NULL, 0};
	g_autoptr(RondRows) rows = rond_rows_new(&shape);
	RondRowMark mark = {.state = 1};
	RondRowsState state;

	g_assert_false(rond_rows_start(rows, &mark));
	mark.state = 0;
	g_assert_true(rond_rows_start(rows, &mark));
	rond_rows_measure(rows, (const guint8 *)"();", 3, TRUE, &state);
	g_assert_cmpint(state, ==, ROND_ROWS_BROKEN);
}

/* No more than a piece is kept, and no more comes out than was asked for. */
static void test_long_string(void)
{
	g_autoptr(RondRows) rows = rond_rows_new(&one_text);
	g_autoptr(GByteArray) out = g_byte_array_new();
	g_autofree guint8 *piece = g_malloc0(1024 * 1024);
	RondRowMark mark = {0};
	RondRowsState state;
	guint64 rendered = 0;

	g_assert_true(rond_rows_start(rows, &mark));
	g_assert_cmpuint(rond_rows_measure(rows, NULL, 0, FALSE, &state), ==,
			 0);
	g_assert_cmpint(state, ==, ROND_ROWS_MORE);
	rond_rows_measure(rows, (const guint8 *)"('", 2, FALSE, &state);
	for (guint i = 0; i < 64; i++)
		g_assert_cmpuint(
		    rond_rows_measure(rows, piece, 1024 * 1024, FALSE, &state),
		    ==, 1024 * 1024);
	rond_rows_mark(rows, &mark);
	g_assert_cmpuint(mark.out[ROND_FORMAT_JSONL], ==, 6 + 6 * (64 << 20));
	g_assert_true(rond_rows_start(rows, &mark));
	for (gsize at = 0; at < 1024 * 1024;) {
		g_byte_array_set_size(out, 0);
		at += rond_rows_render(rows, ROND_FORMAT_JSONL, piece + at,
				       1024 * 1024 - at, FALSE, out, 1000,
				       &state);
		g_assert_cmpuint(out->len, <, 1000 + 64 * 1024);
		rendered += out->len;
	}
	g_assert_cmpuint(rendered, ==, 6 * 1024 * 1024);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/rows/ends", test_ends);
	g_test_add_func("/rows/long-comment", test_long_comment);
	g_test_add_func("/rows/left-open", test_left_open);
	g_test_add_func("/rows/left-open-escaped", test_left_open_escaped);
	g_test_add_func("/rows/not-left-open", test_not_left_open);
	g_test_add_func("/rows/broken", test_broken);
	g_test_add_func("/rows/number-of-values", test_number_of_values);
	g_test_add_func("/rows/hostile-marks", test_hostile_marks);
	g_test_add_func("/rows/no-columns", test_no_columns);
	g_test_add_func("/rows/long-string", test_long_string);
	return g_test_run();
}
