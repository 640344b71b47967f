/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/index/member.h"

#include "backends/archive/zip.h"
#include "backends/error.h"
#include "backends/index/small-member.h"

#include <errno.h>

/* The map of a small member: one block, the directory's CRC. */
static void map_whole(const RondMember *member, RondDecodedMap *map)
{
	*map = (RondDecodedMap){
	    .codec =
		rond_codec_by_name(member->deflated ? "deflate" : "stored"),
	    .size = member->size,
	    .block_size = (guint32)MAX(member->size, 1),
	    .block_crcs = member->crc32,
	};
}

static RondStream *open_member(const RondMember *member, GError **error)
{
	guint64 at;

	if (!rond_zip_data_offset(member->zip, member->local_offset, &at,
				  error))
		return NULL;
	if (!member->deflated && member->packed_size != member->size) {
		rond_fail(error, EIO, "the zip contradicts itself");
		return NULL;
	}
	return rond_slice_stream_new(member->zip, at, member->packed_size);
}

/* Decoded at once where that can be: NULL says that it can't. */
static RondStream *open_small(const RondMember *member, RondStream *packed)
{
	RondSmallMember small = {
	    .packed = packed,
	    .cache = member->cache,
	    .key = member->key,
	    .size = member->size,
	    .crc32 = member->crc32,
	    .owner = member->owner,
	    .owner_free = member->owner_free,
	};

	if (!member->deflated || member->mapped ||
	    member->size > ROND_SMALL_MEMBER ||
	    !rond_small_member_fits(member->packed_size, member->size))
		return NULL;
	return rond_small_member_new(&small);
}

RondStream *rond_member_stream_new(const RondMember *member, GError **error)
{
	g_autoptr(RondStream) packed = open_member(member, error);
	RondDecodedConfig config = {
	    .packed = packed,
	    .cache = member->cache,
	    .key = member->key,
	    .map = member->map,
	    .owner = member->owner,
	    .owner_free = member->owner_free,
	};

	RondStream *small = packed ? open_small(member, packed) : NULL;

	if (small)
		return small;
	if (packed && !member->mapped && member->size <= ROND_SMALL_MEMBER)
		map_whole(member, &config.map);
	if (packed && config.map.codec)
		return rond_decoded_stream_new(&config);
	member->owner_free(member->owner);
	if (packed)
		rond_fail(error, EIO, "damaged: it could not be indexed");
	return NULL;
}
