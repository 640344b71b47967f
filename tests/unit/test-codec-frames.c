/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * zstd, xz, bzip2 and lz4: the codecs that a library decodes.
 */
#include "backends/error.h"
#include "codec-testing.h"

#include <errno.h>
#include <string.h>

typedef struct {
	const char *path;
	const char *codec;
	const char *command;
} Case;

static const Case round_trips[] = {
    {"zstd/1", "zstd", "zstd -1"},
    {"zstd/19", "zstd", "zstd -19"},
    {"zstd/threads", "zstd", "zstd -T0"},
    {"zstd/long", "zstd", "zstd --long=29"},
    {"zstd/plain", "zstd", "zstd --no-check"},
    {"zstd/pzstd", "zstd", "pzstd -p2"},
    {"zstd/frames", "zstd",
     "split -b 80021 --filter='zstd -c' -; zstd -c </dev/null"},
    {"zstd/skippable", "zstd",
     "zstd; printf 'P*M\\030\\003\\000\\000\\000abc'"},
    {"xz/1", "xz", "xz -1"},
    {"xz/6", "xz", "xz"},
    {"xz/blocks", "xz", "xz -1 -T2 --block-size=100000"},
    {"xz/crc32", "xz", "xz -1 --check=crc32"},
    {"xz/sha256", "xz", "xz -1 --check=sha256"},
    {"xz/unchecked", "xz", "xz -1 --check=none"},
    {"xz/streams", "xz",
     "split -b 80021 --filter='xz -1 -c; head -c 8 /dev/zero' -; "
     "xz -c </dev/null"},
    {"bzip2/1", "bzip2", "bzip2 -1"},
    {"bzip2/9", "bzip2", "bzip2"},
    {"bzip2/pbzip2", "bzip2", "pbzip2 -p2 -b2 -c"},
    {"bzip2/streams", "bzip2",
     "split -b 80021 --filter='bzip2 -c' -; bzip2 -c </dev/null"},
    {"lz4/1", "lz4", "lz4 -q"},
    {"lz4/9", "lz4", "lz4 -q -9"},
    {"lz4/dependent", "lz4", "lz4 -q -BD"},
    {"lz4/checked", "lz4", "lz4 -q -B4 -BX"},
    {"lz4/plain", "lz4", "lz4 -q --no-frame-crc"},
    {"lz4/sized", "lz4", "lz4 -q --content-size"},
    {"lz4/frames", "lz4",
     "split -b 80021 --filter='lz4 -q -c' -; lz4 -q -c </dev/null"},
    {"lz4/legacy", "lz4", "lz4 -q -l"},
    {"lz4/legacy-frames", "lz4",
     "split -b 80021 --filter='lz4 -q -l -c' -; lz4 -q -c </dev/null"},
};

/* One a codec, with its check, over few bytes and over many. */
static const Case damages[] = {
    {"zstd", "zstd", "zstd"},
    {"zstd-frames", "zstd", "split -b 2000 --filter='zstd -c' -"},
    {"xz", "xz", "xz -1"},
    {"xz-blocks", "xz", "xz -1 --block-size=2000"},
    {"bzip2", "bzip2", "bzip2 -1"},
    {"lz4", "lz4", "lz4 -q"},
    {"lz4-dependent", "lz4", "lz4 -q -BD"},
};

static void test_round_trips(gconstpointer data)
{
	const Case *self = data;

	check_round_trips(rond_codec_by_name(self->codec), self->command,
			  250 * 1000);
}

/* Where a cut leaves whole frames is not for a codec to notice. */
static gboolean is_whole(const RondCodec *codec, GBytes *packed, gsize len)
{
	g_autoptr(GBytes) cut = g_bytes_new_from_bytes(packed, 0, len);
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) got = decode(codec, cut, NULL, NULL, &error);

	return got && !error;
}

static void test_cut(gconstpointer data)
{
	const Case *self = data;
	const RondCodec *codec = rond_codec_by_name(self->codec);
	g_autoptr(GBytes) text = make_text(5000);
	g_autoptr(GBytes) packed = pack(text, self->command);
	guint whole = 0;

	for (gsize len = 0; len < g_bytes_get_size(packed); len++) {
		if (is_whole(codec, packed, len))
			whole++;
		else
			check_cut(codec, packed, len, text);
	}
	g_assert_cmpuint(whole, ==, g_str_has_suffix(self->path, "frames") * 2);
}

static void test_cut_large(gconstpointer data)
{
	const Case *self = data;
	const RondCodec *codec = rond_codec_by_name(self->codec);
	g_autoptr(GBytes) mixed = make_mixed(900 * 1000);
	g_autoptr(GBytes) one = pack(mixed, self->command);
	gsize len = g_bytes_get_size(one);

	for (gsize cut = 3; cut < len; cut += len / 11)
		check_cut(codec, one, cut, mixed);
	check_cut(codec, one, len - 1, mixed);
}

static void test_flips(gconstpointer data)
{
	const Case *self = data;
	const RondCodec *codec = rond_codec_by_name(self->codec);
	g_autoptr(GBytes) text = make_text(3000);
	g_autoptr(GBytes) noise = make_random(300);
	g_autoptr(GBytes) both = join(text, noise);
	g_autoptr(GBytes) packed = pack(both, self->command);

	for (gsize at = 0; at < g_bytes_get_size(packed); at++) {
		check_flip(codec, packed, at, 1 << at % 8, both);
		check_flip(codec, packed, at, 0xff, both);
	}
}

static void test_flips_large(gconstpointer data)
{
	const Case *self = data;
	const RondCodec *codec = rond_codec_by_name(self->codec);
	g_autoptr(GBytes) mixed = make_mixed(900 * 1000);
	g_autoptr(GBytes) packed = pack(mixed, self->command);
	gsize len = g_bytes_get_size(packed);

	for (gsize at = 5; at < len; at += len / 19)
		check_flip(codec, packed, at, 0x10, mixed);
}

static void test_failing_reads(gconstpointer data)
{
	const Case *self = data;
	g_autoptr(GBytes) mixed = make_mixed(2200 * 1000);
	g_autoptr(GBytes) packed = pack(mixed, self->command);

	g_assert_cmpint(
	    check_failing_reads(rond_codec_by_name(self->codec), packed, mixed),
	    >, 1);
}

static void test_garbage(gconstpointer data)
{
	const Case *self = data;
	g_autoptr(GBytes) text = make_text(5000);
	g_autofree char *line =
	    g_strdup_printf("%s; printf garbage", self->command);
	g_autoptr(GBytes) packed = pack(text, line);
	g_autoptr(Notes) notes = notes_new(100000);
	g_autoptr(GError) error = NULL;

	g_autoptr(GBytes) got = decode(rond_codec_by_name(self->codec), packed,
				       NULL, notes, &error);
	g_assert_no_error(error);
	assert_same(got, text);
	g_assert_cmpuint(notes->findings->len, ==, 1);
	const RondFinding *note = notes_find(notes, ROND_FINDING_NOTE);
	g_assert_nonnull(note);
	g_assert_cmpuint(note->from, ==, 5000);
}

static void test_not_it(gconstpointer data)
{
	const Case *self = data;
	g_autoptr(GBytes) other = g_bytes_new_static("hello, world", 12);
	g_autoptr(Notes) notes = notes_new(100000);
	g_autoptr(GError) error = NULL;

	g_autoptr(GBytes) got =
	    decode(rond_codec_by_name(self->codec), other, NULL, notes, &error);
	g_assert_error(error, ROND_ERROR, EIO);
	g_assert_cmpuint(g_bytes_get_size(got), ==, 0);
	g_assert_nonnull(notes_find(notes, ROND_FINDING_LOST));
}

static void test_probe(gconstpointer data)
{
	const Case *self = data;
	const RondCodec *codec = rond_codec_by_name(self->codec);
	g_autoptr(GBytes) text = make_text(5000);
	g_autoptr(GBytes) packed = pack(text, self->command);
	gsize len;
	const guint8 *head = g_bytes_get_data(packed, &len);

	g_assert_true(rond_codec_probe(head, len) == codec);
	g_assert_true(rond_codec_probe(head, 32) == codec);
	g_assert_null(rond_codec_probe(head, 2));
	g_assert_true(rond_codec_by_suffix(codec->suffix) == codec);
}

static void check_no_point(const Case *self, const RondSeekPoint *point)
{
	g_autoptr(GBytes) empty = g_bytes_new(NULL, 0);
	g_autoptr(RondStream) stream = rond_memory_stream_new(empty);
	g_autoptr(GError) error = NULL;

	g_assert_null(
	    rond_codec_by_name(self->codec)->open(stream, point, NULL, &error));
	g_assert_error(error, ROND_ERROR, EINVAL);
}

/* Between frames only. */
static void test_points(gconstpointer data)
{
	const Case *self = data;
	const guint8 window[] = {0};
	RondSeekPoint odd = {.in = 9, .out = 1};
	RondSeekPoint windowed = {.window = window, .window_len = 1};
	g_autoptr(GBytes) text = make_text(5000);
	g_autoptr(GBytes) noise = make_random(3000);
	g_autoptr(GBytes) first = pack(text, self->command);
	g_autoptr(GBytes) second = pack(noise, self->command);
	g_autoptr(GBytes) packed = join(first, second);
	RondSeekPoint between = {
	    .in = 8 * g_bytes_get_size(first),
	    .out = 5000,
	};
	g_autoptr(GError) error = NULL;

	check_no_point(self, &odd);
	check_no_point(self, &windowed);
	g_autoptr(GBytes) got = decode(rond_codec_by_name(self->codec), packed,
				       &between, NULL, &error);
	g_assert_no_error(error);
	assert_same(got, noise);
}

/* Damage in the second of many blocks does not touch the first: bzip2 checks
 * each, but gives it out before. */
static void test_bzip2_sound_blocks(void)
{
	const RondCodec *codec = rond_codec_by_name("bzip2");
	g_autoptr(GBytes) noise = make_random(1000 * 1000);
	g_autoptr(GBytes) packed = pack(noise, "bzip2 -1");
	g_autoptr(GBytes) bad =
	    damage(packed, g_bytes_get_size(packed) / 2, 0x40);
	g_autoptr(Notes) notes = notes_new(100000);
	g_autoptr(GError) error = NULL;

	g_autoptr(GBytes) got = decode(codec, bad, NULL, notes, &error);
	g_assert_error(error, ROND_ERROR, EIO);
	g_assert_cmpuint(g_bytes_get_size(got), <, 1000 * 1000);
	const RondFinding *lost = notes_find(notes, ROND_FINDING_LOST);
	const RondFinding *found = notes_find(notes, ROND_FINDING_DAMAGED);
	g_assert_cmpuint(lost->from, >, 350000);
	g_assert_true(!found || found->from > 350000);
}

static void check_limit(const char *codec, GBytes *packed)
{
	g_autoptr(Notes) notes = notes_new(100000);
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) got =
	    decode(rond_codec_by_name(codec), packed, NULL, notes, &error);

	g_assert_error(error, ROND_ERROR, E2BIG);
	g_assert_cmpuint(g_bytes_get_size(got), ==, 0);
	g_assert_nonnull(strstr(error->message, codec));
	g_assert_nonnull(strstr(error->message, "MiB"));
	g_assert_nonnull(notes_find(notes, ROND_FINDING_LOST));
}

/* A frame that says it needs 2 GiB: RFC 8878, section 3.1.1.1. */
static void test_zstd_limit(void)
{
	static const guint8 head[] = {0x28, 0xb5, 0x2f, 0xfd, 0, 21 << 3,
				      1,    0,	  0,	0,    0, 0};
	g_autoptr(GBytes) packed = g_bytes_new_static(head, sizeof(head));

	check_limit("zstd", packed);
}

static void test_xz_limit(void)
{
	g_autoptr(GBytes) text = make_text(1000);
	g_autoptr(GBytes) packed =
	    pack(text, "xz --lzma2=preset=0,dict=1GiB --no-adjust -M 16GiB "
		       "2>/dev/null || xz --lzma2=preset=0,dict=768MiB");

	check_limit("xz", packed);
}

/* A skippable frame could be either's: what comes after it decides. */
static void test_skippable(void)
{
	const char *start = "printf 'P*M\\030\\003\\000\\000\\000abc'";
	g_autofree char *zstd = g_strconcat(start, "; zstd", NULL);
	g_autofree char *lz4 = g_strconcat(start, "; lz4 -q", NULL);
	const char *both[] = {zstd, lz4};

	for (gsize i = 0; i < 2; i++) {
		g_autoptr(GBytes) text = make_text(5000);
		g_autoptr(GBytes) packed = pack(text, both[i]);
		gsize len;
		const guint8 *head = g_bytes_get_data(packed, &len);
		const RondCodec *codec = rond_codec_probe(head, len);
		g_assert_cmpstr(codec->name, ==, i == 0 ? "zstd" : "lz4");
		check_round_trip(codec, text, both[i]);
		/* Nothing else in sight: zstd's tools write such. */
		codec = rond_codec_probe(head, 11);
		g_assert_cmpstr(codec->name, ==, "zstd");
	}
}

static void add(const char *group, const Case *self, GTestDataFunc test)
{
	g_autofree char *path =
	    g_strdup_printf("/frames/%s/%s", group, self->path);

	g_test_add_data_func(path, self, test);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(round_trips); i++)
		add("round-trips", &round_trips[i], test_round_trips);
	for (gsize i = 0; i < G_N_ELEMENTS(damages); i++) {
		add("cut", &damages[i], test_cut);
		if (!strstr(damages[i].path, "-frames"))
			add("cut-large", &damages[i], test_cut_large);
		add("flips", &damages[i], test_flips);
		if (!strchr(damages[i].path, '-'))
			add("flips-large", &damages[i], test_flips_large);
		add("failing-reads", &damages[i], test_failing_reads);
		add("garbage", &damages[i], test_garbage);
		add("not-it", &damages[i], test_not_it);
		add("probe", &damages[i], test_probe);
		add("points", &damages[i], test_points);
	}
	g_test_add_func("/frames/bzip2/sound-blocks", test_bzip2_sound_blocks);
	g_test_add_func("/frames/zstd/limit", test_zstd_limit);
	g_test_add_func("/frames/xz/limit", test_xz_limit);
	g_test_add_func("/frames/skippable", test_skippable);
	return g_test_run();
}
