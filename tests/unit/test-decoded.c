/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/stream/decoded.h"
#include "tests/unit/decoded-fixture.h"
#include "tests/unit/fake-codec.h"

#define N_THREADS 8
#define N_READERS 4

static void read_in_order(DecodedFixture *self, gsize len)
{
	for (guint64 at = 0; at < self->config.map.size; at += len)
		expect_read(self, at, len);
}

static void test_contents(void)
{
	const gsize sizes[] = {0,	  1,	     BLOCK - 1,	   BLOCK,
			       BLOCK + 1, 2 * BLOCK, 7 * BLOCK + 5};

	for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
		DecodedFixture f;

		decoded_fixture_prepare(&f, sizes[i], 3);
		decoded_fixture_begin(&f);
		g_assert_cmpuint(rond_stream_size(f.stream), ==, sizes[i]);
		for (gsize at = 0; at < sizes[i] + 3; at += 997)
			for (gsize len = 0; len < 3 * BLOCK; len += 1009)
				expect_read(&f, at, len);
		expect_read(&f, G_MAXUINT64, 10);
		decoded_fixture_end(&f);
	}
}

/* Whoever reads in order decodes each byte once, whatever the requests. */
static void test_in_order(void)
{
	const gsize lens[] = {100, 1000, 4096, 5000, 65536, 131072, 2 * SIZE};

	for (gsize i = 0; i < G_N_ELEMENTS(lens); i++) {
		DecodedFixture f;

		decoded_fixture_prepare(&f, SIZE, 2);
		decoded_fixture_begin(&f);
		read_in_order(&f, lens[i]);
		g_assert_cmpuint(fake_packed_decoded(f.packed), ==, SIZE);
		g_assert_cmpuint(fake_packed_opened(f.packed), ==, 1);
		decoded_fixture_end(&f);
	}
}

static void test_in_order_without_points(void)
{
	DecodedFixture f;

	decoded_fixture_prepare(&f, SIZE, 2);
	f.config.map.n_points = 0;
	f.config.map.block_crcs = NULL;
	decoded_fixture_begin(&f);
	read_in_order(&f, 10000);
	g_assert_cmpuint(fake_packed_decoded(f.packed), ==, SIZE);
	decoded_fixture_end(&f);
}

/* A random read costs a point's distance and the block, at most. */
static void test_random(void)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(1);
	DecodedFixture f;

	decoded_fixture_prepare(&f, SIZE, 0);
	decoded_fixture_begin(&f);
	for (guint i = 0; i < 300; i++) {
		guint64 before = fake_packed_decoded(f.packed);

		expect_read(&f, g_rand_int_range(rand, 0, SIZE), 1);
		g_assert_cmpuint(fake_packed_decoded(f.packed) - before, <=,
				 SPACING + BLOCK);
	}
	decoded_fixture_end(&f);
}

static void test_interleaved(void)
{
	const guint64 part = SIZE / N_READERS;
	DecodedFixture f;

	decoded_fixture_prepare(&f, SIZE, 5 * N_READERS);
	decoded_fixture_begin(&f);
	for (guint64 at = 0; at < part; at += 1000)
		for (guint r = 0; r < N_READERS; r++)
			expect_read(&f, r * part + at, MIN(1000, part - at));
	/* Each its part once, the distance to its first point, and the rest
	 * of its last block. */
	g_assert_cmpuint(fake_packed_decoded(f.packed), <=,
			 SIZE + N_READERS * (SPACING + BLOCK));
	g_assert_cmpuint(fake_packed_opened(f.packed), <=, N_READERS);
	decoded_fixture_end(&f);
}

/* Of several parked decoders the nearest one goes on. */
static void test_nearest(void)
{
	DecodedFixture f;
	guint64 before;

	decoded_fixture_prepare(&f, SIZE, 0);
	f.config.map.n_points = 0;
	decoded_fixture_begin(&f);
	expect_read(&f, 19 * BLOCK, 1);
	expect_read(&f, 4 * BLOCK, 1);
	before = fake_packed_decoded(f.packed);
	expect_read(&f, 25 * BLOCK, 1);
	expect_read(&f, 5 * BLOCK, 1);
	g_assert_cmpuint(fake_packed_decoded(f.packed) - before, ==,
			 (6 + 1) * BLOCK);
	g_assert_cmpuint(fake_packed_opened(f.packed), ==, 2);
	decoded_fixture_end(&f);
}

/* Blocks on a short way are kept, those on a long one are not. */
static void test_on_the_way(void)
{
	DecodedFixture f;
	guint64 before;

	decoded_fixture_prepare(&f, SIZE, 60);
	f.config.map.n_points = 0;
	decoded_fixture_begin(&f);
	expect_read(&f, 10 * BLOCK, 1);
	before = fake_packed_decoded(f.packed);
	expect_read(&f, 0, 11 * BLOCK);
	g_assert_cmpuint(fake_packed_decoded(f.packed), ==, before);
	expect_read(&f, 40 * BLOCK, 1);
	before = fake_packed_decoded(f.packed);
	expect_read(&f, 20 * BLOCK, 1);
	g_assert_cmpuint(fake_packed_decoded(f.packed), >, before);
	decoded_fixture_end(&f);
}

typedef struct {
	DecodedFixture *fixture;
	guint seed;
	gint *next; /* the next piece to read, in order; NULL: random */
} Reader;

/* Seven of them are fewer than the blocks that are kept on the way. */
#define PIECE 6000

static gpointer reader_run(gpointer data)
{
	Reader *self = data;
	g_autoptr(GRand) rand = g_rand_new_with_seed(self->seed);

	for (guint i = 0; i < 400; i++) {
		guint64 at = g_rand_int_range(rand, 0, SIZE);
		gsize len = g_rand_int_range(rand, 0, 3 * BLOCK);

		if (self->next) {
			at = g_atomic_int_add(self->next, 1) * (guint64)PIECE;
			len = PIECE;
		}
		expect_read(self->fixture, at, len);
	}
	return NULL;
}

static void read_in_threads(DecodedFixture *fixture, gint *next)
{
	GThread *threads[N_THREADS];
	Reader readers[N_THREADS];

	for (guint i = 0; i < N_THREADS; i++) {
		readers[i] = (Reader){fixture, i, next};
		threads[i] = g_thread_new("read", reader_run, &readers[i]);
	}
	for (guint i = 0; i < N_THREADS; i++)
		g_thread_join(threads[i]);
}

static void test_hammer(void)
{
	for (gsize keep = 0; keep < 6; keep++) {
		DecodedFixture f;

		decoded_fixture_prepare(&f, SIZE, keep);
		if (keep % 2)
			f.config.map.block_crcs = NULL;
		decoded_fixture_begin(&f);
		read_in_threads(&f, NULL);
		decoded_fixture_end(&f);
	}
}

static void test_hammer_without_points(void)
{
	DecodedFixture f;

	decoded_fixture_prepare(&f, SIZE, 5);
	f.config.map.n_points = 0;
	decoded_fixture_begin(&f);
	read_in_threads(&f, NULL);
	decoded_fixture_end(&f);
}

/* The kernel reads ahead with several requests at once, in any order: still
 * no byte is decoded twice. */
static void test_read_ahead(void)
{
	for (guint i = 0; i < 10; i++) {
		gint next = 0;
		DecodedFixture f;

		decoded_fixture_prepare(&f, SIZE, 100);
		f.config.map.n_points = 0;
		decoded_fixture_begin(&f);
		read_in_threads(&f, &next);
		g_assert_cmpuint(fake_packed_decoded(f.packed), ==, SIZE);
		g_assert_cmpuint(fake_packed_opened(f.packed), ==, 1);
		decoded_fixture_end(&f);
	}
}

typedef struct {
	DecodedFixture *fixture;
	guint64 at;
} OneRead;

static gpointer one_read(gpointer data)
{
	OneRead *self = data;

	expect_read(self->fixture, self->at, 1);
	return NULL;
}

/* Two readers of distant places are both decoding at the same time: neither
 * of the two reads of the packed data returns before both are there. */
static void test_parallel(void)
{
	DecodedFixture f;
	OneRead second = {&f, SIZE - 1};
	GThread *thread;

	decoded_fixture_prepare(&f, SIZE, 10);
	decoded_fixture_begin(&f);
	fake_packed_meet(f.packed, 2);
	thread = g_thread_new("read", one_read, &second);
	expect_read(&f, 0, 1);
	g_thread_join(thread);
	decoded_fixture_end(&f);
}

static void count_free(gpointer data)
{
	(*(guint *)data)++;
}

static void test_owner(void)
{
	guint freed = 0;
	DecodedFixture f;

	decoded_fixture_prepare(&f, SIZE, 20);
	f.config.owner = &freed;
	f.config.owner_free = count_free;
	decoded_fixture_begin(&f);
	expect_read(&f, 0, 10);
	g_assert_cmpuint(freed, ==, 0);
	decoded_fixture_end(&f);
	g_assert_cmpuint(freed, ==, 1);
}

/* Blocks outlive their stream, and serve the next one of that key; streams
 * with other first blocks don't get them. */
static void test_keys(void)
{
	RondBlockKey key;
	DecodedFixture f;

	decoded_fixture_prepare(&f, SIZE, 80);
	decoded_fixture_begin(&f);
	expect_read(&f, 0, BLOCK);
	rond_stream_unref(f.stream);
	decoded_fixture_begin(&f);
	expect_read(&f, 0, BLOCK);
	g_assert_cmpuint(fake_packed_decoded(f.packed), ==, BLOCK);
	rond_stream_unref(f.stream);
	key = f.config.key;
	f.config.key.block += 1000;
	decoded_fixture_begin(&f);
	expect_read(&f, 0, BLOCK);
	g_assert_cmpuint(fake_packed_decoded(f.packed), ==, 2 * BLOCK);
	rond_block_cache_drop_stream(f.cache, key.stream);
	expect_read(&f, 0, BLOCK);
	decoded_fixture_end(&f);
}

/* The stream is dropped from the cache while it is read. */
static void test_drop_while_reading(void)
{
	DecodedFixture f;
	OneRead second = {&f, SIZE - 1};
	RondBlockCacheStats stats;
	GThread *thread;

	decoded_fixture_prepare(&f, SIZE, 80);
	decoded_fixture_begin(&f);
	fake_packed_meet(f.packed, 2);
	thread = g_thread_new("read", one_read, &second);
	fake_packed_wait(f.packed, 1);
	rond_block_cache_drop_stream(f.cache, f.config.key.stream);
	expect_read(&f, 0, 1);
	g_thread_join(thread);
	rond_block_cache_stats(f.cache, &stats);
	g_assert_cmpuint(stats.bytes, ==, 0);
	decoded_fixture_end(&f);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/decoded/contents", test_contents);
	g_test_add_func("/decoded/in-order", test_in_order);
	g_test_add_func("/decoded/in-order/without-points",
			test_in_order_without_points);
	g_test_add_func("/decoded/random", test_random);
	g_test_add_func("/decoded/interleaved", test_interleaved);
	g_test_add_func("/decoded/nearest", test_nearest);
	g_test_add_func("/decoded/on-the-way", test_on_the_way);
	g_test_add_func("/decoded/hammer", test_hammer);
	g_test_add_func("/decoded/hammer/without-points",
			test_hammer_without_points);
	g_test_add_func("/decoded/read-ahead", test_read_ahead);
	g_test_add_func("/decoded/parallel", test_parallel);
	g_test_add_func("/decoded/owner", test_owner);
	g_test_add_func("/decoded/keys", test_keys);
	g_test_add_func("/decoded/drop-while-reading", test_drop_while_reading);
	return g_test_run();
}
