/* SPDX-License-Identifier: BSD-2-Clause */
/* How a table's rows look, written and read back; and bytes that are none. */
#include "backends/error.h"
#include "backends/index/shape.h"

#include <errno.h>
#include <string.h>

static const guint16 charset[128] = {0x20ac, 1, 2, 3};

static const RondShownColumn columns[] = {
    {"id", ROND_SHOW_TEXT, 0, NULL},
    {"", ROND_SHOW_HEX, 0, NULL},
    {"\xc3\xa9\n", ROND_SHOW_TEXT, 0, charset},
    {"bits", ROND_SHOW_BITS, 64, NULL},
};

static const RondShape shape = {
    .mode = ROND_SQL_ANSI_QUOTES | ROND_SQL_NO_LINE_FEEDS,
    .head = "INSERT INTO `t` VALUES",
    .head_len = 22,
    .columns = columns,
    .n_columns = G_N_ELEMENTS(columns),
};

static GByteArray *written(const RondShape *of)
{
	GByteArray *out = g_byte_array_new();

	rond_shape_write(of, out);
	return out;
}

static void test_back(void)
{
	g_autoptr(GByteArray) bytes = written(&shape);
	g_autoptr(GError) error = NULL;
	RondShape *is = rond_shape_read(bytes->data, bytes->len, &error);

	g_assert_no_error(error);
	/* Nothing of them is kept. */
	memset(bytes->data, 0xff, bytes->len);
	g_assert_cmpuint(is->mode, ==, shape.mode);
	g_assert_cmpmem(is->head, is->head_len, shape.head, shape.head_len);
	g_assert_cmpuint(is->n_columns, ==, shape.n_columns);
	for (guint i = 0; i < is->n_columns; i++) {
		g_assert_cmpstr(is->columns[i].name, ==, columns[i].name);
		g_assert_cmpuint(is->columns[i].show, ==, columns[i].show);
		g_assert_cmpuint(is->columns[i].bits, ==, columns[i].bits);
		g_assert_true(!is->columns[i].charset == !columns[i].charset);
	}
	g_assert_cmpmem(is->columns[2].charset, sizeof charset, charset,
			sizeof charset);
	rond_shape_free(is);
}

/* A table without rows has no head. */
static void test_headless(void)
{
	const RondShape of = {.columns = columns, .n_columns = 1};
	g_autoptr(GByteArray) bytes = written(&of);
	RondShape *is = rond_shape_read(bytes->data, bytes->len, NULL);

	g_assert_nonnull(is);
	g_assert_cmpuint(is->head_len, ==, 0);
	rond_shape_free(is);
}

static void expect_none(const guint8 *bytes, gsize len)
{
	g_autofree guint8 *copy = g_memdup2(bytes, len);
	g_autoptr(GError) error = NULL;

	g_assert_null(rond_shape_read(copy, len, &error));
	g_assert_error(error, ROND_ERROR, EIO);
}

static void test_cut(void)
{
	g_autoptr(GByteArray) bytes = written(&shape);

	for (gsize len = 0; len < bytes->len; len++)
		expect_none(bytes->data, len);
}

/* Each number of it, too large or of no meaning. */
static void test_hostile(void)
{
	static const struct {
		gsize at;
		guint32 value;
	} cases[] = {
	    {4, 0}, /* columns */
	    {4, 65537},
	    {4, G_MAXUINT32},
	    {4, 5},
	    {8, G_MAXUINT32}, /* the head's length */
	    {8, 100000},
	    {16, 3}, /* show */
	    {16, G_MAXUINT32},
	    {20, 65}, /* bits */
	    {20, G_MAXUINT32},
	    {24, G_MAXUINT32}, /* the name's length */
	    {24, 1},
	    {24, 3},
	    {24, 100000},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GByteArray) bytes = written(&shape);

		memcpy(bytes->data + cases[i].at, &cases[i].value,
		       sizeof cases[i].value);
		expect_none(bytes->data, bytes->len);
	}
}

/* Any byte, also several: it is read or not, and can then be used. */
static void test_any(void)
{
	g_autoptr(GByteArray) bytes = written(&shape);
	const RondRowMark start = {0};

	for (guint i = 0; i < 20000; i++) {
		g_autofree guint8 *copy = g_memdup2(bytes->data, bytes->len);
		gint n = g_test_rand_int_range(1, 4);

		while (n--)
			copy[(guint)g_test_rand_int() % bytes->len] =
			    (guint8)g_test_rand_int();
		RondShape *is = rond_shape_read(copy, bytes->len, NULL);
		RondRows *rows = is ? rond_rows_new(is) : NULL;

		g_assert_true(!rows || rond_rows_start(rows, &start));
		g_clear_pointer(&rows, rond_rows_free);
		g_clear_pointer(&is, rond_shape_free);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/shape/back", test_back);
	g_test_add_func("/shape/headless", test_headless);
	g_test_add_func("/shape/cut", test_cut);
	g_test_add_func("/shape/hostile", test_hostile);
	g_test_add_func("/shape/any", test_any);
	return g_test_run();
}
