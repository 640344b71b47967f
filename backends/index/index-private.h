/* SPDX-License-Identifier: BSD-2-Clause */
/* The inside of a RondIndex: shared by the files that read it. */
#pragma once

#include "backends/index/index.h"
#include "backends/index/mapping.h"

/* A section in the map: @n records (or bytes). */
typedef struct {
	const guint8 *at;
	guint64 n;
} RondTable;

/* What the callbacks of a decoding map are called with. */
typedef struct {
	const RondIndex *index;
	const RondIndexMap *map;
} RondMapRef;

struct RondIndex {
	gatomicrefcount refs;
	RondMapping mapping;
	const RondIndexMeta *meta;
	RondTable entries, order, hashes, origins, owners, names;
	RondTable extents, xattrs;
	RondTable maps, points, windows, blocks, damage, findings;
	RondTable texts, tables, runs, marks, dumps;
	RondMapRef *refs_of_maps;
};

/* @n records of @size bytes, from number @i on; NULL: they are not there, or
 * not sound. */
static inline const void *rond_table_at(const RondIndex *self,
					const RondTable *table, guint64 i,
					guint64 n, gsize size)
{
	if (i > table->n || n > table->n - i)
		return NULL;
	const guint8 *at = table->at + i * size;

	return rond_mapping_has(&self->mapping, at, n * size) ? at : NULL;
}

/* One record of type @type. */
#define ROND_RECORD(self, table, type, i) \
	((const type *)rond_table_at(self, &(self)->table, i, 1, sizeof(type)))

/* @len bytes at @place of a table of bytes. */
static inline const guint8 *rond_bytes_at(const RondIndex *self,
					  const RondTable *table, guint64 place,
					  guint64 len)
{
	return rond_table_at(self, table, place, len, 1);
}

/* The entry that has the content of @entry, which may be a hard link. */
const RondIndexEntry *rond_index_content_of(const RondIndex *self,
					    const RondIndexEntry *entry);
