/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A small deflated zip member as a stream: decoded at once when its first byte
 * is read, checked against its CRC-32, and kept as one block of the cache.
 */
#pragma once

#include "backends/stream/cache.h"
#include "backends/stream/stream.h"

typedef struct {
	RondStream *packed; /* its deflate stream; a reference is taken */
	RondBlockCache *cache;
	RondBlockKey key;     /* of its one block */
	guint64 size;	      /* decoded: at most ROND_SMALL_MEMBER */
	const guint32 *crc32; /* lives as long as the owner */
	gpointer owner;	      /* a reference that is taken over */
	GDestroyNotify owner_free;
} RondSmallMember;

/* Whether @packed_size is in proportion to @size: such a member can be read
 * whole into memory. What is larger holds blocks that give nothing. */
gboolean rond_small_member_fits(guint64 packed_size, guint64 size);

RondStream *rond_small_member_new(const RondSmallMember *member);
