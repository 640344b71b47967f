/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/stream/buffers.h"

#include <string.h>

#define SIZE (64 << 10)
#define MANY 200
#define N_THREADS 4

/* What is taken next lies where the last one lay. */
static void test_again(void)
{
	g_autoptr(RondBuffers) buffers = rond_buffers_new();
	RondBuffer *first = rond_buffers_take(buffers, SIZE);
	guint8 *place = first->data;

	memset(place, 1, SIZE);
	rond_buffer_free(first);

	/* Another length, the same size of memory. */
	RondBuffer *second = rond_buffers_take(buffers, SIZE - 9);

	g_assert_true(second->data == place);
	g_assert_cmpuint(second->len, ==, SIZE - 9);
	rond_buffer_free(second);
}

/* Bytes live as long as anybody refers to them, also after the buffers. */
static void test_bytes(void)
{
	static const gsize lens[] = {0, 1, 4096, SIZE / 2, SIZE, SIZE + 1};

	for (gsize i = 0; i < G_N_ELEMENTS(lens); i++) {
		RondBuffers *buffers = rond_buffers_new();
		RondBuffer *buffer = rond_buffers_take(buffers, lens[i]);

		memset(buffer->data, 7, lens[i]);
		g_autoptr(GBytes) bytes =
		    rond_buffer_to_bytes(buffer, lens[i] / 2);
		rond_buffers_unref(buffers);
		g_assert_cmpuint(g_bytes_get_size(bytes), ==, lens[i] / 2);
		for (gsize at = 0; at < lens[i] / 2; at++)
			g_assert_cmpuint(
			    ((const guint8 *)g_bytes_get_data(bytes, NULL))[at],
			    ==, 7);
	}
}

/* More than are kept idle, each its own. */
static void test_many(void)
{
	g_autoptr(RondBuffers) buffers = rond_buffers_new();
	RondBuffer *all[MANY];

	for (int turn = 0; turn < 3; turn++) {
		for (guint i = 0; i < MANY; i++) {
			all[i] = rond_buffers_take(buffers, SIZE);
			memset(all[i]->data, (int)i, SIZE);
		}
		for (guint i = 0; i < MANY; i++) {
			g_assert_cmpuint(all[i]->data[0], ==, i);
			g_assert_cmpuint(all[i]->data[SIZE - 1], ==, i);
			rond_buffer_free(all[i]);
		}
	}
}

static gpointer take_and_give(gpointer data)
{
	for (guint i = 0; i < 2000; i++) {
		RondBuffer *buffer = rond_buffers_take(data, SIZE - i);
		guint8 mark = (guint8)g_random_int();

		buffer->data[i] = mark;
		g_thread_yield();
		g_assert_cmpuint(buffer->data[i], ==, mark);
		g_bytes_unref(rond_buffer_to_bytes(buffer, i));
	}
	return NULL;
}

static void test_threads(void)
{
	g_autoptr(RondBuffers) buffers = rond_buffers_new();
	GThread *threads[N_THREADS];

	for (guint i = 0; i < N_THREADS; i++)
		threads[i] = g_thread_new("taker", take_and_give, buffers);
	for (guint i = 0; i < N_THREADS; i++)
		g_thread_join(threads[i]);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/buffers/again", test_again);
	g_test_add_func("/buffers/bytes", test_bytes);
	g_test_add_func("/buffers/many", test_many);
	g_test_add_func("/buffers/threads", test_threads);
	return g_test_run();
}
