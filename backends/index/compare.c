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
