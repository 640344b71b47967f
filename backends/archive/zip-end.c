/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/archive/zip-end.h"

#include "backends/archive/zip-directory.h"
#include "backends/error.h"

#include <errno.h>
#include <string.h>

#define END_SIZE 22
#define LOCATOR_SIZE 20
#define END64_SIZE 56
#define COMMENT_MAX 65535

/* What an end record says, old-style and zip64 merged. */
typedef struct {
	guint64 disk, directory_disk;
	guint64 count, size, offset;
	guint64 at; /* of the first of the end records, in the stream */
} Claim;

typedef enum {
	READ_FAILED = -1,
	NOT_THERE = 0,
	FOUND = 1,
	SPLIT = 2,
} Verdict;

static gboolean has_magic(const guint8 *p, const char *magic)
{
	return memcmp(p, magic, 4) == 0;
}

/* Bytes at @offset, if they begin with @magic. */
static Verdict read_record(RondStream *zip, guint64 offset, const char *magic,
			   GByteArray *record, GError **error)
{
	gssize n =
	    rond_stream_pread(zip, record->data, record->len, offset, error);

	if (n < 0)
		return READ_FAILED;
	return n == record->len && has_magic(record->data, magic) ? FOUND
								  : NOT_THERE;
}

static Verdict read_end64(RondStream *zip, const guint8 *locator, Claim *claim,
			  GByteArray *record, GError **error)
{
	guint64 before = claim->at - LOCATOR_SIZE;
	guint64 offset = rond_zip_get64(locator + 8);
	Verdict verdict = NOT_THERE;

	g_byte_array_set_size(record, END64_SIZE);
	if (offset < before)
		verdict = read_record(zip, offset, "PK\6\6", record, error);
	/* Data before the archive: the offset points too far to the front,
	 * but the record lies right before its locator. */
	if (verdict == NOT_THERE && before >= END64_SIZE) {
		offset = before - END64_SIZE;
		verdict = read_record(zip, offset, "PK\6\6", record, error);
	}
	claim->at = verdict == FOUND ? offset : before;
	return verdict;
}

/* A field of the old record is good unless it is full: then it is in the
 * zip64 one. */
static void merge64(Claim *claim, const guint8 *end64)
{
	if (claim->disk == G_MAXUINT16)
		claim->disk = rond_zip_get32(end64 + 16);
	if (claim->directory_disk == G_MAXUINT16)
		claim->directory_disk = rond_zip_get32(end64 + 20);
	if (claim->count == G_MAXUINT16)
		claim->count = rond_zip_get64(end64 + 32);
	if (claim->size == G_MAXUINT32)
		claim->size = rond_zip_get64(end64 + 40);
	if (claim->offset == G_MAXUINT32)
		claim->offset = rond_zip_get64(end64 + 48);
}

static Verdict look_for_zip64(RondStream *zip, Claim *claim, GError **error)
{
	g_autoptr(GByteArray) locator = g_byte_array_new();
	g_autoptr(GByteArray) record = g_byte_array_new();
	Verdict verdict;

	if (claim->at < LOCATOR_SIZE)
		return NOT_THERE;
	g_byte_array_set_size(locator, LOCATOR_SIZE);
	verdict = read_record(zip, claim->at - LOCATOR_SIZE, "PK\6\7", locator,
			      error);
	if (verdict != FOUND)
		return verdict;
	if (rond_zip_get32(locator->data + 16) > 1)
		return SPLIT;
	verdict = read_end64(zip, locator->data, claim, record, error);
	if (verdict == FOUND)
		merge64(claim, record->data);
	return verdict;
}

/* Whether a directory as claimed begins at @from. */
static Verdict directory_at(RondStream *zip, const Claim *claim, guint64 from,
			    GError **error)
{
	g_autoptr(GByteArray) magic = g_byte_array_new();

	if (claim->size > claim->at || from > claim->at - claim->size)
		return NOT_THERE;
	if (claim->size == 0)
		return claim->count == 0 ? FOUND : NOT_THERE;
	g_byte_array_set_size(magic, 4);
	return read_record(zip, from, "PK\1\2", magic, error);
}

static Verdict place(RondStream *zip, const Claim *claim, RondZipEnd *end,
		     GError **error)
{
	Verdict verdict = NOT_THERE;
	guint64 from = 0;

	/* The directory normally ends where the end records begin; what is
	 * before it then tells how far the whole archive was moved. */
	if (claim->size <= claim->at &&
	    claim->offset <= claim->at - claim->size) {
		from = claim->at - claim->size;
		verdict = directory_at(zip, claim, from, error);
	}
	if (verdict == NOT_THERE) {
		from = claim->offset;
		verdict = directory_at(zip, claim, from, error);
	}
	if (verdict != FOUND)
		return verdict;
	end->from = from;
	end->to = from + claim->size;
	end->announced = claim->count;
	end->shift = from - claim->offset;
	return FOUND;
}

static Verdict try_end(RondStream *zip, const guint8 *record, guint64 at,
		       RondZipEnd *end, GError **error)
{
	Claim claim = {
	    .disk = rond_zip_get16(record + 4),
	    .directory_disk = rond_zip_get16(record + 6),
	    .count = rond_zip_get16(record + 10),
	    .size = rond_zip_get32(record + 12),
	    .offset = rond_zip_get32(record + 16),
	    .at = at,
	};
	Verdict verdict = look_for_zip64(zip, &claim, error);

	if (verdict == READ_FAILED || verdict == SPLIT)
		return verdict;
	if (claim.disk != 0 || claim.directory_disk != 0)
		return SPLIT;
	return place(zip, &claim, end, error);
}

static Verdict search(RondStream *zip, RondZipEnd *end, GError **error)
{
	guint64 size = rond_stream_size(zip);
	gsize len = MIN(size, END_SIZE + COMMENT_MAX);
	g_autofree guint8 *tail = g_malloc(len + 1);
	Verdict best = NOT_THERE;

	if (!rond_stream_pread_full(zip, tail, len, size - len, error))
		return READ_FAILED;
	for (gsize i = len < END_SIZE ? 0 : len - END_SIZE + 1; i-- > 0;) {
		Verdict verdict;

		if (!has_magic(tail + i, "PK\5\6") ||
		    rond_zip_get16(tail + i + 20) > len - i - END_SIZE)
			continue;
		verdict = try_end(zip, tail + i, size - len + i, end, error);
		if (verdict == FOUND || verdict == READ_FAILED)
			return verdict;
		best = MAX(best, verdict);
	}
	return best;
}

gboolean rond_zip_end_find(RondStream *zip, RondZipEnd *end, GError **error)
{
	switch (search(zip, end, error)) {
	case FOUND:
		return TRUE;
	case READ_FAILED:
		return FALSE;
	case SPLIT:
		return rond_fail(error, EINVAL,
				 "one part of a split zip: put the parts "
				 "together with `zip -s 0 FILE.zip --out "
				 "WHOLE.zip`");
	default:
		return rond_fail(error, ENODATA,
				 "the zip's directory is missing");
	}
}
