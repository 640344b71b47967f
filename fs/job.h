/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondJob: something that is being made, and those who wait for it.
 *
 * Nobody waits in a thread of the mount: who needs what is being made queues
 * there, and is called back when it is there, or has failed. A job that has
 * ended has nothing more to tell: who waited looks again. Reference counted,
 * thread-safe.
 */
#pragma once

#include <glib.h>

typedef struct RondJob RondJob;

/* @subject: a number for who keeps account of what is made for whom; 0: not
 * worth it. */
RondJob *rond_job_new(guint32 subject);
RondJob *rond_job_ref(RondJob *self);
void rond_job_unref(RondJob *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondJob, rond_job_unref)

guint32 rond_job_subject(const RondJob *self);

/* Wake all who wait; nobody waits from then on. */
void rond_job_end(RondJob *self);

/* Somebody who waits; embedded in his own structure. @wake is called once, from
 * any thread, without a lock held. */
typedef struct RondWaiter RondWaiter;
struct RondWaiter {
	void (*wake)(RondWaiter *waiter);
	GList link; /* private */
};

/* Queue @waiter. FALSE: the job has ended, it was not queued. */
gboolean rond_job_wait(RondJob *self, RondWaiter *waiter);
/* Take @waiter out again. FALSE: it has been woken, or is about to be. */
gboolean rond_job_unwait(RondJob *self, RondWaiter *waiter);
/* The same in this thread, which sleeps until then, or until @end (monotonic,
 * microseconds). FALSE at once: no need. For commands and tests: no request of
 * a mount may wait so. */
gboolean rond_job_sleep(RondJob *self, gint64 end);
