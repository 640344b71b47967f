/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondDaemon: into the background, but only once the mount answers.
 *
 * The process forks before it has a second thread. The child does all the
 * work, with the terminal as its stderr, and tells its parent when it has
 * mounted; the parent looks whether the mount answers and ends.
 */
#pragma once

#include "tools/mountpoint.h"

#include <glib.h>

typedef struct {
	int pipe; /* to the parent; -1: in the foreground */
} RondDaemon;

#define ROND_DAEMON_FOREGROUND \
	{                      \
		-1             \
	}

/* Fork. In the child: TRUE. In the parent, when the child has mounted or ended:
 * FALSE with the exit @status; what went wrong has been logged. */
gboolean rond_daemon_start(RondDaemon *self, const RondMountpoint *mountpoint,
			   int *status);

/* In the child, when mounted: leaves the terminal, logs to the system log as
 * @tag from then on, and lets the parent go. In the foreground nothing. */
void rond_daemon_detach(RondDaemon *self, const char *tag);
