/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/archive/zip-local.h"

#include "backends/archive/zip.h"
#include "backends/codec/measure.h"
#include "backends/error.h"

#include <errno.h>
#include <string.h>

#define DESCRIPTOR_MAX 24

/* Up to @len bytes; TRUE only with all of them. */
static int read_whole(RondStream *zip, guint64 at, guint8 *buf, gsize len,
		      GError **error)
{
	gssize n = rond_stream_pread(zip, buf, len, at, error);

	return n < 0 ? -1 : (gsize)n == len;
}

static int read_header(RondStream *zip, guint64 at, guint8 *header,
		       GError **error)
{
	int got = read_whole(zip, at, header, ROND_ZIP_LOCAL_SIZE, error);

	if (got <= 0)
		return got;
	return memcmp(header, "PK\3\4", 4) == 0;
}

static guint64 data_start(guint64 at, const guint8 *header)
{
	return at + ROND_ZIP_LOCAL_SIZE + rond_zip_get16(header + 26) +
	       rond_zip_get16(header + 28);
}

gboolean rond_zip_data_offset(RondStream *zip, guint64 local_offset,
			      guint64 *data_offset, GError **error)
{
	guint8 header[ROND_ZIP_LOCAL_SIZE];
	int got = read_header(zip, local_offset, header, error);

	if (got < 0)
		return FALSE;
	if (got == 0)
		return rond_fail(error, EIO,
				 "the zip has no member at %" G_GUINT64_FORMAT
				 ": the archive is damaged",
				 local_offset);
	*data_offset = data_start(local_offset, header);
	if (*data_offset > rond_stream_size(zip))
		return rond_fail(error, EIO,
				 "the zip ends in the header of a member");
	return TRUE;
}

/* In a local header the zip64 field holds both sizes (4.5.3). */
static void parse(const guint8 *header, guint8 *buf, RondZipRecord *record)
{
	const guint8 *wide;
	gsize len = 0;

	memset(record, 0, sizeof(*record));
	record->flags = rond_zip_get16(header + 6);
	record->method = rond_zip_get16(header + 8);
	record->dos_time = rond_zip_get16(header + 10);
	record->dos_date = rond_zip_get16(header + 12);
	record->crc32 = rond_zip_get32(header + 14);
	record->packed = rond_zip_get32(header + 18);
	record->size = rond_zip_get32(header + 22);
	record->name = (const char *)buf;
	record->name_len = rond_zip_get16(header + 26);
	record->extra = buf + record->name_len;
	record->extra_len = rond_zip_get16(header + 28);
	wide = rond_zip_record_extra(record, 0x0001, &len);
	if (wide && len >= 16) {
		record->size = rond_zip_get64(wide);
		record->packed = rond_zip_get64(wide + 8);
	}
}

/* The data descriptor after the data: its signature is optional, its sizes
 * have 4 or 8 bytes, and nothing says which. */
static gsize match_descriptor(const guint8 *p, gsize len, RondZipRecord *record)
{
	gsize skip = len >= 4 && memcmp(p, "PK\7\10", 4) == 0 ? 4 : 0;

	p += skip;
	len -= skip;
	if (len >= 20 && rond_zip_get64(p + 4) == record->packed &&
	    rond_zip_get64(p + 12) == record->size) {
		record->crc32 = rond_zip_get32(p);
		return skip + 20;
	}
	if (len >= 12 && rond_zip_get32(p + 4) == (guint32)record->packed &&
	    rond_zip_get32(p + 8) == (guint32)record->size) {
		record->crc32 = rond_zip_get32(p);
		return skip + 12;
	}
	return 0;
}

/* Find the lengths of a member that was written to a pipe. */
static int settle_sizes(RondStream *zip, guint64 data, RondZipRecord *record,
			gsize *descriptor, GError **error)
{
	guint8 buf[DESCRIPTOR_MAX];
	gssize n;
	int got;

	*descriptor = 0;
	if (!(record->flags & ROND_ZIP_FLAG_DESCRIPTOR))
		return 1;
	if (record->method != ROND_ZIP_METHOD_DEFLATED ||
	    record->flags & ROND_ZIP_FLAG_ENCRYPTED)
		return 0;
	got = rond_deflate_measure(zip, data, &record->packed, &record->size,
				   error);
	if (got <= 0)
		return got;
	n = rond_stream_pread(zip, buf, sizeof(buf), data + record->packed,
			      error);
	if (n < 0)
		return -1;
	*descriptor = match_descriptor(buf, (gsize)n, record);
	return *descriptor > 0;
}

int rond_zip_local_read(RondStream *zip, guint64 *at, guint8 *buf,
			RondZipRecord *record, GError **error)
{
	guint8 header[ROND_ZIP_LOCAL_SIZE];
	guint64 data, size = rond_stream_size(zip);
	gsize descriptor, variable;
	int got = read_header(zip, *at, header, error);

	if (got <= 0)
		return got;
	data = data_start(*at, header);
	variable = (gsize)(data - *at) - ROND_ZIP_LOCAL_SIZE;
	got = read_whole(zip, *at + ROND_ZIP_LOCAL_SIZE, buf, variable, error);
	if (got <= 0)
		return got;
	parse(header, buf, record);
	got = settle_sizes(zip, data, record, &descriptor, error);
	if (got <= 0)
		return got;
	if (record->packed > size - data)
		return 0;
	record->local = *at;
	*at = data + record->packed + descriptor;
	return 1;
}
