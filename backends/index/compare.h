/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Entries of two indexes beside each other.
 */
#pragma once

#include "backends/index/index.h"

/* By their names, in the order of a folder's children, as memcmp(). */
int rond_compare_names(const RondIndex *a, const RondIndexEntry *entry,
		       const RondIndex *b, const RondIndexEntry *other);

/* Whether uid, gid and extended attributes are the same. */
gboolean rond_compare_owners(const RondIndex *a, const RondIndexEntry *entry,
			     const RondIndex *b, const RondIndexEntry *other);

/* Whether the times are. Files of dumps taken apart have none. */
gboolean rond_compare_times(const RondIndexEntry *entry,
			    const RondIndexEntry *other);

/* What can be told of a file's content without reading it. */
typedef struct {
	guint64 size;
	gint64 mtime;
	guint32 mtime_nsec;
	guint32 crc;		    /* of a zip's member */
	gboolean has_crc, has_time; /* files of dumps taken apart have none */
	gboolean sampled;	    /* its backup was not read through */
	gboolean has_hash;
	guint8 sha256[ROND_SHA256_LEN];
} RondLooks;

typedef enum {
	ROND_LOOKS_SAME,
	ROND_LOOKS_OTHER,
	ROND_LOOKS_UNSURE, /* one is damaged: take it as another */
} RondLikeness;

/* Of the regular file @inode. FALSE: there is no such entry. */
gboolean rond_looks_of(const RondIndex *index, guint32 inode, RondLooks *looks);
/* Whether the contents are the same: by their hashes, and where one has none as
 * far as a zip's checksums, sizes and times go. */
RondLikeness rond_looks_compare(const RondLooks *a, const RondLooks *b);
/* Whether sizes and times are, as far as there are any: of two that have other
 * contents that is a sign of forgery. */
gboolean rond_looks_alike(const RondLooks *a, const RondLooks *b);
