/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/index/confined.h"

#include "backends/error.h"
#include "backends/index/child.h"
#include "backends/stream/remote.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define CANCEL_POLL_MS 100
/* A child that has no more to say may have to write a copy back at its end. */
#define END_LIMIT (60 * G_USEC_PER_SEC)

/* How the child gets at the source. */
typedef struct {
	RondStream *source;
	int fd; /* the child's: of the source, or of a socket */
	int ours;
	GThread *thread; /* which serves it; NULL: there is no socket */
} Supply;

typedef struct {
	const RondBuild *build;
	Supply supply;
	GPid pid;
	int pipe; /* the end to read from */
	GError *failure;
} Child;

/* Only gzip and what is not compressed never need one. */
static int ask_for_copy(const RondBuild *build)
{
	const RondDetected *detected = build->detected;
	guint64 bytes = rond_stream_size(build->source) * 2;

	if (!(detected->format && detected->format->copies) &&
	    (!detected->codec || !strcmp(detected->codec->name, "gzip")))
		return -1;
	return build->make_copy ? build->make_copy(build->data, bytes) : -1;
}

static gpointer serve(gpointer data)
{
	const Supply *self = data;

	rond_remote_serve(self->source, self->ours);
	return NULL;
}

static gboolean supply_open(Supply *self, RondStream *source, GError **error)
{
	int ends[2];

	*self = (Supply){.source = source, .fd = rond_stream_fd(source)};
	if (self->fd >= 0)
		return TRUE;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends))
		return rond_fail_errno(error, errno, "can't make a socket");
	self->ours = ends[0];
	self->fd = ends[1];
	self->thread = g_thread_try_new("source", serve, self, error);
	if (self->thread)
		return TRUE;
	close(ends[0]);
	close(ends[1]);
	return FALSE;
}

/* The child has its own by now, or never will. As long as we have it, too, our
 * thread can't see that the child has ended. */
static void supply_hand_over(Supply *self)
{
	if (self->thread)
		close(self->fd);
}

static void supply_close(Supply *self)
{
	if (!self->thread)
		return;
	/* Whoever else may still hold the other end is not waited for. */
	shutdown(self->ours, SHUT_RDWR);
	g_thread_join(self->thread);
	close(self->ours);
}

/* What a file's descriptor tells by itself. */
static char *told_size(const Supply *self)
{
	return self->thread ? g_strdup_printf("%" G_GUINT64_FORMAT,
					      rond_stream_size(self->source))
			    : g_strdup("-");
}

static gboolean start(Child *self, int index, int copy, int pipe_out,
		      GError **error)
{
	const RondDetected *detected = self->build->detected;
	g_autofree char *limit =
	    g_strdup_printf("%" G_GUINT64_FORMAT, self->build->copy_limit);
	g_autofree char *size = told_size(&self->supply);
	const char *argv[] = {
	    "/proc/self/exe",
	    ROND_CHILD_ARGUMENT,
	    detected->kind == ROND_KIND_DUMP ? "dump" : "tree",
	    detected->codec ? detected->codec->name : "-",
	    detected->format ? detected->format->name : "-",
	    limit,
	    self->build->thorough ? "thorough" : "-",
	    size,
	    NULL,
	};
	const int from[] = {self->supply.fd, index, pipe_out, copy};
	const int to[] = {ROND_CHILD_SOURCE, ROND_CHILD_INDEX, ROND_CHILD_PIPE,
			  ROND_CHILD_COPY};
	gsize n = copy < 0 ? 3 : 4;

	gboolean started = g_spawn_async_with_pipes_and_fds(
	    NULL, argv, NULL,
	    G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL,
	    -1, -1, -1, from, to, n, &self->pid, NULL, NULL, NULL, error);

	supply_hand_over(&self->supply);
	return started;
}

/* FALSE: the child has closed its end. */
static gboolean take_message(Child *self)
{
	RondChildMessage message;
	gssize n = read(self->pipe, &message, sizeof message);

	if (n < 0 && errno == EINTR)
		return TRUE;
	if (n != (gssize)sizeof message)
		return FALSE;
	message.text[sizeof message.text - 1] = '\0';
	if (message.kind == ROND_CHILD_PROGRESS && self->build->progress)
		self->build->progress(self->build->data, message.bytes);
	if (message.kind == ROND_CHILD_FAILED && !self->failure)
		rond_fail(&self->failure, MAX(message.code, 1), "%s",
			  message.text);
	return TRUE;
}

static void listen_to(Child *self)
{
	struct pollfd fd = {self->pipe, POLLIN, 0};

	for (;;) {
		int n = poll(&fd, 1, CANCEL_POLL_MS);

		if (g_cancellable_is_cancelled(self->build->cancellable)) {
			kill(self->pid, SIGKILL);
			return;
		}
		if (n > 0 && !take_message(self))
			return;
	}
}

static gboolean judge(Child *self, int status, GError **error)
{
	if (g_cancellable_set_error_if_cancelled(self->build->cancellable,
						 error))
		return FALSE;
	if (self->failure) {
		g_propagate_error(error, g_steal_pointer(&self->failure));
		return FALSE;
	}
	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return TRUE;
	return rond_fail(error, EIO,
			 "reading it crashed (%s %d): it is damaged or made to "
			 "do harm; please report it",
			 WIFSIGNALED(status) ? "signal" : "status",
			 WIFSIGNALED(status) ? WTERMSIG(status)
					     : WEXITSTATUS(status));
}

/* One that was taken over may close its pipe and stay. */
static void wait_for_end(const Child *self)
{
	gint64 limit = g_get_monotonic_time() + END_LIMIT;
	int fd = (int)syscall(SYS_pidfd_open, self->pid, 0);
	struct pollfd end = {fd, POLLIN, 0};

	/* A kernel before 5.3, or a container that forbids it. */
	if (fd < 0)
		return;
	while (poll(&end, 1, CANCEL_POLL_MS) <= 0) {
		if (!g_cancellable_is_cancelled(self->build->cancellable) &&
		    g_get_monotonic_time() < limit)
			continue;
		kill(self->pid, SIGKILL);
		break;
	}
	close(fd);
}

static int reap(const Child *self)
{
	int status = -1;

	wait_for_end(self);
	while (waitpid(self->pid, &status, 0) < 0 && errno == EINTR)
		;
	g_spawn_close_pid(self->pid);
	return status;
}

gboolean rond_index_build_confined(const RondBuild *build, int fd,
				   GError **error)
{
	Child self = {.build = build};
	int copy = ask_for_copy(build);
	int ends[2];

	if (!g_unix_open_pipe(ends, FD_CLOEXEC, error))
		return FALSE;
	gboolean started = supply_open(&self.supply, build->source, error) &&
			   start(&self, fd, copy, ends[1], error);

	close(ends[1]);
	self.pipe = ends[0];
	if (started)
		listen_to(&self);
	close(ends[0]);
	gboolean ok = started && judge(&self, reap(&self), error);

	supply_close(&self.supply);
	g_clear_error(&self.failure);
	return ok;
}
