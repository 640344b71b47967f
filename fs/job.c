/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/job.h"

struct RondJob {
	gatomicrefcount refs;
	guint32 subject;
	GMutex lock; /* of what follows */
	gboolean ended;
	GQueue waiters;
};

RondJob *rond_job_new(guint32 subject)
{
	RondJob *self = g_new0(RondJob, 1);

	g_atomic_ref_count_init(&self->refs);
	g_mutex_init(&self->lock);
	g_queue_init(&self->waiters);
	self->subject = subject;
	return self;
}

RondJob *rond_job_ref(RondJob *self)
{
	g_atomic_ref_count_inc(&self->refs);
	return self;
}

void rond_job_unref(RondJob *self)
{
	if (!g_atomic_ref_count_dec(&self->refs))
		return;
	g_assert(g_queue_is_empty(&self->waiters));
	g_mutex_clear(&self->lock);
	g_free(self);
}

guint32 rond_job_subject(const RondJob *self)
{
	return self->subject;
}

static RondWaiter *next_waiter(RondJob *self)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);
	GList *link = g_queue_pop_head_link(&self->waiters);
	RondWaiter *waiter = link ? link->data : NULL;

	self->ended = TRUE;
	if (link)
		link->data = NULL;
	return waiter;
}

/* One at a time and without the lock: who is woken may free what his waiter is
 * part of. */
void rond_job_end(RondJob *self)
{
	RondWaiter *waiter;

	while ((waiter = next_waiter(self)))
		waiter->wake(waiter);
}

gboolean rond_job_wait(RondJob *self, RondWaiter *waiter)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);

	if (self->ended)
		return FALSE;
	waiter->link = (GList){.data = waiter};
	g_queue_push_tail_link(&self->waiters, &waiter->link);
	return TRUE;
}

gboolean rond_job_unwait(RondJob *self, RondWaiter *waiter)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);

	if (!waiter->link.data)
		return FALSE;
	g_queue_unlink(&self->waiters, &waiter->link);
	waiter->link.data = NULL;
	return TRUE;
}
