/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondNumbers: a table of 64-bit numbers, compact: for one of each file.
 *
 * 24 bytes a slot, at least half of them used once it has grown. Not
 * thread-safe.
 */
#pragma once

#include <glib.h>

typedef struct {
	guint64 key; /* 0: the slot is free */
	guint64 value;
	guint64 count;
} RondNumber;

typedef struct {
	RondNumber *slots;
	gsize n_slots; /* a power of two, or 0 */
	gsize used;
	guint64 seed;
} RondNumbers;

void rond_numbers_init(RondNumbers *self);
void rond_numbers_clear(RondNumbers *self);

/* The record of @key, which is not 0, or NULL. Valid until the next one is
 * added or removed, as below. */
RondNumber *rond_numbers_find(const RondNumbers *self, guint64 key);
/* The same, made where there is none, all 0 but the key. */
RondNumber *rond_numbers_add(RondNumbers *self, guint64 key);
void rond_numbers_remove(RondNumbers *self, RondNumber *number);
