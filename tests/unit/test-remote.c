/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/error.h"
#include "backends/stream/remote.h"

#include "tests/unit/fault-stream.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define SIZE (3 * (gsize)ROND_REMOTE_MAX + 77)
#define N_THREADS 4

/* A server in a thread, and its client. */
typedef struct {
	RondStream *source;
	int fd;
	GThread *thread;
	RondStream *client;
} Pair;

static void make_ends(int ends[2])
{
	g_assert_cmpint(
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), ==, 0);
}

static gpointer serve(gpointer data)
{
	Pair *self = data;

	rond_remote_serve(self->source, self->fd);
	return NULL;
}

static int start_serving(Pair *self, RondStream *source)
{
	int ends[2];

	make_ends(ends);
	*self = (Pair){.source = source, .fd = ends[0]};
	self->thread = g_thread_new("server", serve, self);
	return ends[1];
}

static void pair_init(Pair *self, RondStream *source)
{
	int fd = start_serving(self, source);

	self->client = rond_remote_stream_new(fd, rond_stream_size(source));
}

/* The server must end when its client does. */
static void pair_clear(Pair *self)
{
	g_clear_pointer(&self->client, rond_stream_unref);
	g_thread_join(self->thread);
	close(self->fd);
}

static GBytes *make_bytes(gsize len)
{
	guint8 *data = g_malloc(len);

	for (gsize i = 0; i < len; i++)
		data[i] = (guint8)(i * 7 + (i >> 8) * 13 + (i >> 16));
	return g_bytes_new_take(data, len);
}

static void assert_reads(RondStream *stream, guint64 offset, gsize len,
			 GBytes *whole)
{
	gsize size;
	const guint8 *data = g_bytes_get_data(whole, &size);
	gsize there = offset < size ? MIN(len, size - offset) : 0;
	g_autofree guint8 *buf = g_malloc(len + 1);
	g_autoptr(GError) error = NULL;
	gssize got = rond_stream_pread(stream, buf, len, offset, &error);

	g_assert_no_error(error);
	g_assert_cmpint(got, ==, there);
	if (there)
		g_assert_cmpint(memcmp(buf, data + offset, there), ==, 0);
}

static void assert_fails(RondStream *stream, int code, const char *words)
{
	char buf[8];
	g_autoptr(GError) error = NULL;

	g_assert_cmpint(rond_stream_pread(stream, buf, sizeof buf, 0, &error),
			==, -1);
	g_assert_error(error, ROND_ERROR, code);
	g_assert_nonnull(strstr(error->message, words));
}

static void test_ranges(void)
{
	g_autoptr(GBytes) whole = make_bytes(SIZE);
	g_autoptr(RondStream) source = rond_memory_stream_new(whole);
	const guint64 offsets[] = {
	    0, 1, ROND_REMOTE_MAX - 1, SIZE - 1, SIZE, SIZE + 1, G_MAXUINT64};
	const gsize lengths[] = {
	    0, 1, 511, ROND_REMOTE_MAX, ROND_REMOTE_MAX + 1, SIZE, SIZE + 9};
	Pair pair;

	pair_init(&pair, source);
	g_assert_cmpuint(rond_stream_size(pair.client), ==, SIZE);
	g_assert_cmpint(rond_stream_fd(pair.client), ==, -1);
	for (guint i = 0; i < G_N_ELEMENTS(offsets); i++)
		for (guint j = 0; j < G_N_ELEMENTS(lengths); j++)
			assert_reads(pair.client, offsets[i], lengths[j],
				     whole);
	pair_clear(&pair);
}

typedef struct {
	RondStream *stream;
	GBytes *whole;
} Reading;

static gpointer read_here_and_there(gpointer data)
{
	const Reading *self = data;

	for (guint i = 0; i < 400; i++)
		assert_reads(self->stream, (guint64)i * 7919, 1 + i * 37,
			     self->whole);
	return NULL;
}

static void test_threads(void)
{
	g_autoptr(GBytes) whole = make_bytes(SIZE);
	g_autoptr(RondStream) source = rond_memory_stream_new(whole);
	GThread *threads[N_THREADS];
	Pair pair;

	pair_init(&pair, source);
	Reading reading = {pair.client, whole};

	for (guint i = 0; i < N_THREADS; i++)
		threads[i] =
		    g_thread_new("reader", read_here_and_there, &reading);
	for (guint i = 0; i < N_THREADS; i++)
		g_thread_join(threads[i]);
	pair_clear(&pair);
}

/* Nothing is asked for that nobody wants. */
static void test_frugal(void)
{
	g_autoptr(GBytes) whole = make_bytes(SIZE);
	g_autoptr(RondStream) memory = rond_memory_stream_new(whole);
	g_autoptr(RondStream) source = fault_stream_new(memory, 0, 0);
	Pair pair;

	pair_init(&pair, source);
	assert_reads(pair.client, 0, ROND_REMOTE_MAX, whole);
	assert_reads(pair.client, SIZE, 5, whole);
	assert_reads(pair.client, 5, 0, whole);
	pair_clear(&pair);
	g_assert_cmpuint(fault_stream_reads(source), ==, 1);
}

/* A failure comes with its errno and words; reading goes on after it. */
static void test_errors(void)
{
	g_autoptr(GBytes) whole = make_bytes(100);
	g_autoptr(RondStream) memory = rond_memory_stream_new(whole);
	const int codes[] = {EIO, ESTALE, EACCES, ENOSPC};

	for (guint i = 0; i < G_N_ELEMENTS(codes); i++) {
		g_autoptr(RondStream) source =
		    fault_stream_new(memory, 2, codes[i]);
		Pair pair;

		pair_init(&pair, source);
		assert_reads(pair.client, 0, 10, whole);
		assert_fails(pair.client, codes[i], "read 2 fails");
		assert_reads(pair.client, 0, 10, whole);
		pair_clear(&pair);
	}
}

/* A source that ends early, behind what was said to be its size. */
static void test_short_source(void)
{
	g_autoptr(GBytes) whole = make_bytes(4);
	g_autoptr(RondStream) memory = rond_memory_stream_new(whole);
	g_autoptr(RondStream) source = rond_slice_stream_new(memory, 0, 100);
	Pair pair;

	pair_init(&pair, source);
	assert_fails(pair.client, EIO, "the data ends early");
	assert_reads(pair.client, 0, 4, whole);
	pair_clear(&pair);
}

/* A server that fails with a very long message. */
static gssize chatty_pread(RondStream *self, void *buf, gsize len,
			   guint64 offset, GError **error)
{
	g_autofree char *text = g_strnfill(5000, 'x');

	rond_fail(error, ENOMEM, "%s", text);
	return -1;
}

static const RondStreamOps chatty_ops = {.pread = chatty_pread};

static void test_long_message(void)
{
	RondStream source;
	g_autoptr(GError) error = NULL;
	char byte;
	Pair pair;

	rond_stream_init(&source, &chatty_ops, 10);
	pair_init(&pair, &source);
	g_assert_cmpint(rond_stream_pread(pair.client, &byte, 1, 0, &error), ==,
			-1);
	g_assert_error(error, ROND_ERROR, ENOMEM);
	g_assert_cmpuint(strlen(error->message), ==, ROND_REMOTE_MAX_TEXT);
	pair_clear(&pair);
}

/* The server goes in the midst of an answer, before it, and at once. */
static void test_server_dies(void)
{
	const RondRemoteAnswer good = {.len = 8};
	const char bytes[16] = {0};

	for (gsize len = 0; len < sizeof good + 8; len++) {
		g_autoptr(RondStream) client = NULL;
		g_autofree char *said = g_malloc(sizeof good + 8);
		int ends[2];

		memcpy(said, &good, sizeof good);
		memcpy(said + sizeof good, bytes, 8);
		make_ends(ends);
		client = rond_remote_stream_new(ends[1], 8);
		g_assert_cmpint(write(ends[0], said, len), ==, len);
		shutdown(ends[0], SHUT_WR);
		assert_fails(client, EIO, "has ended");
		close(ends[0]);
		assert_fails(client, EIO, "has ended");
	}
}

/* No signal ends us when nobody is there any more. */
static void test_nobody(void)
{
	g_autoptr(RondStream) client = NULL;
	int ends[2];

	make_ends(ends);
	client = rond_remote_stream_new(ends[1], 8);
	close(ends[0]);
	assert_fails(client, EIO, "has ended");
}

static void assert_answer_refused(RondRemoteAnswer answer)
{
	g_autofree char *bytes = g_malloc0(4096);
	g_autoptr(RondStream) client = NULL;
	int ends[2];

	make_ends(ends);
	client = rond_remote_stream_new(ends[1], 100);
	g_assert_cmpint(send(ends[0], &answer, sizeof answer, 0), ==,
			sizeof answer);
	g_assert_cmpint(send(ends[0], bytes, 4096, 0), ==, 4096);
	assert_fails(client, EIO, "has ended");
	/* What still comes from there is not believed either. */
	assert_fails(client, EIO, "has ended");
	close(ends[0]);
}

/* Eight bytes are wanted. */
static void test_bad_answers(void)
{
	const RondRemoteAnswer answers[] = {
	    {0, 0},
	    {0, 7},
	    {0, 9},
	    {0, G_MAXUINT32},
	    {4096, 3},
	    {G_MAXUINT32, 3},
	    {EIO, ROND_REMOTE_MAX_TEXT + 1},
	    {EIO, G_MAXUINT32},
	};

	for (guint i = 0; i < G_N_ELEMENTS(answers); i++)
		assert_answer_refused(answers[i]);
}

/* A message is text, whatever bytes come. */
static void test_odd_message(void)
{
	const RondRemoteAnswer answer = {EPERM, 4};
	g_autoptr(RondStream) client = NULL;
	int ends[2];

	make_ends(ends);
	client = rond_remote_stream_new(ends[1], 100);
	g_assert_cmpint(write(ends[0], &answer, sizeof answer), ==,
			sizeof answer);
	g_assert_cmpint(write(ends[0], "a\xff\0%", 4), ==, 4);
	assert_fails(client, EPERM, "a\xef\xbf\xbd");
	close(ends[0]);
}

/* The connection is ended, and nothing of the source was read. */
static void assert_request_refused(const RondRemoteRequest *request)
{
	g_autoptr(GBytes) whole = make_bytes(100);
	g_autoptr(RondStream) memory = rond_memory_stream_new(whole);
	g_autoptr(RondStream) source = fault_stream_new(memory, 0, 0);
	Pair pair;
	int fd = start_serving(&pair, source);
	char byte;

	g_assert_cmpint(write(fd, request, sizeof *request), ==,
			sizeof *request);
	g_assert_cmpint(read(fd, &byte, 1), ==, 0);
	pair_clear(&pair);
	close(fd);
	g_assert_cmpuint(fault_stream_reads(source), ==, 0);
}

/* Of a hundred bytes. */
static void test_bad_requests(void)
{
	const RondRemoteRequest requests[] = {
	    {0, 0, 0},		 {0, 101, 0},	      {99, 2, 0},
	    {100, 1, 0},	 {G_MAXUINT64, 1, 0}, {G_MAXUINT64 - 1, 4, 0},
	    {1, G_MAXUINT32, 0}, {0, 1, 1},
	};

	for (guint i = 0; i < G_N_ELEMENTS(requests); i++)
		assert_request_refused(&requests[i]);
}

/* More at a time than agreed on, though it is there. */
static void test_too_much(void)
{
	g_autoptr(GBytes) whole = make_bytes(SIZE);
	g_autoptr(RondStream) source = rond_memory_stream_new(whole);
	const RondRemoteRequest request = {0, ROND_REMOTE_MAX + 1, 0};
	Pair pair;
	int fd = start_serving(&pair, source);
	char byte;

	g_assert_cmpint(write(fd, &request, sizeof request), ==,
			sizeof request);
	g_assert_cmpint(read(fd, &byte, 1), ==, 0);
	pair_clear(&pair);
	close(fd);
}

/* A client that goes while a large answer is sent, or in the midst of a
 * request: the server ends, without a signal. */
static void test_client_dies(void)
{
	g_autoptr(GBytes) whole = make_bytes(SIZE);
	g_autoptr(RondStream) source = rond_memory_stream_new(whole);
	const RondRemoteRequest request = {0, ROND_REMOTE_MAX, 0};

	for (gsize len = 0; len <= sizeof request; len += 4) {
		Pair pair;
		int fd = start_serving(&pair, source);

		g_assert_cmpint(write(fd, &request, len), ==, len);
		close(fd);
		pair_clear(&pair);
	}
}

/* A server is ended also while its client holds on, and takes nothing. */
static void test_shutdown(void)
{
	g_autoptr(GBytes) whole = make_bytes(SIZE);
	g_autoptr(RondStream) source = rond_memory_stream_new(whole);
	const RondRemoteRequest request = {0, ROND_REMOTE_MAX, 0};
	Pair pair;
	int fd = start_serving(&pair, source);

	for (guint i = 0; i < 10; i++)
		g_assert_cmpint(write(fd, &request, sizeof request), ==,
				sizeof request);
	shutdown(pair.fd, SHUT_RDWR);
	pair_clear(&pair);
	close(fd);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/remote/ranges", test_ranges);
	g_test_add_func("/remote/threads", test_threads);
	g_test_add_func("/remote/frugal", test_frugal);
	g_test_add_func("/remote/errors", test_errors);
	g_test_add_func("/remote/short-source", test_short_source);
	g_test_add_func("/remote/long-message", test_long_message);
	g_test_add_func("/remote/server-dies", test_server_dies);
	g_test_add_func("/remote/nobody", test_nobody);
	g_test_add_func("/remote/bad-answers", test_bad_answers);
	g_test_add_func("/remote/odd-message", test_odd_message);
	g_test_add_func("/remote/bad-requests", test_bad_requests);
	g_test_add_func("/remote/too-much", test_too_much);
	g_test_add_func("/remote/client-dies", test_client_dies);
	g_test_add_func("/remote/shutdown", test_shutdown);
	return g_test_run();
}
