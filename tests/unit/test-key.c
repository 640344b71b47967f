/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/error.h"
#include "backends/index/cachedir.h"
#include "tests/unit/fault-stream.h"

#include <errno.h>
#include <string.h>

/* Zeros of any size, with one byte that is none. */
typedef struct {
	RondStream stream;
	guint64 at;
} Zeros;

static gssize zeros_pread(RondStream *stream, void *buf, gsize len,
			  guint64 offset, GError **error)
{
	Zeros *self = (Zeros *)stream;

	memset(buf, 0, len);
	if (self->at >= offset && self->at - offset < len)
		((guint8 *)buf)[self->at - offset] = 1;
	return len;
}

static void zeros_free(RondStream *stream)
{
	g_free(stream);
}

static RondStream *zeros_new(guint64 size, guint64 at)
{
	static const RondStreamOps ops = {.pread = zeros_pread,
					  .free = zeros_free};
	Zeros *self = g_new0(Zeros, 1);

	rond_stream_init(&self->stream, &ops, size);
	self->at = at;
	return &self->stream;
}

static char *key_of(guint64 size, guint64 at, gint64 mtime_ns)
{
	g_autoptr(RondStream) stream = zeros_new(size, at);
	g_autoptr(GError) error = NULL;
	char *key = rond_cache_key(stream, mtime_ns, &error);

	g_assert_no_error(error);
	g_assert_cmpuint(strlen(key), ==, 64);
	g_assert_cmpuint(strspn(key, "0123456789abcdef"), ==, 64);
	return key;
}

/* Add the key to those seen; none comes twice. */
static void expect_new(GHashTable *seen, char *key)
{
	g_assert_true(g_hash_table_add(seen, key));
}

static void test_key_sizes(void)
{
	const guint64 sizes[] = {0,
				 1,
				 4096,
				 65535,
				 65536,
				 65537,
				 131071,
				 131072,
				 131073,
				 10000000,
				 G_GUINT64_CONSTANT(1) << 40,
				 G_MAXINT64,
				 G_MAXUINT64 - 1};
	g_autoptr(GHashTable) seen =
	    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
		g_autofree char *same = NULL;
		char *key = key_of(sizes[i], G_MAXUINT64, 5);

		same = key_of(sizes[i], G_MAXUINT64, 5);
		g_assert_cmpstr(key, ==, same);
		expect_new(seen, key);
		expect_new(seen, key_of(sizes[i], G_MAXUINT64, 6));
		expect_new(seen, key_of(sizes[i], G_MAXUINT64, -6));
	}
}

/* Every byte of a small file counts; of a large one those at both ends and
 * some in between. */
static void test_key_contents(void)
{
	const guint64 size = 17 * 1000000;
	g_autoptr(GHashTable) seen =
	    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint64 at = 0; at <= 131072; at += 16384)
		expect_new(seen, key_of(131072, at, 0));
	expect_new(seen, key_of(size, G_MAXUINT64, 0));
	expect_new(seen, key_of(size, 0, 0));
	expect_new(seen, key_of(size, 65535, 0));
	expect_new(seen, key_of(size, size - 65536, 0));
	expect_new(seen, key_of(size, size - 1, 0));
	for (guint64 i = 1; i <= 16; i++) {
		expect_new(seen, key_of(size, i * 1000000, 0));
		expect_new(seen, key_of(size, i * 1000000 + 4095, 0));
	}
}

static void test_key_fails(void)
{
	g_autoptr(RondStream) stream = zeros_new(10000000, 0);
	g_autoptr(RondStream) unknown = zeros_new(ROND_SIZE_UNKNOWN, 0);
	g_autoptr(GError) error = NULL;
	guint n = 0, reads;

	g_assert_null(rond_cache_key(unknown, 0, &error));
	g_assert_error(error, ROND_ERROR, EINVAL);
	do {
		g_autoptr(RondStream) fault =
		    fault_stream_new(stream, ++n, ENXIO);
		g_autoptr(GError) failure = NULL;
		g_autofree char *key = rond_cache_key(fault, 0, &failure);

		reads = fault_stream_reads(fault);
		if (n > reads)
			break;
		g_assert_null(key);
		g_assert_error(failure, ROND_ERROR, ENXIO);
	} while (TRUE);
	g_assert_cmpuint(n, ==, 2 + 16 + 1);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/key/sizes", test_key_sizes);
	g_test_add_func("/key/contents", test_key_contents);
	g_test_add_func("/key/fails", test_key_fails);
	return g_test_run();
}
