/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/archive/zip-directory.h"

#include "backends/archive/zip-end.h"
#include "backends/archive/zip-local.h"
#include "backends/error.h"

#include <errno.h>
#include <string.h>

#define RECORD_SIZE 46 /* of a record without name, extra and comment */
#define RECORD_MAX (RECORD_SIZE + 3 * 65535)
#define WINDOW_SIZE 262144
G_STATIC_ASSERT(RECORD_MAX <= WINDOW_SIZE);

#define EXTRA_ZIP64 0x0001

struct RondZipDirectory {
	RondStream *zip;
	RondZipEnd end;
	guint64 at; /* of the next record */
	gboolean cut;
	guint8 *window; /* bytes from window_at on */
	gsize window_len;
	guint64 window_at;
};

static RondZipDirectory *directory_new(RondStream *zip)
{
	RondZipDirectory *self = g_new0(RondZipDirectory, 1);

	self->zip = zip;
	self->window = g_malloc(WINDOW_SIZE);
	return self;
}

RondZipDirectory *rond_zip_directory_open(RondStream *zip, GError **error)
{
	g_autoptr(RondZipDirectory) self = directory_new(zip);

	if (!rond_zip_end_find(zip, &self->end, error))
		return NULL;
	self->at = self->end.from;
	return g_steal_pointer(&self);
}

RondZipDirectory *rond_zip_directory_open_cut(RondStream *zip)
{
	RondZipDirectory *self = directory_new(zip);

	self->cut = TRUE;
	return self;
}

void rond_zip_directory_free(RondZipDirectory *self)
{
	g_free(self->window);
	g_free(self);
}

guint64 rond_zip_directory_announced(const RondZipDirectory *self)
{
	return self->end.announced;
}

guint64 rond_zip_directory_passed(const RondZipDirectory *self)
{
	return self->at - self->end.from;
}

/* The @need bytes at the current place, in one piece; NULL when the directory
 * ends before that. */
static const guint8 *window(RondZipDirectory *self, gsize need, GError **error)
{
	guint64 left = self->end.to - self->at;
	guint64 skip = self->at - self->window_at;

	if (need > left) {
		rond_fail(error, EIO, "the zip's directory ends in a record");
		return NULL;
	}
	if (skip <= self->window_len && need <= self->window_len - skip)
		return self->window + skip;
	self->window_len = 0;
	if (!rond_stream_pread_full(self->zip, self->window,
				    MIN(left, WINDOW_SIZE), self->at, error))
		return NULL;
	self->window_at = self->at;
	self->window_len = MIN(left, WINDOW_SIZE);
	return self->window;
}

const guint8 *rond_zip_record_extra(const RondZipRecord *record, guint16 id,
				    gsize *len)
{
	const guint8 *p = record->extra;
	gsize left = record->extra_len;

	while (left >= 4) {
		gsize n = rond_zip_get16(p + 2);

		if (n > left - 4)
			return NULL;
		if (rond_zip_get16(p) == id) {
			*len = n;
			return p + 4;
		}
		p += 4 + n;
		left -= 4 + n;
	}
	return NULL;
}

/* Take the next 8 bytes of the zip64 field for a value that is full. */
static void widen(guint64 *value, const guint8 **field, gsize *left)
{
	if (*value != G_MAXUINT32 || *left < 8)
		return;
	*value = rond_zip_get64(*field);
	*field += 8;
	*left -= 8;
}

static void resolve(const RondZipDirectory *self, RondZipRecord *record)
{
	gsize left = 0;
	const guint8 *field = rond_zip_record_extra(record, EXTRA_ZIP64, &left);

	if (field) {
		widen(&record->size, &field, &left);
		widen(&record->packed, &field, &left);
		widen(&record->local, &field, &left);
	}
	/* Past the end rather than wrapped around: the walker says so. */
	if (record->local > G_MAXUINT64 - self->end.shift)
		record->local = G_MAXUINT64;
	else
		record->local += self->end.shift;
}

static void parse(const guint8 *p, RondZipRecord *record)
{
	record->made_by = rond_zip_get16(p + 4);
	record->flags = rond_zip_get16(p + 8);
	record->method = rond_zip_get16(p + 10);
	record->dos_time = rond_zip_get16(p + 12);
	record->dos_date = rond_zip_get16(p + 14);
	record->crc32 = rond_zip_get32(p + 16);
	record->packed = rond_zip_get32(p + 20);
	record->size = rond_zip_get32(p + 24);
	record->name_len = rond_zip_get16(p + 28);
	record->extra_len = rond_zip_get16(p + 30);
	record->external = rond_zip_get32(p + 38);
	record->local = rond_zip_get32(p + 42);
	record->name = (const char *)p + RECORD_SIZE;
	record->extra = p + RECORD_SIZE + record->name_len;
}

int rond_zip_directory_next(RondZipDirectory *self, RondZipRecord *record,
			    GError **error)
{
	const guint8 *p;
	gsize need = RECORD_SIZE;

	if (self->cut)
		return rond_zip_local_read(self->zip, &self->at, self->window,
					   record, error);
	if (self->at >= self->end.to)
		return 0;
	p = window(self, need, error);
	if (!p)
		return -1;
	if (memcmp(p, "PK\5\5", 4) == 0) /* a signature follows the last */
		return 0;
	if (memcmp(p, "PK\1\2", 4) != 0) {
		rond_fail(error, EIO, "the zip's directory is damaged");
		return -1;
	}
	need += rond_zip_get16(p + 28) + rond_zip_get16(p + 30) +
		rond_zip_get16(p + 32);
	p = window(self, need, error);
	if (!p)
		return -1;
	parse(p, record);
	resolve(self, record);
	self->at += need;
	return 1;
}
