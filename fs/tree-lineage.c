/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/tree-lineage.h"

#include "fs/paths.h"
#include "fs/view.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#define HIGH G_GUINT64_CONSTANT(0xffff0000)

guint64 rond_tree_lineage_number(guint32 number)
{
	return HIGH << 32 | number;
}

gboolean rond_tree_is_lineage(guint64 node)
{
	return node == ROND_NODE_OF_VERSIONS || node >> 32 == HIGH;
}

int rond_tree_lineage_node(RondTree *self, RondTreeNode *node)
{
	node->kind = ROND_NODE_LINEAGE;
	if (node->number == ROND_NODE_OF_VERSIONS)
		return 0;
	node->name = rond_paths_get(self->paths, (guint32)node->number);
	return node->name ? 0 : ESTALE;
}

void rond_tree_lineage_hold(RondTree *self, guint64 number)
{
	rond_paths_hold(self->paths, (guint32)number);
}

void rond_tree_lineage_forget(RondTree *self, guint64 number, guint64 n)
{
	rond_paths_forget(self->paths, (guint32)number, n);
}

const RondLineage *rond_tree_lineage_of(const RondLineages *lineages)
{
	return lineages && lineages->lineages->len
		   ? lineages->lineages->pdata[0]
		   : NULL;
}

gboolean rond_tree_lineage_shows(const RondVersion *version)
{
	return !S_ISDIR(version->look.type);
}

char *rond_tree_lineage_name(const RondLineages *lineages,
			     const RondLineage *line,
			     const RondVersion *version)
{
	const RondLineageRun *run = rond_version_run(version, 0);
	const char *slash = strrchr(line->path, '/');
	const char *base = slash ? slash + 1 : line->path;
	g_autofree char *head = g_strconcat(
	    rond_lineages_stop(lineages, run->first)->snapshot, "_", NULL);
	gsize used = strlen(head), len = strlen(base);

	/* The end of a name says more. */
	if (used + len > NAME_MAX)
		base += used + len - NAME_MAX;
	return g_strconcat(head, base, NULL);
}

static void top_attr(RondTree *self, RondAttr *attr)
{
	rond_tree_generated(self, ROND_NODE_OF_VERSIONS, S_IFDIR | 0755, attr);
	attr->st.st_nlink = 1;
	rond_tree_finish_generated(self, attr);
}

/* A path is as open as it is in all snapshots. */
static void path_attr(RondTree *self, guint64 number, const RondLineage *line,
		      RondAttr *attr)
{
	rond_tree_generated(self, number, rond_view_folder_mode(line->mode),
			    attr);
	attr->st.st_uid = line->uid;
	attr->st.st_gid = line->gid;
	/* Which says that the number of folders is not known. */
	attr->st.st_nlink = 1;
	rond_tree_finish_generated(self, attr);
}

int rond_tree_lineage_attr(RondTree *self, const RondTreeNode *node,
			   RondAttr *attr, RondJob **wait)
{
	g_autoptr(RondLineages) lineages = NULL;
	const RondLineage *line;

	if (!node->name) {
		top_attr(self, attr);
		return 0;
	}
	lineages = rond_paths_lineages(self->paths, node->name, FALSE, wait);
	if (*wait)
		return ROND_WAIT;
	line = rond_tree_lineage_of(lineages);
	if (!line)
		return ESTALE;
	path_attr(self, node->number, line, attr);
	return 0;
}

/* One step down from @node, which is let go of. */
static int descend(RondTree *self, guint64 node, const char *name,
		   RondAttr *attr, RondJob **wait)
{
	int err = rond_tree_lookup(self, node, name, attr, wait);

	rond_tree_forget(self, node, 1);
	return err;
}

int rond_tree_lineage_resolve(RondTree *self, const RondLineages *lineages,
			      const RondLineage *line,
			      const RondVersion *version, RondAttr *attr,
			      RondJob **wait)
{
	const RondLineageRun *run = rond_version_run(version, 0);
	g_auto(GStrv) names = g_strsplit(line->path, "/", -1);
	int err;

	err = rond_tree_lookup(
	    self, ROND_NODE_OF_ROOT,
	    rond_lineages_stop(lineages, run->first)->snapshot, attr, wait);
	for (char **name = names; !err && *name; name++)
		err = descend(self, attr->node, *name, attr, wait);
	/* The name may be another's when snapshots come or go. */
	if (!err)
		attr->entry_life = ROND_LIFE_SHORT;
	return err;
}

/* The version in @dir that is called @name. ENOENT: there is none. */
static int lookup_version(RondTree *self, const RondLineages *lineages,
			  const char *name, RondAttr *attr, RondJob **wait)
{
	const RondLineage *line = rond_tree_lineage_of(lineages);

	for (guint i = 0; line && i < line->versions->len; i++) {
		const RondVersion *version = rond_lineage_version(line, i);
		g_autofree char *is =
		    rond_tree_lineage_name(lineages, line, version);

		if (rond_tree_lineage_shows(version) && !strcmp(is, name))
			return rond_tree_lineage_resolve(self, lineages, line,
							 version, attr, wait);
	}
	return ENOENT;
}

/* The path is known to the kernel from the look-up on. */
static int lookup_path(RondTree *self, const char *path, RondAttr *attr,
		       RondJob **wait)
{
	g_autoptr(RondLineages) lineages =
	    rond_paths_lineages(self->paths, path, FALSE, wait);
	const RondLineage *line = rond_tree_lineage_of(lineages);

	if (*wait)
		return ROND_WAIT;
	if (!line)
		return ENOENT;
	path_attr(self,
		  rond_tree_lineage_number(rond_paths_enter(self->paths, path)),
		  line, attr);
	return 0;
}

int rond_tree_lineage_lookup(RondTree *self, const RondTreeNode *dir,
			     const char *name, RondAttr *attr, RondJob **wait)
{
	g_autoptr(RondLineages) lineages = NULL;
	g_autofree char *path = NULL;
	int err;

	if (!dir->name)
		return lookup_path(self, name, attr, wait);
	lineages = rond_paths_lineages(self->paths, dir->name, FALSE, wait);
	if (*wait)
		return ROND_WAIT;
	err = lookup_version(self, lineages, name, attr, wait);
	if (err != ENOENT)
		return err == ESTALE ? ENOENT : err;
	path = g_strconcat(dir->name, "/", name, NULL);
	*attr = (RondAttr){.entry_life = ROND_LIFE_SHORT};
	return lookup_path(self, path, attr, wait);
}
