/* SPDX-License-Identifier: BSD-2-Clause */
/* Requests that wait for a job without a thread waiting for them. */
#include "fs/server-private.h"

#include <errno.h>

/* From this many backups that one process made be indexed, the log names it:
 * probably somebody walks over all of them. */
#define EAGER_FROM 4

/* A request that waits. Two hold it: who parked it, until it knows
 * that no interrupt was missed; and the part's queue. */
typedef struct {
	RondWaiter waiter;
	RondRequest request; /* its name is owned */
	RondJob *job;
	gint interrupted; /* atomic */
	gatomicrefcount refs;
} Parked;

static void parked_unref(Parked *self)
{
	if (!g_atomic_ref_count_dec(&self->refs))
		return;
	g_free((char *)self->request.name);
	rond_job_unref(self->job);
	g_free(self);
}

static void end_parked(Parked *self)
{
	g_atomic_int_add(&self->request.server->parked, -1);
	parked_unref(self);
}

static void wake(RondWaiter *waiter)
{
	Parked *self = (Parked *)waiter;

	/* Waits for an interrupt that is being delivered, and allows none
	 * from here on. */
	fuse_req_interrupt_func(self->request.req, NULL, NULL);
	rond_request_serve(&self->request);
	end_parked(self);
}

static void interrupt(fuse_req_t req, void *data)
{
	Parked *self = data;

	g_atomic_int_set(&self->interrupted, TRUE);
	if (!rond_job_unwait(self->job, &self->waiter))
		return;
	fuse_reply_err(req, EINTR);
	end_parked(self);
}

static Parked *parked_new(const RondRequest *request, RondJob *job)
{
	Parked *self = g_new0(Parked, 1);

	self->waiter.wake = wake;
	self->request = *request;
	self->request.name = g_strdup(request->name);
	self->job = job;
	g_atomic_ref_count_init(&self->refs);
	g_atomic_ref_count_inc(&self->refs);
	return self;
}

/* What the process is called, new. */
static char *process_name(pid_t pid)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/comm", (int)pid);
	char *name = NULL;

	if (!g_file_get_contents(path, &name, NULL, NULL))
		return g_strdup("gone already");
	return g_strchomp(name);
}

static void name_eager(pid_t pid)
{
	g_autofree char *name = process_name(pid);

	g_message("process %d (%s) has made %d backups be indexed; if it is "
		  "updatedb or a scanner, exclude this mount (PRUNEFS: "
		  "fuse.rondfs)",
		  (int)pid, name, EAGER_FROM);
}

/* Processes that make many backups be indexed, such as updatedb: say who. */
static void note_eager(RondServer *self, pid_t pid, guint32 part)
{
	gpointer key = GINT_TO_POINTER(pid);
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->eager_lock);
	GHashTable *parts = g_hash_table_lookup(self->eager, key);

	if (!parts) {
		parts = g_hash_table_new(NULL, NULL);
		g_hash_table_insert(self->eager, key, parts);
	}
	if (g_hash_table_add(parts, GUINT_TO_POINTER(part)) &&
	    g_hash_table_size(parts) == EAGER_FROM)
		name_eager(pid);
}

/* Park a copy of @request on @job (taken over). FALSE: it need not wait. */
static gboolean park(const RondRequest *request, RondJob *job)
{
	Parked *self = parked_new(request, job);

	if (rond_job_subject(job))
		note_eager(request->server, fuse_req_ctx(request->req)->pid,
			   rond_job_subject(job));
	g_atomic_int_inc(&request->server->parked);
	fuse_req_interrupt_func(request->req, interrupt, self);
	if (!rond_job_wait(job, &self->waiter)) {
		fuse_req_interrupt_func(request->req, NULL, NULL);
		parked_unref(self);
		end_parked(self);
		return FALSE;
	}
	/* An interrupt that came before it was queued found nothing there. */
	if (g_atomic_int_get(&self->interrupted) &&
	    rond_job_unwait(job, &self->waiter)) {
		fuse_req_interrupt_func(request->req, NULL, NULL);
		fuse_reply_err(request->req, EINTR);
		end_parked(self);
	}
	parked_unref(self);
	return TRUE;
}

void rond_request_serve(RondRequest *request)
{
	for (;;) {
		RondJob *wait = NULL;
		int err = request->answer(request, &wait);

		if (err == ROND_WAIT && park(request, wait))
			return;
		if (err > 0)
			fuse_reply_err(request->req, err);
		if (err != ROND_WAIT)
			return;
	}
}

RondRequest rond_request(fuse_req_t req, fuse_ino_t ino,
			 int (*answer)(RondRequest *self, RondJob **wait))
{
	return (RondRequest){
	    .server = fuse_req_userdata(req),
	    .req = req,
	    .answer = answer,
	    .ino = ino,
	};
}
