/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/sql/words.h"

#include <string.h>

/* What any words of a text are, with | between. */
static char *split(const char *text, RondSqlMode mode)
{
	g_autofree char *copy = g_memdup2(text, strlen(text));
	RondWords w = rond_words(copy, strlen(text), mode);
	GString *out = g_string_new(NULL);

	rond_words_skip(&w);
	while (rond_words_left(&w) > 0) {
		const char *from = w.p;
		gsize len;

		if (!rond_words_take_any(&w)) {
			g_string_append(out, "no end|");
			break;
		}
		len = (gsize)(w.p - from);
		while (len > 0 && rond_words_is_space(from[len - 1]))
			len--;
		g_string_append_len(out, from, (gssize)len);
		g_string_append_c(out, '|');
	}
	return g_string_free(out, FALSE);
}

static void test_any(void)
{
	static const struct {
		RondSqlMode mode;
		const char *text, *words;
	} samples[] = {
	    {0, "a b_1$,\xc3\xa9", "a|b_1$|,|\xc3\xa9|"},
	    {0, "'a''b\\'c'\"d'\"\"e\"", "'a''b\\'c'|\"d'\"\"e\"|"},
	    {0, "`a``b\\`c", "`a``b\\`|c|"},
	    {0, "`a", "no end|"},
	    {0, "'a\\'", "no end|"},
	    {0, "'a''", "no end|"},
	    {ROND_SQL_PLAIN_BACKSLASH, "'a\\''b'", "'a\\''b'|"},
	    {ROND_SQL_PLAIN_BACKSLASH, "'a\\'b", "'a\\'|b|"},
	    {ROND_SQL_ANSI_QUOTES, "\"a\\\"b'\\''", "\"a\\\"|b|'\\''|"},
	    {0, "5--3", "5|-|-|3|"},
	    {0, " /*!50100", ""},
	    {0, "/* a", ""},
	    {0, "# a", ""},
	    {0, "--", ""},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(samples); i++) {
		g_autofree char *words =
		    split(samples[i].text, samples[i].mode);

		g_assert_cmpstr(words, ==, samples[i].words);
	}
}

/* Words with what may lie between them. */
static void test_between(void)
{
	static const char *const betweens[] = {
	    " ",
	    "\r\n\t\v\f",
	    "/**/",
	    "/* ' */",
	    "-- '\n",
	    "--\t`\n",
	    "#'\n",
	    "/*!",
	    "/*!50100",
	    "/*!501000 ",
	    "/*M!100301 ",
	    "/*M!",
	    "/*!50100 */",
	    "/*!50100 /* ' */",
	    "/*!50100 -- */\n*/",
	    "/*! /*!80000 */ ",
	    "/*+ hint */",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(betweens); i++) {
		g_autofree char *text =
		    g_strconcat("one", betweens[i], "two", NULL);
		RondWords w = rond_words(text, strlen(text), 0);

		g_assert_true(rond_words_take_word(&w, "ONE"));
		g_assert_true(rond_words_take_word(&w, "two"));
		g_assert_cmpuint(rond_words_left(&w), ==, 0);
	}
}

static void test_names(void)
{
	static const char text[] = "`a``b`./**/\"c\"\"d\" e . f";
	RondWords w = rond_words(text, strlen(text), 0);
	g_autofree char *first = NULL;
	g_autofree char *last = NULL;
	g_autofree char *only = NULL;

	g_assert_true(rond_words_take_names(&w, &first, &last));
	g_assert_cmpstr(first, ==, "a`b");
	g_assert_cmpstr(last, ==, "c\"d");
	g_assert_true(rond_words_take_name(&w, &only));
	g_assert_cmpstr(only, ==, "e");
	g_assert_true(rond_words_take_sign(&w, '.'));
	g_assert_true(rond_words_take_names(&w, NULL, NULL));
	g_assert_false(rond_words_take_name(&w, NULL));
}

static void test_groups_and_numbers(void)
{
	static const char text[] = "(a (')') `)` /* ) */ (()))5 4294967296 -1";
	RondWords w = rond_words(text, strlen(text), 0);
	guint number = 0;

	g_assert_true(rond_words_take_group(&w));
	g_assert_true(rond_words_take_number(&w, &number));
	g_assert_cmpuint(number, ==, 5);
	g_assert_true(rond_words_take_number(&w, &number));
	g_assert_cmpuint(number, ==, G_MAXUINT);
	g_assert_false(rond_words_take_number(&w, &number));
	g_assert_false(rond_words_take_group(&w));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/words/any", test_any);
	g_test_add_func("/words/between", test_between);
	g_test_add_func("/words/names", test_names);
	g_test_add_func("/words/groups-and-numbers", test_groups_and_numbers);
	return g_test_run();
}
