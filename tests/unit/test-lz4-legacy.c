/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lz4's legacy frames: blocks of 8 MiB, no checksums, no end mark.
 */
#include "backends/error.h"
#include "codec-testing.h"

#include <errno.h>
#include <string.h>

#define LZ4 (rond_codec_by_name("lz4"))
#define BLOCK (8 << 20)
#define MAGIC 4

static guint32 get32(GBytes *bytes, gsize at)
{
	const guint8 *data = g_bytes_get_data(bytes, NULL);

	return data[at] | data[at + 1] << 8 | data[at + 2] << 16 |
	       (guint32)data[at + 3] << 24;
}

/* Two whole blocks and a piece. */
static GBytes *make_long(void)
{
	return make_mixed(2 * BLOCK + 3000000);
}

static void check_tail(GBytes *packed, const RondSeekPoint *point, GBytes *data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) got = decode(LZ4, packed, point, NULL, &error);
	g_autoptr(GBytes) tail = g_bytes_new_from_bytes(
	    data, point->out, g_bytes_get_size(data) - point->out);

	g_assert_no_error(error);
	assert_same(got, tail);
}

static void test_points(void)
{
	g_autoptr(GBytes) data = make_long();
	g_autoptr(GBytes) packed = pack(data, "lz4 -q -l");
	g_autoptr(RondStream) stream = rond_memory_stream_new(packed);
	g_autoptr(Notes) notes = notes_new(1 << 20);
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) got = decode(LZ4, packed, NULL, notes, &error);

	g_assert_true(LZ4->enterable(stream));
	g_assert_no_error(error);
	assert_same(got, data);
	g_assert_cmpuint(notes->findings->len, ==, 0);
	g_assert_cmpuint(notes->points->len, ==, 2);
	for (guint i = 0; i < notes->points->len; i++) {
		const RondSeekPoint *point =
		    &g_array_index(notes->points, RondSeekPoint, i);

		g_assert_cmpuint(point->out, ==, (i + 1) * BLOCK);
		check_tail(packed, point, data);
	}
}

/* No place but a byte's border is one. */
static void test_impossible_point(void)
{
	g_autoptr(GBytes) data = make_text(1000);
	g_autoptr(GBytes) packed = pack(data, "lz4 -q -l");
	g_autoptr(RondStream) stream = rond_memory_stream_new(packed);
	const RondSeekPoint point = {.in = 33, .flags = 0x20000};
	g_autoptr(GError) error = NULL;

	g_assert_null(LZ4->open(stream, &point, NULL, &error));
	g_assert_error(error, ROND_ERROR, EINVAL);
}

static void test_cut(void)
{
	g_autoptr(GBytes) data = make_text(3000);
	g_autoptr(GBytes) packed = pack(data, "lz4 -q -l");

	for (gsize len = 0; len < g_bytes_get_size(packed); len++)
		if (len != MAGIC)
			check_cut(LZ4, packed, len, data);
}

/* What lies in the blocks before a cut stays. */
static void test_cut_large(void)
{
	g_autoptr(GBytes) data = make_long();
	g_autoptr(GBytes) packed = pack(data, "lz4 -q -l");
	gsize second = MAGIC + 4 + get32(packed, MAGIC);
	g_autoptr(GBytes) cut = g_bytes_new_from_bytes(packed, 0, second + 9);
	g_autoptr(Notes) notes = notes_new(1 << 20);
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) got = decode(LZ4, cut, NULL, notes, &error);

	g_assert_error(error, ROND_ERROR, EIO);
	g_assert_cmpuint(g_bytes_get_size(got), ==, BLOCK);
	g_assert_true(is_prefix(got, data));
	check_cut(LZ4, packed, g_bytes_get_size(packed) - 1, data);
}

/* There is no checksum: what decodes is believed, all else is told. */
static void test_flips(void)
{
	g_autoptr(GBytes) data = make_text(3000);
	g_autoptr(GBytes) packed = pack(data, "lz4 -q -l");
	guint failed = 0;

	for (gsize at = 0; at < g_bytes_get_size(packed); at++) {
		g_autoptr(GBytes) bad = damage(packed, at, 1 << at % 8);
		g_autoptr(Notes) notes = notes_new(4096);
		g_autoptr(GError) error = NULL;
		g_autoptr(GBytes) got = decode(LZ4, bad, NULL, notes, &error);

		g_assert_true(got != NULL);
		g_assert_true(!error || notes_find(notes, ROND_FINDING_LOST));
		failed += error != NULL;
	}
	g_assert_cmpuint(failed, >, 20);
}

/* A block's size that can't be one, and bytes that are none. */
static void check_lost(GBytes *packed, GBytes *data)
{
	g_autoptr(Notes) notes = notes_new(4096);
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) got = decode(LZ4, packed, NULL, notes, &error);

	g_assert_error(error, ROND_ERROR, EIO);
	assert_same(got, data);
	g_assert_nonnull(notes_find(notes, ROND_FINDING_LOST));
	g_assert_null(notes_find(notes, ROND_FINDING_DAMAGED));
}

static void test_wrong_sizes(void)
{
	static const guint8 ends[][5] = {
	    {0, 0, 0, 0, 1},
	    {0xff, 0xff, 0xff, 0xff, 0},
	    {0xff, 0xff, 0xff, 0x7f, 0},
	    {0x81, 0x80, 0x80, 0, 0}, /* more than 8 MiB can become */
	    {'h', 'e', 'l', 'l', 'o'},
	};
	g_autoptr(GBytes) data = make_text(1000);
	g_autoptr(GBytes) packed = pack(data, "lz4 -q -l");

	for (gsize i = 0; i < G_N_ELEMENTS(ends); i++) {
		g_autoptr(GBytes) end = g_bytes_new_static(ends[i], 5);
		g_autoptr(GBytes) both = join(packed, end);

		check_lost(both, data);
	}
}

/* It ends where any frame begins. */
static void test_among_others(void)
{
	static const char *const ways[] = {
	    "cat >x; lz4 -qlc x; lz4 -qc x; lz4 -qlc x; lz4 -qlc x; rm x",
	    "cat >x; lz4 -qc x; lz4 -qlc x; printf 'P*M\\030\\003\\000\\000"
	    "\\000abc'; lz4 -qlc x; lz4 -qc x; rm x",
	};
	g_autoptr(GBytes) data = make_text(90000);
	g_autoptr(GBytes) twice = join(data, data);
	g_autoptr(GBytes) all = join(twice, twice);

	for (gsize i = 0; i < G_N_ELEMENTS(ways); i++) {
		g_autoptr(GBytes) packed = pack(data, ways[i]);
		g_autoptr(Notes) notes = notes_new(50000);
		g_autoptr(GError) error = NULL;
		g_autoptr(GBytes) got =
		    decode(LZ4, packed, NULL, notes, &error);

		g_assert_no_error(error);
		assert_same(got, all);
		g_assert_cmpuint(notes->findings->len, ==, 0);
		g_assert_cmpuint(notes->points->len, >=, 3);
		for (guint k = 0; k < notes->points->len; k++)
			check_tail(
			    packed,
			    &g_array_index(notes->points, RondSeekPoint, k),
			    all);
	}
}

static void test_failing_reads(void)
{
	g_autoptr(GBytes) data = make_mixed(3000000);
	g_autoptr(GBytes) packed = pack(data, "lz4 -q -l");

	g_assert_cmpint(check_failing_reads(LZ4, packed, data), >, 1);
}

static void test_probe(void)
{
	g_autoptr(GBytes) data = make_text(100);
	g_autoptr(GBytes) packed = pack(data, "lz4 -q -l");
	const guint8 *head = g_bytes_get_data(packed, NULL);

	g_assert_true(rond_codec_probe(head, 50) == LZ4);
	g_assert_true(rond_codec_probe(head, 4) == LZ4);
	g_assert_null(rond_codec_probe(head, 3));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/lz4-legacy/points", test_points);
	g_test_add_func("/lz4-legacy/impossible-point", test_impossible_point);
	g_test_add_func("/lz4-legacy/cut", test_cut);
	g_test_add_func("/lz4-legacy/cut-large", test_cut_large);
	g_test_add_func("/lz4-legacy/flips", test_flips);
	g_test_add_func("/lz4-legacy/wrong-sizes", test_wrong_sizes);
	g_test_add_func("/lz4-legacy/among-others", test_among_others);
	g_test_add_func("/lz4-legacy/failing-reads", test_failing_reads);
	g_test_add_func("/lz4-legacy/probe", test_probe);
	return g_test_run();
}
