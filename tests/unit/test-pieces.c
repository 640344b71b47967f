/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/pieces.h"

#include "backends/codec/pack.h"
#include "backends/error.h"
#include "tests/unit/scratch.h"

#include <errno.h>
#include <string.h>

typedef struct {
	Scratch *scratch;
	RondStore *store;
	GPtrArray *pieces;
} Fixture;

static void set_up(Fixture *f, gconstpointer data)
{
	f->scratch = scratch_new();
	scratch_run(f->scratch, "printf one, >a; printf three >c; : >b; "
				"chmod 640 a; chmod 604 b; chmod 644 c; "
				"touch -d @1000000000 a b; "
				"touch -d @1000000001.5 c");
	f->store = rond_folder_store_new(f->scratch->path, NULL);
	g_assert_nonnull(f->store);
}

static void tear_down(Fixture *f, gconstpointer data)
{
	g_clear_pointer(&f->pieces, g_ptr_array_unref);
	rond_store_free(f->store);
	scratch_free(f->scratch);
}

/* All files of the folder, and "two," behind the first. */
static GPtrArray *pieces_now(const Fixture *f)
{
	g_autoptr(GPtrArray) items = f->store->ops->list(f->store, "", NULL);
	g_autoptr(GBytes) text = rond_pack(NULL, "two,");
	GPtrArray *pieces = rond_pieces_new();

	for (guint i = 0; i < items->len; i++) {
		rond_pieces_add_file(pieces, items->pdata[i]);
		if (i == 0)
			rond_pieces_add_text(pieces, text);
	}
	return pieces;
}

static char *content(Fixture *f, GError **error)
{
	g_autoptr(RondStream) stream =
	    rond_pieces_open(f->pieces, f->store, error);
	char buf[100] = "";

	g_assert_nonnull(stream);
	if (rond_stream_pread(stream, buf, sizeof buf - 1, 0, error) < 0)
		return NULL;
	g_assert_cmpuint(rond_stream_size(stream), ==, strlen(buf));
	return g_strdup(buf);
}

static void test_open(Fixture *f, gconstpointer data)
{
	g_autofree char *text = NULL;

	f->pieces = pieces_now(f);
	text = content(f, NULL);
	g_assert_cmpstr(text, ==, "one,two,three");
}

static void test_item(Fixture *f, gconstpointer data)
{
	g_autoptr(RondStoreItem) item = NULL;

	f->pieces = pieces_now(f);
	item = rond_pieces_item(f->pieces, f->store->top);
	g_assert_cmpuint(item->size, ==, strlen("one,two,three"));
	g_assert_cmpuint(item->mode & 07777, ==, 0600);
	g_assert_cmpint(item->mtime_ns, ==,
			G_GINT64_CONSTANT(1000000001500000000));
	g_assert_false(item->is_dir);
	g_assert_cmpuint(item->ino, ==, f->store->top->ino);
}

static mode_t mode_in(const Fixture *f, mode_t mode, guint32 uid, guint32 gid)
{
	g_autoptr(RondStoreItem) folder = rond_store_item_copy(f->store->top);
	g_autoptr(RondStoreItem) item = NULL;

	folder->mode = mode;
	folder->uid += uid;
	folder->gid += gid;
	item = rond_pieces_item(f->pieces, folder);
	return item->mode & 07777;
}

/* Who can't enter the folder can't read the file. */
static void test_folder_mode(Fixture *f, gconstpointer data)
{
	scratch_run(f->scratch, "chmod 644 a b c");
	f->pieces = pieces_now(f);
	g_assert_cmpuint(mode_in(f, 0755, 0, 0), ==, 0644);
	g_assert_cmpuint(mode_in(f, 0750, 0, 0), ==, 0640);
	g_assert_cmpuint(mode_in(f, 0700, 0, 0), ==, 0600);
	g_assert_cmpuint(mode_in(f, 0755, 1, 1), ==, 0644);
	g_assert_cmpuint(mode_in(f, 0750, 1, 0), ==, 0040);
	g_assert_cmpuint(mode_in(f, 0750, 0, 1), ==, 0600);
}

/* Files of several owners are nobody's. */
static void test_owners(Fixture *f, gconstpointer data)
{
	g_autoptr(RondStoreItem) item = NULL;
	RondBackupPiece *last;

	f->pieces = pieces_now(f);
	last = f->pieces->pdata[f->pieces->len - 1];
	last->item->uid++;
	item = rond_pieces_item(f->pieces, f->store->top);
	g_assert_cmpuint(item->mode & 07777, ==, 0);
}

/* Whatever is done to a piece is noticed: each of @data, run by sh. */
static void check_change(Fixture *f, const char *command, gboolean other_stamp)
{
	g_autoptr(GPtrArray) before = pieces_now(f);
	g_autoptr(GPtrArray) after = NULL;

	g_assert_true(rond_pieces_same(before, before));
	scratch_run(f->scratch, command);
	after = pieces_now(f);
	g_assert_false(rond_pieces_same(before, after));
	g_assert_cmpint(rond_pieces_stamp(before) != rond_pieces_stamp(after),
			==, other_stamp);
}

static void test_changes(Fixture *f, gconstpointer data)
{
	g_autoptr(GPtrArray) one = pieces_now(f);
	g_autoptr(GPtrArray) two = pieces_now(f);

	g_assert_true(rond_pieces_same(one, two));
	g_assert_true(rond_pieces_same(NULL, NULL));
	g_assert_false(rond_pieces_same(one, NULL));
	g_assert_cmpint(rond_pieces_stamp(one), ==, rond_pieces_stamp(two));
	check_change(f, "touch -d @1000000000.000000001 b", TRUE);
	check_change(f, "printf x >>a; touch -d @1000000000 a", TRUE);
	check_change(f, "printf new >d", TRUE);
	check_change(f, "rm c", TRUE);
	/* The same bytes, maybe, so the same index: its key will tell. */
	check_change(f, "cp -p a x; mv x a", FALSE);
	check_change(f, "mv a aa", FALSE);
}

static void test_replaced(Fixture *f, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	f->pieces = pieces_now(f);
	scratch_run(f->scratch, "cp -p c x; printf THREE >x; touch -r c x; "
				"mv x c");
	g_assert_null(content(f, &error));
	g_assert_error(error, ROND_ERROR, ESTALE);
	g_assert_nonnull(strstr(error->message, "c: it was replaced"));
}

static void test_gone(Fixture *f, gconstpointer data)
{
	g_autoptr(GError) error = NULL;

	f->pieces = pieces_now(f);
	scratch_run(f->scratch, "rm a");
	g_assert_null(content(f, &error));
	g_assert_error(error, ROND_ERROR, ENOENT);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*test)(Fixture *f, gconstpointer data);
	} tests[] = {
	    {"/pieces/open", test_open},
	    {"/pieces/item", test_item},
	    {"/pieces/folder-mode", test_folder_mode},
	    {"/pieces/owners", test_owners},
	    {"/pieces/changes", test_changes},
	    {"/pieces/replaced", test_replaced},
	    {"/pieces/gone", test_gone},
	};

	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add(tests[i].name, Fixture, NULL, set_up, tests[i].test,
			   tear_down);
	return g_test_run();
}
