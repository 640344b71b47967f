/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/archive/archive.h"

#include "backends/archive/libarchive.h"
#include "backends/archive/tar.h"
#include "backends/archive/zip.h"

/* Those that we read ourselves, in the order in which they are asked. */
static const RondArchiveFormat *const OWN[] = {
    &rond_tar_format,
    &rond_zip_format,
    &rond_zip_copied_format,
    NULL,
};

static const RondArchiveFormat *const *const LISTS[] = {
    OWN,
    rond_libarchive_formats,
};

const RondArchiveFormat *rond_archive_probe(RondStream *stream,
					    const guint8 *head, gsize len,
					    gboolean all)
{
	for (gsize i = 0; i < G_N_ELEMENTS(LISTS); i++)
		for (const RondArchiveFormat *const *p = LISTS[i]; *p; p++)
			if ((all || !(*p)->untrusted) &&
			    (*p)->probe(stream, head, len))
				return *p;
	return NULL;
}

const RondArchiveFormat *rond_archive_by_name(const char *name)
{
	for (gsize i = 0; i < G_N_ELEMENTS(LISTS); i++)
		for (const RondArchiveFormat *const *p = LISTS[i]; *p; p++)
			if (g_str_equal((*p)->name, name))
				return *p;
	return NULL;
}
