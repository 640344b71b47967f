/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/store/watch.h"

#include <limits.h>
#include <sys/inotify.h>
#include <unistd.h>

#define EVENTS                                                      \
	(IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | \
	 IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR)

struct RondWatch {
	int fd;
	gint complete; /* atomic: every folder is watched */
};

RondWatch *rond_watch_new(void)
{
	RondWatch *self = g_new0(RondWatch, 1);

	self->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	self->complete = self->fd >= 0;
	return self;
}

void rond_watch_free(RondWatch *self)
{
	if (self->fd >= 0)
		close(self->fd);
	g_free(self);
}

/* By descriptor, not by path: what is watched is then what is listed, whatever
 * was renamed in between. The kernel knows a folder it watches already. */
void rond_watch_add(RondWatch *self, int dir_fd)
{
	g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", dir_fd);

	if (self->fd < 0)
		return;
	if (inotify_add_watch(self->fd, path, EVENTS) < 0)
		g_atomic_int_set(&self->complete, FALSE);
}

int rond_watch_fd(RondWatch *self)
{
	return g_atomic_int_get(&self->complete) ? self->fd : -1;
}

void rond_watch_drain(RondWatch *self)
{
	char buf[16 * (sizeof(struct inotify_event) + NAME_MAX + 1)];

	if (self->fd < 0)
		return;
	while (read(self->fd, buf, sizeof(buf)) > 0)
		;
}
