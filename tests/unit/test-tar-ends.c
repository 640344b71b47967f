/* SPDX-License-Identifier: BSD-2-Clause */
/* Tar by hand: how an archive begins, ends, and goes on after its end. */
#include "tests/unit/tar-kit.h"

#include <errno.h>
#include <string.h>

static void test_concatenated(void)
{
	static const guint8 zeros[10240];

	for (gsize blocks = 0; blocks <= 20; blocks++) {
		g_autoptr(GByteArray) tar = g_byte_array_new();
		g_autoptr(KitSeen) seen = NULL;

		kit_pax(tar, 'g', "uid=7", NULL);
		kit_file(tar, '0', "one", "1");
		g_byte_array_append(tar, zeros, (guint)(blocks * 512));
		kit_file(tar, '0', "two", "2");
		kit_end(tar);
		g_byte_array_append(tar, zeros, sizeof(zeros));
		seen = kit_walk_clean(tar);
		g_assert_cmpuint(seen->entries->len, ==, 2);
		kit_check_text(tar, kit_seen_entry(seen, 1), "2");
		g_assert_cmpuint(kit_seen_entry(seen, 0)->uid, ==, 7);
		/* A second archive has its own global headers. */
		g_assert_cmpuint(kit_seen_entry(seen, 1)->uid, ==,
				 blocks < 2 ? 7 : 1000);
	}
}

static void test_ends(void)
{
	static const struct {
		const char *name;
		guint zeros; /* bytes of them */
		const char *garbage;
		guint notes;
	} cases[] = {
	    {"none", 0, "", 1},		 {"part of a block", 100, "", 1},
	    {"one block", 512, "", 0},	 {"two blocks", 1024, "", 0},
	    {"odd", 1500, "", 0},	 {"garbage", 1024, "rubbish", 1},
	    {"lone", 512, "rubbish", 1},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GByteArray) tar = g_byte_array_new();
		g_autoptr(KitSeen) seen = kit_seen_new();
		const gsize garbage = strlen(cases[i].garbage);
		g_autoptr(GError) error = NULL;

		g_test_message("%s", cases[i].name);
		kit_file(tar, '0', "one", "1");
		g_byte_array_set_size(tar, tar->len + cases[i].zeros);
		memset(tar->data + tar->len - cases[i].zeros, 0,
		       cases[i].zeros);
		/* Both less and more than a block of it. */
		for (gsize n = 0; n < 200 && garbage; n++)
			g_byte_array_append(tar, (guint8 *)cases[i].garbage,
					    (guint)garbage);
		kit_walk(tar, seen, &error);
		g_assert_no_error(error);
		g_assert_cmpuint(seen->entries->len, ==, 1);
		g_assert_cmpuint(seen->notes, ==, cases[i].notes);
		g_assert_cmpuint(seen->damaged, ==, 0);
	}
}

/* Padding that is missing at the very end costs nothing. */
static void test_no_padding(void)
{
	g_autoptr(GByteArray) tar = g_byte_array_new();
	g_autoptr(KitSeen) seen = kit_seen_new();

	kit_header(tar, '0', "one", 5);
	g_byte_array_append(tar, (const guint8 *)"hello", 5);
	g_assert_true(kit_walk(tar, seen, NULL));
	kit_check_text(tar, kit_seen_entry(seen, 0), "hello");
	g_assert_cmpuint(seen->notes, ==, 1);
}

static gboolean probe(const void *data, gsize len, gboolean known)
{
	KitStream stream;
	const gsize head = MIN(len, 4096);
	gboolean with, without;

	kit_stream_init(&stream, data, len, known);
	with = rond_tar_format.probe(&stream.stream, data, head);
	without = rond_tar_format.probe(NULL, data, head);
	if (len <= 4096)
		g_assert_cmpint(with, ==, without);
	return with;
}

static void test_empty(void)
{
	static const gsize sizes[] = {512, 1024, 10240, 1024 * 1024};
	g_autofree guint8 *zeros = g_malloc0(2 * 1024 * 1024);

	for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
		g_autoptr(GByteArray) tar = g_byte_array_new();
		g_autoptr(KitSeen) seen = NULL;

		g_byte_array_append(tar, zeros, (guint)sizes[i]);
		seen = kit_walk_clean(tar);
		g_assert_cmpuint(seen->entries->len, ==, 0);
		g_assert_true(probe(zeros, sizes[i], TRUE));
		g_assert_true(probe(zeros, sizes[i], FALSE));
	}
	g_assert_false(probe(zeros, 511, TRUE));
	g_assert_false(probe(zeros, 513, TRUE));
	g_assert_false(probe(zeros, 10241, FALSE));
	g_assert_false(probe(zeros, 2 * 1024 * 1024, TRUE));
	g_assert_false(probe(zeros, 2 * 1024 * 1024, FALSE));
	zeros[9000] = 1;
	g_assert_false(probe(zeros, 10240, FALSE));
}

static void test_nothing(void)
{
	g_autoptr(GByteArray) tar = g_byte_array_new();
	g_autoptr(KitSeen) seen = kit_seen_new();
	g_autoptr(GError) error = NULL;

	g_assert_false(kit_walk(tar, seen, &error));
	g_assert_cmpint(error->code, ==, EIO);
}

static void test_probe(void)
{
	g_autoptr(GByteArray) tar = g_byte_array_new();
	g_autofree char *text = g_strnfill(512, '7');

	kit_file(tar, '0', "one", "1");
	g_assert_true(probe(tar->data, tar->len, TRUE));
	g_assert_true(probe(tar->data, 512, FALSE));
	g_assert_false(probe(tar->data, 511, TRUE));
	tar->data[0]++;
	g_assert_false(probe(tar->data, tar->len, TRUE));
	g_assert_false(probe(text, 512, TRUE));
}

static void test_refusing_sink(void)
{
	g_autoptr(GByteArray) tar = g_byte_array_new();
	g_autoptr(KitSeen) seen = kit_seen_new();
	g_autoptr(GError) error = NULL;

	for (guint i = 0; i < 5; i++)
		kit_file(tar, '0', "x", "1");
	kit_end(tar);
	seen->refuse_after = 3;
	g_assert_false(kit_walk(tar, seen, &error));
	g_assert_cmpint(error->code, ==, ENOSPC);
	g_assert_cmpuint(seen->entries->len, ==, 3);
}

static void test_cancelled(void)
{
	g_autoptr(GByteArray) tar = g_byte_array_new();
	g_autoptr(GCancellable) cancellable = g_cancellable_new();
	g_autoptr(GError) error = NULL;
	const RondArchiveSink sink = {.entry = NULL};
	KitStream stream;

	kit_file(tar, '0', "x", "1");
	kit_stream_init(&stream, tar->data, tar->len, TRUE);
	g_cancellable_cancel(cancellable);
	g_assert_false(
	    rond_tar_format.walk(&stream.stream, &sink, cancellable, &error));
	g_assert_cmpint(error->code, ==, ECANCELED);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/tar-ends/concatenated", test_concatenated);
	g_test_add_func("/tar-ends/ends", test_ends);
	g_test_add_func("/tar-ends/no-padding", test_no_padding);
	g_test_add_func("/tar-ends/empty", test_empty);
	g_test_add_func("/tar-ends/nothing", test_nothing);
	g_test_add_func("/tar-ends/probe", test_probe);
	g_test_add_func("/tar-ends/refusing-sink", test_refusing_sink);
	g_test_add_func("/tar-ends/cancelled", test_cancelled);
	return g_test_run();
}
