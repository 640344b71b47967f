/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/part.h"

#include "backends/error.h"

#include <errno.h>

struct RondPart {
	gatomicrefcount refs;
	guint32 number;
	RondBackup *backup;
	char *snapshot, *name;
	GMutex lock; /* of what follows */
	RondPartState state;
	gboolean gone;
	RondContent *content;
	GError *failure;
	char *message;
	guint64 bytes_read;
	gint64 last_use; /* monotonic, microseconds */
	GQueue waiters;
};

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
	g_queue_init(&self->waiters);
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
	g_assert(g_queue_is_empty(&self->waiters));
	g_clear_pointer(&self->content, rond_content_unref);
	g_clear_error(&self->failure);
	g_free(self->message);
	g_free(self->snapshot);
	g_free(self->name);
	rond_backup_unref(self->backup);
	g_mutex_clear(&self->lock);
	g_free(self);
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

void rond_part_info(RondPart *self, RondPartInfo *info)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);

	*info = (RondPartInfo){
	    .state = self->gone ? ROND_PART_GONE : self->state,
	    .bytes_read = self->bytes_read,
	    .bytes_total = self->backup->item->size,
	    .message = g_strdup(self->message),
	};
	if (self->content) {
		RondIndex *index = rond_content_index(self->content);
		const RondIndexMeta *meta = rond_index_meta(index);

		info->entries = rond_index_n_entries(index) - 1;
		info->content_bytes = meta->content_bytes;
		info->specials = meta->specials;
		info->setids = meta->setids;
	}
}

void rond_part_info_clear(RondPartInfo *info)
{
	g_clear_pointer(&info->message, g_free);
}

RondContent *rond_part_content(RondPart *self, GError **error)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);

	if (self->content) {
		self->last_use = g_get_monotonic_time();
		return rond_content_ref(self->content);
	}
	if (self->failure)
		g_propagate_error(error, g_error_copy(self->failure));
	else if (self->gone)
		rond_fail(error, ESTALE, "%s: it was deleted",
			  self->backup->source);
	return NULL;
}

gboolean rond_part_wait(RondPart *self, RondWaiter *waiter)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);

	if (self->state != ROND_PART_INDEXING)
		return FALSE;
	waiter->link = (GList){.data = waiter};
	g_queue_push_tail_link(&self->waiters, &waiter->link);
	return TRUE;
}

gboolean rond_part_unwait(RondPart *self, RondWaiter *waiter)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);

	if (!waiter->link.data)
		return FALSE;
	g_queue_unlink(&self->waiters, &waiter->link);
	waiter->link.data = NULL;
	return TRUE;
}

gboolean rond_part_begin(RondPart *self)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);

	if (self->state != ROND_PART_UNINDEXED || self->gone)
		return FALSE;
	self->state = ROND_PART_INDEXING;
	return TRUE;
}

void rond_part_progress(RondPart *self, guint64 bytes)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);

	self->bytes_read = bytes;
}

/* One at a time and without the lock: who is woken takes it himself, and may
 * free what his waiter is part of. */
static void wake_all(RondPart *self)
{
	for (;;) {
		g_mutex_lock(&self->lock);
		GList *link = g_queue_pop_head_link(&self->waiters);
		RondWaiter *waiter = link ? link->data : NULL;

		if (link)
			link->data = NULL;
		g_mutex_unlock(&self->lock);
		if (!waiter)
			return;
		waiter->wake(waiter);
	}
}

/* The worst finding decides the state; its words, and how many more there
 * are, are the message. */
static RondPartState judge(const RondIndex *index, char **message)
{
	RondPartState state = ROND_PART_READY;
	RondFinding finding, worst = {.kind = ROND_FINDING_NOTE};
	gsize n = rond_index_n_findings(index);

	for (gsize i = 0; i < n; i++) {
		if (!rond_index_finding(index, i, &finding) ||
		    (worst.message && finding.kind <= worst.kind))
			continue;
		worst = finding;
	}
	if (!worst.message)
		return state;
	if (worst.kind == ROND_FINDING_LOST)
		state = ROND_PART_INCOMPLETE;
	else if (worst.kind == ROND_FINDING_DAMAGED)
		state = ROND_PART_DAMAGED;
	*message = n > 1 ? g_strdup_printf("%s (and %" G_GSIZE_FORMAT " more)",
					   worst.message, n - 1)
			 : g_strdup(worst.message);
	return state;
}

void rond_part_set_content(RondPart *self, RondContent *content)
{
	char *message = NULL;
	RondPartState state = judge(rond_content_index(content), &message);

	g_mutex_lock(&self->lock);
	self->content = rond_content_ref(content);
	self->state = state;
	g_free(self->message);
	self->message = message;
	self->bytes_read = self->backup->item->size;
	self->last_use = g_get_monotonic_time();
	g_mutex_unlock(&self->lock);
	wake_all(self);
}

void rond_part_set_failed(RondPart *self, const GError *error)
{
	g_mutex_lock(&self->lock);
	self->failure = g_error_copy(error);
	self->state = ROND_PART_FAILED;
	g_free(self->message);
	self->message = g_strdup(error->message);
	g_mutex_unlock(&self->lock);
	wake_all(self);
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
}

void rond_part_set_gone(RondPart *self)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);

	self->gone = TRUE;
}

gboolean rond_part_retire(RondPart *self, gint64 idle_us)
{
	g_autoptr(RondContent) content = NULL;
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);

	if (self->content && g_get_monotonic_time() - self->last_use >= idle_us)
		content = g_steal_pointer(&self->content);
	return self->gone && !self->content &&
	       self->state != ROND_PART_INDEXING;
}
