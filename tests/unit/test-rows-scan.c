/* SPDX-License-Identifier: BSD-2-Clause */
/* All scanners say the same, and the plain one what it should. */
#include "backends/sql/rows-scan.h"

#include <string.h>

/* To the byte, so that reading on is noticed. */
static void check(const RondRowsScan *scan, const guint8 *block)
{
	const RondRowsScan *plain = &rond_rows_scan_plain;
	g_autofree guint8 *p = g_memdup2(block, ROND_SCAN_BLOCK);

	g_assert_cmphex(scan->text(p), ==, plain->text(p));
	g_assert_cmphex(scan->ascii(p), ==, plain->ascii(p));
	g_assert_cmphex(scan->bytes(p), ==, plain->bytes(p));
	g_assert_cmphex(scan->hex(p), ==, plain->hex(p));
	g_assert_cmphex(scan->digits(p), ==, plain->digits(p));
}

static void test_same(void)
{
	const RondRowsScan *const *all = rond_rows_scan_all();
	g_autoptr(GRand) rand = g_rand_new_with_seed(1);
	guint8 block[ROND_SCAN_BLOCK];

	for (; *all; all++)
		for (guint i = 0; i < 20000; i++) {
			for (guint j = 0; j < sizeof(block); j++)
				block[j] = (guint8)g_rand_int(rand);
			check(*all, block);
		}
}

/* Each byte at each place, alone among others. */
static void check_plain(guint8 c, guint at, guint8 other)
{
	gboolean quote = c == '\'' || c == '"' || c == '\\';
	gboolean text = quote || c < 0x20;
	guint64 bit = G_GUINT64_CONSTANT(1) << at;
	guint8 block[ROND_SCAN_BLOCK];

	memset(block, other, sizeof(block));
	block[at] = c;
	g_assert_cmphex(rond_rows_scan_plain.text(block), ==, text ? bit : 0);
	g_assert_cmphex(rond_rows_scan_plain.bytes(block), ==,
			quote || c == '\n' ? bit : 0);
	g_assert_cmphex(~rond_rows_scan_plain.digits(block), ==,
			g_ascii_isdigit(c) ? bit : 0);
	if (other < 0x80)
		g_assert_cmphex(rond_rows_scan_plain.ascii(block), ==,
				text || c >= 0x80 ? bit : 0);
}

static void test_plain(void)
{
	for (guint c = 0; c < 256; c++)
		for (guint at = 0; at < ROND_SCAN_BLOCK; at++) {
			check_plain((guint8)c, at, 'a');
			check_plain((guint8)c, at, 0x20);
			check_plain((guint8)c, at, 0x7f);
			check_plain((guint8)c, at, 0xff);
		}
}

static void test_best(void)
{
	const RondRowsScan *const *all = rond_rows_scan_all();

	while (*all && *all != rond_rows_scan_best())
		all++;
	g_assert_nonnull(*all);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/rows-scan/plain", test_plain);
	g_test_add_func("/rows-scan/same", test_same);
	g_test_add_func("/rows-scan/best", test_best);
	return g_test_run();
}
