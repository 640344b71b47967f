/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/index/firstpass.h"

#include "backends/crc32.h"
#include "backends/error.h"
#include "backends/index/blocks.h"

#include <errno.h>
#include <string.h>

#define POINT_SPACING (1 << 19)
/* Where the points together take more of the backup than that part, of text
 * hardly anything else, they are twice as far from each other. */
#define POINTS_PART 200
/* What is doubtful before the place where decoding ended is left out up to this
 * much: the block of a bzip2 or lz4, of which damage can make more. */
#define MAX_SUSPECT (4 << 20)
/* Blocks kept back before they are hashed: who walks an archive may have read
 * on a little when he reports a file. */
#define KEPT_BACK 2

struct RondFirstPass {
	RondStream base;
	RondFirstPassConfig config;
	RondBlocks *blocks;
	RondHashBlock *block;		/* the one at hand */
	guint64 start;			/* decoded position of @block */
	RondHashBlock *kept[KEPT_BACK]; /* those before it, the oldest first */
	guint n_kept;
	guint32 crc32;		  /* of all decoded, for ROND_KEEP_POINTS */
	guint64 suspect, doubted; /* the last damage that was told */
};

/* What may be wrong is not hashed; where it is not known whose it is, nothing
 * is. */
static void doubt(RondFirstPass *self, guint64 from, guint64 to)
{
	if (!self->config.files || self->config.member)
		return;
	if (self->config.keep == ROND_KEEP_NOTHING)
		rond_file_hashes_doubt(self->config.files, 0, G_MAXUINT64);
	else
		rond_file_hashes_doubt(self->config.files, from, to);
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
	if (finding->kind == ROND_FINDING_DAMAGED) {
		doubt(self, finding->from, finding->to);
		take_damage(self, finding->from, finding->to);
	} else if (finding->kind == ROND_FINDING_LOST) {
		take_loss(self, finding->from);
	}
}

/* Have the block at @start hashed. */
static void give_block(RondFirstPass *self, RondHashBlock *block, guint64 start)
{
	block->checked =
	    self->config.keep == ROND_KEEP_POINTS && block->len > 0;
	if (self->config.files && self->config.keep != ROND_KEEP_NOTHING)
		rond_file_hashes_cut(self->config.files, block, start);
	if (block->checked || block->steps->len)
		rond_hasher_give(self->config.hasher, block);
	else
		rond_hasher_drop(self->config.hasher, block);
}

static void give_oldest(RondFirstPass *self)
{
	const guint64 behind = (guint64)self->n_kept * ROND_BLOCK_SIZE;
	RondHashBlock *block = self->kept[0];

	self->n_kept--;
	memmove(self->kept, self->kept + 1, self->n_kept * sizeof *self->kept);
	give_block(self, block, self->start - behind);
}

/* The next block is the one at hand. */
static gboolean take_block(RondFirstPass *self, GError **error)
{
	RondHashBlock *block = rond_blocks_next(self->blocks);

	self->block = block;
	return self->config.keep != ROND_KEEP_COPY ||
	       rond_copy_writer_append(self->config.copy, block->data,
				       block->len, NULL, error);
}

/* Make the block that holds @offset the one at hand; past the end, the last
 * one stays. */
static gboolean advance(RondFirstPass *self, guint64 offset, GError **error)
{
	while (offset - self->start >= ROND_BLOCK_SIZE &&
	       !rond_blocks_ended(self->blocks)) {
		if (self->n_kept == KEPT_BACK)
			give_oldest(self);
		self->kept[self->n_kept++] = self->block;
		self->start += ROND_BLOCK_SIZE;
		if (!take_block(self, error))
			return FALSE;
	}
	return TRUE;
}

/* Bytes before the block at hand, as far as they are kept; how many: none that
 * are not. */
static gsize read_back(RondFirstPass *self, guint8 *buf, gsize len,
		       guint64 offset)
{
	gsize done = 0;

	while (done < len && offset + done < self->start) {
		guint64 back =
		    (self->start - offset - done - 1) / ROND_BLOCK_SIZE;
		gsize at = (offset + done) % ROND_BLOCK_SIZE;
		gsize part = MIN(len - done, ROND_BLOCK_SIZE - at);

		if (back >= self->n_kept)
			break;
		memcpy(buf + done,
		       self->kept[self->n_kept - 1 - back]->data + at, part);
		done += part;
	}
	return done;
}

static gssize pass_pread(RondStream *base, void *buf, gsize len, guint64 offset,
			 GError **error)
{
	RondFirstPass *self = (RondFirstPass *)base;
	gsize done = read_back(self, buf, len, offset);

	if (offset + done < self->start && len) {
		if (done == len)
			return (gssize)done;
		rond_fail(error, EINVAL, "reading back in a first pass");
		return -1;
	}
	while (done < len) {
		if (!advance(self, offset + done, error))
			return -1;
		guint64 at = offset + done - self->start;

		if (at >= self->block->len)
			break;
		gsize part = MIN(len - done, self->block->len - at);

		memcpy((guint8 *)buf + done, self->block->data + at, part);
		done += part;
	}
	const GError *failure = rond_blocks_failure(self->blocks);

	if (!done && len && failure) {
		g_propagate_error(error, g_error_copy(failure));
		return -1;
	}
	return (gssize)done;
}

static void pass_free(RondStream *base)
{
	RondFirstPass *self = (RondFirstPass *)base;

	g_clear_pointer(&self->blocks, rond_blocks_free);
	rond_stream_unref(self->config.source);
	for (guint i = 0; i < self->n_kept; i++)
		rond_hasher_drop(self->config.hasher, self->kept[i]);
	if (self->block)
		rond_hasher_drop(self->config.hasher, self->block);
	g_free(self);
}

static void begin_map(RondFirstPass *self)
{
	RondMapStart start = {self->config.member, self->config.codec->name,
			      ROND_CHECK_SIZE};

	if (self->config.keep == ROND_KEEP_POINTS)
		rond_index_builder_begin_map(self->config.builder, &start);
}

static RondBlocks *new_blocks(RondFirstPass *self, GError **error)
{
	const RondFirstPassConfig *config = &self->config;
	const RondBlocksConfig blocks = {
	    .source = config->source,
	    .codec = config->codec,
	    .hasher = config->hasher,
	    .spacing = config->in_order ? 2 * POINT_SPACING : POINT_SPACING,
	    .points = config->keep == ROND_KEEP_POINTS,
	    .finding = on_finding,
	    .data = self,
	};

	return rond_blocks_new(&blocks, error);
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
	begin_map(self);
	self->blocks = new_blocks(self, error);
	if (!self->blocks || !take_block(self, error))
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

/* How far from each other those points are to be that have a window. */
static guint64 choose_spacing(const RondFirstPass *self, const GArray *points,
			      const GByteArray *windows)
{
	guint64 bytes = windows->len + points->len * sizeof(RondSeekPoint);

	if (bytes <= rond_stream_size(self->config.source) / POINTS_PART)
		return 0;
	return 2 * POINT_SPACING;
}

static void take_points(RondFirstPass *self)
{
	GArray *points = rond_hasher_points(self->config.hasher);
	GByteArray *windows = rond_hasher_windows(self->config.hasher);
	guint64 spacing = choose_spacing(self, points, windows), last = 0;

	for (guint i = 0; i < points->len; i++) {
		const RondHashPoint *point =
		    &g_array_index(points, RondHashPoint, i);

		if (point->packed_len && point->point.out - last < spacing)
			continue;
		last = point->point.out;
		rond_index_builder_add_packed_point(
		    self->config.builder, &point->point,
		    windows->data + point->packed, point->packed_len);
	}
	g_array_set_size(points, 0);
	g_byte_array_set_size(windows, 0);
}

/* The second thread's results for the builder's map, of @size bytes. */
static void take_results(RondFirstPass *self, guint64 size)
{
	GArray *crcs = rond_hasher_crcs(self->config.hasher);

	rond_hasher_wait(self->config.hasher);
	for (guint i = 0; i < crcs->len; i++) {
		const guint64 at = (guint64)i * ROND_CHECK_SIZE;
		guint32 crc = g_array_index(crcs, guint32, i);

		rond_index_builder_add_block(self->config.builder, crc);
		self->crc32 = rond_crc32_combine(
		    self->crc32, crc, MIN(size - at, ROND_CHECK_SIZE));
	}
	g_array_set_size(crcs, 0);
	take_points(self);
	rond_index_builder_end_map(self->config.builder, size);
}

gboolean rond_first_pass_finish(RondFirstPass *self, guint64 *size,
				GError **error)
{
	const GError *failure;

	if (!advance(self, G_MAXUINT64, error)) {
		rond_blocks_stop(self->blocks);
		return FALSE;
	}
	while (self->n_kept)
		give_oldest(self);
	*size = self->start + self->block->len;
	give_block(self, g_steal_pointer(&self->block), self->start);
	if (self->config.files)
		rond_file_hashes_end(self->config.files, *size);
	if (self->config.keep == ROND_KEEP_POINTS)
		take_results(self, *size);
	failure = rond_blocks_failure(self->blocks);
	if (!failure)
		return TRUE;
	g_propagate_error(error, g_error_copy(failure));
	return FALSE;
}
