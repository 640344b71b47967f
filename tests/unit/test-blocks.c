/* SPDX-License-Identifier: BSD-2-Clause */
/* What is decoded ahead comes as if it were decoded when it is taken. */
#include "backends/crc32.h"
#include "backends/error.h"
#include "backends/index/blocks.h"
#include "backends/index/watched.h"
#include "tests/unit/fault-stream.h"

#include <errno.h>
#include <string.h>

#define LARGE (40 * ROND_BLOCK_SIZE + 777)
#define STORED_MAX 65535

typedef struct {
	RondHasher *hasher;
	RondBlocks *blocks;
	GPtrArray *messages;
	guint64 told; /* the place of the last finding */
} Taker;

static void on_finding(const RondFinding *finding, gpointer data)
{
	Taker *taker = data;

	g_ptr_array_add(taker->messages, g_strdup(finding->message));
	taker->told = finding->from;
}

static void begin(Taker *taker, RondStream *source, const char *codec)
{
	g_autoptr(GError) error = NULL;

	*taker = (Taker){.hasher = rond_hasher_new()};
	taker->messages = g_ptr_array_new_with_free_func(g_free);
	const RondBlocksConfig config = {
	    .source = source,
	    .codec = rond_codec_by_name(codec),
	    .hasher = taker->hasher,
	    .spacing = ROND_BLOCK_SIZE,
	    .points = TRUE,
	    .finding = on_finding,
	    .data = taker,
	};

	taker->blocks = rond_blocks_new(&config, &error);
	g_assert_no_error(error);
}

static void end(Taker *taker)
{
	rond_blocks_free(taker->blocks);
	rond_hasher_free(taker->hasher);
	g_ptr_array_unref(taker->messages);
}

static GBytes *make_bytes(gsize size)
{
	guint32 *words = g_malloc(size + 4);

	for (gsize i = 0; i <= size / 4; i++)
		words[i] = (guint32)g_test_rand_int();
	return g_bytes_new_take(words, size);
}

/* Take a block, which holds what is at @at; its size. */
static gsize take(Taker *taker, GBytes *bytes, guint64 at)
{
	RondHashBlock *block = rond_blocks_next(taker->blocks);
	gsize size, len = block->len;
	const guint8 *data = g_bytes_get_data(bytes, &size);

	g_assert_cmpuint(at + len, <=, size);
	g_assert_true(!memcmp(block->data, data + at, len));
	g_assert_true(len == ROND_BLOCK_SIZE ||
		      rond_blocks_ended(taker->blocks));
	rond_hasher_give(taker->hasher, block);
	return len;
}

/* To the end; how much that was. */
static guint64 take_all(Taker *taker, GBytes *bytes)
{
	guint64 at = 0;

	while (!rond_blocks_ended(taker->blocks))
		at += take(taker, bytes, at);
	return at;
}

static void test_ends(void)
{
	static const gsize sizes[] = {0,
				      1,
				      ROND_BLOCK_SIZE - 1,
				      ROND_BLOCK_SIZE,
				      4 * ROND_BLOCK_SIZE,
				      5 * ROND_BLOCK_SIZE,
				      5 * ROND_BLOCK_SIZE + 1,
				      20 * ROND_BLOCK_SIZE,
				      LARGE};

	for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
		g_autoptr(GBytes) bytes = make_bytes(sizes[i]);
		g_autoptr(RondStream) source = rond_memory_stream_new(bytes);
		Taker taker;

		begin(&taker, source, "stored");
		g_assert_false(rond_blocks_ended(taker.blocks));
		g_assert_cmpuint(take_all(&taker, bytes), ==, sizes[i]);
		g_assert_null(rond_blocks_failure(taker.blocks));
		end(&taker);
	}
}

/* Whichever read fails: what is before it comes, then the failure. */
static void test_failures(void)
{
	g_autoptr(GBytes) bytes = make_bytes(LARGE);
	g_autoptr(RondStream) plain = rond_memory_stream_new(bytes);
	g_autoptr(RondStream) counted = fault_stream_new(plain, 0, EIO);
	guint64 before = 0;
	Taker taker;

	begin(&taker, counted, "stored");
	take_all(&taker, bytes);
	end(&taker);
	for (guint n = 1; n <= fault_stream_reads(counted); n++) {
		g_autoptr(RondStream) fault =
		    fault_stream_new(plain, n, ESTALE);

		begin(&taker, fault, "stored");
		guint64 size = take_all(&taker, bytes);

		g_assert_error(rond_blocks_failure(taker.blocks), ROND_ERROR,
			       ESTALE);
		g_assert_cmpuint(size, >=, before);
		g_assert_cmpuint(size, <=, LARGE);
		before = size;
		end(&taker);
	}
	g_assert_cmpuint(before, >, LARGE - ROND_BLOCK_SIZE);
}

/* Nothing is read when it has been stopped, and not much before. */
static void test_stopped(void)
{
	g_autoptr(GBytes) bytes = make_bytes(LARGE);
	g_autoptr(RondStream) plain = rond_memory_stream_new(bytes);
	const guint block = 3; /* reads that it takes at most */

	for (guint n = 0; n < 40; n += 3) {
		g_autoptr(RondStream) counted = fault_stream_new(plain, 0, EIO);
		Taker taker;

		begin(&taker, counted, "stored");
		for (guint i = 0; i < n; i++)
			take(&taker, bytes, (guint64)i * ROND_BLOCK_SIZE);
		if (n % 2)
			g_usleep(1000);
		rond_blocks_stop(taker.blocks);
		guint reads = fault_stream_reads(counted);

		g_assert_cmpuint(reads, <=,
				 (n + ROND_BLOCKS_AHEAD + 1) * block);
		g_usleep(1000);
		g_assert_cmpuint(fault_stream_reads(counted), ==, reads);
		end(&taker);
	}
}

/* As it is, while somebody else decodes. */
static void test_abandoned(void)
{
	g_autoptr(GBytes) bytes = make_bytes(LARGE);
	g_autoptr(RondStream) source = rond_memory_stream_new(bytes);

	for (guint n = 0; n < 41; n++) {
		Taker taker;

		begin(&taker, source, "stored");
		for (guint i = 0; i < n; i++)
			take(&taker, bytes, (guint64)i * ROND_BLOCK_SIZE);
		end(&taker);
	}
}

static void test_cancelled(void)
{
	g_autoptr(GBytes) bytes = make_bytes(LARGE);
	g_autoptr(RondStream) plain = rond_memory_stream_new(bytes);

	for (guint n = 0; n < 30; n += 7) {
		g_autoptr(GCancellable) cancellable = g_cancellable_new();
		g_auto(RondWatched) source;
		guint64 at = 0;
		Taker taker;

		rond_watched_init(&source, plain);
		source.cancellable = cancellable;
		begin(&taker, &source.base, "stored");
		for (guint i = 0; i < n; i++)
			at += take(&taker, bytes, at);
		g_cancellable_cancel(cancellable);
		while (!rond_blocks_ended(taker.blocks))
			at += take(&taker, bytes, at);
		g_assert_error(rond_blocks_failure(taker.blocks), G_IO_ERROR,
			       G_IO_ERROR_CANCELLED);
		g_assert_cmpuint(at, <, LARGE);
		end(&taker);
	}
}

static void put_le(GByteArray *out, guint32 value, guint bytes)
{
	for (; bytes--; value >>= 8)
		g_byte_array_append(out, &(guint8){value & 0xff}, 1);
}

/* A member of @len stored bytes, whose header fails its check if @bad. */
static void put_member(GByteArray *out, const guint8 *data, gsize len,
		       gboolean bad)
{
	guint8 head[10] = {0x1f, 0x8b, 8, bad ? 2 : 0};

	g_byte_array_append(out, head, sizeof head);
	if (bad)
		put_le(out, 0, 2);
	put_le(out, 1, 1);
	put_le(out, (guint32)(len | ~len << 16), 4);
	g_byte_array_append(out, data, (guint)len);
	put_le(out, rond_crc32(0, data, len), 4);
	put_le(out, (guint32)len, 4);
}

/* After each stored member come @empty bad ones of nothing. */
static GBytes *make_members(GBytes *bytes, guint empty)
{
	GByteArray *out = g_byte_array_new();
	gsize size;
	const guint8 *data = g_bytes_get_data(bytes, &size);

	for (gsize at = 0; at < size; at += STORED_MAX) {
		put_member(out, data + at, MIN(STORED_MAX, size - at), FALSE);
		for (guint i = 0; i < empty; i++)
			put_member(out, data, 0, TRUE);
	}
	return g_byte_array_free_to_bytes(out);
}

/* Each with its block, however many there are, and in order. */
static void check_findings(guint empty)
{
	g_autoptr(GBytes) bytes = make_bytes(LARGE);
	g_autoptr(GBytes) packed = make_members(bytes, empty);
	g_autoptr(RondStream) source = rond_memory_stream_new(packed);
	guint64 at = 0;
	guint seen = 0;
	Taker taker;

	begin(&taker, source, "gzip");
	while (!rond_blocks_ended(taker.blocks)) {
		at += take(&taker, bytes, at);
		/* One that is where a block ends may come with either. */
		guint least = (guint)((at - 1) / STORED_MAX) * empty;
		guint most = (guint)(at / STORED_MAX + 1) * empty;

		g_assert_cmpuint(taker.messages->len, >=, least);
		g_assert_cmpuint(taker.messages->len, <=, most);
		g_assert_cmpuint(taker.told, <=, at);
	}
	g_assert_cmpuint(at, ==, LARGE);
	for (guint i = 0; i < taker.messages->len; i++, seen++) {
		g_autofree char *member =
		    g_strdup_printf("gzip member %u ", i + i / empty + 2);

		g_assert_nonnull(strstr(taker.messages->pdata[i], member));
	}
	g_assert_cmpuint(seen, ==, (LARGE / STORED_MAX + 1) * empty);
	end(&taker);
}

static void test_findings(void)
{
	check_findings(1);
	check_findings(1000);
}

/* Nobody takes any of them any more. */
static void test_findings_abandoned(void)
{
	g_autoptr(GBytes) bytes = make_bytes(LARGE);
	g_autoptr(GBytes) packed = make_members(bytes, 500);
	g_autoptr(RondStream) source = rond_memory_stream_new(packed);

	for (guint n = 0; n < 12; n++) {
		Taker taker;

		begin(&taker, source, "gzip");
		for (guint i = 0; i < n; i++)
			take(&taker, bytes, (guint64)i * ROND_BLOCK_SIZE);
		end(&taker);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/blocks/ends", test_ends);
	g_test_add_func("/blocks/failures", test_failures);
	g_test_add_func("/blocks/stopped", test_stopped);
	g_test_add_func("/blocks/abandoned", test_abandoned);
	g_test_add_func("/blocks/cancelled", test_cancelled);
	g_test_add_func("/blocks/findings", test_findings);
	g_test_add_func("/blocks/findings-abandoned", test_findings_abandoned);
	return g_test_run();
}
