/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/signals.h"

#include "backends/error.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

struct RondSignals {
	int signals; /* signalfd */
	int quit;    /* eventfd: the thread is to end */
	GThread *thread;
	GMutex lock; /* of what follows */
	const RondSignalTarget *target;
	gboolean held;
	int stopped;
};

/* Nothing is mounted yet and nothing would be left behind. As the shell
 * counts: 128 + signal. */
static void stop_process(int number)
{
	_exit(128 + number);
}

static void stop(RondSignals *self, int number)
{
	self->stopped = number;
	if (self->target && self->target->stop)
		self->target->stop(self->target->data);
	else if (!self->held)
		stop_process(number);
}

static void handle(RondSignals *self, int number)
{
	const RondSignalTarget *target;

	g_mutex_lock(&self->lock);
	target = self->target;
	if (number == SIGINT || number == SIGTERM)
		stop(self, number);
	else if (number == SIGHUP && target && target->reload)
		target->reload(target->data);
	else if (number == SIGUSR1 && target && target->report)
		target->report(target->data);
	g_mutex_unlock(&self->lock);
}

static gpointer run(gpointer data)
{
	RondSignals *self = data;
	struct pollfd fds[] = {
	    {self->signals, POLLIN},
	    {self->quit, POLLIN},
	};

	while (fds[1].revents == 0) {
		struct signalfd_siginfo info;

		if (poll(fds, G_N_ELEMENTS(fds), -1) < 0)
			continue;
		if ((fds[0].revents & POLLIN) &&
		    read(self->signals, &info, sizeof(info)) == sizeof(info))
			handle(self, (int)info.ssi_signo);
	}
	return NULL;
}

RondSignals *rond_signals_new(GError **error)
{
	g_autoptr(RondSignals) self = g_new0(RondSignals, 1);
	struct sigaction ignore = {.sa_handler = SIG_IGN};
	sigset_t set;

	g_mutex_init(&self->lock);
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	sigaction(SIGPIPE, &ignore, NULL);

	self->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	self->quit = eventfd(0, EFD_CLOEXEC);
	if (self->signals < 0 || self->quit < 0) {
		rond_fail_errno(error, errno, "signalfd");
		return NULL;
	}
	self->thread = g_thread_new("signals", run, self);
	return g_steal_pointer(&self);
}

void rond_signals_free(RondSignals *self)
{
	const guint64 one = 1;

	if (!self)
		return;
	if (self->thread) {
		if (write(self->quit, &one, sizeof(one)) < 0)
			g_error("eventfd: %s", g_strerror(errno));
		g_thread_join(self->thread);
	}
	if (self->signals >= 0)
		close(self->signals);
	if (self->quit >= 0)
		close(self->quit);
	g_mutex_clear(&self->lock);
	g_free(self);
}

void rond_signals_set(RondSignals *self, const RondSignalTarget *target)
{
	g_mutex_lock(&self->lock);
	self->target = target;
	if (target && target->stop && self->stopped)
		target->stop(target->data);
	g_mutex_unlock(&self->lock);
}

void rond_signals_hold(RondSignals *self)
{
	g_mutex_lock(&self->lock);
	self->held = TRUE;
	g_mutex_unlock(&self->lock);
}

int rond_signals_stopped(RondSignals *self)
{
	int stopped;

	g_mutex_lock(&self->lock);
	stopped = self->stopped;
	g_mutex_unlock(&self->lock);
	return stopped;
}
