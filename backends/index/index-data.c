/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the bytes of entries are, and how they are decoded. */
#include "backends/index/index-private.h"

#include "backends/codec/window.h"
#include "backends/error.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

/* Of several names, only one has the inode's places. */
const RondIndexEntry *rond_index_content_of(const RondIndex *self,
					    const RondIndexEntry *entry)
{
	if (!(entry->flags & ROND_ENTRY_HARDLINK) ||
	    entry->data >= self->entries.n)
		return entry;
	return rond_index_entry(self, (guint32)entry->data);
}

gboolean rond_index_extents(const RondIndex *self, const RondIndexEntry *entry,
			    GArray *extents)
{
	const guint8 in_table =
	    ROND_ENTRY_EXTENTS | ROND_ENTRY_DEFLATED | ROND_ENTRY_ZIP_STORED;

	entry = rond_index_content_of(self, entry);
	if (!entry || !S_ISREG(entry->mode))
		return FALSE;
	const RondExtent whole = {0, entry->data, entry->size};

	if (!(entry->flags & in_table)) {
		if (entry->size)
			g_array_append_val(extents, whole);
		return TRUE;
	}
	guint64 n = entry->flags & ROND_ENTRY_EXTENTS ? entry->aux : 1;

	const RondExtent *at =
	    rond_table_at(self, &self->extents, entry->data, n, sizeof *at);

	if (!at)
		return FALSE;
	if (n)
		g_array_append_vals(extents, at, (guint)n);
	return TRUE;
}

guint64 rond_index_stored_bytes(const RondIndex *self,
				const RondIndexEntry *entry)
{
	g_autoptr(GArray) extents = NULL;
	guint64 sum = 0;

	entry = rond_index_content_of(self, entry);
	if (!entry)
		return 0;
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
	const guint32 first = rond_index_owner(self, entry)->xattrs;
	guint64 place = (guint64)first - 1;
	const guint8 *at;
	guint32 count, lens[2];

	if (!first || !(at = rond_bytes_at(self, &self->xattrs, place, 4)))
		return FALSE;
	memcpy(&count, at, sizeof count);
	if (i >= count)
		return FALSE;
	for (place += 4;; i--) {
		at = rond_bytes_at(self, &self->xattrs, place, sizeof lens);
		if (!at)
			return FALSE;
		memcpy(lens, at, sizeof lens);
		place += sizeof lens;
		at = rond_bytes_at(self, &self->xattrs, place,
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

/* The NUL-terminated text at @place of the names. */
static const char *text_at(const RondIndex *self, guint64 place)
{
	const guint8 *text = rond_bytes_at(self, &self->names, place, 1);
	const guint8 *end =
	    text ? memchr(text, 0, self->names.n - place) : NULL;

	/* Where the end seems to be, if the bytes before it are sound. */
	return end && rond_bytes_at(self, &self->names, place,
				    (guint64)(end - text) + 1)
		   ? (const char *)text
		   : NULL;
}

gboolean rond_index_finding(const RondIndex *self, gsize i,
			    RondFinding *finding)
{
	const RondIndexFinding *record =
	    ROND_RECORD(self, findings, RondIndexFinding, i);
	const char *message = record ? text_at(self, record->message) : NULL;

	if (!message)
		return FALSE;
	*finding =
	    (RondFinding){record->kind, record->from, record->to, message};
	return TRUE;
}

static const RondIndexMap *find_map(const RondIndex *self, guint64 member)
{
	guint64 low = 0, high = self->maps.n;

	while (low < high) {
		guint64 middle = low + (high - low) / 2;
		const RondIndexMap *map =
		    ROND_RECORD(self, maps, RondIndexMap, middle);

		if (!map || map->member == member)
			return map;
		if (map->member < member)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/* Points of a map that was given out: they are there, and sound. */
static const RondIndexPoint *point_at(const RondMapRef *ref, gsize i)
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
	const RondMapRef *ref = data;
	const RondIndexPoint *record = point_at(ref, i);
	const guint8 *packed =
	    rond_bytes_at(ref->index, &ref->index->windows, record->window,
			  record->packed_len);

	if (!packed || record->window_len > ROND_WINDOW_SIZE)
		return rond_fail(error, EIO, "not a valid index file");
	*point = (RondSeekPoint){record->in, record->out, scratch,
				 record->window_len, record->flags};
	return rond_window_unpack(packed, record->packed_len, scratch,
				  record->window_len, error);
}

/* Point @map at what @record refers to, which decoding reads without asking
 * again. */
static gboolean find_parts(const RondIndex *self, const RondIndexMap *record,
			   RondDecodedMap *map)
{
	if (!record->block_size || record->codec[sizeof record->codec - 1])
		return FALSE;
	guint64 blocks = record->size / record->block_size +
			 !!(record->size % record->block_size);

	map->block_crcs =
	    rond_table_at(self, &self->blocks, record->first_block, blocks,
			  sizeof *map->block_crcs);
	map->damage = rond_table_at(self, &self->damage, record->first_damage,
				    record->n_damage, sizeof *map->damage);
	return map->block_crcs && map->damage &&
	       rond_table_at(self, &self->points, record->first_point,
			     record->n_points, sizeof(RondIndexPoint));
}

gboolean rond_index_map(const RondIndex *self, guint64 member,
			RondDecodedMap *map)
{
	const RondIndexMap *record = find_map(self, member);

	*map = (RondDecodedMap){0};
	if (!record || !find_parts(self, record, map))
		return FALSE;
	map->codec = rond_codec_by_name(record->codec);
	map->size = record->size;
	map->block_size = record->block_size;
	map->n_points = record->n_points;
	map->point = read_point;
	map->point_out = point_out;
	map->data =
	    &self->refs_of_maps[record - (const RondIndexMap *)self->maps.at];
	map->n_damage = record->n_damage;
	return map->codec != NULL;
}
