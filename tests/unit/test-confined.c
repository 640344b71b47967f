/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/error.h"
#include "backends/index/child.h"
#include "backends/index/confine.h"
#include "backends/index/confined.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

/* What a hijacked parser would like to do; each bit one that it could. */
static int misdeeds(const char *path)
{
	char *const argv[] = {(char *)"true", NULL};
	int done = 0;

	done |= (open(path, O_RDONLY) >= 0) << 0;
	done |= (open(path, O_WRONLY) >= 0) << 1;
	done |= (socket(AF_INET, SOCK_STREAM, 0) >= 0) << 2;
	done |= (unlink(path) == 0) << 3;
	done |= (execv("/bin/true", argv) == 0) << 4;
	done |= (kill(getppid(), 0) == 0) << 5;
	return done;
}

static void test_powers(void)
{
	g_autofree char *path = NULL;
	int fd = g_file_open_tmp("rond-confined-XXXXXX", &path, NULL);
	int status;
	pid_t pid;

	g_assert_cmpint(fd, >=, 0);
	pid = fork();
	if (!pid) {
		char byte = 'x';

		if (!rond_confine(-1, NULL))
			_exit(100);
		if (write(fd, &byte, 1) != 1 || pread(fd, &byte, 1, 0) != 1 ||
		    byte != 'x')
			_exit(101);
		_exit(misdeeds(path));
	}
	g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
	close(fd);
	g_assert_cmpint(unlink(path), ==, 0);
	g_assert_true(WIFEXITED(status));
	g_assert_cmpint(WEXITSTATUS(status), ==, 0);
}

/* What it could do with sockets: @ours is the one to ask at. */
static int socket_misdeeds(int ours, int other)
{
	char byte = 'x';
	struct iovec data = {&byte, 1};
	struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1};
	const struct sockaddr_un to = {AF_UNIX, "/"};
	const struct sockaddr *address = (const struct sockaddr *)&to;
	int done = 0, ends[2];

	done |= (send(ours, &byte, 1, 0) >= 0 || errno != EPERM) << 0;
	done |= (send(other, &byte, 1, MSG_NOSIGNAL) >= 0) << 1;
	done |= (sendmsg(ours, &message, MSG_NOSIGNAL) >= 0) << 2;
	done |= (recvmsg(ours, &message, MSG_DONTWAIT) >= 0 || errno != EPERM)
		<< 3;
	done |=
	    (sendto(ours, &byte, 1, MSG_NOSIGNAL, address, sizeof to) >= 0 ||
	     errno != EPERM)
	    << 4;
	done |= (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0) << 5;
	done |= (connect(ours, address, sizeof to) == 0 || errno != EPERM) << 6;
	return done | misdeeds("/");
}

/* Asking is allowed at that socket, and answers can be read. */
static void test_socket_powers(void)
{
	int ends[2], other[2], status;
	char byte = 'q';
	pid_t pid;

	g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), ==, 0);
	g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, other), ==, 0);
	g_assert_cmpint(write(ends[1], &byte, 1), ==, 1);
	pid = fork();
	if (!pid) {
		if (!rond_confine(ends[0], NULL))
			_exit(128);
		if (send(ends[0], &byte, 1, MSG_NOSIGNAL) != 1 ||
		    read(ends[0], &byte, 1) != 1)
			_exit(129);
		_exit(socket_misdeeds(ends[0], other[0]));
	}
	g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
	g_assert_true(WIFEXITED(status));
	g_assert_cmpint(WEXITSTATUS(status), ==, 0);
	for (guint i = 0; i < 2; i++) {
		close(ends[i]);
		close(other[i]);
	}
}

/* A source file of @len bytes at @bytes. */
static RondStream *source_of(const void *bytes, gsize len)
{
	int fd = memfd_create("source", MFD_CLOEXEC);

	g_assert_cmpint(write(fd, bytes, len), ==, len);
	return rond_file_stream_new(fd, NULL);
}

static const char dump[] = "-- MySQL dump 10.13\nCREATE TABLE t (a int);\n"
			   "INSERT INTO t VALUES (1);\n"
			   "-- Dump completed\n";

static int no_copy(gpointer data, guint64 bytes)
{
	(*(guint *)data)++;
	return -1;
}

static void test_dump(void)
{
	g_autoptr(RondStream) source = source_of(dump, strlen(dump));
	const RondDetected detected = {.kind = ROND_KIND_DUMP};
	g_autoptr(GError) error = NULL;
	g_autoptr(RondIndex) index = NULL;
	guint asked = 0;
	RondBuild build = {.source = source,
			   .detected = &detected,
			   .make_copy = no_copy,
			   .data = &asked};
	int fd = memfd_create("index", MFD_CLOEXEC);

	g_assert_true(rond_index_build_confined(&build, fd, &error));
	g_assert_no_error(error);
	index = rond_index_open(fd, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(rond_index_n_entries(index), >,
			 ROND_DUMP_FOLDER_ENTRY);
	g_assert_cmpuint(asked, ==, 0);
}

static guint count_hashes(const RondIndex *index)
{
	guint n = 0;

	for (guint32 i = 0; i < rond_index_n_entries(index); i++)
		n += rond_index_sha256(index, i) != NULL;
	return n;
}

/* The child has a second thread, and what is in a dump is hashed by it. */
static void test_hashes(void)
{
	const RondDetected detected = {.kind = ROND_KIND_DUMP};
	g_autoptr(RondStream) source = source_of(dump, strlen(dump));
	g_autoptr(GError) error = NULL;
	g_autoptr(RondIndex) index = NULL;
	RondBuild build = {.source = source, .detected = &detected};
	int fd = memfd_create("index", MFD_CLOEXEC);

	g_assert_true(rond_index_build_confined(&build, fd, &error));
	g_assert_no_error(error);
	index = rond_index_open(fd, &error);
	g_assert_no_error(error);
	g_assert_true(rond_index_meta(index)->thorough);
	g_assert_cmpuint(count_hashes(index), >, 0);
}

/* The child's reason arrives with its errno. */
static void test_failure(void)
{
	g_autoptr(RondStream) source = source_of(dump, strlen(dump));
	const RondDetected detected = {
	    .kind = ROND_KIND_TREE,
	    .format = rond_archive_by_name("tar"),
	};
	g_autoptr(GError) error = NULL;
	RondBuild build = {.source = source, .detected = &detected};
	int fd = memfd_create("index", MFD_CLOEXEC);

	g_assert_false(rond_index_build_confined(&build, fd, &error));
	g_assert_error(error, ROND_ERROR, EIO);
	g_assert_null(strstr(error->message, "crashed"));
	close(fd);
}

/* A child that is killed is a failure that says so, and leaves no zombie. */
static void test_crash(void)
{
	g_autoptr(RondStream) source = source_of(dump, strlen(dump));
	const RondDetected detected = {.kind = ROND_KIND_DUMP};
	g_autoptr(GError) error = NULL;
	RondBuild build = {.source = source, .detected = &detected};

	g_setenv("ROND_TEST_CRASH", "1", TRUE);
	g_assert_false(rond_index_build_confined(&build, 0, &error));
	g_unsetenv("ROND_TEST_CRASH");
	g_assert_error(error, ROND_ERROR, EIO);
	g_assert_nonnull(strstr(error->message, "crashed"));
	g_assert_cmpint(waitpid(-1, NULL, WNOHANG), ==, -1);
	g_assert_cmpint(errno, ==, ECHILD);
}

static void test_cancelled(void)
{
	g_autoptr(RondStream) source = source_of(dump, strlen(dump));
	const RondDetected detected = {.kind = ROND_KIND_DUMP};
	g_autoptr(GCancellable) cancellable = g_cancellable_new();
	g_autoptr(GError) error = NULL;
	RondBuild build = {.source = source,
			   .detected = &detected,
			   .cancellable = cancellable};
	int fd = memfd_create("index", MFD_CLOEXEC);

	g_cancellable_cancel(cancellable);
	g_assert_false(rond_index_build_confined(&build, fd, &error));
	g_assert_cmpint(rond_error_errno(error), ==, ECANCELED);
	close(fd);
}

/* Until the child has closed its pipe, and a while longer. */
static gpointer cancel_later(gpointer cancellable)
{
	g_usleep(G_USEC_PER_SEC / 2);
	g_cancellable_cancel(cancellable);
	return NULL;
}

/* A child that was taken over need not end when it has no more to say. */
static void test_stays(void)
{
	g_autoptr(RondStream) source = source_of(dump, strlen(dump));
	const RondDetected detected = {.kind = ROND_KIND_DUMP};
	g_autoptr(GCancellable) cancellable = g_cancellable_new();
	g_autoptr(GError) error = NULL;
	RondBuild build = {.source = source,
			   .detected = &detected,
			   .cancellable = cancellable};
	GThread *thread;

	g_setenv("ROND_TEST_STAY", "1", TRUE);
	thread = g_thread_new("cancel", cancel_later, cancellable);
	g_assert_false(rond_index_build_confined(&build, 0, &error));
	g_thread_join(thread);
	g_unsetenv("ROND_TEST_STAY");
	g_assert_cmpint(rond_error_errno(error), ==, ECANCELED);
	g_assert_cmpint(waitpid(-1, NULL, WNOHANG), ==, -1);
	g_assert_cmpint(errno, ==, ECHILD);
}

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], ROND_CHILD_ARGUMENT)) {
		if (g_getenv("ROND_TEST_CRASH"))
			raise(SIGKILL);
		if (g_getenv("ROND_TEST_STAY")) {
			close(ROND_CHILD_PIPE);
			pause();
		}
		return rond_index_child_main(argc, argv);
	}
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/confined/powers", test_powers);
	g_test_add_func("/confined/socket-powers", test_socket_powers);
	g_test_add_func("/confined/dump", test_dump);
	g_test_add_func("/confined/hashes", test_hashes);
	g_test_add_func("/confined/failure", test_failure);
	g_test_add_func("/confined/crash", test_crash);
	g_test_add_func("/confined/cancelled", test_cancelled);
	g_test_add_func("/confined/stays", test_stays);
	return g_test_run();
}
