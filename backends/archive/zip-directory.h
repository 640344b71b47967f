/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RondZipDirectory: the records of a zip's central directory, one by one
 * (APPNOTE.TXT 6.3.10, sections 4.3.12 to 4.3.16). For one thread.
 *
 * The directory is read through a window of fixed size, however large it is.
 * Offsets are resolved: zip64 fields are looked up, and what lies before the
 * archive (a self-extractor) is added.
 *
 * Where the directory is missing, because the file was cut, the records come
 * from the local headers instead (4.3.7), from the start up to where the file
 * ends; they carry no attributes.
 */
#pragma once

#include "backends/stream/stream.h"

/* One member. Pointers are valid until the next record is asked for. */
typedef struct {
	guint16 made_by, flags, method;
	guint16 dos_time, dos_date;
	guint32 crc32;
	guint32 external; /* file attributes */
	guint64 packed;	  /* bytes of its data in the archive */
	guint64 size;	  /* bytes once unpacked */
	guint64 local;	  /* where its local header is in the stream */
	const char *name; /* not NUL-terminated */
	gsize name_len;
	const guint8 *extra; /* extra fields (4.5) */
	gsize extra_len;
} RondZipRecord;

#define ROND_ZIP_FLAG_ENCRYPTED (1 << 0)
#define ROND_ZIP_FLAG_DESCRIPTOR (1 << 3) /* sizes follow the data */

#define ROND_ZIP_METHOD_STORED 0
#define ROND_ZIP_METHOD_DEFLATED 8
#define ROND_ZIP_METHOD_AES 99

#define ROND_ZIP_LOCAL_SIZE 30 /* of a local header without name and extra */

typedef struct RondZipDirectory RondZipDirectory;

/* Find the directory of @zip (borrowed; its size is known). NULL with @error
 * set: ENODATA when there is none, EINVAL when it is one part of a split zip,
 * or the error of a read. */
RondZipDirectory *rond_zip_directory_open(RondStream *zip, GError **error);

/* The same from the local headers, which are taken from offset 0 on. */
RondZipDirectory *rond_zip_directory_open_cut(RondStream *zip);

void rond_zip_directory_free(RondZipDirectory *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RondZipDirectory, rond_zip_directory_free)

/* The next record: 1, or 0 at the end, or -1 with @error set (EIO) when the
 * directory is damaged here. From local headers the end is where the next
 * member is not whole. */
int rond_zip_directory_next(RondZipDirectory *self, RondZipRecord *record,
			    GError **error);

/* How many members the archive says it has; modulo 65,536 where a tool wrote
 * more into an old-style directory. 0 when cut. */
guint64 rond_zip_directory_announced(const RondZipDirectory *self);

/* How many bytes of records were passed, to bound a look at the head. */
guint64 rond_zip_directory_passed(const RondZipDirectory *self);

/* The first extra field @id of @record, or NULL; @len is its data's length. */
const guint8 *rond_zip_record_extra(const RondZipRecord *record, guint16 id,
				    gsize *len);

static inline guint16 rond_zip_get16(const guint8 *p)
{
	return (guint16)(p[0] | p[1] << 8);
}

static inline guint32 rond_zip_get32(const guint8 *p)
{
	return rond_zip_get16(p) | (guint32)rond_zip_get16(p + 2) << 16;
}

static inline guint64 rond_zip_get64(const guint8 *p)
{
	return rond_zip_get32(p) | (guint64)rond_zip_get32(p + 4) << 32;
}
