/* SPDX-License-Identifier: BSD-2-Clause */
/* A thread that waits for a job. */
#include "fs/job.h"

typedef struct {
	RondWaiter waiter;
	GMutex lock;
	GCond cond;
	gboolean woken;
} Sleeper;

static void wake(RondWaiter *waiter)
{
	Sleeper *self = (Sleeper *)waiter;

	g_mutex_lock(&self->lock);
	self->woken = TRUE;
	g_cond_signal(&self->cond);
	g_mutex_unlock(&self->lock);
}

/* FALSE: @end came before it was woken. */
static gboolean sleep_until(Sleeper *self, gint64 end)
{
	gboolean in_time = TRUE;

	g_mutex_lock(&self->lock);
	while (!self->woken && in_time)
		in_time = g_cond_wait_until(&self->cond, &self->lock, end);
	in_time = self->woken;
	g_mutex_unlock(&self->lock);
	return in_time;
}

gboolean rond_job_sleep(RondJob *self, gint64 end)
{
	Sleeper sleeper = {.waiter = {.wake = wake}};
	gboolean queued;

	g_mutex_init(&sleeper.lock);
	g_cond_init(&sleeper.cond);
	queued = rond_job_wait(self, &sleeper.waiter);
	/* Who can't be taken out any more is about to be woken. */
	if (queued && !sleep_until(&sleeper, end) &&
	    !rond_job_unwait(self, &sleeper.waiter))
		sleep_until(&sleeper, G_MAXINT64);
	g_cond_clear(&sleeper.cond);
	g_mutex_clear(&sleeper.lock);
	return queued;
}
