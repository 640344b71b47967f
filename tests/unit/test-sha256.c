/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/sha256.h"

#include <string.h>

/* GLib's, an independent one, is what it is compared with. */
static void check_end(RondSha256 *sha256, const guint8 *data, gsize len)
{
	g_autofree char *expected =
	    g_compute_checksum_for_data(G_CHECKSUM_SHA256, data, len);
	g_autoptr(GString) got = g_string_new(NULL);
	guint8 hash[ROND_SHA256_SIZE];

	rond_sha256_end(sha256, hash);
	for (gsize i = 0; i < sizeof hash; i++)
		g_string_append_printf(got, "%02x", hash[i]);
	g_assert_cmpstr(got->str, ==, expected);
}

/* One message after the other, each in pieces. */
static void test_messages(void)
{
	g_autoptr(RondSha256) sha256 = rond_sha256_new();
	guint8 data[1000];

	for (gsize i = 0; i < sizeof data; i++)
		data[i] = (guint8)(i * i >> 3);
	for (gsize len = 0; len < sizeof data; len += 1 + len / 9) {
		rond_sha256_add(sha256, data, len / 3);
		rond_sha256_add(sha256, data + len / 3, len - len / 3);
		check_end(sha256, data, len);
	}
}

static void test_reset(void)
{
	g_autoptr(RondSha256) sha256 = rond_sha256_new();

	rond_sha256_add(sha256, "forgotten", 9);
	rond_sha256_reset(sha256);
	rond_sha256_add(sha256, "abc", 3);
	check_end(sha256, (const guint8 *)"abc", 3);
	check_end(sha256, NULL, 0);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/sha256/messages", test_messages);
	g_test_add_func("/sha256/reset", test_reset);
	return g_test_run();
}
