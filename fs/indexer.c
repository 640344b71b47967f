/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/indexer.h"

#include "backends/error.h"
#include "backends/index/confined.h"
#include "fs/backup-open.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define OPENERS 4
/* Nobody is disturbed by reading a backup for the next mount if nobody has used
 * it for so long: that takes the whole disk, at any priority. */
#define QUIET_US (2 * G_USEC_PER_SEC)

struct RondIndexer {
	RondIndexerConfig config;
	GCancellable *cancellable;
	GThreadPool *openers;  /* RondPart: look into the cache */
	GThreadPool *builders; /* Job: first passes that somebody waits for */
	GThreadPool *idle;     /* RondPart: one at a time, nobody waits */
	/* Of two backups that are numbered one takes over from the other. */
	GMutex numbering;
};

/* A part on its way: what is known of it so far. */
typedef struct {
	RondIndexer *indexer;
	RondPart *part;
	RondStream *source;
	char *key;
	int copy; /* descriptor of the seekable copy being made, or -1 */
	gboolean thorough;
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
	self->thorough = indexer->config.thorough;
	return self;
}

static const RondBackup *backup_of(const Job *self)
{
	return rond_part_backup(self->part);
}

/* Whether what was opened is still the file that the scan has seen. */
static gboolean is_same(const RondStoreItem *item, RondStream *source)
{
	const gint64 nsec = G_GINT64_CONSTANT(1000000000);
	int fd = rond_stream_fd(source);
	struct stat st;

	if (rond_stream_size(source) != item->size)
		return FALSE;
	if (fd < 0 || !item->ino || fstat(fd, &st))
		return TRUE;
	return st.st_ino == item->ino && st.st_dev == item->dev &&
	       st.st_mtim.tv_nsec == (item->mtime_ns % nsec + nsec) % nsec;
}

/* Open the source and compute its key. */
static gboolean open_source(Job *self, GError **error)
{
	const RondBackup *backup = backup_of(self);

	self->source = rond_backup_open(backup, error);
	if (!self->source)
		return FALSE;
	if (!is_same(backup->item, self->source))
		return rond_fail(error, ESTALE,
				 "it was replaced while it was opened");
	self->key =
	    rond_cache_dir_key(self->indexer->config.cache_dir, self->source,
			       rond_backup_stamp(backup), error);
	return self->key != NULL;
}

static RondStream *open_copy(Job *self)
{
	int fd = rond_cache_dir_open(self->indexer->config.cache_dir, self->key,
				     "copy");

	return fd < 0 ? NULL : rond_file_stream_new(fd, NULL);
}

/* The index of another part, as RondKinPeek. */
static RondIndex *peek(RondPart *part, gpointer data)
{
	RondIndexer *self = data;
	g_autoptr(RondContent) content = rond_part_content(part, NULL);
	g_autoptr(Job) job = NULL;
	int fd;

	/* A better one may have been made since: complete(). */
	if (content && rond_index_meta(rond_content_index(content))->thorough)
		return rond_index_ref(rond_content_index(content));
	job = job_new(self, part);
	if (!open_source(job, NULL))
		return NULL;
	fd = rond_cache_dir_open(self->config.cache_dir, job->key, "index");
	return fd < 0 ? NULL : rond_index_open(fd, NULL);
}

static void finish(Job *self, RondIndex *index, RondStream *copy)
{
	g_autoptr(RondContent) content = rond_content_new(
	    self->source, index, copy, self->indexer->config.blocks);

	rond_kin_learn(&self->indexer->config.kin, self->part, index, peek,
		       self->indexer);
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

/* Whether the cached @index is as good as what would be made anew. */
static gboolean is_usable(const Job *self, const RondIndex *index)
{
	const RondIndexMeta *meta = rond_index_meta(index);
	guint64 origin = rond_index_origin(index, 0);

	/* It may lie there under another one's name. */
	if (origin &&
	    origin != rond_history_origin(self->indexer->config.kin.history,
					  self->key))
		return FALSE;
	return meta->source_size == rond_stream_size(self->source) &&
	       (meta->thorough || !self->thorough);
}

/* FALSE: the cache has no usable index. */
static gboolean open_cached(Job *self)
{
	RondCacheDir *cache = self->indexer->config.cache_dir;
	g_autoptr(RondStream) copy = NULL;
	g_autoptr(RondIndex) index = NULL;
	int fd;

	if (rond_part_distrusts(self->part))
		rond_cache_dir_discard(cache, self->key, "index");
	fd = rond_cache_dir_open(cache, self->key, "index");
	if (fd < 0)
		return FALSE;
	index = rond_index_open(fd, NULL);
	if (!index || !is_usable(self, index)) {
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
	    .thorough = self->thorough,
	    .make_copy = make_copy,
	    .copy_limit = copy_limit(self),
	    .progress = on_progress,
	    .data = self,
	    .cancellable = self->indexer->cancellable,
	};

	if (self->indexer->config.confine)
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

static void number(Job *self, int fd)
{
	rond_kin_number(&self->indexer->config.kin, self->part, self->key, fd,
			peek, self->indexer);
}

static gboolean number_and_take(Job *self, int fd, GError **error)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->indexer->numbering);

	number(self, fd);
	return take(self, fd, error);
}

static gboolean needs_copy(const Job *self)
{
	const RondDetected *detected = &backup_of(self)->detected;

	return detected->format && detected->format->copies;
}

/* The disk was filled since room was found on it, as @error says, which is
 * cleared: a file to begin anew in. */
static int begin_in_memory(Job *self, GError **error)
{
	if (self->copy >= 0)
		close(self->copy);
	self->copy = -1;
	g_clear_error(error);
	return rond_cache_dir_create_in_memory(error);
}

/* An empty file for an index of about the usual size. */
static int create_index(Job *self, gboolean in_memory, GError **error)
{
	return rond_cache_dir_create(
	    self->indexer->config.cache_dir,
	    backup_of(self)->item->size / 64 + (1 << 20), in_memory, error);
}

static void build(Job *self)
{
	g_autoptr(GError) error = NULL;
	int fd = create_index(self, TRUE, &error);

	if (fd < 0) {
		fail(self, g_steal_pointer(&error));
		return;
	}
	gboolean ok = first_pass(self, fd, &error);

	if (!ok && rond_error_errno(error) == ENOSPC && !needs_copy(self)) {
		close(fd);
		fd = begin_in_memory(self, &error);
		ok = fd >= 0 && first_pass(self, fd, &error);
	}
	if (!ok || !number_and_take(self, fd, &error))
		fail(self, g_steal_pointer(&error));
	if (fd >= 0)
		close(fd);
}

static gboolean claim(Job *self, GError **error)
{
	return rond_part_claim(self->part, self->key) ||
	       rond_fail(error, ESTALE, "it was changed while it was mounted");
}

/* The part, that rond_part_begin() gave to us, as far as the cache takes it.
 * NULL: it is through; else what is left to do. */
static Job *open_job(RondIndexer *indexer, RondPart *part)
{
	g_autoptr(Job) self = job_new(indexer, part);
	g_autoptr(GError) error = NULL;

	if (g_cancellable_set_error_if_cancelled(indexer->cancellable,
						 &error) ||
	    !open_source(self, &error) || !claim(self, &error)) {
		fail(self, g_steal_pointer(&error));
		return NULL;
	}
	return open_cached(self) ? NULL : g_steal_pointer(&self);
}

static gboolean is_thorough(RondPart *part)
{
	g_autoptr(RondContent) content = rond_part_content(part, NULL);

	return !content ||
	       rond_index_meta(rond_content_index(content))->thorough;
}

/* What was not needed to serve @part is read when there is nothing to do. */
static void complete_later(RondIndexer *self, RondPart *part)
{
	if (rond_cache_dir_path(self->config.cache_dir) && !is_thorough(part))
		g_thread_pool_push(self->idle, rond_part_ref(part), NULL);
}

/* Keep the index @fd for the next mount, and say what is wrong now. */
static void replace(Job *self, int fd)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->indexer->numbering);
	g_autoptr(RondIndex) index = NULL;

	number(self, fd);
	index = rond_index_open(dup(fd), NULL);
	if (!index)
		return;
	rond_cache_dir_commit(self->indexer->config.cache_dir, fd, self->key,
			      "index");
	rond_part_judge(self->part, index);
	if (self->indexer->config.finished)
		self->indexer->config.finished(self->part,
					       self->indexer->config.data);
}

/* FALSE: cancelled. */
static gboolean wait_for_quiet(RondIndexer *self, RondPart *part)
{
	GPollFD end;
	gint64 left;

	if (!g_cancellable_make_pollfd(self->cancellable, &end))
		return TRUE;
	while ((left = rond_part_last_use(part) + QUIET_US -
		       g_get_monotonic_time()) > 0 &&
	       !g_cancellable_is_cancelled(self->cancellable))
		g_poll(&end, 1, (gint)(left / 1000) + 1);
	g_cancellable_release_fd(self->cancellable);
	return !g_cancellable_is_cancelled(self->cancellable);
}

/* Read all of a part that is being served: the next mount has the use of it.
 * Its numbers stay as they are in this one. */
static void complete(RondIndexer *indexer, RondPart *part)
{
	g_autoptr(Job) self = job_new(indexer, part);
	int fd;

	self->thorough = TRUE;
	if (is_thorough(part) || !wait_for_quiet(indexer, part) ||
	    !open_source(self, NULL))
		return;
	fd = create_index(self, FALSE, NULL);
	if (fd < 0)
		return;
	if (first_pass(self, fd, NULL))
		replace(self, fd);
	close(fd);
}

static void run_opener(gpointer data, gpointer indexer)
{
	g_autoptr(RondPart) part = data;
	RondIndexer *self = indexer;
	Job *job = open_job(self, part);

	if (job)
		g_thread_pool_push(self->builders, job, NULL);
	else
		complete_later(self, part);
}

static void run_builder(gpointer data, gpointer indexer)
{
	g_autoptr(Job) job = data;

	build(job);
	complete_later(indexer, job->part);
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

	become_idle();
	if (rond_part_begin(part))
		job = open_job(indexer, part);
	if (job)
		build(job);
	complete(indexer, part);
}

RondIndexer *rond_indexer_new(const RondIndexerConfig *config)
{
	RondIndexer *self = g_new0(RondIndexer, 1);
	gint cores = (gint)g_get_num_processors();

	self->config = *config;
	self->cancellable = g_cancellable_new();
	g_mutex_init(&self->numbering);
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
	/* Each gives work to those behind it. */
	g_thread_pool_free(self->openers, FALSE, TRUE);
	g_thread_pool_free(self->builders, FALSE, TRUE);
	g_thread_pool_free(self->idle, FALSE, TRUE);
	g_object_unref(self->cancellable);
	g_mutex_clear(&self->numbering);
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
