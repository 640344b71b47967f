/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/numbers.h"

#include <string.h>

#define FIRST_SLOTS 64
#define NEIGHBOURS 4

void rond_numbers_init(RondNumbers *self)
{
	*self = (RondNumbers){
	    .seed = (guint64)g_random_int() << 32 | g_random_int(),
	};
}

void rond_numbers_clear(RondNumbers *self)
{
	g_clear_pointer(&self->slots, g_free);
	self->n_slots = self->used = 0;
}

/* Where @key belongs: MurmurHash3's finalizer, which mixes all bits; but
 * neighbours, which are asked for one after the other, stay together. */
static gsize home_of(const RondNumbers *self, guint64 key)
{
	const guint64 place = key & (NEIGHBOURS - 1);

	key = key / NEIGHBOURS ^ self->seed;
	key = (key ^ key >> 33) * G_GUINT64_CONSTANT(0xff51afd7ed558ccd);
	key = (key ^ key >> 33) * G_GUINT64_CONSTANT(0xc4ceb9fe1a85ec53);
	key ^= key >> 33;
	return (key * NEIGHBOURS + place) & (self->n_slots - 1);
}

static gsize after(const RondNumbers *self, gsize slot)
{
	return (slot + 1) & (self->n_slots - 1);
}

/* The slot of @key, or the free one where it would be. */
static RondNumber *slot_of(const RondNumbers *self, guint64 key)
{
	gsize at = home_of(self, key);

	while (self->slots[at].key && self->slots[at].key != key)
		at = after(self, at);
	return &self->slots[at];
}

RondNumber *rond_numbers_find(const RondNumbers *self, guint64 key)
{
	RondNumber *slot = self->n_slots ? slot_of(self, key) : NULL;

	return slot && slot->key ? slot : NULL;
}

static void grow(RondNumbers *self)
{
	g_autofree RondNumber *old = self->slots;
	gsize n = self->n_slots;

	self->n_slots = n ? n * 2 : FIRST_SLOTS;
	self->slots = g_new0(RondNumber, self->n_slots);
	for (gsize i = 0; i < n; i++)
		if (old[i].key)
			*slot_of(self, old[i].key) = old[i];
}

RondNumber *rond_numbers_add(RondNumbers *self, guint64 key)
{
	RondNumber *slot;

	if (self->used * 4 >= self->n_slots * 3)
		grow(self);
	slot = slot_of(self, key);
	if (slot->key)
		return slot;
	slot->key = key;
	self->used++;
	return slot;
}

/* Those behind it that would no longer be found move up. */
void rond_numbers_remove(RondNumbers *self, RondNumber *number)
{
	gsize hole = (gsize)(number - self->slots);

	for (gsize at = after(self, hole); self->slots[at].key;
	     at = after(self, at)) {
		gsize home = home_of(self, self->slots[at].key);
		gsize mask = self->n_slots - 1;

		if (((at - home) & mask) < ((at - hole) & mask))
			continue;
		self->slots[hole] = self->slots[at];
		hole = at;
	}
	memset(&self->slots[hole], 0, sizeof *self->slots);
	self->used--;
}
