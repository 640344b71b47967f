/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/archive/tar-sparse.h"
#include "backends/error.h"

#include <errno.h>

void rond_tar_sparse_init(RondTarSparse *self)
{
	self->extents = g_array_new(FALSE, FALSE, sizeof(RondExtent));
	self->wrong = NULL;
}

void rond_tar_sparse_clear(RondTarSparse *self)
{
	g_array_unref(self->extents);
}

void rond_tar_sparse_reset(RondTarSparse *self)
{
	g_array_set_size(self->extents, 0);
	self->wrong = NULL;
}

static const RondExtent *last(const RondTarSparse *self)
{
	if (self->extents->len == 0)
		return NULL;
	return &g_array_index(self->extents, RondExtent,
			      self->extents->len - 1);
}

void rond_tar_sparse_add(RondTarSparse *self, guint64 offset, guint64 length)
{
	const RondExtent *before = last(self);
	const guint64 end = before ? before->offset + before->length : 0;
	const RondExtent piece = {.offset = offset, .length = length};

	if (self->wrong)
		return;
	if (offset > G_MAXINT64 || length > G_MAXINT64 - offset)
		self->wrong = "a piece is out of all bounds";
	else if (offset < end)
		self->wrong = "pieces overlap";
	else if (self->extents->len == ROND_TAR_MAX_PIECES)
		self->wrong = "more than 1,000,000 pieces";
	else if (length > 0)
		g_array_append_val(self->extents, piece);
}

void rond_tar_sparse_add_text(RondTarSparse *self, const char *text)
{
	const char *at = text;

	while (*at && !self->wrong) {
		guint64 number[2];

		for (gsize i = 0; i < G_N_ELEMENTS(number); i++) {
			char *end;

			number[i] = g_ascii_strtoull(at, &end, 10);
			if (end == at || (*end && *end != ',')) {
				self->wrong = "its list is malformed";
				return;
			}
			at = *end ? end + 1 : end;
		}
		rond_tar_sparse_add(self, number[0], number[1]);
	}
}

/* The pieces of one block, up to the first unused place. One of length 0 is in
 * use: it marks the end of a hole that ends the file. */
static void add_pieces(RondTarSparse *self, const RondTarPiece *pieces,
		       gsize count)
{
	for (gsize i = 0; i < count; i++) {
		const RondTarPiece *piece = &pieces[i];
		gint64 offset = -1, length = -1;

		if (piece->length[0] == '\0')
			return;
		rond_tar_number(piece->offset, sizeof(piece->offset), &offset);
		rond_tar_number(piece->length, sizeof(piece->length), &length);
		/* Negative ones become too large. */
		rond_tar_sparse_add(self, (guint64)offset, (guint64)length);
	}
}

static const void *map_block(RondTarInput *input, guint64 at, GError **error)
{
	gsize len;
	const void *block = rond_tar_input_block(input, at, &len, error);

	if (block && len < ROND_TAR_BLOCK) {
		rond_fail(error, EIO,
			  "the archive ends at byte %" G_GUINT64_FORMAT
			  ", in the map of a sparse file",
			  at + len);
		return NULL;
	}
	return block;
}

gboolean rond_tar_sparse_read_old(RondTarSparse *self,
				  const RondTarGnuHeader *header,
				  RondTarInput *input, guint64 *data,
				  GError **error)
{
	gboolean more = header->is_extended != '\0';

	add_pieces(self, header->pieces, G_N_ELEMENTS(header->pieces));
	while (more) {
		const RondTarGnuExtension *block =
		    map_block(input, *data, error);

		if (!block)
			return FALSE;
		*data += ROND_TAR_BLOCK;
		add_pieces(self, block->pieces, G_N_ELEMENTS(block->pieces));
		more = block->is_extended != '\0';
	}
	return TRUE;
}

/* The numbers at the head of the data, a line each. */
typedef struct {
	RondTarInput *input;
	guint64 at;   /* of the next block */
	guint64 left; /* bytes of the data from there */
	const char *block;
	gsize used, len;
} Lines;

/* The next byte; 0 when the data has no more. */
static gboolean next_byte(Lines *self, char *byte, GError **error)
{
	*byte = '\0';
	if (self->used == self->len) {
		if (self->left == 0)
			return TRUE;
		self->block = map_block(self->input, self->at, error);
		if (!self->block)
			return FALSE;
		self->used = 0;
		self->len = MIN(self->left, ROND_TAR_BLOCK);
		self->left -= self->len;
		self->at += ROND_TAR_BLOCK;
	}
	*byte = self->block[self->used++];
	return TRUE;
}

/* @valid: it was a number that fits. */
static gboolean next_number(Lines *self, guint64 *number, gboolean *valid,
			    GError **error)
{
	char byte;
	guint digits = 0;

	*number = 0;
	*valid = FALSE;
	for (;; digits++) {
		if (!next_byte(self, &byte, error))
			return FALSE;
		/* 19 digits can't overflow. */
		if (!g_ascii_isdigit(byte) || digits == 19)
			break;
		*number = *number * 10 + (guint64)(byte - '0');
	}
	*valid = byte == '\n' && digits > 0;
	return TRUE;
}

static gboolean read_pieces(RondTarSparse *self, Lines *lines, GError **error)
{
	guint64 count, offset, length;
	gboolean valid;

	if (!next_number(lines, &count, &valid, error))
		return FALSE;
	for (; valid && count > 0 && !self->wrong; count--) {
		if (!next_number(lines, &offset, &valid, error))
			return FALSE;
		if (valid && !next_number(lines, &length, &valid, error))
			return FALSE;
		if (valid)
			rond_tar_sparse_add(self, offset, length);
	}
	if (!valid)
		self->wrong = "its list is malformed";
	return TRUE;
}

gboolean rond_tar_sparse_read_1_0(RondTarSparse *self, RondTarInput *input,
				  guint64 *data, guint64 *size, GError **error)
{
	Lines lines = {.input = input, .at = *data, .left = *size};

	if (!read_pieces(self, &lines, error))
		return FALSE;
	*data = lines.at;
	*size = lines.left;
	return TRUE;
}

void rond_tar_sparse_place(RondTarSparse *self, guint64 data, guint64 size,
			   guint64 real_size)
{
	const RondExtent *end = last(self);
	guint64 at = 0;

	if (self->wrong || !end)
		return;
	if (end->offset + end->length > real_size) {
		self->wrong = "a piece lies behind the file's end";
		return;
	}
	for (guint i = 0; i < self->extents->len; i++) {
		RondExtent *extent =
		    &g_array_index(self->extents, RondExtent, i);

		extent->at = data + at;
		/* No overflow: the sum is at most @end's end. */
		at += extent->length;
	}
	if (at > size)
		self->wrong = "the pieces are more than the data";
}
