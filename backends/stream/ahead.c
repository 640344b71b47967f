/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/stream/ahead.h"

/* Readers that are told apart. */
#define N_WALKS 4
/* In steps of some blocks. Threads of one reader come a little out of order,
 * and he may skip a file. */
#define SLACK 2
/* After so many steps it's an order and no chance: a file that is read alone
 * may lie across two of them. */
#define STEPS_TO_TRUST 2
#define FIRST_WINDOW 2

/* One reader, as far as he can be told. */
typedef struct {
	guint64 at;    /* the furthest block that he took */
	guint64 until; /* fetched, or about to be, up to here */
	guint64 taken; /* blocks in order */
	guint window;
	gint64 used; /* larger: later */
} Walk;

typedef struct {
	guint64 from, to;
	guint walk; /* whose */
} Job;

struct RondAhead {
	RondAheadConfig config;
	GMutex lock; /* over everything below */
	gboolean stopped;
	Walk walks[N_WALKS];
	gint64 clock;
	GThreadPool *worker; /* of Job; NULL: not needed yet */
};

RondAhead *rond_ahead_new(const RondAheadConfig *config)
{
	RondAhead *self = g_new0(RondAhead, 1);

	self->config = *config;
	g_mutex_init(&self->lock);
	return self;
}

void rond_ahead_free(RondAhead *self)
{
	g_mutex_lock(&self->lock);
	self->stopped = TRUE;
	g_mutex_unlock(&self->lock);
	/* Not "immediate", which would lose jobs without freeing them: they
	 * end by themselves now. */
	if (self->worker)
		g_thread_pool_free(self->worker, FALSE, TRUE);
	g_mutex_clear(&self->lock);
	g_free(self);
}

/* Whether the reader is still before that block, and near it. */
static gboolean wanted(RondAhead *self, guint walk, guint64 block)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);
	guint64 at = self->walks[walk].at;

	return !self->stopped && block > at && block - at <= self->config.limit;
}

static void work(gpointer data, gpointer user)
{
	g_autofree Job *job = data;
	RondAhead *self = user;

	for (; job->from < job->to; job->from++)
		if (wanted(self, job->walk, job->from))
			self->config.fetch(job->from, self->config.data);
}

static gboolean belongs(const RondAhead *self, const Walk *walk, guint64 block)
{
	const guint64 slack = (guint64)SLACK * self->config.step;

	return walk->used && block + slack >= walk->at &&
	       block <= walk->at + slack;
}

/* The reader who is at @block; a new one takes the place of him who was away
 * the longest. */
static Walk *find_walk(RondAhead *self, guint64 block)
{
	Walk *oldest = &self->walks[0];

	for (guint i = 0; i < N_WALKS; i++) {
		Walk *walk = &self->walks[i];

		if (belongs(self, walk, block))
			return walk;
		if (walk->used < oldest->used)
			oldest = walk;
	}
	*oldest = (Walk){.at = block, .until = block + 1};
	return oldest;
}

/* He goes on to @block: what to fetch now. Not block by block, so that the
 * worker need not be woken for each; empty: nothing yet. */
static Job step(const RondAheadConfig *config, Walk *walk, guint64 block)
{
	Job job = {0};

	walk->taken += block - walk->at;
	walk->at = block;
	walk->until = MAX(walk->until, block + 1);
	if (walk->taken < (guint64)STEPS_TO_TRUST * config->step)
		return job;
	if (walk->until - block - 1 > walk->window / 2)
		return job;
	walk->window =
	    walk->window ? walk->window * 2 : FIRST_WINDOW * config->step;
	walk->window = MIN(walk->window, config->limit);
	job.from = walk->until;
	job.to = MIN(block + 1 + walk->window, config->n_blocks);
	walk->until = MAX(walk->until, job.to);
	return job;
}

static void push(RondAhead *self, const Job *job)
{
	if (!self->worker)
		self->worker = g_thread_pool_new(work, self, 1, FALSE, NULL);
	g_thread_pool_push(self->worker, g_memdup2(job, sizeof *job), NULL);
}

void rond_ahead_note(RondAhead *self, guint64 block)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);
	Walk *walk = find_walk(self, block);

	walk->used = ++self->clock;
	if (block <= walk->at)
		return;
	Job job = step(&self->config, walk, block);

	job.walk = (guint)(walk - self->walks);
	if (job.from < job.to)
		push(self, &job);
}
