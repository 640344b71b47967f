/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondIndex: what was learnt about one backup, read from its index file.
 *
 * The file is flat, little-endian and mapped into memory; opening one costs
 * no parsing. It is a header, a table of tagged sections, and the sections:
 *
 *	entries   one record of 56 bytes each; entry 0 is the root; the
 *	          children of a folder are contiguous and sorted by name, so
 *	          that a look-up is a binary search in the map
 *	hashes    the SHA-256 of each entry's content
 *	names, owners, extents, xattrs	   what entries refer to
 *	points, windows, block CRCs	   how to enter the compressed data
 *	texts, tables, runs, marks, dumps  dumps taken apart: see tables.h
 *	findings			   what is wrong with the backup
 *
 * Unknown sections are ignored. Checksums (CRC-32): of the header and the table
 * of sections, verified when the file is opened; and of each 64 KiB of the
 * rest, verified when the first byte of it is needed, so that opening costs the
 * same however large the file is. Every offset is bounds-checked where it is
 * used. The file may be damaged behind our back: then accessors say "no such
 * entry", never worse, and rond_index_is_broken() that it was not the truth.
 *
 * An index is const once open, and reference counted: any thread may use it.
 */
#pragma once

#include "backends/archive/archive.h"
#include "backends/stream/decoded.h"

#include <glib.h>

G_STATIC_ASSERT(G_BYTE_ORDER == G_LITTLE_ENDIAN);

#define ROND_INDEX_ROOT 0
#define ROND_INDEX_NONE G_MAXUINT32
#define ROND_SHA256_LEN 32
/* What the root of a dump's index has, in that order: the dump, as entry 1, and
 * the folder of what is in it, as entry 2; their inodes have the same numbers.
 */
#define ROND_DUMP_FILE "dump.sql"
#define ROND_DUMP_FOLDER "tables"
#define ROND_DUMP_FILE_ENTRY 1
#define ROND_DUMP_FOLDER_ENTRY 2

typedef enum {
	ROND_ENTRY_HARDLINK = 1 << 0, /* @data is the entry it shares with */
	ROND_ENTRY_MADE_UP = 1 << 1,  /* a folder the archive doesn't hold */
	ROND_ENTRY_EXTENTS = 1 << 2,  /* @data is the first extent's number,
					 @aux how many; otherwise @data is
					 where the bytes are, in one piece */
	ROND_ENTRY_DEFLATED = 1 << 3,
	ROND_ENTRY_ZIP_STORED = 1 << 4,
	ROND_ENTRY_UNREADABLE = 1 << 5,
	ROND_ENTRY_SHARED = 1 << 6, /* has hard links: @links counts */
	ROND_ENTRY_TABLE = 1 << 7,  /* of a dump taken apart: see tables.h */
} RondEntryFlags;

/* One record, as in the file. Of a folder, @data is its first child's number
 * and @aux how many there are. Of a symbolic link, @data is the place of its
 * target among the names and @size the target's length. Of a device, @data is
 * its rdev. Of a zip member, @data is the number of its one extent (at: local
 * header, length: packed length) and @aux its CRC-32. */
typedef struct {
	guint32 name; /* place in the names section */
	guint16 mode;
	guint8 name_len;
	guint8 flags;
	guint32 owner; /* see rond_index_owner() */
	guint32 parent;
	gint64 mtime;
	guint32 mtime_nsec;
	guint32 aux;
	guint64 size;
	guint64 data;
	/* st_nlink; at most 65,535, and 1 for a folder of more folders. */
	guint16 links;
	/* See rond_index_inode_number(). */
	guint16 origin;
	guint32 inode;
} RondIndexEntry;
G_STATIC_ASSERT(sizeof(RondIndexEntry) == 56);

/* Whom entries belong to: a few records for many entries. */
typedef struct {
	guint32 uid, gid;
	guint32 xattrs; /* place in the xattrs section + 1, 0: none */
} RondIndexOwner;

typedef struct RondIndex RondIndex;

/* Open the index file @fd (ownership is taken; closed also on failure). NULL
 * with @error set when it is not one, of another version, or broken. */
RondIndex *rond_index_open(int fd, GError **error);
RondIndex *rond_index_ref(RondIndex *self);
void rond_index_unref(RondIndex *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondIndex, rond_index_unref)

/* Whether damage of the file was found since it was opened; for good. Then any
 * answer before may have been wrong where it was NULL, FALSE, 0 or none. */
gboolean rond_index_is_broken(const RondIndex *self);
/* Whether the file is, besides, still as it was when it was opened: if nobody
 * wrote to it, all that was said until now was right. One call of fstat(2). */
gboolean rond_index_recheck(const RondIndex *self);
/* Verify the whole file now: needed by who changes the file while he reads it.
 * FALSE: it is broken. */
gboolean rond_index_verify(const RondIndex *self);

/* Make the checksums of the index file @fd (open for reading and writing) those
 * of what it holds: the last step of writing one, and of changing one in place
 * before anybody else uses it. FALSE with @error when the file is none (its
 * header and table of sections are not plausible), or can't be written. */
gboolean rond_index_seal(int fd, GError **error);

/* Entries. A number out of range, a record that refers out of range, or damage
 * of the file there, gives NULL, FALSE or 0. What was given once is given
 * always. */
guint32 rond_index_n_entries(const RondIndex *self);
const RondIndexEntry *rond_index_entry(const RondIndex *self, guint32 number);
/* Not NUL-terminated; of no entry (NULL) it is empty. */
const char *rond_index_name(const RondIndex *self, const RondIndexEntry *entry,
			    gsize *len);
/* A symbolic link's target, new, NUL-terminated; NULL when it is none. */
char *rond_index_symlink(const RondIndex *self, const RondIndexEntry *entry);
/* The entry called @name in folder @dir, or ROND_INDEX_NONE. */
guint32 rond_index_lookup(const RondIndex *self, guint32 dir, const char *name,
			  gsize name_len);
/* The children of folder @dir: first number and count; FALSE: not a folder. */
gboolean rond_index_children(const RondIndex *self, guint32 dir, guint32 *first,
			     guint32 *count);
/* The same children in the order in which the archive holds them, which is the
 * one to read them in: the @i-th, or ROND_INDEX_NONE. Those that are not to be
 * listed are not among them. */
guint32 rond_index_nth_child(const RondIndex *self, guint32 dir, guint32 i);
/* The inode number of an entry: grows with the place in the archive, is the
 * same for hard links and the same whenever that archive is indexed; of a
 * version that another backup has, it is that one's. The root's is 0. */
guint32 rond_index_inode_number(const RondIndex *self, guint32 number);
/* The @i-th origin of its inode numbers, from 0, its own; 0: none, or no more.
 * See identity.h. */
guint64 rond_index_origin(const RondIndex *self, gsize i);
/* Never NULL: what belongs to nobody known belongs to nobody (65534). */
const RondIndexOwner *rond_index_owner(const RondIndex *self,
				       const RondIndexEntry *entry);
/* The SHA-256 of a regular file's content; NULL: it was not learnt,
 * or is not sound. */
const guint8 *rond_index_sha256(const RondIndex *self, guint32 number);
/* The entry whose content @number has: itself unless a hard link. */
guint32 rond_index_inode(const RondIndex *self, guint32 number);
/* Extents of a regular file, into an array of the caller's (RondExtent). */
gboolean rond_index_extents(const RondIndex *self, const RondIndexEntry *entry,
			    GArray *extents);
/* Number of bytes really stored, for st_blocks. */
guint64 rond_index_stored_bytes(const RondIndex *self,
				const RondIndexEntry *entry);
/* The @i-th extended attribute, or FALSE; valid as long as the index. */
gboolean rond_index_xattr(const RondIndex *self, const RondIndexEntry *entry,
			  gsize i, RondXattr *xattr);

/* How the backup's data is read. */
typedef enum {
	ROND_DATA_PLAIN,  /* extents are places in the source itself */
	ROND_DATA_PACKED, /* …in its decoded side (seek points) */
	ROND_DATA_COPY,	  /* …in the seekable copy in the cache */
} RondDataPlace;

typedef struct {
	char format[16]; /* RondArchiveFormat.name, or "dump" */
	char codec[16];	 /* RondCodec.name of the source, or "" */
	char copy_codec[16];
	guint32 place;	       /* RondDataPlace */
	guint32 thorough;      /* gboolean: see RondBuild */
	guint64 source_size;   /* bytes of the source */
	guint64 data_size;     /* bytes of what extents are places in */
	guint64 content_bytes; /* sum of the sizes of its files */
	guint64 specials;      /* device nodes, fifos and sockets in it */
	guint64 setids;	       /* files with a setuid or setgid bit */
} RondIndexMeta;

const RondIndexMeta *rond_index_meta(const RondIndex *self);

/* The map to decode with: of the source for PACKED (member 0), of the copy
 * for COPY (member 0), of the deflated zip member whose local header is at
 * @member - 1. FALSE: that one has no map. Borrowed from the index. */
gboolean rond_index_map(const RondIndex *self, guint64 member,
			RondDecodedMap *map);

/* Findings, in the order in which they were made. */
gsize rond_index_n_findings(const RondIndex *self);
gboolean rond_index_finding(const RondIndex *self, gsize i,
			    RondFinding *finding);
