/* SPDX-License-Identifier: BSD-2-Clause */
/* The checksums of an index file, made. */
#include "backends/index/seal.h"

#include "backends/index/index.h"
#include "backends/index/mapping.h"

#include "backends/crc32.h"
#include "backends/error.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

/* Read, not mapped: the file may be cut short by whoever else has it. */
static gboolean read_at(int fd, void *buf, gsize len, guint64 offset,
			GError **error)
{
	while (len) {
		gssize n = pread(fd, buf, len, (off_t)offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return rond_fail_errno(error, errno,
					       "reading the index");
		if (!n)
			return rond_fail(error, EIO, "the index is cut short");
		buf = (char *)buf + n;
		len -= (gsize)n;
		offset += (guint64)n;
	}
	return TRUE;
}

gboolean rond_index_put(int fd, const void *bytes, gsize len, guint64 offset,
			GError **error)
{
	while (len) {
		gssize n = pwrite(fd, bytes, len, (off_t)offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return rond_fail_errno(error, n ? errno : EIO,
					       "writing the index");
		bytes = (const char *)bytes + n;
		len -= (gsize)n;
		offset += (guint64)n;
	}
	return TRUE;
}

/* The checksum of bytes [from, to), which lie in one block. */
static gboolean check_block(int fd, guint64 from, guint64 to, guint32 *crc,
			    GError **error)
{
	guint8 buf[ROND_INDEX_BLOCK];

	if (!read_at(fd, buf, to - from, from, error))
		return FALSE;
	*crc = rond_crc32(0, buf, to - from);
	return TRUE;
}

static gboolean check_blocks(int fd, guint64 body, guint64 end, GArray *checks,
			     GError **error)
{
	for (guint64 at = 0; at < end; at += ROND_INDEX_BLOCK) {
		guint64 to = MIN(at + ROND_INDEX_BLOCK, end);
		guint32 crc;

		if (!check_block(fd, MAX(at, body), to, &crc, error))
			return FALSE;
		g_array_append_val(checks, crc);
	}
	return TRUE;
}

static gboolean read_header(int fd, RondIndexHeader *header, GError **error)
{
	struct stat st;

	if (fstat(fd, &st))
		return rond_fail_errno(error, errno, "examining the index");
	if (!read_at(fd, header, sizeof *header, 0, error))
		return FALSE;
	if (!rond_mapping_fits(header, (guint64)st.st_size))
		return rond_fail(error, EIO, "not a valid index file");
	return TRUE;
}

gboolean rond_index_seal(int fd, GError **error)
{
	g_autoptr(GArray) checks = g_array_new(FALSE, FALSE, sizeof(guint32));
	RondIndexSection table[ROND_INDEX_MAX_SECTIONS];
	RondIndexHeader header;

	if (!read_header(fd, &header, error))
		return FALSE;
	gsize len = header.n_sections * sizeof *table;

	if (!read_at(fd, table, len, sizeof header, error) ||
	    !check_blocks(fd, sizeof header + len, header.checks, checks,
			  error))
		return FALSE;
	header.crc = 0;
	header.crc = rond_crc32(0, &header, sizeof header);
	header.crc = rond_crc32(header.crc, table, len);
	len = checks->len * sizeof(guint32);
	header.crc = rond_crc32(header.crc, checks->data, len);
	/* The header last: with a wrong one the file is none. */
	return rond_index_put(fd, checks->data, len, header.checks, error) &&
	       rond_index_put(fd, &header, sizeof header, 0, error);
}
