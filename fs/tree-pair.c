/* SPDX-License-Identifier: BSD-2-Clause */
/* Pairs of snapshots: by which names, of which backups. */
#include "fs/tree-changes.h"

#include <string.h>

static const RondSnapshot *named(RondTree *self, const RondCatalog *catalog,
				 const char *name)
{
	return rond_catalog_named(catalog, rond_library_now(self->library),
				  name);
}

static guint depth_of(RondPart *part)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(RondContent) content = NULL;

	if (rond_part_backup(part)->kind == ROND_BACKUP_FOLDER)
		return ROND_DEPTH_UNKNOWN;
	content = rond_part_content(part, &error);
	if (!content)
		return error ? ROND_DEPTH_NONE : ROND_DEPTH_UNKNOWN;
	return rond_index_meta(rond_content_index(content))->thorough
		   ? ROND_DEPTH_THOROUGH
		   : ROND_DEPTH_SAMPLED;
}

static void add_sources(RondTree *self, const RondSnapshot *snapshot,
			GArray *sources)
{
	for (guint i = 0; i < snapshot->parts->len; i++) {
		const RondPlacedPart *placed = snapshot->parts->pdata[i];
		g_autoptr(RondPart) part =
		    rond_library_part(self->library, placed->backup);
		RondPairSource source = {0};

		if (part) {
			source.part = rond_part_number(part);
			source.depth = depth_of(part);
		}
		g_array_append_val(sources, source);
	}
}

static GArray *sources_of(RondTree *self, const RondSnapshot *old,
			  const RondSnapshot *new)
{
	GArray *sources = g_array_new(FALSE, FALSE, sizeof(RondPairSource));

	add_sources(self, old, sources);
	add_sources(self, new, sources);
	return sources;
}

/* FALSE: one has gone. */
static gboolean find_both(const RondCatalog *catalog, const RondPair *pair,
			  const RondSnapshot **old, const RondSnapshot **new)
{
	*old = rond_catalog_find(catalog, pair->old);
	*new = rond_catalog_find(catalog, pair->new);
	return *old && *new;
}

GArray *rond_tree_pair_sources(RondTree *self, const RondPair *pair)
{
	g_autoptr(RondCatalog) catalog = rond_library_catalog(self->library);
	const RondSnapshot *old, *new;

	if (!find_both(catalog, pair, &old, &new))
		return NULL;
	return sources_of(self, old, new);
}

gboolean rond_tree_pair_time(RondTree *self, const RondPair *pair, gint64 *time)
{
	g_autoptr(RondCatalog) catalog = rond_library_catalog(self->library);
	const RondSnapshot *old, *new;

	if (!find_both(catalog, pair, &old, &new))
		return FALSE;
	*time = MAX(old->time, new->time);
	return TRUE;
}

static RondPair *make_pair(RondTree *self, const char *name,
			   const RondSnapshot *old, const RondSnapshot *new)
{
	RondHistory *history = rond_library_history(self->library);
	RondPair *pair = rond_pair_new(name, old->name, new->name,
				       sources_of(self, old, new));

	pair->number = rond_origin_short(rond_history_origin(history, name));
	return pair;
}

/* Given names may have dots in them. */
RondPair *rond_tree_pair(RondTree *self, const char *name)
{
	g_autoptr(RondCatalog) catalog = rond_library_catalog(self->library);
	const char *dots = name;

	while ((dots = strstr(dots, ".."))) {
		g_autofree char *left = g_strndup(name, (gsize)(dots - name));
		const RondSnapshot *old = named(self, catalog, left);
		const RondSnapshot *new =
		    old ? named(self, catalog, dots + 2) : NULL;

		if (new)
			return make_pair(self, name, old, new);
		dots++;
	}
	return NULL;
}

const RondBackup *rond_tree_pair_backup(const RondSnapshot *snapshot,
					const char *name)
{
	for (guint i = 0; i < snapshot->parts->len; i++) {
		const RondPlacedPart *placed = snapshot->parts->pdata[i];

		if (!strcmp(placed->name, name))
			return placed->backup;
	}
	return NULL;
}

static gboolean is_indexed(const RondBackup *backup)
{
	return !backup || backup->kind != ROND_BACKUP_FOLDER;
}

/* Those of @snapshot that are no folders, nor is what @other has of the same
 * name. */
static void add_names(GPtrArray *names, const RondSnapshot *snapshot,
		      const RondSnapshot *other, gboolean only_here)
{
	for (guint i = 0; i < snapshot->parts->len; i++) {
		const RondPlacedPart *placed = snapshot->parts->pdata[i];
		const RondBackup *twin =
		    rond_tree_pair_backup(other, placed->name);

		if (is_indexed(placed->backup) && is_indexed(twin) &&
		    !(twin && only_here))
			g_ptr_array_add(names, g_strdup(placed->name));
	}
}

char **rond_tree_pair_parts(RondTree *self, const RondPair *pair)
{
	g_autoptr(RondCatalog) catalog = rond_library_catalog(self->library);
	const RondSnapshot *old, *new;
	GPtrArray *names;

	if (!find_both(catalog, pair, &old, &new))
		return NULL;
	names = g_ptr_array_new();
	add_names(names, old, new, FALSE);
	add_names(names, new, old, TRUE);
	g_ptr_array_add(names, NULL);
	return (char **)g_ptr_array_free(names, FALSE);
}
