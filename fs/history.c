/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/history.h"

#include "backends/index/layout.h"
#include "fs/numbers.h"

#include <string.h>

#define CHUNK 1024

struct RondHistory {
	guint8 secret[ROND_SECRET_LEN];
	GRWLock lock; /* of what follows */
	/* Version → date of the oldest backup, as @value; of those that are
	 * not as old as their origin. */
	RondNumbers versions;
	GHashTable *origins; /* short → Origin */
	GArray *moved;	     /* guint64: see rond_history_take_moved() */
};

/* Most versions are seen first in the backup that they have their number from,
 * and need no record of their own. */
typedef struct {
	guint64 number;
	gint64 time; /* of the oldest backup whose own it is, NEVER: unknown */
} Origin;

#define NEVER G_MAXINT64

RondHistory *rond_history_new(const guint8 secret[ROND_SECRET_LEN])
{
	RondHistory *self = g_new0(RondHistory, 1);

	memcpy(self->secret, secret, ROND_SECRET_LEN);
	g_rw_lock_init(&self->lock);
	rond_numbers_init(&self->versions);
	self->origins = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	self->moved = g_array_new(FALSE, FALSE, sizeof(guint64));
	return self;
}

void rond_history_free(RondHistory *self)
{
	g_hash_table_unref(self->origins);
	g_array_unref(self->moved);
	rond_numbers_clear(&self->versions);
	g_rw_lock_clear(&self->lock);
	g_free(self);
}

guint64 rond_history_origin(const RondHistory *self, const char *text)
{
	g_autoptr(GHmac) hmac =
	    g_hmac_new(G_CHECKSUM_SHA256, self->secret, ROND_SECRET_LEN);
	guint8 digest[32];
	gsize len = sizeof digest;
	guint64 origin;

	g_hmac_update(hmac, (const guint8 *)text, -1);
	g_hmac_get_digest(hmac, digest, &len);
	memcpy(&origin, digest, sizeof origin);
	return rond_origin_short(origin) ? origin : origin | 1;
}

/* With the lock, as below. */
static Origin *find_origin(RondHistory *self, guint64 origin)
{
	return g_hash_table_lookup(self->origins,
				   GUINT_TO_POINTER(rond_origin_short(origin)));
}

static gboolean origins_fit(RondHistory *self, const RondIndex *index)
{
	guint64 origin;

	for (gsize i = 0; (origin = rond_index_origin(index, i)); i++) {
		const Origin *other = find_origin(self, origin);

		if (other && other->number != origin)
			return FALSE;
	}
	return TRUE;
}

static Origin *add_origin(RondHistory *self, guint64 number)
{
	Origin *origin = find_origin(self, number);

	if (origin)
		return origin;
	origin = g_new(Origin, 1);
	*origin = (Origin){number, NEVER};
	g_hash_table_insert(
	    self->origins, GUINT_TO_POINTER(rond_origin_short(number)), origin);
	return origin;
}

/* Which of its origins are not known to be as old as the backup itself is: the
 * versions from there are looked at. */
typedef struct {
	gboolean any;
	gboolean of[ROND_MAX_ORIGINS];
} Younger;

static void add_origins(RondHistory *self, const RondIndex *index, gint64 time,
			gboolean late, Younger *younger)
{
	guint64 number;

	for (gsize i = 0;
	     i < ROND_MAX_ORIGINS && (number = rond_index_origin(index, i));
	     i++) {
		Origin *origin = add_origin(self, number);

		younger->of[i] = origin->time > time && (i || late);
		if (!i)
			origin->time = MIN(origin->time, time);
		younger->any |= younger->of[i];
	}
}

/* With the lock. */
static void add_version(RondHistory *self, guint64 version, gint64 time,
			gboolean late)
{
	RondNumber *number = rond_numbers_add(&self->versions, version);
	gboolean known = number->count++ != 0;

	if (known && time >= (gint64)number->value)
		return;
	number->value = (guint64)time;
	if (late)
		g_array_append_val(self->moved, version);
}

/* Those who ask for dates don't wait for the entries of a whole archive. */
static void add_chunk(RondHistory *self, const RondIndex *index, guint32 first,
		      const Younger *younger, gint64 time, gboolean late)
{
	guint64 versions[CHUNK];
	guint n = 0;

	for (guint32 i = first; i - first < CHUNK; i++) {
		const RondIndexEntry *entry = rond_index_entry(index, i);

		if (!entry || entry->origin >= ROND_MAX_ORIGINS ||
		    !younger->of[entry->origin])
			continue;
		versions[n] = rond_index_version(index, i);
		n += versions[n] != 0;
	}
	g_rw_lock_writer_lock(&self->lock);
	for (guint i = 0; i < n; i++)
		add_version(self, versions[i], time, late);
	g_rw_lock_writer_unlock(&self->lock);
}

gboolean rond_history_add(RondHistory *self, const RondIndex *index,
			  gint64 time, gboolean late)
{
	Younger younger = {0};
	gboolean fit;

	g_rw_lock_writer_lock(&self->lock);
	fit = origins_fit(self, index);
	if (fit)
		add_origins(self, index, time, late, &younger);
	g_rw_lock_writer_unlock(&self->lock);
	if (!younger.any)
		return fit;
	for (guint32 i = 0; i < rond_index_n_entries(index); i += CHUNK)
		add_chunk(self, index, i, &younger, time, late);
	return fit;
}

GArray *rond_history_take_moved(RondHistory *self)
{
	GArray *moved = g_array_new(FALSE, FALSE, sizeof(guint64));
	g_autoptr(GRWLockWriterLocker) locker G_GNUC_UNUSED =
	    g_rw_lock_writer_locker_new(&self->lock);
	GArray *taken = self->moved;

	self->moved = moved;
	return taken;
}

gint64 rond_history_first_seen(RondHistory *self, guint64 version,
			       gint64 otherwise)
{
	g_autoptr(GRWLockReaderLocker) locker G_GNUC_UNUSED =
	    g_rw_lock_reader_locker_new(&self->lock);
	const RondNumber *number = rond_numbers_find(&self->versions, version);
	const Origin *origin = find_origin(self, version >> 32);
	gint64 time = origin ? origin->time : NEVER;

	if (number)
		time = MIN(time, (gint64)number->value);
	return time == NEVER ? otherwise : time;
}
