/* SPDX-License-Identifier: BSD-2-Clause */
/* Tar by hand: sparse files in all four formats. */
#include "tests/unit/tar-kit.h"
#include "backends/archive/tar-sparse.h"

#include <string.h>

static void put_piece(RondTarPiece *piece, guint64 offset, guint64 length)
{
	g_snprintf(piece->offset, 12, "%011" G_GINT64_MODIFIER "o", offset);
	g_snprintf(piece->length, 12, "%011" G_GINT64_MODIFIER "o", length);
}

/* @count pieces of one byte, @distance apart, in the old format. */
static void add_old(GByteArray *tar, guint count, guint64 distance,
		    guint64 real_size)
{
	RondTarGnuHeader *header =
	    (RondTarGnuHeader *)kit_header(tar, 'S', "sparse", count);
	guint i = 0;
	g_autofree char *data = g_strnfill(count, 'd');

	memcpy(((RondTarHeader *)header)->magic, "ustar  ", 8);
	for (; i < MIN(count, 4); i++)
		put_piece(&header->pieces[i], i * distance, 1);
	header->is_extended = i < count;
	g_snprintf(header->real_size, 12, "%011" G_GINT64_MODIFIER "o",
		   real_size);
	kit_seal((RondTarHeader *)header);
	while (i < count) {
		RondTarGnuExtension block = {0};

		for (guint j = 0; j < 21 && i < count; j++, i++)
			put_piece(&block.pieces[j], i * distance, 1);
		block.is_extended = i < count;
		kit_data(tar, &block, sizeof(block));
	}
	kit_data(tar, data, count);
}

static void check_pieces(const GByteArray *tar, const RondEntry *entry,
			 guint count, guint64 distance, guint64 real_size)
{
	g_autoptr(GBytes) content = kit_content(entry, tar->data, tar->len);
	const char *bytes;

	g_assert_nonnull(content);
	bytes = g_bytes_get_data(content, NULL);
	g_assert_cmpstr(entry->path, ==, "sparse");
	g_assert_cmpuint(entry->size, ==, real_size);
	g_assert_cmpuint(entry->n_extents, ==, count);
	for (guint64 i = 0; i < real_size; i++) {
		const gboolean data = i % distance == 0 && i / distance < count;

		g_assert_cmpint(bytes[i], ==, data ? 'd' : 0);
	}
}

static void test_old(void)
{
	static const guint counts[] = {0, 1, 4, 5, 25, 26, 46, 47, 100};

	for (gsize i = 0; i < G_N_ELEMENTS(counts); i++) {
		g_autoptr(GByteArray) tar = g_byte_array_new();
		g_autoptr(KitSeen) seen = NULL;

		add_old(tar, counts[i], 10, 5000);
		kit_file(tar, '0', "next", "x");
		kit_end(tar);
		seen = kit_walk_clean(tar);
		g_assert_cmpuint(seen->entries->len, ==, 2);
		check_pieces(tar, kit_seen_entry(seen, 0), counts[i], 10, 5000);
	}
}

static void test_pax_0_0(void)
{
	g_autoptr(GByteArray) tar = g_byte_array_new();
	g_autoptr(KitSeen) seen = NULL;

	kit_pax(tar, 'x', "GNU.sparse.size=100", "GNU.sparse.numblocks=2",
		"GNU.sparse.offset=0", "GNU.sparse.numbytes=1",
		"GNU.sparse.offset=30", "GNU.sparse.numbytes=1", NULL);
	kit_file(tar, '0', "sparse", "dd");
	kit_file(tar, '0', "next", "xx");
	kit_end(tar);
	seen = kit_walk_clean(tar);
	check_pieces(tar, kit_seen_entry(seen, 0), 2, 30, 100);
	g_assert_cmpuint(kit_seen_entry(seen, 1)->n_extents, ==, 1);
	g_assert_cmpuint(kit_seen_entry(seen, 1)->size, ==, 2);
}

static void test_pax_0_1(void)
{
	g_autoptr(GByteArray) tar = g_byte_array_new();
	g_autoptr(KitSeen) seen = NULL;

	kit_pax(tar, 'x', "GNU.sparse.size=100", "GNU.sparse.numblocks=3",
		"GNU.sparse.name=sparse", "GNU.sparse.map=0,1,30,1,100,0",
		"path=GNUSparseFile.1/sparse", NULL);
	kit_file(tar, '0', "GNUSparseFile.1/sparse", "dd");
	/* Of a file that is all hole there is no data. */
	kit_pax(tar, 'x', "GNU.sparse.size=100", "GNU.sparse.map=100,0", NULL);
	kit_file(tar, '0', "sparse", "");
	kit_end(tar);
	seen = kit_walk_clean(tar);
	check_pieces(tar, kit_seen_entry(seen, 0), 2, 30, 100);
	check_pieces(tar, kit_seen_entry(seen, 1), 0, 30, 100);
}

/* @map and then @data, as a member of format 1.0. */
static void add_1_0(GByteArray *tar, const char *map, const char *data,
		    const char *real_size)
{
	g_autoptr(GByteArray) body = g_byte_array_new();
	g_autofree char *record =
	    g_strconcat("GNU.sparse.realsize=", real_size, NULL);

	kit_data(body, map, strlen(map));
	g_byte_array_append(body, (const guint8 *)data, (guint)strlen(data));
	kit_pax(tar, 'x', "GNU.sparse.major=1", "GNU.sparse.minor=0",
		"GNU.sparse.name=sparse", record, NULL);
	kit_header(tar, '0', "GNUSparseFile.1/sparse", body->len);
	kit_data(tar, body->data, body->len);
}

static void test_pax_1_0(void)
{
	g_autoptr(GByteArray) tar = g_byte_array_new();
	g_autoptr(KitSeen) seen = NULL;

	add_1_0(tar, "3\n0\n1\n30\n1\n100\n0\n", "dd", "100");
	add_1_0(tar, "0\n", "", "100");
	kit_file(tar, '0', "next", "x");
	kit_end(tar);
	seen = kit_walk_clean(tar);
	g_assert_cmpuint(seen->entries->len, ==, 3);
	check_pieces(tar, kit_seen_entry(seen, 0), 2, 30, 100);
	check_pieces(tar, kit_seen_entry(seen, 1), 0, 30, 100);
}

/* Maps over several blocks, so that numbers lie across their borders. */
static void test_long_map(void)
{
	for (guint count = 50; count < 700; count += 13) {
		g_autoptr(GByteArray) tar = g_byte_array_new();
		g_autoptr(GString) map = g_string_new(NULL);
		g_autoptr(KitSeen) seen = NULL;
		g_autofree char *data = g_strnfill(count, 'd');

		g_string_printf(map, "%u\n", count);
		for (guint i = 0; i < count; i++)
			g_string_append_printf(map, "%u\n1\n", i * 13);
		add_1_0(tar, map->str, data, "10000");
		kit_file(tar, '0', "next", "x");
		kit_end(tar);
		seen = kit_walk_clean(tar);
		g_assert_cmpuint(seen->entries->len, ==, 2);
		check_pieces(tar, kit_seen_entry(seen, 0), count, 13, 10000);
	}
}

/* A file whose map can't be right is named and left out; the rest is there. */
static void check_left_out(GByteArray *tar)
{
	g_autoptr(KitSeen) seen = kit_seen_new();
	g_autoptr(GError) error = NULL;

	kit_file(tar, '0', "next", "x");
	kit_end(tar);
	kit_walk(tar, seen, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(seen->damaged, ==, 1);
	g_assert_cmpuint(seen->entries->len, ==, 1);
	g_assert_cmpstr(kit_seen_entry(seen, 0)->path, ==, "next");
	g_assert_nonnull(strstr(seen->findings->pdata[0], "sparse"));
}

static void test_wrong_1_0(void)
{
	static const struct {
		const char *map, *real_size;
	} cases[] = {
	    {"2\n0\n1\n0\n1\n", "100"},	 /* overlap */
	    {"2\n30\n1\n0\n1\n", "100"}, /* fall */
	    {"1\n0\n2\n", "1"},		 /* behind the end */
	    {"1\n99\n2\n", "100"},
	    {"1\n0\n3\n", "100"}, /* more than the data */
	    {"1\n0\n9999999999999999999\n", "9223372036854775807"},
	    {"1\n9223372036854775807\n9223372036854775807\n", "100"},
	    {"1\n0\n99999999999999999999\n", "100"}, /* 20 digits */
	    /* 20 digits, which would come round to 1 */
	    {"1\n0\n18446744073709551617\n", "100"},
	    {"5\n0\n1\n", "100"}, /* less than said */
	    {"18446744073709551615\n0\n1\n", "100"},
	    {"x\n", "100"},
	    {"-1\n0\n1\n", "100"},
	    {"\n0\n1\n", "100"},
	    {"", "100"},
	    {"1 0 1", "100"},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GByteArray) tar = g_byte_array_new();

		g_test_message("%s", cases[i].map);
		add_1_0(tar, cases[i].map, "dd", cases[i].real_size);
		check_left_out(tar);
	}
}

static void test_wrong_0_1(void)
{
	static const char *const maps[] = {
	    "0,1,0,1",
	    "0",
	    "0,1,,",
	    "0,x",
	    ",",
	    "0,3",
	    "100,1",
	    "-1",
	    "1,-1",
	    "0;1",
	    "18446744073709551616,1",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(maps); i++) {
		g_autoptr(GByteArray) tar = g_byte_array_new();
		g_autofree char *record =
		    g_strconcat("GNU.sparse.map=", maps[i], NULL);

		g_test_message("%s", maps[i]);
		kit_pax(tar, 'x', "GNU.sparse.size=100", record, NULL);
		kit_file(tar, '0', "sparse", "dd");
		check_left_out(tar);
	}
}

static void test_wrong_others(void)
{
	g_autoptr(GByteArray) old = g_byte_array_new();
	g_autoptr(GByteArray) version = g_byte_array_new();
	g_autoptr(GByteArray) sizeless = g_byte_array_new();

	/* The last piece of several blocks lies behind the end. */
	add_old(old, 100, 10, 500);
	check_left_out(old);
	kit_pax(version, 'x', "GNU.sparse.major=2", "GNU.sparse.minor=0",
		"GNU.sparse.realsize=5", NULL);
	kit_file(version, '0', "sparse", "dd");
	check_left_out(version);
	kit_pax(sizeless, 'x', "GNU.sparse.map=0,1", NULL);
	kit_file(sizeless, '0', "sparse", "dd");
	check_left_out(sizeless);
}

static void test_too_many_pieces(void)
{
	g_autoptr(GByteArray) tar = g_byte_array_new();
	g_autoptr(GString) map = g_string_new("GNU.sparse.map=");

	for (guint i = 0; i <= ROND_TAR_MAX_PIECES; i++)
		g_string_append_printf(map, "%u,1,", 2 * i);
	kit_pax(tar, 'x', "GNU.sparse.size=10000000", map->str, NULL);
	kit_file(tar, '0', "sparse", "dd");
	check_left_out(tar);
}

/* Cut in its map: an error, and nothing half-known is reported. */
static void test_truncated(void)
{
	g_autoptr(GByteArray) old = g_byte_array_new();
	g_autoptr(GByteArray) new = g_byte_array_new();
	GByteArray *const tars[] = {old, new};

	add_old(old, 40, 10, 5000);
	g_byte_array_set_size(old, 1024 + 100);
	add_1_0(new, "3\n0\n1\n30\n1\n100\n0\n", "dd", "100");
	g_byte_array_set_size(new, 1536 + 3);
	for (gsize i = 0; i < G_N_ELEMENTS(tars); i++) {
		g_autoptr(KitSeen) seen = kit_seen_new();
		g_autoptr(GError) error = NULL;

		g_assert_false(kit_walk(tars[i], seen, &error));
		g_assert_nonnull(strstr(error->message, "map"));
		g_assert_cmpuint(seen->entries->len, ==, 0);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/tar-sparse/old", test_old);
	g_test_add_func("/tar-sparse/0.0", test_pax_0_0);
	g_test_add_func("/tar-sparse/0.1", test_pax_0_1);
	g_test_add_func("/tar-sparse/1.0", test_pax_1_0);
	g_test_add_func("/tar-sparse/long-map", test_long_map);
	g_test_add_func("/tar-sparse/wrong/1.0", test_wrong_1_0);
	g_test_add_func("/tar-sparse/wrong/0.1", test_wrong_0_1);
	g_test_add_func("/tar-sparse/wrong/others", test_wrong_others);
	g_test_add_func("/tar-sparse/too-many", test_too_many_pieces);
	g_test_add_func("/tar-sparse/truncated", test_truncated);
	return g_test_run();
}
