/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondArchiveFormat: one archive format.
 *
 * A format walks a stream once, start to end, and reports what is in it to a
 * sink: entries with their attributes and the places of their bytes. It keeps
 * nothing, resolves nothing (same name twice, links, missing folders: the
 * index does) and never reads a place twice, because the stream may be one
 * that is being decoded for the first time.
 */
#pragma once

#include "backends/codec/codec.h"
#include "backends/stream/stream.h"

#include <gio/gio.h>
#include <glib.h>
#include <sys/types.h>

/* Bytes [offset, offset + length) of an entry lie at @at of its stream. */
typedef struct {
	guint64 offset;
	guint64 at;
	guint64 length;
} RondExtent;

typedef struct {
	const char *name;
	const void *value;
	gsize len;
} RondXattr;

typedef enum {
	ROND_STORED,	 /* extents say where the bytes are */
	ROND_DEFLATED,	 /* zip: one extent, at = LOCAL HEADER offset, length =
			    packed length; see rond_zip_data_offset() */
	ROND_ZIP_STORED, /* zip: the same, not compressed */
	ROND_UNREADABLE, /* encrypted, or packed by an unknown method */
} RondMethod;

/* One entry as archived. All pointers are valid during the call only. */
typedef struct {
	const char *path; /* raw bytes as archived, not normalised */
	mode_t mode;	  /* file type and permission bits */
	guint32 uid, gid;
	guint64 size; /* what stat shall say; 0 unless a regular file */
	gint64 mtime; /* seconds since the epoch */
	guint32 mtime_nsec;
	guint32 rdev_major, rdev_minor; /* of device nodes */
	const char *symlink;		/* target of a symbolic link, or NULL */
	const char *hardlink; /* path of the entry it is a link to, or NULL */
	RondMethod method;
	gboolean has_crc32; /* of the whole content */
	guint32 crc32;
	const RondExtent *extents; /* rising, not overlapping; rest is holes */
	gsize n_extents;
	const RondXattr *xattrs;
	gsize n_xattrs;
	/* GNU incremental tar (type D): the names that the folder holds, as
	 * in the archive: each a letter (Y, N, D…) and a name,
	 * NUL-terminated, the list ends with an empty one. NULL: none. */
	const char *dumpdir;
	gsize dumpdir_len;
} RondEntry;

typedef struct {
	/* Take @entry. FALSE with @error set stops the walk. */
	gboolean (*entry)(gpointer data, const RondEntry *entry,
			  GError **error);
	/* Take the next bytes of the last entry's content: formats with
	 * `copies` only, in order, holes included as zeros. Where less of it
	 * comes than the entry's size, none at all too, the rest can't be had
	 * and reading it must fail. */
	gboolean (*content)(gpointer data, const void *buf, gsize len,
			    GError **error);
	/* Take a finding; its range is of the stream's bytes, and empty (0,0)
	 * where it is about something else. */
	void (*finding)(gpointer data, const RondFinding *finding);
	gpointer data;
} RondArchiveSink;

typedef struct {
	const char *name; /* "tar"; kept in index files */
	/* Content is given through the sink's content(), because it can't be
	 * addressed in the stream; entries then have no extents. */
	gboolean copies;
	/* Needs to read at any offset: walks a file, not a first pass. */
	gboolean random;
	/* One of libarchive's less trusted formats: with --formats=all only. */
	gboolean untrusted;
	/* Whether the stream whose first @len bytes are @head is this format.
	 * @stream can be read elsewhere too unless it is NULL. */
	gboolean (*probe)(RondStream *stream, const guint8 *head, gsize len);
	/* Report all entries of @stream to @sink. FALSE with @error set when
	 * the archive is damaged, truncated (EIO), hostile (E2BIG, EINVAL),
	 * cancelled (ECANCELED), or the sink failed; what was reported before
	 * stays good, the last entry's content may lie past the damage. */
	gboolean (*walk)(RondStream *stream, const RondArchiveSink *sink,
			 GCancellable *cancellable, GError **error);
} RondArchiveFormat;

/* The format of a stream by its content, or NULL. @head holds its first @len
 * bytes, 512 at least where it has them (a tar needs them); @stream may be
 * NULL when only the head is known. @all: the untrusted formats too. */
const RondArchiveFormat *rond_archive_probe(RondStream *stream,
					    const guint8 *head, gsize len,
					    gboolean all);

/* By its name as in RondArchiveFormat.name, NULL when there is none. */
const RondArchiveFormat *rond_archive_by_name(const char *name);
