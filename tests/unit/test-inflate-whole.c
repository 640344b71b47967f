/* SPDX-License-Identifier: BSD-2-Clause */
/* Deflate streams decoded at once, whatever they are said to hold. */
#include "backends/codec/inflate-whole.h"

#include "backends/error.h"
#include "tests/unit/codec-testing.h"

#include <errno.h>
#include <string.h>

#define HEADER 10 /* of gzip without a name */
#define TRAILER 8

/* The raw stream that gzip makes of @data. */
static GBytes *deflated(GBytes *data, const char *command)
{
	g_autoptr(GBytes) gz = pack(data, command);

	return g_bytes_new_from_bytes(gz, HEADER,
				      g_bytes_get_size(gz) - HEADER - TRAILER);
}

/* Decode into a buffer of exactly @len bytes, so that a sanitizer sees one
 * more; the bytes, or NULL with @error. */
static GBytes *whole(GBytes *packed, gsize len, GError **error)
{
	gsize packed_len;
	const guint8 *in = g_bytes_get_data(packed, &packed_len);
	g_autofree guint8 *copy = g_memdup2(in, packed_len);
	g_autofree guint8 *out = g_malloc(len);

	if (!rond_inflate_whole(copy, packed_len, out, len, error))
		return NULL;
	return g_bytes_new_take(g_steal_pointer(&out), len);
}

static void expect_failure(GBytes *packed, gsize len)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) got = whole(packed, len, &error);

	g_assert_null(got);
	g_assert_error(error, ROND_ERROR, EIO);
}

static void test_sizes(void)
{
	static const gsize sizes[] = {0, 1, 100, 65536, 300001, 4 << 20};
	GBytes *(*const make[])(gsize) = {make_text, make_random, make_zeros};

	for (gsize i = 0; i < G_N_ELEMENTS(sizes) * G_N_ELEMENTS(make); i++) {
		g_autoptr(GBytes) data =
		    make[i % G_N_ELEMENTS(make)](sizes[i / 3]);
		g_autoptr(GBytes) packed =
		    deflated(data, i % 2 ? "gzip -9n" : "gzip -1n");
		g_autoptr(GError) error = NULL;
		g_autoptr(GBytes) got =
		    whole(packed, g_bytes_get_size(data), &error);

		g_assert_no_error(error);
		assert_same(got, data);
	}
}

/* The announced size is not to be believed. */
static void test_other_sizes(void)
{
	g_autoptr(GBytes) data = make_text(100000);
	g_autoptr(GBytes) packed = deflated(data, "gzip -n");

	expect_failure(packed, 0);
	expect_failure(packed, 1);
	expect_failure(packed, 99999);
	expect_failure(packed, 100001);
	expect_failure(packed, 4 << 20);
}

static void test_rest_is_ignored(void)
{
	g_autoptr(GBytes) data = make_text(1000);
	g_autoptr(GBytes) packed = deflated(data, "gzip -n");
	g_autoptr(GBytes) longer = join(packed, data);
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) got = whole(longer, 1000, &error);

	g_assert_no_error(error);
	assert_same(got, data);
}

static void test_cut(void)
{
	g_autoptr(GBytes) data = make_text(500);
	g_autoptr(GBytes) packed = deflated(data, "gzip -n");

	for (gsize len = 0; len < g_bytes_get_size(packed); len++) {
		g_autoptr(GBytes) part = g_bytes_new_from_bytes(packed, 0, len);

		expect_failure(part, 500);
	}
}

/* Whatever the bytes are, nothing is written behind the buffer. */
static void test_damaged(void)
{
	g_autoptr(GBytes) data = make_text(2000);
	g_autoptr(GBytes) packed = deflated(data, "gzip -n");
	guint failed = 0;

	for (gsize at = 0; at < g_bytes_get_size(packed); at++) {
		g_autoptr(GBytes) bad = damage(packed, at, 0x55);
		g_autoptr(GError) error = NULL;
		g_autoptr(GBytes) got = whole(bad, 2000, &error);

		failed += !got;
	}
	g_assert_cmpuint(failed, >, 0);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/inflate-whole/sizes", test_sizes);
	g_test_add_func("/inflate-whole/other-sizes", test_other_sizes);
	g_test_add_func("/inflate-whole/rest-is-ignored", test_rest_is_ignored);
	g_test_add_func("/inflate-whole/cut", test_cut);
	g_test_add_func("/inflate-whole/damaged", test_damaged);
	return g_test_run();
}
