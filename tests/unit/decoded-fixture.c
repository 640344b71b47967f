/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/decoded-fixture.h"

#include "backends/crc32.h"
#include "backends/error.h"
#include "tests/unit/fake-codec.h"

#include <string.h>

static GBytes *random_bytes(gsize size)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(size);
	guint8 *data = g_malloc(MAX(size, 1));

	for (gsize i = 0; i < size; i++)
		data[i] = g_rand_int(rand);
	return g_bytes_new_take(data, size);
}

guint32 decoded_fixture_crc(const DecodedFixture *self, guint64 from,
			    guint64 to)
{
	return rond_crc32(0, self->plain + from, to - from);
}

void decoded_fixture_prepare(DecodedFixture *self, gsize size, gsize keep)
{
	memset(self, 0, sizeof(*self));
	self->bytes = random_bytes(size);
	self->plain = g_bytes_get_data(self->bytes, NULL);
	self->packed = fake_packed_new(self->bytes);
	self->cache = rond_block_cache_new(keep * rond_block_cost(BLOCK));
	self->crcs = g_array_new(FALSE, FALSE, sizeof(guint32));
	for (gsize at = 0; at < size; at += BLOCK) {
		guint32 crc =
		    decoded_fixture_crc(self, at, MIN(at + BLOCK, size));

		g_array_append_val(self->crcs, crc);
	}
	self->config = (RondDecodedConfig){
	    .step = BLOCK,
	    .packed = self->packed,
	    .cache = self->cache,
	    .key = {rond_block_cache_new_stream(self->cache), 100},
	    .map = {.codec = fake_codec(),
		    .size = size,
		    .block_size = BLOCK,
		    .block_crcs = (guint32 *)(void *)self->crcs->data,
		    .n_points = size / SPACING,
		    .point = fake_point,
		    .point_out = fake_point_out,
		    .data = fake_points(SPACING, FAKE_POINT_TRUE)},
	};
}

void decoded_fixture_begin(DecodedFixture *self)
{
	self->stream = rond_decoded_stream_new(&self->config);
}

void decoded_fixture_end(DecodedFixture *self)
{
	rond_stream_unref(self->stream);
	rond_stream_unref(self->packed);
	rond_block_cache_unref(self->cache);
	g_array_unref(self->crcs);
	g_bytes_unref(self->bytes);
}

void expect_read(DecodedFixture *self, guint64 offset, gsize len)
{
	g_autoptr(GError) error = NULL;
	g_autofree guint8 *buf = g_malloc(MAX(len, 1));
	guint64 size = self->config.map.size;
	gsize want = offset < size ? MIN(len, size - offset) : 0;
	gssize got = rond_stream_pread(self->stream, buf, len, offset, &error);

	g_assert_no_error(error);
	g_assert_cmpint(got, ==, want);
	g_assert_true(memcmp(buf, self->plain + MIN(offset, size), want) == 0);
}

void expect_failure(DecodedFixture *self, guint64 offset, gsize len, int code)
{
	g_autoptr(GError) error = NULL;
	g_autofree guint8 *buf = g_malloc(len);

	g_assert_cmpint(
	    rond_stream_pread(self->stream, buf, len, offset, &error), ==, -1);
	g_assert_error(error, ROND_ERROR, code);
}
