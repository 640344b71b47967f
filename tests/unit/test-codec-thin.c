/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The windows of deflate's seek points hold what is referred to, nothing else.
 * Built twice, once for each inflater.
 */
#include "codec-testing.h"

#include <string.h>
#include <zlib.h>

#define GZIP (rond_codec_by_name("gzip"))
#define BEYOND (100 * 1000) /* behind what any window reaches */

/* Text made of copies of what lies up to 40 KB before, copies of copies. No
 * byte of it is 0. */
static GBytes *make_copies(gsize size)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(3);
	GByteArray *all = g_byte_array_new();

	while (all->len < size) {
		guint8 fresh[40];
		gsize n = g_rand_int_range(rand, 1, sizeof(fresh));

		for (gsize i = 0; i < n; i++)
			fresh[i] = g_rand_int_range(rand, 1, 256);
		g_byte_array_append(all, fresh, n);
		gsize back = g_rand_int_range(rand, 1, 40000);
		gsize len = g_rand_int_range(rand, 3, 300);
		for (gsize i = 0; i < len && back <= all->len; i++) {
			guint8 byte = all->data[all->len - back];
			g_byte_array_append(all, &byte, 1);
		}
	}
	g_byte_array_set_size(all, size);
	return g_byte_array_free_to_bytes(all);
}

/* gzip with blocks of two thousand symbols: many points. */
static GBytes *pack_finely(GBytes *data, int level)
{
	z_stream z = {0};
	gsize len;

	g_assert_cmpint(
	    deflateInit2(&z, level, Z_DEFLATED, 31, 5, Z_DEFAULT_STRATEGY), ==,
	    Z_OK);
	z.next_in = (Bytef *)g_bytes_get_data(data, &len);
	z.avail_in = len;
	gsize room = deflateBound(&z, len);
	guint8 *out = g_malloc(room);
	z.next_out = out;
	z.avail_out = room;
	g_assert_cmpint(deflate(&z, Z_FINISH), ==, Z_STREAM_END);
	deflateEnd(&z);
	return g_bytes_new_take(out, room - z.avail_out);
}

/* Whether the data from @point on, @len bytes of it, comes out right. */
static gboolean leads_on(GBytes *packed, const RondSeekPoint *point,
			 GBytes *data, gsize len)
{
	const guint8 *all = g_bytes_get_data(data, NULL);
	gsize rest = MIN(len, g_bytes_get_size(data) - point->out);
	g_autoptr(RondStream) stream = rond_memory_stream_new(packed);
	g_autoptr(RondDecoder) decoder = GZIP->open(stream, point, NULL, NULL);
	g_autofree guint8 *got = g_malloc(rest + 1);
	gsize done = 0;
	gssize n = 1;

	while (done < rest && n > 0) {
		n = rond_decoder_read(decoder, got + done, rest - done, NULL);
		done += MAX(n, 0);
	}
	return done == rest && memcmp(got, all + point->out, rest) == 0;
}

/* The window as it was or could have been: what is left out is @filler. */
static RondSeekPoint fill(const RondSeekPoint *point, guint8 *window,
			  guint8 filler)
{
	RondSeekPoint full = *point;
	gsize gone = ROND_WINDOW_SIZE - point->window_len;

	memset(window, filler, ROND_WINDOW_SIZE);
	for (gsize i = 0; i < point->window_len; i++) {
		if (point->window[i])
			window[gone + i] = point->window[i];
	}
	full.window = window;
	full.window_len = ROND_WINDOW_SIZE;
	return full;
}

/* A byte that was kept matters: changing it is seen within 32 KiB. */
static void check_needed(GBytes *packed, const RondSeekPoint *point,
			 GBytes *data)
{
	g_autofree guint8 *window = g_memdup2(point->window, point->window_len);
	RondSeekPoint changed = *point;

	changed.window = window;
	for (gsize i = 0; i < point->window_len; i += 37) {
		if (!window[i])
			continue;
		window[i] ^= 0x55;
		g_assert_false(
		    leads_on(packed, &changed, data, ROND_WINDOW_SIZE));
		window[i] ^= 0x55;
	}
}

typedef struct {
	guint64 kept, all; /* bytes of windows */
	guint points;
} Sum;

static Sum check_points(GBytes *data, GBytes *packed)
{
	g_autoptr(Notes) notes = notes_new(2000);
	g_autofree guint8 *window = g_malloc(ROND_WINDOW_SIZE);
	g_autoptr(GBytes) got = decode(GZIP, packed, NULL, notes, NULL);
	Sum sum = {.points = notes->points->len};

	assert_same(got, data);
	for (guint i = 0; i < sum.points; i++) {
		const RondSeekPoint *point =
		    &g_array_index(notes->points, RondSeekPoint, i);
		RondSeekPoint other = fill(point, window, 0xa5);

		sum.all += MIN(point->out, ROND_WINDOW_SIZE);
		for (gsize k = 0; k < point->window_len; k++)
			sum.kept += point->window[k] != 0;
		g_assert_true(point->window_len == 0 || point->window[0]);
		g_assert_true(
		    leads_on(packed, point, data, i % 8 ? BEYOND : G_MAXSIZE));
		if (point->out >= ROND_WINDOW_SIZE)
			g_assert_true(leads_on(packed, &other, data, BEYOND));
		if (i % 16 == 3)
			check_needed(packed, point, data);
	}
	return sum;
}

static void check_copies(GBytes *copies, GBytes *packed, guint points)
{
	Sum sum = check_points(copies, packed);

	g_assert_cmpuint(sum.points, >=, points);
	g_assert_cmpuint(sum.kept, >, 0);
	g_assert_cmpuint(sum.kept, <, sum.all * 9 / 10);
}

static void test_fine(void)
{
	g_autoptr(GBytes) copies = make_copies(600 * 1000);

	for (int level = 1; level <= 9; level += 4) {
		g_autoptr(GBytes) packed = pack_finely(copies, level);

		check_copies(copies, packed, 10);
	}
}

static void test_tool(gconstpointer command)
{
	g_autoptr(GBytes) copies = make_copies(600 * 1000);
	g_autoptr(GBytes) packed = pack(copies, command);

	check_copies(copies, packed, 3);
}

static void test_text(void)
{
	g_autoptr(GBytes) text = make_text(400 * 1000);
	g_autoptr(GBytes) packed = pack_finely(text, 6);
	Sum sum = check_points(text, packed);

	g_assert_cmpuint(sum.points, >, 5);
	g_assert_cmpuint(sum.kept, <, sum.all / 2);
}

/* What can't be packed refers to nothing. */
static void test_noise(void)
{
	g_autoptr(GBytes) noise = make_random(500 * 1000);
	g_autoptr(GBytes) packed = pack(noise, "gzip");
	g_autoptr(Notes) notes = notes_new(2000);
	g_autoptr(GBytes) got = decode(GZIP, packed, NULL, notes, NULL);
	gsize kept = 0;

	assert_same(got, noise);
	g_assert_cmpuint(notes->points->len, >, 5);
	for (guint i = 0; i < notes->points->len; i++)
		kept +=
		    g_array_index(notes->points, RondSeekPoint, i).window_len;
	g_assert_cmpuint(kept, <, 100);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/thin/copies/fine", test_fine);
	g_test_add_data_func("/thin/copies/gzip", "gzip", test_tool);
	g_test_add_data_func("/thin/copies/pigz", "pigz -p2 -b128", test_tool);
	g_test_add_data_func("/thin/copies/members",
			     "split -b 100000 --filter='gzip -c' -", test_tool);
	g_test_add_func("/thin/text", test_text);
	g_test_add_func("/thin/noise", test_noise);
	return g_test_run();
}
