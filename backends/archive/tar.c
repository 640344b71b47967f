/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/archive/tar.h"
#include "backends/archive/tar-header.h"
#include "backends/archive/tar-input.h"
#include "backends/archive/tar-walk.h"
#include "backends/error.h"

#include <errno.h>

/* An archive of nothing is two zero blocks, padded to a record. */
#define MAX_EMPTY (1024UL * 1024)

typedef enum {
	STEP_ON,
	STEP_END,
	STEP_FAILED,
} Step;

static Step fail_end(GError **error, guint64 end, const char *where)
{
	rond_fail(error, EIO,
		  "the archive ends at byte %" G_GUINT64_FORMAT ", %s", end,
		  where);
	return STEP_FAILED;
}

/* The stream has ended at the walk's position, @len bytes into a block. */
static Step take_end(RondTarWalk *self, const guint8 *rest, gsize len,
		     GError **error)
{
	const guint64 end = self->pos + len;
	gsize zeros = 0;

	while (zeros < len && rest[zeros] == 0)
		zeros++;
	if (self->pending)
		return fail_end(error, end,
				"before the entry that its last header is for");
	if (zeros < len && self->zeros == 0)
		return fail_end(error, end, "in the middle of a header");
	if (end == 0)
		return fail_end(error, end, "before the first header");
	if (zeros < len)
		rond_tar_walk_garbage(self);
	else if (self->zeros == 0)
		rond_tar_note(&self->report,
			      "the archive has no end mark: it may have been "
			      "cut off at byte %" G_GUINT64_FORMAT,
			      end);
	return STEP_END;
}

static void take_zeros(RondTarWalk *self)
{
	self->zeros++;
	self->pos += ROND_TAR_BLOCK;
	if (self->pending)
		rond_tar_walk_drop_pending(self);
	/* What follows is another archive: nothing said so far is about it. */
	if (self->zeros == 2)
		rond_tar_pax_reset(self->global);
}

/* The block at the walk's position is no header. Look for the next one, as
 * GNU tar does. */
static Step search(RondTarWalk *self, GError **error)
{
	const guint64 from = self->pos;
	const RondTarHeader *block;
	gsize len;

	do {
		self->pos += ROND_TAR_BLOCK;
		if (rond_tar_walk_cancelled(self, error))
			return STEP_FAILED;
		block =
		    rond_tar_input_block(self->input, self->pos, &len, error);
		if (!block)
			return STEP_FAILED;
	} while (len == ROND_TAR_BLOCK && !rond_tar_header_valid(block));

	if (len < ROND_TAR_BLOCK && self->zeros > 0) {
		self->pos = from;
		rond_tar_walk_garbage(self);
		return STEP_END;
	}
	if (len < ROND_TAR_BLOCK) {
		rond_fail(error, EIO,
			  "there is no header at byte %" G_GUINT64_FORMAT
			  " and none after it: the rest is lost",
			  from);
		return STEP_FAILED;
	}
	rond_tar_damage(&self->report, from, self->pos,
			"no header at byte %" G_GUINT64_FORMAT
			", the next one is at byte %" G_GUINT64_FORMAT
			": what was between is lost",
			from, self->pos);
	rond_tar_walk_drop_pending(self);
	self->zeros = 0;
	return STEP_ON;
}

static Step step(RondTarWalk *self, GError **error)
{
	gsize len;
	const void *block =
	    rond_tar_input_block(self->input, self->pos, &len, error);

	if (!block || rond_tar_walk_cancelled(self, error))
		return STEP_FAILED;
	if (len < ROND_TAR_BLOCK)
		return take_end(self, block, len, error);
	if (rond_tar_block_is_zero(block)) {
		take_zeros(self);
		return STEP_ON;
	}
	if (rond_tar_header_valid(block)) {
		self->zeros = 0;
		return rond_tar_walk_header(self, block, error) ? STEP_ON
								: STEP_FAILED;
	}
	/* Behind the end mark there may be an older archive's remains: what
	 * doesn't follow directly is none of ours. */
	if (self->zeros >= 2) {
		rond_tar_walk_garbage(self);
		return STEP_END;
	}
	return search(self, error);
}

static gboolean walk(RondStream *stream, const RondArchiveSink *sink,
		     GCancellable *cancellable, GError **error)
{
	g_autoptr(RondTarWalk) self =
	    rond_tar_walk_new(stream, sink, cancellable);
	Step result;

	do {
		result = step(self, error);
	} while (result == STEP_ON);
	return result == STEP_END;
}

/* Whether all of @stream is zeros, whole blocks of them. */
static gboolean is_empty_archive(RondStream *stream)
{
	g_autoptr(RondTarInput) input = rond_tar_input_new(stream);
	const guint64 size = rond_stream_size(stream);
	gsize len = ROND_TAR_BLOCK;

	if (size != ROND_SIZE_UNKNOWN && size > MAX_EMPTY)
		return FALSE;
	for (guint64 at = 0; at <= MAX_EMPTY; at += ROND_TAR_BLOCK) {
		const void *block = rond_tar_input_block(input, at, &len, NULL);

		if (!block || len == 0)
			return block != NULL;
		if (len < ROND_TAR_BLOCK || !rond_tar_block_is_zero(block))
			return FALSE;
	}
	return FALSE;
}

static gboolean probe(RondStream *stream, const guint8 *head, gsize len)
{
	if (len < ROND_TAR_BLOCK)
		return FALSE;
	if (!rond_tar_block_is_zero(head))
		return rond_tar_header_valid((const RondTarHeader *)head);
	if (stream)
		return is_empty_archive(stream);
	for (gsize at = 0; at < len; at += ROND_TAR_BLOCK) {
		if (len - at < ROND_TAR_BLOCK ||
		    !rond_tar_block_is_zero(head + at))
			return FALSE;
	}
	return TRUE;
}

const RondArchiveFormat rond_tar_format = {
    .name = "tar",
    .probe = probe,
    .walk = walk,
};
