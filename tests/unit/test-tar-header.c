/* SPDX-License-Identifier: BSD-2-Clause */
/* The header block: numbers, checksums, layouts, and the window over it. */
#include "tests/unit/tar-kit.h"
#include "backends/archive/tar-input.h"
#include "backends/archive/tar-report.h"

#include <string.h>

static void test_numbers(void)
{
	static const struct {
		const char *field;
		gsize len;
		gboolean fits;
		gint64 value;
	} cases[] = {
	    {"0000644", 8, TRUE, 0644},
	    {"   644 ", 8, TRUE, 0644},
	    {"777777777777", 12, TRUE, 0777777777777},
	    {"\0\0\0\0\0\0\0", 8, TRUE, 0},
	    {"       ", 8, TRUE, 0},
	    {"12x4567", 8, TRUE, 012},
	    {"rubbish", 8, TRUE, 0},
	    {"\x80\0\0\0\0\0\0\x01", 8, TRUE, 1},
	    {"\x80\0\0\0\0\0\1\0\0\0\0\0", 12, TRUE, 1LL << 40},
	    {"\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff", 12, TRUE,
	     G_MAXINT64},
	    {"\x80\0\0\0\x80\0\0\0\0\0\0\0", 12, FALSE, 0},
	    {"\x80\0\0\1\0\0\0\0\0\0\0\0", 12, FALSE, 0},
	    {"\xbf\xff\xff\xff\xff\xff\xff\xff", 8, TRUE, 0x3fffffffffffffff},
	    {"\xff\xff\xff\xff\xff\xff\xff\xff", 8, TRUE, -1},
	    {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xfe", 12, TRUE, -2},
	    {"\xff\xff\xff\xff\x80\0\0\0\0\0\0\0", 12, TRUE, G_MININT64},
	    {"\xff\xff\xff\xff\x7f\xff\xff\xff\xff\xff\xff\xff", 12, FALSE, 0},
	    {"\xc0\0\0\0\0\0\0\0\0\0\0\0", 12, FALSE, 0},
	    {"\xc0\0\0\0\0\0\0\0", 8, TRUE, -(1LL << 62)},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		gint64 value = 0;

		g_test_message("%" G_GSIZE_FORMAT, i);
		g_assert_cmpint(
		    rond_tar_number(cases[i].field, cases[i].len, &value), ==,
		    cases[i].fits);
		if (cases[i].fits)
			g_assert_cmpint(value, ==, cases[i].value);
	}
}

static void test_checksums(void)
{
	g_autoptr(GByteArray) tar = g_byte_array_new();
	RondTarHeader *header = kit_header(tar, '0', "caf\xc3\xa9", 0);
	gint64 sum;

	g_assert_true(rond_tar_header_valid(header));
	/* Historical tars summed signed bytes: 256 less for each above 127. */
	rond_tar_number(header->checksum, sizeof(header->checksum), &sum);
	g_snprintf(header->checksum, 7, "%06o", (guint)(sum - 2 * 256));
	g_assert_true(rond_tar_header_valid(header));
	g_snprintf(header->checksum, 7, "%06o", (guint)(sum - 256));
	g_assert_false(rond_tar_header_valid(header));
	g_snprintf(header->checksum, 8, "%o", (guint)sum);
	g_assert_true(rond_tar_header_valid(header));
	memset(header->checksum, 0, sizeof(header->checksum));
	g_assert_false(rond_tar_header_valid(header));
}

/* Any single byte that changes is noticed, but for those that mean nothing:
 * the end of the checksum's own field. */
static void test_checksum_notices(void)
{
	g_autoptr(GByteArray) tar = g_byte_array_new();
	RondTarHeader *header = kit_header(tar, '0', "name", 5);
	const guint at = G_STRUCT_OFFSET(RondTarHeader, checksum);

	for (guint i = 0; i < ROND_TAR_BLOCK; i++) {
		if (i >= at + 6 && i < at + 8)
			continue;
		for (guint bit = 0; bit < 8; bit++) {
			tar->data[i] ^= 1 << bit;
			g_assert_false(rond_tar_header_valid(header) &&
				       (i < at || i >= at + 8));
			tar->data[i] ^= 1 << bit;
		}
	}
	g_assert_true(rond_tar_header_valid(header));
}

static void test_layouts(void)
{
	g_autoptr(GByteArray) tar = g_byte_array_new();
	RondTarHeader *header = kit_header(tar, '0', "name", 5);

	g_assert_cmpint(rond_tar_header_layout(header), ==, ROND_TAR_USTAR);
	memcpy(header->magic, "ustar  ", 8);
	g_assert_cmpint(rond_tar_header_layout(header), ==, ROND_TAR_GNU);
	memset(header->magic, 0, 8);
	g_assert_cmpint(rond_tar_header_layout(header), ==, ROND_TAR_V7);
}

/* Without a magic, a right sum over nonsense is no header. */
static void test_plausible(void)
{
	g_autoptr(GByteArray) tar = g_byte_array_new();
	RondTarHeader *header = kit_header(tar, '0', "name", 5);

	memset(header->magic, 0, 8);
	kit_seal(header);
	g_assert_true(rond_tar_header_valid(header));
	memcpy(header->size, "no number at", 12);
	kit_seal(header);
	g_assert_false(rond_tar_header_valid(header));
}

static void test_zero_block(void)
{
	guint8 block[ROND_TAR_BLOCK] = {0};

	g_assert_true(rond_tar_block_is_zero(block));
	for (gsize i = 0; i < sizeof(block); i++) {
		block[i] = 1;
		g_assert_false(rond_tar_block_is_zero(block));
		block[i] = 0;
	}
}

static void test_quote(void)
{
	g_autofree char *plain = rond_tar_quote("caf\xc3\xa9 \"x\"\n\x7f");
	g_autofree char *raw = rond_tar_quote("caf\xe9");
	g_autofree char *name = g_strnfill(1000, 'x');
	g_autofree char *cut = NULL;

	g_assert_cmpstr(plain, ==, "\"caf\xc3\xa9 \\\"x\\\"\\n\\177\"");
	g_assert_cmpstr(raw, ==, "\"caf\\351\"");
	/* Cut in the middle of a character, wherever that falls. */
	for (gsize i = 0; i < 8; i++) {
		memcpy(name + 194 + i, "\xe2\x82\xac", 3);
		g_free(cut);
		cut = rond_tar_quote(name);
		g_assert_true(g_utf8_validate(cut, -1, NULL));
		g_assert_true(g_str_has_suffix(cut, "…\""));
		g_assert_cmpuint(strlen(cut), <, 220);
		memset(name + 194, 'x', 20);
	}
}

/* Random walks forward, over streams of known and of unknown size: what the
 * window gives is what is there, and nothing is read twice. */
static void check_input(gsize size, gboolean known)
{
	g_autofree guint8 *data = g_malloc(size + 1);
	g_autoptr(RondTarInput) input = NULL;
	g_autoptr(GError) error = NULL;
	KitStream stream;
	guint64 at = 0;

	for (gsize i = 0; i < size; i++)
		data[i] = (guint8)(i * 7 + i / 251);
	kit_stream_init(&stream, data, size, known);
	input = rond_tar_input_new(&stream.stream);
	while (at < size + 2000) {
		const gsize there = at < size ? size - at : 0;
		gboolean reached;
		gsize len;
		const void *block =
		    rond_tar_input_block(input, at, &len, &error);

		g_assert_no_error(error);
		g_assert_cmpmem(block, len, data + MIN(at, size),
				MIN(there, ROND_TAR_BLOCK));
		at += (guint64)g_test_rand_int_range(1, 300000);
		g_assert_true(
		    rond_tar_input_reaches(input, at, &reached, &error));
		g_assert_cmpint(reached, ==, at <= size);
	}
}

static void test_input(void)
{
	for (gsize size = 0; size < 5000000; size = size * 3 + 511) {
		check_input(size, TRUE);
		check_input(size, FALSE);
	}
}

/* Bytes that can't be read do not take away those before them. */
static void test_input_before_damage(void)
{
	g_autofree guint8 *data = g_malloc0(100000);
	g_autoptr(RondTarInput) input = NULL;
	g_autoptr(GError) error = NULL;
	KitStream stream;
	gsize len;

	kit_stream_init(&stream, data, 100000, FALSE);
	stream.bad_from = 50000;
	input = rond_tar_input_new(&stream.stream);
	for (guint64 at = 0; at + ROND_TAR_BLOCK <= 50000;
	     at += ROND_TAR_BLOCK) {
		g_assert_nonnull(rond_tar_input_block(input, at, &len, &error));
		g_assert_no_error(error);
		g_assert_cmpuint(len, ==, ROND_TAR_BLOCK);
	}
	g_assert_null(rond_tar_input_block(input, 49664, &len, &error));
	g_assert_nonnull(strstr(error->message, "at byte"));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/tar-header/numbers", test_numbers);
	g_test_add_func("/tar-header/checksums", test_checksums);
	g_test_add_func("/tar-header/checksum-notices", test_checksum_notices);
	g_test_add_func("/tar-header/layouts", test_layouts);
	g_test_add_func("/tar-header/plausible", test_plausible);
	g_test_add_func("/tar-header/zero-block", test_zero_block);
	g_test_add_func("/tar-header/quote", test_quote);
	g_test_add_func("/tar-header/input", test_input);
	g_test_add_func("/tar-header/input-damage", test_input_before_damage);
	return g_test_run();
}
