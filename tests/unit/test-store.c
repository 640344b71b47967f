/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/error.h"
#include "backends/store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
	char *dir;
	RondStore *store;
} Fixture;

static void make_folder(const Fixture *f, const char *name)
{
	g_autofree char *path = g_build_filename(f->dir, name, NULL);

	g_assert_cmpint(g_mkdir(path, 0755), ==, 0);
}

static void write_file(const Fixture *f, const char *name, const char *text)
{
	g_autofree char *path = g_build_filename(f->dir, name, NULL);

	g_assert_true(g_file_set_contents_full(
	    path, text, -1, G_FILE_SET_CONTENTS_NONE, 0644, NULL));
}

static void make_link(const Fixture *f, const char *target, const char *name)
{
	g_autofree char *path = g_build_filename(f->dir, name, NULL);

	g_assert_cmpint(symlink(target, path), ==, 0);
}

static void remove_tree(const char *path)
{
	const char *argv[] = {"rm", "-rf", "--", path, NULL};

	g_assert_true(g_spawn_sync(NULL, (char **)argv, NULL,
				   G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL,
				   NULL, NULL));
}

static void set_up(Fixture *f, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	f->dir = g_dir_make_tmp("rond-store-XXXXXX", NULL);
	f->store = rond_folder_store_new(f->dir, &error);
	g_assert_no_error(error);
}

static void tear_down(Fixture *f, gconstpointer data)
{
	rond_store_free(f->store);
	remove_tree(f->dir);
	g_free(f->dir);
}

static char *names_of(RondStore *store, const char *folder)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) items = store->ops->list(store, folder, &error);
	GString *names = g_string_new(NULL);

	g_assert_no_error(error);
	for (guint i = 0; i < items->len; i++) {
		const RondStoreItem *item = items->pdata[i];

		g_string_append_printf(names, "%s%s%s ", item->path,
				       item->is_dir ? "/" : "",
				       item->is_link ? "@" : "");
	}
	return g_string_free(names, FALSE);
}

static void test_list(Fixture *f, gconstpointer data)
{
	g_autofree char *fifo = g_build_filename(f->dir, "fifo", NULL);
	g_autofree char *top = NULL;
	g_autofree char *below = NULL;

	write_file(f, "b", "1");
	write_file(f, "a", "22");
	write_file(f, ".hidden", "");
	write_file(f, "caf\xe9", "");
	make_folder(f, "sub");
	write_file(f, "sub/x", "");
	make_folder(f, "sub/y");
	make_link(f, "a", "z-file");
	make_link(f, "sub", "z-folder");
	make_link(f, "nowhere", "z-dangling");
	make_link(f, "z-loop", "z-loop");
	g_assert_cmpint(mkfifo(fifo, 0644), ==, 0);
	top = names_of(f->store, "");
	g_assert_cmpstr(top, ==,
			".hidden a b caf\xe9 sub/ z-file@ z-folder/@ ");
	below = names_of(f->store, "sub");
	g_assert_cmpstr(below, ==, "sub/x sub/y/ ");
}

static void test_item(Fixture *f, gconstpointer data)
{
	g_autofree char *path = g_build_filename(f->dir, "a", NULL);
	struct timespec times[] = {{0, UTIME_OMIT}, {1714521600, 123456789}};
	g_autoptr(GPtrArray) items = NULL;
	g_autoptr(RondStoreItem) copy = NULL;
	const RondStoreItem *item;
	struct stat st;

	write_file(f, "a", "four");
	g_assert_cmpint(chmod(path, 0640), ==, 0);
	g_assert_cmpint(utimensat(AT_FDCWD, path, times, 0), ==, 0);
	g_assert_cmpint(stat(path, &st), ==, 0);
	items = f->store->ops->list(f->store, "", NULL);
	g_assert_cmpuint(items->len, ==, 1);
	item = items->pdata[0];
	copy = rond_store_item_copy(item);
	g_assert_cmpuint(copy->size, ==, 4);
	g_assert_cmpint(copy->mtime_ns, ==,
			G_GINT64_CONSTANT(1714521600123456789));
	g_assert_cmpuint(copy->ino, ==, st.st_ino);
	g_assert_cmpuint(copy->dev, ==, st.st_dev);
	g_assert_cmpuint(copy->mode, ==, S_IFREG | 0640);
	g_assert_cmpuint(copy->uid, ==, st.st_uid);
	g_assert_true(copy->path != item->path);
	g_assert_cmpstr(copy->path, ==, "a");
}

/* A file system may hold any 64-bit time; nanoseconds must not overflow. */
static void test_absurd_time(Fixture *f, gconstpointer data)
{
	g_autofree char *path = g_build_filename(f->dir, "a", NULL);
	struct timespec times[] = {{0, UTIME_OMIT},
				   {G_GINT64_CONSTANT(15032385535), 0}};
	g_autoptr(GPtrArray) items = NULL;
	const RondStoreItem *item;

	write_file(f, "a", "");
	if (utimensat(AT_FDCWD, path, times, 0) < 0) {
		g_test_skip("no such times on this file system");
		return;
	}
	items = f->store->ops->list(f->store, "", NULL);
	item = items->pdata[0];
	g_assert_cmpint(item->mtime_ns, >, 0);
}

static void test_list_errors(Fixture *f, gconstpointer data)
{
	g_autoptr(GError) missing = NULL;
	g_autoptr(GError) file = NULL;

	write_file(f, "a", "");
	g_assert_null(f->store->ops->list(f->store, "nowhere", &missing));
	g_assert_error(missing, ROND_ERROR, ENOENT);
	g_assert_null(f->store->ops->list(f->store, "a", &file));
	g_assert_error(file, ROND_ERROR, ENOTDIR);
}

static void test_open(Fixture *f, gconstpointer data)
{
	g_autoptr(RondStream) stream = NULL;
	g_autoptr(GError) error = NULL;
	char buf[8];

	make_folder(f, "sub");
	write_file(f, "sub/x", "hello");
	stream = f->store->ops->open(f->store, "sub/x", &error);
	g_assert_no_error(error);
	g_assert_cmpuint(rond_stream_size(stream), ==, 5);
	g_assert_cmpint(rond_stream_pread(stream, buf, sizeof(buf), 1, &error),
			==, 4);
	g_assert_cmpmem(buf, 4, "ello", 4);
}

static void test_open_errors(Fixture *f, gconstpointer data)
{
	g_autofree char *fifo = g_build_filename(f->dir, "fifo", NULL);
	g_autoptr(GError) missing = NULL;
	g_autoptr(GError) folder = NULL;
	g_autoptr(GError) pipe = NULL;

	g_assert_cmpint(mkfifo(fifo, 0644), ==, 0);
	make_folder(f, "sub");
	g_assert_null(f->store->ops->open(f->store, "nowhere", &missing));
	g_assert_error(missing, ROND_ERROR, ENOENT);
	g_assert_null(f->store->ops->open(f->store, "sub", &folder));
	g_assert_error(folder, ROND_ERROR, EINVAL);
	/* Must not wait for a writer. */
	g_assert_null(f->store->ops->open(f->store, "fifo", &pipe));
	g_assert_error(pipe, ROND_ERROR, EINVAL);
}

static void test_open_folder(Fixture *f, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	int fd, file;

	make_folder(f, "sub");
	write_file(f, "sub/x", "");
	fd = f->store->ops->open_folder(f->store, "sub", &error);
	g_assert_no_error(error);
	file = openat(fd, "x", O_RDONLY);
	g_assert_cmpint(file, >=, 0);
	close(file);
	close(fd);
	fd = f->store->ops->open_folder(f->store, "", &error);
	g_assert_no_error(error);
	g_assert_cmpint(faccessat(fd, "sub/x", F_OK, 0), ==, 0);
	close(fd);
	g_assert_cmpint(f->store->ops->open_folder(f->store, "sub/x", &error),
			==, -1);
	g_assert_error(error, ROND_ERROR, ENOTDIR);
}

/* What was opened stays what it is, wherever its name goes. */
static void test_moved_away(Fixture *f, gconstpointer data)
{
	g_autofree char *elsewhere = g_strconcat(f->dir, "-moved", NULL);
	g_autofree char *names = NULL;

	write_file(f, "a", "");
	g_assert_cmpint(g_rename(f->dir, elsewhere), ==, 0);
	names = names_of(f->store, "");
	g_assert_cmpstr(names, ==, "a ");
	g_assert_cmpint(g_rename(elsewhere, f->dir), ==, 0);
}

static RondWriting writing(const Fixture *f)
{
	g_autoptr(GPtrArray) items = f->store->ops->list(f->store, "", NULL);

	g_assert_cmpuint(items->len, ==, 1);
	return f->store->ops->writing(f->store, items->pdata[0]);
}

static void test_writing(Fixture *f, gconstpointer data)
{
	g_autofree char *path = g_build_filename(f->dir, "a", NULL);
	RondWriting before;
	int fd;

	write_file(f, "a", "x");
	before = writing(f);
	if (before == ROND_WRITING_UNKNOWN) {
		g_test_skip("no leases on this file system");
		return;
	}
	g_assert_cmpint(before, ==, ROND_WRITING_NO);
	fd = open(path, O_WRONLY | O_APPEND);
	g_assert_cmpint(writing(f), ==, ROND_WRITING_YES);
	close(fd);
	g_assert_cmpint(writing(f), ==, ROND_WRITING_NO);
	fd = open(path, O_RDONLY);
	g_assert_cmpint(writing(f), ==, ROND_WRITING_NO);
	close(fd);
}

static void test_writing_of_missing(Fixture *f, gconstpointer data)
{
	RondStoreItem item = {.path = (char *)"nowhere"};

	g_assert_cmpint(f->store->ops->writing(f->store, &item), ==,
			ROND_WRITING_UNKNOWN);
}

static gboolean is_told(RondStore *store)
{
	struct pollfd fd = {.fd = store->ops->watch(store), .events = POLLIN};

	return poll(&fd, 1, 0) > 0;
}

static void expect_told(Fixture *f, const char *what)
{
	if (!is_told(f->store))
		g_error("not told: %s", what);
	f->store->ops->drain(f->store);
	g_assert_false(is_told(f->store));
}

static void test_watch(Fixture *f, gconstpointer data)
{
	g_autofree char *a = g_build_filename(f->dir, "a", NULL);
	g_autofree char *b = g_build_filename(f->dir, "sub/b", NULL);
	g_autofree char *names = NULL;
	g_autofree char *below = NULL;

	make_folder(f, "sub");
	g_assert_false(is_told(f->store));
	names = names_of(f->store, "");
	write_file(f, "a", "");
	expect_told(f, "a new file");
	write_file(f, "sub/b", "");
	g_assert_false(is_told(f->store));
	below = names_of(f->store, "sub");
	g_assert_cmpint(g_rename(a, b), ==, 0);
	expect_told(f, "a file moved");
	g_assert_cmpint(g_unlink(b), ==, 0);
	expect_told(f, "a file deleted");
	make_folder(f, "new");
	expect_told(f, "a new folder");
	make_link(f, "sub", "link");
	expect_told(f, "a new link");
}

static void test_drain_never_blocks(Fixture *f, gconstpointer data)
{
	f->store->ops->drain(f->store);
	f->store->ops->drain(f->store);
}

static void test_single(Fixture *f, gconstpointer data)
{
	g_autofree char *path = g_build_filename(f->dir, "a", NULL);
	g_autofree char *old = g_build_filename(f->dir, "old", NULL);
	g_autofree char *names = NULL;
	g_autofree char *none = NULL;
	g_autofree char *again = NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(RondStore) store = NULL;

	write_file(f, "a", "one");
	write_file(f, "b", "");
	store = rond_folder_store_new(path, &error);
	g_assert_no_error(error);
	g_assert_false(store->top->is_dir);
	g_assert_cmpstr(store->top->path, ==, "a");
	names = names_of(store, "");
	g_assert_cmpstr(names, ==, "a ");
	g_assert_cmpint(g_rename(path, old), ==, 0);
	g_assert_true(is_told(store));
	none = names_of(store, "");
	g_assert_cmpstr(none, ==, "");
	write_file(f, "a", "two");
	again = names_of(store, "");
	g_assert_cmpstr(again, ==, "a ");
}

static void test_top(Fixture *f, gconstpointer data)
{
	struct stat st;

	g_assert_cmpint(stat(f->dir, &st), ==, 0);
	g_assert_true(f->store->top->is_dir);
	g_assert_cmpstr(f->store->top->path, ==, "");
	g_assert_cmpuint(f->store->top->ino, ==, st.st_ino);
	g_assert_cmpstr(f->store->name, ==, f->dir);
}

static void test_missing(Fixture *f, gconstpointer data)
{
	g_autofree char *path = g_build_filename(f->dir, "nowhere", NULL);
	g_autofree char *below = g_build_filename(f->dir, "a/b", NULL);
	g_autofree char *fifo = g_build_filename(f->dir, "fifo", NULL);
	g_autoptr(GError) missing = NULL;
	g_autoptr(GError) no_folder = NULL;
	g_autoptr(GError) pipe = NULL;

	write_file(f, "a", "");
	g_assert_cmpint(mkfifo(fifo, 0644), ==, 0);
	g_assert_null(rond_folder_store_new(path, &missing));
	g_assert_error(missing, ROND_ERROR, ENOENT);
	g_assert_null(rond_folder_store_new(below, &no_folder));
	g_assert_error(no_folder, ROND_ERROR, ENOTDIR);
	g_assert_null(rond_folder_store_new(fifo, &pipe));
	g_assert_error(pipe, ROND_ERROR, ENOTDIR);
}

#define ADD(path, func) \
	g_test_add("/store/" path, Fixture, NULL, set_up, func, tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("list", test_list);
	ADD("list-errors", test_list_errors);
	ADD("item", test_item);
	ADD("absurd-time", test_absurd_time);
	ADD("open", test_open);
	ADD("open-errors", test_open_errors);
	ADD("open-folder", test_open_folder);
	ADD("moved-away", test_moved_away);
	ADD("writing", test_writing);
	ADD("writing-of-missing", test_writing_of_missing);
	ADD("watch", test_watch);
	ADD("drain-never-blocks", test_drain_never_blocks);
	ADD("single", test_single);
	ADD("top", test_top);
	ADD("missing", test_missing);
	return g_test_run();
}
