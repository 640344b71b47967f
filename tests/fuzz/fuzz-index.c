/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as an index file: every accessor, for every entry, and some of
 * every file of a dump. The checksums are made right first, or hardly anything
 * would ever be looked at. What the index is of is in their place. */
#include "backends/crc32.h"
#include "backends/index/content.h"
#include "backends/index/layout.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Of each kind: what is beyond is no different. */
#define ENOUGH 1000
#define ENOUGH_FILES 100
#define SOME 5000

/* A header that is plausible, and room for the checksums behind @size bytes. */
static gsize frame(guint8 *data, gsize size)
{
	RondIndexHeader *header = (RondIndexHeader *)data;
	gsize fit = (size - sizeof *header) / sizeof(RondIndexSection);
	gsize blocks = (size + ROND_INDEX_BLOCK - 1) / ROND_INDEX_BLOCK;

	memcpy(header->magic, ROND_INDEX_MAGIC, sizeof header->magic);
	header->version = ROND_INDEX_VERSION;
	header->n_sections =
	    (guint32)MIN(header->n_sections % ROND_INDEX_MAX_SECTIONS, fit);
	header->checks = size;
	header->file_size = size + blocks * sizeof(guint32);
	return header->file_size;
}

/* Of an input that is an index file, what is behind isn't part of it. */
static gsize body_of(const guint8 *data, gsize size)
{
	guint64 checks = ((const RondIndexHeader *)data)->checks;

	return (checks > sizeof(RondIndexHeader) && checks < size ? checks
								  : size) &
	       ~(gsize)7;
}

static RondIndex *open_bytes(const guint8 *data, gsize size)
{
	int fd = memfd_create("fuzz-index", MFD_CLOEXEC);
	gsize body = body_of(data, size);
	g_autofree guint8 *copy = g_malloc0(size * 2 + ROND_INDEX_BLOCK);

	g_assert(fd >= 0);
	memcpy(copy, data, body);
	size = frame(copy, body);
	if (write(fd, copy, size) == (gssize)size && rond_index_seal(fd, NULL))
		return rond_index_open(fd, NULL);
	close(fd);
	return NULL;
}

static void touch_map(const RondIndex *index, guint64 member)
{
	g_autofree guint8 *scratch = g_malloc(ROND_WINDOW_SIZE);
	RondDecodedMap map;
	RondSeekPoint point;

	if (!rond_index_map(index, member, &map))
		return;
	for (gsize i = 0; i < MIN(map.n_points, ENOUGH); i++) {
		map.point_out(map.data, i);
		map.point(map.data, i, scratch, &point, NULL);
	}
	rond_crc32(0, map.damage, map.n_damage * sizeof *map.damage);
	if (map.size)
		rond_crc32(0, map.block_crcs + (map.size - 1) / map.block_size,
			   sizeof *map.block_crcs);
}

static void touch_folder(const RondIndex *index, guint32 number)
{
	guint32 first, count;

	if (!rond_index_children(index, number, &first, &count) || !count)
		return;
	g_assert(rond_index_entry(index, first + count - 1));
	for (guint32 i = 0; i < MIN(count, ENOUGH); i++)
		g_assert(
		    rond_index_nth_child(index, number, i) == ROND_INDEX_NONE ||
		    rond_index_entry(index,
				     rond_index_nth_child(index, number, i)));
}

static void touch_entry(const RondIndex *index, guint32 number)
{
	const RondIndexEntry *entry = rond_index_entry(index, number);
	g_autoptr(GArray) extents =
	    g_array_new(FALSE, FALSE, sizeof(RondExtent));
	RondXattr xattr;
	gsize len;
	const char *name = rond_index_name(index, entry, &len);

	rond_index_lookup(index, entry->parent, name, len);
	rond_index_inode_number(index, number);
	g_free(rond_index_symlink(index, entry));
	g_assert(rond_index_entry(index, rond_index_inode(index, number)));
	rond_index_extents(index, entry, extents);
	rond_index_stored_bytes(index, entry);
	for (gsize i = 0;
	     i < ENOUGH && rond_index_xattr(index, entry, i, &xattr); i++)
		rond_crc32((guint32)strlen(xattr.name), xattr.value, xattr.len);
	touch_folder(index, number);
	touch_map(index, entry->data + 1);
}

/* Its beginning, its end and what is between. */
static void read_file(RondContent *content, guint32 number)
{
	g_autoptr(RondStream) stream = rond_content_open(content, number, NULL);
	g_autofree guint8 *buf = g_malloc(SOME);
	guint64 size = stream ? rond_stream_size(stream) : 0;

	if (!size)
		return;
	rond_stream_pread(stream, buf, SOME, 0, NULL);
	rond_stream_pread(stream, buf, SOME, size - MIN(size, SOME), NULL);
	rond_stream_pread(stream, buf, 1, size / 2, NULL);
}

static void read_tables(RondIndex *index, const guint8 *data, gsize size)
{
	g_autoptr(GBytes) bytes = g_bytes_new_static(data, size);
	g_autoptr(RondStream) source = rond_memory_stream_new(bytes);
	g_autoptr(RondBlockCache) cache = rond_block_cache_new(1 << 20);
	RondContent *content = rond_content_new(source, index, NULL, cache);
	guint32 n = MIN(rond_index_n_entries(index), ENOUGH), files = 0;

	for (guint32 i = 0; i < n && files < ENOUGH_FILES; i++) {
		if (!(rond_index_entry(index, i)->flags & ROND_ENTRY_TABLE))
			continue;
		read_file(content, i);
		files++;
	}
	rond_content_unref(content);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(RondIndex) index = NULL;
	RondFinding finding;

	if (size >= sizeof(RondIndexHeader))
		index = open_bytes(data, size);
	if (!index)
		return 0;
	g_assert(rond_index_verify(index));
	for (guint32 i = 0; i < MIN(rond_index_n_entries(index), ENOUGH); i++)
		touch_entry(index, i);
	for (gsize i = 0; i < rond_index_n_findings(index); i++)
		if (rond_index_finding(index, i, &finding))
			g_assert(strlen(finding.message) < size);
	touch_map(index, 0);
	gsize body = body_of(data, size);

	read_tables(index, data + body, size - body);
	return 0;
}
