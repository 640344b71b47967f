/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondTarPax: what a pax extended header says.
 *
 * Records: POSIX.1-2017 "pax Extended Header"; SCHILY.*: star(5); GNU.*: GNU
 * tar manual; LIBARCHIVE.*: tar(5). Of a header for all following members
 * (type g) only plain values are taken: path, linkpath, size, uid, gid, mtime.
 */
#pragma once

#include "backends/archive/archive.h"
#include "backends/archive/tar-report.h"
#include "backends/archive/tar-sparse.h"

#define ROND_TAR_MAX_PATH (64UL * 1024)
#define ROND_TAR_MAX_BODY (64UL * 1024 * 1024)
#define ROND_TAR_MAX_XATTRS 256
#define ROND_TAR_MAX_XATTR_BYTES (1024UL * 1024)

typedef enum {
	ROND_TAR_PAX_PATH = 1 << 0,
	ROND_TAR_PAX_LINKPATH = 1 << 1,
	ROND_TAR_PAX_SIZE = 1 << 2,
	ROND_TAR_PAX_UID = 1 << 3,
	ROND_TAR_PAX_GID = 1 << 4,
	ROND_TAR_PAX_MTIME = 1 << 5,
	ROND_TAR_PAX_DEVMAJOR = 1 << 6,
	ROND_TAR_PAX_DEVMINOR = 1 << 7,
	ROND_TAR_PAX_REAL_SIZE = 1 << 8,
	ROND_TAR_PAX_SPARSE = 1 << 9,
	ROND_TAR_PAX_SPARSE_NAME = 1 << 10, /* @path is the real one */
	ROND_TAR_PAX_VOLUME = 1 << 11,
} RondTarPaxFlags;

typedef struct {
	gboolean global;
	guint have;    /* which values are set */
	guint unset;   /* which are to be those of the header block */
	GString *path; /* cut behind ROND_TAR_MAX_PATH + 1 bytes */
	GString *linkpath;
	guint64 size, uid, gid, devmajor, devminor;
	gint64 mtime;
	guint32 mtime_nsec;
	/* GNU.sparse.*: real size, format, map (0.0 and 0.1) */
	guint64 real_size, sparse_major, sparse_minor, sparse_offset;
	RondTarSparse sparse;
	/* The rest of a file that an earlier volume began. */
	GString *volume;
	/* Point into @body or the ACLs. */
	GArray *xattrs;
	gsize xattr_bytes;
	gboolean libarchive; /* wrote some of them */
	const char *dumpdir; /* or NULL */
	gsize dumpdir_len;
	GByteArray *access_acl, *default_acl;
	char *body;
	gsize body_len;
} RondTarPax;

RondTarPax *rond_tar_pax_new(gboolean global);
void rond_tar_pax_free(RondTarPax *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondTarPax, rond_tar_pax_free)

/* Forget all values. */
void rond_tar_pax_reset(RondTarPax *self);

/* Room for a header's data of @size bytes; borrowed. NULL: no memory. */
void *rond_tar_pax_body(RondTarPax *self, gsize size);

/* Take the records in the body, which lies at @at of the archive. Values of a
 * local header are forgotten first, those of a global one added to. Records
 * that can't be used are reported and left out. */
void rond_tar_pax_parse(RondTarPax *self, guint64 at, RondTarReport *report);
