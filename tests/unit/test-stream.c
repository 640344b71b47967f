/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/crc32.h"
#include "backends/error.h"
#include "backends/stream/stream.h"
#include "tests/unit/fault-stream.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SIZE 1000

static guint8 byte_at(guint64 i)
{
	return (i * 7) ^ (i >> 8);
}

static GBytes *pattern(gsize size)
{
	guint8 *data = g_malloc(size);

	for (gsize i = 0; i < size; i++)
		data[i] = byte_at(i);
	return g_bytes_new_take(data, size);
}

static RondStream *memory_new(gsize size)
{
	g_autoptr(GBytes) bytes = pattern(size);

	return rond_memory_stream_new(bytes);
}

/* An open file of @size bytes that has no name. */
static int temp_fd(gsize size)
{
	g_autoptr(GBytes) bytes = pattern(size);
	g_autofree char *name = NULL;
	int fd = g_file_open_tmp("rond-stream-XXXXXX", &name, NULL);

	g_assert_cmpint(fd, >=, 0);
	g_assert_cmpint(g_unlink(name), ==, 0);
	g_assert_cmpint(write(fd, g_bytes_get_data(bytes, NULL), size), ==,
			size);
	return fd;
}

/* Read [offset, offset + len) and expect @want bytes of the pattern, which
 * the stream shows from its @first byte on. */
/* The same bytes by views, one after the other; -1 with @error. */
static gssize read_views(RondStream *stream, guint8 *buf, gsize len,
			 guint64 offset, GError **error)
{
	gsize got = 0;
	RondView view;

	do {
		if (!rond_stream_view(stream, len - got, offset + got, &view,
				      error)) {
			g_assert_null(view.bytes);
			return -1;
		}
		g_assert_cmpuint(view.len, <=, len - got);
		if (view.len)
			memcpy(buf + got, view.data, view.len);
		got += view.len;
		g_assert_true(!view.len || view.bytes);
		len = view.len ? len : got;
		rond_view_clear(&view);
	} while (got < len);
	return (gssize)got;
}

static void expect(RondStream *stream, guint64 offset, gsize len, gsize want,
		   guint64 first)
{
	g_autoptr(GError) error = NULL;
	g_autofree guint8 *buf = g_malloc0(len + 1);

	buf[len] = 0x5a;
	g_assert_cmpint(rond_stream_pread(stream, buf, len, offset, &error), ==,
			want);
	g_assert_no_error(error);
	for (gsize i = 0; i < want; i++)
		g_assert_cmpint(buf[i], ==, byte_at(first + offset + i));
	g_assert_cmpint(buf[len], ==, 0x5a);
}

static void expect_views(RondStream *stream, guint64 offset, gsize len)
{
	g_autoptr(GError) error = NULL;
	g_autofree guint8 *seen = g_malloc0(len + 1);
	g_autofree guint8 *buf = g_malloc0(len + 1);
	gssize want = rond_stream_pread(stream, buf, len, offset, NULL);

	g_assert_cmpint(read_views(stream, seen, len, offset, &error), ==,
			want);
	g_assert_no_error(error);
	g_assert_true(memcmp(seen, buf, len) == 0);
}

static void expect_error(RondStream *stream, guint64 offset, gsize len,
			 int code)
{
	g_autoptr(GError) error = NULL;
	g_autofree guint8 *buf = g_malloc0(len);

	g_assert_cmpint(rond_stream_pread(stream, buf, len, offset, &error), ==,
			-1);
	g_assert_error(error, ROND_ERROR, code);
}

/* What every stream over SIZE bytes of the pattern from @first on does. */
static void expect_reads(RondStream *stream, guint64 first)
{
	guint64 far[] = {SIZE, SIZE + 1, G_MAXINT64, G_MAXUINT64 - 1,
			 G_MAXUINT64};

	g_assert_cmpuint(rond_stream_size(stream), ==, SIZE);
	for (gsize offset = 0; offset <= SIZE; offset += 37)
		for (gsize len = 0; len <= SIZE + 50; len += 149) {
			expect(stream, offset, len, MIN(len, SIZE - offset),
			       first);
			expect_views(stream, offset, len);
		}
	for (gsize i = 0; i < G_N_ELEMENTS(far); i++) {
		expect(stream, far[i], 10, 0, first);
		expect_views(stream, far[i], 10);
	}
}

static void test_memory(void)
{
	g_autoptr(RondStream) stream = memory_new(SIZE);

	expect_reads(stream, 0);
	g_assert_cmpint(rond_stream_fd(stream), ==, -1);
}

static void test_memory_empty(void)
{
	g_autoptr(RondStream) stream = memory_new(0);

	g_assert_cmpuint(rond_stream_size(stream), ==, 0);
	expect(stream, 0, 10, 0, 0);
}

static void test_pread_full(void)
{
	g_autoptr(RondStream) stream = memory_new(SIZE);
	g_autoptr(GError) error = NULL;
	guint8 buf[20];

	g_assert_true(rond_stream_pread_full(stream, buf, 20, SIZE - 20, NULL));
	g_assert_cmpint(buf[19], ==, byte_at(SIZE - 1));
	g_assert_true(rond_stream_pread_full(stream, buf, 0, SIZE, NULL));
	g_assert_false(
	    rond_stream_pread_full(stream, buf, 20, SIZE - 19, &error));
	g_assert_error(error, ROND_ERROR, EIO);
}

static void test_refs(void)
{
	g_autoptr(RondStream) parent = memory_new(SIZE);
	RondStream *slice = rond_slice_stream_new(parent, 0, SIZE);
	RondStream *again = rond_stream_ref(slice);

	g_assert_true(again == slice);
	rond_stream_unref(slice);
	expect_reads(again, 0);
	rond_stream_unref(again);
	expect_reads(parent, 0);
}

static void test_file(void)
{
	int fd = temp_fd(SIZE);
	g_autoptr(RondStream) stream = rond_file_stream_new(fd, NULL);

	g_assert_nonnull(stream);
	g_assert_cmpint(rond_stream_fd(stream), ==, fd);
	expect_reads(stream, 0);
}

static void test_file_closes(void)
{
	int fd = temp_fd(SIZE);
	RondStream *stream = rond_file_stream_new(fd, NULL);

	rond_stream_unref(stream);
	g_assert_cmpint(fcntl(fd, F_GETFD), ==, -1);
}

static void test_file_refused(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GError) folder = NULL;
	int fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	g_assert_null(rond_file_stream_new(-1, &error));
	g_assert_error(error, ROND_ERROR, EBADF);
	g_assert_null(rond_file_stream_new(fd, &folder));
	g_assert_error(folder, ROND_ERROR, EINVAL);
	g_assert_cmpint(fcntl(fd, F_GETFD), ==, -1);
}

/* A descriptor that can't be read passes fstat and fails in pread. */
static void test_file_unreadable(void)
{
	g_autofree char *name = NULL;
	int fd = g_file_open_tmp("rond-stream-XXXXXX", &name, NULL);

	g_assert_cmpint(write(fd, "x", 1), ==, 1);
	close(fd);
	fd = open(name, O_WRONLY | O_CLOEXEC);
	g_unlink(name);

	g_autoptr(RondStream) stream = rond_file_stream_new(fd, NULL);

	expect_error(stream, 0, 1, EBADF);
}

static void test_file_grown(void)
{
	int fd = temp_fd(SIZE);
	g_autoptr(RondStream) stream = rond_file_stream_new(fd, NULL);
	struct stat st;

	g_assert_cmpint(fstat(fd, &st), ==, 0);
	g_assert_cmpint(write(fd, "more", 4), ==, 4);
	struct timespec times[] = {st.st_atim, st.st_mtim};
	g_assert_cmpint(futimens(fd, times), ==, 0);
	expect_error(stream, 0, 10, ESTALE);
}

static void test_file_cut(void)
{
	int fd = temp_fd(SIZE);
	g_autoptr(RondStream) stream = rond_file_stream_new(fd, NULL);

	g_assert_cmpint(ftruncate(fd, 10), ==, 0);
	expect_error(stream, 0, 5, ESTALE);
	expect_error(stream, 500, 5, ESTALE);
}

static void test_file_rewritten(void)
{
	int fd = temp_fd(SIZE);
	g_autoptr(RondStream) stream = rond_file_stream_new(fd, NULL);
	struct timespec times[] = {{.tv_sec = 1000, .tv_nsec = 0},
				   {.tv_sec = 1000, .tv_nsec = 1}};

	expect(stream, 0, 10, 10, 0);
	g_assert_cmpint(pwrite(fd, "X", 1, 0), ==, 1);
	g_assert_cmpint(futimens(fd, times), ==, 0);
	expect_error(stream, 0, 10, ESTALE);
	/* Past its end nothing is read, so nothing can be wrong. */
	expect(stream, SIZE, 10, 0, 0);
}

static void test_slice(void)
{
	g_autoptr(RondStream) parent = memory_new(3 * SIZE);
	g_autoptr(RondStream) slice = rond_slice_stream_new(parent, 777, SIZE);
	g_autoptr(RondStream) inner = rond_slice_stream_new(slice, 100, 50);

	expect_reads(slice, 777);
	expect(inner, 40, 100, 10, 877);
	g_assert_cmpint(rond_stream_fd(slice), ==, -1);
}

static void test_slice_to_the_end(void)
{
	g_autoptr(RondStream) parent = memory_new(SIZE);
	g_autoptr(RondStream) whole = rond_slice_stream_new(parent, 0, SIZE);
	g_autoptr(RondStream) none = rond_slice_stream_new(parent, SIZE, 0);

	expect_reads(whole, 0);
	expect(none, 0, 10, 0, 0);
}

static void test_slice_past_the_end(void)
{
	g_autoptr(RondStream) parent = memory_new(SIZE);
	g_autoptr(RondStream) slice =
	    rond_slice_stream_new(parent, SIZE - 10, 20);
	g_autoptr(GError) error = NULL;
	guint8 buf[11];

	expect(slice, 0, 10, 10, SIZE - 10);
	expect_error(slice, 0, 11, EIO);
	expect_error(slice, 9, 2, EIO);
	expect_error(slice, 10, 1, EIO);
	expect_error(slice, 19, 100, EIO);
	expect(slice, 20, 1, 0, 0);
	expect_views(slice, 0, 10);
	g_assert_cmpint(read_views(slice, buf, 11, 0, &error), ==, -1);
	g_assert_error(error, ROND_ERROR, EIO);
}

static void test_slice_overflow(void)
{
	g_autoptr(RondStream) parent = memory_new(SIZE);
	g_autoptr(RondStream) slice =
	    rond_slice_stream_new(parent, G_MAXUINT64 - 5, 100);
	g_autoptr(RondStream) huge =
	    rond_slice_stream_new(parent, SIZE - 1, G_MAXUINT64);

	expect_error(slice, 0, 10, EIO);
	expect_error(slice, 5, 10, EIO);
	expect_error(slice, 6, 10, EIO);
	expect_error(slice, 99, 10, EIO);
	expect(huge, 0, 1, 1, SIZE - 1);
	expect_error(huge, 0, 2, EIO);
	expect_error(huge, G_MAXUINT64 - 1, 1, EIO);
}

static void test_fault(void)
{
	g_autoptr(RondStream) parent = memory_new(SIZE);

	for (guint n = 0; n <= 5; n++) {
		g_autoptr(RondStream) fault =
		    fault_stream_new(parent, n, ENXIO);
		g_autoptr(RondStream) slice =
		    rond_slice_stream_new(fault, 10, 100);

		for (guint i = 1; i <= 5; i++) {
			if (i == n)
				expect_error(slice, i, 10, ENXIO);
			else
				expect(slice, i, 10, 10, 10);
		}
		g_assert_cmpuint(fault_stream_reads(fault), ==, 5);
	}
}

static void test_crc32(void)
{
	g_autoptr(GBytes) bytes = pattern(100000);
	const guint8 *data = g_bytes_get_data(bytes, NULL);
	guint32 whole = rond_crc32(0, data, 100000);

	/* The check value of the catalogue of CRCs. */
	g_assert_cmphex(rond_crc32(0, "123456789", 9), ==, 0xcbf43926);
	g_assert_cmphex(rond_crc32(0, NULL, 0), ==, 0);
	g_assert_cmphex(rond_crc32(0x1234, NULL, 0), ==, 0x1234);
	for (gsize cut = 0; cut <= 100000; cut += 7919) {
		guint32 a = rond_crc32(0, data, cut);
		guint32 b = rond_crc32(0, data + cut, 100000 - cut);

		g_assert_cmphex(rond_crc32(a, data + cut, 100000 - cut), ==,
				whole);
		g_assert_cmphex(rond_crc32_combine(a, b, 100000 - cut), ==,
				whole);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/stream/memory", test_memory);
	g_test_add_func("/stream/memory/empty", test_memory_empty);
	g_test_add_func("/stream/pread-full", test_pread_full);
	g_test_add_func("/stream/refs", test_refs);
	g_test_add_func("/stream/file", test_file);
	g_test_add_func("/stream/file/closes", test_file_closes);
	g_test_add_func("/stream/file/refused", test_file_refused);
	g_test_add_func("/stream/file/unreadable", test_file_unreadable);
	g_test_add_func("/stream/file/grown", test_file_grown);
	g_test_add_func("/stream/file/cut", test_file_cut);
	g_test_add_func("/stream/file/rewritten", test_file_rewritten);
	g_test_add_func("/stream/slice", test_slice);
	g_test_add_func("/stream/slice/to-the-end", test_slice_to_the_end);
	g_test_add_func("/stream/slice/past-the-end", test_slice_past_the_end);
	g_test_add_func("/stream/slice/overflow", test_slice_overflow);
	g_test_add_func("/stream/fault", test_fault);
	g_test_add_func("/stream/crc32", test_crc32);
	return g_test_run();
}
