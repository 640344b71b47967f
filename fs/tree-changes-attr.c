/* SPDX-License-Identifier: BSD-2-Clause */
/* Names and attributes in .changes. */
#include "fs/tree-changes.h"

#include <errno.h>
#include <string.h>

static void top_attr(RondTree *self, RondAttr *attr)
{
	g_autoptr(RondCatalog) catalog = rond_library_catalog(self->library);

	rond_tree_generated(self, ROND_NODE_OF_CHANGES, S_IFDIR | 0755, attr);
	/* One folder fewer than there are snapshots to be neighbours. */
	attr->st.st_nlink += MAX(catalog->snapshots->len, 1) - 1;
	rond_tree_finish_generated(self, attr);
}

/* What of the pair is of no part. */
static int generated_attr(RondTree *self, const RondTreeNode *node, mode_t mode,
			  RondAttr *attr)
{
	gint64 time;

	if (!rond_tree_pair_time(self, node->pair, &time))
		return ESTALE;
	rond_tree_generated(self, node->number, mode, attr);
	attr->st.st_ino = rond_tree_changes_ino(node, node->at);
	attr->st.st_mtim = (struct timespec){.tv_sec = time};
	rond_tree_finish_generated(self, attr);
	return 0;
}

static int fixed_attr(RondTree *self, const RondTreeNode *node, RondAttr *attr)
{
	int err = generated_attr(self, node, S_IFDIR | 0755, attr);

	if (err)
		return err;
	if (node->at != ROND_CHANGES_TOP)
		attr->entry_life = attr->attr_life = ROND_LIFE_FOREVER;
	/* 1 says that the number of folders is not known. */
	attr->st.st_nlink = node->at == ROND_CHANGES_TOP	? 6
			    : node->at == ROND_CHANGES_MODIFIED ? 4
								: 1;
	return 0;
}

static int note_attr(RondTree *self, const RondTreeNode *node, RondAttr *attr)
{
	g_autofree char *text = rond_tree_pair_note(self, node->pair);
	int err =
	    text ? generated_attr(self, node, S_IFREG | 0644, attr) : ESTALE;

	if (err)
		return err;
	attr->st.st_size = (off_t)strlen(text);
	attr->st.st_blocks = (attr->st.st_size + 511) / 512;
	return 0;
}

/* Ends when its names mean others. */
static int link_attr(RondTree *self, const RondTreeNode *node, RondAttr *attr)
{
	g_autoptr(RondPair) now = rond_tree_pair(self, node->pair->name);
	int err;

	if (!now || strcmp(now->target, node->pair->target))
		return ESTALE;
	err = generated_attr(self, node, S_IFLNK | 0777, attr);
	if (!err)
		attr->st.st_size = (off_t)strlen(node->pair->target);
	return err;
}

void rond_tree_changes_item_attr(RondTree *self, const RondTreeNode *dir,
				 const RondChangesItem *item, RondAttr *attr)
{
	const RondChangesFolder *folder;

	rond_tree_entry_attr(self, dir, item->entry, attr);
	attr->entry_life = dir->life;
	if (!item->folder)
		return;
	folder = rond_changes_folder(dir->changes, item->folder);
	attr->st.st_ino = rond_tree_changes_ino(dir, item->folder);
	attr->node = ROND_CHANGES_NODE | attr->st.st_ino;
	attr->st.st_nlink = 2 + folder->n_folders;
}

static int part_attr(RondTree *self, const RondTreeNode *node, RondAttr *attr,
		     RondJob **wait)
{
	const RondChangesItem item = {node->low, node->at};
	int err = 0;

	if (rond_index_entry(node->index, node->low))
		rond_tree_changes_item_attr(self, node, &item, attr);
	else
		err = ESTALE;
	return rond_tree_confirm(node, err, wait);
}

void rond_tree_changes_row_attr(RondTree *self, const RondTreeNode *node,
				guint32 number, RondAttr *attr)
{
	const RondRowFile *file = rond_row_changes_file(node->rows, number);

	rond_tree_entry_attr(self, node, file->entry, attr);
	attr->st.st_ino =
	    rond_tree_changes_ino(node, (guint32)ROND_CHANGES_ROWS + number);
	attr->node = ROND_CHANGES_NODE | attr->st.st_ino;
	attr->st.st_nlink = 1;
	attr->st.st_size = (off_t)file->size;
	attr->st.st_blocks = (attr->st.st_size + 511) / 512;
	attr->entry_life = attr->attr_life = node->life;
}

static int row_attr(RondTree *self, const RondTreeNode *node, RondAttr *attr,
		    RondJob **wait)
{
	rond_tree_changes_row_attr(self, node,
				   node->at - (guint32)ROND_CHANGES_ROWS, attr);
	return rond_tree_confirm(node, 0, wait);
}

int rond_tree_changes_attr(RondTree *self, const RondTreeNode *node,
			   RondAttr *attr, RondJob **wait)
{
	if (!node->pair) {
		top_attr(self, attr);
		return 0;
	}
	if (rond_tree_changes_is_of_part(node))
		return part_attr(self, node, attr, wait);
	if (rond_tree_changes_is_rows(node))
		return row_attr(self, node, attr, wait);
	if (node->at == ROND_CHANGES_LINK)
		return link_attr(self, node, attr);
	if (node->at == ROND_CHANGES_NOTE)
		return note_attr(self, node, attr);
	return fixed_attr(self, node, attr);
}

/* The pair is known to the kernel from the look-up on. */
static int lookup_pair(RondTree *self, const char *name, RondAttr *attr)
{
	g_autoptr(RondPair) pair = rond_tree_pair(self, name);
	RondJob *wait = NULL;
	guint32 number;
	guint64 node;
	int err;

	if (!pair)
		return ENOENT;
	number = rond_pairs_enter(self->pairs, pair);
	node = ROND_CHANGES_NODE | (guint64)number << 32 |
	       (rond_pair_is_link(pair) ? ROND_CHANGES_LINK : ROND_CHANGES_TOP);
	err = rond_tree_getattr(self, node, attr, &wait);
	if (err)
		rond_tree_changes_forget(self, node, 1);
	return err == ESTALE ? ENOENT : err;
}

/* The one called @name that @dir always has, in *@at, or ENOENT. */
static int find_fixed(RondTree *self, const RondTreeNode *dir, const char *name,
		      guint32 *at)
{
	g_autofree char *note = NULL;

	for (*at = 1; *at < ROND_CHANGES_N_FIXED; ++*at)
		if (rond_changes_fixed_above(*at) == dir->at &&
		    !strcmp(rond_changes_fixed_name(*at), name))
			return 0;
	*at = ROND_CHANGES_NOTE;
	if (dir->at != ROND_CHANGES_TOP || strcmp(name, ROND_CHANGES_NOTE_NAME))
		return ENOENT;
	note = rond_tree_pair_note(self, dir->pair);
	return note ? 0 : ENOENT;
}

static int find_part(RondTree *self, RondTreeNode *dir, const char *name,
		     guint32 *at, RondJob **wait)
{
	int err = rond_tree_changes_need(self, dir, wait);

	if (err)
		return err;
	*at = rond_changes_part(dir->changes, dir->at, name);
	return *at ? 0 : ENOENT;
}

/* In a folder that is of no part. */
static int lookup_folder(RondTree *self, RondTreeNode *dir, const char *name,
			 RondAttr *attr, RondJob **wait)
{
	guint32 at;
	int err = rond_changes_is_fixed_only(dir->at)
		      ? find_fixed(self, dir, name, &at)
		      : find_part(self, dir, name, &at, wait);

	if (err)
		return err;
	return rond_tree_getattr(
	    self, ROND_CHANGES_NODE | rond_tree_changes_ino(dir, at), attr,
	    wait);
}

static int lookup_item(RondTree *self, const RondTreeNode *dir,
		       const char *name, RondAttr *attr)
{
	guint32 entry =
	    rond_index_lookup(dir->index, dir->low, name, strlen(name));
	const RondChangesFolder *folder =
	    rond_changes_folder(dir->changes, dir->at);
	const RondChangesItem *item =
	    rond_changes_find(dir->changes, folder, entry);

	attr->entry_life = dir->life;
	if (!item || !rond_index_entry(dir->index, entry))
		return ENOENT;
	rond_tree_changes_item_attr(self, dir, item, attr);
	return 0;
}

/* Among the rows of a dump. */
static int lookup_rows(RondTree *self, RondTreeNode *dir, const char *name,
		       RondAttr *attr, RondJob **wait)
{
	int err = rond_tree_changes_need_rows(self, dir, wait);
	const RondRowFile *file;

	if (err)
		return err;
	for (guint32 i = 0; (file = rond_row_changes_file(dir->rows, i)); i++)
		if (rond_tree_changes_holds(dir, file) &&
		    !strcmp(file->name, name)) {
			rond_tree_changes_row_attr(self, dir, i, attr);
			return 0;
		}
	return ENOENT;
}

static gboolean is_folder(const RondTreeNode *node)
{
	return node->at < ROND_CHANGES_ROWS;
}

int rond_tree_changes_lookup(RondTree *self, RondTreeNode *dir,
			     const char *name, RondAttr *attr, RondJob **wait)
{
	int err;

	if (!dir->pair)
		return lookup_pair(self, name, attr);
	if (!is_folder(dir))
		return ENOTDIR;
	if (!rond_tree_changes_is_of_part(dir)) {
		err = lookup_folder(self, dir, name, attr, wait);
	} else {
		err = lookup_item(self, dir, name, attr);
		if (err == ENOENT && rond_tree_changes_has_rows(dir))
			err = lookup_rows(self, dir, name, attr, wait);
		err = rond_tree_confirm(dir, err, wait);
	}
	if (!err)
		rond_tree_hold(self, attr);
	return err;
}
