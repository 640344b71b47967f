/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/error.h"
#include "backends/stream/joined.h"

#include "tests/unit/fault-stream.h"

#include <errno.h>
#include <string.h>

#define KEPT 32
#define N_THREADS 8

/* Pieces of a text, and what was asked of them. */
typedef struct {
	GMutex lock;
	GPtrArray *texts; /* of each piece: GBytes */
	guint *opens;	  /* of each piece */
	guint open, most; /* streams, now and ever */
	guint bad;	  /* this piece can't be opened, or none */
	guint broken;	  /* the bytes of this one can't be read */
	gboolean freed;
} Shelf;

/* A piece that tells its shelf when it is closed. */
typedef struct {
	RondStream stream;
	RondStream *parent;
	Shelf *shelf;
} Piece;

static gssize piece_pread(RondStream *stream, void *buf, gsize len,
			  guint64 offset, GError **error)
{
	return rond_stream_pread(((Piece *)stream)->parent, buf, len, offset,
				 error);
}

static void piece_free(RondStream *stream)
{
	Piece *self = (Piece *)stream;

	g_mutex_lock(&self->shelf->lock);
	self->shelf->open--;
	g_mutex_unlock(&self->shelf->lock);
	rond_stream_unref(self->parent);
	g_free(self);
}

static const RondStreamOps piece_ops = {
    .pread = piece_pread,
    .free = piece_free,
};

static void count_open(Shelf *self, guint n)
{
	g_mutex_lock(&self->lock);
	self->opens[n]++;
	self->open++;
	self->most = MAX(self->most, self->open);
	g_mutex_unlock(&self->lock);
}

static RondStream *open_piece(gpointer data, guint n, GError **error)
{
	Shelf *self = data;
	Piece *piece;

	if (n == self->bad) {
		rond_fail(error, EACCES, "p%u: locked", n);
		return NULL;
	}
	count_open(self, n);
	piece = g_new0(Piece, 1);
	piece->shelf = self;
	piece->parent = rond_memory_stream_new(self->texts->pdata[n]);
	if (n == self->broken) {
		g_autoptr(RondStream) parent = piece->parent;

		piece->parent = fault_stream_new(parent, 1, EIO);
	}
	rond_stream_init(&piece->stream, &piece_ops,
			 rond_stream_size(piece->parent));
	return &piece->stream;
}

static void shelf_closed(gpointer data)
{
	((Shelf *)data)->freed = TRUE;
}

static void shelf_init(Shelf *self)
{
	*self = (Shelf){.bad = G_MAXUINT, .broken = G_MAXUINT};
	g_mutex_init(&self->lock);
	self->texts =
	    g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
}

static void shelf_clear(Shelf *self)
{
	g_assert_true(self->freed);
	g_assert_cmpuint(self->open, ==, 0);
	g_ptr_array_unref(self->texts);
	g_free(self->opens);
	g_mutex_clear(&self->lock);
}

static void add(Shelf *self, const char *text)
{
	g_ptr_array_add(self->texts, g_bytes_new(text, strlen(text)));
}

static RondStream *join(Shelf *self)
{
	g_autofree guint64 *sizes = g_new(guint64, self->texts->len + 1);
	g_autoptr(GError) error = NULL;
	const RondPieces pieces = {open_piece, self, shelf_closed};
	RondStream *joined;

	self->opens = g_new0(guint, self->texts->len + 1);
	for (guint i = 0; i < self->texts->len; i++)
		sizes[i] = g_bytes_get_size(self->texts->pdata[i]);
	joined =
	    rond_joined_stream_new(sizes, self->texts->len, &pieces, &error);
	g_assert_no_error(error);
	return joined;
}

static void assert_reads(RondStream *stream, guint64 offset, gsize len,
			 const char *expected)
{
	g_autofree char *buf = g_malloc0(len + 1);
	g_autoptr(GError) error = NULL;
	gssize got = rond_stream_pread(stream, buf, len, offset, &error);

	g_assert_no_error(error);
	g_assert_cmpint(got, ==, strlen(expected));
	g_assert_cmpstr(buf, ==, expected);
}

/* Every range of a text in uneven and empty pieces, also past its end. */
static void test_ranges(void)
{
	const char *const texts[] = {"", "", "one", "", "t", "wo three", ""};
	const char *whole = "onetwo three";
	gsize size = strlen(whole);
	Shelf shelf;

	shelf_init(&shelf);
	for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
		add(&shelf, texts[i]);
	RondStream *joined = join(&shelf);

	g_assert_cmpuint(rond_stream_size(joined), ==, size);
	for (gsize from = 0; from <= size + 1; from++)
		for (gsize len = 0; len <= size + 2; len++) {
			g_autofree char *part =
			    g_strndup(whole + MIN(from, size), len);

			assert_reads(joined, from, len, part);
		}
	g_assert_cmpuint(shelf.opens[0], ==, 0);
	g_assert_cmpuint(shelf.opens[2], ==, 1);
	g_assert_cmpuint(shelf.opens[3], ==, 0);
	g_assert_cmpuint(shelf.opens[6], ==, 0);
	rond_stream_unref(joined);
	shelf_clear(&shelf);
}

static void test_none(void)
{
	Shelf shelf;

	shelf_init(&shelf);
	RondStream *joined = join(&shelf);

	assert_reads(joined, 0, 10, "");
	rond_stream_unref(joined);
	shelf_clear(&shelf);

	shelf_init(&shelf);
	add(&shelf, "");
	joined = join(&shelf);
	assert_reads(joined, 0, 10, "");
	rond_stream_unref(joined);
	shelf_clear(&shelf);
}

/* A view gives what lies in one piece. */
static void test_view(void)
{
	g_autoptr(GError) error = NULL;
	RondView view;
	Shelf shelf;

	shelf_init(&shelf);
	add(&shelf, "one");
	add(&shelf, "two");
	RondStream *joined = join(&shelf);

	g_assert_true(rond_stream_view(joined, 5, 1, &view, &error));
	g_assert_cmpmem(view.data, view.len, "ne", 2);
	rond_view_clear(&view);
	g_assert_true(rond_stream_view(joined, 5, 3, &view, &error));
	g_assert_cmpmem(view.data, view.len, "two", 3);
	rond_view_clear(&view);
	rond_stream_unref(joined);
	shelf_clear(&shelf);
}

static void add_many(Shelf *self, guint n)
{
	for (guint i = 0; i < n; i++) {
		g_autofree char *text = g_strdup_printf("%04u", i);

		add(self, text);
	}
}

/* Those used last stay open; the one used longest ago goes. */
static void test_kept(void)
{
	Shelf shelf;

	shelf_init(&shelf);
	add_many(&shelf, KEPT + 2);
	RondStream *joined = join(&shelf);

	for (guint i = 0; i < KEPT; i++)
		assert_reads(joined, i * 4, 1, "0");
	assert_reads(joined, 0, 4, "0000");
	assert_reads(joined, KEPT * 4, 4, "0032");
	g_assert_cmpuint(shelf.open, ==, KEPT);
	assert_reads(joined, 0, 4, "0000");
	assert_reads(joined, 8, 4, "0002");
	g_assert_cmpuint(shelf.opens[0], ==, 1);
	g_assert_cmpuint(shelf.opens[2], ==, 1);
	assert_reads(joined, 4, 4, "0001");
	g_assert_cmpuint(shelf.opens[1], ==, 2);
	g_assert_cmpuint(shelf.open, ==, KEPT);
	g_assert_cmpuint(shelf.most, ==, KEPT + 1);
	rond_stream_unref(joined);
	shelf_clear(&shelf);
}

static gpointer read_all(gpointer data)
{
	RondStream *joined = data;

	for (guint round = 0; round < 20; round++)
		for (guint i = 0; i < 200; i++) {
			g_autofree char *text =
			    g_strdup_printf("%02u%04u", i % 100, i + 1);

			assert_reads(joined, i * 4 + 2, 6, text);
		}
	return NULL;
}

static void test_threads(void)
{
	GThread *threads[N_THREADS];
	Shelf shelf;

	shelf_init(&shelf);
	add_many(&shelf, 201);
	RondStream *joined = join(&shelf);

	for (guint i = 0; i < N_THREADS; i++)
		threads[i] = g_thread_new("reader", read_all, joined);
	for (guint i = 0; i < N_THREADS; i++)
		g_thread_join(threads[i]);
	g_assert_cmpuint(shelf.open, ==, KEPT);
	g_assert_cmpuint(shelf.most, <=, KEPT + N_THREADS);
	rond_stream_unref(joined);
	shelf_clear(&shelf);
}

static void assert_fails(RondStream *joined, guint64 offset, gsize len,
			 int code, const char *words)
{
	g_autofree char *buf = g_malloc(len);
	g_autoptr(GError) error = NULL;

	g_assert_cmpint(rond_stream_pread(joined, buf, len, offset, &error), ==,
			-1);
	g_assert_error(error, ROND_ERROR, code);
	g_assert_nonnull(strstr(error->message, words));
}

/* One that can't be had fails where it is needed, each time. */
static void test_errors(void)
{
	g_autoptr(GError) error = NULL;
	RondView view;
	Shelf shelf;

	shelf_init(&shelf);
	add_many(&shelf, 5);
	shelf.bad = 1;
	shelf.broken = 3;
	RondStream *joined = join(&shelf);

	assert_fails(joined, 2, 4, EACCES, "p1: locked");
	assert_fails(joined, 4, 1, EACCES, "p1: locked");
	assert_fails(joined, 8, 8, EIO, "piece 4 of 5: read 1 fails");
	assert_reads(joined, 8, 4, "0002");
	g_assert_false(rond_stream_view(joined, 1, 5, &view, &error));
	g_assert_error(error, ROND_ERROR, EACCES);
	rond_stream_unref(joined);
	shelf_clear(&shelf);
}

/* A piece that was cut or has grown since its size was told. */
static void test_stale(void)
{
	const char *const others[] = {"000", "00001"};

	for (guint i = 0; i < G_N_ELEMENTS(others); i++) {
		Shelf shelf;

		shelf_init(&shelf);
		add_many(&shelf, 3);
		RondStream *joined = join(&shelf);

		g_bytes_unref(shelf.texts->pdata[1]);
		shelf.texts->pdata[1] =
		    g_bytes_new(others[i], strlen(others[i]));
		assert_fails(joined, 0, 12, ESTALE, "piece 2 of 3");
		assert_reads(joined, 8, 4, "0002");
		rond_stream_unref(joined);
		shelf_clear(&shelf);
	}
}

static void test_overflow(void)
{
	const guint64 most = ROND_SIZE_UNKNOWN - 1;
	const guint64 sizes[][2] = {
	    {most, 1}, {1, most}, {ROND_SIZE_UNKNOWN, 0}, {most, most}};
	Shelf shelf;

	for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
		g_autoptr(GError) error = NULL;
		const RondPieces pieces = {open_piece, &shelf, shelf_closed};

		shelf_init(&shelf);
		g_assert_null(
		    rond_joined_stream_new(sizes[i], 2, &pieces, &error));
		g_assert_error(error, ROND_ERROR, EOVERFLOW);
		shelf_clear(&shelf);
	}
}

/* The largest that there can be: its last byte is looked for, no more. */
static void test_largest(void)
{
	const guint64 sizes[] = {4, ROND_SIZE_UNKNOWN - 5};
	Shelf shelf;
	const RondPieces pieces = {open_piece, &shelf, shelf_closed};

	shelf_init(&shelf);
	add_many(&shelf, 2);
	shelf.opens = g_new0(guint, 2);
	RondStream *joined = rond_joined_stream_new(sizes, 2, &pieces, NULL);

	g_assert_cmpuint(rond_stream_size(joined), ==, ROND_SIZE_UNKNOWN - 1);
	assert_fails(joined, ROND_SIZE_UNKNOWN - 2, 9, ESTALE, "piece 2");
	assert_reads(joined, 1, 3, "000");
	rond_stream_unref(joined);
	shelf_clear(&shelf);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/joined/ranges", test_ranges);
	g_test_add_func("/joined/none", test_none);
	g_test_add_func("/joined/view", test_view);
	g_test_add_func("/joined/kept", test_kept);
	g_test_add_func("/joined/threads", test_threads);
	g_test_add_func("/joined/errors", test_errors);
	g_test_add_func("/joined/stale", test_stale);
	g_test_add_func("/joined/overflow", test_overflow);
	g_test_add_func("/joined/largest", test_largest);
	return g_test_run();
}
