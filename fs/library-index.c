/* SPDX-License-Identifier: BSD-2-Clause */
/* Having all of a library indexed. */
#include "fs/library.h"

#define PROGRESS_US (100 * 1000)

static void unref_part(gpointer part)
{
	if (part)
		rond_part_unref(part);
}

/* All parts that have an index, or could have, newest first; new. */
static GPtrArray *indexable(RondLibrary *self)
{
	g_autoptr(RondCatalog) catalog = rond_library_catalog(self);
	GPtrArray *parts = g_ptr_array_new_with_free_func(unref_part);

	for (guint i = catalog->snapshots->len; i-- > 0;) {
		const RondSnapshot *snapshot = catalog->snapshots->pdata[i];

		for (guint j = 0; j < snapshot->parts->len; j++) {
			const RondPlacedPart *placed =
			    snapshot->parts->pdata[j];
			RondPart *part =
			    rond_library_part(self, placed->backup);
			if (part && placed->backup->kind != ROND_BACKUP_FOLDER)
				g_ptr_array_add(parts, part);
			else
				unref_part(part);
		}
	}
	return parts;
}

void rond_library_index_in_background(RondLibrary *self)
{
	g_autoptr(GPtrArray) parts = indexable(self);

	rond_library_request_idle(self, parts);
}

/* Tell @func of @part: what it has read, and its end the first time. */
static void sum_progress(RondPart *part, GHashTable *done,
			 RondProgress *progress, RondProgressFunc func,
			 gpointer data)
{
	g_auto(RondPartInfo) info = {0};

	rond_part_info(part, &info);
	progress->all_total += info.bytes_total;
	if (info.state == ROND_PART_UNINDEXED)
		return;
	if (info.state == ROND_PART_INDEXING) {
		progress->source = rond_part_backup(part)->source;
		progress->bytes = MIN(info.bytes_read, info.bytes_total);
		progress->total = info.bytes_total;
		progress->all_bytes += progress->bytes;
		return;
	}
	progress->all_bytes += info.bytes_total;
	progress->done++;
	if (!g_hash_table_add(done, part))
		return;
	RondProgress finished = *progress;

	finished.source = rond_part_backup(part)->source;
	finished.finished = part;
	func(&finished, data);
}

static void wait_for_any(RondLibrary *self, const GPtrArray *parts)
{
	for (guint i = 0; i < parts->len; i++) {
		g_auto(RondPartInfo) info = {0};
		g_autoptr(RondJob) job = NULL;

		rond_part_info(parts->pdata[i], &info);
		if (info.state != ROND_PART_UNINDEXED &&
		    info.state != ROND_PART_INDEXING)
			continue;
		/* Its index may have proved to be broken. */
		rond_library_request(self, parts->pdata[i]);
		/* Not longer than progress is to be told. */
		job = rond_part_job(parts->pdata[i]);
		if (!rond_job_sleep(job, g_get_monotonic_time() + PROGRESS_US))
			g_usleep(1000);
		return;
	}
}

gboolean rond_library_index(RondLibrary *self, const GPtrArray *parts,
			    RondProgressFunc func, gpointer data,
			    GCancellable *cancellable)
{
	g_autoptr(GHashTable) done = g_hash_table_new(NULL, NULL);

	for (guint i = 0; i < parts->len; i++) {
		rond_part_retry(parts->pdata[i]);
		rond_library_request(self, parts->pdata[i]);
	}
	for (;;) {
		RondProgress progress = {.count = parts->len};

		for (guint i = 0; i < parts->len; i++)
			sum_progress(parts->pdata[i], done, &progress, func,
				     data);
		if (progress.done == parts->len)
			return TRUE;
		if (g_cancellable_is_cancelled(cancellable))
			break;
		func(&progress, data);
		wait_for_any(self, parts);
	}
	rond_library_cancel(self);
	return FALSE;
}

gboolean rond_library_index_all(RondLibrary *self, RondProgressFunc func,
				gpointer data, GCancellable *cancellable)
{
	g_autoptr(GPtrArray) parts = indexable(self);

	return rond_library_index(self, parts, func, data, cancellable);
}
