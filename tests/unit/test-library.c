/* SPDX-License-Identifier: BSD-2-Clause */
/* The living set: backups that come and go, indexing, the cache. */
#include "backends/error.h"
#include "tests/unit/shelf.h"

#include <errno.h>
#include <string.h>

static Shelf *new_shelf(guint days)
{
	Shelf *shelf = shelf_new();

	for (guint day = 1; day <= days; day++) {
		g_autofree char *command = g_strdup_printf(
		    "echo day %u > ../f && head -c 20000 /dev/urandom > ../r "
		    "&& tar -C .. -cJf www-2024-05-%02u.tar.xz f r",
		    day, day);

		shelf_run(shelf, command);
	}
	return shelf;
}

static void on_warning(const char *message, gpointer data)
{
	g_ptr_array_add(data, g_strdup(message));
}

static void expect_refused(Shelf *shelf, int code, const char *text)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(rond_library_new(shelf->config, on_warning,
				       shelf->warnings, &error));
	g_assert_error(error, ROND_ERROR, code);
	g_assert_nonnull(strstr(error->message, text));
	g_assert_null(strchr(error->message, '\n'));
}

static void test_refused(void)
{
	g_autoptr(Shelf) empty = shelf_new();
	g_autoptr(Shelf) missing = shelf_new();

	expect_refused(empty, ENOENT, "no backup found");
	scratch_run(missing->scratch, "rmdir shelf");
	expect_refused(missing, ENOENT, "shelf");
}

static void test_comes_and_goes(void)
{
	g_autoptr(Shelf) shelf = new_shelf(2);

	shelf_open(shelf);
	gint64 before = rond_library_changed_ns(shelf->library);
	g_autoptr(RondPart) first = shelf_part(shelf, "2024-05-01", "www");
	g_autoptr(RondPart) second = shelf_part(shelf, "2024-05-02", "www");

	g_assert_false(rond_library_rescan(shelf->library, NULL));
	g_assert_cmpint(rond_library_changed_ns(shelf->library), ==, before);
	shelf_run(shelf, "cp www-2024-05-01.tar.xz www-2024-05-03.tar.xz && "
			 "rm www-2024-05-02.tar.xz");
	g_assert_true(rond_library_rescan(shelf->library, NULL));
	g_assert_cmpint(rond_library_changed_ns(shelf->library), >, before);
	g_autofree char *root = shelf_list(shelf, "");

	g_assert_nonnull(strstr(root, "2024-05-03"));
	g_assert_null(strstr(root, "2024-05-02"));
	/* What stays keeps its number, and no number is used again. */
	g_autoptr(RondPart) same = shelf_part(shelf, "2024-05-01", "www");
	g_autoptr(RondPart) third = shelf_part(shelf, "2024-05-03", "www");
	g_autoptr(RondPart) gone = rond_library_part_by_number(
	    shelf->library, rond_part_number(second));

	g_assert_true(same == first);
	g_assert_cmpuint(rond_part_number(third), >, rond_part_number(second));
	g_assert_true(gone == second);
	rond_library_retire(shelf->library);
	g_assert_null(rond_library_part_by_number(shelf->library,
						  rond_part_number(second)));
	g_assert_null(rond_library_part_by_number(shelf->library, 0));
	g_assert_null(rond_library_part_by_number(shelf->library, 4711));
}

/* A file that is replaced is another backup; the old one's bytes don't mix
 * with the new one's. */
static void test_replaced(void)
{
	g_autoptr(Shelf) shelf = new_shelf(2);

	shelf_open(shelf);
	g_autofree char *before = shelf_read(shelf, "2024-05-02/www/f");

	shelf_run(shelf, "cp www-2024-05-01.tar.xz new && mv new "
			 "www-2024-05-02.tar.xz");
	g_assert_true(rond_library_rescan(shelf->library, NULL));
	g_autofree char *after = shelf_read(shelf, "2024-05-02/www/f");

	g_assert_cmpstr(before, ==, "day 2\n");
	g_assert_cmpstr(after, ==, "day 1\n");
}

typedef struct {
	guint calls, finished;
	guint64 last;
	GCancellable *cancel;
} Progress;

static void on_progress(const RondProgress *progress, gpointer data)
{
	Progress *self = data;

	self->calls++;
	self->finished += progress->finished != NULL;
	g_assert_cmpuint(progress->done, <=, progress->count);
	g_assert_cmpuint(progress->bytes, <=, progress->total);
	g_assert_cmpuint(progress->all_bytes, <=, progress->all_total);
	if (self->cancel)
		g_cancellable_cancel(self->cancel);
}

static void test_index_all(void)
{
	g_autoptr(Shelf) shelf = new_shelf(5);
	Progress progress = {0};
	g_auto(RondPartInfo) info = {0};

	shelf_run(shelf, "mkdir 2024-05-06 && echo > 2024-05-06/f");
	shelf_open(shelf);
	g_assert_true(rond_library_index_all(shelf->library, on_progress,
					     &progress, NULL));
	g_assert_cmpuint(progress.finished, ==, 5);
	g_autoptr(RondPart) part = shelf_part(shelf, "2024-05-03", "www");

	rond_part_info(part, &info);
	g_assert_cmpint(info.state, ==, ROND_PART_READY);
	g_assert_cmpuint(info.entries, ==, 2);
}

static void test_index_cancelled(void)
{
	g_autoptr(Shelf) shelf = new_shelf(8);
	g_autoptr(GCancellable) cancel = g_cancellable_new();
	Progress progress = {.cancel = cancel};

	shelf_open(shelf);
	/* It may be through with all before it is asked. */
	if (!rond_library_index_all(shelf->library, on_progress, &progress,
				    cancel))
		g_assert_cmpuint(progress.finished, <=, 8);
	rond_library_cancel(shelf->library);
}

static void test_index_in_background(void)
{
	g_autoptr(Shelf) shelf = new_shelf(3);

	shelf_open(shelf);
	rond_library_index_in_background(shelf->library);
	for (guint day = 1; day <= 3; day++) {
		g_autofree char *path =
		    g_strdup_printf("2024-05-%02u/www/f", day);
		g_autofree char *text = shelf_read(shelf, path);
		g_autofree char *expected = g_strdup_printf("day %u\n", day);

		g_assert_cmpstr(text, ==, expected);
	}
}

/* Ended while they are indexed: waits for it, and leaks nothing. */
static void test_freed_at_work(void)
{
	for (guint i = 0; i < 5; i++) {
		g_autoptr(Shelf) shelf = new_shelf(3);

		shelf_open(shelf);
		for (guint day = 1; day <= 3; day++) {
			g_autofree char *name =
			    g_strdup_printf("2024-05-%02u", day);
			g_autoptr(RondPart) part =
			    shelf_part(shelf, name, "www");

			rond_library_request(shelf->library, part);
		}
		g_usleep(i * 300);
	}
}

static void expect_day_one(const Shelf *shelf)
{
	g_autofree char *text = shelf_read(shelf, "2024-05-01/www/f");

	g_assert_cmpstr(text, ==, "day 1\n");
}

/* What the cache holds: another mount uses it, however old the backups' names;
 * what is broken in it is made again. */
static void test_cache(void)
{
	static const char *const harm[] = {
	    "true",
	    "for i in cache/*.index; do truncate -s 100 $i; done",
	    "for i in cache/*.index; do : > $i; done",
	    ("for i in cache/*.index; do printf x | dd of=$i bs=1 seek=900 "
	     "conv=notrunc 2>/dev/null; done"),
	    "rm cache/*.copy",
	    "rm cache/*.index",
	    "rm -rf cache",
	};
	g_autoptr(Shelf) shelf = new_shelf(1);

	shelf_open(shelf);
	expect_day_one(shelf);
	scratch_run(shelf->scratch, "ls cache/*.index cache/*.copy");
	for (gsize i = 0; i < G_N_ELEMENTS(harm); i++) {
		scratch_run(shelf->scratch, harm[i]);
		shelf_reopen(shelf);
		expect_day_one(shelf);
	}
}

/* A copy that was harmed serves no wrong byte, and is given up. */
static void test_cache_copy_harmed(void)
{
	g_autoptr(Shelf) shelf = new_shelf(1);

	shelf_open(shelf);
	expect_day_one(shelf);
	scratch_run(shelf->scratch,
		    "for i in cache/*.copy; do printf xxxxxxxx | dd of=$i "
		    "bs=1 seek=30 conv=notrunc 2>/dev/null; done");
	shelf_reopen(shelf);
	g_assert_cmpint(shelf_read_error(shelf, "2024-05-01/www/f"), ==, EIO);
}

/* Without a place for its copy, what can be is served. */
static void test_no_cache(void)
{
	g_autoptr(Shelf) shelf = new_shelf(1);

	g_free(shelf->config->cache_dir);
	shelf->config->cache_dir = g_strdup("/proc/no-such-place");
	shelf_open(shelf);
	g_assert_cmpuint(shelf->warnings->len, ==, 1);
	expect_day_one(shelf);
}

static gpointer read_days(gpointer data)
{
	const Shelf *shelf = data;

	for (guint i = 0; i < 10; i++) {
		guint day = (guint)g_random_int_range(1, 5);
		g_autofree char *path =
		    g_strdup_printf("2024-05-%02u/www/f", day);
		g_autofree char *expected = g_strdup_printf("day %u\n", day);
		g_autofree char *text = shelf_read(shelf, path);

		g_assert_cmpstr(text, ==, expected);
		g_free(shelf_list(shelf, ""));
	}
	return NULL;
}

/* Readers, and rescans that find others coming and going. */
static void test_threads(void)
{
	g_autoptr(Shelf) shelf = new_shelf(4);
	GThread *threads[4];

	shelf_open(shelf);
	for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
		threads[i] = g_thread_new("reader", read_days, shelf);
	for (guint i = 0; i < 4; i++) {
		shelf_run(shelf, i % 2 ? "rm www-2024-05-09.tar.xz"
				       : "cp www-2024-05-01.tar.xz "
					 "www-2024-05-09.tar.xz");
		rond_library_rescan(shelf->library, NULL);
		rond_library_retire(shelf->library);
	}
	for (guint i = 0; i < G_N_ELEMENTS(threads); i++)
		g_thread_join(threads[i]);
}

static void test_statistics(void)
{
	g_autoptr(Shelf) shelf = new_shelf(1);

	shelf_open(shelf);
	expect_day_one(shelf);
	g_autofree char *line = rond_library_statistics(shelf->library);

	g_assert_null(strchr(line, '\n'));
	g_assert_true(g_str_has_prefix(line, "1 snapshots"));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/library/refused", test_refused);
	g_test_add_func("/library/comes-and-goes", test_comes_and_goes);
	g_test_add_func("/library/replaced", test_replaced);
	g_test_add_func("/library/index-all", test_index_all);
	g_test_add_func("/library/index-cancelled", test_index_cancelled);
	g_test_add_func("/library/index-in-background",
			test_index_in_background);
	g_test_add_func("/library/freed-at-work", test_freed_at_work);
	g_test_add_func("/library/cache", test_cache);
	g_test_add_func("/library/cache-copy-harmed", test_cache_copy_harmed);
	g_test_add_func("/library/no-cache", test_no_cache);
	g_test_add_func("/library/threads", test_threads);
	g_test_add_func("/library/statistics", test_statistics);
	return g_test_run();
}
