/* SPDX-License-Identifier: BSD-2-Clause */
/* What is decoded for the first time can be read again, a little. */
#include "backends/error.h"
#include "backends/index/firstpass.h"

#include <errno.h>
#include <string.h>

#define BACK (2 * ROND_BLOCK_SIZE)
#define SIZE (40 * ROND_BLOCK_SIZE + 777)

typedef struct {
	GBytes *bytes;
	const guint8 *data;
	RondIndexBuilder *builder;
	RondHasher *hasher;
	RondFileHashes *files;
	RondFirstPass *pass;
	RondStream *stream;
} Fixture;

static void set_up(Fixture *f, gconstpointer data)
{
	guint32 *words = g_malloc(SIZE + 4);
	g_autoptr(RondStream) source = NULL;
	g_autoptr(GError) error = NULL;

	(void)data;
	for (gsize i = 0; i <= SIZE / 4; i++)
		words[i] = (guint32)g_test_rand_int();
	f->bytes = g_bytes_new_take(words, SIZE);
	f->data = g_bytes_get_data(f->bytes, NULL);
	source = rond_memory_stream_new(f->bytes);
	f->builder = rond_index_builder_new();
	f->hasher = rond_hasher_new();
	f->files = rond_file_hashes_new(f->hasher);
	const RondFirstPassConfig config = {
	    .source = source,
	    .codec = rond_codec_by_name("stored"),
	    .builder = f->builder,
	    .hasher = f->hasher,
	    .files = f->files,
	    .keep = ROND_KEEP_POINTS,
	};

	f->pass = rond_first_pass_new(&config, &error);
	g_assert_no_error(error);
	f->stream = rond_first_pass_stream(f->pass);
}

static void tear_down(Fixture *f, gconstpointer data)
{
	(void)data;
	rond_first_pass_free(f->pass);
	rond_file_hashes_free(f->files);
	rond_hasher_free(f->hasher);
	rond_index_builder_free(f->builder);
	g_bytes_unref(f->bytes);
}

static void expect(const Fixture *f, guint64 at, gsize len)
{
	g_autofree guint8 *buf = g_malloc(len + 1);
	g_autoptr(GError) error = NULL;
	gsize there = at < SIZE ? MIN(len, SIZE - at) : 0;

	g_assert_cmpint(rond_stream_pread(f->stream, buf, len, at, &error), ==,
			there);
	g_assert_no_error(error);
	g_assert_cmpmem(buf, there, f->data + MIN(at, SIZE), there);
}

static void expect_gone(const Fixture *f, guint64 at, gsize len)
{
	g_autofree guint8 *buf = g_malloc(len);
	g_autoptr(GError) error = NULL;

	g_assert_cmpint(rond_stream_pread(f->stream, buf, len, at, &error), ==,
			-1);
	g_assert_error(error, ROND_ERROR, EINVAL);
}

/* Half a MiB behind the last byte that was read, wherever that is in its block.
 */
static void test_half_a_mib(Fixture *f, gconstpointer data)
{
	static const guint64 ends[] = {1,
				       ROND_BLOCK_SIZE,
				       ROND_BLOCK_SIZE + 1,
				       BACK,
				       BACK + 1,
				       BACK + ROND_BLOCK_SIZE,
				       BACK * 2,
				       BACK * 2 + 1,
				       BACK * 3 - 1,
				       SIZE - 1,
				       SIZE};

	(void)data;
	for (gsize i = 0; i < G_N_ELEMENTS(ends); i++) {
		guint64 back = MIN(ends[i], BACK);

		expect(f, ends[i] - 1, 1);
		expect(f, ends[i] - back, 1);
		expect(f, ends[i] - back, back);
		expect(f, ends[i] - back, 70000);
	}
}

static void test_too_far(Fixture *f, gconstpointer data)
{
	const guint64 at = 20 * ROND_BLOCK_SIZE;

	(void)data;
	expect(f, at, 1);
	expect(f, at - BACK, 1);
	expect_gone(f, at - BACK - 1, 1);
	/* Nor where only its beginning is. */
	expect_gone(f, at - BACK - 1, 100000);
	expect_gone(f, 0, 2 * BACK);
	expect(f, at - BACK, BACK + 10);
	expect(f, at, 5);
}

/* Forwards by chance, and back from there. */
static void test_random(Fixture *f, gconstpointer data)
{
	guint64 end = 0;

	(void)data;
	while (end < SIZE) {
		gsize len = (gsize)g_test_rand_int_range(1, 150000);
		guint64 back = (guint64)g_test_rand_int_range(0, BACK + 1);
		guint64 from = end - MIN(end, back);

		expect(f, from, len);
		end = MAX(end, from + len);
		if (g_test_rand_bit())
			end += (guint64)g_test_rand_int_range(0, 100000);
		expect(f, end, 1);
		end++;
	}
}

/* Behind the end, also as far as numbers go. */
static void test_end(Fixture *f, gconstpointer data)
{
	guint64 size;
	g_autoptr(GError) error = NULL;

	(void)data;
	expect(f, G_MAXUINT64 / 2, 10);
	expect(f, G_MAXUINT64 - 10, 100);
	expect(f, SIZE, 1);
	expect(f, SIZE - BACK, BACK + 100);
	expect_gone(f, 0, 1);
	rond_first_pass_finish(f->pass, &size, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(size, ==, SIZE);
}

/* What is read again is hashed once. */
static void test_hashes(Fixture *f, gconstpointer data)
{
	g_autofree char *sum =
	    g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, f->bytes);
	g_autoptr(GString) is = g_string_new(NULL);
	guint64 size;
	guint32 file = rond_file_hashes_open(f->files);
	const guint8 *hash;

	(void)data;
	for (guint64 at = 0; at < SIZE; at += 100000) {
		expect(f, at, 100000);
		rond_file_hashes_grow(f->files, at, MIN(100000, SIZE - at));
		expect(f, at - MIN(at, 300000), 1000);
	}
	rond_file_hashes_close(f->files);
	g_assert_true(rond_first_pass_finish(f->pass, &size, NULL));
	rond_file_hashes_wait(f->files);
	hash = rond_file_hashes_sha256(f->files, file);
	g_assert_nonnull(hash);
	for (gsize i = 0; i < ROND_SHA256_SIZE; i++)
		g_string_append_printf(is, "%02x", hash[i]);
	g_assert_cmpstr(is->str, ==, sum);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *path;
		void (*run)(Fixture *f, gconstpointer data);
	} tests[] = {
	    {"/firstpass/half-a-mib", test_half_a_mib},
	    {"/firstpass/too-far", test_too_far},
	    {"/firstpass/random", test_random},
	    {"/firstpass/end", test_end},
	    {"/firstpass/hashes", test_hashes},
	};

	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add(tests[i].path, Fixture, NULL, set_up, tests[i].run,
			   tear_down);
	return g_test_run();
}
