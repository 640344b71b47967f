/* SPDX-License-Identifier: BSD-2-Clause */
/* A source without a descriptor, indexed by a confined child. */
#include "backends/error.h"
#include "backends/index/child.h"
#include "backends/index/confined.h"
#include "backends/stream/joined.h"
#include "backends/stream/remote.h"
#include "tests/unit/fault-stream.h"
#include "tests/unit/scratch.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the child does instead of its work. */
#define MISDEED "ROND_TEST_MISDEED"

typedef gboolean (*Pass)(const RondBuild *build, int fd, GError **error);

/* One first pass. */
typedef struct {
	RondDetected detected;
	RondBuild build;
	int index, copy;
	gboolean ok;
	GError *error;
} Run;

static int make_copy(gpointer data, guint64 bytes)
{
	Run *self = data;

	g_assert_cmpint(self->copy, ==, -1);
	self->copy = memfd_create("copy", MFD_CLOEXEC);
	return self->copy;
}

static Run *run_new(RondStream *source, const char *name)
{
	Run *self = g_new0(Run, 1);

	rond_detect(source, name, FALSE, &self->detected, &self->error);
	g_assert_no_error(self->error);
	g_assert_cmpstr(self->detected.why, ==, NULL);
	self->index = memfd_create("index", MFD_CLOEXEC);
	self->copy = -1;
	self->build = (RondBuild){
	    .source = source,
	    .detected = &self->detected,
	    .thorough = TRUE,
	    .make_copy = make_copy,
	    .data = self,
	};
	return self;
}

static void run_pass(Run *self, Pass pass)
{
	self->ok = pass(&self->build, self->index, &self->error);
	g_assert_true(self->ok == !self->error);
}

static void run_free(Run *self)
{
	g_clear_error(&self->error);
	rond_detected_clear(&self->detected);
	if (self->copy >= 0)
		close(self->copy);
	close(self->index);
	g_free(self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Run, run_free)

static GBytes *content_of(int fd)
{
	g_autoptr(RondStream) stream = rond_file_stream_new(dup(fd), NULL);
	gsize size = rond_stream_size(stream);
	guint8 *data = g_malloc(size);

	g_assert_true(rond_stream_pread_full(stream, data, size, 0, NULL));
	return g_bytes_new_take(data, size);
}

/* A child without a copy to write has none; one that needs none is given one
 * that stays empty. */
static void assert_same_copy(const Run *one, const Run *other)
{
	g_autoptr(GBytes) a = NULL, b = NULL;

	if (one->copy < 0 && other->copy < 0)
		return;
	a = one->copy < 0 ? g_bytes_new(NULL, 0) : content_of(one->copy);
	b = other->copy < 0 ? g_bytes_new(NULL, 0) : content_of(other->copy);
	g_assert_true(g_bytes_equal(a, b));
}

static void assert_same_index(const Run *one, const Run *other)
{
	g_autoptr(GBytes) a = content_of(one->index);
	g_autoptr(GBytes) b = content_of(other->index);

	g_assert_no_error(one->error);
	g_assert_no_error(other->error);
	g_assert_cmpuint(g_bytes_get_size(a), >, 0);
	g_assert_true(g_bytes_equal(a, b));
	assert_same_copy(one, other);
}

typedef struct {
	const char *name;
	const char *command;
} Case;

static const Case cases[] = {
    {"a.tar", "tar -C tree -cf a.tar ."},
    {"a.tar.gz", "tar -C tree -czf a.tar.gz ."},
    {"a.tar.xz", "tar -C tree -cJf a.tar.xz ."},
    {"a.zip", "cd tree && zip -qr ../a.zip ."},
    {"a.7z", "cd tree && 7z a -bd -mx1 ../a.7z . > /dev/null"},
    {"db.sql", "{ echo '-- MySQL dump 10.19'; cat tree/text; } > db.sql"},
};

/* Several times as large as what is asked for at a time. */
static GBytes *make_archive(const Case *one)
{
	g_autoptr(Scratch) scratch = scratch_new();

	scratch_run(scratch, "mkdir tree && head -c 2500000 /dev/urandom > "
			     "tree/noise && seq 200000 > tree/text");
	scratch_run(scratch, one->command);
	return scratch_read(scratch, one->name);
}

/* To the byte what it is when made in this process. */
static void test_same(gconstpointer data)
{
	const Case *one = data;
	g_autoptr(GBytes) bytes = make_archive(one);
	g_autoptr(RondStream) source = rond_memory_stream_new(bytes);
	g_autoptr(Run) here = run_new(source, one->name);
	g_autoptr(Run) confined = run_new(source, one->name);

	run_pass(here, rond_index_build);
	run_pass(confined, rond_index_build_confined);
	assert_same_index(here, confined);
}

static RondStream *open_half(gpointer data, guint n, GError **error)
{
	GBytes *bytes = data;
	gsize size = g_bytes_get_size(bytes), half = size / 2;
	g_autoptr(GBytes) part =
	    g_bytes_new_from_bytes(bytes, n * half, n ? size - half : half);

	return rond_memory_stream_new(part);
}

static void test_joined(void)
{
	g_autoptr(GBytes) bytes = make_archive(&cases[1]);
	const RondPieces pieces = {open_half, bytes, NULL};
	gsize size = g_bytes_get_size(bytes);
	const guint64 sizes[] = {size / 2, size - size / 2};
	g_autoptr(RondStream) whole = rond_memory_stream_new(bytes);
	g_autoptr(RondStream) joined =
	    rond_joined_stream_new(sizes, 2, &pieces, NULL);
	g_autoptr(Run) here = run_new(whole, cases[1].name);
	g_autoptr(Run) confined = run_new(joined, cases[1].name);

	run_pass(here, rond_index_build);
	run_pass(confined, rond_index_build_confined);
	assert_same_index(here, confined);
}

static guint count_in(const char *folder)
{
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	guint n = 0;

	while (g_dir_read_name(dir))
		n++;
	return n;
}

/* What a first pass must not leave behind. A joined thread may be listed for a
 * moment yet: the kernel wakes who waits for it before it is quite gone. */
static void assert_nothing_left(guint threads, guint fds)
{
	while (count_in("/proc/self/task") > threads)
		g_usleep(1000);
	g_assert_cmpuint(count_in("/proc/self/fd"), ==, fds);
	g_assert_cmpint(waitpid(-1, NULL, WNOHANG), ==, -1);
	g_assert_cmpint(errno, ==, ECHILD);
}

static void fail_at(RondStream *source, guint n, const char *name)
{
	g_autoptr(RondStream) faulty = fault_stream_new(source, n, ESTALE);
	g_autoptr(Run) run = run_new(source, name);
	g_autofree char *words = g_strdup_printf("read %u fails", n);
	guint threads = count_in("/proc/self/task");
	guint fds = count_in("/proc/self/fd");

	run->build.source = faulty;
	run->build.make_copy = NULL;
	run_pass(run, rond_index_build_confined);
	g_assert_error(run->error, ROND_ERROR, ESTALE);
	g_assert_nonnull(strstr(run->error->message, words));
	assert_nothing_left(threads, fds);
}

/* Whichever read of the source fails, the child says why. */
static void test_failing(void)
{
	const Case *one = &cases[1];
	g_autoptr(GBytes) bytes = make_archive(one);
	g_autoptr(RondStream) source = rond_memory_stream_new(bytes);
	g_autoptr(RondStream) counted = fault_stream_new(source, 0, 0);
	g_autoptr(Run) run = run_new(source, one->name);

	run->build.source = counted;
	run_pass(run, rond_index_build_confined);
	g_assert_no_error(run->error);
	guint last = fault_stream_reads(counted);

	g_assert_cmpuint(last, >, 2);
	fail_at(source, 1, one->name);
	fail_at(source, last / 2, one->name);
	fail_at(source, last, one->name);
}

/* A source that cancels what reads it. */
typedef struct {
	RondStream stream;
	RondStream *parent;
	GCancellable *cancellable;
	gint reads;
} Canceller;

static gssize canceller_pread(RondStream *stream, void *buf, gsize len,
			      guint64 offset, GError **error)
{
	Canceller *self = (Canceller *)stream;

	if (g_atomic_int_add(&self->reads, 1) == 1)
		g_cancellable_cancel(self->cancellable);
	return rond_stream_pread(self->parent, buf, len, offset, error);
}

static const RondStreamOps canceller_ops = {.pread = canceller_pread};

static void test_cancelled(void)
{
	const Case *one = &cases[0];
	g_autoptr(GBytes) bytes = make_archive(one);
	g_autoptr(RondStream) source = rond_memory_stream_new(bytes);
	g_autoptr(GCancellable) cancellable = g_cancellable_new();
	g_autoptr(Run) run = run_new(source, one->name);
	Canceller canceller = {.parent = source, .cancellable = cancellable};
	guint threads = count_in("/proc/self/task");
	guint fds = count_in("/proc/self/fd");

	rond_stream_init(&canceller.stream, &canceller_ops,
			 rond_stream_size(source));
	run->build.source = &canceller.stream;
	run->build.cancellable = cancellable;
	run_pass(run, rond_index_build_confined);
	g_assert_cmpint(rond_error_errno(run->error), ==, ECANCELED);
	g_assert_cmpint(canceller.reads, >, 1);
	assert_nothing_left(threads, fds);
}

/* What a hijacked child asks for; its end ends our thread. */
static int misbehave(const char *misdeed)
{
	RondRemoteRequest request = {0, ROND_REMOTE_MAX, 0};
	char byte;

	if (!strcmp(misdeed, "greedy"))
		request.offset = G_MAXUINT64 - 8;
	if (write(ROND_CHILD_SOURCE, &request, sizeof request) !=
	    sizeof request)
		return 3;
	if (!strcmp(misdeed, "die"))
		raise(SIGKILL);
	if (!strcmp(misdeed, "flood"))
		while (write(ROND_CHILD_SOURCE, &request, sizeof request) > 0)
			;
	return read(ROND_CHILD_SOURCE, &byte, 1) ? 4 : 5;
}

static void expect_crash(const char *misdeed, const char *words)
{
	g_autoptr(GBytes) bytes = make_archive(&cases[0]);
	g_autoptr(RondStream) source = rond_memory_stream_new(bytes);
	g_autoptr(Run) run = run_new(source, cases[0].name);
	guint threads = count_in("/proc/self/task");
	guint fds = count_in("/proc/self/fd");

	g_setenv(MISDEED, misdeed, TRUE);
	run_pass(run, rond_index_build_confined);
	g_unsetenv(MISDEED);
	g_assert_error(run->error, ROND_ERROR, EIO);
	g_assert_nonnull(strstr(run->error->message, words));
	assert_nothing_left(threads, fds);
}

/* A child that is killed while an answer is on its way, and one that asks for
 * what isn't there: the connection is ended, not answered. */
static void test_crash(void)
{
	expect_crash("die", "crashed (signal 9)");
	expect_crash("greedy", "crashed (status 5)");
}

/* One that asks and asks, and takes no answer, can still be ended. */
static void test_flood(void)
{
	const Case *one = &cases[0];
	g_autoptr(GBytes) bytes = make_archive(one);
	g_autoptr(RondStream) source = rond_memory_stream_new(bytes);
	g_autoptr(GCancellable) cancellable = g_cancellable_new();
	g_autoptr(Run) run = run_new(source, one->name);
	Canceller canceller = {.parent = source, .cancellable = cancellable};

	/* The first read cancels: behind it there may be no other. */
	canceller.reads = 1;
	rond_stream_init(&canceller.stream, &canceller_ops,
			 rond_stream_size(source));
	run->build.source = &canceller.stream;
	run->build.cancellable = cancellable;
	g_setenv(MISDEED, "flood", TRUE);
	run_pass(run, rond_index_build_confined);
	g_unsetenv(MISDEED);
	g_assert_cmpint(rond_error_errno(run->error), ==, ECANCELED);
	g_assert_cmpint(canceller.reads, >=, 2);
}

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], ROND_CHILD_ARGUMENT)) {
		if (g_getenv(MISDEED))
			return misbehave(g_getenv(MISDEED));
		return rond_index_child_main(argc, argv);
	}
	g_test_init(&argc, &argv, NULL);
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *path =
		    g_strconcat("/confined-remote/same/", cases[i].name, NULL);

		g_test_add_data_func(path, &cases[i], test_same);
	}
	g_test_add_func("/confined-remote/joined", test_joined);
	g_test_add_func("/confined-remote/failing", test_failing);
	g_test_add_func("/confined-remote/cancelled", test_cancelled);
	g_test_add_func("/confined-remote/crash", test_crash);
	g_test_add_func("/confined-remote/flood", test_flood);
	return g_test_run();
}
