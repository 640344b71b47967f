/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gzip and raw deflate. Built twice, once for each inflater.
 */
#include "backends/error.h"
#include "codec-testing.h"

#include <errno.h>
#include <string.h>

#define GZIP (rond_codec_by_name("gzip"))
#define DEFLATE (rond_codec_by_name("deflate"))

#define GZIP_HEADER 10 /* of `gzip -n` on standard input */
#define GZIP_TRAILER 8

/* The deflate stream in a one-member gzip. */
static GBytes *strip_gzip(GBytes *packed)
{
	return g_bytes_new_from_bytes(packed, GZIP_HEADER,
				      g_bytes_get_size(packed) - GZIP_HEADER -
					  GZIP_TRAILER);
}

static const char *const commands[] = {
    "gzip -n -1",
    "gzip -9",
    "pigz -p2 -b128",
    "pigz -9 -i -p2",
    "igzip -c -1",
    /* Many small members, as BGZF has them. */
    "cat >all; split -b 50021 --filter='gzip -c' all; "
    "[ -s all ] || gzip -c <all; rm all",
    /* Members of all sorts, some empty. */
    "cat >all; gzip -c </dev/null; head -c 300000 all | gzip -c; "
    "gzip -c </dev/null; tail -c +300001 all | pigz -c; rm all",
    /* Zeros behind the last member, as on a tape. */
    "gzip -c; head -c 10240 /dev/zero",
};

static void test_gzip_round_trips(gconstpointer command)
{
	check_round_trips(GZIP, command, 700 * 1000);
}

/* Scan in reads of @step bytes: enough points, and each leads to the rest. */
static void check_points(const RondCodec *codec, GBytes *packed, GBytes *data,
			 gsize step, guint least)
{
	g_autoptr(RondStream) stream = rond_memory_stream_new(packed);
	g_autoptr(Notes) notes = notes_new(64 * 1024);
	g_autoptr(GError) error = NULL;
	g_autoptr(RondDecoder) decoder =
	    codec->open(stream, NULL, &notes->scan, NULL);

	g_autoptr(GBytes) all = drain(decoder, step, &error);
	g_assert_no_error(error);
	assert_same(all, data);
	g_assert_cmpuint(notes->points->len, >=, least);
	for (guint i = 0; i < notes->points->len; i++) {
		RondSeekPoint *point =
		    &g_array_index(notes->points, RondSeekPoint, i);
		gsize rest = g_bytes_get_size(data) - point->out;
		g_autoptr(GBytes) tail =
		    g_bytes_new_from_bytes(data, point->out, rest);
		g_autoptr(GBytes) got =
		    decode(codec, packed, point, NULL, &error);
		g_assert_no_error(error);
		assert_same(got, tail);
	}
}

static void test_points(gconstpointer command)
{
	g_autoptr(GBytes) text = make_text(1500 * 1000);
	g_autoptr(GBytes) noise = make_random(1500 * 1000);
	g_autoptr(GBytes) mixed = make_mixed(1500 * 1000);
	GBytes *all[] = {text, noise, mixed};
	/* Text comes in long blocks, with headers so short that some are
	 * missed. */
	const guint least[] = {5, 9, 4};

	for (gsize i = 0; i < G_N_ELEMENTS(all); i++) {
		g_autoptr(GBytes) packed = pack(all[i], command);
		check_points(GZIP, packed, all[i], 0, least[i]);
	}
}

static void test_deflate_points(void)
{
	g_autoptr(GBytes) data = make_mixed(3000 * 1000);
	g_autoptr(GBytes) gzip = pack(data, "gzip -n");
	g_autoptr(GBytes) packed = strip_gzip(gzip);

	check_points(DEFLATE, packed, data, 0, 8);
}

/* Whatever size whoever reads: a point may lie in bytes not read yet. */
static void test_points_any_reads(void)
{
	const gsize steps[] = {512, 32768, 40000, 65536, 500000, 4000000};
	g_autoptr(GBytes) text = make_text(700 * 1000);
	g_autoptr(GBytes) zeros = make_zeros(9000 * 1000);
	g_autoptr(GBytes) data = join(zeros, text);
	g_autoptr(GBytes) packed = pack(data, "gzip -n -1");

	for (gsize i = 0; i < G_N_ELEMENTS(steps); i++)
		check_points(GZIP, packed, data, steps[i], 3);
}

/* The errors come even when the last byte before them filled the buffer. */
static void test_gzip_full_buffer(void)
{
	g_autoptr(GBytes) data = make_text(40000);
	g_autoptr(GBytes) whole = pack(data, "gzip -n");
	gsize len = g_bytes_get_size(whole);

	for (gsize cut = 1; cut < 300; cut++) {
		g_autoptr(GBytes) packed =
		    g_bytes_new_from_bytes(whole, 0, len - cut);
		g_autoptr(GBytes) once = decode(GZIP, packed, NULL, NULL, NULL);
		g_autoptr(RondStream) stream = rond_memory_stream_new(packed);
		g_autoptr(Notes) notes = notes_new(100000);
		g_autoptr(GError) error = NULL;
		g_autoptr(RondDecoder) decoder =
		    GZIP->open(stream, NULL, &notes->scan, NULL);

		g_autoptr(GBytes) got =
		    drain(decoder, g_bytes_get_size(once), &error);
		g_assert_error(error, ROND_ERROR, EIO);
		assert_same(got, once);
		g_assert_cmpuint(notes->findings->len, ==, 1);
	}
}

static void test_impossible_points(void)
{
	static const guint8 window[ROND_WINDOW_SIZE];
	g_autoptr(GBytes) data = make_text(1000);
	g_autoptr(GBytes) packed = pack(data, "gzip -n");
	g_autoptr(RondStream) stream = rond_memory_stream_new(packed);
	RondSeekPoint point = {
	    .window = window,
	    .window_len = ROND_WINDOW_SIZE + 1,
	};
	g_autoptr(GError) error = NULL;

	g_assert_null(GZIP->open(stream, &point, NULL, &error));
	g_assert_error(error, ROND_ERROR, EINVAL);
	g_clear_error(&error);

	point.in = G_MAXUINT64;
	point.window_len = 0;
	g_autoptr(GBytes) got = decode(GZIP, packed, &point, NULL, &error);
	g_assert_error(error, ROND_ERROR, EIO);
	g_assert_cmpuint(g_bytes_get_size(got), ==, 0);
}

/* Points that are no block's begin: any result but a crash. */
static void test_wrong_points(void)
{
	g_autoptr(GBytes) data = make_text(20000);
	g_autoptr(GBytes) packed = pack(data, "gzip -n");

	for (guint64 bit = 0; bit < 8 * g_bytes_get_size(packed); bit += 3) {
		RondSeekPoint point = {.in = bit};
		g_autoptr(GError) error = NULL;
		g_autoptr(GBytes) got =
		    decode(GZIP, packed, &point, NULL, &error);
		g_assert_nonnull(got);
	}
}

static void test_deflate_round_trips(void)
{
	g_autoptr(GBytes) empty = g_bytes_new(NULL, 0);
	g_autoptr(GBytes) text = make_text(200000);
	g_autoptr(GBytes) noise = make_random(200000);
	GBytes *all[] = {empty, text, noise};

	for (gsize i = 0; i < G_N_ELEMENTS(all); i++) {
		g_autoptr(GBytes) gzip = pack(all[i], "gzip -n");
		g_autoptr(GBytes) packed = strip_gzip(gzip);
		g_autoptr(Notes) notes = notes_new(4096);
		g_autoptr(GError) error = NULL;
		g_autoptr(GBytes) got =
		    decode(DEFLATE, packed, NULL, notes, &error);
		g_assert_no_error(error);
		assert_same(got, all[i]);
		g_assert_cmpuint(notes->findings->len, ==, 0);
	}
}

static void test_deflate_rest(void)
{
	g_autoptr(GBytes) data = make_text(32768);
	g_autoptr(GBytes) gzip = pack(data, "gzip -n");
	gsize len = g_bytes_get_size(gzip) - GZIP_HEADER;
	g_autoptr(GBytes) packed =
	    g_bytes_new_from_bytes(gzip, GZIP_HEADER, len);
	g_autoptr(RondStream) stream = rond_memory_stream_new(packed);
	g_autoptr(Notes) notes = notes_new(4096);
	g_autoptr(GError) error = NULL;
	g_autoptr(RondDecoder) decoder =
	    DEFLATE->open(stream, NULL, &notes->scan, NULL);

	/* Just as many bytes at once as there are. */
	g_autoptr(GBytes) got = drain(decoder, 32768, &error);
	g_assert_no_error(error);
	assert_same(got, data);
	g_assert_cmpuint(notes->findings->len, ==, 1);
	const RondFinding *note = notes_find(notes, ROND_FINDING_NOTE);
	g_assert_nonnull(note);
	g_assert_cmpuint(note->from, ==, 32768);
}

static void test_gzip_cut(void)
{
	g_autoptr(GBytes) data = make_text(6000);
	g_autoptr(GBytes) packed =
	    pack(data, "head -c 3000 | gzip; cat | gzip -9");

	/* The shell's head may take more than it passes on. */
	g_autoptr(GBytes) got = decode(GZIP, packed, NULL, NULL, NULL);
	g_autoptr(GBytes) first = g_bytes_new_from_bytes(data, 0, 3000);
	g_autoptr(GBytes) one = pack(first, "gzip");
	gsize border = g_bytes_get_size(one);
	for (gsize len = 0; len < g_bytes_get_size(packed); len++) {
		if (len != border)
			check_cut(GZIP, packed, len, got);
	}
}

static void test_gzip_cut_large(void)
{
	g_autoptr(GBytes) data = make_mixed(900 * 1000);
	g_autoptr(GBytes) packed = pack(data, "gzip");
	gsize len = g_bytes_get_size(packed);

	for (gsize cut = len - 20; cut < len; cut++)
		check_cut(GZIP, packed, cut, data);
	for (gsize cut = 1; cut < len; cut += len / 23)
		check_cut(GZIP, packed, cut, data);
}

static void test_deflate_cut(void)
{
	g_autoptr(GBytes) data = make_text(3000);
	g_autoptr(GBytes) gzip = pack(data, "gzip -n");
	g_autoptr(GBytes) packed = strip_gzip(gzip);

	for (gsize len = 0; len < g_bytes_get_size(packed); len++)
		check_cut(DEFLATE, packed, len, data);
}

static void test_gzip_flips(void)
{
	g_autoptr(GBytes) a = make_text(3000);
	g_autoptr(GBytes) b = make_random(500);
	g_autoptr(GBytes) data = join(a, b);
	g_autoptr(GBytes) packed_a = pack(a, "gzip");
	g_autoptr(GBytes) packed_b = pack(b, "gzip");
	g_autoptr(GBytes) packed = join(packed_a, packed_b);

	for (gsize at = 0; at < g_bytes_get_size(packed); at++) {
		for (guint bit = 0; bit < 8; bit++)
			check_flip(GZIP, packed, at, 1 << bit, data);
		check_flip(GZIP, packed, at, 0xff, data);
	}
}

static void test_gzip_flips_large(void)
{
	g_autoptr(GBytes) data = make_mixed(900 * 1000);
	g_autoptr(GBytes) packed = pack(data, "pigz");
	gsize len = g_bytes_get_size(packed);

	for (gsize at = 18; at < len; at += len / 61)
		check_flip(GZIP, packed, at, 0x10, data);
}

/* The damaged member is named, the others are not, decoding goes on. */
static void check_bad_trailer(gsize back, const char *what)
{
	g_autoptr(GBytes) data = make_text(5000);
	g_autoptr(GBytes) one = pack(data, "gzip");
	g_autoptr(GBytes) bad = damage(one, g_bytes_get_size(one) - back, 1);
	g_autoptr(GBytes) two = join(one, bad);
	g_autoptr(GBytes) three = join(two, one);
	g_autoptr(Notes) notes = notes_new(100000);
	g_autoptr(GError) error = NULL;

	g_autoptr(GBytes) got = decode(GZIP, three, NULL, notes, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(g_bytes_get_size(got), ==, 15000);
	g_assert_cmpuint(notes->findings->len, ==, 1);
	const RondFinding *found = notes_find(notes, ROND_FINDING_DAMAGED);
	g_assert_nonnull(found);
	g_assert_cmpuint(found->from, ==, 5000);
	g_assert_cmpuint(found->to, ==, 10000);
	g_assert_nonnull(strstr(found->message, what));
	g_assert_nonnull(strstr(found->message, "member 2"));
}

static void test_gzip_bad_crc(void)
{
	check_bad_trailer(8, "CRC-32");
}

static void test_gzip_bad_size(void)
{
	check_bad_trailer(4, "length");
}

static void test_gzip_garbage(void)
{
	g_autoptr(GBytes) data = make_text(5000);
	g_autoptr(GBytes) packed = pack(data, "gzip; printf 'garbage'");
	g_autoptr(GBytes) zeros = pack(data, "gzip; head -c 600 /dev/zero; "
					     "printf 'x'");
	GBytes *both[] = {packed, zeros};

	for (gsize i = 0; i < 2; i++) {
		g_autoptr(Notes) notes = notes_new(100000);
		g_autoptr(GError) error = NULL;
		g_autoptr(GBytes) got =
		    decode(GZIP, both[i], NULL, notes, &error);
		g_assert_no_error(error);
		assert_same(got, data);
		g_assert_cmpuint(notes->findings->len, ==, 1);
		const RondFinding *note = notes_find(notes, ROND_FINDING_NOTE);
		g_assert_nonnull(note);
		g_assert_cmpuint(note->from, ==, 5000);
	}
}

/* Every field that a header may have, of any length. */
static GBytes *make_header(guint8 flags, gsize string, guint16 crc)
{
	GByteArray *head = g_byte_array_new();
	const guint8 fixed[] = {0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 3};
	const guint8 extra[] = {4, 0, 'a', 'b', 'c', 0};
	g_autofree char *name = g_strnfill(string, 'n');
	const guint8 sum[] = {crc & 0xff, crc >> 8};

	g_byte_array_append(head, fixed, sizeof(fixed));
	if (flags & 4)
		g_byte_array_append(head, extra, sizeof(extra));
	if (flags & 8)
		g_byte_array_append(head, (guint8 *)name, string + 1);
	if (flags & 16)
		g_byte_array_append(head, (guint8 *)name, string + 1);
	if (flags & 2)
		g_byte_array_append(head, sum, sizeof(sum));
	return g_byte_array_free_to_bytes(head);
}

static void check_header(GBytes *head, GBytes *data, guint findings)
{
	g_autoptr(GBytes) gzip = pack(data, "gzip -n");
	g_autoptr(GBytes) rest = g_bytes_new_from_bytes(
	    gzip, GZIP_HEADER, g_bytes_get_size(gzip) - GZIP_HEADER);
	g_autoptr(GBytes) packed = join(head, rest);
	g_autoptr(Notes) notes = notes_new(100000);
	g_autoptr(GError) error = NULL;

	g_autoptr(GBytes) got = decode(GZIP, packed, NULL, notes, &error);
	g_assert_no_error(error);
	assert_same(got, data);
	g_assert_cmpuint(notes->findings->len, ==, findings);
}

static void test_gzip_headers(void)
{
	g_autoptr(GBytes) data = make_text(5000);

	for (guint flags = 0; flags < 32; flags += 4) {
		g_autoptr(GBytes) shorter = make_header(flags, 3, 0);
		g_autoptr(GBytes) longer = make_header(flags, 300000, 0);
		check_header(shorter, data, 0);
		check_header(longer, data, 0);
	}
	/* 0x77a7 is the lower half of the ten bytes' CRC-32. */
	g_autoptr(GBytes) right = make_header(2, 0, 0x77a7);
	g_autoptr(GBytes) wrong = make_header(2, 0, 0x77a6);
	check_header(right, data, 0);
	check_header(wrong, data, 1);
}

static void test_gzip_unknown(void)
{
	g_autoptr(GBytes) data = make_text(100);
	g_autoptr(GBytes) packed = pack(data, "gzip -n");
	g_autoptr(GBytes) method = damage(packed, 2, 1);
	g_autoptr(GBytes) reserved = damage(packed, 3, 0x20);
	g_autoptr(GBytes) other = g_bytes_new_static("hello, world", 12);
	GBytes *all[] = {method, reserved, other};

	for (gsize i = 0; i < G_N_ELEMENTS(all); i++) {
		g_autoptr(Notes) notes = notes_new(100000);
		g_autoptr(GError) error = NULL;
		g_autoptr(GBytes) got =
		    decode(GZIP, all[i], NULL, notes, &error);
		g_assert_error(error, ROND_ERROR, EIO);
		g_assert_cmpuint(g_bytes_get_size(got), ==, 0);
		g_assert_nonnull(notes_find(notes, ROND_FINDING_LOST));
	}
}

static void test_gzip_failing_reads(void)
{
	g_autoptr(GBytes) data = make_mixed(12000 * 1000);
	g_autoptr(GBytes) packed = pack(data, "split -b 1600000 "
					      "--filter='gzip -c' -");

	g_assert_cmpint(check_failing_reads(GZIP, packed, data), >, 8);
}

static void test_table(void)
{
	const RondCodec *const *all = rond_codecs();
	const guint8 head[] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3};

	for (gsize i = 0; all[i]; i++)
		g_assert_true(rond_codec_by_name(all[i]->name) == all[i]);
	g_assert_null(rond_codec_by_name("rle"));
	g_assert_cmpstr(rond_codec_by_suffix("GZ")->name, ==, "gzip");
	g_assert_null(rond_codec_by_suffix("zip"));
	g_assert_cmpstr(rond_codec_probe(head, sizeof(head))->name, ==, "gzip");
	g_assert_null(rond_codec_probe(head, 3));
	g_assert_null(rond_codec_probe(head, 0));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
		g_autofree char *path =
		    g_strdup_printf("/gzip/round-trips/%zu", i);
		g_test_add_data_func(path, commands[i], test_gzip_round_trips);
	}
	g_test_add_data_func("/gzip/points/1", "gzip -1", test_points);
	g_test_add_data_func("/gzip/points/9", "gzip -9", test_points);
	g_test_add_data_func("/gzip/points/pigz", "pigz -b128", test_points);
	g_test_add_data_func("/gzip/points/members", commands[5], test_points);
	g_test_add_func("/gzip/points/any-reads", test_points_any_reads);
	g_test_add_func("/gzip/points/impossible", test_impossible_points);
	g_test_add_func("/gzip/points/wrong", test_wrong_points);
	g_test_add_func("/gzip/cut/small", test_gzip_cut);
	g_test_add_func("/gzip/cut/full-buffer", test_gzip_full_buffer);
	g_test_add_func("/gzip/cut/large", test_gzip_cut_large);
	g_test_add_func("/gzip/flips/small", test_gzip_flips);
	g_test_add_func("/gzip/flips/large", test_gzip_flips_large);
	g_test_add_func("/gzip/bad-crc", test_gzip_bad_crc);
	g_test_add_func("/gzip/bad-size", test_gzip_bad_size);
	g_test_add_func("/gzip/garbage", test_gzip_garbage);
	g_test_add_func("/gzip/headers", test_gzip_headers);
	g_test_add_func("/gzip/unknown", test_gzip_unknown);
	g_test_add_func("/gzip/failing-reads", test_gzip_failing_reads);
	g_test_add_func("/deflate/points", test_deflate_points);
	g_test_add_func("/deflate/round-trips", test_deflate_round_trips);
	g_test_add_func("/deflate/rest", test_deflate_rest);
	g_test_add_func("/deflate/cut", test_deflate_cut);
	g_test_add_func("/table", test_table);
	return g_test_run();
}
