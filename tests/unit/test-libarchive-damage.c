/* SPDX-License-Identifier: BSD-2-Clause */
/* What the walk with libarchive makes of damage, failures and stops. */
#include "backends/archive/libarchive.h"
#include "backends/archive/zip.h"

#include "backends/error.h"
#include "fault-stream.h"
#include "scratch.h"
#include "walked.h"

#include <errno.h>
#include <string.h>

static const RondArchiveFormat *probe(RondStream *stream, gboolean all)
{
	guint8 head[4096];
	gssize n = rond_stream_pread(stream, head, sizeof(head), 0, NULL);

	g_assert_cmpint(n, >=, 0);
	return rond_archive_probe(stream, head, (gsize)n, all);
}

static void compare(const Scratch *dir, const Walked *walked, const char *path,
		    const char *file)
{
	const WalkedEntry *entry = walked_find(walked, path);
	g_autoptr(GBytes) want = scratch_read(dir, file);
	gsize len;
	const void *data = g_bytes_get_data(want, &len);

	g_assert_nonnull(entry);
	g_assert_cmpuint(entry->entry.size, ==, len);
	g_assert_cmpmem(entry->content->data, entry->content->len, data, len);
}

/* Deflate64 beside PPMd: one is read, the other said. */
static void test_zip_half(void)
{
	g_autoptr(Scratch) dir = scratch_new();
	g_autoptr(RondStream) stream = NULL;
	g_autoptr(Walked) walked = NULL;

	scratch_run(dir, "seq 1 90000 > big.txt; cp big.txt other.txt;"
			 "7z a -tzip -mm=PPMd x.zip big.txt;"
			 "7z a -tzip -mm=Deflate64 x.zip other.txt");
	stream = scratch_stream(dir, "x.zip");
	g_assert_true(probe(stream, FALSE) == &rond_zip_copied_format);
	walked = walked_new(&rond_zip_copied_format, stream, NULL);
	g_assert_no_error(walked->error);
	compare(dir, walked, "big.txt", "big.txt");
	g_assert_cmpuint(walked_find(walked, "other.txt")->content->len, ==, 0);
	g_assert_cmpuint(walked_find(walked, "other.txt")->entry.size, >, 0);
	g_assert_true(walked_tells(walked, "other.txt: "));
	g_assert_true(walked_tells(walked, "7z x FILE"));
}

/* A wrong checksum: the content must not look whole. */
static void test_zip_checksum(void)
{
	g_autoptr(Scratch) dir = scratch_new();
	g_autoptr(RondStream) stream = NULL;
	g_autoptr(Walked) walked = NULL;

	scratch_run(dir,
		    "python3 -c \"import zipfile\n"
		    "z = zipfile.ZipFile('y', 'w')\n"
		    "z.writestr('a', 'hello', zipfile.ZIP_BZIP2)\n"
		    "z.writestr('b', 'stored', zipfile.ZIP_STORED)\n"
		    "z.writestr('c', 'hello', zipfile.ZIP_BZIP2)\n"
		    "z.close()\n"
		    "d = open('y', 'rb').read()\n"
		    "open('x', 'wb').write(d.replace(b'stored', b'sTored'))\"");
	stream = scratch_stream(dir, "x");
	walked = walked_new(&rond_zip_copied_format, stream, NULL);
	g_assert_no_error(walked->error);
	g_assert_cmpuint(walked->damaged, ==, 1);
	g_assert_true(walked_tells(walked, "b: "));
	g_assert_cmpuint(walked_find(walked, "b")->content->len, <, 6);
	g_assert_cmpuint(walked_find(walked, "a")->content->len, ==, 5);
	g_assert_cmpuint(walked_find(walked, "c")->content->len, ==, 5);
}

static void test_7z_checksum(void)
{
	g_autoptr(Scratch) dir = scratch_new();
	g_autoptr(RondStream) stream = NULL;
	g_autoptr(Walked) walked = NULL;

	scratch_run(dir, "printf 'some stored words' > a; printf sound > b;"
			 "7z a -mx=0 -ms=off y.7z a b;"
			 "sed s/stored/sTored/ y.7z > x");
	stream = scratch_stream(dir, "x");
	walked = walked_new(rond_archive_by_name("7z"), stream, NULL);
	g_assert_no_error(walked->error);
	g_assert_cmpuint(walked->damaged, ==, 1);
	g_assert_cmpuint(walked_find(walked, "a")->content->len, <, 17);
	g_assert_cmpuint(walked_find(walked, "b")->content->len, ==, 5);
}

/* A member that stops the reader: those behind it are read. */
static void check_restart(const char *format, const char *make)
{
	g_autoptr(Scratch) dir = scratch_new();
	g_autoptr(RondStream) stream = NULL;
	g_autoptr(Walked) walked = NULL;

	scratch_run(dir, "seq 1 30000 > a; seq 7 40000 > b; seq 9 500 > c");
	scratch_run(dir, make);
	scratch_run(dir, "python3 -c \"d = bytearray(open('y', 'rb').read())\n"
			 "for i in range(1000, 1100): d[i] ^= 0x55\n"
			 "open('x', 'wb').write(d)\"");
	stream = scratch_stream(dir, "x");
	g_assert_cmpstr(probe(stream, FALSE)->name, ==, format);
	walked = walked_new(probe(stream, FALSE), stream, NULL);
	g_assert_no_error(walked->error);
	g_assert_cmpuint(walked->entries->len, ==, 3);
	g_assert_cmpuint(walked->damaged, ==, 1);
	g_assert_true(walked_tells(walked, "a: "));
	g_assert_cmpuint(walked_find(walked, "a")->content->len, <,
			 walked_find(walked, "a")->entry.size);
	compare(dir, walked, "b", "b");
	compare(dir, walked, "c", "c");
}

static void test_restart(void)
{
	check_restart("7z", "7z a -ms=off y.7z a b c; mv y.7z y");
	check_restart("zip-copied",
		      "7z a -tzip -mm=LZMA y.zip a b c; mv y.zip y");
	check_restart("zip-copied",
		      "7z a -tzip -mm=BZip2 y.zip a b c; mv y.zip y");
}

/* Of a solid archive all that follows the damage is lost, and said. */
static void test_solid(void)
{
	g_autoptr(Scratch) dir = scratch_new();
	g_autoptr(RondStream) stream = NULL;
	g_autoptr(Walked) walked = NULL;

	scratch_run(dir,
		    "for i in $(seq 10 99); do seq $i$i 9999 > $i; done;"
		    "7z a -ms=on -m0=PPMd y.7z ??;"
		    "python3 -c \"d = bytearray(open('y.7z', 'rb').read())\n"
		    "for i in range(len(d) // 4, len(d) // 4 + 50):"
		    " d[i] ^= 0x55\n"
		    "open('x', 'wb').write(d)\"");
	stream = scratch_stream(dir, "x");
	walked = walked_new(probe(stream, FALSE), stream, NULL);
	g_assert_cmpuint(walked->damaged, >, 10);
	for (guint i = 0; i < walked->entries->len; i++) {
		const WalkedEntry *entry = walked->entries->pdata[i];

		if (entry->content->len == entry->entry.size)
			compare(dir, walked, entry->entry.path,
				entry->entry.path);
	}
}

static void make_small(const Scratch *dir)
{
	scratch_run(dir,
		    "mkdir d; echo a > d/a; ln -s a d/l; seq 9 > d/b;"
		    "find d | cpio -o -H newc > s.cpio;"
		    "find d | cpio -o -H odc > s.odc;"
		    "7z a -snl s.7z d; bsdtar -cf s.xar --format=xar d;"
		    "bsdtar -cf s.ar --format=ar d/b;"
		    "python3 -c \"import zipfile\n"
		    "z = zipfile.ZipFile('s.zip', 'w', zipfile.ZIP_BZIP2)\n"
		    "z.writestr('a', 'hello'); z.writestr('b', 'world')\n"
		    "z.close()\"");
}

static const struct {
	const char *file, *format;
} SMALL[] = {
    {"s.cpio", "cpio"},	     {"s.odc", "cpio"}, {"s.7z", "7z"},
    {"s.zip", "zip-copied"}, {"s.xar", "xar"},	{"s.ar", "ar"},
};

static void walk_bytes(const char *format, GBytes *bytes)
{
	g_autoptr(RondStream) stream = rond_memory_stream_new(bytes);
	g_autoptr(Walked) walked =
	    walked_new(rond_archive_by_name(format), stream, NULL);

	g_assert_true(walked->ok || walked->error->message);
	probe(stream, TRUE);
}

static void test_truncated(void)
{
	g_autoptr(Scratch) dir = scratch_new();

	make_small(dir);
	for (gsize i = 0; i < G_N_ELEMENTS(SMALL); i++) {
		g_autoptr(GBytes) whole = scratch_read(dir, SMALL[i].file);

		for (gsize n = 0; n < g_bytes_get_size(whole); n++) {
			g_autoptr(GBytes) part =
			    g_bytes_new_from_bytes(whole, 0, n);

			walk_bytes(SMALL[i].format, part);
		}
	}
}

/* libarchive itself has no words for it. */
static void test_truncation_is_said(void)
{
	g_autoptr(Scratch) dir = scratch_new();

	make_small(dir);
	for (gsize i = 0; i < 3; i++) {
		g_autoptr(GBytes) whole = scratch_read(dir, SMALL[i].file);
		g_autoptr(GBytes) part = g_bytes_new_from_bytes(
		    whole, 0, g_bytes_get_size(whole) / 2);
		g_autoptr(RondStream) stream = rond_memory_stream_new(part);
		g_autoptr(Walked) walked = walked_new(
		    rond_archive_by_name(SMALL[i].format), stream, NULL);

		g_assert_error(walked->error, ROND_ERROR, EIO);
		g_assert_nonnull(
		    strstr(walked->error->message, "file was cut short"));
	}
}

static void flip_each(const char *format, GBytes *whole)
{
	gsize len;
	const guint8 *data = g_bytes_get_data(whole, &len);

	for (gsize i = 0; i < len; i++) {
		guint8 *copy = g_memdup2(data, len);
		g_autoptr(GBytes) bytes = g_bytes_new_take(copy, len);

		copy[i] ^= (guint8)(i % 3 == 0 ? 0xff : 1 << i % 8);
		walk_bytes(format, bytes);
	}
}

static void test_flipped(void)
{
	g_autoptr(Scratch) dir = scratch_new();

	make_small(dir);
	for (gsize i = 0; i < G_N_ELEMENTS(SMALL); i++) {
		g_autoptr(GBytes) whole = scratch_read(dir, SMALL[i].file);

		flip_each(SMALL[i].format, whole);
	}
}

static void fail_each_read(const char *format, RondStream *good)
{
	gboolean failed = TRUE;

	for (guint n = 1; failed; n++) {
		g_autoptr(RondStream) bad = fault_stream_new(good, n, ENXIO);
		g_autoptr(Walked) walked =
		    walked_new(rond_archive_by_name(format), bad, NULL);

		failed = fault_stream_reads(bad) >= n;
		if (failed)
			g_assert_error(walked->error, ROND_ERROR, ENXIO);
		else
			g_assert_no_error(walked->error);
	}
}

static void test_failing_reads(void)
{
	g_autoptr(Scratch) dir = scratch_new();

	make_small(dir);
	for (gsize i = 0; i < G_N_ELEMENTS(SMALL); i++) {
		g_autoptr(RondStream) good = scratch_stream(dir, SMALL[i].file);

		fail_each_read(SMALL[i].format, good);
	}
}

static void test_stops(void)
{
	g_autoptr(Scratch) dir = scratch_new();
	g_autoptr(GCancellable) cancelled = g_cancellable_new();

	make_small(dir);
	g_cancellable_cancel(cancelled);
	for (gsize i = 0; i < G_N_ELEMENTS(SMALL); i++) {
		g_autoptr(RondStream) stream =
		    scratch_stream(dir, SMALL[i].file);
		const RondArchiveFormat *format =
		    rond_archive_by_name(SMALL[i].format);
		g_autoptr(Walked) none = walked_new(format, stream, cancelled);
		g_autoptr(Walked) one = walked_new_refusing(format, stream, 1);

		g_assert_error(none->error, ROND_ERROR, ECANCELED);
		g_assert_error(one->error, ROND_ERROR, ENOSPC);
		g_assert_cmpuint(one->entries->len, ==, 1);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/libarchive-damage/half", test_zip_half);
	g_test_add_func("/libarchive-damage/zip-checksum", test_zip_checksum);
	g_test_add_func("/libarchive-damage/7z-checksum", test_7z_checksum);
	g_test_add_func("/libarchive-damage/restart", test_restart);
	g_test_add_func("/libarchive-damage/solid", test_solid);
	g_test_add_func("/libarchive-damage/truncated", test_truncated);
	g_test_add_func("/libarchive-damage/truncation-is-said",
			test_truncation_is_said);
	g_test_add_func("/libarchive-damage/flipped", test_flipped);
	g_test_add_func("/libarchive-damage/failing-reads", test_failing_reads);
	g_test_add_func("/libarchive-damage/stops", test_stops);
	return g_test_run();
}
