/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/scan-walk.h"

#include "fs/dates.h"
#include "fs/scan-container.h"
#include "fs/mydumper.h"
#include "fs/scan-misses.h"
#include "fs/scan-mydumper.h"
#include "fs/scan-names.h"

#include <string.h>

#define MAX_DEPTH 3 /* of undated folders; the source is 0 */
/* Files that are opened in one of them though their names say nothing. */
#define MAX_UNKNOWN 64

/* A link to a folder, looked at when all else was. */
typedef struct {
	RondStoreItem *item;
	char *folder;
	guint depth;
} Link;

typedef struct {
	const RondSource *source;
	const RondScanConfig *config;
	RondProbe *probe;
	GHashTable *folders;
	RondScanned *scanned;
	GPtrArray *links; /* Link */
	guint too_deep;
	char *too_deep_example;
} Walk;

static const char *base_name(const RondStoreItem *item)
{
	const char *slash = strrchr(item->path, '/');

	return slash ? slash + 1 : item->path;
}

static char *join(const char *folder, const char *name)
{
	if (!*folder || !*name)
		return g_strdup(*folder ? folder : name);
	return g_strconcat(folder, "/", name, NULL);
}

static void skip(Walk *self, const char *path, const char *why)
{
	g_autofree char *full = rond_source_path(self->source, path);

	g_ptr_array_add(self->scanned->skipped, rond_skipped_new(full, why));
}

/* FALSE: looked at before, through another name. */
static gboolean enter(Walk *self, const RondStoreItem *item)
{
	if (!item->ino)
		return TRUE;
	return g_hash_table_add(self->folders,
				g_strdup_printf("%" G_GUINT64_FORMAT
						":%" G_GUINT64_FORMAT,
						item->dev, item->ino));
}

static void miss(Walk *self, RondMisses *misses, const RondStoreItem *item,
		 const char *why)
{
	g_autofree char *full = rond_source_path(self->source, item->path);

	rond_misses_add(misses, full, why);
}

static void report(Walk *self, RondMisses *misses, const char *path)
{
	g_autofree char *full = rond_source_path(self->source, path);

	rond_misses_report(misses, full, self->scanned->skipped);
}

/* Look into a file whose name is no reason against it. */
static void look_into(Walk *self, const RondStoreItem *item,
		      const RondPlace *place, RondMisses *misses)
{
	RondDetected detected = {0};
	g_autofree char *why = NULL;

	switch (rond_probe_file(self->probe, self->source->store, item,
				&detected)) {
	case ROND_PROBED_BACKUP:
		g_ptr_array_add(self->scanned->backups,
				rond_place_file(place, item, &detected));
		break;
	case ROND_PROBED_NONE:
		why = detected.why;
		miss(self, misses, item, why ? why : "not a backup");
		break;
	case ROND_PROBED_PENDING:
		self->scanned->pending++;
		break;
	case ROND_PROBED_GONE:
		break;
	}
}

static void take_file(Walk *self, const RondStoreItem *item,
		      const RondPlace *place, RondMisses *misses)
{
	const char *name = base_name(item);
	gboolean by_itself = rond_source_is_single(self->source);

	if (!by_itself && (*name == '.' || rond_name_is_side_file(name)))
		return;
	if (!by_itself && rond_name_is_unfinished(name)) {
		skip(self, item->path,
		     "looks unfinished: rename it if it is complete");
		return;
	}
	if (!by_itself && !rond_name_is_packed(name) &&
	    ++misses->unknown > MAX_UNKNOWN) {
		miss(self, misses, item, "not a backup by its name");
		return;
	}
	look_into(self, item, place, misses);
}

static void walk_folder(Walk *self, const RondStoreItem *item,
			const char *folder, guint depth);

static GPtrArray *list(Walk *self, const char *path);

static char *folder_of(const char *folder, const char *path, const char *top)
{
	g_autofree char *parent = g_path_get_dirname(path);
	gsize skipped = strlen(top);

	/* What lies between the snapshot folder and the file. */
	if (!strcmp(parent, ".") || strlen(parent) <= skipped)
		return g_strdup(folder);
	return join(folder, parent + skipped + (skipped > 0));
}

/* A folder of one dump has its own name, but for the date, in the series'. */
static char *folder_with(Walk *self, const char *folder,
			 const RondStoreItem *item, const char *top)
{
	g_autofree char *above = NULL;
	g_auto(RondDated) dated = {0};

	if (!strcmp(item->path, top))
		return g_strdup(folder);
	above = folder_of(folder, item->path, top);
	rond_date_parse(base_name(item), TRUE, self->config->patterns,
			self->config->zone, &dated);
	return join(above, dated.stem ? dated.stem : "");
}

static void take_dumped(Walk *self, const RondStoreItem *item,
			const RondPlace *place, RondMisses *misses)
{
	g_autoptr(GPtrArray) items = list(self, item->path);

	if (items)
		rond_mydumper_scan(place, self->probe, item, items, misses,
				   self->scanned);
}

static void take_container(Walk *self, const RondStoreItem *top,
			   GPtrArray *files, const char *folder,
			   const RondDated *dated)
{
	RondMisses misses;

	rond_misses_init(&misses);
	for (guint i = 0; i < files->len; i++) {
		const RondStoreItem *item = files->pdata[i];
		g_autofree char *series =
		    item->is_dir ? folder_with(self, folder, item, top->path)
				 : folder_of(folder, item->path, top->path);
		RondPlace place = {self->source, self->config, series, dated};

		/* All of them were looked into before. */
		misses.unknown = 0;
		if (item->is_dir)
			take_dumped(self, item, &place, &misses);
		else
			take_file(self, item, &place, &misses);
	}
	report(self, &misses, top->path);
}

static void add_tree(Walk *self, const RondStoreItem *item, const char *folder,
		     const RondDated *dated)
{
	RondPlace place = {self->source, self->config, folder, dated};

	g_ptr_array_add(self->scanned->backups, rond_place_tree(&place, item));
}

/* What a failed backup leaves behind: as a snapshot it would be the latest, and
 * somebody would copy nothing from it. */
static void take_empty(Walk *self, const RondStoreItem *item,
		       const char *folder, const RondDated *dated)
{
	if (self->source->snapshot)
		add_tree(self, item, folder, dated);
	else
		skip(self, item->path,
		     "no backup in this folder: it was probably interrupted");
}

static GPtrArray *list(Walk *self, const char *path)
{
	g_autoptr(GError) error = NULL;
	GPtrArray *items =
	    self->source->store->ops->list(self->source->store, path, &error);
	g_autofree char *why = NULL;

	if (items)
		return items;
	why = g_strdup_printf("%s: this folder can't be searched",
			      error->message);
	skip(self, path, why);
	return NULL;
}

/* It could not be listed: try once more, for the reason. */
static void skip_closed(Walk *self, const RondStoreItem *item)
{
	g_autoptr(GPtrArray) items G_GNUC_UNUSED = list(self, item->path);
}

/* A folder that is a snapshot by its name or because the user says so: of
 * backups, or a plain tree. @dated may be NULL. */
static void take_snapshot(Walk *self, const RondStoreItem *item,
			  const char *folder, const RondDated *dated)
{
	g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)rond_store_item_free);
	g_autofree char *series = join(folder, dated ? dated->stem : "");

	switch (rond_container_judge(self->probe, self->source->store, item,
				     files)) {
	case ROND_CONTAINER:
		take_container(self, item, files, series, dated);
		break;
	case ROND_CONTAINER_TREE:
		add_tree(self, item, folder, dated);
		break;
	case ROND_CONTAINER_EMPTY:
		take_empty(self, item, folder, dated);
		break;
	case ROND_CONTAINER_PENDING:
		self->scanned->pending++;
		break;
	case ROND_CONTAINER_CLOSED:
		skip_closed(self, item);
		break;
	}
}

static void take_rotated(Walk *self, const RondStoreItem *item,
			 const char *folder)
{
	if (rond_probe_folder(self->probe, self->source->store, item))
		add_tree(self, item, folder, NULL);
	else
		self->scanned->pending++;
}

/* FALSE: a folder whose name makes it no snapshot. */
static gboolean take_if_snapshot(Walk *self, const RondStoreItem *item,
				 const char *folder)
{
	g_auto(RondDated) dated = {0};
	const char *name = base_name(item);

	if (rond_name_is_rotated(name)) {
		if (enter(self, item))
			take_rotated(self, item, folder);
		return TRUE;
	}
	if (!rond_date_parse(name, TRUE, self->config->patterns,
			     self->config->zone, &dated))
		return FALSE;
	if (enter(self, item))
		take_snapshot(self, item, folder, &dated);
	return TRUE;
}

static void link_free(gpointer data)
{
	Link *self = data;

	rond_store_item_free(self->item);
	g_free(self->folder);
	g_free(self);
}

static void defer(Walk *self, const RondStoreItem *item, const char *folder,
		  guint depth)
{
	Link *link = g_new(Link, 1);

	*link = (Link){rond_store_item_copy(item), g_strdup(folder), depth};
	g_ptr_array_add(self->links, link);
}

/* @folder is that of the series above; @depth of the folder itself. */
static void take_folder(Walk *self, const RondStoreItem *item,
			const char *folder, guint depth)
{
	g_autofree char *series = NULL;

	if (take_if_snapshot(self, item, folder))
		return;
	if (depth > MAX_DEPTH) {
		if (!self->too_deep++)
			self->too_deep_example = g_strdup(item->path);
		return;
	}
	if (!enter(self, item))
		return;
	series = join(folder, base_name(item));
	walk_folder(self, item, series, depth);
}

static void take_folders(Walk *self, GPtrArray *items, const char *folder,
			 guint depth)
{
	for (guint i = 0; i < items->len; i++) {
		const RondStoreItem *item = items->pdata[i];

		/* Hidden ones, and rsnapshot's "_delete.1234". */
		if (!item->is_dir || strchr("._", *base_name(item)))
			continue;
		if (item->is_link)
			defer(self, item, folder, depth);
		else
			take_folder(self, item, folder, depth);
	}
}

static void walk_items(Walk *self, GPtrArray *items, const RondStoreItem *top,
		       const char *folder, guint depth)
{
	RondPlace place = {self->source, self->config, folder, NULL};
	RondMisses misses;
	gboolean dumped;

	rond_misses_init(&misses);
	dumped = rond_mydumper_scan(&place, self->probe, top, items, &misses,
				    self->scanned);
	for (guint i = 0; i < items->len; i++) {
		const RondStoreItem *item = items->pdata[i];

		if (!item->is_dir &&
		    !(dumped && rond_mydumper_owns(base_name(item))))
			take_file(self, item, &place, &misses);
	}
	report(self, &misses, top->path);
	take_folders(self, items, folder, depth + 1);
}

static void walk_folder(Walk *self, const RondStoreItem *item,
			const char *folder, guint depth)
{
	g_autoptr(GPtrArray) items = list(self, item->path);

	if (items)
		walk_items(self, items, item, folder, depth);
}

static void take_links(Walk *self)
{
	for (guint i = 0; i < self->links->len; i++) {
		const Link *link = self->links->pdata[i];

		take_folder(self, link->item, link->folder, link->depth);
	}
}

static gboolean has_dates(Walk *self, GPtrArray *items)
{
	for (guint i = 0; i < items->len; i++) {
		const RondStoreItem *item = items->pdata[i];
		const char *name = base_name(item);
		g_auto(RondDated) dated = {0};

		if (rond_date_parse(name, item->is_dir, self->config->patterns,
				    self->config->zone, &dated) ||
		    (item->is_dir && rond_name_is_rotated(name)))
			return TRUE;
	}
	return FALSE;
}

/* A source that is one snapshot by its own name ("/backups/2024-05-01"), and
 * not a folder of several. FALSE: it is not. */
static gboolean take_as_snapshot(Walk *self, GPtrArray *items)
{
	RondStore *store = self->source->store;
	g_autofree char *name = g_path_get_basename(store->name);
	g_auto(RondDated) dated = {0};
	/* Its files may have dates in their names, as their tables have. */
	gboolean dumped =
	    rond_mydumper_judge(store, items) != ROND_MYDUMPER_OTHER;

	if (!dumped && has_dates(self, items))
		return FALSE;
	if (rond_name_is_rotated(name)) {
		take_rotated(self, store->top, "");
		return TRUE;
	}
	if (!rond_date_parse(name, TRUE, self->config->patterns,
			     self->config->zone, &dated) ||
	    (*dated.stem && !dumped))
		return FALSE;
	take_snapshot(self, store->top, "", &dated);
	return TRUE;
}

static void walk_top(Walk *self)
{
	const RondSource *source = self->source;
	const RondStoreItem *top = source->store->top;
	g_autoptr(GPtrArray) items = NULL;

	if (top->is_dir && !enter(self, top))
		return;
	if (top->is_dir && source->snapshot) {
		take_snapshot(self, top, "", NULL);
		return;
	}
	items = list(self, "");
	if (items && !(top->is_dir && take_as_snapshot(self, items)))
		walk_items(self, items, top, "", 0);
}

static void report_too_deep(Walk *self)
{
	g_autofree char *why = NULL;

	if (!self->too_deep)
		return;
	why =
	    g_strdup_printf("%u folders lie deeper than %d and were not "
			    "searched, e.g. %s: give them as sources",
			    self->too_deep, MAX_DEPTH, self->too_deep_example);
	skip(self, "", why);
	g_free(self->too_deep_example);
}

void rond_source_walk(const RondSource *source, const RondScanConfig *config,
		      RondProbe *probe, GHashTable *folders,
		      RondScanned *scanned)
{
	g_autoptr(GPtrArray) links = g_ptr_array_new_with_free_func(link_free);
	Walk self = {source, config, probe, folders, scanned, links};

	walk_top(&self);
	take_links(&self);
	report_too_deep(&self);
}
