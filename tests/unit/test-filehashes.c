/* SPDX-License-Identifier: BSD-2-Clause */
/* Bytes that grow by pieces, as the rows of a dump do, while blocks go by. */
#include "backends/index/filehashes.h"

#include <string.h>

/* Each decoded byte tells its place. */
static guint8 byte_at(guint64 place)
{
	return (guint8)(place * 2654435761U >> 13);
}

typedef struct {
	RondHasher *hasher;
	RondFileHashes *files;
	guint64 passed;
} Flow;

static void flow_init(Flow *self)
{
	self->hasher = rond_hasher_new();
	self->files = rond_file_hashes_new(self->hasher);
	self->passed = 0;
}

static void flow_clear(Flow *self)
{
	g_clear_pointer(&self->files, rond_file_hashes_free);
	g_clear_pointer(&self->hasher, rond_hasher_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Flow, flow_clear)

/* The next block goes by; @len bytes of it. */
static void pass(Flow *self, gsize len)
{
	RondHashBlock *block = rond_hasher_take(self->hasher);

	for (gsize i = 0; i < len; i++)
		block->data[i] = byte_at(self->passed + i);
	block->len = len;
	rond_file_hashes_cut(self->files, block, self->passed);
	rond_hasher_give(self->hasher, block);
	self->passed += len;
}

static void end(Flow *self)
{
	rond_file_hashes_end(self->files, self->passed);
	rond_file_hashes_wait(self->files);
}

/* That file @number is the bytes of @ranges, up to an empty one. */
static void check(Flow *self, guint32 number, const RondRange *ranges)
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	const guint8 *hash = rond_file_hashes_sha256(self->files, number);
	guint8 expected[ROND_SHA256_SIZE];
	gsize size = sizeof expected;

	for (; ranges->from < ranges->to; ranges++)
		for (guint64 at = ranges->from; at < ranges->to; at++) {
			guint8 byte = byte_at(at);

			g_checksum_update(sum, &byte, 1);
		}
	g_checksum_get_digest(sum, expected, &size);
	g_assert_nonnull(hash);
	g_assert_cmpmem(hash, ROND_SHA256_SIZE, expected, size);
}

static void grow(Flow *self, guint64 from, guint64 to)
{
	rond_file_hashes_grow(self->files, from, to - from);
}

#define B ROND_BLOCK_SIZE

/* Told before the block goes by, over its borders, with gaps or none. */
static void test_pieces(void)
{
	static const RondRange one[] = {{10, 20}, {20, B}, {B, B + 5}, {0, 0}};
	static const RondRange two[] = {
	    {B + 5, B + 6}, {B + 100, 3 * B + 1}, {0, 0}};
	static const RondRange three[] = {
	    {4 * B - 1, 4 * B + 1}, {5 * B - 1, 5 * B}, {0, 0}};
	static const RondRange *const all[] = {one, two, three};
	g_auto(Flow) flow = {NULL};

	flow_init(&flow);
	for (guint i = 0; i < G_N_ELEMENTS(all); i++) {
		g_assert_cmpuint(rond_file_hashes_open(flow.files), ==, i);
		for (const RondRange *at = all[i]; at->to; at++)
			grow(&flow, at->from, at->to);
		rond_file_hashes_close(flow.files);
	}
	for (guint i = 0; i < 5; i++)
		pass(&flow, B);
	end(&flow);
	for (guint i = 0; i < G_N_ELEMENTS(all); i++)
		check(&flow, i, all[i]);
}

/* It grows while its first blocks have gone by already, and is closed then. */
static void test_interleaved(void)
{
	static const RondRange one[] = {{5, 3 * B}, {0, 0}};
	static const RondRange two[] = {{3 * B + 7, 4 * B}, {0, 0}};
	g_auto(Flow) flow = {NULL};

	flow_init(&flow);
	rond_file_hashes_open(flow.files);
	grow(&flow, 5, B + 9);
	pass(&flow, B);
	grow(&flow, B + 9, 2 * B);
	pass(&flow, B);
	grow(&flow, 2 * B, 3 * B);
	pass(&flow, B);
	rond_file_hashes_close(flow.files);
	rond_file_hashes_open(flow.files);
	grow(&flow, 3 * B + 7, 4 * B);
	pass(&flow, B);
	rond_file_hashes_close(flow.files);
	pass(&flow, 100);
	end(&flow);
	check(&flow, 0, one);
	check(&flow, 1, two);
}

/* Closed when the last block is still to come, but none behind the bytes. */
static void test_last(void)
{
	static const RondRange one[] = {{0, B + 17}, {0, 0}};
	g_auto(Flow) flow = {NULL};

	flow_init(&flow);
	rond_file_hashes_open(flow.files);
	grow(&flow, 0, B + 17);
	pass(&flow, B);
	rond_file_hashes_close(flow.files);
	pass(&flow, 17);
	end(&flow);
	check(&flow, 0, one);
}

/* Nothing, between others and alone. */
static void test_empty(void)
{
	static const RondRange none[] = {{0, 0}};
	static const RondRange some[] = {{3, 9}, {0, 0}};
	g_auto(Flow) flow = {NULL};

	flow_init(&flow);
	for (guint i = 0; i < 4; i++) {
		rond_file_hashes_open(flow.files);
		if (i == 2)
			grow(&flow, 3, 9);
		grow(&flow, 50, 50);
		rond_file_hashes_close(flow.files);
	}
	pass(&flow, 100);
	end(&flow);
	for (guint i = 0; i < 4; i++)
		check(&flow, i, i == 2 ? some : none);
}

/* What is told too late, ends too late or is doubtful has none; who comes after
 * it has. */
static void test_unknown(void)
{
	static const RondRange good[] = {{B + 50, B + 60}, {0, 0}};
	g_auto(Flow) flow = {NULL};

	flow_init(&flow);
	pass(&flow, B);
	rond_file_hashes_open(flow.files);
	grow(&flow, B - 1, B + 10);
	grow(&flow, B + 10, B + 20);
	rond_file_hashes_close(flow.files);
	rond_file_hashes_open(flow.files);
	grow(&flow, B + 50, B + 60);
	rond_file_hashes_close(flow.files);
	rond_file_hashes_open(flow.files);
	grow(&flow, B + 60, B + 70);
	rond_file_hashes_close(flow.files);
	rond_file_hashes_open(flow.files);
	grow(&flow, 2 * B - 5, 2 * B + 5);
	rond_file_hashes_close(flow.files);
	pass(&flow, B);
	rond_file_hashes_doubt(flow.files, B + 69, B + 80);
	end(&flow);
	g_assert_null(rond_file_hashes_sha256(flow.files, 0));
	check(&flow, 1, good);
	g_assert_null(rond_file_hashes_sha256(flow.files, 2));
	g_assert_null(rond_file_hashes_sha256(flow.files, 3));
}

/* Any pieces, told as late as may be. */
static void test_random(void)
{
	g_autoptr(GArray) all = g_array_new(TRUE, TRUE, sizeof(RondRange));
	g_autoptr(GArray) firsts = g_array_new(FALSE, FALSE, sizeof(guint));
	g_auto(Flow) flow = {NULL};
	guint64 at = 0;

	flow_init(&flow);
	while (at < 30 * B) {
		guint n = (guint)g_test_rand_int_range(0, 6);
		const RondRange none = {0, 0};

		g_array_append_val(firsts, all->len);
		rond_file_hashes_open(flow.files);
		while (n--) {
			RondRange range = {.from = at};

			range.from += (guint64)g_test_rand_int_range(0, 2000);
			at = range.to =
			    range.from +
			    (guint64)g_test_rand_int_range(1, 100000);
			while (flow.passed + B <= range.from)
				pass(&flow, B);
			grow(&flow, range.from, range.to);
			g_array_append_val(all, range);
		}
		rond_file_hashes_close(flow.files);
		g_array_append_val(all, none);
	}
	while (flow.passed <= at)
		pass(&flow, B);
	end(&flow);
	for (guint i = 0; i < firsts->len; i++)
		check(&flow, i,
		      &g_array_index(all, RondRange,
				     g_array_index(firsts, guint, i)));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/file-hashes/pieces", test_pieces);
	g_test_add_func("/file-hashes/interleaved", test_interleaved);
	g_test_add_func("/file-hashes/last", test_last);
	g_test_add_func("/file-hashes/empty", test_empty);
	g_test_add_func("/file-hashes/unknown", test_unknown);
	g_test_add_func("/file-hashes/random", test_random);
	return g_test_run();
}
