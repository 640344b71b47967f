/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/index/index-private.h"

#include "backends/error.h"
#include "backends/index/tables.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

static gboolean broken(GError **error)
{
	return rond_fail(error, EIO, "not a valid index file");
}

static const RondIndexSection *find_section(const RondIndex *self, guint32 tag)
{
	const RondIndexHeader *header = (const void *)self->mapping.bytes;
	const RondIndexSection *sections = (const void *)(header + 1);

	for (guint32 i = 0; i < header->n_sections; i++)
		if (sections[i].tag == tag && sections[i].version == 1)
			return &sections[i];
	return NULL;
}

/* Point @table at the records of section @tag; none is an empty table. */
static gboolean load(const RondIndex *self, guint32 tag, gsize record,
		     RondTable *table)
{
	const RondIndexSection *section = find_section(self, tag);
	const RondMapping *mapping = &self->mapping;

	table->at = mapping->bytes;
	if (!section)
		return TRUE;
	if (section->offset % 8 || section->offset > mapping->end ||
	    section->length > mapping->end - section->offset ||
	    section->length % record)
		return FALSE;
	table->at = mapping->bytes + section->offset;
	table->n = section->length / record;
	return TRUE;
}

static gboolean load_all(RondIndex *self, GError **error)
{
	const struct {
		guint32 tag;
		gsize record;
		RondTable *table;
	} tables[] = {
	    {ROND_TAG_ENTRIES, sizeof(RondIndexEntry), &self->entries},
	    {ROND_TAG_ORDER, sizeof(guint32), &self->order},
	    {ROND_TAG_HASHES, ROND_SHA256_LEN, &self->hashes},
	    {ROND_TAG_ORIGINS, sizeof(guint64), &self->origins},
	    {ROND_TAG_OWNERS, sizeof(RondIndexOwner), &self->owners},
	    {ROND_TAG_NAMES, 1, &self->names},
	    {ROND_TAG_EXTENTS, sizeof(RondExtent), &self->extents},
	    {ROND_TAG_XATTRS, 1, &self->xattrs},
	    {ROND_TAG_MAPS, sizeof(RondIndexMap), &self->maps},
	    {ROND_TAG_POINTS, sizeof(RondIndexPoint), &self->points},
	    {ROND_TAG_WINDOWS, 1, &self->windows},
	    {ROND_TAG_BLOCKS, sizeof(guint32), &self->blocks},
	    {ROND_TAG_DAMAGE, sizeof(RondRange), &self->damage},
	    {ROND_TAG_FINDINGS, sizeof(RondIndexFinding), &self->findings},
	    {ROND_TAG_TEXTS, 1, &self->texts},
	    {ROND_TAG_TABLES, sizeof(RondIndexTable), &self->tables},
	    {ROND_TAG_RUNS, sizeof(RondIndexRun), &self->runs},
	    {ROND_TAG_MARKS, sizeof(RondRowMark), &self->marks},
	    {ROND_TAG_DUMPS, sizeof(guint32), &self->dumps},
	};
	RondTable meta = {0};

	for (gsize i = 0; i < G_N_ELEMENTS(tables); i++)
		if (!load(self, tables[i].tag, tables[i].record,
			  tables[i].table))
			return broken(error);
	if (!load(self, ROND_TAG_META, sizeof *self->meta, &meta) ||
	    meta.n != 1 || !self->entries.n ||
	    self->entries.n >= ROND_INDEX_NONE ||
	    self->order.n != self->entries.n)
		return broken(error);
	self->meta = rond_table_at(self, &meta, 0, 1, sizeof *self->meta);
	return self->meta ? TRUE : broken(error);
}

RondIndex *rond_index_open(int fd, GError **error)
{
	g_autoptr(RondIndex) self = g_new0(RondIndex, 1);

	g_atomic_ref_count_init(&self->refs);
	if (!rond_mapping_open(&self->mapping, fd, error) ||
	    !load_all(self, error))
		return NULL;
	self->refs_of_maps = g_new(RondMapRef, self->maps.n);
	for (gsize i = 0; i < self->maps.n; i++)
		self->refs_of_maps[i] =
		    (RondMapRef){self, (const RondIndexMap *)self->maps.at + i};
	return g_steal_pointer(&self);
}

RondIndex *rond_index_ref(RondIndex *self)
{
	g_atomic_ref_count_inc(&self->refs);
	return self;
}

void rond_index_unref(RondIndex *self)
{
	if (!g_atomic_ref_count_dec(&self->refs))
		return;
	rond_mapping_clear(&self->mapping);
	g_free(self->refs_of_maps);
	g_free(self);
}

gboolean rond_index_is_broken(const RondIndex *self)
{
	return atomic_load_explicit(&self->mapping.state->broken,
				    memory_order_relaxed);
}

gboolean rond_index_recheck(const RondIndex *self)
{
	return !rond_index_is_broken(self) &&
	       rond_mapping_recheck(&self->mapping);
}

gboolean rond_index_verify(const RondIndex *self)
{
	return rond_mapping_verify(&self->mapping, 0,
				   (self->mapping.end - 1) / ROND_INDEX_BLOCK);
}

const RondIndexMeta *rond_index_meta(const RondIndex *self)
{
	return self->meta;
}

guint32 rond_index_n_entries(const RondIndex *self)
{
	return (guint32)self->entries.n;
}

const RondIndexEntry *rond_index_entry(const RondIndex *self, guint32 number)
{
	return ROND_RECORD(self, entries, RondIndexEntry, number);
}

const char *rond_index_name(const RondIndex *self, const RondIndexEntry *entry,
			    gsize *len)
{
	const guint8 *name = NULL;

	if (entry)
		name = rond_bytes_at(self, &self->names, entry->name,
				     entry->name_len);
	*len = name ? entry->name_len : 0;
	return name ? (const char *)name : "";
}

char *rond_index_symlink(const RondIndex *self, const RondIndexEntry *entry)
{
	entry = rond_index_content_of(self, entry);
	if (!entry || !S_ISLNK(entry->mode))
		return NULL;
	const guint8 *target =
	    rond_bytes_at(self, &self->names, entry->data, entry->size);

	return target ? g_strndup((const char *)target, entry->size) : NULL;
}

gboolean rond_index_children(const RondIndex *self, guint32 dir, guint32 *first,
			     guint32 *count)
{
	const RondIndexEntry *entry = rond_index_entry(self, dir);

	/* Children lie behind their folder: no loop, however broken. */
	if (!entry || !S_ISDIR(entry->mode) ||
	    (entry->aux && entry->data <= dir) ||
	    entry->data > self->entries.n ||
	    entry->aux > self->entries.n - entry->data)
		return FALSE;
	*first = (guint32)entry->data;
	*count = entry->aux;
	return TRUE;
}

guint32 rond_index_nth_child(const RondIndex *self, guint32 dir, guint32 i)
{
	guint32 first, count;
	const guint32 *child;

	if (!rond_index_children(self, dir, &first, &count) || i >= count)
		return ROND_INDEX_NONE;
	child = ROND_RECORD(self, order, guint32, first + i);
	return child && *child < self->entries.n ? *child : ROND_INDEX_NONE;
}

guint32 rond_index_inode_number(const RondIndex *self, guint32 number)
{
	const RondIndexEntry *entry = rond_index_entry(self, number);

	return entry ? entry->inode : 0;
}

const RondIndexOwner *rond_index_owner(const RondIndex *self,
				       const RondIndexEntry *entry)
{
	static const RondIndexOwner nobody = {65534, 65534, 0};
	const RondIndexOwner *owner = NULL;

	if (entry)
		owner = ROND_RECORD(self, owners, RondIndexOwner, entry->owner);
	return owner ? owner : &nobody;
}

guint64 rond_index_origin(const RondIndex *self, gsize i)
{
	const guint64 *origin = ROND_RECORD(self, origins, guint64, i);

	return origin ? *origin : 0;
}

const guint8 *rond_index_sha256(const RondIndex *self, guint32 number)
{
	static const guint8 none[ROND_SHA256_LEN];
	const guint8 *hash =
	    rond_table_at(self, &self->hashes, number, 1, ROND_SHA256_LEN);

	return hash && memcmp(hash, none, sizeof none) ? hash : NULL;
}

static int compare_name(const RondIndex *self, guint32 number, const char *name,
			gsize name_len)
{
	gsize len;
	const char *other =
	    rond_index_name(self, rond_index_entry(self, number), &len);
	int order = memcmp(name, other, MIN(len, name_len));

	if (order)
		return order;
	return name_len < len ? -1 : name_len > len;
}

guint32 rond_index_lookup(const RondIndex *self, guint32 dir, const char *name,
			  gsize name_len)
{
	guint32 first, count;

	/* What can't be read looks like an empty name. */
	if (!name_len || !rond_index_children(self, dir, &first, &count))
		return ROND_INDEX_NONE;
	while (count) {
		guint32 middle = first + count / 2;
		int order = compare_name(self, middle, name, name_len);

		if (!order)
			return middle;
		if (order > 0) {
			first = middle + 1;
			count -= count / 2 + 1;
		} else {
			count /= 2;
		}
	}
	return ROND_INDEX_NONE;
}

guint32 rond_index_inode(const RondIndex *self, guint32 number)
{
	const RondIndexEntry *entry = rond_index_entry(self, number);

	if (!entry || !(entry->flags & ROND_ENTRY_HARDLINK))
		return number;
	return entry->data < self->entries.n ? (guint32)entry->data : number;
}
