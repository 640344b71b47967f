/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pins what inflate-isal.c takes from the inside of ISA-L. These fields are in
 * its public header, but what they mean is nowhere promised. When a new ISA-L
 * fails here, do not use it before inflate-isal.c has been looked at; build
 * with -Disal=disabled meanwhile.
 */
#include "codec-testing.h"

#include <isa-l/igzip_lib.h>
#include <string.h>
#include <zlib.h>

#define FEED 32

G_STATIC_ASSERT(ISAL_BLOCK_NEW_HDR == 0);
G_STATIC_ASSERT(ISAL_BLOCK_HDR == 1);
G_STATIC_ASSERT(ISAL_BLOCK_TYPE0 == 2);
G_STATIC_ASSERT(ISAL_BLOCK_FINISH == 5);
G_STATIC_ASSERT(ISAL_DEF_HIST_SIZE == ROND_WINDOW_SIZE);
/* Room for a window and as much again: what makes the window's place right. */
G_STATIC_ASSERT(sizeof(((struct inflate_state *)0)->tmp_out_buffer) >=
		2 * ROND_WINDOW_SIZE);
/* A dynamic block's header cut in two fits. */
G_STATIC_ASSERT(sizeof(((struct inflate_state *)0)->tmp_in_buffer) >= 286 + 8);

/* Raw deflate by zlib, into blocks of a few KiB. */
static GBytes *deflate_raw(GBytes *data, int level)
{
	z_stream z = {0};
	gsize len;

	g_assert_cmpint(deflateInit2(&z, level, Z_DEFLATED, -15, 5, 0), ==,
			Z_OK);
	z.next_in = (Bytef *)g_bytes_get_data(data, &len);
	z.avail_in = len;
	gsize room = deflateBound(&z, len);
	guint8 *out = g_malloc(room);
	z.next_out = out;
	z.avail_out = room;
	g_assert_cmpint(deflate(&z, Z_FINISH), ==, Z_STREAM_END);
	deflateEnd(&z);
	return g_bytes_new_take(out, room - z.avail_out);
}

/* Where zlib says that blocks begin: bits of @packed. */
static GHashTable *true_boundaries(GBytes *packed, GBytes *data)
{
	GHashTable *bits = g_hash_table_new(g_direct_hash, g_direct_equal);
	gsize room = g_bytes_get_size(data) + 1, len;
	g_autofree guint8 *out = g_malloc(room);
	z_stream z = {0};
	int status = Z_OK;

	g_hash_table_add(bits, GSIZE_TO_POINTER(0));
	inflateInit2(&z, -15);
	z.next_in = (Bytef *)g_bytes_get_data(packed, &len);
	z.avail_in = len;
	z.next_out = out;
	z.avail_out = room;
	while (status == Z_OK) {
		status = inflate(&z, Z_BLOCK);
		gsize bit = 8 * z.total_in - (z.data_type & 7);
		g_hash_table_add(bits, GSIZE_TO_POINTER(bit));
	}
	g_assert_cmpint(status, ==, Z_STREAM_END);
	inflateEnd(&z);
	return bits;
}

static void run(struct inflate_state *state, const guint8 *in, gsize len,
		GByteArray *out)
{
	static guint8 room[1 << 20];

	state->next_in = (guint8 *)in;
	state->avail_in = len;
	state->next_out = room;
	state->avail_out = sizeof(room);
	g_assert_cmpint(isal_inflate(state), ==, ISAL_DECOMP_OK);
	g_byte_array_append(out, room, sizeof(room) - state->avail_out);
}

static struct inflate_state *state_new(void)
{
	struct inflate_state *state = g_new0(struct inflate_state, 1);

	isal_inflate_init(state);
	state->crc_flag = ISAL_DEFLATE;
	return state;
}

/* From the boundary where @state stands, everything decodes the same. */
static void check_resume(const struct inflate_state *state, GBytes *packed,
			 gsize bit, GBytes *rest)
{
	g_autofree struct inflate_state *fresh = state_new();
	g_autoptr(GByteArray) out = g_byte_array_new();
	gsize window = MIN(state->tmp_out_valid, ROND_WINDOW_SIZE), len;
	const guint8 *in = g_bytes_get_data(packed, &len);
	gsize at = bit / 8;

	g_assert_cmpint(isal_inflate_set_dict(fresh,
					      (guint8 *)state->tmp_out_buffer +
						  state->tmp_out_valid - window,
					      window),
			==, COMP_OK);
	if (bit % 8) {
		fresh->read_in = in[at++] >> bit % 8;
		fresh->read_in_length = 8 - bit % 8;
	}
	run(fresh, in + at, len - at, out);
	g_assert_cmpint(fresh->block_state, ==, ISAL_BLOCK_FINISH);
	g_assert_cmpmem(out->data, out->len, g_bytes_get_data(rest, NULL),
			g_bytes_get_size(rest));
}

/* Fed little by little, its state tells where blocks begin. */
static void test_boundaries(void)
{
	g_autoptr(GBytes) data = make_text(400000);
	g_autoptr(GBytes) packed = deflate_raw(data, 6);
	g_autoptr(GHashTable) bits = true_boundaries(packed, data);
	g_autofree struct inflate_state *state = state_new();
	g_autoptr(GByteArray) out = g_byte_array_new();
	gsize len, found = 0;
	const guint8 *in = g_bytes_get_data(packed, &len);

	g_assert_cmpuint(g_hash_table_size(bits), >, 20);
	for (gsize at = 0; at < len; at += FEED) {
		run(state, in + at, MIN(FEED, len - at), out);
		if (state->block_state != ISAL_BLOCK_HDR &&
		    state->block_state != ISAL_BLOCK_NEW_HDR)
			continue;
		g_assert_cmpint(state->tmp_out_valid, ==,
				state->tmp_out_processed);
		gsize taken = MIN(at + FEED, len) - state->avail_in;
		if (state->block_state == ISAL_BLOCK_HDR)
			taken -= state->tmp_in_size;
		gsize bit = 8 * taken - state->read_in_length;
		g_assert_true(
		    g_hash_table_contains(bits, GSIZE_TO_POINTER(bit)));
		g_autoptr(GBytes) rest = g_bytes_new_from_bytes(
		    data, out->len, g_bytes_get_size(data) - out->len);
		check_resume(state, packed, bit, rest);
		found++;
	}
	g_assert_cmpint(state->block_state, ==, ISAL_BLOCK_FINISH);
	g_assert_cmpuint(found, >, g_hash_table_size(bits) / 3);
}

/* What it keeps of a header that is cut. */
static void test_cut_header(void)
{
	g_autoptr(GBytes) data = make_text(40000);
	g_autoptr(GBytes) packed = deflate_raw(data, 6);
	g_autofree struct inflate_state *state = state_new();
	g_autoptr(GByteArray) out = g_byte_array_new();
	const guint8 *in = g_bytes_get_data(packed, NULL);

	run(state, in, 5, out);
	g_assert_cmpint(state->block_state, ==, ISAL_BLOCK_HDR);
	g_assert_cmpint(state->tmp_in_size, ==, 5);
	g_assert_cmpint(state->read_in_length, ==, 0);
	g_assert_cmpuint(state->avail_in, ==, 0);
	run(state, in + 5, 7, out);
	g_assert_cmpint(state->block_state, ==, ISAL_BLOCK_HDR);
	g_assert_cmpint(state->tmp_in_size, ==, 12);
	g_assert_cmpuint(out->len, ==, 0);
}

/* How much of a stored block is left. */
static void test_stored(void)
{
	g_autoptr(GBytes) data = make_random(30000);
	g_autoptr(GBytes) packed = deflate_raw(data, 0);
	g_autofree struct inflate_state *state = state_new();
	g_autoptr(GByteArray) out = g_byte_array_new();
	const guint8 *in = g_bytes_get_data(packed, NULL);
	gint32 block = in[1] | in[2] << 8;

	g_assert_cmpint(in[0] >> 1 & 3, ==, 0);
	run(state, in, 105, out);
	g_assert_cmpint(state->block_state, ==, ISAL_BLOCK_TYPE0);
	g_assert_cmpint(state->read_in_length % 8, ==, 0);
	g_assert_cmpuint(out->len, ==, 100);
	g_assert_cmpint(state->type0_block_len - state->read_in_length / 8, ==,
			block - 100);
}

/* What it took too much at the end, it says. */
static void test_end(void)
{
	g_autoptr(GBytes) data = make_text(5000);
	g_autoptr(GBytes) packed = deflate_raw(data, 6);
	g_autoptr(GBytes) tail = g_bytes_new_static("0123456789abcdef", 16);
	g_autoptr(GBytes) both = join(packed, tail);
	g_autofree struct inflate_state *state = state_new();
	g_autoptr(GByteArray) out = g_byte_array_new();
	gsize len;
	const guint8 *in = g_bytes_get_data(both, &len);

	run(state, in, len, out);
	g_assert_cmpint(state->block_state, ==, ISAL_BLOCK_FINISH);
	gsize taken = len - state->avail_in - state->read_in_length / 8;
	g_assert_cmpuint(taken, ==, g_bytes_get_size(packed));
}

/* Without room, and while nothing of what it keeps was given out, it decodes
 * behind that and moves nothing. */
static void test_no_room(void)
{
	g_autoptr(GBytes) data = make_text(100000);
	g_autoptr(GBytes) packed = deflate_raw(data, 6);
	g_autofree struct inflate_state *state = state_new();
	g_autoptr(GByteArray) out = g_byte_array_new();
	const guint8 *in = g_bytes_get_data(packed, NULL);
	const guint8 *text = g_bytes_get_data(data, NULL);
	guint8 room[1];

	run(state, in, 200, out);
	g_assert_cmpint(state->block_state, ==, ISAL_BLOCK_CODED);
	for (gsize at = 200; state->tmp_out_valid < 2 * ROND_WINDOW_SIZE - 4000;
	     at += FEED) {
		const int valid = state->tmp_out_valid;

		state->tmp_out_processed = 0;
		state->next_in = (guint8 *)in + at;
		state->avail_in = FEED;
		state->next_out = room;
		state->avail_out = 0;
		g_assert_cmpint(isal_inflate(state), ==, ISAL_DECOMP_OK);
		g_assert_cmpuint(state->avail_in, ==, 0);
		g_assert_cmpint(state->tmp_out_processed, ==, 0);
		g_assert_cmpint(state->tmp_out_valid, >=, valid);
		g_assert_cmpmem(state->tmp_out_buffer, state->tmp_out_valid,
				text, state->tmp_out_valid);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/isal/boundaries", test_boundaries);
	g_test_add_func("/isal/cut-header", test_cut_header);
	g_test_add_func("/isal/stored", test_stored);
	g_test_add_func("/isal/end", test_end);
	g_test_add_func("/isal/no-room", test_no_room);
	return g_test_run();
}
