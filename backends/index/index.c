/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/index/index.h"

#include "backends/codec/window.h"
#include "backends/crc32.h"
#include "backends/error.h"
#include "backends/index/layout.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_SECTIONS 64

/* A section in the map: @n records (or bytes). */
typedef struct {
	const void *at;
	gsize n;
} Table;

/* What the callbacks of a decoding map are called with. */
typedef struct {
	const RondIndex *index;
	const RondIndexMap *map;
} MapRef;

struct RondIndex {
	gatomicrefcount refs;
	void *map;
	gsize size;
	const RondIndexMeta *meta;
	Table entries, inodes, order, names, extents, xattrs;
	Table maps, points, windows, blocks, damage, findings;
	MapRef *refs_of_maps;
};

static gboolean broken(GError **error)
{
	return rond_fail(error, EIO, "not a valid index file");
}

static gboolean check_header(const RondIndex *self, GError **error)
{
	RondIndexHeader header;

	if (self->size < sizeof header)
		return broken(error);
	memcpy(&header, self->map, sizeof header);
	guint32 crc = header.crc;
	gsize table = header.n_sections * sizeof(RondIndexSection);

	header.crc = 0;
	if (memcmp(header.magic, ROND_INDEX_MAGIC, sizeof header.magic) ||
	    header.version != ROND_INDEX_VERSION ||
	    header.file_size != self->size ||
	    header.n_sections > MAX_SECTIONS ||
	    self->size - sizeof header < table)
		return broken(error);
	const guint8 *sections = (guint8 *)self->map + sizeof header;

	if (rond_crc32(rond_crc32(0, &header, sizeof header), sections,
		       table) != crc)
		return broken(error);
	return TRUE;
}

static const RondIndexSection *find_section(const RondIndex *self, guint32 tag)
{
	const RondIndexHeader *header = self->map;
	const RondIndexSection *sections = (const void *)(header + 1);

	for (guint32 i = 0; i < header->n_sections; i++)
		if (sections[i].tag == tag && sections[i].version == 1)
			return &sections[i];
	return NULL;
}

/* Point @table at the records of section @tag; none is an empty table. */
static gboolean load(const RondIndex *self, guint32 tag, gsize record,
		     Table *table)
{
	const RondIndexSection *section = find_section(self, tag);

	if (!section)
		return TRUE;
	if (section->offset % 8 || section->offset > self->size ||
	    section->length > self->size - section->offset ||
	    section->length % record)
		return FALSE;
	table->at = (guint8 *)self->map + section->offset;
	table->n = section->length / record;
	return rond_crc32(0, table->at, section->length) == section->crc;
}

static gboolean load_all(RondIndex *self, GError **error)
{
	const struct {
		guint32 tag;
		gsize record;
		Table *table;
	} tables[] = {
	    {ROND_TAG_ENTRIES, sizeof(RondIndexEntry), &self->entries},
	    {ROND_TAG_INODES, sizeof(guint32), &self->inodes},
	    {ROND_TAG_ORDER, sizeof(guint32), &self->order},
	    {ROND_TAG_NAMES, 1, &self->names},
	    {ROND_TAG_EXTENTS, sizeof(RondExtent), &self->extents},
	    {ROND_TAG_XATTRS, 1, &self->xattrs},
	    {ROND_TAG_MAPS, sizeof(RondIndexMap), &self->maps},
	    {ROND_TAG_POINTS, sizeof(RondIndexPoint), &self->points},
	    {ROND_TAG_WINDOWS, 1, &self->windows},
	    {ROND_TAG_BLOCKS, sizeof(guint32), &self->blocks},
	    {ROND_TAG_DAMAGE, sizeof(RondRange), &self->damage},
	    {ROND_TAG_FINDINGS, sizeof(RondIndexFinding), &self->findings},
	};
	Table meta = {0};

	for (gsize i = 0; i < G_N_ELEMENTS(tables); i++)
		if (!load(self, tables[i].tag, tables[i].record,
			  tables[i].table))
			return broken(error);
	if (!load(self, ROND_TAG_META, sizeof *self->meta, &meta) ||
	    meta.n != 1 || !self->entries.n ||
	    self->entries.n >= ROND_INDEX_NONE ||
	    self->inodes.n != self->entries.n ||
	    self->order.n != self->entries.n)
		return broken(error);
	self->meta = meta.at;
	self->refs_of_maps = g_new(MapRef, self->maps.n);
	for (gsize i = 0; i < self->maps.n; i++)
		self->refs_of_maps[i] =
		    (MapRef){self, (const RondIndexMap *)self->maps.at + i};
	return TRUE;
}

RondIndex *rond_index_open(int fd, GError **error)
{
	g_autoptr(RondIndex) self = g_new0(RondIndex, 1);
	struct stat st;

	g_atomic_ref_count_init(&self->refs);
	if (fstat(fd, &st) || st.st_size <= 0) {
		close(fd);
		broken(error);
		return NULL;
	}
	self->size = (gsize)st.st_size;
	self->map = mmap(NULL, self->size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (self->map == MAP_FAILED) {
		self->map = NULL;
		rond_fail_errno(error, errno, "mapping an index");
		return NULL;
	}
	if (!check_header(self, error) || !load_all(self, error))
		return NULL;
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
	if (self->map)
		munmap(self->map, self->size);
	g_free(self->refs_of_maps);
	g_free(self);
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
	if (number >= self->entries.n)
		return NULL;
	return (const RondIndexEntry *)self->entries.at + number;
}

/* @len bytes at @place of a table of bytes, or NULL. */
static const guint8 *bytes_at(const Table *table, guint64 place, guint64 len)
{
	if (place > table->n || len > table->n - place)
		return NULL;
	return (const guint8 *)table->at + place;
}

const char *rond_index_name(const RondIndex *self, const RondIndexEntry *entry,
			    gsize *len)
{
	const guint8 *name =
	    bytes_at(&self->names, entry->name, entry->name_len);

	*len = name ? entry->name_len : 0;
	return name ? (const char *)name : "";
}

/* Of several names, only one has the inode's places. */
static const RondIndexEntry *inode_of(const RondIndex *self,
				      const RondIndexEntry *entry)
{
	if (!(entry->flags & ROND_ENTRY_HARDLINK) ||
	    entry->data >= self->entries.n)
		return entry;
	return (const RondIndexEntry *)self->entries.at + entry->data;
}

char *rond_index_symlink(const RondIndex *self, const RondIndexEntry *entry)
{
	entry = inode_of(self, entry);
	if (!S_ISLNK(entry->mode))
		return NULL;
	const guint8 *target = bytes_at(&self->names, entry->data, entry->size);

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
	guint32 first, count, child;

	if (!rond_index_children(self, dir, &first, &count) || i >= count)
		return ROND_INDEX_NONE;
	child = ((const guint32 *)self->order.at)[first + i];
	return child < self->entries.n ? child : ROND_INDEX_NONE;
}

guint32 rond_index_inode_number(const RondIndex *self, guint32 number)
{
	if (number >= self->inodes.n)
		return 0;
	return ((const guint32 *)self->inodes.at)[number];
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

	if (!rond_index_children(self, dir, &first, &count))
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

gboolean rond_index_extents(const RondIndex *self, const RondIndexEntry *entry,
			    GArray *extents)
{
	const guint16 in_table =
	    ROND_ENTRY_EXTENTS | ROND_ENTRY_DEFLATED | ROND_ENTRY_ZIP_STORED;

	entry = inode_of(self, entry);
	RondExtent whole = {0, entry->data, entry->size};

	if (!S_ISREG(entry->mode))
		return FALSE;
	if (!(entry->flags & in_table)) {
		if (entry->size)
			g_array_append_val(extents, whole);
		return TRUE;
	}
	guint64 n = entry->flags & ROND_ENTRY_EXTENTS ? entry->aux : 1;

	if (entry->data > self->extents.n || n > self->extents.n - entry->data)
		return FALSE;
	if (n)
		g_array_append_vals(
		    extents, (const RondExtent *)self->extents.at + entry->data,
		    (guint)n);
	return TRUE;
}

guint64 rond_index_stored_bytes(const RondIndex *self,
				const RondIndexEntry *entry)
{
	g_autoptr(GArray) extents = NULL;
	guint64 sum = 0;

	entry = inode_of(self, entry);
	if (!(entry->flags & ROND_ENTRY_EXTENTS) || !S_ISREG(entry->mode))
		return S_ISREG(entry->mode) ? entry->size : 0;
	extents = g_array_new(FALSE, FALSE, sizeof(RondExtent));
	if (!rond_index_extents(self, entry, extents))
		return 0;
	for (guint i = 0; i < extents->len; i++)
		sum += g_array_index(extents, RondExtent, i).length;
	return MIN(sum, entry->size);
}

gboolean rond_index_xattr(const RondIndex *self, const RondIndexEntry *entry,
			  gsize i, RondXattr *xattr)
{
	guint64 place = (guint64)entry->xattrs - 1;
	const guint8 *at;
	guint32 count, lens[2];

	if (!entry->xattrs || !(at = bytes_at(&self->xattrs, place, 4)))
		return FALSE;
	memcpy(&count, at, sizeof count);
	if (i >= count)
		return FALSE;
	for (place += 4;; i--) {
		at = bytes_at(&self->xattrs, place, sizeof lens);
		if (!at)
			return FALSE;
		memcpy(lens, at, sizeof lens);
		place += sizeof lens;
		at = bytes_at(&self->xattrs, place,
			      (guint64)lens[0] + 1 + lens[1]);
		if (!at || at[lens[0]])
			return FALSE;
		if (!i)
			break;
		place += (guint64)lens[0] + 1 + lens[1];
	}
	*xattr = (RondXattr){(const char *)at, at + lens[0] + 1, lens[1]};
	return TRUE;
}

gsize rond_index_n_findings(const RondIndex *self)
{
	return self->findings.n;
}

gboolean rond_index_finding(const RondIndex *self, gsize i,
			    RondFinding *finding)
{
	if (i >= self->findings.n)
		return FALSE;
	const RondIndexFinding *record =
	    (const RondIndexFinding *)self->findings.at + i;
	const guint8 *message = bytes_at(&self->names, record->message, 1);

	if (!message || !memchr(message, 0, self->names.n - record->message))
		return FALSE;
	*finding = (RondFinding){record->kind, record->from, record->to,
				 (const char *)message};
	return TRUE;
}

static const RondIndexMap *find_map(const RondIndex *self, guint64 member)
{
	const RondIndexMap *maps = self->maps.at;
	gsize low = 0, high = self->maps.n;

	while (low < high) {
		gsize middle = low + (high - low) / 2;

		if (maps[middle].member == member)
			return &maps[middle];
		if (maps[middle].member < member)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static const RondIndexPoint *point_at(const MapRef *ref, gsize i)
{
	return (const RondIndexPoint *)ref->index->points.at +
	       ref->map->first_point + i;
}

static guint64 point_out(gpointer data, gsize i)
{
	return point_at(data, i)->out;
}

static gboolean read_point(gpointer data, gsize i, guint8 *scratch,
			   RondSeekPoint *point, GError **error)
{
	const MapRef *ref = data;
	const RondIndexPoint *record = point_at(ref, i);
	const guint8 *packed =
	    bytes_at(&ref->index->windows, record->window, record->packed_len);

	if (!packed || record->window_len > ROND_WINDOW_SIZE)
		return broken(error);
	*point = (RondSeekPoint){record->in, record->out, scratch,
				 record->window_len, record->flags};
	return rond_window_unpack(packed, record->packed_len, scratch,
				  record->window_len, error);
}

static gboolean map_fits(const RondIndex *self, const RondIndexMap *map)
{
	guint64 blocks;

	if (!map->block_size || map->codec[sizeof map->codec - 1])
		return FALSE;
	blocks = map->size / map->block_size + !!(map->size % map->block_size);
	return map->first_point <= self->points.n &&
	       map->n_points <= self->points.n - map->first_point &&
	       map->first_block <= self->blocks.n &&
	       blocks <= self->blocks.n - map->first_block &&
	       map->first_damage <= self->damage.n &&
	       map->n_damage <= self->damage.n - map->first_damage;
}

gboolean rond_index_map(const RondIndex *self, guint64 member,
			RondDecodedMap *map)
{
	const RondIndexMap *record = find_map(self, member);

	if (!record || !map_fits(self, record))
		return FALSE;
	*map = (RondDecodedMap){
	    .codec = rond_codec_by_name(record->codec),
	    .size = record->size,
	    .block_size = record->block_size,
	    .block_crcs =
		(const guint32 *)self->blocks.at + record->first_block,
	    .n_points = record->n_points,
	    .point = read_point,
	    .point_out = point_out,
	    .data = &self->refs_of_maps[record -
					(const RondIndexMap *)self->maps.at],
	    .damage = (const RondRange *)self->damage.at + record->first_damage,
	    .n_damage = record->n_damage,
	};
	return map->codec != NULL;
}
