/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The 512-byte header block of a tar: its layouts, numbers and checksum.
 *
 * Layouts: POSIX.1-2017 "pax", ustar Interchange Format; GNU tar manual,
 * "Basic Tar Format" (struct oldgnu_header, struct sparse_header).
 */
#pragma once

#include <glib.h>

#define ROND_TAR_BLOCK 512

/* v7 ends after linkname; GNU keeps other things from prefix on. */
typedef struct {
	char name[100];
	char mode[8];
	char uid[8];
	char gid[8];
	char size[12];
	char mtime[12];
	char checksum[8];
	char type;
	char linkname[100];
	char magic[6];
	char version[2];
	char uname[32];
	char gname[32];
	char devmajor[8];
	char devminor[8];
	char prefix[155];
	char padding[12];
} RondTarHeader;
G_STATIC_ASSERT(sizeof(RondTarHeader) == ROND_TAR_BLOCK);

/* A piece of a sparse file. */
typedef struct {
	char offset[12];
	char length[12];
} RondTarPiece;

/* The header of an old GNU sparse file (type S), and the blocks that may
 * follow it when it says so. */
typedef struct {
	char common[386];
	RondTarPiece pieces[4];
	char is_extended;
	char real_size[12];
	char padding[17];
} RondTarGnuHeader;
G_STATIC_ASSERT(sizeof(RondTarGnuHeader) == ROND_TAR_BLOCK);

typedef struct {
	RondTarPiece pieces[21];
	char is_extended;
	char padding[7];
} RondTarGnuExtension;
G_STATIC_ASSERT(sizeof(RondTarGnuExtension) == ROND_TAR_BLOCK);

typedef enum {
	ROND_TAR_V7,
	ROND_TAR_USTAR, /* pax too: the header is the same */
	ROND_TAR_GNU,
} RondTarLayout;

RondTarLayout rond_tar_header_layout(const RondTarHeader *self);

/* Whether the block is a header: its checksum is right, summed over unsigned
 * or (as historical tars did) signed bytes, and, where it has no magic, its
 * numbers are numbers. */
gboolean rond_tar_header_valid(const RondTarHeader *self);

/* Whether the block is all zeros. */
gboolean rond_tar_block_is_zero(const void *block);

/* The number in a header field of @len bytes: octal, blank (0), or GNU's
 * base-256, which may be negative. FALSE: it doesn't fit. */
gboolean rond_tar_number(const char *field, gsize len, gint64 *value);
