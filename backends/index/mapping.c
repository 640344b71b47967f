/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/index/mapping.h"

#include "backends/crc32.h"
#include "backends/error.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static gsize count_blocks(guint64 checks)
{
	return checks / ROND_INDEX_BLOCK + !!(checks % ROND_INDEX_BLOCK);
}

static gsize body_of(const RondIndexHeader *header)
{
	return sizeof *header + header->n_sections * sizeof(RondIndexSection);
}

gboolean rond_mapping_fits(const RondIndexHeader *header, guint64 size)
{
	return !memcmp(header->magic, ROND_INDEX_MAGIC, sizeof header->magic) &&
	       header->version == ROND_INDEX_VERSION &&
	       header->n_sections <= ROND_INDEX_MAX_SECTIONS &&
	       size <= ROND_INDEX_MAX_SIZE && header->file_size == size &&
	       !(header->checks % 8) && header->checks >= body_of(header) &&
	       header->checks <= size &&
	       size - header->checks ==
		   count_blocks(header->checks) * sizeof(guint32);
}

static gboolean check_header(RondMapping *self)
{
	RondIndexHeader header;

	if (self->size < sizeof header)
		return FALSE;
	memcpy(&header, self->bytes, sizeof header);
	guint32 crc = header.crc;

	header.crc = 0;
	if (!rond_mapping_fits(&header, self->size))
		return FALSE;
	self->body = body_of(&header);
	self->end = header.checks;
	self->checks = (const guint32 *)(self->bytes + self->end);
	guint32 is = rond_crc32(0, &header, sizeof header);

	is = rond_crc32(is, self->bytes + sizeof header,
			self->body - sizeof header);
	return rond_crc32(is, self->checks, self->size - self->end) == crc;
}

static gboolean map_file(RondMapping *self, GError **error)
{
	struct stat st;

	if (fstat(self->fd, &st))
		return rond_fail_errno(error, errno, "mapping an index");
	if (st.st_size <= 0)
		return rond_fail(error, EIO, "not a valid index file");
	void *map =
	    mmap(NULL, (gsize)st.st_size, PROT_READ, MAP_PRIVATE, self->fd, 0);

	if (map == MAP_FAILED)
		return rond_fail_errno(error, errno, "mapping an index");
	self->bytes = map;
	self->size = (gsize)st.st_size;
	self->mtime = st.st_mtim;
	return TRUE;
}

gboolean rond_mapping_open(RondMapping *self, int fd, GError **error)
{
	*self = (RondMapping){.fd = fd};
	if (!map_file(self, error))
		return FALSE;
	if (!check_header(self))
		return rond_fail(error, EIO, "not a valid index file");
	self->state =
	    g_malloc0(sizeof *self->state +
		      count_blocks(self->end) * sizeof *self->state->sound);
	return TRUE;
}

void rond_mapping_clear(RondMapping *self)
{
	if (self->bytes)
		munmap((void *)self->bytes, self->size);
	g_free(self->state);
	if (self->fd >= 0)
		close(self->fd);
}

/* Its ctime doesn't count: it changes when the file gets its name. */
gboolean rond_mapping_recheck(const RondMapping *self)
{
	struct stat st;

	if (!fstat(self->fd, &st) && (guint64)st.st_size == self->size &&
	    st.st_mtim.tv_sec == self->mtime.tv_sec &&
	    st.st_mtim.tv_nsec == self->mtime.tv_nsec)
		return TRUE;
	atomic_store(&self->state->broken, TRUE);
	return FALSE;
}

static gboolean verify_block(const RondMapping *self, gsize block)
{
	gsize from = MAX(block * ROND_INDEX_BLOCK, self->body);
	gsize to = MIN((block + 1) * ROND_INDEX_BLOCK, self->end);
	guint32 crc = rond_crc32(0, self->bytes + from, to - from);

	if (crc != self->checks[block])
		return FALSE;
	atomic_store_explicit(&self->state->sound[block], TRUE,
			      memory_order_relaxed);
	return TRUE;
}

gboolean rond_mapping_verify(const RondMapping *self, gsize first, gsize last)
{
	for (gsize block = first; block <= last; block++) {
		if (rond_mapping_is_sound(self, block) ||
		    verify_block(self, block))
			continue;
		atomic_store(&self->state->broken, TRUE);
		return FALSE;
	}
	return TRUE;
}
