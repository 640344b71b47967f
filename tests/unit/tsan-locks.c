/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GLib's locks, made of pthread's, and its counts of references: for builds
 * with ThreadSanitizer only.
 *
 * It knows what pthread's functions order, and nothing of what the GLib that
 * is installed does with bare futexes: without this, all that a GMutex guards
 * is reported as a race, and so is freeing what another thread has let go of.
 * The program's own definitions come before a library's.
 */
#include <errno.h>
#include <glib.h>
#include <pthread.h>
#include <time.h>

/* GLib allows a zeroed lock without init. */
static gpointer made(gpointer *place, gsize size, int (*init)(gpointer))
{
	gpointer there = g_atomic_pointer_get(place), fresh;

	if (there)
		return there;
	fresh = g_malloc0(size);
	init(fresh);
	if (g_atomic_pointer_compare_and_exchange(place, NULL, fresh))
		return fresh;
	g_free(fresh);
	return g_atomic_pointer_get(place);
}

static int init_mutex(gpointer mutex)
{
	return pthread_mutex_init(mutex, NULL);
}

static int init_cond(gpointer cond)
{
	pthread_condattr_t monotonic;

	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	return pthread_cond_init(cond, &monotonic);
}

static pthread_mutex_t *mutex_of(GMutex *mutex)
{
	return made((gpointer *)&mutex->p, sizeof(pthread_mutex_t), init_mutex);
}

static pthread_cond_t *cond_of(GCond *cond)
{
	return made(&cond->p, sizeof(pthread_cond_t), init_cond);
}

void g_mutex_init(GMutex *mutex)
{
	mutex->p = NULL;
}

void g_mutex_clear(GMutex *mutex)
{
	if (mutex->p)
		pthread_mutex_destroy(mutex->p);
	g_free(mutex->p);
	mutex->p = NULL;
}

void g_mutex_lock(GMutex *mutex)
{
	pthread_mutex_lock(mutex_of(mutex));
}

gboolean g_mutex_trylock(GMutex *mutex)
{
	return pthread_mutex_trylock(mutex_of(mutex)) == 0;
}

void g_mutex_unlock(GMutex *mutex)
{
	pthread_mutex_unlock(mutex_of(mutex));
}

void g_cond_init(GCond *cond)
{
	cond->p = NULL;
}

void g_cond_clear(GCond *cond)
{
	if (cond->p)
		pthread_cond_destroy(cond->p);
	g_free(cond->p);
	cond->p = NULL;
}

void g_cond_wait(GCond *cond, GMutex *mutex)
{
	pthread_cond_wait(cond_of(cond), mutex_of(mutex));
}

gboolean g_cond_wait_until(GCond *cond, GMutex *mutex, gint64 end_time)
{
	struct timespec end = {end_time / G_USEC_PER_SEC,
			       end_time % G_USEC_PER_SEC * 1000};

	return pthread_cond_timedwait(cond_of(cond), mutex_of(mutex), &end) !=
	       ETIMEDOUT;
}

void g_cond_signal(GCond *cond)
{
	pthread_cond_signal(cond_of(cond));
}

void g_cond_broadcast(GCond *cond)
{
	pthread_cond_broadcast(cond_of(cond));
}

void(g_atomic_ref_count_inc)(gatomicrefcount *count)
{
	g_atomic_int_inc(count);
}

gboolean(g_atomic_ref_count_dec)(gatomicrefcount *count)
{
	return g_atomic_int_dec_and_test(count);
}
