/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondMembers: members of a zip that are decoded while it is indexed.
 *
 * The directory of a zip says what is in it, so most are not: large ones, of
 * which a map is made to enter them in the middle, and all of them in a
 * thorough pass. For one thread.
 */
#pragma once

#include "backends/index/filehashes.h"

typedef struct RondMembers RondMembers;

RondMembers *rond_members_new(void);
void rond_members_free(RondMembers *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondMembers, rond_members_free)

/* Whether @entry is a member that can be decoded. */
gboolean rond_members_fit(const RondEntry *entry);
/* Note one for rond_members_scan(): inode @inode of the builder. */
void rond_members_add(RondMembers *self, const RondEntry *entry, guint32 inode);
gboolean rond_members_any(const RondMembers *self);

typedef struct {
	RondStream *zip;
	RondIndexBuilder *builder;
	RondHasher *hasher;
	RondFileHashes *files; /* NULL: none is hashed */
	/* Look at the content of inode @inode, which can be read once,
	 * forwards, as a first pass can. May be NULL. */
	void (*look)(gpointer data, guint32 inode, RondStream *content);
	gpointer data;
	GCancellable *cancellable;
} RondMemberScan;

/* Decode them all, in the order in which they lie there, and check each against
 * its size and its CRC-32: what is wrong the builder is told by its name. Ends
 * early when it is cancelled or the zip can't be read. */
void rond_members_scan(RondMembers *self, const RondMemberScan *scan);
