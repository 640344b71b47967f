/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/codec/pack.h"

#include <string.h>

/* All of @in as @codec decodes it; new. Nothing of it is found to be wrong. */
static void no_finding(const RondFinding *finding, gpointer data)
{
	g_error("%s", finding->message);
}

static char *decoded(const RondCodec *codec, GByteArray *in)
{
	g_autoptr(GBytes) bytes = g_bytes_new(in->data, in->len);
	g_autoptr(RondStream) stream = rond_memory_stream_new(bytes);
	g_autoptr(GError) error = NULL;
	RondScan scan = {.finding = no_finding};
	g_autoptr(RondDecoder) decoder =
	    codec->open(stream, NULL, &scan, &error);
	g_autoptr(GString) text = g_string_new(NULL);
	char buf[100];
	gssize n;

	g_assert_no_error(error);
	while ((n = rond_decoder_read(decoder, buf, sizeof buf, &error)) > 0)
		g_string_append_len(text, buf, n);
	g_assert_no_error(error);
	return g_strdup(text->str);
}

static void add(GByteArray *out, const RondCodec *codec, const char *text)
{
	g_autoptr(GBytes) packed = rond_pack(codec, text);
	gsize len;
	gconstpointer bytes = g_bytes_get_data(packed, &len);

	g_byte_array_append(out, bytes, (guint)len);
}

static void test_frames(gconstpointer data)
{
	const RondCodec *codec = rond_codec_by_name(data);
	g_autoptr(GByteArray) all = g_byte_array_new();
	g_autofree char *longest = g_strnfill(ROND_PACK_MAX, 'x');
	g_autofree char *expected =
	    g_strconcat("DELIMITER ;;\n", longest, "y", NULL);
	g_autofree char *text = NULL;

	g_assert_true(rond_pack_can(codec));
	add(all, codec, "DELIMITER ;;\n");
	add(all, codec, "");
	add(all, codec, longest);
	add(all, codec, "y");
	g_assert_true(rond_codec_probe(all->data, all->len) == codec);
	text = decoded(codec, all);
	g_assert_cmpstr(text, ==, expected);
}

static void test_others(void)
{
	g_autoptr(GBytes) plain = rond_pack(NULL, "as it is");
	g_autoptr(GBytes) expected = g_bytes_new_static("as it is", 8);

	g_assert_true(rond_pack_can(NULL));
	g_assert_true(g_bytes_equal(plain, expected));
	g_assert_false(rond_pack_can(rond_codec_by_name("xz")));
	g_assert_false(rond_pack_can(rond_codec_by_name("bzip2")));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/pack/gzip", "gzip", test_frames);
	g_test_add_data_func("/pack/zstd", "zstd", test_frames);
	g_test_add_func("/pack/others", test_others);
	return g_test_run();
}
