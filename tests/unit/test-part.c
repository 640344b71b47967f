/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/error.h"
#include "fs/part.h"
#include "tests/unit/index-kit.h"
#include "tests/unit/part-kit.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

/* The content of an index that has these findings. */
static RondContent *new_content(const RondFinding *findings, gsize n)
{
	g_autoptr(RondIndexBuilder) builder = rond_index_builder_new();
	g_autoptr(RondBlockCache) blocks = rond_block_cache_new(1 << 20);
	g_autoptr(GBytes) bytes = g_bytes_new_static("0123456789", 10);
	g_autoptr(RondStream) source = rond_memory_stream_new(bytes);
	const RondExtent extent = {0, 2, 3};

	rond_index_builder_add(builder,
			       &(RondEntry){.path = "f",
					    .mode = S_IFREG | 0644,
					    .size = 3,
					    .extents = &extent,
					    .n_extents = 1},
			       NULL);
	for (gsize i = 0; i < n; i++)
		rond_index_builder_add_finding(builder, &findings[i]);
	g_autoptr(RondIndex) index = index_kit_write(builder);

	return rond_content_new(source, index, NULL, blocks);
}

static void expect_info(RondPart *part, RondPartState state,
			const char *message)
{
	g_auto(RondPartInfo) info = {0};

	rond_part_info(part, &info);
	g_assert_cmpstr(rond_part_state_name(info.state), ==,
			rond_part_state_name(state));
	g_assert_cmpstr(info.message, ==, message);
	g_assert_cmpuint(info.bytes_total, ==, 5000);
}

typedef struct {
	RondWaiter waiter;
	gint woken;
} Sleeper;

static void wake(RondWaiter *waiter)
{
	g_atomic_int_inc(&((Sleeper *)waiter)->woken);
}

static gboolean queue(RondPart *part, RondWaiter *waiter)
{
	g_autoptr(RondJob) job = rond_part_job(part);

	return rond_job_wait(job, waiter);
}

static void test_life(void)
{
	g_autoptr(RondPart) part = part_kit_new(7, ROND_BACKUP_ARCHIVE);
	g_autoptr(RondContent) content = new_content(NULL, 0), got = NULL;
	g_autoptr(GError) error = NULL;
	g_auto(RondPartInfo) info = {0};

	g_assert_cmpuint(rond_part_number(part), ==, 7);
	g_assert_cmpstr(rond_part_name(part), ==, "www");
	g_assert_cmpstr(rond_part_snapshot(part), ==, "2024-05-01");
	expect_info(part, ROND_PART_UNINDEXED, NULL);
	g_assert_null(rond_part_content(part, &error));
	g_assert_no_error(error);
	g_assert_true(rond_part_begin(part));
	g_assert_false(rond_part_begin(part));
	rond_part_progress(part, 1234);
	rond_part_info(part, &info);
	g_assert_cmpuint(info.bytes_read, ==, 1234);
	expect_info(part, ROND_PART_INDEXING, NULL);
	rond_part_set_content(part, content);
	expect_info(part, ROND_PART_READY, NULL);
	g_assert_false(rond_part_begin(part));
	got = rond_part_content(part, &error);
	g_assert_true(got == content);
	rond_part_info_clear(&info);
	rond_part_info(part, &info);
	g_assert_cmpuint(info.entries, ==, 1);
	g_assert_cmpuint(info.content_bytes, ==, 3);
	g_assert_cmpuint(info.bytes_read, ==, 5000);
}

static void test_folder(void)
{
	g_autoptr(RondPart) part = part_kit_new(7, ROND_BACKUP_FOLDER);

	expect_info(part, ROND_PART_READY, NULL);
	g_assert_false(rond_part_begin(part));
}

/* Who waits is woken once, whatever comes of it; who took himself out isn't. */
static void test_waiters(void)
{
	for (int good = 0; good < 2; good++) {
		g_autoptr(RondPart) part = part_kit_new(7, ROND_BACKUP_DUMP);
		g_autoptr(RondContent) content = new_content(NULL, 0);
		Sleeper sleepers[5] = {0}, late = {0}, early = {0};

		early.waiter.wake = late.waiter.wake = wake;
		g_assert_false(queue(part, &early.waiter));
		rond_part_begin(part);
		g_autoptr(RondJob) job = rond_part_job(part);

		for (guint i = 0; i < 5; i++) {
			sleepers[i].waiter.wake = wake;
			g_assert_true(queue(part, &sleepers[i].waiter));
		}
		g_assert_true(rond_job_unwait(job, &sleepers[0].waiter));
		g_assert_true(rond_job_unwait(job, &sleepers[2].waiter));
		g_assert_false(rond_job_unwait(job, &sleepers[2].waiter));
		if (good)
			rond_part_set_content(part, content);
		else
			rond_part_set_failed(
			    part, &(GError){ROND_ERROR, EIO, (char *)"broken"});
		for (guint i = 0; i < 5; i++) {
			g_assert_cmpint(sleepers[i].woken, ==, i % 2 || i == 4);
			g_assert_false(
			    rond_job_unwait(job, &sleepers[i].waiter));
		}
		g_assert_false(queue(part, &late.waiter));
		g_assert_cmpint(late.woken + early.woken, ==, 0);
	}
}

/* Somebody who comes back at once, from within his waking. */
typedef struct {
	RondWaiter waiter;
	RondPart *part;
	gboolean served;
} Returning;

static void come_back(RondWaiter *waiter)
{
	Returning *self = (Returning *)waiter;
	g_autoptr(RondContent) content = rond_part_content(self->part, NULL);

	self->served = content != NULL;
	g_assert_false(queue(self->part, waiter));
}

static void test_wake_unlocked(void)
{
	g_autoptr(RondPart) part = part_kit_new(7, ROND_BACKUP_ARCHIVE);
	g_autoptr(RondContent) content = new_content(NULL, 0);
	Returning waiter = {{.wake = come_back}, part, FALSE};

	rond_part_begin(part);
	g_assert_true(queue(part, &waiter.waiter));
	rond_part_set_content(part, content);
	g_assert_true(waiter.served);
}

static void test_failed(void)
{
	g_autoptr(RondPart) part = part_kit_new(7, ROND_BACKUP_ARCHIVE);
	g_autoptr(GError) error = NULL;

	rond_part_begin(part);
	rond_part_set_failed(part,
			     &(GError){ROND_ERROR, ENOSPC, (char *)"no room"});
	expect_info(part, ROND_PART_FAILED, "no room");
	g_assert_null(rond_part_content(part, &error));
	g_assert_error(error, ROND_ERROR, ENOSPC);
	rond_part_report(part, "something else");
	expect_info(part, ROND_PART_FAILED, "no room");
}

/* The worst finding says what a backup is. */
static void test_findings(void)
{
	const RondFinding note = {ROND_FINDING_NOTE, 0, 0, "a note"};
	const RondFinding damage = {ROND_FINDING_DAMAGED, 1, 2, "damage"};
	const RondFinding lost = {ROND_FINDING_LOST, 3, 0, "the end"};
	const struct {
		RondFinding findings[3];
		gsize n;
		RondPartState state;
		const char *message;
	} cases[] = {
	    {{note}, 1, ROND_PART_READY, "a note"},
	    {{note, damage}, 2, ROND_PART_DAMAGED, "damage (and 1 more)"},
	    {{damage, lost, note},
	     3,
	     ROND_PART_INCOMPLETE,
	     "the end (and 2 more)"},
	    {{lost}, 1, ROND_PART_INCOMPLETE, "the end"},
	    {{damage, damage}, 2, ROND_PART_DAMAGED, "damage (and 1 more)"},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(RondPart) part = part_kit_new(7, ROND_BACKUP_ARCHIVE);
		g_autoptr(RondContent) content =
		    new_content(cases[i].findings, cases[i].n);

		rond_part_begin(part);
		rond_part_set_content(part, content);
		expect_info(part, cases[i].state, cases[i].message);
	}
}

static void test_report(void)
{
	g_autoptr(RondPart) part = part_kit_new(7, ROND_BACKUP_ARCHIVE);
	g_autoptr(RondContent) content = new_content(NULL, 0);

	rond_part_report(part, "too early");
	expect_info(part, ROND_PART_UNINDEXED, NULL);
	rond_part_begin(part);
	rond_part_set_content(part, content);
	rond_part_report(part, "first");
	rond_part_report(part, "second");
	expect_info(part, ROND_PART_DAMAGED, "first");
}

/* Of a deleted source, what was opened is served until nobody asks. */
static void test_gone(void)
{
	g_autoptr(RondPart) part = part_kit_new(7, ROND_BACKUP_ARCHIVE);
	g_autoptr(RondContent) content = new_content(NULL, 0), got = NULL;
	g_autoptr(GError) error = NULL;

	rond_part_begin(part);
	rond_part_set_content(part, content);
	g_assert_false(rond_part_retire(part, G_MAXINT64));
	rond_part_set_gone(part);
	expect_info(part, ROND_PART_GONE, NULL);
	got = rond_part_content(part, &error);
	g_assert_true(got == content);
	g_assert_false(rond_part_retire(part, G_MAXINT64));
	g_assert_true(rond_part_retire(part, 0));
	g_assert_null(rond_part_content(part, &error));
	g_assert_error(error, ROND_ERROR, ESTALE);
}

static void test_gone_early(void)
{
	g_autoptr(RondPart) unindexed = part_kit_new(7, ROND_BACKUP_ARCHIVE);
	g_autoptr(RondPart) indexing = part_kit_new(7, ROND_BACKUP_ARCHIVE);
	g_autoptr(RondContent) content = new_content(NULL, 0);
	g_autoptr(GError) error = NULL;
	Sleeper sleeper = {{.wake = wake}, 0};

	rond_part_set_gone(unindexed);
	g_assert_false(rond_part_begin(unindexed));
	g_assert_null(rond_part_content(unindexed, &error));
	g_assert_error(error, ROND_ERROR, ESTALE);
	g_assert_true(rond_part_retire(unindexed, 0));
	rond_part_begin(indexing);
	g_assert_true(queue(indexing, &sleeper.waiter));
	rond_part_set_gone(indexing);
	g_assert_false(rond_part_retire(indexing, 0));
	rond_part_set_content(indexing, content);
	g_assert_cmpint(sleeper.woken, ==, 1);
	g_assert_true(rond_part_retire(indexing, 0));
}

#define THREADS 4

static gpointer wait_and_leave(gpointer data)
{
	RondPart *part = data;

	for (guint i = 0; i < 2000; i++) {
		Sleeper sleeper = {{.wake = wake}, 0};

		g_autoptr(RondJob) job = rond_part_job(part);

		if (!rond_job_wait(job, &sleeper.waiter))
			break;
		if (rond_job_unwait(job, &sleeper.waiter))
			continue;
		while (!g_atomic_int_get(&sleeper.woken))
			g_thread_yield();
	}
	return NULL;
}

/* Coming, going and being woken at the same time. */
static void test_threads(void)
{
	for (guint round = 0; round < 20; round++) {
		g_autoptr(RondPart) part = part_kit_new(7, ROND_BACKUP_ARCHIVE);
		g_autoptr(RondContent) content = new_content(NULL, 0);
		GThread *threads[THREADS];

		rond_part_begin(part);
		for (guint i = 0; i < THREADS; i++)
			threads[i] =
			    g_thread_new("waiter", wait_and_leave, part);
		rond_part_set_content(part, content);
		for (guint i = 0; i < THREADS; i++)
			g_thread_join(threads[i]);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/part/life", test_life);
	g_test_add_func("/part/folder", test_folder);
	g_test_add_func("/part/waiters", test_waiters);
	g_test_add_func("/part/wake-unlocked", test_wake_unlocked);
	g_test_add_func("/part/failed", test_failed);
	g_test_add_func("/part/findings", test_findings);
	g_test_add_func("/part/report", test_report);
	g_test_add_func("/part/gone", test_gone);
	g_test_add_func("/part/gone-early", test_gone_early);
	g_test_add_func("/part/threads", test_threads);
	return g_test_run();
}
