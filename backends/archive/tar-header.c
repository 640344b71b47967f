/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/archive/tar-header.h"

#include <string.h>

RondTarLayout rond_tar_header_layout(const RondTarHeader *self)
{
	if (memcmp(self->magic, "ustar", 5) != 0)
		return ROND_TAR_V7;
	return self->magic[5] == ' ' ? ROND_TAR_GNU : ROND_TAR_USTAR;
}

gboolean rond_tar_block_is_zero(const void *block)
{
	const guint8 *bytes = block;

	/* Nearly all blocks are told by their first byte. */
	return bytes[0] == 0 &&
	       memcmp(bytes, bytes + 1, ROND_TAR_BLOCK - 1) == 0;
}

/* Base-256: the first byte's top bit marks it, the next one is the sign. */
static gboolean base256(const guint8 *field, gsize len, gint64 *value)
{
	const gint64 sign = field[0] & 0x40 ? -1 : 0;
	guint64 bits = ((guint64)sign & ~(guint64)0x3f) | (field[0] & 0x3f);

	for (gsize i = 1; i < len; i++) {
		/* What leaves at the top must be copies of the sign. */
		if ((gint64)bits >> 55 != sign)
			return FALSE;
		bits = bits << 8 | field[i];
	}
	*value = (gint64)bits;
	return TRUE;
}

gboolean rond_tar_number(const char *field, gsize len, gint64 *value)
{
	gint64 number = 0;
	gsize i = 0;

	if ((guint8)field[0] & 0x80)
		return base256((const guint8 *)field, len, value);
	while (i < len && field[i] == ' ')
		i++;
	for (; i < len && field[i] >= '0' && field[i] <= '7'; i++)
		number = number << 3 | (field[i] - '0');
	*value = number;
	return TRUE;
}

static gboolean is_number(const char *field, gsize len)
{
	if ((guint8)field[0] & 0x80)
		return TRUE;
	for (gsize i = 0; i < len; i++) {
		if (field[i] && !strchr("01234567 ", field[i]))
			return FALSE;
	}
	return TRUE;
}

static gboolean checksum_right(const RondTarHeader *self)
{
	const guint8 *bytes = (const guint8 *)self;
	guint sum = 0, high = 0;
	gint64 wanted;

	for (gsize i = 0; i < ROND_TAR_BLOCK; i++) {
		sum += bytes[i];
		high += bytes[i] >> 7;
	}
	/* The field itself counts as eight spaces. */
	for (gsize i = 0; i < sizeof(self->checksum); i++) {
		sum -= (guint8)self->checksum[i];
		high -= (guint8)self->checksum[i] >> 7;
	}
	sum += sizeof(self->checksum) * ' ';
	if (!rond_tar_number(self->checksum, sizeof(self->checksum), &wanted))
		return FALSE;
	return wanted == sum || wanted == (gint64)sum - 256 * (gint64)high;
}

gboolean rond_tar_header_valid(const RondTarHeader *self)
{
	if (!checksum_right(self))
		return FALSE;
	if (rond_tar_header_layout(self) != ROND_TAR_V7)
		return TRUE;
	return self->name[0] != '\0' &&
	       is_number(self->mode, sizeof(self->mode)) &&
	       is_number(self->uid, sizeof(self->uid)) &&
	       is_number(self->gid, sizeof(self->gid)) &&
	       is_number(self->size, sizeof(self->size)) &&
	       is_number(self->mtime, sizeof(self->mtime));
}
