/* SPDX-License-Identifier: BSD-2-Clause */
/* Files that several snapshots share. */
#include "fs/tree-changes.h"
#include "fs/tree-lineage.h"

#include "fs/view.h"

guint64 rond_tree_version(const RondTreeNode *node, guint32 inode)
{
	guint64 version;

	if (rond_part_kin(node->part) != ROND_KIN_LEARNT)
		return 0;
	version = rond_index_version(node->index, inode);
	return version ? ROND_VERSION_NODE | version : 0;
}

void rond_tree_set_version(RondTree *self, const RondTreeNode *node,
			   guint64 version, RondAttr *attr)
{
	RondHistory *history = rond_library_history(self->library);

	attr->node = attr->st.st_ino = version;
	attr->st.st_ctim.tv_sec = rond_history_first_seen(
	    history, version & ~ROND_VERSION_NODE, attr->st.st_ctim.tv_sec);
	if (!rond_part_is_settled(node->part))
		attr->attr_life = ROND_LIFE_SHORT;
}

void rond_tree_hold(RondTree *self, const RondAttr *attr)
{
	if (rond_tree_is_lineage(attr->node))
		rond_tree_lineage_hold(self, attr->node);
	else if (attr->node & ROND_CHANGES_NODE)
		rond_tree_changes_hold(self, attr->node);
	else if (attr->node & ROND_VERSION_NODE)
		rond_versions_hold(self->versions, attr->node, attr->place);
}

typedef struct {
	const char *text;
	gsize len;
} Name;

/* The names from the root of @node's part to it, the last first: Name. */
static GArray *path_of(RondTree *self, const RondTreeNode *node)
{
	guint32 root = rond_view_root(self->config, node->part, node->index);
	GArray *path = g_array_new(FALSE, FALSE, sizeof(Name));
	guint32 at = node->low;

	while (at != root && at != ROND_INDEX_ROOT) {
		const RondIndexEntry *entry = rond_index_entry(node->index, at);
		Name name;

		/* A folder lies before what is in it: no loop. */
		if (!entry || entry->parent >= at)
			break;
		name.text = rond_index_name(node->index, entry, &name.len);
		g_array_append_val(path, name);
		at = entry->parent;
	}
	return path;
}

static guint32 walk_path(RondTree *self, const RondTreeNode *node,
			 const GArray *path)
{
	guint32 at = rond_view_root(self->config, node->part, node->index);

	for (guint i = path->len; i-- > 0 && at != ROND_INDEX_NONE;) {
		const Name *name = &g_array_index(path, Name, i);

		at = rond_index_lookup(node->index, at, name->text, name->len);
	}
	return at;
}

/* Whether @part, as far as it is open now, has @version at @path: then it is
 * read from there. */
static gboolean move_to(RondTree *self, guint64 version, const GArray *path,
			RondPart *part)
{
	g_auto(RondTreeNode) node = {.part = rond_part_ref(part)};

	node.content = rond_part_content(part, NULL);
	if (!node.content)
		return FALSE;
	node.index = rond_content_index(node.content);
	node.low = walk_path(self, &node, path);
	if (node.low == ROND_INDEX_NONE ||
	    rond_tree_version(&node, node.low) != version)
		return FALSE;
	rond_versions_move(self->versions, version,
			   (RondPlace){rond_part_number(part), node.low});
	return TRUE;
}

/* Read @version from another of @parts than the one it is read from. */
static gboolean move(RondTree *self, guint64 version, const GPtrArray *parts)
{
	g_auto(RondTreeNode) home = {0};
	g_autoptr(GArray) path = NULL;
	RondJob *wait = NULL;

	if (rond_tree_node(self, version, &home, &wait)) {
		g_clear_pointer(&wait, rond_job_unref);
		return FALSE;
	}
	path = path_of(self, &home);
	for (guint i = 0; i < parts->len; i++)
		if (parts->pdata[i] != home.part &&
		    move_to(self, version, path, parts->pdata[i]))
			return TRUE;
	return FALSE;
}

gboolean rond_tree_read_elsewhere(RondTree *self, guint64 node)
{
	g_autoptr(GPtrArray) parts = NULL;
	g_autoptr(RondPart) part = NULL;
	RondPlace home;

	if (!(node & ROND_VERSION_NODE) ||
	    !rond_versions_home(self->versions, node, &home))
		return FALSE;
	part = rond_library_part_by_number(self->library, home.part);
	if (!part)
		return FALSE;
	parts = rond_library_relatives(self->library, rond_part_name(part));
	return move(self, node, parts);
}

static void leave(RondTree *self, const RondPart *part)
{
	g_autoptr(GPtrArray) parts =
	    rond_library_relatives(self->library, rond_part_name(part));
	g_autoptr(GArray) nodes =
	    rond_versions_of_part(self->versions, rond_part_number(part));

	for (guint i = 0; i < nodes->len; i++)
		move(self, g_array_index(nodes, guint64, i), parts);
}

void rond_tree_leave_gone(RondTree *self)
{
	g_autoptr(GPtrArray) gone = rond_library_gone(self->library);

	for (guint i = 0; i < gone->len; i++) {
		const RondPart *part = gone->pdata[i];

		if (g_hash_table_add(self->left,
				     GUINT_TO_POINTER(rond_part_number(part))))
			leave(self, part);
	}
}

GArray *rond_tree_take_moved(RondTree *self)
{
	RondHistory *history = rond_library_history(self->library);
	GArray *moved = rond_history_take_moved(history);

	for (guint i = 0; i < moved->len; i++)
		g_array_index(moved, guint64, i) |= ROND_VERSION_NODE;
	return moved;
}
