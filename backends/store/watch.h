/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondWatch: tells that something changed in folders (inotify(7)).
 *
 * What changed is not said: who is woken looks again. rond_watch_drain() may
 * run beside the others.
 */
#pragma once

#include <glib.h>

typedef struct RondWatch RondWatch;

/* Never fails: without inotify nothing is ever told. */
RondWatch *rond_watch_new(void);
void rond_watch_free(RondWatch *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondWatch, rond_watch_free)

/* Watch the open folder @dir_fd (borrowed) from now on; a folder watched
 * already stays so. */
void rond_watch_add(RondWatch *self, int dir_fd);

/* Readable when something changed; -1 when not every folder could be watched,
 * so that silence would mean nothing. Borrowed, and open until the end even if
 * -1 is returned later. */
int rond_watch_fd(RondWatch *self);

/* Read away what made it readable. Never blocks. */
void rond_watch_drain(RondWatch *self);
