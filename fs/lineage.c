/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/lineage-private.h"

#include "backends/sha256.h"

#include <string.h>

#define PIECE (256 * 1024)
/* So many backups are opened beside each other. */
#define AHEAD 4

/* What was found in one backup. */
typedef struct {
	char *path; /* with the part */
	guint32 entry;
	RondLook look;
} Find;

typedef struct {
	RondLineages *lineages;
	RondLineageTree *tree;
	GPtrArray *finds;
} Finder;

static void find_free(gpointer data)
{
	Find *self = data;

	rond_look_clear(&self->look);
	g_free(self->path);
	g_free(self);
}

static void stop_free(gpointer data)
{
	RondLineageStop *self = data;

	g_free(self->snapshot);
	g_free(self->unread);
	g_free(self);
}

static void free_lineage(gpointer lineage)
{
	rond_lineage_free(lineage);
}

static void glob_free(gpointer glob)
{
	rond_glob_free(glob);
}

RondLineages *rond_lineages_ref(RondLineages *self)
{
	g_atomic_ref_count_inc(&self->refs);
	return self;
}

void rond_lineages_unref(RondLineages *self)
{
	if (!g_atomic_ref_count_dec(&self->refs))
		return;
	g_hash_table_unref(self->by_path);
	g_ptr_array_unref(self->globs);
	g_ptr_array_unref(self->lineages);
	g_ptr_array_unref(self->stops);
	rond_catalog_unref(self->catalog);
	g_free(self->part);
	g_free(self);
}

static void unref_lineages(gpointer lineages)
{
	rond_lineages_unref(lineages);
}

static RondLineages *lineages_new(RondCatalog *catalog, const char *part,
				  gboolean hash)
{
	RondLineages *self = g_new0(RondLineages, 1);

	g_atomic_ref_count_init(&self->refs);
	self->part = g_strdup(part);
	self->catalog = rond_catalog_ref(catalog);
	self->hash = hash;
	self->stops = g_ptr_array_new_with_free_func(stop_free);
	self->lineages = g_ptr_array_new_with_free_func(free_lineage);
	self->globs = g_ptr_array_new_with_free_func(glob_free);
	self->by_path = g_hash_table_new(g_str_hash, g_str_equal);
	return self;
}

/* Take what of @glob may be in the part: what is in its folder, and the dump
 * beside that. */
static void take_glob(RondLineages *self, const RondGlob *glob)
{
	g_autofree char *dump = g_strconcat(self->part, ".sql", NULL);
	g_autoptr(RondGlob) rest = rond_glob_rest(glob);

	if (rond_glob_is_empty(glob))
		return;
	if (rond_glob_is_deep(glob)) {
		self->dump |= rond_glob_is_empty(rest);
		g_ptr_array_add(self->globs, rond_glob_copy(glob));
		take_glob(self, rest);
		return;
	}
	self->dump |= rond_glob_is_empty(rest) &&
		      !rond_glob_is_of_children(glob) &&
		      rond_glob_begins(glob, dump);
	if (rond_glob_begins(glob, self->part))
		g_ptr_array_add(self->globs, g_steal_pointer(&rest));
}

static gint compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names of all parts, in order. */
static GPtrArray *part_names(const RondCatalog *catalog)
{
	g_autoptr(GHashTable) met = g_hash_table_new(g_str_hash, g_str_equal);
	GPtrArray *names = g_ptr_array_new();

	for (guint i = 0; i < catalog->snapshots->len; i++) {
		const RondSnapshot *snapshot = catalog->snapshots->pdata[i];

		for (guint j = 0; j < snapshot->parts->len; j++) {
			RondPlacedPart *part = snapshot->parts->pdata[j];

			if (g_hash_table_add(met, part->name))
				g_ptr_array_add(names, part->name);
		}
	}
	g_ptr_array_sort(names, compare_names);
	return names;
}

GPtrArray *rond_lineages_of(RondCatalog *catalog, const GPtrArray *globs,
			    gboolean hash)
{
	GPtrArray *all = g_ptr_array_new_with_free_func(unref_lineages);
	g_autoptr(GPtrArray) names = part_names(catalog);

	for (guint i = 0; i < names->len; i++) {
		g_autoptr(RondLineages) one =
		    lineages_new(catalog, names->pdata[i], hash);

		for (guint j = 0; j < globs->len; j++)
			take_glob(one, globs->pdata[j]);
		if (one->globs->len || one->dump)
			g_ptr_array_add(all, g_steal_pointer(&one));
	}
	return all;
}

static RondLineages *of_one(RondCatalog *catalog, RondGlob *glob)
{
	g_autoptr(GPtrArray) globs = g_ptr_array_new();
	g_autoptr(GPtrArray) all = NULL;

	g_ptr_array_add(globs, glob);
	all = rond_lineages_of(catalog, globs, FALSE);
	return all->len ? rond_lineages_ref(all->pdata[0]) : NULL;
}

RondLineages *rond_lineages_of_path(RondCatalog *catalog, const char *path)
{
	g_autoptr(RondGlob) glob = rond_glob_new_literal(path);

	return of_one(catalog, glob);
}

RondLineages *rond_lineages_in_folder(RondCatalog *catalog, const char *path)
{
	g_autoptr(RondGlob) glob = rond_glob_new_children(path);

	return of_one(catalog, glob);
}

static RondLineage *lineage_of(RondLineages *self, const char *path)
{
	RondLineage *line = g_hash_table_lookup(self->by_path, path);

	if (line)
		return line;
	line = rond_lineage_new(path);
	g_ptr_array_add(self->lineages, line);
	g_hash_table_insert(self->by_path, line->path, line);
	return line;
}

static void add_find(Finder *self, char *path, guint32 entry)
{
	Find *find = g_new0(Find, 1);

	find->path = path;
	find->entry = entry;
	if (rond_lineage_tree_look(self->tree, entry, &find->look))
		g_ptr_array_add(self->finds, find);
	else
		find_free(find);
}

static void on_found(const char *path, guint32 entry, gpointer into)
{
	Finder *self = into;

	add_find(
	    self,
	    g_strconcat(self->lineages->part, *path ? "/" : "", path, NULL),
	    entry);
}

static void find_all(Finder *self, gboolean is_dump)
{
	const RondLineages *lineages = self->lineages;
	guint32 top;
	const RondGlobTree *names = rond_lineage_tree_names(self->tree, &top);

	if (is_dump && lineages->dump)
		add_find(self, g_strconcat(lineages->part, ".sql", NULL),
			 ROND_DUMP_FILE_ENTRY);
	for (guint i = 0; i < lineages->globs->len; i++)
		rond_glob_find(lineages->globs->pdata[i], names, top, on_found,
			       self);
}

/* FALSE: it can't be read to its end. */
static gboolean hash_stream(RondStream *stream, guint8 sha256[ROND_SHA256_LEN])
{
	g_autoptr(RondSha256) sum = rond_sha256_new();
	g_autofree guint8 *buf = g_malloc(PIECE);
	guint64 at = 0;
	gssize n;

	while ((n = rond_stream_pread(stream, buf, PIECE, at, NULL)) > 0) {
		rond_sha256_add(sum, buf, (gsize)n);
		at += (guint64)n;
	}
	rond_sha256_end(sum, sha256);
	return n == 0;
}

/* A file of a folder is read only where its inode is not the one before. */
static void hash_find(const Finder *self, const RondLineage *line, Find *find)
{
	RondLooks *looks = &find->look.looks;
	g_autoptr(RondStream) stream = NULL;

	if (!self->lineages->hash || !find->look.ino ||
	    !S_ISREG(find->look.type) ||
	    (line->at_last &&
	     rond_look_is_same_file(&line->at_last->look, &find->look)))
		return;
	stream = rond_lineage_tree_open(self->tree, find->entry, NULL);
	looks->has_hash = stream && hash_stream(stream, looks->sha256);
	/* Without one it isn't known, whatever it looks like. */
	looks->sampled = looks->has_hash;
}

static void take_finds(const Finder *self)
{
	guint stop = self->lineages->stops->len - 1;

	for (guint i = 0; i < self->finds->len; i++) {
		Find *find = self->finds->pdata[i];
		RondLineage *line = lineage_of(self->lineages, find->path);

		/* Several patterns may match it. */
		if (line->at_last && line->last == stop)
			continue;
		hash_find(self, line, find);
		rond_lineage_see(self->lineages, line, stop, &find->look);
	}
}

static void add_stop(RondLineages *self, const RondSnapshot *snapshot,
		     const RondBackup *backup, guint32 part, char *unread)
{
	RondLineageStop *stop = g_new0(RondLineageStop, 1);

	stop->snapshot = g_strdup(snapshot->name);
	stop->time = backup->time;
	stop->part = part;
	stop->is_folder = backup->kind == ROND_BACKUP_FOLDER;
	stop->unread = unread;
	if (self->stops->len)
		stop->known =
		    rond_lineages_stop(self, self->stops->len - 1)->known;
	stop->known += !unread;
	g_ptr_array_add(self->stops, stop);
}

/* Why not all of @part is in its index; new, or NULL. */
static char *why_partial(RondPart *part)
{
	g_auto(RondPartInfo) info = {0};

	rond_part_info(part, &info);
	if (info.state != ROND_PART_DAMAGED &&
	    info.state != ROND_PART_INCOMPLETE)
		return NULL;
	return g_strdup_printf("%s: %s", rond_part_state_name(info.state),
			       info.message ? info.message : "");
}

static gboolean read_part(RondLineages *self, RondLibrary *library,
			  const RondSnapshot *snapshot, RondPart *part)
{
	const RondBackup *backup = rond_part_backup(part);
	g_autoptr(GPtrArray) finds = g_ptr_array_new_with_free_func(find_free);
	g_autoptr(GError) error = NULL;
	g_autoptr(RondLineageTree) tree =
	    rond_lineage_tree_new(library, part, &error);
	Finder finder = {self, tree, finds};

	if (error) {
		add_stop(self, snapshot, backup, rond_part_number(part),
			 g_strdup(error->message));
		return TRUE;
	}
	if (!tree)
		return FALSE;
	find_all(&finder, backup->kind == ROND_BACKUP_DUMP);
	if (!rond_lineage_tree_is_sound(tree))
		return FALSE;
	add_stop(self, snapshot, backup, rond_part_number(part),
		 why_partial(part));
	take_finds(&finder);
	return TRUE;
}

/* The backup that is the part in @snapshot, or NULL. */
static const RondBackup *backup_in(const RondLineages *self,
				   const RondSnapshot *snapshot)
{
	for (guint i = 0; i < snapshot->parts->len; i++) {
		const RondPlacedPart *placed = snapshot->parts->pdata[i];

		if (!strcmp(placed->name, self->part))
			return placed->backup;
	}
	return NULL;
}

/* FALSE: @wait. */
static gboolean read_snapshot(RondLineages *self, RondLibrary *library,
			      const RondSnapshot *snapshot, RondJob **wait)
{
	const RondBackup *backup = backup_in(self, snapshot);
	g_autoptr(RondPart) part =
	    backup ? rond_library_part(library, backup) : NULL;

	if (!backup)
		return TRUE;
	if (!part) {
		add_stop(self, snapshot, backup, 0,
			 g_strdup_printf("%s: it was deleted", backup->source));
		return TRUE;
	}
	if (read_part(self, library, snapshot, part))
		return TRUE;
	rond_library_request(library, part);
	*wait = rond_part_job(part);
	return FALSE;
}

/* Those that come next are going to be waited for, too. */
static void request_ahead(const RondLineages *self, RondLibrary *library)
{
	const GPtrArray *snapshots = self->catalog->snapshots;

	for (guint i = 1; i <= AHEAD && self->next + i < snapshots->len; i++) {
		const RondBackup *backup =
		    backup_in(self, snapshots->pdata[self->next + i]);
		g_autoptr(RondPart) part =
		    backup ? rond_library_part(library, backup) : NULL;

		if (part && backup->kind != ROND_BACKUP_FOLDER)
			rond_library_request(library, part);
	}
}

static gint compare_paths(gconstpointer a, gconstpointer b)
{
	const RondLineage *left = *(RondLineage *const *)a;
	const RondLineage *right = *(RondLineage *const *)b;

	return strcmp(left->path, right->path);
}

gboolean rond_lineages_read(RondLineages *self, RondLibrary *library,
			    RondJob **wait)
{
	const GPtrArray *snapshots = self->catalog->snapshots;

	for (; self->next < snapshots->len; self->next++)
		if (!read_snapshot(self, library, snapshots->pdata[self->next],
				   wait)) {
			request_ahead(self, library);
			return FALSE;
		}
	g_ptr_array_sort(self->lineages, compare_paths);
	return TRUE;
}
