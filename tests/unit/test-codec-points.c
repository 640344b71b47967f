/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where zstd, xz, bzip2 and lz4 data can be entered, and whether that is enough
 * for random access. (gzip's points: test-codec.c.)
 */
#include "backends/error.h"
#include "codec-testing.h"
#include "fault-stream.h"

#include <errno.h>
#include <string.h>

#define SPACING 100000

typedef struct {
	const char *path;
	const char *codec;
	const char *command;
	/* Points there must be at least in 900 kB that can't be packed; 0:
	 * there are none. */
	guint least;
	/* What is entered there has a check of its own, block by block. */
	gboolean checked;
} Case;

static const Case cases[] = {
    {"zstd/one", "zstd", "zstd", 0, TRUE},
    {"zstd/frames", "zstd", "split -b 90000 --filter='zstd -c' -", 8, TRUE},
    {"zstd/skippable", "zstd",
     "split -b 90000 --filter='zstd -c; printf "
     "\"P*M\\030\\003\\000\\000\\000abc\"' -",
     8, TRUE},
    {"zstd/pzstd", "zstd", "split -b 400000 --filter='pzstd -q -1 -p2' -", 2,
     TRUE},
    {"xz/one", "xz", "xz -0", 0, TRUE},
    {"xz/blocks", "xz", "xz -0 -T2 --block-size=100000", 8, TRUE},
    {"xz/unsized", "xz", "xz -0 --block-size=100000", 8, TRUE},
    {"xz/crc32", "xz", "xz -0 --block-size=100000 -C crc32", 8, TRUE},
    {"xz/none", "xz", "xz -0 --block-size=100000 -C none", 8, FALSE},
    {"xz/sha256", "xz", "xz -0 --block-size=100000 -C sha256", 8, TRUE},
    {"xz/filters", "xz", "xz --x86 --lzma2=preset=0 --block-size=100000", 8,
     TRUE},
    {"xz/streams", "xz",
     "split -b 200000 --filter='xz -0 --block-size=80000; "
     "head -c 8 /dev/zero' -",
     9, TRUE},
    {"bzip2/1", "bzip2", "bzip2 -1", 8, TRUE},
    {"bzip2/4", "bzip2", "bzip2 -4", 2, TRUE},
    {"bzip2/pbzip2", "bzip2", "pbzip2 -p2 -b1 -1 -c", 7, TRUE},
    {"bzip2/streams", "bzip2", "split -b 233333 --filter='bzip2 -1' -", 7,
     TRUE},
    {"lz4/blocks", "lz4", "lz4 -q -B4", 8, FALSE},
    {"lz4/sums", "lz4", "lz4 -q -B4 -BX", 8, TRUE},
    {"lz4/plain", "lz4", "lz4 -q -B4 --no-frame-crc", 8, FALSE},
    {"lz4/sized", "lz4", "lz4 -q -B4 --content-size", 8, FALSE},
    {"lz4/dependent", "lz4", "lz4 -q -B4 -BD", 0, TRUE},
    {"lz4/frames", "lz4", "split -b 90000 --filter='lz4 -q -BD -c' -", 8, TRUE},
    {"lz4/mixed", "lz4",
     "split -b 200000 --filter='lz4 -q -c -B4 -BX; lz4 -q -BD -c </dev/null' -",
     8, TRUE},
};

static GBytes *tail_of(GBytes *data, guint64 from)
{
	return g_bytes_new_from_bytes(data, from,
				      g_bytes_get_size(data) - from);
}

/* Every point leads to all that follows. */
static guint check_points(const RondCodec *codec, GBytes *data, GBytes *packed)
{
	g_autoptr(Notes) notes = notes_new(SPACING);
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) all = decode(codec, packed, NULL, notes, &error);

	g_assert_no_error(error);
	assert_same(all, data);
	g_assert_cmpuint(notes->findings->len, ==, 0);
	for (guint i = 0; i < notes->points->len; i++) {
		RondSeekPoint *point =
		    &g_array_index(notes->points, RondSeekPoint, i);
		g_autoptr(GBytes) tail = tail_of(data, point->out);
		g_autoptr(GBytes) got =
		    decode(codec, packed, point, NULL, &error);

		g_assert_no_error(error);
		assert_same(got, tail);
	}
	return notes->points->len;
}

static void test_points(gconstpointer data)
{
	const Case *self = data;
	const RondCodec *codec = rond_codec_by_name(self->codec);
	g_autoptr(GBytes) noise = make_random(900 * 1000);
	g_autoptr(GBytes) mixed = make_mixed(900 * 1000);
	g_autoptr(GBytes) packed_noise = pack(noise, self->command);
	g_autoptr(GBytes) packed_mixed = pack(mixed, self->command);
	guint points = check_points(codec, noise, packed_noise);

	g_assert_cmpuint(points, >=, self->least);
	g_assert_true(self->least > 0 || points == 0);
	check_points(codec, mixed, packed_mixed);
}

/* What a point of damaged data leads to, it was right or it is told. */
static void check_damaged(const RondCodec *codec, GBytes *bad,
			  const RondSeekPoint *point, GBytes *data)
{
	g_autoptr(GBytes) tail = tail_of(data, point->out);
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) got = decode(codec, bad, point, NULL, &error);

	if (error)
		g_assert_error(error, ROND_ERROR, EIO);
	else
		g_assert_true(is_prefix(got, tail));
}

static void test_damage(gconstpointer data)
{
	const Case *self = data;
	const RondCodec *codec = rond_codec_by_name(self->codec);
	g_autoptr(GBytes) mixed = make_mixed(600 * 1000);
	g_autoptr(GBytes) packed = pack(mixed, self->command);
	g_autoptr(Notes) notes = notes_new(SPACING);
	g_autoptr(GBytes) all = decode(codec, packed, NULL, notes, NULL);
	gsize len = g_bytes_get_size(packed);

	assert_same(all, mixed);
	for (guint i = 0; i < notes->points->len; i++) {
		RondSeekPoint *point =
		    &g_array_index(notes->points, RondSeekPoint, i);
		gsize at = MIN(point->in / 8 + 7 * i, len - 1);
		g_autoptr(GBytes) flipped = damage(packed, at, 1 << i % 8);
		g_autoptr(GBytes) cut =
		    g_bytes_new_from_bytes(packed, 0, at + (len - at) / 2);

		check_damaged(codec, cut, point, mixed);
		if (self->checked)
			check_damaged(codec, flipped, point, mixed);
	}
}

/* Points that are none: refused, or any result but a crash. */
static void test_wrong(gconstpointer data)
{
	const Case *self = data;
	const RondCodec *codec = rond_codec_by_name(self->codec);
	g_autoptr(GBytes) text = make_text(20000);
	g_autoptr(GBytes) packed = pack(text, self->command);
	g_autoptr(RondStream) stream = rond_memory_stream_new(packed);
	static const guint32 flags[] = {
	    0,	     1,	      '5',     0x100,	0x104,	 0x10f,	     0x110,
	    0x14440, 0x16040, 0x17470, 0x16400, 0x16000, G_MAXUINT32};

	for (guint i = 0; i < 40 * G_N_ELEMENTS(flags); i++) {
		RondSeekPoint point = {
		    .in = i / G_N_ELEMENTS(flags) * 3,
		    .flags = flags[i % G_N_ELEMENTS(flags)],
		};
		g_autoptr(GError) error = NULL;
		g_autoptr(RondDecoder) decoder =
		    codec->open(stream, &point, NULL, &error);

		if (!decoder) {
			g_assert_error(error, ROND_ERROR, EINVAL);
			continue;
		}
		g_autoptr(GBytes) got = drain(decoder, 5000, &error);
		g_assert_nonnull(got);
	}
}

/* The header of a bzip2 block holds 16 bits for each 16 byte values that are
 * used at all: bytes can be chosen so that both magics turn up there. */
static void test_bzip2_false_magic(void)
{
	static const guint16 used[] = {0x3141, 0x5926, 0x5359, 0,
				       0x1772, 0x4538, 0x5090};
	g_autoptr(GRand) rand = g_rand_new_with_seed(4);
	g_autoptr(GByteArray) letters = g_byte_array_new();
	GByteArray *all = g_byte_array_new();

	for (guint i = 0; i < 16 * G_N_ELEMENTS(used); i++) {
		guint8 letter = 0x40 + i;

		if (used[i / 16] >> (15 - i % 16) & 1)
			g_byte_array_append(letters, &letter, 1);
	}
	while (all->len < 700 * 1000)
		g_byte_array_append(
		    all,
		    &letters->data[g_rand_int_range(rand, 0, letters->len)], 1);
	g_autoptr(GBytes) data = g_byte_array_free_to_bytes(all);
	g_autoptr(GBytes) packed = pack(data, "bzip2 -1");

	g_assert_cmpuint(
	    check_points(rond_codec_by_name("bzip2"), data, packed), >=, 6);
}

typedef struct {
	const char *path;
	const char *codec;
	const char *command; /* over 52 MB of zeros */
	gboolean enterable;
} Look;

#define TWO "split -b 26000000 --filter="
#define FOUR "split -b 13000000 --filter="

static const Look looks[] = {
    {"zstd/one", "zstd", "zstd -1", FALSE},
    {"zstd/sized", "zstd", "cat >x; zstd -1c x; rm x", FALSE},
    {"zstd/small", "zstd", "head -c 5000 | zstd", FALSE},
    {"zstd/empty", "zstd", "zstd </dev/null", FALSE},
    {"zstd/two", "zstd", TWO "'zstd -1' -", FALSE},
    {"zstd/four", "zstd", FOUR "'zstd -1' -", TRUE},
    {"zstd/four-sized", "zstd", FOUR "'cat >x; zstd -1c x; rm x' -", TRUE},
    {"zstd/four-plain", "zstd", FOUR "'zstd -1 --no-check' -", TRUE},
    {"zstd/pzstd", "zstd", "pzstd -q -p2", TRUE},
    {"zstd/tail", "zstd", FOUR "'zstd -1' -; printf tail", TRUE},
    {"xz/one", "xz", "xz -0", FALSE},
    {"xz/small", "xz", "head -c 5000 | xz", FALSE},
    {"xz/empty", "xz", "xz </dev/null", FALSE},
    {"xz/two", "xz", "xz -0 --block-size=26000000", FALSE},
    {"xz/four", "xz", "xz -0 --block-size=13000000", TRUE},
    {"xz/streams", "xz", FOUR "'xz -0; head -c 8 /dev/zero' -", TRUE},
    {"xz/two-streams", "xz", TWO "'xz -0' -", FALSE},
    {"xz/tail", "xz", "xz -0 --block-size=13000000; printf tail", FALSE},
    {"lz4/blocks", "lz4", "lz4 -q", TRUE},
    {"lz4/dependent", "lz4", "lz4 -q -BD", FALSE},
    {"lz4/two", "lz4", TWO "'lz4 -q -BD -c' -", FALSE},
    {"lz4/legacy", "lz4", "lz4 -q -l", TRUE},
    {"lz4/legacy-small", "lz4", "head -c 5000 | lz4 -q -l", FALSE},
    {"lz4/four", "lz4", FOUR "'lz4 -q -BD -B4 -BX -c' -", TRUE},
};

static void test_enterable(gconstpointer data)
{
	const Look *self = data;
	const RondCodec *codec = rond_codec_by_name(self->codec);
	g_autofree char *line = g_strdup_printf(
	    "head -c 52000000 /dev/zero | ( %s )", self->command);
	g_autoptr(GBytes) empty = g_bytes_new(NULL, 0);
	g_autoptr(GBytes) packed = pack(empty, line);
	g_autoptr(RondStream) memory = rond_memory_stream_new(packed);
	g_autoptr(RondStream) counted = fault_stream_new(memory, 0, EIO);

	g_assert_cmpint(codec->enterable(counted), ==, self->enterable);
	guint reads = fault_stream_reads(counted);
	g_assert_cmpuint(reads, <, 5000);
	/* What can't be seen can't be judged. */
	for (guint n = 1; n <= reads; n += 1 + reads / 20) {
		g_autoptr(RondStream) failing =
		    fault_stream_new(memory, n, EIO);

		g_assert_false(codec->enterable(failing));
	}
}

/* Whatever the bytes are. */
static void test_enterable_damage(gconstpointer data)
{
	const Look *self = data;
	const RondCodec *codec = rond_codec_by_name(self->codec);
	g_autoptr(GBytes) text = make_text(3000);
	g_autoptr(GBytes) one = pack(text, self->command);
	g_autoptr(GBytes) packed = join(one, one);

	for (gsize at = 0; at < g_bytes_get_size(packed); at++) {
		g_autoptr(GBytes) bad = damage(packed, at, 1 << at % 8);
		g_autoptr(GBytes) cut = g_bytes_new_from_bytes(packed, 0, at);
		g_autoptr(RondStream) bad_stream = rond_memory_stream_new(bad);
		g_autoptr(RondStream) cut_stream = rond_memory_stream_new(cut);

		codec->enterable(bad_stream);
		codec->enterable(cut_stream);
	}
}

static void add(const char *group, const char *path, gconstpointer data,
		GTestDataFunc test)
{
	g_autofree char *all = g_strdup_printf("/points/%s/%s", group, path);

	g_test_add_data_func(all, data, test);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		add("lead-on", cases[i].path, &cases[i], test_points);
		add("damage", cases[i].path, &cases[i], test_damage);
		add("wrong", cases[i].path, &cases[i], test_wrong);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(looks); i++)
		add("enterable", looks[i].path, &looks[i], test_enterable);
	add("enterable-damage", "zstd", &looks[1], test_enterable_damage);
	add("enterable-damage", "xz", &looks[10], test_enterable_damage);
	add("enterable-damage", "lz4", &looks[19], test_enterable_damage);
	add("enterable-damage", "lz4-legacy", &looks[22],
	    test_enterable_damage);
	g_test_add_func("/points/bzip2/false-magic", test_bzip2_false_magic);
	return g_test_run();
}
