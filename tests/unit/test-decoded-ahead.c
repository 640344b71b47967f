/* SPDX-License-Identifier: BSD-2-Clause */
/* What is decoded ahead of a reader changes nothing of what he gets. */
#include "backends/error.h"
#include "tests/unit/decoded-fixture.h"
#include "tests/unit/fake-codec.h"
#include "tests/unit/fault-stream.h"

#include <errno.h>
#include <string.h>

#define N_BLOCKS (SIZE / BLOCK + 1)
#define ROOMY 200 /* blocks in the cache: all, and some are decoded ahead */
#define ALONE 10  /* so few that none are */
#define N_THREADS 4

static void read_blocks(DecodedFixture *self, guint64 from, guint64 to)
{
	for (guint64 at = from; at < to; at++)
		expect_read(self, at * BLOCK, BLOCK);
}

static void test_happens(void)
{
	DecodedFixture f;

	decoded_fixture_prepare(&f, SIZE, ROOMY);
	decoded_fixture_begin(&f);
	read_blocks(&f, 0, 3);
	/* Nobody reads on; who hangs here is ended by the time limit. */
	while (fake_packed_decoded(f.packed) < 5 * BLOCK)
		g_thread_yield();
	decoded_fixture_end(&f);
}

/* Whoever decodes it, no byte is decoded twice. */
static void test_once(void)
{
	for (guint i = 0; i < 20; i++) {
		DecodedFixture f;

		decoded_fixture_prepare(&f, SIZE, ROOMY);
		decoded_fixture_begin(&f);
		read_blocks(&f, 0, N_BLOCKS);
		g_assert_cmpuint(fake_packed_decoded(f.packed), ==, SIZE);
		g_assert_cmpuint(fake_packed_opened(f.packed), ==, 1);
		decoded_fixture_end(&f);
	}
}

/* Where there is little room, only what is wanted is decoded. */
static void test_little_room(void)
{
	DecodedFixture f;

	decoded_fixture_prepare(&f, SIZE, ALONE);
	decoded_fixture_begin(&f);
	read_blocks(&f, 0, 20);
	g_usleep(G_USEC_PER_SEC / 50);
	g_assert_cmpuint(fake_packed_decoded(f.packed), ==, 20 * BLOCK);
	decoded_fixture_end(&f);
}

static void test_memory(void)
{
	RondBlockCacheStats stats;
	DecodedFixture f;

	decoded_fixture_prepare(&f, SIZE, 40);
	decoded_fixture_begin(&f);
	for (guint64 at = 0; at < N_BLOCKS; at++) {
		expect_read(&f, at * BLOCK, BLOCK);
		rond_block_cache_stats(f.cache, &stats);
		g_assert_cmpuint(stats.bytes, <=, stats.limit);
	}
	/* Not thrown out before its time: still nothing was decoded twice. */
	g_assert_cmpuint(fake_packed_decoded(f.packed), ==, SIZE);
	decoded_fixture_end(&f);
}

/* It is told of when its turn comes, each time, and as what it is. */
static void test_failure(void)
{
	DecodedFixture f;

	decoded_fixture_prepare(&f, SIZE, ROOMY);
	fake_packed_break(f.packed, 7 * BLOCK + 5, SIZE, ESTALE);
	decoded_fixture_begin(&f);
	read_blocks(&f, 0, 7);
	expect_failure(&f, 7 * BLOCK, BLOCK, ESTALE);
	expect_failure(&f, 7 * BLOCK, BLOCK, ESTALE);
	read_blocks(&f, 0, 7);
	decoded_fixture_end(&f);
}

/* A block that isn't what the first pass saw. */
static void test_wrong_checksum(void)
{
	DecodedFixture f;

	decoded_fixture_prepare(&f, SIZE, ROOMY);
	g_array_index(f.crcs, guint32, 6) ^= 1;
	decoded_fixture_begin(&f);
	read_blocks(&f, 0, 6);
	expect_failure(&f, 6 * BLOCK, BLOCK, EIO);
	read_blocks(&f, 7, N_BLOCKS);
	decoded_fixture_end(&f);
}

/* Read all in order; where that fails, once more: it failed only once. */
static void read_stubbornly(DecodedFixture *self)
{
	g_autofree guint8 *buf = g_malloc(BLOCK);

	for (guint64 at = 0; at < N_BLOCKS; at++) {
		g_autoptr(GError) error = NULL;

		if (rond_stream_pread(self->stream, buf, BLOCK, at * BLOCK,
				      &error) < 0)
			g_assert_error(error, ROND_ERROR, ENXIO);
		expect_read(self, at * BLOCK, BLOCK);
	}
}

/* The n-th read of the packed data fails, whichever thread it strikes. */
static void test_each_failure(void)
{
	for (guint n = 1; n < 400; n += 3) {
		DecodedFixture f;

		decoded_fixture_prepare(&f, SIZE, ROOMY);
		g_autoptr(RondStream) faulty =
		    fault_stream_new(f.packed, n, ENXIO);

		f.config.packed = faulty;
		decoded_fixture_begin(&f);
		read_stubbornly(&f);
		decoded_fixture_end(&f);
	}
}

/* The stream goes while the next blocks are being decoded. */
static void test_free_at_work(void)
{
	for (guint i = 0; i < 300; i++) {
		DecodedFixture f;

		decoded_fixture_prepare(&f, SIZE, ROOMY);
		decoded_fixture_begin(&f);
		read_blocks(&f, 0, 3 + i % 8);
		decoded_fixture_end(&f);
	}
}

typedef struct {
	DecodedFixture *fixture;
	guint64 from;
} Reader;

static gpointer read_part(gpointer data)
{
	Reader *self = data;

	for (guint round = 0; round < 5; round++)
		read_blocks(self->fixture, self->from,
			    self->from + N_BLOCKS / N_THREADS);
	return NULL;
}

/* Readers of several places, in a cache that they have to fight for. */
static void test_hammer(void)
{
	const guint keep[] = {32, 48, ROOMY};

	for (guint k = 0; k < G_N_ELEMENTS(keep); k++) {
		GThread *threads[N_THREADS];
		Reader readers[N_THREADS];
		DecodedFixture f;

		decoded_fixture_prepare(&f, SIZE, keep[k]);
		decoded_fixture_begin(&f);
		for (guint i = 0; i < N_THREADS; i++) {
			readers[i] = (Reader){&f, i * (N_BLOCKS / N_THREADS)};
			threads[i] =
			    g_thread_new("read", read_part, &readers[i]);
		}
		for (guint i = 0; i < N_THREADS; i++)
			g_thread_join(threads[i]);
		decoded_fixture_end(&f);
	}
}

/* A view is a block's own bytes, up to its end; it outlives the stream. */
static void test_view(void)
{
	g_autoptr(GError) error = NULL;
	RondView view, again;
	DecodedFixture f;

	decoded_fixture_prepare(&f, SIZE, ROOMY);
	decoded_fixture_begin(&f);
	g_assert_true(rond_stream_view(f.stream, SIZE, 100, &view, &error));
	g_assert_cmpuint(view.len, ==, BLOCK - 100);
	g_assert_true(rond_stream_view(f.stream, 5, 100, &again, &error));
	g_assert_cmpuint(again.len, ==, 5);
	g_assert_true(again.data == view.data);
	rond_view_clear(&again);
	g_assert_true(rond_stream_view(f.stream, 1, SIZE, &again, &error));
	g_assert_cmpuint(again.len, ==, 0);
	rond_block_cache_drop_stream(f.cache, f.config.key.stream);
	g_assert_true(memcmp(view.data, f.plain + 100, view.len) == 0);
	rond_view_clear(&view);
	fake_packed_break(f.packed, 0, SIZE, ESTALE);
	g_assert_false(rond_stream_view(f.stream, 1, 20000, &view, &error));
	g_assert_error(error, ROND_ERROR, ESTALE);
	g_assert_null(view.bytes);
	decoded_fixture_end(&f);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/decoded-ahead/happens", test_happens);
	g_test_add_func("/decoded-ahead/once", test_once);
	g_test_add_func("/decoded-ahead/little-room", test_little_room);
	g_test_add_func("/decoded-ahead/memory", test_memory);
	g_test_add_func("/decoded-ahead/failure", test_failure);
	g_test_add_func("/decoded-ahead/wrong-checksum", test_wrong_checksum);
	g_test_add_func("/decoded-ahead/each-failure", test_each_failure);
	g_test_add_func("/decoded-ahead/free-at-work", test_free_at_work);
	g_test_add_func("/decoded-ahead/hammer", test_hammer);
	g_test_add_func("/decoded-ahead/view", test_view);
	return g_test_run();
}
