/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/versions.h"

#include "fs/numbers.h"

struct RondVersions {
	GMutex lock;
	/* Node → home (part in the upper half), counting look-ups. */
	RondNumbers nodes;
};

RondVersions *rond_versions_new(void)
{
	RondVersions *self = g_new0(RondVersions, 1);

	g_mutex_init(&self->lock);
	rond_numbers_init(&self->nodes);
	return self;
}

void rond_versions_free(RondVersions *self)
{
	rond_numbers_clear(&self->nodes);
	g_mutex_clear(&self->lock);
	g_free(self);
}

static guint64 pack(RondPlace place)
{
	return (guint64)place.part << 32 | place.entry;
}

static RondPlace unpack(guint64 value)
{
	return (RondPlace){(guint32)(value >> 32), (guint32)value};
}

void rond_versions_hold(RondVersions *self, guint64 node, RondPlace place)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);
	RondNumber *number = rond_numbers_add(&self->nodes, node);

	if (!number->count++)
		number->value = pack(place);
}

void rond_versions_forget(RondVersions *self, guint64 node, guint64 n)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);
	RondNumber *number = rond_numbers_find(&self->nodes, node);

	if (!number)
		return;
	number->count -= MIN(n, number->count);
	if (!number->count)
		rond_numbers_remove(&self->nodes, number);
}

gboolean rond_versions_home(RondVersions *self, guint64 node, RondPlace *home)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);
	const RondNumber *number = rond_numbers_find(&self->nodes, node);

	if (number)
		*home = unpack(number->value);
	return number != NULL;
}

void rond_versions_move(RondVersions *self, guint64 node, RondPlace place)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);
	RondNumber *number = rond_numbers_find(&self->nodes, node);

	if (number)
		number->value = pack(place);
}

GArray *rond_versions_of_part(RondVersions *self, guint32 part)
{
	GArray *nodes = g_array_new(FALSE, FALSE, sizeof(guint64));
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);

	for (gsize i = 0; i < self->nodes.n_slots; i++) {
		const RondNumber *number = &self->nodes.slots[i];

		if (number->key && unpack(number->value).part == part)
			g_array_append_val(nodes, number->key);
	}
	return nodes;
}
