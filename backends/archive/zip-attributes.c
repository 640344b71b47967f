/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/archive/zip-attributes.h"

#include <sys/stat.h>
#include <time.h>

#define HOST_DOS 0
#define HOST_UNIX 3
#define HOST_MACOS 19

#define EXTRA_NTFS 0x000a
#define EXTRA_TIME 0x5455
#define EXTRA_UNIX1 0x5855
#define EXTRA_UNIX3 0x7875

#define NTFS_TICKS 10000000			  /* a second */
#define NTFS_EPOCH G_GINT64_CONSTANT(11644473600) /* 1601 to 1970, seconds */

static guint host(const RondZipRecord *record)
{
	return record->made_by >> 8;
}

gboolean rond_zip_made_on_dos(const RondZipRecord *record)
{
	return host(record) == HOST_DOS;
}

static mode_t mode_of(const RondZipRecord *record, gboolean is_folder)
{
	mode_t unix_mode = record->external >> 16;
	mode_t type = unix_mode & S_IFMT;
	gboolean is_unix =
	    host(record) == HOST_UNIX || host(record) == HOST_MACOS;

	/* Some tools call themselves Unix and leave the mode empty. */
	if (!is_unix || unix_mode == 0)
		return is_folder ? S_IFDIR | 0755 : S_IFREG | 0644;
	if (is_folder)
		type = S_IFDIR;
	else if (type != S_IFLNK && type != S_IFDIR)
		/* "zip x.zip -" says fifo of what came through its pipe; as
		 * unzip does, every other type is a file. */
		type = S_IFREG;
	return type | (unix_mode & 07777);
}

static gboolean ntfs_time(const RondZipRecord *record, RondEntry *entry)
{
	gsize len = 0;
	const guint8 *p = rond_zip_record_extra(record, EXTRA_NTFS, &len);
	guint64 ticks;

	/* Four bytes reserved, then attributes: 1 holds the three times. */
	if (!p || len < 4 + 4 + 24 || rond_zip_get16(p + 4) != 1 ||
	    rond_zip_get16(p + 6) < 24)
		return FALSE;
	ticks = rond_zip_get64(p + 8);
	if (ticks == 0 || ticks > G_MAXINT64)
		return FALSE;
	entry->mtime = (gint64)(ticks / NTFS_TICKS) - NTFS_EPOCH;
	entry->mtime_nsec = (guint32)(ticks % NTFS_TICKS) * 100;
	return TRUE;
}

/* Signed 32 bits by the book, which end in 2038; some tools go on unsigned.
 * The DOS date beside it tells, it knows years up to 2107. */
static gint64 unix_seconds(const RondZipRecord *record, const guint8 *p)
{
	gint32 seconds = (gint32)rond_zip_get32(p);
	gboolean late = (record->dos_date >> 9) + 1980 >= 2038;

	return seconds < 0 && late ? (gint64)(guint32)seconds : seconds;
}

static gboolean unix_time(const RondZipRecord *record, RondEntry *entry)
{
	gsize len = 0;
	const guint8 *p = rond_zip_record_extra(record, EXTRA_TIME, &len);

	if (p && len >= 5 && p[0] & 1) {
		entry->mtime = unix_seconds(record, p + 1);
		return TRUE;
	}
	p = rond_zip_record_extra(record, EXTRA_UNIX1, &len);
	if (!p || len < 8)
		return FALSE;
	entry->mtime = unix_seconds(record, p + 4); /* the first is atime */
	return TRUE;
}

static gint64 dos_time(const RondZipRecord *record)
{
	guint date = record->dos_date, time = record->dos_time;
	struct tm tm = {
	    .tm_year = (int)(date >> 9) + 80,
	    .tm_mon = MAX((int)(date >> 5 & 15), 1) - 1,
	    .tm_mday = MAX((int)(date & 31), 1),
	    .tm_hour = (int)(time >> 11),
	    .tm_min = (int)(time >> 5 & 63),
	    .tm_sec = (int)(time & 31) * 2,
	    .tm_isdst = -1,
	};

	return mktime(&tm);
}

/* A number of @len bytes at *@p, which moves behind it. */
static gboolean take_id(const guint8 **p, const guint8 *end, guint32 *id)
{
	guint64 value = 0;
	gsize len;

	if (*p >= end)
		return FALSE;
	len = *(*p)++;
	if (len > sizeof(value) || len > (gsize)(end - *p))
		return FALSE;
	for (gsize i = len; i-- > 0;)
		value = value << 8 | (*p)[i];
	*p += len;
	*id = (guint32)value;
	return value <= G_MAXUINT32;
}

static void owner_of(const RondZipRecord *record, RondEntry *entry)
{
	gsize len = 0;
	const guint8 *p = rond_zip_record_extra(record, EXTRA_UNIX3, &len);
	const guint8 *end = p ? p + len : NULL;
	guint32 uid, gid;

	if (!p || len < 1 || *p++ != 1) /* version */
		return;
	if (!take_id(&p, end, &uid) || !take_id(&p, end, &gid))
		return;
	entry->uid = uid;
	entry->gid = gid;
}

void rond_zip_attributes(const RondZipRecord *record, gboolean is_folder,
			 RondEntry *entry)
{
	entry->mode = mode_of(record, is_folder);
	if (!ntfs_time(record, entry) && !unix_time(record, entry))
		entry->mtime = dos_time(record);
	owner_of(record, entry);
}
