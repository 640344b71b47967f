/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/index/firstpass.h"

#include "backends/crc32.h"
#include "backends/error.h"

#include <errno.h>
#include <string.h>

#define POINT_SPACING (1 << 20)
/* What is doubtful before the place where decoding ended is left out up to this
 * much: the block of a bzip2 or lz4, of which damage can make more. */
#define MAX_SUSPECT (4 << 20)

struct RondFirstPass {
	RondStream base;
	RondFirstPassConfig config;
	RondScan scan;
	RondDecoder *decoder;
	guint8 *block;
	guint64 start; /* decoded position of @block */
	gsize filled;
	guint32 crc32; /* of all decoded, for ROND_KEEP_POINTS */
	gboolean ended;
	GError *failure;	  /* decoding ended by this */
	guint64 suspect, doubted; /* the last damage that was told */
};

static void on_point(const RondSeekPoint *point, gpointer data)
{
	RondFirstPass *self = data;

	if (self->config.keep == ROND_KEEP_POINTS)
		rond_index_builder_add_point(self->config.builder, point);
}

/* A checksum over much doesn't tell where the damage is. Then the last byte is
 * what can't be had: what is read to its end doesn't look whole, and what is
 * probably sound can still be got. */
static void take_damage(RondFirstPass *self, guint64 from, guint64 to)
{
	if (self->config.keep == ROND_KEEP_NOTHING || to <= from)
		return;
	self->suspect = from;
	self->doubted = to;
	if (!self->config.member && to - from > ROND_BLOCK_SIZE)
		from = to - 1;
	rond_index_builder_add_damage(self->config.builder, from, to);
}

/* Decoding ends here, because of what was doubted: most of that is wrong. */
static void take_loss(RondFirstPass *self, guint64 at)
{
	if (at == self->doubted && at - self->suspect <= MAX_SUSPECT)
		rond_index_builder_add_damage(self->config.builder,
					      self->suspect, at);
}

static void on_finding(const RondFinding *finding, gpointer data)
{
	RondFirstPass *self = data;

	/* Of a member its name is told, too: by who knows it. */
	if (!self->config.member)
		rond_index_builder_add_finding(self->config.builder, finding);
	if (finding->kind == ROND_FINDING_DAMAGED)
		take_damage(self, finding->from, finding->to);
	else if (finding->kind == ROND_FINDING_LOST)
		take_loss(self, finding->from);
}

static void keep_checksum(RondFirstPass *self)
{
	guint32 crc = rond_crc32(0, self->block, self->filled);

	rond_index_builder_add_block(self->config.builder, crc);
	self->crc32 = rond_crc32_combine(self->crc32, crc, self->filled);
}

/* The block is complete, as far as it goes. */
static gboolean keep_block(RondFirstPass *self, GError **error)
{
	switch (self->config.keep) {
	case ROND_KEEP_NOTHING:
		return TRUE;
	case ROND_KEEP_POINTS:
		if (self->filled)
			keep_checksum(self);
		return TRUE;
	case ROND_KEEP_COPY:
		return rond_copy_writer_append(self->config.copy, self->block,
					       self->filled, NULL, error);
	}
	return TRUE;
}

/* Decode the rest of the block at self->start. */
static gboolean fill_block(RondFirstPass *self, GError **error)
{
	while (self->filled < ROND_BLOCK_SIZE && !self->ended) {
		gssize n = rond_decoder_read(
		    self->decoder, self->block + self->filled,
		    ROND_BLOCK_SIZE - self->filled, &self->failure);

		if (n <= 0)
			self->ended = TRUE;
		else
			self->filled += (gsize)n;
	}
	return keep_block(self, error);
}

/* Make the block that holds @offset the one at hand; past the end, the last
 * one stays. */
static gboolean advance(RondFirstPass *self, guint64 offset, GError **error)
{
	while (offset - self->start >= ROND_BLOCK_SIZE && !self->ended) {
		self->start += ROND_BLOCK_SIZE;
		self->filled = 0;
		if (!fill_block(self, error))
			return FALSE;
	}
	return TRUE;
}

static gssize pass_pread(RondStream *base, void *buf, gsize len, guint64 offset,
			 GError **error)
{
	RondFirstPass *self = (RondFirstPass *)base;
	gsize done = 0;

	if (offset < self->start) {
		rond_fail(error, EINVAL, "reading back in a first pass");
		return -1;
	}
	while (done < len) {
		if (!advance(self, offset + done, error))
			return -1;
		guint64 at = offset + done - self->start;

		if (at >= self->filled)
			break;
		gsize part = MIN(len - done, self->filled - at);

		memcpy((guint8 *)buf + done, self->block + at, part);
		done += part;
	}
	if (!done && len && self->failure) {
		g_propagate_error(error, g_error_copy(self->failure));
		return -1;
	}
	return (gssize)done;
}

static void pass_free(RondStream *base)
{
	RondFirstPass *self = (RondFirstPass *)base;

	g_clear_pointer(&self->decoder, rond_decoder_free);
	rond_stream_unref(self->config.source);
	g_clear_error(&self->failure);
	g_free(self->block);
	g_free(self);
}

static void begin_map(RondFirstPass *self)
{
	RondMapStart start = {self->config.member, self->config.codec->name,
			      ROND_BLOCK_SIZE};

	if (self->config.keep == ROND_KEEP_POINTS)
		rond_index_builder_begin_map(self->config.builder, &start);
}

RondFirstPass *rond_first_pass_new(const RondFirstPassConfig *config,
				   GError **error)
{
	static const RondStreamOps ops = {
	    .pread = pass_pread,
	    .free = pass_free,
	};
	g_autoptr(RondFirstPass) self = g_new0(RondFirstPass, 1);

	rond_stream_init(&self->base, &ops, ROND_SIZE_UNKNOWN);
	self->config = *config;
	rond_stream_ref(config->source);
	self->block = g_malloc(ROND_BLOCK_SIZE);
	self->scan = (RondScan){POINT_SPACING, on_point, on_finding, self};
	begin_map(self);
	self->decoder =
	    config->codec->open(config->source, NULL, &self->scan, error);
	if (!self->decoder || !fill_block(self, error))
		return NULL;
	return g_steal_pointer(&self);
}

void rond_first_pass_free(RondFirstPass *self)
{
	rond_stream_unref(&self->base);
}

RondStream *rond_first_pass_stream(RondFirstPass *self)
{
	return &self->base;
}

guint32 rond_first_pass_crc32(const RondFirstPass *self)
{
	return self->crc32;
}

gboolean rond_first_pass_finish(RondFirstPass *self, guint64 *size,
				GError **error)
{
	if (!advance(self, G_MAXUINT64, error))
		return FALSE;
	*size = self->start + self->filled;
	if (self->config.keep == ROND_KEEP_POINTS)
		rond_index_builder_end_map(self->config.builder, *size);
	if (!self->failure)
		return TRUE;
	g_propagate_error(error, g_error_copy(self->failure));
	return FALSE;
}
