/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/stream/ahead.h"

#include <string.h>

#define N_BLOCKS 100
#define LIMIT 8
#define FAR                                                               \
	1000 /* blocks between readers who have nothing to do with others \
	      */

/* Writes down what is fetched; holds the first one until it is let go. */
typedef struct {
	RondAhead *ahead;
	GMutex lock;
	GCond cond;
	GArray *blocks; /* guint64, in the order of their fetching */
	gboolean begun, held;
} Fetcher;

static void fetch(guint64 block, gpointer data)
{
	Fetcher *self = data;

	g_mutex_lock(&self->lock);
	g_array_append_val(self->blocks, block);
	self->begun = TRUE;
	g_cond_broadcast(&self->cond);
	while (self->held)
		g_cond_wait(&self->cond, &self->lock);
	g_mutex_unlock(&self->lock);
}

static void fetcher_init(Fetcher *self, guint64 n_blocks, guint limit)
{
	const RondAheadConfig config = {
	    .n_blocks = n_blocks,
	    .limit = limit,
	    .step = 1,
	    .fetch = fetch,
	    .data = self,
	};

	memset(self, 0, sizeof *self);
	g_mutex_init(&self->lock);
	g_cond_init(&self->cond);
	self->blocks = g_array_new(FALSE, FALSE, sizeof(guint64));
	self->ahead = rond_ahead_new(&config);
}

static void fetcher_clear(Fetcher *self)
{
	g_clear_pointer(&self->ahead, rond_ahead_free);
	g_array_unref(self->blocks);
	g_cond_clear(&self->cond);
	g_mutex_clear(&self->lock);
}

static void take(Fetcher *self, guint64 from, guint64 to)
{
	for (guint64 at = from; at < to; at++)
		rond_ahead_note(self->ahead, at);
}

static guint64 block(const Fetcher *self, guint i)
{
	return g_array_index(self->blocks, guint64, i);
}

static gboolean has(const Fetcher *self, guint64 number)
{
	for (guint i = 0; i < self->blocks->len; i++)
		if (block(self, i) == number)
			return TRUE;
	return FALSE;
}

/* That block is fetched; who hangs here is ended by the time limit. */
static void wait_for_block(Fetcher *self, guint64 number)
{
	g_mutex_lock(&self->lock);
	while (!has(self, number))
		g_cond_wait(&self->cond, &self->lock);
	g_mutex_unlock(&self->lock);
}

/* That many fetches come; who hangs here is ended by the time limit. */
static void wait_for(Fetcher *self, guint n)
{
	g_mutex_lock(&self->lock);
	while (self->blocks->len < n)
		g_cond_wait(&self->cond, &self->lock);
	g_mutex_unlock(&self->lock);
}

/* In order, and not faster than they are fetched. */
static void read_in_order(Fetcher *self, guint64 from, guint64 to)
{
	for (guint64 at = from; at < to; at++) {
		rond_ahead_note(self->ahead, at);
		if (at - from >= 2)
			wait_for_block(self, MIN(at + 1, N_BLOCKS - 1));
	}
}

static void let_go(Fetcher *self)
{
	g_mutex_lock(&self->lock);
	self->held = FALSE;
	g_cond_broadcast(&self->cond);
	g_mutex_unlock(&self->lock);
}

/* No more than these were fetched, each once, in order. */
static void expect_blocks(Fetcher *self, guint64 from, guint64 to)
{
	wait_for(self, (guint)(to - from));
	g_clear_pointer(&self->ahead, rond_ahead_free);
	g_assert_cmpuint(self->blocks->len, ==, to - from);
	for (guint i = 0; i < self->blocks->len; i++)
		g_assert_cmpuint(block(self, i), ==, from + i);
}

/* From the third one on, up to the last and not further. */
static void test_in_order(void)
{
	Fetcher f;

	fetcher_init(&f, N_BLOCKS, LIMIT);
	read_in_order(&f, 0, N_BLOCKS);
	expect_blocks(&f, 3, N_BLOCKS);
	fetcher_clear(&f);
}

/* Who reads a little more than one block is no reader in order yet. */
static void test_a_few(void)
{
	Fetcher f;

	fetcher_init(&f, N_BLOCKS, LIMIT);
	take(&f, 10, 12);
	take(&f, 10, 12);
	expect_blocks(&f, 0, 0);
	fetcher_clear(&f);
}

static void test_grows(void)
{
	guint64 first, last = 0;
	Fetcher f;

	fetcher_init(&f, N_BLOCKS, LIMIT);
	read_in_order(&f, 0, 20);
	g_clear_pointer(&f.ahead, rond_ahead_free);
	first = block(&f, 0);
	g_assert_cmpuint(first, ==, 3);
	last = block(&f, f.blocks->len - 1);
	g_assert_cmpuint(last, >, 20);
	/* He stopped: so far, and no further. */
	g_assert_cmpuint(last, <=, 19 + LIMIT);
	fetcher_clear(&f);
}

static void test_limit_of_one(void)
{
	Fetcher f;

	fetcher_init(&f, N_BLOCKS, 1);
	read_in_order(&f, 0, 10);
	expect_blocks(&f, 3, 11);
	fetcher_clear(&f);
}

static void test_random(void)
{
	Fetcher f;

	fetcher_init(&f, G_MAXUINT64, LIMIT);
	for (guint64 i = 1; i < 1000; i++)
		rond_ahead_note(f.ahead, i * G_GUINT64_CONSTANT(0x9e3779b97f4));
	take(&f, G_MAXUINT64 - 1, G_MAXUINT64);
	expect_blocks(&f, 0, 0);
	fetcher_clear(&f);
}

/* He goes on elsewhere: what lies behind his old place is not wanted. */
static void test_jump(void)
{
	Fetcher f;

	fetcher_init(&f, 2 * FAR, LIMIT);
	take(&f, 0, 3);
	wait_for(&f, 2);
	take(&f, FAR, FAR + 3);
	wait_for(&f, 4);
	g_clear_pointer(&f.ahead, rond_ahead_free);
	g_assert_cmpuint(f.blocks->len, ==, 4);
	g_assert_cmpuint(block(&f, 1), ==, 4);
	g_assert_cmpuint(block(&f, 2), ==, FAR + 3);
	fetcher_clear(&f);
}

static void test_several(void)
{
	guint seen[4] = {0};
	Fetcher f;

	fetcher_init(&f, 4 * FAR, LIMIT);
	for (guint64 at = 0; at < 10; at++)
		for (guint64 reader = 0; reader < 4; reader++) {
			rond_ahead_note(f.ahead, reader * FAR + at);
			if (at >= 2)
				wait_for_block(&f, reader * FAR + at + 1);
		}
	g_clear_pointer(&f.ahead, rond_ahead_free);
	for (guint i = 0; i < f.blocks->len; i++)
		seen[block(&f, i) / FAR]++;
	for (guint i = 0; i < 4; i++)
		g_assert_cmpuint(seen[i], >=, 7);
	fetcher_clear(&f);
}

/* The kernel's threads come a little out of order; small gaps are files that
 * were not read. */
static void test_disorder(void)
{
	Fetcher f;

	fetcher_init(&f, N_BLOCKS, LIMIT);
	for (guint64 at = 0; at + 2 < N_BLOCKS; at += 2) {
		rond_ahead_note(f.ahead, at + 1);
		rond_ahead_note(f.ahead, at);
		if (at >= 4)
			wait_for_block(&f, at + 2);
	}
	g_clear_pointer(&f.ahead, rond_ahead_free);
	for (guint i = 1; i < f.blocks->len; i++)
		g_assert_cmpuint(block(&f, i), >, block(&f, i - 1));
	fetcher_clear(&f);
}

static gpointer free_ahead(gpointer ahead)
{
	rond_ahead_free(ahead);
	return NULL;
}

/* He was faster: what he has passed is fetched no more. */
static void test_overtaken(void)
{
	Fetcher f;

	fetcher_init(&f, N_BLOCKS, LIMIT);
	f.held = TRUE;
	take(&f, 0, 3);
	wait_for(&f, 1);
	take(&f, 3, 50);
	let_go(&f);
	wait_for_block(&f, 50);
	g_clear_pointer(&f.ahead, rond_ahead_free);
	g_assert_cmpuint(block(&f, 0), ==, 3);
	g_assert_cmpuint(block(&f, 1), ==, 50);
	fetcher_clear(&f);
}

/* The end waits for the fetch that is at work and begins no other. */
static void test_free_at_work(void)
{
	GThread *thread;
	Fetcher f;

	fetcher_init(&f, N_BLOCKS, LIMIT);
	f.held = TRUE;
	take(&f, 0, 3);
	wait_for(&f, 1);
	thread = g_thread_new("free", free_ahead, f.ahead);
	g_usleep(G_USEC_PER_SEC / 50);
	let_go(&f);
	g_thread_join(thread);
	f.ahead = NULL;
	g_assert_cmpuint(f.blocks->len, <=, 2);
	fetcher_clear(&f);
}

static void test_free_unused(void)
{
	Fetcher f;

	fetcher_init(&f, N_BLOCKS, LIMIT);
	fetcher_clear(&f);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ahead/in-order", test_in_order);
	g_test_add_func("/ahead/a-few", test_a_few);
	g_test_add_func("/ahead/grows", test_grows);
	g_test_add_func("/ahead/limit-of-one", test_limit_of_one);
	g_test_add_func("/ahead/random", test_random);
	g_test_add_func("/ahead/jump", test_jump);
	g_test_add_func("/ahead/several", test_several);
	g_test_add_func("/ahead/disorder", test_disorder);
	g_test_add_func("/ahead/overtaken", test_overtaken);
	g_test_add_func("/ahead/free/at-work", test_free_at_work);
	g_test_add_func("/ahead/free/unused", test_free_unused);
	return g_test_run();
}
