/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/store/store.h"

RondStoreItem *rond_store_item_copy(const RondStoreItem *self)
{
	RondStoreItem *copy = g_new(RondStoreItem, 1);

	*copy = *self;
	copy->path = g_strdup(self->path);
	return copy;
}

void rond_store_item_free(RondStoreItem *self)
{
	g_free(self->path);
	g_free(self);
}
