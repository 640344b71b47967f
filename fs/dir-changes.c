/* SPDX-License-Identifier: BSD-2-Clause */
/* Listing .changes, as far as that is of no part. */
#include "fs/list-dir.h"
#include "fs/tree-changes.h"

#include <errno.h>

/* Neighbours only; the others are reachable by name. */
static void add_pairs(RondTree *self, RondListDir *list)
{
	g_autoptr(RondCatalog) catalog = rond_library_catalog(self->library);

	for (guint i = 1; i < catalog->snapshots->len; i++) {
		const RondSnapshot *old = catalog->snapshots->pdata[i - 1];
		const RondSnapshot *new = catalog->snapshots->pdata[i];
		g_autofree char *name =
		    g_strconcat(old->name, "..", new->name, NULL);
		g_autoptr(RondPair) pair = rond_tree_pair(self, name);

		if (pair)
			rond_list_dir_add_type(
			    list, name,
			    (guint64)rond_pairs_number(self->pairs, pair) << 32,
			    S_IFDIR);
	}
}

static void add_fixed(RondTree *self, const RondTreeNode *node,
		      RondListDir *list)
{
	g_autofree char *note = NULL;

	for (guint32 at = 1; at < ROND_CHANGES_N_FIXED; at++)
		if (rond_changes_fixed_above(at) == node->at)
			rond_list_dir_add_type(
			    list, rond_changes_fixed_name(at),
			    rond_tree_changes_ino(node, at), S_IFDIR);
	if (node->at != ROND_CHANGES_TOP)
		return;
	note = rond_tree_pair_note(self, node->pair);
	if (note)
		rond_list_dir_add_type(
		    list, ROND_CHANGES_NOTE_NAME,
		    rond_tree_changes_ino(node, ROND_CHANGES_NOTE), S_IFREG);
}

static void add_parts(const RondTreeNode *node, RondListDir *list)
{
	const RondChangesFolder *folder =
	    rond_changes_folder(node->changes, node->at);

	for (guint32 i = 0; i < folder->count; i++) {
		guint32 root =
		    rond_changes_item(node->changes, folder, i)->folder;

		rond_list_dir_add_type(
		    list, rond_changes_folder(node->changes, root)->name,
		    rond_tree_changes_ino(node, root), S_IFDIR);
	}
}

int rond_tree_changes_opendir(RondTree *self, RondTreeNode *node, RondDir **dir,
			      RondJob **wait)
{
	gboolean fixed_only;
	RondListDir *list;
	int err = 0;

	if (node->pair && node->at >= ROND_CHANGES_N_FIXED)
		return ENOTDIR;
	fixed_only = rond_changes_is_fixed_only(node->at);
	if (node->pair && !fixed_only)
		err = rond_tree_changes_need(self, node, wait);
	if (err)
		return err;
	list =
	    rond_list_dir_new(node->pair ? rond_tree_changes_ino(node, node->at)
					 : ROND_NODE_OF_CHANGES,
			      rond_tree_changes_above(node));
	if (!node->pair)
		add_pairs(self, list);
	else if (fixed_only)
		add_fixed(self, node, list);
	else
		add_parts(node, list);
	*dir = &list->base;
	return 0;
}

static void add_items(RondTree *self, const RondTreeNode *node,
		      RondListDir *list)
{
	g_autoptr(GArray) items = rond_tree_changes_items(node);

	for (guint i = 0; i < items->len; i++) {
		const RondChangesItem *item =
		    &g_array_index(items, RondChangesItem, i);
		gsize len;
		const char *bytes = rond_index_name(
		    node->index, rond_index_entry(node->index, item->entry),
		    &len);
		g_autofree char *name = g_strndup(bytes, len);
		RondAttr attr;

		rond_tree_changes_item_attr(self, node, item, &attr);
		rond_list_dir_add(list, name, &attr, TRUE);
	}
}

static void add_rows(RondTree *self, const RondTreeNode *node,
		     RondListDir *list)
{
	const RondRowFile *file;

	for (guint32 i = 0; (file = rond_row_changes_file(node->rows, i));
	     i++) {
		RondAttr attr;

		if (!rond_tree_changes_holds(node, file))
			continue;
		rond_tree_changes_row_attr(self, node, i, &attr);
		rond_list_dir_add(list, file->name, &attr, TRUE);
	}
}

int rond_tree_changes_open_tables(RondTree *self, RondTreeNode *node,
				  RondDir **dir, RondJob **wait)
{
	int err = rond_tree_changes_need_rows(self, node, wait);
	RondListDir *list;

	if (err)
		return err;
	list = rond_list_dir_new(rond_tree_changes_ino(node, node->at),
				 rond_tree_changes_above(node));
	add_items(self, node, list);
	add_rows(self, node, list);
	err = rond_tree_confirm(node, 0, wait);
	if (err)
		list->base.free(&list->base);
	else
		*dir = &list->base;
	return err;
}

typedef struct {
	guint32 rank;
	RondChangesItem item;
} Ranked;

static gint compare_rank(gconstpointer a, gconstpointer b)
{
	const Ranked *left = a, *right = b;

	return (left->rank > right->rank) - (left->rank < right->rank);
}

GArray *rond_tree_changes_items(const RondTreeNode *node)
{
	const RondChangesFolder *folder =
	    rond_changes_folder(node->changes, node->at);
	g_autoptr(GArray) ranked = g_array_new(FALSE, FALSE, sizeof(Ranked));
	GArray *items = g_array_new(FALSE, FALSE, sizeof(RondChangesItem));

	for (guint32 i = 0; i < folder->count; i++) {
		const RondChangesItem *item =
		    rond_changes_item(node->changes, folder, i);
		const Ranked one = {
		    rond_index_inode_number(node->index, item->entry), *item};

		g_array_append_val(ranked, one);
	}
	g_array_sort(ranked, compare_rank);
	for (guint i = 0; i < ranked->len; i++)
		g_array_append_val(items,
				   g_array_index(ranked, Ranked, i).item);
	return items;
}
