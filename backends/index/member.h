/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A zip member as a stream.
 *
 * A small one is one block, checked against the CRC-32 that the directory has;
 * a large one is read by the map that the first pass made of it.
 */
#pragma once

#include "backends/stream/decoded.h"

/* Members up to this size are decoded whole; the first pass makes a map of
 * larger ones. Bytes. */
#define ROND_SMALL_MEMBER (4 << 20)

typedef struct {
	RondStream *zip;
	RondBlockCache *cache;
	RondBlockKey key; /* of its block 0 */
	guint64 local_offset, packed_size, size;
	const guint32 *crc32; /* lives as long as the owner */
	gboolean deflated;
	gboolean mapped; /* @map is one */
	RondDecodedMap map;
	gpointer owner; /* a reference that is taken over, also on failure */
	GDestroyNotify owner_free;
} RondMember;

/* NULL with @error (EIO) when there is no such member. */
RondStream *rond_member_stream_new(const RondMember *member, GError **error);
