/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/library.h"

#include "backends/error.h"
#include "fs/indexer.h"
#include "fs/open-parts.h"
#include "fs/scan.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* How long a fresh mount waits for files that may still be written. */
#define SETTLE_US (2 * G_USEC_PER_SEC + 100 * 1000)
#define IDLE_US (10 * G_USEC_PER_SEC)

struct RondLibrary {
	const RondConfig *config;
	RondSourceScanner *scanner;
	RondCacheDir *cache_dir;
	RondBlockCache *blocks;
	RondIndexer *indexer;
	RondHistory *history;
	GMutex lock; /* of what follows */
	RondCatalog *catalog;
	GHashTable *present; /* RondBackup → RondPart */
	GPtrArray *parts;    /* by number - 1; NULL: retired */
	gint64 changed_ns, touched_ns;
	gint *news;	 /* atomic: see rond_part_set_news() */
	gint known_news; /* of them, in touched_ns */
	RondOpenParts open;
};

static void clear_part(gpointer part)
{
	if (part)
		rond_part_unref(part);
}

static guint backup_hash(gconstpointer backup)
{
	return g_str_hash(((const RondBackup *)backup)->source);
}

static gboolean backup_equal(gconstpointer a, gconstpointer b)
{
	return rond_backup_same(a, b);
}

/* With the lock. */
static void touch(RondLibrary *self)
{
	self->touched_ns = MAX(g_get_real_time() * 1000, self->touched_ns + 1);
}

static void part_finished(RondPart *part, gpointer data)
{
	RondLibrary *self = data;

	rond_library_settle(self, rond_part_name(part));

	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);

	touch(self);
	rond_open_parts_opened(&self->open, self->parts);
}

static GPtrArray *relatives_of(RondPart *part, gpointer data)
{
	return rond_library_relatives(data, rond_part_name(part));
}

/* The part of a backup, new where it has none. With the lock. */
static RondPart *part_of(RondLibrary *self, const RondSnapshot *snapshot,
			 const RondPlacedPart *placed)
{
	RondBackup *backup = placed->backup;
	RondPart *part = g_hash_table_lookup(self->present, backup);

	if (part)
		return part;
	part = rond_part_new(self->parts->len + 1, backup, snapshot->name,
			     placed->name);
	rond_part_set_news(part, self->news);
	g_ptr_array_add(self->parts, part);
	g_hash_table_insert(self->present, rond_backup_ref(backup),
			    rond_part_ref(part));
	return part;
}

static gboolean same_skipped(const GPtrArray *a, const GPtrArray *b)
{
	if (a->len != b->len)
		return FALSE;
	for (guint i = 0; i < a->len; i++) {
		const RondSkipped *left = a->pdata[i], *right = b->pdata[i];

		if (strcmp(left->path, right->path) ||
		    strcmp(left->why, right->why))
			return FALSE;
	}
	return TRUE;
}

static void add_placed(RondLibrary *self, const RondCatalog *catalog,
		       GHashTable *placed)
{
	for (guint i = 0; i < catalog->snapshots->len; i++) {
		const RondSnapshot *snapshot = catalog->snapshots->pdata[i];

		for (guint j = 0; j < snapshot->parts->len; j++) {
			RondPlacedPart *part = snapshot->parts->pdata[j];

			g_hash_table_add(placed, part_of(self, snapshot, part));
		}
	}
}

/* Parts whose backup is no longer placed. With the lock. */
static gboolean drop_unplaced(RondLibrary *self, GHashTable *placed)
{
	gboolean dropped = FALSE;
	GHashTableIter iter;
	gpointer part;

	g_hash_table_iter_init(&iter, self->present);
	while (g_hash_table_iter_next(&iter, NULL, &part)) {
		if (g_hash_table_contains(placed, part))
			continue;
		rond_part_set_gone(part);
		g_hash_table_iter_remove(&iter);
		dropped = TRUE;
	}
	return dropped;
}

/* Make @catalog the one of now. TRUE when it differs. */
static gboolean adopt(RondLibrary *self, RondCatalog *catalog)
{
	g_autoptr(GHashTable) placed = g_hash_table_new(NULL, NULL);
	g_autoptr(RondCatalog) old = NULL;
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);
	guint before = self->parts->len;

	add_placed(self, catalog, placed);
	gboolean changed = drop_unplaced(self, placed);

	old = g_steal_pointer(&self->catalog);
	self->catalog = catalog;
	changed |= !old || self->parts->len != before ||
		   !same_skipped(old->skipped, catalog->skipped);
	if (changed) {
		touch(self);
		self->changed_ns = self->touched_ns;
	}
	return changed;
}

GPtrArray *rond_library_gone(RondLibrary *self)
{
	GPtrArray *gone = g_ptr_array_new_with_free_func(clear_part);
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);

	for (guint i = 0; i < self->parts->len; i++)
		if (self->parts->pdata[i] &&
		    rond_part_is_gone(self->parts->pdata[i]))
			g_ptr_array_add(gone,
					rond_part_ref(self->parts->pdata[i]));
	return gone;
}

void rond_library_retire(RondLibrary *self)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);

	for (guint i = 0; i < self->parts->len; i++) {
		RondPart *part = self->parts->pdata[i];
		RondPartInfo info = {0};

		if (!part)
			continue;
		rond_part_info(part, &info);
		if (info.state == ROND_PART_GONE &&
		    rond_part_retire(part, IDLE_US))
			g_clear_pointer(&self->parts->pdata[i],
					rond_part_unref);
		rond_part_info_clear(&info);
	}
}

gboolean rond_library_rescan(RondLibrary *self, guint *pending)
{
	g_auto(RondScanned) scanned = {0};
	g_autoptr(RondCatalog) earlier =
	    self->catalog ? rond_library_catalog(self) : NULL;

	rond_source_scanner_run(self->scanner, &scanned);
	if (pending)
		*pending = scanned.pending;
	RondCatalog *catalog =
	    rond_catalog_new(scanned.backups, g_steal_pointer(&scanned.skipped),
			     self->config->zone, earlier);

	if (!adopt(self, catalog))
		return FALSE;
	rond_library_settle(self, NULL);
	return TRUE;
}

static void warn_skipped(RondLibrary *self, RondWarn warn, gpointer data)
{
	for (guint i = 0; i < self->catalog->skipped->len; i++) {
		const RondSkipped *skipped = self->catalog->skipped->pdata[i];
		g_autofree char *line =
		    g_strdup_printf("%s: %s", skipped->path, skipped->why);

		warn(line, data);
	}
}

static gboolean first_scan(RondLibrary *self, GError **error)
{
	guint pending = 0;

	rond_library_rescan(self, &pending);
	if (pending && !self->catalog->snapshots->len) {
		g_usleep(SETTLE_US);
		rond_library_rescan(self, &pending);
	}
	if (self->catalog->snapshots->len)
		return TRUE;
	g_autofree char *sources = g_strjoinv(", ", self->config->sources);

	return rond_fail(error, ENOENT,
			 "%s: no backup found; expected archives or dumps "
			 "with a date in their names, such as "
			 "www-2024-05-01.tar.gz or db-2024-05-01.sql.gz, or "
			 "folders such as 2024-05-01",
			 sources);
}

static gboolean add_sources(RondLibrary *self, GError **error)
{
	const RondScanConfig config = {
	    .zone = self->config->zone,
	    .patterns = self->config->patterns,
	    .all_formats = self->config->all_formats,
	};

	self->scanner = rond_source_scanner_new(&config);
	for (char **source = self->config->sources; *source; source++)
		if (!rond_source_scanner_add_source(self->scanner, *source,
						    error))
			return FALSE;
	return TRUE;
}

static void open_caches(RondLibrary *self, RondWarn warn, gpointer data)
{
	g_autofree char *warning = NULL;
	guint8 secret[ROND_SECRET_LEN];

	self->cache_dir = rond_cache_dir_new(
	    self->config->cache_dir, self->config->cache_size, &warning);
	if (warning)
		warn(warning, data);
	self->blocks = rond_block_cache_new(self->config->memory);
	gboolean confine = self->config->confine;

	/* A child is this program anew, and /proc says which that is. */
	if (confine && access("/proc/self/exe", X_OK)) {
		warn("/proc is not mounted: backups are read without the "
		     "safety of a confined process",
		     data);
		confine = FALSE;
	}
	rond_secret_load(self->cache_dir, secret);
	self->history = rond_history_new(secret);
	const RondIndexerConfig config = {
	    .cache_dir = self->cache_dir,
	    .blocks = self->blocks,
	    .confine = confine,
	    .thorough = self->config->index_mode == ROND_INDEX_NOW,
	    .kin = {self->config, self->history, relatives_of, self},
	    .finished = part_finished,
	    .data = self,
	};

	self->indexer = rond_indexer_new(&config);
}

static void free_backup(gpointer backup)
{
	rond_backup_unref(backup);
}

RondLibrary *rond_library_new(const RondConfig *config, RondWarn warn,
			      gpointer data, GError **error)
{
	g_autoptr(RondLibrary) self = g_new0(RondLibrary, 1);

	self->config = config;
	g_mutex_init(&self->lock);
	self->news = g_atomic_rc_box_new0(gint);
	rond_open_parts_init(&self->open);
	self->present = g_hash_table_new_full(backup_hash, backup_equal,
					      free_backup, clear_part);
	self->parts = g_ptr_array_new_with_free_func(clear_part);
	if (!add_sources(self, error))
		return NULL;
	gboolean found = first_scan(self, error);

	warn_skipped(self, warn, data);
	if (!found)
		return NULL;
	open_caches(self, warn, data);
	return g_steal_pointer(&self);
}

void rond_library_free(RondLibrary *self)
{
	g_clear_pointer(&self->indexer, rond_indexer_free);
	g_clear_pointer(&self->present, g_hash_table_unref);
	g_clear_pointer(&self->parts, g_ptr_array_unref);
	g_clear_pointer(&self->catalog, rond_catalog_unref);
	g_clear_pointer(&self->scanner, rond_source_scanner_free);
	g_clear_pointer(&self->blocks, rond_block_cache_unref);
	g_clear_pointer(&self->history, rond_history_free);
	g_clear_pointer(&self->cache_dir, rond_cache_dir_free);
	g_atomic_rc_box_release(self->news);
	g_mutex_clear(&self->lock);
	g_free(self);
}

RondHistory *rond_library_history(RondLibrary *self)
{
	return self->history;
}

int rond_library_spool(RondLibrary *self, GError **error)
{
	return rond_cache_dir_create(self->cache_dir, 0, TRUE, error);
}

const RondConfig *rond_library_config(const RondLibrary *self)
{
	return self->config;
}

RondCatalog *rond_library_catalog(RondLibrary *self)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);

	return rond_catalog_ref(self->catalog);
}

gint64 rond_library_now(const RondLibrary *self)
{
	if (self->config->now != G_MININT64)
		return self->config->now;
	return g_get_real_time() / G_USEC_PER_SEC;
}

gint64 rond_library_changed_ns(RondLibrary *self)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);

	return self->changed_ns;
}

gint64 rond_library_touched_ns(RondLibrary *self)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);
	gint news = g_atomic_int_get(self->news);

	if (news != self->known_news)
		touch(self);
	self->known_news = news;
	return self->touched_ns;
}

gboolean rond_library_has_folders(RondLibrary *self)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);
	GHashTableIter iter;
	gpointer backup;

	g_hash_table_iter_init(&iter, self->present);
	while (g_hash_table_iter_next(&iter, &backup, NULL))
		if (((RondBackup *)backup)->kind == ROND_BACKUP_FOLDER)
			return TRUE;
	return FALSE;
}

RondPart *rond_library_part(RondLibrary *self, const RondBackup *backup)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);
	RondPart *part = g_hash_table_lookup(self->present, backup);

	return part ? rond_part_ref(part) : NULL;
}

RondPart *rond_library_part_by_number(RondLibrary *self, guint32 number)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);

	if (!number || number > self->parts->len ||
	    !self->parts->pdata[number - 1])
		return NULL;
	return rond_part_ref(self->parts->pdata[number - 1]);
}

void rond_library_request(RondLibrary *self, RondPart *part)
{
	rond_indexer_request(self->indexer, part);
}

void rond_library_request_idle(RondLibrary *self, GPtrArray *parts)
{
	rond_indexer_background(self->indexer, parts);
}

void rond_library_cancel(RondLibrary *self)
{
	rond_indexer_cancel(self->indexer);
}

GArray *rond_library_watches(RondLibrary *self)
{
	GPtrArray *stores = rond_source_scanner_stores(self->scanner);
	GArray *watches = g_array_new(FALSE, FALSE, sizeof(int));

	for (guint i = 0; i < stores->len; i++) {
		RondStore *store = stores->pdata[i];
		int fd = store->ops->watch(store);

		if (fd >= 0)
			g_array_append_val(watches, fd);
	}
	return watches;
}

void rond_library_drain(RondLibrary *self)
{
	GPtrArray *stores = rond_source_scanner_stores(self->scanner);

	for (guint i = 0; i < stores->len; i++) {
		RondStore *store = stores->pdata[i];

		store->ops->drain(store);
	}
}

void rond_library_cache_counts(RondLibrary *self, RondCacheCounts *counts)
{
	rond_block_cache_stats(self->blocks, &counts->blocks);
	counts->disk = rond_cache_dir_path(self->cache_dir);
	counts->disk_bytes = rond_cache_dir_bytes(self->cache_dir);
	counts->disk_limit = rond_cache_dir_limit(self->cache_dir);
}

char *rond_library_statistics(RondLibrary *self)
{
	g_autoptr(RondCatalog) catalog = rond_library_catalog(self);
	RondBlockCacheStats stats;

	rond_block_cache_stats(self->blocks, &stats);
	return g_strdup_printf(
	    "%u snapshots, %u backups seen; decoded blocks: %" G_GSIZE_FORMAT
	    " of %" G_GSIZE_FORMAT " MiB, %" G_GUINT64_FORMAT
	    " hits, %" G_GUINT64_FORMAT " misses",
	    catalog->snapshots->len, self->parts->len, stats.bytes >> 20,
	    stats.limit >> 20, stats.hits, stats.misses);
}
