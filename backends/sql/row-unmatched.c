/* SPDX-License-Identifier: BSD-2-Clause */
/* A table with linear probing: a row is found in one cache line or two. */
#include "backends/sql/row-unmatched.h"

#include <string.h>

#define FIRST_SLOTS 1024

struct RondUnmatched {
	RondUnmatchedRow *slots; /* @to is 0 in free ones */
	gsize n_slots;		 /* a power of two */
	gsize n_rows, max_slots;
};

RondUnmatched *rond_unmatched_new(gsize memory)
{
	RondUnmatched *self = g_new(RondUnmatched, 1);

	self->n_slots = FIRST_SLOTS;
	self->max_slots = FIRST_SLOTS;
	while (self->max_slots * 2 * sizeof *self->slots <= memory)
		self->max_slots *= 2;
	self->slots = g_new0(RondUnmatchedRow, self->n_slots);
	self->n_rows = 0;
	return self;
}

void rond_unmatched_free(RondUnmatched *self)
{
	g_free(self->slots);
	g_free(self);
}

static gsize home_of(const RondUnmatched *self, const guint8 *key)
{
	guint64 number;

	memcpy(&number, key, sizeof number);
	return number & (self->n_slots - 1);
}

static gsize after(const RondUnmatched *self, gsize slot)
{
	return (slot + 1) & (self->n_slots - 1);
}

static void put(RondUnmatched *self, const RondUnmatchedRow *row)
{
	gsize slot = home_of(self, row->key);

	while (self->slots[slot].to)
		slot = after(self, slot);
	self->slots[slot] = *row;
}

static void grow(RondUnmatched *self)
{
	g_autofree RondUnmatchedRow *old = self->slots;
	gsize n = self->n_slots;

	self->n_slots *= 2;
	self->slots = g_new0(RondUnmatchedRow, self->n_slots);
	for (gsize i = 0; i < n; i++)
		if (old[i].to)
			put(self, &old[i]);
}

gboolean rond_unmatched_add(RondUnmatched *self, const RondUnmatchedRow *row)
{
	if (self->n_rows >= self->n_slots / 4 * 3) {
		if (self->n_slots == self->max_slots)
			return FALSE;
		grow(self);
	}
	put(self, row);
	self->n_rows++;
	return TRUE;
}

/* Close the gap at @slot: what was pushed behind it moves up. */
static void close_gap(RondUnmatched *self, gsize slot)
{
	gsize mask = self->n_slots - 1;

	for (gsize i = after(self, slot); self->slots[i].to;
	     i = after(self, i)) {
		gsize home = home_of(self, self->slots[i].key);

		if (((i - home) & mask) < ((i - slot) & mask))
			continue;
		self->slots[slot] = self->slots[i];
		slot = i;
	}
	self->slots[slot].to = 0;
}

gboolean rond_unmatched_take(RondUnmatched *self, const guint8 *key,
			     RondUnmatchedRow *row)
{
	if (!self->n_rows)
		return FALSE;
	for (gsize slot = home_of(self, key); self->slots[slot].to;
	     slot = after(self, slot)) {
		if (memcmp(self->slots[slot].key, key, ROND_ROW_HASH_LEN))
			continue;
		*row = self->slots[slot];
		close_gap(self, slot);
		self->n_rows--;
		return TRUE;
	}
	return FALSE;
}

void rond_unmatched_foreach(const RondUnmatched *self,
			    void (*each)(const RondUnmatchedRow *row,
					 gpointer data),
			    gpointer data)
{
	for (gsize i = 0; i < self->n_slots; i++)
		if (self->slots[i].to)
			each(&self->slots[i], data);
}
