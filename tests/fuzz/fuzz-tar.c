/* SPDX-License-Identifier: BSD-2-Clause */
/* Tar archives: whatever the bytes, what is reported keeps to the rules. */
#include "backends/archive/tar-pax.h"
#include "backends/archive/tar.h"

#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static void check_extents(const RondEntry *entry)
{
	guint64 end = 0;

	g_assert_true(S_ISREG(entry->mode) || entry->n_extents == 0);
	for (gsize i = 0; i < entry->n_extents; i++) {
		const RondExtent *extent = &entry->extents[i];

		g_assert_cmpuint(extent->offset, >=, end);
		g_assert_cmpuint(extent->length, >, 0);
		g_assert_cmpuint(extent->length, <=,
				 G_MAXINT64 - extent->offset);
		g_assert_cmpuint(extent->length, <=, G_MAXINT64 - extent->at);
		end = extent->offset + extent->length;
	}
	g_assert_cmpuint(end, <=, entry->size);
}

static gboolean take_entry(gpointer data, const RondEntry *entry,
			   GError **error)
{
	const gsize len = strlen(entry->path);
	gsize bytes = 0;

	g_assert_true(len > 0 && len <= ROND_TAR_MAX_PATH);
	g_assert_cmpuint(entry->mtime_nsec, <, 1000000000);
	g_assert_true(S_ISLNK(entry->mode) == (entry->symlink != NULL));
	check_extents(entry);
	for (gsize i = 0; i < entry->n_xattrs; i++) {
		const RondXattr *xattr = &entry->xattrs[i];
		g_autoptr(GBytes) copy = g_bytes_new(xattr->value, xattr->len);

		bytes += strlen(xattr->name) + g_bytes_get_size(copy);
	}
	g_assert_cmpuint(bytes, <=, ROND_TAR_MAX_XATTR_BYTES);
	return TRUE;
}

static void take_finding(gpointer data, const RondFinding *finding)
{
	g_assert_cmpuint(finding->from, <=, finding->to);
	g_assert_true(g_utf8_validate(finding->message, -1, NULL));
	g_assert_null(strchr(finding->message, '\n'));
}

static void walk(const guint8 *data, gsize size)
{
	const RondArchiveSink sink = {
	    .entry = take_entry,
	    .finding = take_finding,
	};
	g_autoptr(GBytes) bytes = g_bytes_new(data, size);
	g_autoptr(RondStream) stream = rond_memory_stream_new(bytes);
	g_autoptr(GError) error = NULL;
	const gboolean good = rond_tar_format.walk(stream, &sink, NULL, &error);

	g_assert_true(good == (error == NULL));
	rond_tar_format.probe(stream, data, size);
	rond_tar_format.probe(NULL, data, size);
}

/* No mutation finds a checksum: right those of what looks like a header. */
static void seal(guint8 *data, gsize size)
{
	for (gsize at = 0; at + ROND_TAR_BLOCK <= size; at += ROND_TAR_BLOCK) {
		RondTarHeader *header = (RondTarHeader *)(data + at);
		guint sum = 0;

		if (memcmp(header->magic, "ustar", 5) != 0)
			continue;
		memset(header->checksum, ' ', sizeof(header->checksum));
		for (gsize i = 0; i < ROND_TAR_BLOCK; i++)
			sum += data[at + i];
		g_snprintf(header->checksum, sizeof(header->checksum), "%06o",
			   sum);
	}
}

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	g_autofree guint8 *sealed = g_memdup2(data, size);

	walk(data, size);
	if (!sealed)
		return 0;
	seal(sealed, size);
	walk(sealed, size);
	return 0;
}
