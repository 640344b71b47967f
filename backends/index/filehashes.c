/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/index/filehashes.h"

#include <string.h>

/* Holes are hashed as zeros, at two GB a second: a petabyte of them, which
 * takes a few bytes of an archive, would take a week. */
#define MAX_HOLES (G_GUINT64_CONSTANT(256) << 20)
#define MAX_ALL_HOLES (G_GUINT64_CONSTANT(4) << 30)
/* Of a block of nothing but empty files. */
#define MAX_STEPS 4096

typedef struct {
	guint64 from, to; /* decoded bytes that it is in */
	guint32 inode;
	gboolean spoilt;
} File;

/* @zeros zero bytes of a file, then the @length decoded bytes at @at. */
typedef struct {
	guint64 at, length, zeros;
	guint64 done; /* bytes given to the hasher */
	guint32 file;
	gboolean first, last;
} Piece;

struct RondFileHashes {
	RondHasher *hasher;
	GArray *files;	/* File */
	GArray *pieces; /* Piece: to come, from @piece on */
	guint piece;
	guint64 end;	 /* of the pieces so far */
	guint64 holes;	 /* hashed so far */
	GArray *doubted; /* RondRange */
	/* What is fed: the block being filled, and how much is missing. */
	RondHashBlock *block;
	guint64 missing;
	gboolean begun; /* that file, or the one that grows */
};

RondFileHashes *rond_file_hashes_new(RondHasher *hasher)
{
	RondFileHashes *self = g_new0(RondFileHashes, 1);

	self->hasher = hasher;
	self->files = g_array_new(FALSE, FALSE, sizeof(File));
	self->pieces = g_array_new(FALSE, FALSE, sizeof(Piece));
	self->doubted = g_array_new(FALSE, FALSE, sizeof(RondRange));
	return self;
}

void rond_file_hashes_free(RondFileHashes *self)
{
	if (self->block)
		rond_hasher_drop(self->hasher, self->block);
	g_array_unref(self->files);
	g_array_unref(self->pieces);
	g_array_unref(self->doubted);
	g_free(self);
}

static File *file_at(RondFileHashes *self, guint32 number)
{
	return &g_array_index(self->files, File, number);
}

static guint32 add_file(RondFileHashes *self, guint32 inode)
{
	File file = {.inode = inode};

	g_array_append_val(self->files, file);
	return self->files->len - 1;
}

static void add_piece(RondFileHashes *self, const Piece *piece)
{
	g_array_append_val(self->pieces, *piece);
	self->end = piece->at + piece->length;
}

/* Whether the file's extents rise as the decoded bytes do, and its holes can be
 * afforded. */
static gboolean can_hash(RondFileHashes *self, const RondEntry *entry)
{
	guint64 at = self->end, offset = 0, stored = 0;

	if (entry->method != ROND_STORED)
		return FALSE;
	for (gsize i = 0; i < entry->n_extents; i++) {
		const RondExtent *extent = &entry->extents[i];

		if (extent->at < at || extent->offset < offset ||
		    extent->offset > entry->size ||
		    extent->length > entry->size - extent->offset ||
		    extent->length > G_MAXINT64 - extent->at)
			return FALSE;
		at = extent->at + extent->length;
		offset = extent->offset + extent->length;
		stored += extent->length;
	}
	if (entry->size - stored > MAX_HOLES ||
	    entry->size - stored > MAX_ALL_HOLES - self->holes)
		return FALSE;
	self->holes += entry->size - stored;
	return TRUE;
}

void rond_file_hashes_add(RondFileHashes *self, guint32 inode,
			  const RondEntry *entry)
{
	guint32 number = add_file(self, inode);
	File *file = file_at(self, number);
	guint64 offset = 0;

	if (!can_hash(self, entry)) {
		file->spoilt = TRUE;
		return;
	}
	file->from = entry->n_extents ? entry->extents->at : self->end;
	for (gsize i = 0; i < entry->n_extents; i++) {
		const RondExtent *extent = &entry->extents[i];
		Piece piece = {.at = extent->at,
			       .length = extent->length,
			       .zeros = extent->offset - offset,
			       .file = number,
			       .first = i == 0};

		offset = extent->offset + extent->length;
		piece.last = offset == entry->size && i + 1 == entry->n_extents;
		add_piece(self, &piece);
	}
	file->to = self->end;
	/* It is empty, or ends in a hole. */
	if (!entry->n_extents || offset < entry->size)
		add_piece(self, &(Piece){.at = self->end,
					 .zeros = entry->size - offset,
					 .file = number,
					 .first = !entry->n_extents,
					 .last = TRUE});
}

guint32 rond_file_hashes_add_whole(RondFileHashes *self, guint32 inode)
{
	guint32 number = add_file(self, inode);

	file_at(self, number)->to = G_MAXUINT64;
	add_piece(self, &(Piece){.length = G_MAXUINT64,
				 .file = number,
				 .first = TRUE,
				 .last = TRUE});
	return number;
}

guint32 rond_file_hashes_open(RondFileHashes *self)
{
	self->begun = FALSE;
	return add_file(self, ROND_INDEX_NONE);
}

void rond_file_hashes_grow(RondFileHashes *self, guint64 at, guint64 length)
{
	const guint32 number = self->files->len - 1;
	File *file = file_at(self, number);

	if (!length)
		return;
	if (!self->begun)
		file->from = at;
	file->to = at + length;
	add_piece(self, &(Piece){.at = at,
				 .length = length,
				 .file = number,
				 .first = !self->begun});
	self->begun = TRUE;
}

void rond_file_hashes_close(RondFileHashes *self)
{
	add_piece(self, &(Piece){.at = self->end,
				 .file = self->files->len - 1,
				 .first = !self->begun,
				 .last = TRUE});
}

/* Put the piece's bytes that are in [@start, @end) into the block. FALSE: it
 * goes on behind it, or begins there. */
static gboolean cut_piece(RondFileHashes *self, Piece *piece,
			  RondHashBlock *block, guint64 start)
{
	const guint64 end = start + block->len;
	guint64 from = piece->at + piece->done;

	/* What takes no bytes is nowhere. */
	if (!piece->length)
		from = MAX(from, start);
	if (from > end || (from == end && piece->length))
		return FALSE;
	/* Added too late: its beginning has gone by. */
	if (from < start) {
		file_at(self, piece->file)->spoilt = TRUE;
		return TRUE;
	}
	RondHashStep step = {
	    .file = piece->file,
	    .from = (guint32)(from - start),
	    .len = (guint32)MIN(end - from, piece->length - piece->done),
	    .first = piece->first && !piece->done,
	    .zeros = piece->done ? 0 : piece->zeros,
	};

	piece->done += step.len;
	step.last = piece->last && piece->done == piece->length;
	g_array_append_val(block->steps, step);
	return piece->done == piece->length;
}

static void forget_pieces(RondFileHashes *self)
{
	g_array_set_size(self->pieces, 0);
	self->piece = 0;
}

static void flush(RondFileHashes *self)
{
	if (self->block)
		rond_hasher_give(self->hasher, g_steal_pointer(&self->block));
}

void rond_file_hashes_cut(RondFileHashes *self, RondHashBlock *block,
			  guint64 start)
{
	flush(self);
	while (self->piece < self->pieces->len &&
	       cut_piece(self, &g_array_index(self->pieces, Piece, self->piece),
			 block, start))
		self->piece++;
	if (self->piece == self->pieces->len)
		forget_pieces(self);
	else if (self->piece > self->pieces->len / 2) {
		g_array_remove_range(self->pieces, 0, self->piece);
		self->piece = 0;
	}
}

/* The end of a file that is all there is comes as a step of its own. */
static void end_whole(RondFileHashes *self, const Piece *piece, guint64 size)
{
	RondHashBlock *block = rond_hasher_take(self->hasher);
	RondHashStep step = {
	    .file = piece->file, .first = !piece->done, .last = TRUE};

	file_at(self, piece->file)->to = size;
	g_array_append_val(block->steps, step);
	rond_hasher_give(self->hasher, block);
}

void rond_file_hashes_end(RondFileHashes *self, guint64 size)
{
	if (self->piece < self->pieces->len) {
		const Piece *piece =
		    &g_array_index(self->pieces, Piece, self->piece);

		if (piece->length == G_MAXUINT64 && piece->done == size)
			end_whole(self, piece, size);
	}
	forget_pieces(self);
	self->end = 0;
}

static void add_step(RondFileHashes *self, gsize len)
{
	RondHashBlock *block = self->block;
	RondHashStep step = {
	    .file = self->files->len - 1,
	    .from = (guint32)block->len,
	    .len = (guint32)len,
	    .first = !self->begun,
	    .last = self->missing == len,
	};

	g_array_append_val(block->steps, step);
	block->len += len;
	self->begun = TRUE;
	self->missing -= len;
	if (block->len == ROND_BLOCK_SIZE || block->steps->len == MAX_STEPS)
		flush(self);
}

static void need_block(RondFileHashes *self)
{
	if (!self->block)
		self->block = rond_hasher_take(self->hasher);
}

guint32 rond_file_hashes_add_fed(RondFileHashes *self, guint32 inode,
				 guint64 size)
{
	guint32 number = add_file(self, inode);

	/* Nobody knows where it lay: any damage is its own. */
	file_at(self, number)->to = 1;
	self->missing = size;
	self->begun = FALSE;
	if (!size) {
		need_block(self);
		add_step(self, 0);
	}
	return number;
}

void rond_file_hashes_feed(RondFileHashes *self, const void *buf, gsize len)
{
	const guint8 *from = buf;

	/* More than was announced: it is the size that is wrong, then. */
	if (len > self->missing) {
		if (self->files->len)
			rond_file_hashes_spoil(self, self->files->len - 1);
		return;
	}
	while (len) {
		need_block(self);
		gsize part = MIN(len, ROND_BLOCK_SIZE - self->block->len);

		memcpy(self->block->data + self->block->len, from, part);
		add_step(self, part);
		from += part;
		len -= part;
	}
}

void rond_file_hashes_doubt(RondFileHashes *self, guint64 from, guint64 to)
{
	RondRange range = {from, to};

	if (from < to)
		g_array_append_val(self->doubted, range);
}

void rond_file_hashes_spoil(RondFileHashes *self, guint32 file)
{
	file_at(self, file)->spoilt = TRUE;
}

static gint compare_ranges(gconstpointer a, gconstpointer b)
{
	const RondRange *left = a, *right = b;

	return left->from < right->from ? -1 : left->from > right->from;
}

/* So that each range ends behind the one before it, and can be searched. */
static void sort_doubted(GArray *doubted)
{
	guint64 end = 0;

	g_array_sort(doubted, compare_ranges);
	for (guint i = 0; i < doubted->len; i++) {
		RondRange *range = &g_array_index(doubted, RondRange, i);

		end = MAX(end, range->to);
		range->to = end;
	}
}

static gboolean is_doubted(const RondFileHashes *self, const File *file)
{
	guint low = 0, high = self->doubted->len;

	/* The first range that ends behind the file's beginning. */
	while (low < high) {
		guint middle = low + (high - low) / 2;

		if (g_array_index(self->doubted, RondRange, middle).to <=
		    file->from)
			low = middle + 1;
		else
			high = middle;
	}
	return low < self->doubted->len &&
	       g_array_index(self->doubted, RondRange, low).from < file->to;
}

void rond_file_hashes_wait(RondFileHashes *self)
{
	flush(self);
	rond_hasher_wait(self->hasher);
	sort_doubted(self->doubted);
}

const guint8 *rond_file_hashes_sha256(RondFileHashes *self, guint32 number)
{
	const File *file = file_at(self, number);

	if (file->spoilt || is_doubted(self, file))
		return NULL;
	return rond_hasher_sha256(self->hasher, number);
}

static void give(RondFileHashes *self, RondIndexBuilder *builder,
		 guint32 number)
{
	const guint8 *hash = rond_file_hashes_sha256(self, number);

	if (hash)
		rond_index_builder_set_sha256(
		    builder, file_at(self, number)->inode, hash);
}

/* Backwards: of the files of an inode (a link may bring content anew) the last
 * counts, also one without a hash. */
void rond_file_hashes_settle(RondFileHashes *self, RondIndexBuilder *builder)
{
	g_autoptr(GByteArray) seen = g_byte_array_new();
	guint32 highest = 0;

	rond_file_hashes_wait(self);
	for (guint32 i = 0; i < self->files->len; i++)
		if (file_at(self, i)->inode != ROND_INDEX_NONE)
			highest = MAX(highest, file_at(self, i)->inode);
	g_byte_array_set_size(seen, highest + 1);
	memset(seen->data, 0, seen->len);
	for (guint32 i = self->files->len; i-- > 0;) {
		guint32 inode = file_at(self, i)->inode;

		if (inode == ROND_INDEX_NONE || seen->data[inode])
			continue;
		seen->data[inode] = TRUE;
		give(self, builder, i);
	}
}
