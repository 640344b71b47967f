/* SPDX-License-Identifier: BSD-2-Clause */
/* Listing .versions. */
#include "fs/list-dir.h"
#include "fs/paths.h"
#include "fs/tree-lineage.h"

#include <string.h>

static guint64 path_ino(RondTree *self, const char *path)
{
	return rond_tree_lineage_number(rond_paths_number(self->paths, path));
}

/* The parts of all snapshots, as what each is shown as. */
static GHashTable *top_names(RondTree *self)
{
	g_autoptr(RondCatalog) catalog = rond_library_catalog(self->library);
	GHashTable *names =
	    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < catalog->snapshots->len; i++) {
		const RondSnapshot *snapshot = catalog->snapshots->pdata[i];

		for (guint j = 0; j < snapshot->parts->len; j++) {
			const RondPlacedPart *part = snapshot->parts->pdata[j];

			g_hash_table_add(names, g_strdup(part->name));
			if (part->backup->kind == ROND_BACKUP_DUMP)
				g_hash_table_add(
				    names,
				    g_strconcat(part->name, ".sql", NULL));
		}
	}
	return names;
}

static void list_top(RondTree *self, RondListDir *list)
{
	g_autoptr(GHashTable) names = top_names(self);
	GHashTableIter iter;
	gpointer name;

	g_hash_table_iter_init(&iter, names);
	while (g_hash_table_iter_next(&iter, &name, NULL))
		rond_list_dir_add_type(list, name, path_ino(self, name),
				       S_IFDIR);
}

/* Its st_ino, if that can be had without waiting. */
static guint64 version_ino(RondTree *self, const RondLineages *lineages,
			   const RondLineage *line, const RondVersion *version)
{
	g_autoptr(RondJob) wait = NULL;
	RondAttr attr;

	if (rond_tree_lineage_resolve(self, lineages, line, version, &attr,
				      &wait))
		return ROND_NODE_OF_VERSIONS;
	rond_tree_forget(self, attr.node, 1);
	return attr.st.st_ino;
}

static void list_versions(RondTree *self, const RondLineages *lineages,
			  RondListDir *list)
{
	const RondLineage *line = rond_tree_lineage_of(lineages);

	for (guint i = 0; line && i < line->versions->len; i++) {
		const RondVersion *version = rond_lineage_version(line, i);
		g_autofree char *name =
		    rond_tree_lineage_name(lineages, line, version);

		if (rond_tree_lineage_shows(version))
			rond_list_dir_add_type(
			    list, name,
			    version_ino(self, lineages, line, version),
			    version->look.type);
	}
}

static void list_children(RondTree *self, const RondLineages *children,
			  RondListDir *list)
{
	for (guint i = 0; children && i < children->lineages->len; i++) {
		const RondLineage *line = children->lineages->pdata[i];

		rond_list_dir_add_type(list, strrchr(line->path, '/') + 1,
				       path_ino(self, line->path), S_IFDIR);
	}
}

static guint64 above(RondTree *self, const RondTreeNode *node)
{
	const char *slash = node->name ? strrchr(node->name, '/') : NULL;
	g_autofree char *path = NULL;

	if (!node->name)
		return ROND_NODE_OF_ROOT;
	if (!slash)
		return ROND_NODE_OF_VERSIONS;
	path = g_strndup(node->name, (gsize)(slash - node->name));
	return path_ino(self, path);
}

int rond_tree_lineage_opendir(RondTree *self, const RondTreeNode *node,
			      RondDir **dir, RondJob **wait)
{
	g_autoptr(RondLineages) lineages = NULL;
	g_autoptr(RondLineages) children = NULL;
	RondListDir *list;

	if (node->name) {
		lineages =
		    rond_paths_lineages(self->paths, node->name, FALSE, wait);
		if (!*wait)
			children = rond_paths_lineages(self->paths, node->name,
						       TRUE, wait);
	}
	if (*wait)
		return ROND_WAIT;
	list = rond_list_dir_new(node->number, above(self, node));
	if (!node->name)
		list_top(self, list);
	list_versions(self, lineages, list);
	list_children(self, children, list);
	*dir = &list->base;
	return 0;
}
