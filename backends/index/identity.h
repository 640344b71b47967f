/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Identity: the same version of a file has the same number in every backup.
 *
 * A version is a place below the root of its part, a content (SHA-256), size,
 * time, mode, owner and extended attributes. GNU diff and cmp skip a pair of
 * files with equal st_ino and times without opening them, and the kernel's
 * page cache serves a shared inode's second copy: so versions are found when a
 * backup is indexed, and kept in its index.
 *
 * A number is an origin and an inode number. An index has an origin of its own,
 * and its inodes are numbered in the archive's order; a version that another
 * backup has already takes the number it has there, origin included. So numbers
 * are unique, stable from mount to mount and when old backups go, and files
 * that came together stay in the order in which reading them is cheap. Origins
 * are 64 bits, made with a secret of the user's; 30 of them are in a number,
 * and two different origins that agree in those must be told apart by whoever
 * mixes indexes (fs/history.h).
 *
 * Never shared: hard-linked files, and those whose content is not known to be
 * sound.
 */
#pragma once

#include "backends/index/index.h"

#define ROND_ORIGIN_BITS 30
#define ROND_VERSION_BITS (ROND_ORIGIN_BITS + 32)

/* The bits of an origin that are in numbers. */
static inline guint32 rond_origin_short(guint64 origin)
{
	return (guint32)origin & ((1u << ROND_ORIGIN_BITS) - 1);
}

/* The number of the version that entry @number is, of ROND_VERSION_BITS; 0: it
 * is never shared. */
guint64 rond_index_version(const RondIndex *self, guint32 number);

/* A backup's tree below @root. */
typedef struct {
	RondIndex *index;
	guint32 root;
} RondTreeOfIndex;

/* Number the versions in the index file @fd (open for writing, not in use yet:
 * rond_index_seal() follows), whose tree begins at @root: as in the first of
 * @others (backups of the same part, the likeliest first) that has them, and
 * the rest with origin @own, whose short is not 0. FALSE with @error when the
 * file is none or can't be written. */
typedef struct {
	guint64 own;
	guint32 root;
	const RondTreeOfIndex *others;
	gsize n_others;
} RondIdentity;
gboolean rond_identity_assign(int fd, const RondIdentity *identity,
			      GError **error);
