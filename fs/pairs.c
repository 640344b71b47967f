/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/pairs.h"

#include <string.h>

/* So many, and so many bytes of them, but always the one used last. */
#define MAX_CHANGES 16
#define MAX_MEMORY (16 << 20)
#define MAX_NUMBER ((1u << ROND_PAIR_BITS) - 1)

typedef struct {
	guint32 number;
	RondPair *pair;
	guint64 lookups;
	GArray *sources;      /* what is known of them by now */
	RondChanges *changes; /* or NULL */
	RondRowChanges *rows; /* or NULL */
	GList link;	      /* of those with changes, last used first */
} Record;

struct RondPairs {
	GMutex lock;	       /* of what follows */
	GHashTable *by_number; /* → Record; owns them */
	GHashTable *by_name;   /* the latest of each */
	GQueue used;
	gsize memory; /* of theirs */
};

RondPair *rond_pair_new(const char *name, const char *old, const char *new,
			GArray *sources)
{
	RondPair *self = g_new0(RondPair, 1);

	g_atomic_ref_count_init(&self->refs);
	self->name = g_strdup(name);
	self->old = g_strdup(old);
	self->new = g_strdup(new);
	self->target = g_strconcat(old, "..", new, NULL);
	self->sources = sources;
	return self;
}

RondPair *rond_pair_ref(RondPair *self)
{
	g_atomic_ref_count_inc(&self->refs);
	return self;
}

void rond_pair_unref(RondPair *self)
{
	if (!g_atomic_ref_count_dec(&self->refs))
		return;
	g_array_unref(self->sources);
	g_free(self->target);
	g_free(self->new);
	g_free(self->old);
	g_free(self->name);
	g_free(self);
}

gboolean rond_pair_is_link(const RondPair *self)
{
	return strcmp(self->name, self->target) != 0;
}

/* Whether what was made of @known is still right. What could not be opened may
 * be tried again. */
static gboolean is_same_source(const RondPairSource *known,
			       const RondPairSource *now)
{
	if (known->part != now->part)
		return FALSE;
	return known->depth == now->depth ||
	       known->depth == ROND_DEPTH_UNKNOWN ||
	       (now->depth == ROND_DEPTH_UNKNOWN &&
		known->depth != ROND_DEPTH_NONE);
}

static const RondPairSource *nth_source(const GArray *sources, guint i)
{
	return &g_array_index(sources, RondPairSource, i);
}

static gboolean are_same_sources(const GArray *known, const GArray *now)
{
	if (known->len != now->len)
		return FALSE;
	for (guint i = 0; i < known->len; i++)
		if (!is_same_source(nth_source(known, i), nth_source(now, i)))
			return FALSE;
	return TRUE;
}

static gboolean is_same(const Record *record, const RondPair *pair)
{
	return !strcmp(record->pair->name, pair->name) &&
	       !strcmp(record->pair->target, pair->target) &&
	       are_same_sources(record->sources, pair->sources);
}

static void learn(GArray *sources, const GArray *from)
{
	for (guint i = 0; i < sources->len; i++)
		if (nth_source(from, i)->depth != ROND_DEPTH_UNKNOWN)
			g_array_index(sources, RondPairSource, i) =
			    *nth_source(from, i);
}

static void record_free(gpointer data)
{
	Record *self = data;

	g_clear_pointer(&self->changes, rond_changes_unref);
	g_clear_pointer(&self->rows, rond_row_changes_unref);
	g_array_unref(self->sources);
	rond_pair_unref(self->pair);
	g_free(self);
}

RondPairs *rond_pairs_new(void)
{
	RondPairs *self = g_new0(RondPairs, 1);

	g_mutex_init(&self->lock);
	self->by_number = g_hash_table_new_full(NULL, NULL, NULL, record_free);
	self->by_name = g_hash_table_new(g_str_hash, g_str_equal);
	g_queue_init(&self->used);
	return self;
}

void rond_pairs_free(RondPairs *self)
{
	g_hash_table_unref(self->by_name);
	g_hash_table_unref(self->by_number);
	g_mutex_clear(&self->lock);
	g_free(self);
}

/* From here on: with the lock. */

static Record *find(RondPairs *self, guint32 number)
{
	return g_hash_table_lookup(self->by_number, GUINT_TO_POINTER(number));
}

/* The record of @pair as it is now, or NULL, and the number to give it. */
static Record *find_pair(RondPairs *self, const RondPair *pair, guint32 *number)
{
	Record *record = g_hash_table_lookup(self->by_name, pair->name);

	if (record && is_same(record, pair)) {
		*number = record->number;
		return record;
	}
	*number = pair->number % MAX_NUMBER + 1;
	while (find(self, *number))
		*number = *number % MAX_NUMBER + 1;
	return NULL;
}

static Record *add(RondPairs *self, RondPair *pair, guint32 number)
{
	Record *record = g_new0(Record, 1);

	record->number = number;
	record->pair = rond_pair_ref(pair);
	record->sources = g_array_copy(pair->sources);
	record->link.data = record;
	g_hash_table_insert(self->by_number, GUINT_TO_POINTER(number), record);
	/* With its own name as the key: an earlier one's goes with it. */
	g_hash_table_replace(self->by_name, pair->name, record);
	return record;
}

static void let_go(RondPairs *self, Record *record)
{
	if (!record->changes)
		return;
	g_queue_unlink(&self->used, &record->link);
	self->memory -= rond_changes_memory(record->changes);
	g_clear_pointer(&record->changes, rond_changes_unref);
	g_clear_pointer(&record->rows, rond_row_changes_unref);
}

static void drop(RondPairs *self, Record *record)
{
	const char *name = record->pair->name;

	let_go(self, record);
	if (g_hash_table_lookup(self->by_name, name) == record)
		g_hash_table_remove(self->by_name, name);
	g_hash_table_remove(self->by_number, GUINT_TO_POINTER(record->number));
}

static void take(RondPairs *self, Record *record, RondChanges *changes)
{
	record->changes = rond_changes_ref(changes);
	g_queue_push_head_link(&self->used, &record->link);
	self->memory += rond_changes_memory(changes);
	while (self->used.length > MAX_CHANGES ||
	       (self->used.length > 1 && self->memory > MAX_MEMORY))
		let_go(self, g_queue_peek_tail(&self->used));
}

/* To here. */

guint32 rond_pairs_number(RondPairs *self, const RondPair *pair)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);
	guint32 number;

	find_pair(self, pair, &number);
	return number;
}

guint32 rond_pairs_enter(RondPairs *self, RondPair *pair)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);
	guint32 number;
	Record *record = find_pair(self, pair, &number);

	if (!record)
		record = add(self, pair, number);
	learn(record->sources, pair->sources);
	record->lookups++;
	return number;
}

void rond_pairs_hold(RondPairs *self, guint32 number)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);
	Record *record = find(self, number);

	if (record)
		record->lookups++;
}

void rond_pairs_forget(RondPairs *self, guint32 number, guint64 n)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);
	Record *record = find(self, number);

	if (!record)
		return;
	record->lookups -= MIN(n, record->lookups);
	if (!record->lookups)
		drop(self, record);
}

RondPair *rond_pairs_get(RondPairs *self, guint32 number)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);
	const Record *record = find(self, number);

	return record ? rond_pair_ref(record->pair) : NULL;
}

RondChanges *rond_pairs_changes(RondPairs *self, guint32 number)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);
	Record *record = find(self, number);

	if (!record || !record->changes)
		return NULL;
	g_queue_unlink(&self->used, &record->link);
	g_queue_push_head_link(&self->used, &record->link);
	return rond_changes_ref(record->changes);
}

RondRowChanges *rond_pairs_rows(RondPairs *self, guint32 number)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);
	Record *record = find(self, number);

	return record && record->rows ? rond_row_changes_ref(record->rows)
				      : NULL;
}

void rond_pairs_set_rows(RondPairs *self, guint32 number, RondRowChanges *rows)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);
	Record *record = find(self, number);

	if (record && !record->rows)
		record->rows = rond_row_changes_ref(rows);
}

gboolean rond_pairs_set_changes(RondPairs *self, guint32 number,
				RondChanges *changes, const GArray *sources)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);
	Record *record = find(self, number);

	if (!record || !are_same_sources(record->sources, sources))
		return FALSE;
	learn(record->sources, sources);
	/* Another thread may have been faster. */
	if (!record->changes)
		take(self, record, changes);
	return TRUE;
}
