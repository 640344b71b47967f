/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The index file, byte by byte: between its writer and its reader.
 *
 * Header, section table, sections, checksums. All numbers little-endian,
 * sections start at multiples of 8. Records of entries are in index.h.
 *
 * The checksums, guint32[], are CRC-32s of the file's blocks of 64 KiB, from
 * the end of the section table (which lies in the first) to the checksums.
 */
#pragma once

#include <glib.h>

#define ROND_INDEX_MAGIC "RONDIDX1"
#define ROND_INDEX_VERSION 4
#define ROND_INDEX_MAX_SECTIONS 64
#define ROND_INDEX_BLOCK 65536
/* An index of a hundred million entries is smaller. */
#define ROND_INDEX_MAX_SIZE (G_GUINT64_CONSTANT(64) << 30)

typedef struct {
	char magic[8];
	guint32 version;
	guint32 n_sections;
	guint64 file_size;
	guint64 checks; /* where the checksums begin, up to the file's end */
	/* Of this header, @crc being 0, the section table, the checksums. */
	guint32 crc;
	guint32 reserved;
} RondIndexHeader;
G_STATIC_ASSERT(sizeof(RondIndexHeader) == 40);

typedef struct {
	guint32 tag;
	guint32 version;
	guint64 offset, length;
} RondIndexSection;
G_STATIC_ASSERT(sizeof(RondIndexSection) == 24);

#define ROND_TAG(a, b, c, d)                                     \
	((guint32)(a) | (guint32)(b) << 8 | (guint32)(c) << 16 | \
	 (guint32)(d) << 24)

#define ROND_TAG_META ROND_TAG('M', 'E', 'T', 'A')    /* RondIndexMeta */
#define ROND_TAG_ENTRIES ROND_TAG('E', 'N', 'T', 'R') /* RondIndexEntry[] */
/* guint32[], parallel to the entries: at the places of each folder's children,
 * their numbers in the archive's order. */
#define ROND_TAG_ORDER ROND_TAG('O', 'R', 'D', 'R')
/* 32 bytes an entry: SHA-256, or zeros. May be missing. */
#define ROND_TAG_HASHES ROND_TAG('S', 'H', 'A', '2')
/* guint64[ROND_MAX_ORIGINS]: see identity.h. The first is the index's own, 0
 * where none was given; the unused ones are 0. */
#define ROND_TAG_ORIGINS ROND_TAG('O', 'R', 'I', 'G')
#define ROND_MAX_ORIGINS 1024
#define ROND_TAG_OWNERS ROND_TAG('O', 'W', 'N', 'R')  /* RondIndexOwner[] */
#define ROND_TAG_NAMES ROND_TAG('N', 'A', 'M', 'E')   /* bytes */
#define ROND_TAG_EXTENTS ROND_TAG('X', 'T', 'N', 'T') /* RondExtent[] */
/* For each owner that has some: guint32 count, then for each guint32 length of
 * the name, guint32 length of the value, name with its NUL, value. */
#define ROND_TAG_XATTRS ROND_TAG('X', 'A', 'T', 'T')
#define ROND_TAG_MAPS ROND_TAG('M', 'A', 'P', 'S')    /* RondIndexMap[] */
#define ROND_TAG_POINTS ROND_TAG('P', 'N', 'T', 'S')  /* RondIndexPoint[] */
#define ROND_TAG_WINDOWS ROND_TAG('W', 'N', 'D', 'W') /* bytes */
#define ROND_TAG_BLOCKS ROND_TAG('B', 'C', 'R', 'C')  /* guint32[] */
#define ROND_TAG_DAMAGE ROND_TAG('D', 'M', 'G', 'E')  /* RondRange[] */
/* See tables.h: bytes, RondIndexTable[], RondIndexRun[], RondRowMark[],
 * guint32[] (the entry of each dump). */
#define ROND_TAG_TEXTS ROND_TAG('T', 'E', 'X', 'T')
#define ROND_TAG_TABLES ROND_TAG('T', 'A', 'B', 'L')
#define ROND_TAG_RUNS ROND_TAG('R', 'U', 'N', 'S')
#define ROND_TAG_MARKS ROND_TAG('M', 'A', 'R', 'K')
#define ROND_TAG_DUMPS ROND_TAG('D', 'U', 'M', 'P')
#define ROND_TAG_FINDINGS                                  \
	ROND_TAG('F', 'I', 'N', 'D') /* RondIndexFinding[] \
				      */

/* One decoded stream; sorted by @member. */
typedef struct {
	guint64 member; /* 0: the data as a whole; else a zip member, + 1 */
	guint64 size;
	char codec[16];
	guint32 block_size;
	guint32 n_damage;
	guint64 first_point, n_points;
	guint64 first_block; /* ceil(size / block_size) of them */
	guint64 first_damage;
} RondIndexMap;
G_STATIC_ASSERT(sizeof(RondIndexMap) == 72);

typedef struct {
	guint64 in, out;
	guint64 window;	    /* place among the windows */
	guint32 packed_len; /* there, see rond_window_unpack() */
	guint32 window_len; /* unpacked */
	guint32 flags;
	guint32 reserved;
} RondIndexPoint;
G_STATIC_ASSERT(sizeof(RondIndexPoint) == 40);

typedef struct {
	guint64 from, to;
	guint32 kind;
	guint32 message; /* place among the names, NUL-terminated */
} RondIndexFinding;
G_STATIC_ASSERT(sizeof(RondIndexFinding) == 24);
