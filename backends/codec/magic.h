/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Magic numbers of zstd and lz4 frames, little-endian, and the skippable
 * frames that both have (RFC 8878, section 3.1.2; lz4_Frame_format.md). Private
 * to codecs.
 */
#pragma once

#include <glib.h>

#define ROND_SKIPPABLE_MAGIC 0x184d2a50u /* and the 15 after it */

static inline guint32 rond_magic_get(const guint8 *p)
{
	return p[0] | p[1] << 8 | p[2] << 16 | (guint32)p[3] << 24;
}

/* Whether @head, where it has fewer than 4 bytes as far as it goes, is
 * @magic. */
static inline gboolean rond_magic_matches(const guint8 *head, gsize len,
					  guint32 magic)
{
	for (gsize i = 0; i < MIN(len, 4); i++) {
		if (head[i] != (magic >> 8 * i & 0xff))
			return FALSE;
	}
	return len > 0;
}

static inline gboolean rond_magic_is_skippable(const guint8 *head, gsize len)
{
	guint8 low[4] = {ROND_SKIPPABLE_MAGIC & 0xff};

	if (len == 0 || (head[0] & 0xf0) != low[0])
		return FALSE;
	for (gsize i = 1; i < MIN(len, 4); i++) {
		if (head[i] != (ROND_SKIPPABLE_MAGIC >> 8 * i & 0xff))
			return FALSE;
	}
	return TRUE;
}

/* Where in @head the first frame begins that is not skippable; @len when that
 * is behind it. */
static inline gsize rond_magic_after_skippable(const guint8 *head, gsize len)
{
	gsize at = 0;

	while (len - at >= 8 && rond_magic_is_skippable(head + at, 4)) {
		gsize size = rond_magic_get(head + at + 4);
		if (size > len - at - 8)
			return len;
		at += 8 + size;
	}
	return at;
}
