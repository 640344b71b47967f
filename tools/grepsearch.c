/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/grepsearch.h"

#include "tools/grepscan.h"
#include "tools/meter.h"

/* A thread takes so many at a time: they follow each other in the backup, so
 * that it decodes what lies between once. */
#define MAX_BYTES (16 * 1024 * 1024)
#define MAX_FILES 4096
#define MAX_THREADS 4
#define TICK (G_USEC_PER_SEC / 10)

typedef struct {
	RondGrepSearch *search;
	const RondGrepMatch *match;
	gboolean first_only;
	GMutex lock; /* of what follows, and of what failed */
	GCond ended;
	guint jobs; /* that are not through */
	guint64 bytes;
	guint files;
} Work;

/* Contents from @from on, before @to. */
typedef struct {
	guint from, to;
} Job;

/* Where the lines of a content go. */
typedef struct {
	Work *work;
	RondGrepHitList *list;
	GError *error;
} Into;

static gboolean take_line(guint64 number, const char *text, gsize len,
			  gpointer data)
{
	Into *into = data;
	const RondGrepHit hit = {number, text, text ? len : 0};

	return rond_grep_hits_add(into->work->search->hits, into->list, &hit,
				  &into->error) &&
	       !into->work->first_only;
}

static gboolean try(Work *self, RondGrepScan *scan, guint n, gboolean newest,
		    GError **error)
{
	RondGrepSearch *search = self->search;
	Into into = {self, &search->lists[n]};
	g_autoptr(RondStream) stream = rond_one_content_open(
	    rond_contents_get(search->contents, n), newest, error);
	gboolean through;

	if (!stream)
		return FALSE;
	through = rond_grep_scan_run(scan, stream, take_line, &into, error);
	if (through && !into.error)
		rond_grep_hits_end(search->hits, into.list, &into.error);
	if (into.error) {
		g_clear_error(error);
		g_propagate_error(error, into.error);
	}
	return through && !into.error;
}

/* Whether the last stop of the content's span is another. */
static gboolean has_other(const RondOneContent *content)
{
	const RondSpan *span =
	    &g_array_index(content->line->spans, RondSpan, content->span);

	return span->last != span->first && span->last_entry != ROND_INDEX_NONE;
}

static void fail(Work *self, const RondOneContent *content, const GError *error)
{
	const RondSpan *span =
	    &g_array_index(content->line->spans, RondSpan, content->span);
	const RondStop *stop = content->line->stops->pdata[span->first];
	g_autofree char *path = rond_timeline_path(content->line, span);

	g_mutex_lock(&self->lock);
	g_ptr_array_add(self->search->failed,
			g_strdup_printf("%s/%s/%s: %s", stop->snapshot,
					content->line->name, path,
					error->message));
	g_mutex_unlock(&self->lock);
}

static void search_one(Work *self, RondGrepScan *scan, guint n)
{
	const RondOneContent *content =
	    rond_contents_get(self->search->contents, n);
	g_autoptr(GError) error = NULL;

	if (try(self, scan, n, FALSE, &error))
		return;
	if (has_other(content)) {
		rond_grep_hit_list_clear(&self->search->lists[n]);
		if (try(self, scan, n, TRUE, NULL))
			return;
	}
	/* Of what is damaged the lines before it count. */
	rond_grep_hits_end(self->search->hits, &self->search->lists[n], NULL);
	fail(self, content, error);
}

static void run(gpointer data, gpointer user_data)
{
	g_autofree Job *job = data;
	Work *self = user_data;
	g_autoptr(RondGrepScan) scan = rond_grep_scan_new(self->match);

	for (guint n = job->from; n < job->to; n++) {
		search_one(self, scan, n);
		g_mutex_lock(&self->lock);
		self->bytes +=
		    rond_contents_get(self->search->contents, n)->size;
		self->files++;
		g_mutex_unlock(&self->lock);
	}
	g_mutex_lock(&self->lock);
	self->jobs--;
	g_cond_signal(&self->ended);
	g_mutex_unlock(&self->lock);
}

/* As many from @from on as belong together. */
static guint find_end(const RondContents *contents, guint from)
{
	const RondOneContent *first = rond_contents_get(contents, from);
	guint64 bytes = 0;
	guint to = from;

	while (to < contents->all->len && bytes < MAX_BYTES &&
	       to - from < MAX_FILES) {
		const RondOneContent *each = rond_contents_get(contents, to);

		if (!rond_contents_are_close(first, each))
			break;
		bytes += each->size;
		to++;
	}
	return to;
}

static void push_all(Work *self, GThreadPool *pool)
{
	const RondContents *contents = self->search->contents;
	guint from = 0;

	while (from < contents->all->len) {
		Job *job = g_new(Job, 1);

		job->from = from;
		job->to = from = find_end(contents, from);
		g_mutex_lock(&self->lock);
		self->jobs++;
		g_mutex_unlock(&self->lock);
		g_thread_pool_push(pool, job, NULL);
	}
}

static void show(const Work *self, guint64 total, RondMeter *meter)
{
	const RondProgress progress = {
	    .all_bytes = self->bytes,
	    .all_total = total,
	    .done = self->files,
	    .count = self->search->contents->all->len,
	};

	rond_meter_show(meter, &progress);
}

static void wait_for_all(Work *self)
{
	const RondContents *contents = self->search->contents;
	RondMeter meter;
	guint64 total = 0;

	for (guint i = 0; i < contents->all->len; i++)
		total += rond_contents_get(contents, i)->size;
	rond_meter_begin(&meter);
	g_mutex_lock(&self->lock);
	while (self->jobs) {
		g_cond_wait_until(&self->ended, &self->lock,
				  g_get_monotonic_time() + TICK);
		show(self, total, &meter);
	}
	g_mutex_unlock(&self->lock);
	rond_meter_clear(&meter);
}

RondGrepSearch *rond_grep_search_new(const RondContents *contents,
				     const RondGrepMatch *match,
				     gboolean first_only)
{
	RondGrepSearch *self = g_new0(RondGrepSearch, 1);
	Work work = {.search = self, .match = match, .first_only = first_only};
	GThreadPool *pool;

	self->contents = contents;
	self->hits = rond_grep_hits_new();
	self->lists = g_new0(RondGrepHitList, contents->all->len + 1);
	self->failed = g_ptr_array_new_with_free_func(g_free);
	g_mutex_init(&work.lock);
	g_cond_init(&work.ended);
	pool = g_thread_pool_new(run, &work,
				 (gint)MIN(g_get_num_processors(), MAX_THREADS),
				 FALSE, NULL);
	push_all(&work, pool);
	wait_for_all(&work);
	g_thread_pool_free(pool, FALSE, TRUE);
	self->bytes = work.bytes;
	g_cond_clear(&work.ended);
	g_mutex_clear(&work.lock);
	return self;
}

void rond_grep_search_free(RondGrepSearch *self)
{
	for (guint i = 0; i < self->contents->all->len; i++)
		rond_grep_hit_list_clear(&self->lists[i]);
	g_free(self->lists);
	rond_grep_hits_free(self->hits);
	g_ptr_array_unref(self->failed);
	g_free(self);
}
