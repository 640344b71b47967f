/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/error.h"
#include "backends/stream/cache.h"

#include <errno.h>
#include <string.h>

#define COST(len) rond_block_cost(len)
#define N_THREADS 8

/* A filler that counts, and holds until it is told to go on. */
typedef struct {
	RondBlockCache *cache;
	gsize len;
	gboolean fails;
	gint fills;
	GMutex lock;
	GCond cond;
	gboolean begun, held;
} Filler;

static void filler_init(Filler *self, RondBlockCache *cache, gsize len)
{
	memset(self, 0, sizeof(*self));
	g_mutex_init(&self->lock);
	g_cond_init(&self->cond);
	self->cache = cache;
	self->len = len;
}

static void filler_clear(Filler *self)
{
	g_mutex_clear(&self->lock);
	g_cond_clear(&self->cond);
}

static void wait_begun(Filler *self)
{
	g_mutex_lock(&self->lock);
	while (!self->begun)
		g_cond_wait(&self->cond, &self->lock);
	g_mutex_unlock(&self->lock);
}

static void let_go(Filler *self)
{
	g_mutex_lock(&self->lock);
	self->held = FALSE;
	g_cond_broadcast(&self->cond);
	g_mutex_unlock(&self->lock);
}

static GBytes *content(const RondBlockKey *key, gsize len)
{
	guint8 *data = g_malloc(MAX(len, 1));

	memset(data, (key->stream * 31 + key->block) & 0xff, len);
	return g_bytes_new_take(data, len);
}

static GBytes *fill(const RondBlockKey *key, gpointer data, GError **error)
{
	Filler *self = data;

	g_atomic_int_inc(&self->fills);
	g_mutex_lock(&self->lock);
	self->begun = TRUE;
	g_cond_broadcast(&self->cond);
	while (self->held)
		g_cond_wait(&self->cond, &self->lock);
	g_mutex_unlock(&self->lock);
	if (self->fails) {
		rond_fail(error, ENXIO, "no block %" G_GUINT64_FORMAT,
			  key->block);
		return NULL;
	}
	return content(key, self->len);
}

/* Get a block and check that it is the right one. */
static void get(Filler *self, guint64 stream, guint64 block)
{
	g_autoptr(GError) error = NULL;
	const RondBlockKey key = {stream, block};
	g_autoptr(GBytes) want = content(&key, self->len);
	g_autoptr(GBytes) bytes =
	    rond_block_cache_get(self->cache, &key, fill, self, &error);

	g_assert_no_error(error);
	g_assert_true(g_bytes_equal(bytes, want));
}

static gboolean holds(RondBlockCache *cache, guint64 stream, guint64 block)
{
	const RondBlockKey key = {stream, block};
	g_autoptr(GBytes) bytes = rond_block_cache_peek(cache, &key);

	return bytes != NULL;
}

static RondBlockCacheStats stats_of(RondBlockCache *cache)
{
	RondBlockCacheStats stats;

	rond_block_cache_stats(cache, &stats);
	return stats;
}

static void test_hit(void)
{
	g_autoptr(RondBlockCache) cache = rond_block_cache_new(100000);
	guint64 stream = rond_block_cache_new_stream(cache);
	Filler filler;

	filler_init(&filler, cache, 100);
	get(&filler, stream, 7);
	get(&filler, stream, 7);
	get(&filler, stream, 8);
	g_assert_cmpint(filler.fills, ==, 2);
	g_assert_cmpuint(stats_of(cache).bytes, ==, 2 * COST(100));
	g_assert_cmpuint(stats_of(cache).limit, ==, 100000);
	g_assert_cmpuint(stats_of(cache).hits, ==, 1);
	g_assert_cmpuint(stats_of(cache).misses, ==, 2);
	filler_clear(&filler);
}

static void test_streams_differ(void)
{
	g_autoptr(RondBlockCache) cache = rond_block_cache_new(100000);
	guint64 a = rond_block_cache_new_stream(cache);
	guint64 b = rond_block_cache_new_stream(cache);
	Filler filler;

	filler_init(&filler, cache, 100);
	g_assert_cmpuint(a, !=, b);
	get(&filler, a, 1);
	get(&filler, b, 1);
	g_assert_cmpint(filler.fills, ==, 2);
	filler_clear(&filler);
}

static void test_eviction_order(void)
{
	g_autoptr(RondBlockCache) cache = rond_block_cache_new(3 * COST(100));
	guint64 stream = rond_block_cache_new_stream(cache);
	Filler filler;

	filler_init(&filler, cache, 100);
	get(&filler, stream, 1);
	get(&filler, stream, 2);
	get(&filler, stream, 3);
	get(&filler, stream, 1);
	get(&filler, stream, 4);
	g_assert_false(holds(cache, stream, 2));
	get(&filler, stream, 5);
	g_assert_false(holds(cache, stream, 3));
	g_assert_true(holds(cache, stream, 1));
	g_assert_true(holds(cache, stream, 4));
	g_assert_true(holds(cache, stream, 5));
	filler_clear(&filler);
}

static void test_limit(void)
{
	g_autoptr(RondBlockCache) cache = rond_block_cache_new(COST(4000));
	guint64 stream = rond_block_cache_new_stream(cache);
	Filler filler;

	for (guint64 i = 0; i < 500; i++) {
		filler_init(&filler, cache, i * 37 % 4000);
		get(&filler, stream, i);
		g_assert_cmpuint(stats_of(cache).bytes, <=, COST(4000));
		g_assert_true(holds(cache, stream, i));
		filler_clear(&filler);
	}
}

static void test_too_large(void)
{
	g_autoptr(RondBlockCache) cache = rond_block_cache_new(10000);
	guint64 stream = rond_block_cache_new_stream(cache);
	Filler small, large, just;

	filler_init(&small, cache, 100);
	filler_init(&large, cache, 8664);
	filler_init(&just, cache, 8661);
	get(&small, stream, 1);
	get(&large, stream, 2);
	g_assert_false(holds(cache, stream, 2));
	g_assert_true(holds(cache, stream, 1));
	get(&just, stream, 3);
	g_assert_true(holds(cache, stream, 3));
	g_assert_false(holds(cache, stream, 1));
	filler_clear(&small);
	filler_clear(&large);
	filler_clear(&just);
}

static void test_no_limit_at_all(void)
{
	g_autoptr(RondBlockCache) cache = rond_block_cache_new(0);
	guint64 stream = rond_block_cache_new_stream(cache);
	Filler filler;

	filler_init(&filler, cache, 0);
	get(&filler, stream, 1);
	get(&filler, stream, 1);
	g_assert_cmpint(filler.fills, ==, 2);
	g_assert_cmpuint(stats_of(cache).bytes, ==, 0);
	filler_clear(&filler);
}

static void test_put(void)
{
	g_autoptr(RondBlockCache) cache = rond_block_cache_new(100000);
	const RondBlockKey key = {rond_block_cache_new_stream(cache), 5};
	g_autoptr(GBytes) first = content(&key, 100);
	g_autoptr(GBytes) second = g_bytes_new_static("other", 5);
	Filler filler;

	filler_init(&filler, cache, 100);
	rond_block_cache_put(cache, &key, first);
	rond_block_cache_put(cache, &key, second);
	g_assert_cmpuint(stats_of(cache).bytes, ==, COST(100));
	get(&filler, key.stream, 5);
	g_assert_cmpint(filler.fills, ==, 0);
	filler_clear(&filler);
}

static void test_failure(void)
{
	g_autoptr(RondBlockCache) cache = rond_block_cache_new(100000);
	const RondBlockKey key = {rond_block_cache_new_stream(cache), 5};
	g_autoptr(GError) error = NULL;
	Filler filler;

	filler_init(&filler, cache, 100);
	filler.fails = TRUE;
	g_assert_null(rond_block_cache_get(cache, &key, fill, &filler, &error));
	g_assert_error(error, ROND_ERROR, ENXIO);
	g_assert_null(rond_block_cache_get(cache, &key, fill, &filler, NULL));
	filler.fails = FALSE;
	get(&filler, key.stream, 5);
	g_assert_cmpint(filler.fills, ==, 3);
	filler_clear(&filler);
}

static void test_bytes_outlive(void)
{
	RondBlockCache *cache = rond_block_cache_new(100000);
	const RondBlockKey key = {rond_block_cache_new_stream(cache), 5};
	g_autoptr(GBytes) want = content(&key, 100);
	GBytes *bytes;
	Filler filler;

	filler_init(&filler, cache, 100);
	bytes = rond_block_cache_get(cache, &key, fill, &filler, NULL);
	rond_block_cache_unref(rond_block_cache_ref(cache));
	g_assert_true(holds(cache, key.stream, 5));
	rond_block_cache_unref(cache);
	g_assert_true(g_bytes_equal(bytes, want));
	g_bytes_unref(bytes);
	filler_clear(&filler);
}

/* Threads that ask for block 1 of stream 1; how many got it. */
typedef struct {
	Filler *filler;
	gint got, failed;
} Askers;

static gpointer ask(gpointer data)
{
	Askers *self = data;
	const RondBlockKey key = {1, 1};
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) bytes = rond_block_cache_get(
	    self->filler->cache, &key, fill, self->filler, &error);

	g_assert_true(!bytes == !!error);
	g_atomic_int_inc(bytes ? &self->got : &self->failed);
	return NULL;
}

/* Have all threads ask while the first one's fill is held; @meanwhile (may be
 * NULL) happens once all wait. */
static void ask_together(Askers *askers, void (*meanwhile)(RondBlockCache *))
{
	GThread *threads[N_THREADS];
	Filler *filler = askers->filler;
	guint64 before = stats_of(filler->cache).hits;

	filler->held = TRUE;
	for (guint i = 0; i < N_THREADS; i++)
		threads[i] = g_thread_new("ask", ask, askers);
	wait_begun(filler);
	while (stats_of(filler->cache).hits - before < N_THREADS - 1)
		g_thread_yield();
	if (meanwhile)
		meanwhile(filler->cache);
	let_go(filler);
	for (guint i = 0; i < N_THREADS; i++)
		g_thread_join(threads[i]);
}

static void test_single_flight(void)
{
	g_autoptr(RondBlockCache) cache = rond_block_cache_new(100000);
	Filler filler;
	Askers askers = {.filler = &filler};

	g_assert_cmpuint(rond_block_cache_new_stream(cache), ==, 1);
	filler_init(&filler, cache, 100);
	ask_together(&askers, NULL);
	g_assert_cmpint(filler.fills, ==, 1);
	g_assert_cmpint(askers.got, ==, N_THREADS);
	g_assert_true(holds(cache, 1, 1));
	filler_clear(&filler);
}

static void test_single_flight_fails(void)
{
	g_autoptr(RondBlockCache) cache = rond_block_cache_new(100000);
	Filler filler;
	Askers askers = {.filler = &filler};

	rond_block_cache_new_stream(cache);
	filler_init(&filler, cache, 100);
	filler.fails = TRUE;
	ask_together(&askers, NULL);
	g_assert_cmpint(filler.fills, ==, 1);
	g_assert_cmpint(askers.failed, ==, N_THREADS);
	filler.fails = FALSE;
	get(&filler, 1, 1);
	filler_clear(&filler);
}

/* A block that is not kept still serves all who waited for it. */
static void test_single_flight_too_large(void)
{
	g_autoptr(RondBlockCache) cache = rond_block_cache_new(10);
	Filler filler;
	Askers askers = {.filler = &filler};

	rond_block_cache_new_stream(cache);
	filler_init(&filler, cache, 100);
	ask_together(&askers, NULL);
	g_assert_cmpint(filler.fills, ==, 1);
	g_assert_cmpint(askers.got, ==, N_THREADS);
	filler_clear(&filler);
}

/* While one block is being made, others are served. */
static void test_no_lock_in_fill(void)
{
	g_autoptr(RondBlockCache) cache = rond_block_cache_new(100000);
	Filler slow, quick;
	Askers askers = {.filler = &slow};
	GThread *thread;

	rond_block_cache_new_stream(cache);
	filler_init(&slow, cache, 100);
	filler_init(&quick, cache, 100);
	slow.held = TRUE;
	thread = g_thread_new("ask", ask, &askers);
	wait_begun(&slow);
	get(&quick, 1, 2);
	get(&quick, 1, 2);
	g_assert_cmpint(quick.fills, ==, 1);
	let_go(&slow);
	g_thread_join(thread);
	filler_clear(&slow);
	filler_clear(&quick);
}

static void test_drop(void)
{
	g_autoptr(RondBlockCache) cache = rond_block_cache_new(100000);
	guint64 a = rond_block_cache_new_stream(cache);
	guint64 b = rond_block_cache_new_stream(cache);
	Filler filler;

	filler_init(&filler, cache, 100);
	for (guint64 i = 0; i < 20; i++) {
		get(&filler, a, i);
		get(&filler, b, i);
	}
	rond_block_cache_drop_stream(cache, a);
	g_assert_cmpuint(stats_of(cache).bytes, ==, 20 * COST(100));
	for (guint64 i = 0; i < 20; i++) {
		g_assert_false(holds(cache, a, i));
		g_assert_true(holds(cache, b, i));
	}
	g_assert_cmpuint(rond_block_cache_new_stream(cache), !=, a);
	rond_block_cache_drop_stream(cache, a);
	rond_block_cache_drop_stream(cache, 12345);
	filler_clear(&filler);
}

static void drop_first(RondBlockCache *cache)
{
	rond_block_cache_drop_stream(cache, 1);
}

static void test_drop_in_flight(void)
{
	g_autoptr(RondBlockCache) cache = rond_block_cache_new(100000);
	Filler filler;
	Askers askers = {.filler = &filler};

	rond_block_cache_new_stream(cache);
	filler_init(&filler, cache, 100);
	ask_together(&askers, drop_first);
	g_assert_cmpint(askers.got, ==, N_THREADS);
	g_assert_false(holds(cache, 1, 1));
	g_assert_cmpuint(stats_of(cache).bytes, ==, 0);
	filler_clear(&filler);
}

typedef struct {
	Filler *filler;
	guint seed;
} Hammer;

/* Random gets, puts and drops of streams that come and go. */
static gpointer hammer(gpointer data)
{
	Hammer *self = data;
	RondBlockCache *cache = self->filler->cache;
	GRand *rand = g_rand_new_with_seed(self->seed);
	guint64 own = rond_block_cache_new_stream(cache);

	for (guint i = 0; i < 20000; i++) {
		guint dice = g_rand_int_range(rand, 0, 100);
		const RondBlockKey key = {dice < 50 ? own : 1,
					  g_rand_int_range(rand, 0, 40)};

		if (dice == 0) {
			rond_block_cache_drop_stream(cache, own);
			own = rond_block_cache_new_stream(cache);
		} else if (dice < 20) {
			g_autoptr(GBytes) bytes =
			    content(&key, self->filler->len);

			rond_block_cache_put(cache, &key, bytes);
		} else {
			get(self->filler, key.stream, key.block);
		}
	}
	rond_block_cache_drop_stream(cache, own);
	g_rand_free(rand);
	return NULL;
}

static void test_hammer(void)
{
	g_autoptr(RondBlockCache) cache = rond_block_cache_new(30 * COST(64));
	GThread *threads[N_THREADS];
	Hammer hammers[N_THREADS];
	Filler filler;

	rond_block_cache_new_stream(cache);
	filler_init(&filler, cache, 64);
	for (guint i = 0; i < N_THREADS; i++) {
		hammers[i] = (Hammer){&filler, i};
		threads[i] = g_thread_new("hammer", hammer, &hammers[i]);
	}
	for (guint i = 0; i < 1000; i++)
		g_assert_cmpuint(stats_of(cache).bytes, <=, 30 * COST(64));
	for (guint i = 0; i < N_THREADS; i++)
		g_thread_join(threads[i]);
	rond_block_cache_drop_stream(cache, 1);
	g_assert_cmpuint(stats_of(cache).bytes, ==, 0);
	filler_clear(&filler);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/cache/hit", test_hit);
	g_test_add_func("/cache/streams-differ", test_streams_differ);
	g_test_add_func("/cache/eviction-order", test_eviction_order);
	g_test_add_func("/cache/limit", test_limit);
	g_test_add_func("/cache/limit/too-large", test_too_large);
	g_test_add_func("/cache/limit/none-fits", test_no_limit_at_all);
	g_test_add_func("/cache/put", test_put);
	g_test_add_func("/cache/failure", test_failure);
	g_test_add_func("/cache/bytes-outlive", test_bytes_outlive);
	g_test_add_func("/cache/single-flight", test_single_flight);
	g_test_add_func("/cache/single-flight/fails", test_single_flight_fails);
	g_test_add_func("/cache/single-flight/too-large",
			test_single_flight_too_large);
	g_test_add_func("/cache/no-lock-in-fill", test_no_lock_in_fill);
	g_test_add_func("/cache/drop", test_drop);
	g_test_add_func("/cache/drop/in-flight", test_drop_in_flight);
	g_test_add_func("/cache/hammer", test_hammer);
	return g_test_run();
}
