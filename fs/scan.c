/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/scan.h"

#include "backends/error.h"
#include "fs/scan-walk.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#define MAX_NAME 255

struct RondSourceScanner {
	RondScanConfig config;
	RondProbe *probe;
	GPtrArray *sources; /* RondSource */
	GPtrArray *stores;  /* RondStore, borrowed from them */
};

static void source_free(gpointer data)
{
	RondSource *self = data;

	if (self->store)
		rond_store_free(self->store);
	g_free(self->snapshot);
	g_free(self->part);
	g_free(self);
}

RondSourceScanner *rond_source_scanner_new(const RondScanConfig *config)
{
	RondSourceScanner *self = g_new0(RondSourceScanner, 1);

	self->config = *config;
	self->probe = rond_probe_new(config->all_formats);
	self->sources = g_ptr_array_new_with_free_func(source_free);
	self->stores = g_ptr_array_new();
	return self;
}

void rond_source_scanner_free(RondSourceScanner *self)
{
	g_ptr_array_unref(self->stores);
	g_ptr_array_unref(self->sources);
	rond_probe_free(self->probe);
	g_free(self);
}

GPtrArray *rond_source_scanner_stores(RondSourceScanner *self)
{
	return self->stores;
}

static gboolean exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

/* @text is what the user wrote. */
static gboolean check_snapshot(const char *text, const char *name,
			       GError **error)
{
	if (!*name || *name == '.' || strlen(name) > MAX_NAME)
		return rond_fail(error, EINVAL,
				 "%s: no name for a snapshot: it must not be "
				 "empty, begin with a dot or be longer than "
				 "%d bytes",
				 text, MAX_NAME);
	if (rond_alias_is_name(name) || !strcmp(name, "PROBLEMS.txt"))
		return rond_fail(error, EINVAL,
				 "%s: this name is taken; choose another for "
				 "the snapshot",
				 text);
	return TRUE;
}

static gboolean check_part(const char *text, const char *name, GError **error)
{
	if (*name && *name != '.' && !strchr(name, '/') &&
	    strlen(name) + strlen(".sql") <= MAX_NAME)
		return TRUE;
	return rond_fail(error, EINVAL,
			 "%s: no name for a part: it must not be empty, begin "
			 "with a dot, have a slash in it or be longer than %d "
			 "bytes",
			 text, MAX_NAME - 4);
}

/* Split SNAPSHOT[/PART]=PATH; anything else is a path. @path is within @text.
 */
static gboolean parse_source(const char *text, RondSource *source,
			     const char **path, GError **error)
{
	const char *equals = strchr(text, '=');
	g_auto(GStrv) names = NULL;
	g_autofree char *left = NULL;

	*path = text;
	/* A name can't begin so: it is a path that is not there. */
	if (!equals || *text == '/' || g_str_has_prefix(text, "./") ||
	    g_str_has_prefix(text, "../") || exists(text))
		return TRUE;
	left = g_strndup(text, (gsize)(equals - text));
	names = g_strsplit(left, "/", 2);
	if (!check_snapshot(text, names[0] ? names[0] : "", error) ||
	    (names[1] && !check_part(text, names[1], error)))
		return FALSE;
	source->snapshot = g_strdup(names[0]);
	source->part = g_strdup(names[1]);
	*path = equals + 1;
	return TRUE;
}

static const char *explain(const GError *error)
{
	if (error->code == ENOENT)
		return "no such file or folder";
	if (error->code == ENOTDIR)
		return "neither a file nor a folder";
	if (error->code == EACCES)
		return "Permission denied: mount as a user who may read it";
	return error->message;
}

/* A single file has to be a backup: nothing else could be shown of it. */
static gboolean check_single(RondSourceScanner *self, const RondSource *source,
			     GError **error)
{
	RondDetected detected = {0};
	g_autofree char *why = NULL;
	RondStore *store = source->store;
	RondProbed probed =
	    rond_probe_file(self->probe, store, store->top, &detected);

	why = detected.why;
	if (probed == ROND_PROBED_NONE)
		return rond_fail(error, EINVAL, "%s: %s", store->name, why);
	if (probed == ROND_PROBED_GONE)
		return rond_fail(error, ENOENT, "%s: no such file or folder",
				 store->name);
	return TRUE;
}

static void take_source(RondSourceScanner *self, RondSource *source)
{
	g_ptr_array_add(self->stores, source->store);
	g_ptr_array_add(self->sources, source);
}

gboolean rond_source_scanner_add_source(RondSourceScanner *self,
					const char *text, GError **error)
{
	g_autoptr(GError) inner = NULL;
	RondSource *source = g_new0(RondSource, 1);
	const char *path;

	if (!parse_source(text, source, &path, error)) {
		source_free(source);
		return FALSE;
	}
	source->store = rond_folder_store_new(path, &inner);
	if (!source->store) {
		source_free(source);
		return rond_fail(error, inner->code, "%s: %s", path,
				 explain(inner));
	}
	if (!source->store->top->is_dir && !check_single(self, source, error)) {
		source_free(source);
		return FALSE;
	}
	take_source(self, source);
	return TRUE;
}

void rond_scanned_clear(RondScanned *self)
{
	g_clear_pointer(&self->backups, g_ptr_array_unref);
	g_clear_pointer(&self->skipped, g_ptr_array_unref);
}

/* Whether @a is the better of two names of one file: one with a date, then one
 * that is no symbolic link. */
static gboolean is_better(const RondBackup *a, const RondBackup *b)
{
	if (a->from_mtime != b->from_mtime)
		return b->from_mtime;
	return !a->item->is_link && b->item->is_link;
}

/* A folder of dumps holds one backup for each database. */
static char *inode_key(const RondBackup *backup)
{
	return g_strdup_printf("%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT
			       ":%s\n%s",
			       backup->item->dev, backup->item->ino,
			       backup->snapshot ? backup->snapshot : "",
			       backup->pieces ? backup->stem : "");
}

/* Put @backup into @kept, unless a better name of the same file is there. */
static void keep_best(GPtrArray *kept, GHashTable *places, RondBackup *backup)
{
	g_autofree char *key = inode_key(backup);
	RondBackup **there;
	gpointer place;

	if (!backup->item->ino ||
	    !g_hash_table_lookup_extended(places, key, NULL, &place)) {
		g_hash_table_insert(places, g_steal_pointer(&key),
				    GUINT_TO_POINTER(kept->len));
		g_ptr_array_add(kept, rond_backup_ref(backup));
		return;
	}
	there = (RondBackup **)&kept->pdata[GPOINTER_TO_UINT(place)];
	if (!is_better(backup, *there))
		return;
	rond_backup_unref(*there);
	*there = rond_backup_ref(backup);
}

/* Names of one file count once; what the user named counts besides. */
static GPtrArray *without_links(GPtrArray *backups)
{
	g_autoptr(GHashTable) places =
	    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	GPtrArray *kept =
	    g_ptr_array_new_with_free_func((GDestroyNotify)rond_backup_unref);

	for (guint i = 0; i < backups->len; i++)
		keep_best(kept, places, backups->pdata[i]);
	return kept;
}

void rond_source_scanner_run(RondSourceScanner *self, RondScanned *scanned)
{
	g_autoptr(GHashTable) all =
	    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GPtrArray) found = NULL;

	*scanned = (RondScanned){
	    .backups = g_ptr_array_new_with_free_func(
		(GDestroyNotify)rond_backup_unref),
	    .skipped = g_ptr_array_new_with_free_func(
		(GDestroyNotify)rond_skipped_free),
	};
	for (guint i = 0; i < self->sources->len; i++) {
		const RondSource *source = self->sources->pdata[i];
		g_autoptr(GHashTable) own = g_hash_table_new_full(
		    g_str_hash, g_str_equal, g_free, NULL);

		rond_source_walk(source, &self->config, self->probe,
				 source->snapshot ? own : all, scanned);
	}
	found = g_steal_pointer(&scanned->backups);
	scanned->backups = without_links(found);
	rond_probe_end_round(self->probe);
}
