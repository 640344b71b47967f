/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/sql/charset.h"

#include <glib.h>
#include <string.h>

#define NONE 0xfffd

/* The tables are those of a server; iconv's are another opinion of the same
 * charsets: where both have a character, it differs in @others at most. */
static const struct {
	const char *name, *iconv;
	guint others;
} twins[] = {
    {"cp1250", "CP1250", 0},
    {"cp1251", "CP1251", 0},
    {"cp1256", "CP1256", 0},
    {"cp1257", "CP1257", 0},
    {"cp850", "CP850", 0},
    {"cp852", "CP852", 0},
    {"cp866", "CP866", 2},
    {"greek", "ISO-8859-7", 2},
    {"hebrew", "ISO-8859-8", 1},
    {"hp8", "HP-ROMAN8", 0},
    {"koi8r", "KOI8-R", 0},
    {"koi8u", "KOI8-U", 1},
    {"latin1", "CP1252", 0},
    {"latin2", "ISO-8859-2", 0},
    {"latin5", "ISO-8859-9", 0},
    {"latin7", "ISO-8859-13", 0},
    {"macce", "MAC-CENTRALEUROPE", 0},
    {"macroman", "MACINTOSH", 2},
    {"tis620", "TIS-620", 0},
    {"dec8", "DEC-MCS", 0},
    {"armscii8", "ARMSCII-8", 3},
    {"geostd8", "GEORGIAN-PS", 2},
};

static const guint16 *table_of(const char *name)
{
	const guint16 *table;

	g_assert_cmpint(rond_charset(name, &table), ==, ROND_CHARSET_BYTE);
	g_assert_nonnull(table);
	return table;
}

/* What iconv says byte @byte is; NONE: nothing. */
static gunichar by_iconv(GIConv conv, guchar byte)
{
	char in = (char)byte;
	gchar *from = &in, *to;
	char out[8] = {0};
	gsize n_in = 1, n_out = sizeof(out);

	to = out;
	g_iconv(conv, NULL, NULL, NULL, NULL);
	if (g_iconv(conv, &from, &n_in, &to, &n_out) == (gsize)-1 || to == out)
		return NONE;
	return g_utf8_get_char(out);
}

static guint differences(const char *name, const char *other)
{
	const guint16 *table = table_of(name);
	GIConv conv = g_iconv_open("UTF-8", other);
	guint n = 0;

	if (conv == (GIConv)-1) {
		g_test_message("no %s here", other);
		return 0;
	}
	for (guint i = 0; i < 128; i++) {
		gunichar there = by_iconv(conv, (guchar)(i + 0x80));

		if (there != table[i] && there != NONE && table[i] != NONE)
			n++;
	}
	g_iconv_close(conv);
	return n;
}

static void test_iconv(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(twins); i++)
		g_assert_cmpuint(differences(twins[i].name, twins[i].iconv), <=,
				 twins[i].others);
}

/* MySQL Reference Manual 10.10.2: bytes that cp1252 leaves out. */
static void test_latin1(void)
{
	static const guchar gaps[] = {0x81, 0x8d, 0x8f, 0x90, 0x9d};
	const guint16 *table = table_of("latin1");

	for (gsize i = 0; i < G_N_ELEMENTS(gaps); i++)
		g_assert_cmpuint(table[gaps[i] - 0x80], ==, gaps[i]);
	g_assert_cmpuint(table[0], ==, 0x20ac);
	g_assert_cmpuint(table[0xe9 - 0x80], ==, 0xe9);
}

/* Who renders rows escapes bytes before it decodes them. */
static void test_nothing_to_escape(void)
{
	for (gsize i = 0; i < rond_n_charset_tables; i++)
		for (guint j = 0; j < 128; j++) {
			guint16 c = rond_charset_tables[i].high[j];

			g_assert_cmpuint(c, >=, 0x20);
			g_assert_true(c != '"' && c != '\\' && c != 0x7f);
			g_assert_false(c >= 0xd800 && c < 0xe000);
		}
}

static void test_sorted(void)
{
	for (gsize i = 0; i + 1 < rond_n_charset_tables; i++)
		g_assert_cmpstr(rond_charset_tables[i].name, <,
				rond_charset_tables[i + 1].name);
	for (gsize i = 0; i < rond_n_charset_tables; i++)
		g_assert_true(table_of(rond_charset_tables[i].name) ==
			      rond_charset_tables[i].high);
}

static void test_kinds(void)
{
	static const struct {
		const char *name;
		RondCharsetKind kind;
	} samples[] = {
	    {"", ROND_CHARSET_UTF8},	     {"utf8", ROND_CHARSET_UTF8},
	    {"UTF8MB4", ROND_CHARSET_UTF8},  {"utf8mb3", ROND_CHARSET_UTF8},
	    {"ascii", ROND_CHARSET_UTF8},    {"binary", ROND_CHARSET_BYTES},
	    {"LATIN1", ROND_CHARSET_BYTE},   {"ucs2", ROND_CHARSET_OTHER},
	    {"gb18030", ROND_CHARSET_OTHER}, {"swe7", ROND_CHARSET_OTHER},
	    {"latin", ROND_CHARSET_OTHER},   {"utf16le", ROND_CHARSET_OTHER},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(samples); i++) {
		const guint16 *table;

		g_assert_cmpint(rond_charset(samples[i].name, &table), ==,
				samples[i].kind);
		g_assert_cmpint(table != NULL, ==,
				samples[i].kind == ROND_CHARSET_BYTE);
	}
}

static void test_decode(void)
{
	g_autofree char *text =
	    rond_charset_decode(table_of("cp1251"), "a\xcf\xf0\x98\x80");

	g_assert_cmpstr(text, ==, "aПр\xef\xbf\xbdЂ");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/columns-charset/iconv", test_iconv);
	g_test_add_func("/columns-charset/latin1", test_latin1);
	g_test_add_func("/columns-charset/nothing-to-escape",
			test_nothing_to_escape);
	g_test_add_func("/columns-charset/sorted", test_sorted);
	g_test_add_func("/columns-charset/kinds", test_kinds);
	g_test_add_func("/columns-charset/decode", test_decode);
	return g_test_run();
}
