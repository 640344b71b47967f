/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/timeline.h"

#include "backends/error.h"
#include "backends/index/compare.h"
#include "fs/view.h"

#include <errno.h>
#include <string.h>

/* On the way from the oldest stop to the newest. */
typedef struct {
	RondTimeline *line;
	gboolean specials;
	/* Entries of the oldest stop → their span, number + 1. */
	guint32 *oldest;
	guint32 n_oldest;
	/* Paths that came or changed → their span, number + 1. */
	GHashTable *open;
} Maker;

static void stop_free(gpointer data)
{
	RondStop *self = data;

	rond_content_unref(self->content);
	rond_part_unref(self->part);
	g_free(self->snapshot);
	g_free(self);
}

static RondTimeline *timeline_new(const char *name)
{
	RondTimeline *self = g_new0(RondTimeline, 1);

	self->name = g_strdup(name);
	self->stops = g_ptr_array_new_with_free_func(stop_free);
	self->spans = g_array_new(FALSE, FALSE, sizeof(RondSpan));
	self->unread = g_ptr_array_new_with_free_func(g_free);
	return self;
}

void rond_timeline_free(RondTimeline *self)
{
	g_ptr_array_unref(self->unread);
	g_array_unref(self->spans);
	g_ptr_array_unref(self->stops);
	g_free(self->name);
	g_free(self);
}

static const RondStop *nth_stop(const RondTimeline *self, guint n)
{
	return self->stops->pdata[n];
}

static const RondIndex *nth_index(const RondTimeline *self, guint n)
{
	return rond_content_index(nth_stop(self, n)->content);
}

static RondSpan *nth_span(const RondTimeline *self, guint n)
{
	return &g_array_index(self->spans, RondSpan, n);
}

static void sleep_for(RondPart *part)
{
	g_autoptr(RondJob) job = rond_part_job(part);

	rond_job_sleep(job, G_MAXINT64);
}

/* NULL with @error. What many backups made the library let go of comes back,
 * and stays as long as somebody holds it. */
static RondContent *wait_for_content(RondLibrary *library, RondPart *part,
				     GError **error)
{
	GError *cause = NULL;

	for (;;) {
		RondContent *content = rond_part_content(part, &cause);

		if (content)
			return content;
		if (cause) {
			g_propagate_error(error, cause);
			return NULL;
		}
		rond_library_request(library, part);
		sleep_for(part);
	}
}

static RondContent *open_content(RondLibrary *library, RondPart *part,
				 const RondBackup *backup, GError **error)
{
	if (!part) {
		rond_fail(error, ESTALE, "it was deleted");
		return NULL;
	}
	if (backup->kind == ROND_BACKUP_FOLDER) {
		rond_fail(error, ENOTSUP, "a folder has no index");
		return NULL;
	}
	return wait_for_content(library, part, error);
}

static void add_stop(RondTimeline *self, RondLibrary *library,
		     const RondSnapshot *snapshot, const RondBackup *backup)
{
	g_autoptr(RondPart) part = rond_library_part(library, backup);
	g_autoptr(GError) error = NULL;
	RondContent *content = open_content(library, part, backup, &error);
	RondStop *stop;

	if (!content) {
		g_ptr_array_add(
		    self->unread,
		    g_strdup_printf("%s: %s", snapshot->name, error->message));
		return;
	}
	stop = g_new0(RondStop, 1);
	stop->snapshot = g_strdup(snapshot->name);
	stop->time = backup->time;
	stop->content = content;
	stop->root = rond_view_top(rond_library_config(library), part,
				   rond_content_index(content));
	stop->part = g_steal_pointer(&part);
	g_ptr_array_add(self->stops, stop);
}

static const RondPlacedPart *find_part(const RondSnapshot *snapshot,
				       const char *name)
{
	for (guint i = 0; i < snapshot->parts->len; i++) {
		const RondPlacedPart *placed = snapshot->parts->pdata[i];

		if (!strcmp(placed->name, name))
			return placed;
	}
	return NULL;
}

/* Returns how many are folders that are passed through. */
static guint add_stops(RondTimeline *self, RondLibrary *library)
{
	g_autoptr(RondCatalog) catalog = rond_library_catalog(library);
	guint folders = 0;

	for (guint i = 0; i < catalog->snapshots->len; i++) {
		const RondSnapshot *snapshot = catalog->snapshots->pdata[i];
		const RondPlacedPart *placed = find_part(snapshot, self->name);

		if (!placed)
			continue;
		folders += placed->backup->kind == ROND_BACKUP_FOLDER;
		add_stop(self, library, snapshot, placed->backup);
	}
	return folders;
}

/* That there is something to compare. */
static gboolean check_stops(const RondTimeline *self, guint folders,
			    GError **error)
{
	if (self->stops->len)
		return TRUE;
	if (!self->unread->len)
		return rond_fail(error, ENOENT, "%s: no snapshot has it",
				 self->name);
	return rond_fail(error, folders == self->unread->len ? ENOTSUP : EIO,
			 "%s: %s", self->name,
			 (const char *)self->unread->pdata[0]);
}

static guint32 begin(Maker *self, guint first, guint32 entry, guint flags)
{
	const RondSpan span = {
	    .first = first,
	    .last = self->line->stops->len - 1,
	    .entry = entry,
	    .last_entry = ROND_INDEX_NONE,
	    .before = ROND_NO_SPAN,
	    .flags = flags,
	};

	g_array_append_val(self->line->spans, span);
	return self->line->spans->len - 1;
}

static RondDeltaTree tree_of(const RondTimeline *self, guint n)
{
	return (RondDeltaTree){nth_index(self, n), nth_stop(self, n)->root};
}

/* All that the oldest stop has begins with it. */
static void begin_oldest(Maker *self)
{
	const RondDeltaTree none = {NULL, 0};
	const RondDeltaTree oldest = tree_of(self->line, 0);
	g_autoptr(GArray) all = rond_delta(&none, &oldest, self->specials);

	for (guint i = 0; i < all->len; i++) {
		guint32 entry = g_array_index(all, RondChange, i).new;

		self->oldest[entry] = begin(self, 0, entry, 0) + 1;
	}
}

/* The span that @path is in at the moment, or ROND_NO_SPAN. */
static guint32 find_open(const Maker *self, const char *path)
{
	guint32 found = GPOINTER_TO_UINT(g_hash_table_lookup(self->open, path));
	guint32 entry;

	if (found)
		return found - 1;
	entry = rond_view_find(nth_index(self->line, 0),
			       nth_stop(self->line, 0)->root, path);
	if (entry >= self->n_oldest || !self->oldest[entry])
		return ROND_NO_SPAN;
	return self->oldest[entry] - 1;
}

/* Returns the span that ended in stop @last, or ROND_NO_SPAN. */
static guint32 end(Maker *self, guint last, guint32 entry, const char *path)
{
	guint32 found = find_open(self, path);

	if (found != ROND_NO_SPAN) {
		RondSpan *span = nth_span(self->line, found);

		span->last = last;
		span->last_entry = entry;
	}
	return found;
}

static void take(Maker *self, guint last, const RondChange *change)
{
	gboolean ends = change->old != ROND_INDEX_NONE;
	guint at = ends ? last : last + 1;
	g_autofree char *path = rond_view_path(
	    nth_index(self->line, at), nth_stop(self->line, at)->root,
	    ends ? change->old : change->new);
	guint32 before = ROND_NO_SPAN, next;

	if (ends)
		before = end(self, last, change->old, path);
	if (change->new == ROND_INDEX_NONE) {
		g_hash_table_remove(self->open, path);
		return;
	}
	next = begin(self, last + 1, change->new, change->flags);
	nth_span(self->line, next)->before = before;
	g_hash_table_replace(self->open, g_steal_pointer(&path),
			     GUINT_TO_POINTER(next + 1));
}

/* From stop @last to the one behind it. */
static void compare(Maker *self, guint last)
{
	const RondDeltaTree old = tree_of(self->line, last);
	const RondDeltaTree new = tree_of(self->line, last + 1);
	g_autoptr(GArray) changes = rond_delta(&old, &new, self->specials);

	for (guint i = 0; i < changes->len; i++) {
		const RondChange *change =
		    &g_array_index(changes, RondChange, i);

		if (change->kind != ROND_DELTA_TOUCHED)
			take(self, last, change);
	}
}

/* The child of folder @dir of @index that is called as @entry of @from; most
 * often it is @guess. */
static guint32 find_child(const RondIndex *index, guint32 dir, guint32 guess,
			  const RondIndex *from, guint32 entry)
{
	const RondIndexEntry *record = rond_index_entry(from, entry);
	const RondIndexEntry *other = rond_index_entry(index, guess);
	const char *name;
	gsize len;

	if (record && other && other->parent == dir &&
	    !rond_compare_names(index, other, from, record))
		return guess;
	name = rond_index_name(from, record, &len);
	return rond_index_lookup(index, dir, name, len);
}

/* What the entries of the oldest stop that are still there are in the newest:
 * folders come before what is in them, so that no path is needed. */
static void find_last_of_oldest(Maker *self)
{
	const RondTimeline *line = self->line;
	guint last = line->stops->len - 1;
	const RondIndex *newest = nth_index(line, last);
	const RondIndex *oldest = nth_index(line, 0);
	guint32 *known = self->oldest; /* needed no more */
	guint32 guess = 0;

	memset(known, 0xff, self->n_oldest * sizeof(*known));
	known[nth_stop(line, 0)->root] = nth_stop(line, last)->root;
	for (guint i = 0; i < line->spans->len; i++) {
		RondSpan *span = nth_span(line, i);
		const RondIndexEntry *entry =
		    rond_index_entry(oldest, span->entry);

		if (span->first)
			break;
		if (span->last_entry != ROND_INDEX_NONE || !entry ||
		    entry->parent >= self->n_oldest)
			continue;
		guess = find_child(newest, known[entry->parent], guess + 1,
				   oldest, span->entry);
		span->last_entry = known[span->entry] = guess;
	}
}

/* The same of those that came later. */
static void find_last_of_others(const RondTimeline *self)
{
	guint last = self->stops->len - 1;

	for (guint i = self->spans->len; i; i--) {
		RondSpan *span = nth_span(self, i - 1);
		g_autofree char *path = NULL;

		if (!span->first)
			break;
		if (span->last_entry != ROND_INDEX_NONE)
			continue;
		path = rond_timeline_path(self, span);
		span->last_entry = rond_view_find(
		    nth_index(self, last), nth_stop(self, last)->root, path);
	}
}

static void make(RondTimeline *line, const RondConfig *config)
{
	g_autoptr(GHashTable) open =
	    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	guint32 n = MAX(rond_index_n_entries(nth_index(line, 0)),
			nth_stop(line, 0)->root + 1);
	g_autofree guint32 *oldest = g_new0(guint32, n);
	Maker self = {line, config->keep_special, oldest, n, open};

	begin_oldest(&self);
	for (guint i = 0; i + 1 < line->stops->len; i++)
		compare(&self, i);
	find_last_of_oldest(&self);
	find_last_of_others(line);
}

/* FALSE: an index proved to be broken while it was read. */
static gboolean check_sound(const RondTimeline *self, RondLibrary *library,
			    GError **error)
{
	for (guint i = 0; i < self->stops->len; i++) {
		const RondStop *stop = nth_stop(self, i);

		if (rond_index_recheck(nth_index(self, i)))
			continue;
		rond_library_request(library, stop->part);
		return rond_fail(error, EAGAIN, "%s: its index was broken",
				 rond_part_backup(stop->part)->source);
	}
	return TRUE;
}

RondTimeline *rond_timeline_new(RondLibrary *library, const char *name,
				GError **error)
{
	g_autoptr(RondTimeline) self = timeline_new(name);
	guint folders = add_stops(self, library);

	if (!check_stops(self, folders, error))
		return NULL;
	make(self, rond_library_config(library));
	return check_sound(self, library, error) ? g_steal_pointer(&self)
						 : NULL;
}

char *rond_timeline_path(const RondTimeline *self, const RondSpan *span)
{
	return rond_view_path(nth_index(self, span->first),
			      nth_stop(self, span->first)->root, span->entry);
}

const RondIndexEntry *rond_timeline_entry(const RondTimeline *self,
					  const RondSpan *span)
{
	const RondIndex *index = nth_index(self, span->first);

	return rond_index_entry(index, rond_index_inode(index, span->entry));
}

gboolean rond_timeline_is_present(const RondTimeline *self,
				  const RondSpan *span)
{
	return span->last + 1 == self->stops->len;
}
