/* SPDX-License-Identifier: BSD-2-Clause */
/* The thread that hashes, and which bytes it is told to be whose. */
#include "backends/crc32.h"
#include "backends/index/filehashes.h"

#include <string.h>

static void check(RondHasher *hasher, guint32 file, const void *data, gsize len)
{
	const guint8 *hash = rond_hasher_sha256(hasher, file);
	guint8 expected[ROND_SHA256_SIZE];
	gsize size = sizeof expected;
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);

	g_checksum_update(sum, data, (gssize)len);
	g_checksum_get_digest(sum, expected, &size);
	g_assert_nonnull(hash);
	g_assert_cmpmem(hash, ROND_SHA256_SIZE, expected, size);
}

/* More blocks than there are at a time: those who take them wait, and the
 * results are in order. */
static void test_blocks(void)
{
	g_autoptr(RondHasher) hasher = rond_hasher_new();
	g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
	const guint n = 300;

	for (guint i = 0; i < n; i++) {
		RondHashBlock *block = rond_hasher_take(hasher);

		g_hash_table_add(seen, block);
		g_assert_cmpuint(block->len, ==, 0);
		g_assert_cmpuint(block->steps->len, ==, 0);
		memset(block->data, (int)i, i + 1);
		block->len = i + 1;
		block->checked = TRUE;
		rond_hasher_give(hasher, block);
	}
	rond_hasher_wait(hasher);
	GArray *crcs = rond_hasher_crcs(hasher);

	g_assert_cmpuint(crcs->len, ==, n);
	g_assert_cmpuint(g_hash_table_size(seen), <=, 32);
	for (guint i = 0; i < n; i++) {
		g_autofree guint8 *data = g_malloc(i + 1);

		memset(data, (int)i, i + 1);
		g_assert_cmpuint(g_array_index(crcs, guint32, i), ==,
				 rond_crc32(0, data, i + 1));
	}
}

/* Freed with work left, and with nothing ever done. */
static void test_abandoned(void)
{
	RondHasher *idle = rond_hasher_new();
	RondHasher *hasher = rond_hasher_new();
	RondHashStep step = {.first = TRUE, .zeros = G_MAXUINT64};
	RondHashBlock *block = rond_hasher_take(hasher);

	rond_hasher_free(idle);
	g_array_append_val(block->steps, step);
	rond_hasher_give(hasher, block);
	rond_hasher_drop(hasher, rond_hasher_take(hasher));
	rond_hasher_free(hasher);
}

/* The decoded bytes of the tests: each tells its place. */
static guint8 byte_at(guint64 place)
{
	return (guint8)(place * 2654435761U >> 13);
}

static guint8 *bytes_at(guint64 place, gsize len)
{
	guint8 *data = g_malloc(len + 1);

	for (gsize i = 0; i < len; i++)
		data[i] = byte_at(place + i);
	return data;
}

/* @size decoded bytes pass by. */
static void pass(RondHasher *hasher, RondFileHashes *files, guint64 size)
{
	for (guint64 at = 0; at < size; at += ROND_BLOCK_SIZE) {
		RondHashBlock *block = rond_hasher_take(hasher);

		block->len = MIN(ROND_BLOCK_SIZE, size - at);
		for (gsize i = 0; i < block->len; i++)
			block->data[i] = byte_at(at + i);
		rond_file_hashes_cut(files, block, at);
		rond_hasher_give(hasher, block);
	}
	rond_file_hashes_end(files, size);
	rond_hasher_wait(hasher);
}

static void add(RondFileHashes *files, guint64 at, guint64 length)
{
	RondExtent extent = {0, at, length};
	RondEntry entry = {
	    .size = length, .extents = &extent, .n_extents = length > 0};

	rond_file_hashes_add(files, 1, &entry);
}

/* Files within a block, over several, at their edges, and empty ones. */
static void test_places(void)
{
	const struct {
		guint64 at, length;
	} places[] = {{0, 1},
		      {0, 0},
		      {1, ROND_BLOCK_SIZE - 1},
		      {ROND_BLOCK_SIZE, 5},
		      {ROND_BLOCK_SIZE + 900, 3 * ROND_BLOCK_SIZE},
		      {0, 0},
		      {5 * ROND_BLOCK_SIZE - 1, 2},
		      {6 * ROND_BLOCK_SIZE, ROND_BLOCK_SIZE},
		      {7 * ROND_BLOCK_SIZE, 1},
		      {0, 0}};
	g_autoptr(RondHasher) hasher = rond_hasher_new();
	g_autoptr(RondFileHashes) files = rond_file_hashes_new(hasher);

	for (gsize i = 0; i < G_N_ELEMENTS(places); i++)
		add(files, places[i].at, places[i].length);
	pass(hasher, files, 7 * ROND_BLOCK_SIZE + 1);
	for (guint i = 0; i < G_N_ELEMENTS(places); i++) {
		g_autofree guint8 *data =
		    bytes_at(places[i].at, places[i].length);

		check(hasher, i, data, places[i].length);
	}
}

/* What ends behind the end has no hash, nor what comes out of order or too
 * late; what follows has. */
static void test_impossible(void)
{
	g_autoptr(RondHasher) hasher = rond_hasher_new();
	g_autoptr(RondFileHashes) files = rond_file_hashes_new(hasher);
	g_autofree guint8 *data = bytes_at(600, 50);

	add(files, 500, 100);
	add(files, 400, 100);
	add(files, 600, 50);
	add(files, 900, 101);
	add(files, 2000, 1);
	pass(hasher, files, 1000);
	check(hasher, 2, data, 50);
	g_assert_nonnull(rond_hasher_sha256(hasher, 0));
	for (guint i = 1; i < 5; i++)
		g_assert_true(i == 2 || !rond_hasher_sha256(hasher, i));
}

/* Holes are zeros: before, between and behind the pieces, or all there is. */
static void test_holes(void)
{
	const RondExtent extents[] = {{100, 10, 20}, {200000, 40, 7}};
	const RondEntry entry = {
	    .size = 300000, .extents = extents, .n_extents = 2};
	const RondEntry hole = {.size = 70000};
	const RondEntry huge = {.size = G_GUINT64_CONSTANT(1) << 40};
	g_autoptr(RondHasher) hasher = rond_hasher_new();
	g_autoptr(RondFileHashes) files = rond_file_hashes_new(hasher);
	g_autofree guint8 *data = g_malloc0(300000);

	rond_file_hashes_add(files, 1, &entry);
	rond_file_hashes_add(files, 2, &huge);
	rond_file_hashes_add(files, 3, &hole);
	pass(hasher, files, 50);
	g_assert_null(rond_hasher_sha256(hasher, 1));
	check(hasher, 2, data, 70000);
	for (guint i = 0; i < 20; i++)
		data[100 + i] = byte_at(10 + i);
	for (guint i = 0; i < 7; i++)
		data[200000 + i] = byte_at(40 + i);
	check(hasher, 0, data, 300000);
}

/* All holes together are bounded, too. */
static void test_many_holes(void)
{
	const RondEntry hole = {.size = 256 << 20};
	g_autoptr(RondHasher) hasher = rond_hasher_new();
	g_autoptr(RondFileHashes) files = rond_file_hashes_new(hasher);
	RondHashBlock *block = rond_hasher_take(hasher);

	for (guint i = 0; i < 1000; i++)
		rond_file_hashes_add(files, 1, &hole);
	rond_file_hashes_cut(files, block, 0);
	g_assert_cmpuint(block->steps->len, ==, 16);
	rond_hasher_drop(hasher, block);
}

/* Fed in pieces of any size; what gets too little or too much has no hash. */
static void test_fed(void)
{
	const gsize len = 3 * ROND_BLOCK_SIZE + 17;
	g_autoptr(RondHasher) hasher = rond_hasher_new();
	g_autoptr(RondFileHashes) files = rond_file_hashes_new(hasher);
	g_autoptr(RondIndexBuilder) builder = rond_index_builder_new();
	g_autofree guint8 *data = bytes_at(0, len);

	rond_file_hashes_add_fed(files, ROND_INDEX_NONE, len);
	for (gsize at = 0, part = 1; at < len; at += part) {
		part = MIN(part * 3 + 1, len - at);
		rond_file_hashes_feed(files, data + at, part);
		part = MIN(part, len - at);
	}
	rond_file_hashes_add_fed(files, ROND_INDEX_NONE, 10);
	rond_file_hashes_feed(files, data, 9);
	rond_file_hashes_add_fed(files, ROND_INDEX_NONE, 0);
	rond_file_hashes_add_fed(files, ROND_INDEX_NONE, 3);
	rond_file_hashes_feed(files, data, 3);
	rond_file_hashes_settle(files, builder);
	check(hasher, 0, data, len);
	g_assert_null(rond_hasher_sha256(hasher, 1));
	check(hasher, 2, data, 0);
	check(hasher, 3, data, 3);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/hasher/blocks", test_blocks);
	g_test_add_func("/hasher/abandoned", test_abandoned);
	g_test_add_func("/hasher/places", test_places);
	g_test_add_func("/hasher/impossible", test_impossible);
	g_test_add_func("/hasher/holes", test_holes);
	g_test_add_func("/hasher/many-holes", test_many_holes);
	g_test_add_func("/hasher/fed", test_fed);
	return g_test_run();
}
