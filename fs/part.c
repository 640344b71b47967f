/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/part.h"

#include "backends/error.h"
#include "fs/verdict.h"

#include <errno.h>
#include <string.h>

/* What failed by a cause that may pass is tried again after so long, and each
 * time twice as long. */
#define RETRY_US (5 * G_USEC_PER_SEC)
#define MAX_DOUBLINGS 7
/* An index that is broken so often is not going to get better. */
#define MAX_REBUILDS 3

struct RondPart {
	gatomicrefcount refs;
	guint32 number;
	RondBackup *backup;
	char *snapshot, *name;
	/* Atomic: RondKinState, gboolean, gboolean. */
	gint kin, settled, was_settled;
	guint ino_base; /* atomic */
	gint *news;	/* or NULL; atomic */
	GMutex lock;	/* of what follows */
	RondPartState state;
	gboolean gone;
	RondJob *job; /* of the indexer, if it is at it */
	RondContent *content;
	RondPartInfo known; /* of the content, once there was one */
	char *key;	    /* of the content, the same */
	gboolean distrust;  /* of the index in the cache */
	guint rebuilds;	    /* for that reason */
	GError *failure;
	guint failures;	 /* one after the other */
	gint64 retry_at; /* monotonic, microseconds; NEVER: it is for good */
	char *message;
	char *reported; /* damage that reads have found */
	guint64 bytes_read;
	gint64 last_use; /* monotonic, microseconds */
};

#define NEVER G_MAXINT64

const char *rond_part_state_name(RondPartState state)
{
	static const char *const names[] = {
	    [ROND_PART_UNINDEXED] = "unindexed",
	    [ROND_PART_INDEXING] = "indexing",
	    [ROND_PART_READY] = "ready",
	    [ROND_PART_DAMAGED] = "damaged",
	    [ROND_PART_INCOMPLETE] = "incomplete",
	    [ROND_PART_FAILED] = "failed",
	    [ROND_PART_GONE] = "gone",
	};

	return names[state];
}

RondPart *rond_part_new(guint32 number, RondBackup *backup,
			const char *snapshot, const char *name)
{
	RondPart *self = g_new0(RondPart, 1);

	g_atomic_ref_count_init(&self->refs);
	g_mutex_init(&self->lock);
	self->number = number;
	self->backup = rond_backup_ref(backup);
	self->snapshot = g_strdup(snapshot);
	self->name = g_strdup(name);
	/* A folder is served as it lies there. */
	if (backup->kind == ROND_BACKUP_FOLDER)
		self->state = ROND_PART_READY;
	return self;
}

RondPart *rond_part_ref(RondPart *self)
{
	g_atomic_ref_count_inc(&self->refs);
	return self;
}

void rond_part_unref(RondPart *self)
{
	if (!g_atomic_ref_count_dec(&self->refs))
		return;
	g_clear_pointer(&self->job, rond_job_unref);
	g_clear_pointer(&self->news, g_atomic_rc_box_release);
	g_clear_pointer(&self->content, rond_content_unref);
	g_clear_error(&self->failure);
	g_free(self->message);
	g_free(self->reported);
	g_free(self->key);
	g_free(self->snapshot);
	g_free(self->name);
	rond_backup_unref(self->backup);
	g_mutex_clear(&self->lock);
	g_free(self);
}

void rond_part_set_news(RondPart *self, gint *news)
{
	self->news = g_atomic_rc_box_acquire(news);
}

guint32 rond_part_number(const RondPart *self)
{
	return self->number;
}

const RondBackup *rond_part_backup(const RondPart *self)
{
	return self->backup;
}

const char *rond_part_snapshot(const RondPart *self)
{
	return self->snapshot;
}

const char *rond_part_name(const RondPart *self)
{
	return self->name;
}

RondKinState rond_part_kin(RondPart *self)
{
	return (RondKinState)g_atomic_int_get(&self->kin);
}

void rond_part_set_kin(RondPart *self, RondKinState state)
{
	g_atomic_int_set(&self->kin, (gint)state);
}

void rond_part_note_absent(RondPart *self)
{
	g_atomic_int_compare_and_exchange(&self->kin, ROND_KIN_UNKNOWN,
					  ROND_KIN_ABSENT);
}

gboolean rond_part_is_settled(RondPart *self)
{
	return g_atomic_int_get(&self->settled);
}

void rond_part_set_settled(RondPart *self, gboolean settled)
{
	g_atomic_int_set(&self->settled, settled);
	if (settled)
		g_atomic_int_set(&self->was_settled, TRUE);
}

gboolean rond_part_was_settled(RondPart *self)
{
	return g_atomic_int_get(&self->was_settled);
}

guint rond_part_ino_base(RondPart *self)
{
	return (guint)g_atomic_int_get(&self->ino_base);
}

void rond_part_set_ino_base(RondPart *self, guint base)
{
	g_atomic_int_set(&self->ino_base, base);
}

void rond_part_info(RondPart *self, RondPartInfo *info)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);

	*info = self->known;
	info->state = self->gone ? ROND_PART_GONE : self->state;
	info->bytes_read = self->bytes_read;
	info->bytes_total = self->backup->item->size;
	info->message = g_strdup(self->message);
}

void rond_part_info_clear(RondPartInfo *info)
{
	g_clear_pointer(&info->message, g_free);
}

static void tell_news(RondPart *self)
{
	if (self->news)
		g_atomic_int_inc(self->news);
}

static void set_failure(RondPart *self, const GError *error)
{
	g_clear_error(&self->failure);
	self->failure = g_error_copy(error);
	self->state = ROND_PART_FAILED;
	g_free(self->message);
	self->message = g_strdup(error->message);
}

/* With the lock: the index file is damaged, on a disk that may be. */
static void drop_broken(RondPart *self)
{
	self->state = ROND_PART_UNINDEXED;
	self->distrust = TRUE;
	tell_news(self);
	g_clear_pointer(&self->message, g_free);
	g_clear_pointer(&self->reported, g_free);
	if (++self->rebuilds <= MAX_REBUILDS)
		return;
	g_autoptr(GError) error = NULL;

	rond_fail(&error, EIO,
		  "its index is damaged each time it was made; look at the "
		  "disk of the cache folder, or give another --cache-dir");
	set_failure(self, error);
	self->retry_at = NEVER;
}

/* With the lock. */
static gboolean is_broken(const RondPart *self)
{
	return self->content &&
	       rond_index_is_broken(rond_content_index(self->content));
}

static gboolean may_retry(const RondPart *self)
{
	return g_get_monotonic_time() >= self->retry_at;
}

RondContent *rond_part_content(RondPart *self, GError **error)
{
	g_autoptr(RondContent) broken = NULL;
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);

	if (is_broken(self)) {
		broken = g_steal_pointer(&self->content);
		drop_broken(self);
	}
	if (self->content) {
		self->last_use = g_get_monotonic_time();
		return rond_content_ref(self->content);
	}
	if (self->failure && !may_retry(self))
		g_propagate_error(error, g_error_copy(self->failure));
	else if (self->gone)
		rond_fail(error, ESTALE, "%s: it was deleted",
			  self->backup->source);
	return NULL;
}

RondJob *rond_part_job(RondPart *self)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);
	RondJob *ended;

	if (self->job)
		return rond_job_ref(self->job);
	ended = rond_job_new(self->number);
	rond_job_end(ended);
	return ended;
}

gboolean rond_part_begin(RondPart *self)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);

	if (self->job || self->content || self->gone ||
	    self->backup->kind == ROND_BACKUP_FOLDER ||
	    (self->failure && !may_retry(self)))
		return FALSE;
	self->job = rond_job_new(self->number);
	tell_news(self);
	g_clear_error(&self->failure);
	/* What was ready only has to be opened. */
	if (self->state == ROND_PART_UNINDEXED ||
	    self->state == ROND_PART_FAILED) {
		self->state = ROND_PART_INDEXING;
		self->bytes_read = 0;
		g_clear_pointer(&self->message, g_free);
	}
	return TRUE;
}

void rond_part_retry(RondPart *self)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);

	if (self->retry_at != NEVER)
		self->retry_at = 0;
}

gboolean rond_part_claim(RondPart *self, const char *key)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);

	if (!self->key)
		self->key = g_strdup(key);
	return !strcmp(self->key, key);
}

gboolean rond_part_distrusts(RondPart *self)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);

	return self->distrust;
}

void rond_part_progress(RondPart *self, guint64 bytes)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);

	self->bytes_read = bytes;
	tell_news(self);
}

/* Unlocks @self. */
static void end_job(RondPart *self)
{
	g_autoptr(RondJob) job = g_steal_pointer(&self->job);

	tell_news(self);
	g_mutex_unlock(&self->lock);
	if (job)
		rond_job_end(job);
}

void rond_part_set_content(RondPart *self, RondContent *content)
{
	const RondIndex *index = rond_content_index(content);
	char *message = NULL;
	RondPartState state = rond_verdict(index, &message);

	g_mutex_lock(&self->lock);
	self->distrust = FALSE;
	self->failures = 0;
	self->content = rond_content_ref(content);
	self->known = rond_verdict_info(index);
	if (self->reported && state == ROND_PART_READY) {
		state = ROND_PART_DAMAGED;
		g_free(message);
		message = g_strdup(self->reported);
	}
	self->state = state;
	g_free(self->message);
	self->message = message;
	self->bytes_read = self->backup->item->size;
	self->last_use = g_get_monotonic_time();
	end_job(self);
}

/* Of a disk, a network, or this machine at this moment. */
static gboolean may_pass(const GError *error)
{
	switch (rond_error_errno(error)) {
	case EAGAIN:
	case EINTR:
	case EIO:
	case EMFILE:
	case ENFILE:
	case ENOMEM:
	case ENOSPC:
	case EDQUOT:
	case ENOBUFS:
	case ETIMEDOUT:
		return TRUE;
	}
	return FALSE;
}

void rond_part_set_failed(RondPart *self, const GError *error)
{
	g_mutex_lock(&self->lock);
	set_failure(self, error);
	self->retry_at = NEVER;
	if (may_pass(error))
		self->retry_at =
		    g_get_monotonic_time() +
		    (RETRY_US << MIN(self->failures++, MAX_DOUBLINGS));
	end_job(self);
}

void rond_part_judge(RondPart *self, const RondIndex *index)
{
	g_autofree char *message = NULL;
	RondPartState state = rond_verdict(index, &message);
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);

	if (self->state != ROND_PART_READY)
		return;
	self->state = state;
	g_free(self->message);
	self->message = g_steal_pointer(&message);
}

void rond_part_report(RondPart *self, const char *message)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);

	if (self->state != ROND_PART_READY)
		return;
	self->state = ROND_PART_DAMAGED;
	g_free(self->message);
	self->message = g_strdup(message);
	g_free(self->reported);
	self->reported = g_strdup(message);
	tell_news(self);
}

gint64 rond_part_last_use(RondPart *self)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);

	return self->content ? self->last_use : 0;
}

gboolean rond_part_let_go(RondPart *self)
{
	g_autoptr(RondContent) content = NULL;
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);

	if (!self->content)
		return TRUE;
	/* Of a deleted source there is nothing else to be had. */
	if (self->gone || rond_content_is_shared(self->content))
		return FALSE;
	content = g_steal_pointer(&self->content);
	return TRUE;
}

void rond_part_set_gone(RondPart *self)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);

	self->gone = TRUE;
}

gboolean rond_part_is_gone(RondPart *self)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);

	return self->gone;
}

gboolean rond_part_retire(RondPart *self, gint64 idle_us)
{
	g_autoptr(RondContent) content = NULL;
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);

	if (self->content && g_get_monotonic_time() - self->last_use >= idle_us)
		content = g_steal_pointer(&self->content);
	return self->gone && !self->content && !self->job;
}
