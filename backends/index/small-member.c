/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/index/small-member.h"

#include "backends/codec/inflate-whole.h"
#include "backends/crc32.h"
#include "backends/error.h"

#include <errno.h>
#include <string.h>

#define SLACK (64 * 1024)

typedef struct {
	RondStream base;
	RondSmallMember member;
} SmallStream;

gboolean rond_small_member_fits(guint64 packed_size, guint64 size)
{
	return packed_size <= SLACK || (packed_size - SLACK) / 2 <= size;
}

static gboolean decode(const RondSmallMember *member, guint8 *out,
		       GError **error)
{
	gsize packed_len = rond_stream_size(member->packed);
	g_autofree guint8 *packed = g_try_malloc(packed_len);

	if (!packed && packed_len)
		return rond_fail_errno(error, ENOMEM, "can't decode");
	return rond_stream_pread_full(member->packed, packed, packed_len, 0,
				      error) &&
	       rond_inflate_whole(packed, packed_len, out, member->size, error);
}

static GBytes *fill(const RondBlockKey *key, gpointer data, GError **error)
{
	const RondSmallMember *member = data;
	g_autofree guint8 *out = g_try_malloc(member->size);

	if (!out) {
		rond_fail_errno(error, ENOMEM, "can't decode");
		return NULL;
	}
	if (!decode(member, out, error))
		return NULL;
	if (rond_crc32(0, out, member->size) != *member->crc32) {
		rond_fail(error, EIO,
			  "damaged, or changed since it was indexed: wrong "
			  "checksum");
		return NULL;
	}
	return g_bytes_new_take(g_steal_pointer(&out), member->size);
}

static gssize small_pread(RondStream *base, void *buf, gsize len,
			  guint64 offset, GError **error)
{
	SmallStream *self = (SmallStream *)base;
	RondSmallMember *member = &self->member;
	g_autoptr(GBytes) bytes = rond_block_cache_get(
	    member->cache, &member->key, fill, member, error);

	if (!bytes)
		return -1;
	memcpy(buf, (const guint8 *)g_bytes_get_data(bytes, NULL) + offset,
	       len);
	return (gssize)len;
}

static void small_free(RondStream *base)
{
	SmallStream *self = (SmallStream *)base;

	rond_stream_unref(self->member.packed);
	rond_block_cache_unref(self->member.cache);
	self->member.owner_free(self->member.owner);
	g_free(self);
}

RondStream *rond_small_member_new(const RondSmallMember *member)
{
	static const RondStreamOps ops = {
	    .pread = small_pread,
	    .free = small_free,
	};
	SmallStream *self = g_new0(SmallStream, 1);

	rond_stream_init(&self->base, &ops, member->size);
	self->member = *member;
	rond_stream_ref(member->packed);
	rond_block_cache_ref(member->cache);
	return &self->base;
}
