/* SPDX-License-Identifier: BSD-2-Clause */
/* Small deflated zip members: whole, checked, once. */
#include "backends/index/small-member.h"

#include "backends/crc32.h"
#include "backends/error.h"
#include "backends/index/member.h"
#include "tests/unit/codec-testing.h"
#include "tests/unit/fault-stream.h"

#include <errno.h>
#include <string.h>

#define SIZE 100000

typedef struct {
	GBytes *data, *packed;
	guint32 crc32;
	RondBlockCache *cache;
	guint owners;
} Fixture;

static void set_up(Fixture *self, gconstpointer data)
{
	g_autoptr(GBytes) gz = NULL;

	self->data = make_text(SIZE);
	gz = pack(self->data, "gzip -n");
	self->packed =
	    g_bytes_new_from_bytes(gz, 10, g_bytes_get_size(gz) - 18);
	self->crc32 = rond_crc32(0, g_bytes_get_data(self->data, NULL), SIZE);
	self->cache = rond_block_cache_new(1 << 20);
}

static void tear_down(Fixture *self, gconstpointer data)
{
	g_assert_cmpuint(self->owners, ==, 0);
	g_bytes_unref(self->data);
	g_bytes_unref(self->packed);
	rond_block_cache_unref(self->cache);
}

static void owner_gone(gpointer owner)
{
	((Fixture *)owner)->owners--;
}

/* The member over @packed, whose @size the directory announces. */
static RondStream *member(Fixture *self, RondStream *packed, guint64 size)
{
	const RondSmallMember small = {
	    .packed = packed,
	    .cache = self->cache,
	    .key = {rond_block_cache_new_stream(self->cache), 0},
	    .size = size,
	    .crc32 = &self->crc32,
	    .owner = self,
	    .owner_free = owner_gone,
	};

	self->owners++;
	return rond_small_member_new(&small);
}

static void test_reads(Fixture *self, gconstpointer data)
{
	g_autoptr(RondStream) memory = rond_memory_stream_new(self->packed);
	g_autoptr(RondStream) packed = fault_stream_new(memory, 0, 0);
	g_autoptr(RondStream) stream = member(self, packed, SIZE);
	const guint8 *expected = g_bytes_get_data(self->data, NULL);
	guint8 buf[5000];

	g_assert_cmpuint(rond_stream_size(stream), ==, SIZE);
	for (gsize at = 0; at < SIZE + 9000; at += 4001) {
		gsize there = at < SIZE ? MIN(sizeof buf, SIZE - at) : 0;
		gssize n = rond_stream_pread(stream, buf, sizeof buf, at, NULL);

		g_assert_cmpmem(buf, n, expected + MIN(at, SIZE), there);
	}
	g_assert_cmpint(fault_stream_reads(packed), ==, 1);
}

static void expect_error(RondStream *stream, int code)
{
	g_autoptr(GError) error = NULL;
	guint8 byte;

	g_assert_cmpint(rond_stream_pread(stream, &byte, 1, 0, &error), ==, -1);
	g_assert_error(error, ROND_ERROR, code);
}

static void test_wrong_sizes(Fixture *self, gconstpointer data)
{
	static const guint64 sizes[] = {1, SIZE - 1, SIZE + 1,
					ROND_SMALL_MEMBER};
	g_autoptr(RondStream) packed = rond_memory_stream_new(self->packed);

	for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
		g_autoptr(RondStream) stream = member(self, packed, sizes[i]);

		expect_error(stream, EIO);
	}
}

static void test_wrong_checksum(Fixture *self, gconstpointer data)
{
	g_autoptr(RondStream) packed = rond_memory_stream_new(self->packed);
	g_autoptr(RondStream) stream = member(self, packed, SIZE);

	self->crc32 ^= 1;
	expect_error(stream, EIO);
	self->crc32 ^= 1;
	guint8 byte;

	g_assert_cmpint(rond_stream_pread(stream, &byte, 1, 9, NULL), ==, 1);
}

static void test_packed_ends_early(Fixture *self, gconstpointer data)
{
	gsize len = g_bytes_get_size(self->packed);
	g_autoptr(RondStream) packed = rond_memory_stream_new(self->packed);
	g_autoptr(RondStream) slice = rond_slice_stream_new(packed, 1, len);
	g_autoptr(RondStream) stream = member(self, slice, SIZE);

	expect_error(stream, EIO);
}

static void test_read_fails(Fixture *self, gconstpointer data)
{
	g_autoptr(RondStream) memory = rond_memory_stream_new(self->packed);
	g_autoptr(RondStream) packed = fault_stream_new(memory, 1, ESTALE);
	g_autoptr(RondStream) stream = member(self, packed, SIZE);

	expect_error(stream, ESTALE);
}

/* What is announced must not make us take memory. */
static void test_fits(void)
{
	g_assert_true(rond_small_member_fits(0, 0));
	g_assert_true(rond_small_member_fits(2, 0));
	g_assert_true(rond_small_member_fits(5000000, 4 << 20));
	g_assert_false(rond_small_member_fits(1 << 20, 1000));
	g_assert_false(rond_small_member_fits(G_MAXUINT64, 4 << 20));
}

#define ADD(name, test)                                                \
	g_test_add("/small-member/" name, Fixture, NULL, set_up, test, \
		   tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("reads", test_reads);
	ADD("wrong-sizes", test_wrong_sizes);
	ADD("wrong-checksum", test_wrong_checksum);
	ADD("packed-ends-early", test_packed_ends_early);
	ADD("read-fails", test_read_fails);
	g_test_add_func("/small-member/fits", test_fits);
	return g_test_run();
}
