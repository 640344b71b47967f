/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/tree-rows.h"

#include "backends/error.h"
#include "fs/tree-changes.h"

#include <errno.h>

/* How soon it is seen that all is to end, microseconds. */
#define LOOK_US (100 * 1000)

struct RondTreeRows {
	RondTree *tree;
	GCancellable *cancellable;
	GThreadPool *pool; /* one thread: it is the disk that takes time */
	GMutex lock;	   /* of what follows */
	GHashTable *jobs;  /* pair number → RondJob at work */
};

typedef struct {
	guint32 number;
	RondPair *pair;
	RondJob *job;
} Work;

static void free_comparison(gpointer comparison)
{
	rond_comparison_free(comparison);
}

static gboolean is_cancelled(const RondTreeRows *self)
{
	return g_cancellable_is_cancelled(self->cancellable);
}

/* Its indexes were there when it was asked for; mostly they still are. */
static int compare(RondTreeRows *self, const RondPair *pair,
		   GPtrArray *comparisons)
{
	for (;;) {
		g_autoptr(RondJob) wait = NULL;
		int err = rond_tree_pair_compare(self->tree, pair, comparisons,
						 &wait);

		if (err != ROND_WAIT)
			return err;
		if (is_cancelled(self))
			return ECANCELED;
		g_ptr_array_set_size(comparisons, 0);
		rond_job_sleep(wait, g_get_monotonic_time() + LOOK_US);
	}
}

static RondRowChanges *make(RondTreeRows *self, const RondPair *pair,
			    GError **error)
{
	g_autoptr(GPtrArray) comparisons =
	    g_ptr_array_new_with_free_func(free_comparison);
	g_autoptr(GPtrArray) parts = NULL;
	int spool, err = compare(self, pair, comparisons);

	if (err) {
		rond_fail(error, err, "%s", g_strerror(err));
		return NULL;
	}
	spool = rond_library_spool(self->tree->library, error);
	if (spool < 0)
		return NULL;
	parts = rond_tree_compared_parts(comparisons);
	return rond_row_changes_new(parts, spool, self->cancellable, error);
}

static void work(gpointer data, gpointer user_data)
{
	RondTreeRows *self = user_data;
	Work *work = data;
	g_autoptr(GError) error = NULL;
	g_autoptr(RondRowChanges) rows = make(self, work->pair, &error);

	if (!rows) {
		g_autofree char *problem = g_strdup_printf(
		    "rows of dumps: not compared: %s", error->message);

		rows = rond_row_changes_failed(problem);
	}
	rond_pairs_set_rows(self->tree->pairs, work->number, rows);
	g_mutex_lock(&self->lock);
	g_hash_table_remove(self->jobs, GUINT_TO_POINTER(work->number));
	g_mutex_unlock(&self->lock);
	rond_job_end(work->job);
	rond_job_unref(work->job);
	rond_pair_unref(work->pair);
	g_free(work);
}

RondTreeRows *rond_tree_rows_new(RondTree *tree)
{
	RondTreeRows *self = g_new0(RondTreeRows, 1);

	self->tree = tree;
	self->cancellable = g_cancellable_new();
	self->pool = g_thread_pool_new(work, self, 1, FALSE, NULL);
	g_mutex_init(&self->lock);
	self->jobs = g_hash_table_new(NULL, NULL);
	return self;
}

void rond_tree_rows_free(RondTreeRows *self)
{
	g_cancellable_cancel(self->cancellable);
	g_thread_pool_free(self->pool, FALSE, TRUE);
	g_object_unref(self->cancellable);
	g_hash_table_unref(self->jobs);
	g_mutex_clear(&self->lock);
	g_free(self);
}

void rond_tree_rows_cancel(RondTreeRows *self)
{
	g_cancellable_cancel(self->cancellable);
}

static void begin(RondTreeRows *self, RondPair *pair, guint32 number,
		  RondJob *job)
{
	Work *work = g_new0(Work, 1);

	work->number = number;
	work->pair = rond_pair_ref(pair);
	work->job = rond_job_ref(job);
	g_hash_table_insert(self->jobs, GUINT_TO_POINTER(number), job);
	g_thread_pool_push(self->pool, work, NULL);
}

RondRowChanges *rond_tree_rows_need(RondTreeRows *self, RondPair *pair,
				    guint32 number, RondJob **wait)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);
	RondJob *job =
	    g_hash_table_lookup(self->jobs, GUINT_TO_POINTER(number));
	RondRowChanges *rows = NULL;

	if (!job)
		rows = rond_pairs_rows(self->tree->pairs, number);
	if (rows)
		return rows;
	if (job) {
		*wait = rond_job_ref(job);
		return NULL;
	}
	*wait = rond_job_new(0);
	begin(self, pair, number, *wait);
	return NULL;
}
