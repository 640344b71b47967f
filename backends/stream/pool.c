/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/stream/pool.h"

void rond_decoder_pool_init(RondDecoderPool *self)
{
	g_mutex_init(&self->lock);
	g_cond_init(&self->returned);
	g_queue_init(&self->work);
	g_queue_init(&self->parked);
}

static void run_free(RondRun *run)
{
	g_clear_pointer(&run->decoder, rond_decoder_free);
	g_free(run);
}

/* Without the lock: a decoder may hold the last reference on its input. */
static void free_all(GQueue *runs)
{
	GList *link;

	while ((link = g_queue_pop_head_link(runs)))
		run_free(link->data);
}

void rond_decoder_pool_clear(RondDecoderPool *self)
{
	g_assert(g_queue_is_empty(&self->work));
	free_all(&self->parked);
	g_cond_clear(&self->returned);
	g_mutex_clear(&self->lock);
}

/* The parked run that stands nearest before what is wanted, unless a new one
 * could begin nearer. */
static RondRun *nearest_parked(RondDecoderPool *self, const RondWant *want)
{
	RondRun *best = NULL;

	for (GList *l = self->parked.head; l; l = l->next) {
		RondRun *run = l->data;

		if (run->pos < want->point || run->pos > want->start)
			continue;
		if (!best || run->pos > best->pos)
			best = run;
	}
	return best;
}

/* Whether a run at work comes to what is wanted, or near it, sooner than one
 * that would begin at @nearest now: it began there or further on, and earlier.
 * If it began up to a block before that, waiting takes a little longer,
 * perhaps, but is no work: who decodes ahead is overtaken like that all the
 * time. */
static gboolean worth_waiting(RondDecoderPool *self, const RondWant *want,
			      guint64 nearest)
{
	guint64 block = want->end - want->start;

	for (GList *l = self->work.head; l; l = l->next) {
		const RondRun *run = l->data;

		if (run->from + block < nearest || run->from > want->start)
			continue;
		if (run->until <= want->start || run->keeps)
			return TRUE;
	}
	return FALSE;
}

static RondRun *run_new(guint64 pos)
{
	RondRun *run = g_new0(RondRun, 1);

	run->pos = pos;
	run->link.data = run;
	return run;
}

RondRun *rond_decoder_pool_take(RondDecoderPool *self, const RondWant *want)
{
	RondRun *run;

	g_mutex_lock(&self->lock);
	run = nearest_parked(self, want);
	if (worth_waiting(self, want, run ? run->pos : want->point)) {
		g_cond_wait(&self->returned, &self->lock);
		g_mutex_unlock(&self->lock);
		return NULL;
	}
	if (run)
		g_queue_unlink(&self->parked, &run->link);
	else
		run = run_new(want->point);
	run->from = run->pos;
	run->until = want->end;
	run->keeps = want->start - run->pos <= want->keep;
	g_queue_push_tail_link(&self->work, &run->link);
	g_mutex_unlock(&self->lock);
	return run;
}

/* Of two that stand at the same place one is enough. */
static RondRun *find_twin(RondDecoderPool *self, const RondRun *run)
{
	for (GList *l = self->parked.head; l; l = l->next) {
		RondRun *other = l->data;

		if (other->pos == run->pos)
			return other;
	}
	return NULL;
}

void rond_decoder_pool_park(RondDecoderPool *self, RondRun *run)
{
	RondRun *victim;

	g_mutex_lock(&self->lock);
	g_queue_unlink(&self->work, &run->link);
	victim = find_twin(self, run);
	if (!victim && self->parked.length == ROND_MAX_PARKED)
		victim = self->parked.tail->data;
	if (victim)
		g_queue_unlink(&self->parked, &victim->link);
	g_queue_push_head_link(&self->parked, &run->link);
	g_cond_broadcast(&self->returned);
	g_mutex_unlock(&self->lock);
	g_clear_pointer(&victim, run_free);
}

void rond_decoder_pool_drop(RondDecoderPool *self, RondRun *run)
{
	g_mutex_lock(&self->lock);
	g_queue_unlink(&self->work, &run->link);
	g_cond_broadcast(&self->returned);
	g_mutex_unlock(&self->lock);
	run_free(run);
}
