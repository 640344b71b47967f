/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/daemon.h"

#include "tools/log.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static int wait_for(pid_t child)
{
	int status = 0;

	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		continue;
	return status;
}

/* The child ended without having mounted. */
static int judge_end(pid_t child)
{
	int status = wait_for(child);

	/* It said itself what went wrong. */
	if (WIFEXITED(status) && WEXITSTATUS(status) != 0)
		return WEXITSTATUS(status);
	if (WIFSIGNALED(status))
		g_critical(_("ended before it had mounted: %s"),
			   g_strsignal(WTERMSIG(status)));
	else
		g_critical(_("ended before it had mounted"));
	return 1;
}

static gboolean has_mounted(int fd)
{
	char byte;
	ssize_t n;

	do
		n = read(fd, &byte, 1);
	while (n < 0 && errno == EINTR);
	return n == 1;
}

static int wait_as_parent(int fd, pid_t child, const RondMountpoint *mountpoint)
{
	g_autoptr(GError) error = NULL;
	struct sigaction ignore = {.sa_handler = SIG_IGN};

	/* Ctrl-C reaches the child as well, which ends cleanly and says so by
	 * its status. */
	sigaction(SIGINT, &ignore, NULL);
	if (!has_mounted(fd))
		return judge_end(child);
	if (rond_mountpoint_answers(mountpoint, &error))
		return 0;
	g_critical("%s", error->message);
	return 1;
}

gboolean rond_daemon_start(RondDaemon *self, const RondMountpoint *mountpoint,
			   int *status)
{
	pid_t parent = getpid();
	int ends[2] = {-1, -1};
	pid_t child = -1;

	if (pipe2(ends, O_CLOEXEC) == 0)
		child = fork();
	if (child < 0) {
		g_critical(_("can't go into the background: %s"),
			   g_strerror(errno));
		*status = 1;
		return FALSE;
	}
	if (child > 0) {
		close(ends[1]);
		*status = wait_as_parent(ends[0], child, mountpoint);
		return FALSE;
	}
	close(ends[0]);
	self->pipe = ends[1];
	/* Who ends the waiting parent wants no mount later on. */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(1);
	return TRUE;
}

static void leave_terminal(void)
{
	int fd = open("/dev/null", O_RDWR);

	setsid();
	if (chdir("/") != 0)
		g_warning(_("can't leave the folder it was started in: %s"),
			  g_strerror(errno));
	for (int i = STDIN_FILENO; i <= STDERR_FILENO; i++) {
		if (fd >= 0)
			dup2(fd, i);
	}
	if (fd > STDERR_FILENO)
		close(fd);
}

void rond_daemon_detach(RondDaemon *self, const char *tag)
{
	if (self->pipe < 0)
		return;
	leave_terminal();
	rond_log_to_syslog(tag);
	prctl(PR_SET_PDEATHSIG, 0);
	if (write(self->pipe, "", 1) != 1)
		g_warning(_("who started this has gone"));
	close(self->pipe);
	self->pipe = -1;
}
