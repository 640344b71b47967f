/* SPDX-License-Identifier: BSD-2-Clause */
/* A part's content that goes and comes again: let go, broken, failed. */
#include "backends/error.h"
#include "fs/open-parts.h"
#include "fs/part.h"
#include "tests/unit/index-kit.h"
#include "tests/unit/part-kit.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

/* The content of a sound index, or of one with a bit changed. */
static RondContent *new_content(gboolean broken)
{
	g_autoptr(RondIndexBuilder) builder = rond_index_builder_new();
	g_autoptr(RondBlockCache) blocks = rond_block_cache_new(1 << 20);
	g_autoptr(GBytes) source_bytes = g_bytes_new_static("0123456789", 10);
	g_autoptr(RondStream) source = rond_memory_stream_new(source_bytes);
	g_autoptr(GBytes) bytes = NULL;
	g_autofree guint8 *data = NULL;
	g_autoptr(RondIndex) index = NULL;
	gsize size;

	for (guint i = 0; i < 3000; i++) {
		g_autofree char *path = g_strdup_printf("file-%u", i);

		rond_index_builder_add(
		    builder, &(RondEntry){.path = path, .mode = S_IFREG | 0644},
		    NULL);
	}
	bytes = index_kit_bytes(builder);
	data =
	    g_memdup2(g_bytes_get_data(bytes, &size), g_bytes_get_size(bytes));
	data[size / 2] ^= broken;
	index = index_kit_open(data, size, NULL);
	g_assert_nonnull(index);
	return rond_content_new(source, index, NULL, blocks);
}

static void give(RondPart *part, RondContent *content)
{
	g_assert_true(rond_part_begin(part));
	rond_part_set_content(part, content);
}

static void give_sound(RondPart *part)
{
	g_autoptr(RondContent) content = new_content(FALSE);

	give(part, content);
}

static void fail(RondPart *part, int code)
{
	g_assert_true(rond_part_begin(part));
	rond_part_set_failed(part, &(GError){ROND_ERROR, code, (char *)"why"});
}

static void expect_state(RondPart *part, RondPartState state)
{
	g_auto(RondPartInfo) info = {0};

	rond_part_info(part, &info);
	g_assert_cmpstr(rond_part_state_name(info.state), ==,
			rond_part_state_name(state));
}

static gboolean has_content(RondPart *part)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(RondContent) content = rond_part_content(part, &error);

	g_assert_no_error(error);
	return content != NULL;
}

/* What nobody reads is closed, and looks the same meanwhile. */
static void test_let_go(void)
{
	g_autoptr(RondPart) part = part_kit_new(1, ROND_BACKUP_ARCHIVE);
	g_autoptr(RondContent) held = NULL;
	g_auto(RondPartInfo) info = {0};

	g_assert_cmpint(rond_part_last_use(part), ==, 0);
	give_sound(part);
	held = rond_part_content(part, NULL);
	g_assert_cmpint(rond_part_last_use(part), >, 0);
	g_assert_false(rond_part_let_go(part));
	g_clear_pointer(&held, rond_content_unref);
	g_assert_true(rond_part_let_go(part));
	g_assert_cmpint(rond_part_last_use(part), ==, 0);
	expect_state(part, ROND_PART_READY);
	rond_part_info(part, &info);
	g_assert_cmpuint(info.entries, ==, 3000);
	g_assert_false(has_content(part));
	g_assert_true(rond_part_begin(part));
	g_assert_false(rond_part_begin(part));
	expect_state(part, ROND_PART_READY);
}

/* An open file keeps what it is read from. */
static void test_let_go_open(void)
{
	g_autoptr(RondPart) part = part_kit_new(1, ROND_BACKUP_ARCHIVE);
	g_autoptr(RondContent) content = NULL;
	RondStream *stream;

	give_sound(part);
	content = rond_part_content(part, NULL);
	stream = rond_content_open(content, 1, NULL);
	g_assert_nonnull(stream);
	g_clear_pointer(&content, rond_content_unref);
	g_assert_true(rond_part_let_go(part));
	g_assert_cmpint(rond_stream_pread(stream, &(char){0}, 1, 0, NULL), ==,
			0);
	rond_stream_unref(stream);
}

/* Of what was deleted there is nothing else. */
static void test_let_go_gone(void)
{
	g_autoptr(RondPart) part = part_kit_new(1, ROND_BACKUP_ARCHIVE);

	give_sound(part);
	rond_part_set_gone(part);
	g_assert_false(rond_part_let_go(part));
	g_assert_true(has_content(part));
}

static void test_claim(void)
{
	g_autoptr(RondPart) part = part_kit_new(1, ROND_BACKUP_ARCHIVE);

	g_assert_true(rond_part_claim(part, "one"));
	g_assert_true(rond_part_claim(part, "one"));
	g_assert_false(rond_part_claim(part, "two"));
	g_assert_true(rond_part_claim(part, "one"));
}

/* Damage that a read has found is known, whatever the index says. */
static void test_reported(void)
{
	g_autoptr(RondPart) part = part_kit_new(1, ROND_BACKUP_ARCHIVE);
	gint *news = g_atomic_rc_box_new0(gint), before;

	rond_part_set_news(part, news);
	rond_part_report(part, "too early");
	g_assert_cmpint(*news, ==, 0);
	give_sound(part);
	before = *news;
	g_assert_cmpint(before, >, 0);
	rond_part_report(part, "damage");
	g_assert_cmpint(*news, ==, before + 1);
	rond_part_report(part, "more");
	g_assert_cmpint(*news, ==, before + 1);
	g_assert_true(rond_part_let_go(part));
	give_sound(part);
	expect_state(part, ROND_PART_DAMAGED);
	g_atomic_rc_box_release(news);
}

/* A broken index is given up when that is known, and made again. */
static void test_broken(void)
{
	g_autoptr(RondPart) part = part_kit_new(1, ROND_BACKUP_ARCHIVE);
	g_autoptr(RondContent) broken = new_content(TRUE);

	give(part, broken);
	g_assert_true(has_content(part));
	g_assert_false(rond_part_distrusts(part));
	g_assert_false(rond_index_verify(rond_content_index(broken)));
	rond_part_report(part, "an effect of it");
	g_assert_false(has_content(part));
	expect_state(part, ROND_PART_UNINDEXED);
	g_assert_true(rond_part_distrusts(part));
	g_assert_true(rond_part_begin(part));
	expect_state(part, ROND_PART_INDEXING);
	g_autoptr(RondContent) sound = new_content(FALSE);

	rond_part_set_content(part, sound);
	g_assert_false(rond_part_distrusts(part));
	expect_state(part, ROND_PART_READY);
}

/* But not for ever. */
static void test_always_broken(void)
{
	g_autoptr(RondPart) part = part_kit_new(1, ROND_BACKUP_ARCHIVE);
	g_autoptr(GError) error = NULL;
	guint rounds = 0;

	while (!error) {
		g_autoptr(RondContent) broken = new_content(TRUE);

		give(part, broken);
		rond_index_verify(rond_content_index(broken));
		g_assert_null(rond_part_content(part, &error));
		g_assert_cmpuint(++rounds, <, 10);
	}
	g_assert_error(error, ROND_ERROR, EIO);
	g_assert_cmpuint(rounds, >, 1);
	g_assert_false(rond_part_begin(part));
	expect_state(part, ROND_PART_FAILED);
}

static gboolean is_refused(RondPart *part, int code)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(rond_part_content(part, &error));
	return g_error_matches(error, ROND_ERROR, code);
}

/* Not at once; and what can't change is not tried again at all. */
static void test_failed(void)
{
	static const int passing[] = {EMFILE, ENOMEM, EIO, ENOSPC};
	static const int lasting[] = {EACCES, ESTALE, ENOTSUP, ECANCELED};

	for (gsize i = 0; i < G_N_ELEMENTS(passing); i++) {
		g_autoptr(RondPart) part = part_kit_new(1, ROND_BACKUP_ARCHIVE);

		fail(part, passing[i]);
		g_assert_true(is_refused(part, passing[i]));
		g_assert_false(rond_part_begin(part));
		rond_part_retry(part);
		g_assert_false(has_content(part));
		g_assert_true(rond_part_begin(part));
		expect_state(part, ROND_PART_INDEXING);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(lasting); i++) {
		g_autoptr(RondPart) part = part_kit_new(1, ROND_BACKUP_ARCHIVE);

		fail(part, lasting[i]);
		rond_part_retry(part);
		g_assert_true(is_refused(part, lasting[i]));
		g_assert_false(rond_part_begin(part));
	}
}

/* Who was not used for longest goes first, who is read stays. */
static void test_open_parts(void)
{
	g_autoptr(GPtrArray) parts = g_ptr_array_new();
	g_autoptr(RondContent) held = NULL;
	RondOpenParts open = {.limit = 8};

	for (guint i = 0; i < 9; i++) {
		g_ptr_array_add(parts,
				part_kit_new(i + 1, ROND_BACKUP_ARCHIVE));
		give_sound(parts->pdata[i]);
		if (!i)
			held = rond_part_content(parts->pdata[0], NULL);
		/* Another microsecond. */
		g_usleep(10);
		rond_open_parts_opened(&open, parts);
		g_assert_true(i == 8 || rond_part_last_use(parts->pdata[0]));
	}
	/* Six of nine stay, the one that is held among them. */
	for (guint i = 0; i < 9; i++) {
		gboolean gone = i >= 1 && i <= 3;

		g_assert_true((rond_part_last_use(parts->pdata[i]) == 0) ==
			      gone);
	}
	g_assert_cmpuint(open.open, ==, 6);
	g_clear_pointer(&held, rond_content_unref);
	g_ptr_array_foreach(parts, (GFunc)(void (*)(void))rond_part_unref,
			    NULL);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/part-again/let-go", test_let_go);
	g_test_add_func("/part-again/let-go-open", test_let_go_open);
	g_test_add_func("/part-again/let-go-gone", test_let_go_gone);
	g_test_add_func("/part-again/claim", test_claim);
	g_test_add_func("/part-again/reported", test_reported);
	g_test_add_func("/part-again/broken", test_broken);
	g_test_add_func("/part-again/always-broken", test_always_broken);
	g_test_add_func("/part-again/failed", test_failed);
	g_test_add_func("/part-again/open-parts", test_open_parts);
	return g_test_run();
}
