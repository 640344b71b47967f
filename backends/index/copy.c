/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/index/copy.h"

#include "backends/codec/frame.h"
#include "backends/crc32.h"
#include "backends/error.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

struct RondCopyWriter {
	int fd;
	guint64 limit; /* of the file, in bytes */
	RondIndexBuilder *builder;
	RondFramer *framer;
	guint8 *block;
	gsize filled;
	guint64 written; /* decoded bytes in frames */
	guint64 packed;	 /* bytes of the file */
	GError *failure; /* of a write: nothing can follow it */
};

RondCopyWriter *rond_copy_writer_new(int fd, guint64 limit,
				     RondIndexBuilder *builder)
{
	RondCopyWriter *self = g_new0(RondCopyWriter, 1);

	self->fd = fd;
	self->limit = limit ? limit : G_MAXUINT64;
	self->builder = builder;
	self->framer = rond_framer_new();
	self->block = g_malloc(ROND_COPY_BLOCK_SIZE);
	rond_index_builder_begin_map(
	    builder, &(RondMapStart){0, "zstd", ROND_COPY_BLOCK_SIZE});
	return self;
}

/* Nobody wants half a copy, and its room is missing: it is given back. */
static void give_up(RondCopyWriter *self)
{
	G_GNUC_UNUSED int freed = ftruncate(self->fd, 0);
}

void rond_copy_writer_free(RondCopyWriter *self)
{
	if (self->failure)
		give_up(self);
	rond_framer_free(self->framer);
	g_clear_error(&self->failure);
	g_free(self->block);
	g_free(self);
}

guint64 rond_copy_writer_size(const RondCopyWriter *self)
{
	return self->written + self->filled;
}

static gboolean write_all(int fd, const guint8 *buf, gsize len, GError **error)
{
	while (len) {
		gssize n = write(fd, buf, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return rond_fail_errno(error, n ? errno : EIO,
					       "writing the seekable copy");
		buf += n;
		len -= (gsize)n;
	}
	return TRUE;
}

/* What is packed a thousandfold would fill the disk. */
static gboolean write_frame(RondCopyWriter *self, const guint8 *frame,
			    gsize len, GError **error)
{
	if (len > self->limit - self->packed)
		return rond_fail(error, ENOSPC,
				 "its seekable copy would take more than "
				 "%" G_GUINT64_FORMAT
				 " MB of the cache; raise --cache-size",
				 self->limit >> 20);
	return write_all(self->fd, frame, len, error);
}

static gboolean flush_block(RondCopyWriter *self, GError **error)
{
	RondSeekPoint point = {.in = self->packed * 8, .out = self->written};
	gsize len;

	if (self->failure) {
		g_propagate_error(error, g_error_copy(self->failure));
		return FALSE;
	}
	if (!self->filled)
		return TRUE;
	const guint8 *frame =
	    rond_framer_make(self->framer, self->block, self->filled, &len);

	if (!write_frame(self, frame, len, &self->failure))
		return flush_block(self, error);
	rond_index_builder_add_point(self->builder, &point);
	rond_index_builder_add_block(self->builder,
				     rond_crc32(0, self->block, self->filled));
	self->packed += len;
	self->written += self->filled;
	self->filled = 0;
	return TRUE;
}

gboolean rond_copy_writer_append(RondCopyWriter *self, const void *buf,
				 gsize len, guint64 *at, GError **error)
{
	const guint8 *from = buf;

	if (at)
		*at = rond_copy_writer_size(self);
	while (len) {
		gsize part = MIN(len, ROND_COPY_BLOCK_SIZE - self->filled);

		memcpy(self->block + self->filled, from, part);
		self->filled += part;
		from += part;
		len -= part;
		if (self->filled == ROND_COPY_BLOCK_SIZE &&
		    !flush_block(self, error))
			return FALSE;
	}
	return TRUE;
}

gboolean rond_copy_writer_finish(RondCopyWriter *self, GError **error)
{
	if (!flush_block(self, error))
		return FALSE;
	rond_index_builder_end_map(self->builder, self->written);
	return TRUE;
}
