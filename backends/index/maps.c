/* SPDX-License-Identifier: BSD-2-Clause */
/* The builder's decoding maps: seek points, block checksums, damage. */
#include "backends/index/builder-private.h"

#include "backends/codec/window.h"

#define MAX_WINDOWS 0x7fffffff

static RondIndexMap *current(RondIndexBuilder *self)
{
	g_assert(self->maps->len);
	return &g_array_index(self->maps, RondIndexMap, self->maps->len - 1);
}

void rond_index_builder_begin_map(RondIndexBuilder *self,
				  const RondMapStart *start)
{
	RondIndexMap map = {
	    .member = start->member,
	    .block_size = start->block_size,
	    .first_point = self->points->len,
	    .first_block = self->blocks->len,
	    .first_damage = self->damage->len,
	};

	g_strlcpy(map.codec, start->codec, sizeof map.codec);
	g_array_append_val(self->maps, map);
}

/* Past the limit, which takes 64 GiB of what can't be packed, the way from a
 * point gets longer. */
void rond_index_builder_add_packed_point(RondIndexBuilder *self,
					 const RondSeekPoint *point,
					 const guint8 *packed, gsize packed_len)
{
	if (self->windows->len > MAX_WINDOWS)
		return;
	RondIndexPoint record = {
	    .in = point->in,
	    .out = point->out,
	    .window = self->windows->len,
	    .window_len = point->window_len,
	    .packed_len = (guint32)packed_len,
	    .flags = point->flags,
	};

	g_byte_array_append(self->windows, packed, (guint)packed_len);
	g_array_append_val(self->points, record);
	current(self)->n_points++;
}

void rond_index_builder_add_point(RondIndexBuilder *self,
				  const RondSeekPoint *point)
{
	g_autoptr(GByteArray) packed = g_byte_array_new();

	rond_window_pack(point->window, point->window_len, packed);
	rond_index_builder_add_packed_point(self, point, packed->data,
					    packed->len);
}

void rond_index_builder_add_block(RondIndexBuilder *self, guint32 crc32)
{
	g_array_append_val(self->blocks, crc32);
}

void rond_index_builder_add_damage(RondIndexBuilder *self, guint64 from,
				   guint64 to)
{
	RondRange range = {from, to};

	if (from < to)
		g_array_append_val(self->damage, range);
}

static gint compare_ranges(gconstpointer a, gconstpointer b)
{
	const RondRange *left = a, *right = b;

	return left->from < right->from ? -1 : left->from > right->from;
}

/* Readers search the ranges: sorted, and none touching another. */
static void merge_damage(RondIndexBuilder *self, guint first)
{
	RondRange *ranges = (RondRange *)self->damage->data + first;
	guint n = self->damage->len - first, kept = 0;

	if (!n)
		return;
	qsort(ranges, n, sizeof *ranges, compare_ranges);
	for (guint i = 1; i < n; i++) {
		if (ranges[i].from <= ranges[kept].to)
			ranges[kept].to = MAX(ranges[kept].to, ranges[i].to);
		else
			ranges[++kept] = ranges[i];
	}
	g_array_set_size(self->damage, first + kept + 1);
}

void rond_index_builder_end_map(RondIndexBuilder *self, guint64 size)
{
	RondIndexMap *map = current(self);

	map->size = size;
	merge_damage(self, (guint)map->first_damage);
	map->n_damage = self->damage->len - (guint)map->first_damage;
	g_assert(self->blocks->len - map->first_block ==
		 size / map->block_size + !!(size % map->block_size));
}
