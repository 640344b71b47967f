/* SPDX-License-Identifier: BSD-2-Clause */
/* Tars that are cut off, changed or can't be read. */
#include "tests/unit/tar-kit.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

/* One of everything, small. */
static GByteArray *make_all(void)
{
	GByteArray *tar = g_byte_array_new();
	RondTarHeader *header;

	kit_pax(tar, 'g', "comment=all", "uid=5", NULL);
	kit_file(tar, '0', "one", "first\n");
	kit_file(tar, 'L', "././@LongLink", "a/long/name");
	kit_file(tar, '0', "a/long", "second\n");
	kit_pax(tar, 'x', "path=caf\xc3\xa9", "mtime=-1.5",
		"SCHILY.xattr.user.a=b", "LIBARCHIVE.xattr.user.c=ZA",
		"SCHILY.acl.access=user::rw-,group::r--,other::---", NULL);
	kit_file(tar, '0', "cafe", "third\n");
	kit_pax(tar, 'x', "GNU.sparse.major=1", "GNU.sparse.minor=0",
		"GNU.sparse.name=sparse", "GNU.sparse.realsize=2000", NULL);
	kit_header(tar, '0', "GNUSparseFile.1/sparse", 517);
	kit_data(tar, "1\n1000\n5\n", 9);
	kit_data(tar, "piece", 5);
	header = kit_header(tar, '1', "hard", 0);
	memcpy(header->linkname, "one", 4);
	kit_seal(header);
	kit_file(tar, 'D', "dir/", "Yone");
	kit_end(tar);
	return tar;
}

static void check_same(const RondEntry *a, const RondEntry *b)
{
	g_assert_cmpstr(a->path, ==, b->path);
	g_assert_cmpuint(a->mode, ==, b->mode);
	g_assert_cmpuint(a->uid, ==, b->uid);
	g_assert_cmpuint(a->size, ==, b->size);
	g_assert_cmpint(a->mtime, ==, b->mtime);
	g_assert_cmpuint(a->n_xattrs, ==, b->n_xattrs);
	g_assert_cmpmem(a->extents, a->n_extents * sizeof(*a->extents),
			b->extents, b->n_extents * sizeof(*b->extents));
}

static guint64 data_end(const RondEntry *entry)
{
	const RondExtent *last;

	if (entry->n_extents == 0)
		return 0;
	last = &entry->extents[entry->n_extents - 1];
	return last->at + last->length;
}

static void check_cut(const GByteArray *tar, const KitSeen *whole, gsize len,
		      gboolean known)
{
	g_autoptr(KitSeen) seen = kit_seen_new();
	g_autoptr(GError) error = NULL;
	KitStream stream;
	gboolean good;
	guint64 end = 0;

	kit_stream_init(&stream, tar->data, len, known);
	good = kit_walk_stream(&stream.stream, seen, &error);
	g_assert_cmpuint(seen->entries->len, <=, whole->entries->len);
	for (guint i = 0; i < seen->entries->len; i++) {
		check_same(kit_seen_entry(seen, i), kit_seen_entry(whole, i));
		end = MAX(end, data_end(kit_seen_entry(seen, i)));
	}
	if (!good) {
		g_assert_cmpint(error->code, ==, EIO);
		g_assert_nonnull(strstr(error->message, " byte "));
		return;
	}
	/* Said to be whole: so all data that was reported must be there, and
	 * where entries are missing that is said. */
	g_assert_cmpuint(end, <=, len);
	if (seen->entries->len < whole->entries->len)
		g_assert_cmpuint(seen->findings->len, >, 0);
}

static void test_cut_anywhere(void)
{
	g_autoptr(GByteArray) tar = make_all();
	g_autoptr(KitSeen) whole = kit_walk_clean(tar);

	g_assert_cmpuint(whole->entries->len, ==, 6);
	for (gsize len = 0; len < tar->len; len++) {
		check_cut(tar, whole, len, TRUE);
		check_cut(tar, whole, len, FALSE);
	}
}

/* A file is reported before its data is known to be there, and an archive
 * that ends in its data is not taken for a whole one. */
static void test_cut_in_data(void)
{
	for (guint known = 0; known < 2; known++) {
		g_autoptr(GByteArray) tar = g_byte_array_new();
		g_autofree char *data = g_strnfill(100000, 'x');

		kit_file(tar, '0', "one", "1");
		kit_file(tar, '0', "photo.jpg", data);
		for (gsize len = 1536; len < 1536 + 100000; len += 333) {
			g_autoptr(KitSeen) seen = kit_seen_new();
			g_autoptr(GError) error = NULL;
			KitStream stream;

			kit_stream_init(&stream, tar->data, len, known);
			g_assert_false(
			    kit_walk_stream(&stream.stream, seen, &error));
			g_assert_cmpint(error->code, ==, EIO);
			g_assert_nonnull(
			    strstr(error->message, "\"photo.jpg\""));
			g_assert_cmpuint(seen->entries->len, ==, 2);
		}
	}
}

/* Whatever byte changes: an end, in bounded time, and nothing out of it. */
static void flip_all(guint8 with)
{
	g_autoptr(GByteArray) tar = make_all();

	for (gsize i = 0; i < tar->len; i++) {
		g_autoptr(KitSeen) seen = kit_seen_new();
		g_autoptr(GError) error = NULL;
		KitStream stream;

		tar->data[i] ^= with;
		kit_stream_init(&stream, tar->data, tar->len, i % 2);
		if (!kit_walk_stream(&stream.stream, seen, &error))
			g_assert_nonnull(error);
		else
			g_assert_no_error(error);
		g_assert_cmpuint(stream.reads, <, 100);
		g_assert_cmpuint(seen->entries->len, <=, 10);
		tar->data[i] ^= with;
	}
}

static void test_flips(void)
{
	flip_all(0x01);
	flip_all(0xff);
}

/* The same behind a right checksum: what a hostile archive can do. */
static void test_hostile_headers(void)
{
	static const guint8 bytes[] = {0,   1,	 ' ',  '0', '7',
				       'S', 'x', 0x80, 0xff};
	g_autoptr(GByteArray) tar = make_all();
	g_autofree guint8 *saved = g_memdup2(tar->data, tar->len);

	for (gsize at = 0; at < tar->len * G_N_ELEMENTS(bytes); at++) {
		const gsize i = at / G_N_ELEMENTS(bytes);
		RondTarHeader *header =
		    (RondTarHeader *)(tar->data + i / 512 * 512);
		g_autoptr(KitSeen) seen = kit_seen_new();

		if (!rond_tar_header_valid(header))
			continue;
		tar->data[i] = bytes[at % G_N_ELEMENTS(bytes)];
		kit_seal(header);
		kit_walk(tar, seen, NULL);
		g_assert_cmpuint(seen->entries->len, <=, 12);
		memcpy(tar->data, saved, tar->len);
	}
}

/* The header of one file of three is broken: the others are there, and the
 * range between is said to be damaged. */
static void test_search(void)
{
	g_autoptr(GByteArray) tar = g_byte_array_new();
	g_autoptr(KitSeen) seen = kit_seen_new();
	g_autoptr(GError) error = NULL;
	g_autofree char *data = g_strnfill(5000, 'x');

	kit_file(tar, '0', "one", "1");
	kit_file(tar, '0', "two", data);
	kit_file(tar, '0', "three", "3");
	kit_end(tar);
	tar->data[1024] = 'T';
	kit_walk(tar, seen, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(seen->entries->len, ==, 2);
	g_assert_cmpstr(kit_seen_entry(seen, 1)->path, ==, "three");
	g_assert_cmpuint(seen->damaged, ==, 1);
	g_assert_cmpuint(seen->from, ==, 1024);
	g_assert_cmpuint(seen->to, ==, 1024 + 512 + 5120);
}

/* One block of zeros where a header should be is no end mark. */
static void test_search_behind_zeros(void)
{
	g_autoptr(GByteArray) tar = g_byte_array_new();
	g_autoptr(KitSeen) seen = kit_seen_new();

	kit_file(tar, '0', "one", "1");
	kit_file(tar, '0', "two", "2");
	kit_file(tar, '0', "three", "3");
	kit_end(tar);
	memset(tar->data + 1024, 0, 512);
	g_assert_true(kit_walk(tar, seen, NULL));
	g_assert_cmpuint(seen->entries->len, ==, 2);
	g_assert_cmpuint(seen->from, ==, 1536);
	g_assert_cmpuint(seen->to, ==, 2048);
}

static void test_search_first(void)
{
	g_autoptr(GByteArray) tar = g_byte_array_new();
	g_autoptr(KitSeen) seen = kit_seen_new();

	kit_file(tar, '0', "one", "1");
	kit_file(tar, '0', "two", "2");
	kit_end(tar);
	tar->data[0] ^= 1;
	g_assert_true(kit_walk(tar, seen, NULL));
	g_assert_cmpuint(seen->entries->len, ==, 1);
	g_assert_cmpuint(seen->from, ==, 0);
	g_assert_cmpuint(seen->to, ==, 1024);
}

static void test_search_in_vain(void)
{
	g_autoptr(GByteArray) tar = g_byte_array_new();
	g_autoptr(KitSeen) seen = kit_seen_new();
	g_autoptr(GError) error = NULL;

	kit_file(tar, '0', "one", "1");
	kit_file(tar, '0', "two", "2");
	kit_end(tar);
	tar->data[1024] ^= 1;
	g_assert_false(kit_walk(tar, seen, &error));
	g_assert_cmpint(error->code, ==, EIO);
	g_assert_nonnull(strstr(error->message, "byte 1024"));
	g_assert_cmpuint(seen->entries->len, ==, 1);
}

/* What an extended header said about a lost entry is not said about the one
 * that comes after it. */
static void test_lost_entry(void)
{
	g_autoptr(GByteArray) tar = g_byte_array_new();
	g_autoptr(KitSeen) seen = kit_seen_new();

	kit_pax(tar, 'x', "path=lost", "uid=7", NULL);
	kit_file(tar, 'L', "L", "lost too");
	kit_file(tar, '0', "broken", "1");
	kit_file(tar, '0', "two", "2");
	kit_pax(tar, 'x', "path=nothing", NULL);
	kit_end(tar);
	kit_file(tar, '0', "three", "3");
	tar->data[2048] ^= 1;
	g_assert_true(kit_walk(tar, seen, NULL));
	g_assert_cmpuint(seen->entries->len, ==, 2);
	g_assert_cmpstr(kit_seen_entry(seen, 0)->path, ==, "two");
	g_assert_cmpuint(kit_seen_entry(seen, 0)->uid, ==, 1000);
	g_assert_cmpstr(kit_seen_entry(seen, 1)->path, ==, "three");
}

/* Long enough for many reads. */
static GByteArray *make_long(void)
{
	GByteArray *tar = make_all();
	g_autofree char *data = g_strnfill(300000, 'x');

	for (guint i = 0; i < 200; i++)
		kit_file(tar, '0', "small", "s");
	for (guint i = 0; i < 10; i++)
		kit_file(tar, '0', "large", data);
	kit_end(tar);
	return tar;
}

static void test_reads_that_fail(void)
{
	g_autoptr(GByteArray) tar = make_long();
	guint n;

	for (n = 1;; n++) {
		g_autoptr(KitSeen) seen = kit_seen_new();
		g_autoptr(GError) error = NULL;
		KitStream stream;
		gboolean good;

		kit_stream_init(&stream, tar->data, tar->len, n % 2);
		stream.fail_at = n;
		stream.stays = TRUE;
		good = kit_walk_stream(&stream.stream, seen, &error);
		g_assert_true(good == (stream.reads < n));
		if (good)
			break;
		g_assert_cmpint(error->code, ==, EIO);
		g_assert_nonnull(strstr(error->message, "failed"));
	}
	g_assert_cmpuint(n, >, 10);
}

/* What is read ahead of a file for speed is not needed yet: when it can't be
 * read, less is tried. */
static void test_reads_that_fail_once(void)
{
	g_autoptr(GByteArray) tar = make_long();

	for (guint n = 1; n < 10; n++) {
		g_autoptr(KitSeen) seen = kit_seen_new();
		g_autoptr(GError) error = NULL;
		KitStream stream;

		kit_stream_init(&stream, tar->data, tar->len, TRUE);
		stream.fail_at = n;
		kit_walk_stream(&stream.stream, seen, &error);
		g_assert_no_error(error);
		g_assert_cmpuint(seen->entries->len, ==, 216);
	}
}

/* Every entry before bytes that can't be read is reported. */
static void test_unreadable_rest(void)
{
	g_autoptr(GByteArray) tar = g_byte_array_new();

	for (guint i = 0; i < 100; i++)
		kit_file(tar, '0', "small", "s");
	kit_end(tar);
	for (gsize bad = 0; bad < 100 * 1024; bad += 100) {
		g_autoptr(KitSeen) seen = kit_seen_new();
		g_autoptr(GError) error = NULL;
		KitStream stream;

		kit_stream_init(&stream, tar->data, tar->len, bad / 100 % 2);
		stream.bad_from = bad;
		g_assert_false(kit_walk_stream(&stream.stream, seen, &error));
		g_assert_cmpuint(seen->entries->len, ==, (bad + 512) / 1024);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/tar-damage/cut-anywhere", test_cut_anywhere);
	g_test_add_func("/tar-damage/cut-in-data", test_cut_in_data);
	g_test_add_func("/tar-damage/flips", test_flips);
	g_test_add_func("/tar-damage/hostile-headers", test_hostile_headers);
	g_test_add_func("/tar-damage/search", test_search);
	g_test_add_func("/tar-damage/search-zeros", test_search_behind_zeros);
	g_test_add_func("/tar-damage/search-first", test_search_first);
	g_test_add_func("/tar-damage/search-in-vain", test_search_in_vain);
	g_test_add_func("/tar-damage/lost-entry", test_lost_entry);
	g_test_add_func("/tar-damage/reads/fail", test_reads_that_fail);
	g_test_add_func("/tar-damage/reads/fail-once",
			test_reads_that_fail_once);
	g_test_add_func("/tar-damage/reads/rest", test_unreadable_rest);
	return g_test_run();
}
