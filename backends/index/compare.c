/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/index/compare.h"

#include <string.h>

int rond_compare_names(const RondIndex *a, const RondIndexEntry *entry,
		       const RondIndex *b, const RondIndexEntry *other)
{
	gsize len, other_len;
	const char *name = rond_index_name(a, entry, &len);
	const char *other_name = rond_index_name(b, other, &other_len);
	int order = memcmp(name, other_name, MIN(len, other_len));

	return order ? order : (len > other_len) - (len < other_len);
}

static gboolean same_xattrs(const RondIndex *a, const RondIndexEntry *entry,
			    const RondIndex *b, const RondIndexEntry *other)
{
	RondXattr left, right;

	for (gsize i = 0;; i++) {
		gboolean is = rond_index_xattr(a, entry, i, &left);

		if (is != rond_index_xattr(b, other, i, &right))
			return FALSE;
		if (!is)
			return TRUE;
		if (strcmp(left.name, right.name) || left.len != right.len ||
		    memcmp(left.value, right.value, left.len))
			return FALSE;
	}
}

gboolean rond_compare_owners(const RondIndex *a, const RondIndexEntry *entry,
			     const RondIndex *b, const RondIndexEntry *other)
{
	const RondIndexOwner *left = rond_index_owner(a, entry);
	const RondIndexOwner *right = rond_index_owner(b, other);

	return left->uid == right->uid && left->gid == right->gid &&
	       same_xattrs(a, entry, b, other);
}

/* A table's file has none, but there the number that its dump has in this
 * backup. */
gboolean rond_compare_times(const RondIndexEntry *left,
			    const RondIndexEntry *right)
{
	if ((left->flags ^ right->flags) & ROND_ENTRY_TABLE)
		return FALSE;
	return left->flags & ROND_ENTRY_TABLE ||
	       (left->mtime == right->mtime &&
		left->mtime_nsec == right->mtime_nsec);
}

gboolean rond_looks_of(const RondIndex *index, guint32 inode, RondLooks *looks)
{
	const RondIndexEntry *entry = rond_index_entry(index, inode);
	const guint8 *hash = rond_index_sha256(index, inode);

	if (!entry)
		return FALSE;
	*looks = (RondLooks){
	    .size = entry->size,
	    .mtime = entry->mtime,
	    .mtime_nsec = entry->mtime_nsec,
	    .crc = entry->aux,
	    .has_crc =
		entry->flags & (ROND_ENTRY_DEFLATED | ROND_ENTRY_ZIP_STORED),
	    .has_time = !(entry->flags & ROND_ENTRY_TABLE),
	    .sampled = !rond_index_meta(index)->thorough,
	    .has_hash = hash != NULL,
	};
	if (hash)
		memcpy(looks->sha256, hash, ROND_SHA256_LEN);
	return TRUE;
}

static gboolean same_looking_times(const RondLooks *a, const RondLooks *b)
{
	if (!a->has_time || !b->has_time)
		return a->has_time == b->has_time;
	return a->mtime == b->mtime && a->mtime_nsec == b->mtime_nsec;
}

RondLikeness rond_looks_compare(const RondLooks *a, const RondLooks *b)
{
	if (a->size != b->size)
		return ROND_LOOKS_OTHER;
	if (a->has_hash && b->has_hash)
		return memcmp(a->sha256, b->sha256, ROND_SHA256_LEN)
			   ? ROND_LOOKS_OTHER
			   : ROND_LOOKS_SAME;
	if (a->has_crc && b->has_crc && a->crc != b->crc)
		return ROND_LOOKS_OTHER;
	if (!a->sampled && !b->sampled)
		return ROND_LOOKS_UNSURE;
	return same_looking_times(a, b) ? ROND_LOOKS_SAME : ROND_LOOKS_OTHER;
}

gboolean rond_looks_alike(const RondLooks *a, const RondLooks *b)
{
	return a->size == b->size && a->has_time && b->has_time &&
	       same_looking_times(a, b);
}
