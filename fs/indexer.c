/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/indexer.h"

#include "backends/error.h"
#include "backends/index/confined.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define OPENERS 4

struct RondIndexer {
	RondIndexerConfig config;
	GCancellable *cancellable;
	GThreadPool *openers;  /* RondPart: look into the cache */
	GThreadPool *builders; /* Job: first passes that somebody waits for */
	GThreadPool *idle;     /* RondPart: one at a time, nobody waits */
};

/* A part on its way: what is known of it so far. */
typedef struct {
	RondIndexer *indexer;
	RondPart *part;
	RondStream *source;
	char *key;
	int copy; /* descriptor of the seekable copy being made, or -1 */
} Job;

static void job_free(Job *self)
{
	if (self->copy >= 0)
		close(self->copy);
	g_clear_pointer(&self->source, rond_stream_unref);
	rond_part_unref(self->part);
	g_free(self->key);
	g_free(self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Job, job_free)

static Job *job_new(RondIndexer *indexer, RondPart *part)
{
	Job *self = g_new0(Job, 1);

	self->indexer = indexer;
	self->part = rond_part_ref(part);
	self->copy = -1;
	return self;
}

static const RondBackup *backup_of(const Job *self)
{
	return rond_part_backup(self->part);
}

/* Open the source and compute its key. */
static gboolean open_source(Job *self, GError **error)
{
	const RondBackup *backup = backup_of(self);

	self->source =
	    backup->store->ops->open(backup->store, backup->item->path, error);
	if (!self->source)
		return FALSE;
	if (rond_stream_size(self->source) != backup->item->size)
		return rond_fail(error, ESTALE,
				 "it was replaced while it was opened");
	self->key = rond_cache_key(self->source, backup->item->mtime_ns, error);
	return self->key != NULL;
}

static RondStream *open_copy(Job *self)
{
	int fd = rond_cache_dir_open(self->indexer->config.cache_dir, self->key,
				     "copy");

	return fd < 0 ? NULL : rond_file_stream_new(fd, NULL);
}

static void finish(Job *self, RondIndex *index, RondStream *copy)
{
	g_autoptr(RondContent) content = rond_content_new(
	    self->source, index, copy, self->indexer->config.blocks);

	rond_part_set_content(self->part, content);
	if (self->indexer->config.finished)
		self->indexer->config.finished(self->part,
					       self->indexer->config.data);
}

static void fail(Job *self, GError *error)
{
	rond_part_set_failed(self->part, error);
	if (self->indexer->config.finished)
		self->indexer->config.finished(self->part,
					       self->indexer->config.data);
	g_error_free(error);
}

/* FALSE: the cache has no usable index. */
static gboolean open_cached(Job *self)
{
	RondCacheDir *cache = self->indexer->config.cache_dir;
	g_autoptr(RondStream) copy = NULL;
	g_autoptr(RondIndex) index = NULL;
	int fd = rond_cache_dir_open(cache, self->key, "index");

	if (fd < 0)
		return FALSE;
	index = rond_index_open(fd, NULL);
	if (!index || rond_index_meta(index)->source_size !=
			  rond_stream_size(self->source)) {
		rond_cache_dir_discard(cache, self->key, "index");
		return FALSE;
	}
	if (rond_index_meta(index)->place == ROND_DATA_COPY) {
		copy = open_copy(self);
		if (!copy)
			return FALSE;
	}
	finish(self, index, copy);
	return TRUE;
}

static int make_copy(gpointer data, guint64 bytes)
{
	Job *self = data;

	self->copy = rond_cache_dir_create(self->indexer->config.cache_dir,
					   bytes, FALSE, NULL);
	return self->copy;
}

static void on_progress(gpointer data, guint64 bytes)
{
	rond_part_progress(((Job *)data)->part, bytes);
}

/* Besides the copy, its index has to find room. */
static guint64 copy_limit(const Job *self)
{
	guint64 limit = rond_cache_dir_limit(self->indexer->config.cache_dir);

	return limit - limit / 16;
}

static gboolean first_pass(Job *self, int fd, GError **error)
{
	const RondBackup *backup = backup_of(self);
	RondBuild build = {
	    .source = self->source,
	    .detected = &backup->detected,
	    .make_copy = make_copy,
	    .copy_limit = copy_limit(self),
	    .progress = on_progress,
	    .data = self,
	    .cancellable = self->indexer->cancellable,
	};

	if (self->indexer->config.confine && rond_stream_fd(self->source) >= 0)
		return rond_index_build_confined(&build, fd, error);
	return rond_index_build(&build, fd, error);
}

/* Keep what was made, and read it as the next mount will. */
static gboolean take(Job *self, int fd, GError **error)
{
	RondCacheDir *cache = self->indexer->config.cache_dir;
	g_autoptr(RondIndex) index = rond_index_open(dup(fd), error);
	g_autoptr(RondStream) copy = NULL;

	if (!index)
		return FALSE;
	if (rond_index_meta(index)->place == ROND_DATA_COPY) {
		copy = rond_file_stream_new(dup(self->copy), error);
		if (!copy)
			return FALSE;
		rond_cache_dir_commit(cache, self->copy, self->key, "copy");
	}
	rond_cache_dir_commit(cache, fd, self->key, "index");
	finish(self, index, copy);
	return TRUE;
}

static void build(Job *self)
{
	g_autoptr(GError) error = NULL;
	guint64 estimate = backup_of(self)->item->size / 64 + (1 << 20);
	int fd = rond_cache_dir_create(self->indexer->config.cache_dir,
				       estimate, TRUE, &error);

	if (fd < 0) {
		fail(self, g_steal_pointer(&error));
		return;
	}
	if (!first_pass(self, fd, &error) || !take(self, fd, &error))
		fail(self, g_steal_pointer(&error));
	close(fd);
}

/* The part, that rond_part_begin() gave to us, as far as the cache takes it.
 * NULL: it is through; else what is left to do. */
static Job *open_job(RondIndexer *indexer, RondPart *part)
{
	g_autoptr(Job) self = job_new(indexer, part);
	g_autoptr(GError) error = NULL;

	if (g_cancellable_set_error_if_cancelled(indexer->cancellable,
						 &error) ||
	    !open_source(self, &error)) {
		fail(self, g_steal_pointer(&error));
		return NULL;
	}
	return open_cached(self) ? NULL : g_steal_pointer(&self);
}

static void run_opener(gpointer data, gpointer indexer)
{
	g_autoptr(RondPart) part = data;
	RondIndexer *self = indexer;
	Job *job = open_job(self, part);

	if (job)
		g_thread_pool_push(self->builders, job, NULL);
}

static void run_builder(gpointer data, gpointer indexer)
{
	g_autoptr(Job) job = data;

	build(job);
}

/* Idle CPU and I/O priority for this thread: sched(7), ioprio_set(2). */
static void become_idle(void)
{
	const struct sched_param none = {0};
	const int who_process = 1, class_idle = 3, class_shift = 13;

	sched_setscheduler(0, SCHED_IDLE, &none);
	syscall(SYS_ioprio_set, who_process, 0, class_idle << class_shift);
}

static void run_idle(gpointer data, gpointer indexer)
{
	g_autoptr(RondPart) part = data;
	g_autoptr(Job) job = NULL;

	if (!rond_part_begin(part))
		return;
	become_idle();
	job = open_job(indexer, part);
	if (job)
		build(job);
}

RondIndexer *rond_indexer_new(const RondIndexerConfig *config)
{
	RondIndexer *self = g_new0(RondIndexer, 1);
	gint cores = (gint)g_get_num_processors();

	self->config = *config;
	self->cancellable = g_cancellable_new();
	self->openers =
	    g_thread_pool_new(run_opener, self, OPENERS, FALSE, NULL);
	self->builders =
	    g_thread_pool_new(run_builder, self, cores, FALSE, NULL);
	/* Exclusive: its thread's priority is lowered for good. */
	self->idle = g_thread_pool_new(run_idle, self, 1, TRUE, NULL);
	return self;
}

void rond_indexer_cancel(RondIndexer *self)
{
	g_cancellable_cancel(self->cancellable);
}

void rond_indexer_free(RondIndexer *self)
{
	rond_indexer_cancel(self);
	g_thread_pool_free(self->idle, FALSE, TRUE);
	g_thread_pool_free(self->openers, FALSE, TRUE);
	g_thread_pool_free(self->builders, FALSE, TRUE);
	g_object_unref(self->cancellable);
	g_free(self);
}

void rond_indexer_request(RondIndexer *self, RondPart *part)
{
	if (rond_part_begin(part))
		g_thread_pool_push(self->openers, rond_part_ref(part), NULL);
}

void rond_indexer_background(RondIndexer *self, GPtrArray *parts)
{
	for (guint i = 0; i < parts->len; i++)
		g_thread_pool_push(self->idle, rond_part_ref(parts->pdata[i]),
				   NULL);
}
