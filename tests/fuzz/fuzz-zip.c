/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as a zip: the walk, the probe, the look for a single dump. */
#include "backends/archive/zip.h"

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static gboolean on_entry(gpointer zip, const RondEntry *entry, GError **error)
{
	guint64 at;

	for (gsize i = 0; i < entry->n_extents; i++)
		rond_zip_data_offset(zip, entry->extents[i].at, &at, NULL);
	return TRUE;
}

static gboolean on_content(gpointer zip, const void *buf, gsize len,
			   GError **error)
{
	return TRUE;
}

static void on_finding(gpointer zip, const RondFinding *finding)
{
	g_assert_nonnull(finding->message);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GBytes) bytes = g_bytes_new_static(data, size);
	g_autoptr(RondStream) zip = rond_memory_stream_new(bytes);
	g_autoptr(GError) error = NULL;
	RondArchiveSink sink = {on_entry, on_content, on_finding, zip};

	g_free(rond_zip_single_dump(zip));
	rond_archive_probe(zip, data, size, FALSE);
	rond_zip_format.walk(zip, &sink, NULL, &error);
	return 0;
}
