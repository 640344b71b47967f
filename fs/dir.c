/* SPDX-License-Identifier: BSD-2-Clause */
/* Listing folders. */
#include "fs/list-dir.h"
#include "fs/tree-changes.h"
#include "fs/tree-lineage.h"

#include "fs/status.h"
#include "fs/view.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

/* A folder of an index: nothing is copied. */
typedef struct {
	RondDir base;
	RondTree *tree;
	RondTreeNode node;
	GArray *items; /* RondChangesItem, of CHANGES; NULL: all children */
	guint32 count;
	guint64 ino, above; /* of "." and ".." */
	char name[NAME_MAX + 1];
} EntryDir;

static void add_name(RondTree *self, RondListDir *dir, const char *name)
{
	RondAttr attr;

	if (!rond_tree_name_attr(self, name, &attr))
		rond_list_dir_add(dir, name, &attr, TRUE);
}

static int open_root(RondTree *self, RondDir **dir)
{
	g_autoptr(RondCatalog) catalog = rond_library_catalog(self->library);
	RondListDir *list =
	    rond_list_dir_new(ROND_NODE_OF_ROOT, ROND_NODE_OF_ROOT);
	g_auto(GStrv) aliases =
	    rond_catalog_aliases(catalog, rond_library_now(self->library));

	for (guint i = 0; i < catalog->snapshots->len; i++) {
		const RondSnapshot *snapshot = catalog->snapshots->pdata[i];

		add_name(self, list, snapshot->name);
	}
	for (char **alias = aliases; *alias; alias++)
		add_name(self, list, *alias);
	/* Its node is for who looks it up. */
	if (rond_tree_text_now(self, ROND_TEXT_PROBLEMS, FALSE))
		rond_list_dir_add_type(list, "PROBLEMS.txt",
				       ROND_TEXT_INO + ROND_TEXT_PROBLEMS,
				       S_IFREG);
	*dir = &list->base;
	return 0;
}

static guint64 folder_ino(RondTree *self, const struct stat *st)
{
	RondAttr attr = {.st = *st};

	rond_tree_folder_attr(self, 0, &attr);
	return attr.st.st_ino;
}

static guint64 part_ino(RondTree *self, RondPart *part, mode_t type)
{
	const RondBackup *backup = rond_part_backup(part);
	const struct stat st = {.st_dev = backup->item->dev,
				.st_ino = backup->item->ino};

	if (backup->kind == ROND_BACKUP_FOLDER)
		return folder_ino(self, &st);
	if (backup->kind == ROND_BACKUP_ARCHIVE)
		return rond_tree_ino_base(self, part);
	return rond_tree_ino_base(self, part) +
	       (S_ISREG(type) ? ROND_DUMP_FILE_ENTRY : ROND_DUMP_FOLDER_ENTRY);
}

/* A part, as what it is shown as. */
static void add_part(RondTree *self, RondListDir *list,
		     const RondPlacedPart *placed, RondPart *part, mode_t type)
{
	g_autofree char *name =
	    g_strconcat(placed->name, S_ISREG(type) ? ".sql" : NULL, NULL);

	rond_list_dir_add_type(list, name, part_ino(self, part, type), type);
}

/* Attributes of parts need their index, and listing must not wait: so types
 * only, and who wants more looks them up. */
static int open_snapshot(RondTree *self, const RondTreeNode *node,
			 RondDir **dir)
{
	g_autoptr(RondCatalog) catalog = rond_library_catalog(self->library);
	const RondSnapshot *snapshot = rond_catalog_find(catalog, node->name);

	if (!snapshot)
		return strchr(node->name, '/') ? ENOTDIR : ENOENT;
	RondListDir *list = rond_list_dir_new(node->number, ROND_NODE_OF_ROOT);

	for (guint i = 0; i < snapshot->parts->len; i++) {
		const RondPlacedPart *placed = snapshot->parts->pdata[i];
		g_autoptr(RondPart) part =
		    rond_library_part(self->library, placed->backup);

		if (!part)
			continue;
		if (placed->backup->kind == ROND_BACKUP_DUMP)
			add_part(self, list, placed, part, S_IFREG);
		add_part(self, list, placed, part, S_IFDIR);
	}
	*dir = &list->base;
	return 0;
}

/* The @offset-th item; of those that are no changes only its entry. */
static RondChangesItem nth_item(const EntryDir *self, guint32 offset)
{
	RondChangesItem item = {0};

	if (self->items)
		return g_array_index(self->items, RondChangesItem, offset);
	item.entry =
	    rond_index_nth_child(self->node.index, self->node.low, offset);
	return item;
}

static gboolean entry_item(EntryDir *self, guint64 offset, RondDirItem *item)
{
	const RondChangesItem nth = nth_item(self, (guint32)offset);
	guint32 number = nth.entry;
	const RondIndexEntry *entry =
	    rond_index_entry(self->node.index, number);
	const RondIndexEntry *inode = rond_index_entry(
	    self->node.index, rond_index_inode(self->node.index, number));
	gsize len;
	const char *name;

	if (!entry || !inode || !rond_view_shows(self->tree->config, inode))
		return FALSE;
	name = rond_index_name(self->node.index, entry, &len);
	if (!len || len > NAME_MAX)
		return FALSE;
	memcpy(self->name, name, len);
	self->name[len] = '\0';
	item->name = self->name;
	item->known = TRUE;
	if (self->items)
		rond_tree_changes_item_attr(self->tree, &self->node, &nth,
					    &item->attr);
	else
		rond_tree_entry_attr(self->tree, &self->node, number,
				     &item->attr);
	return TRUE;
}

static void dot_item(const EntryDir *self, guint64 offset, RondDirItem *item)
{
	guint64 ino = offset ? self->above : self->ino;

	*item = (RondDirItem){
	    .name = offset ? ".." : ".",
	    .attr = {.node = ino, .st = {.st_ino = ino, .st_mode = S_IFDIR}},
	    .next = offset + 1,
	};
}

static gboolean entry_read(RondDir *base, guint64 offset, RondDirItem *item)
{
	EntryDir *self = (EntryDir *)base;

	if (offset < 2) {
		dot_item(self, offset, item);
		return TRUE;
	}
	for (; offset - 2 < self->count; offset++) {
		gboolean shown = entry_item(self, offset - 2, item);

		item->next = offset + 1;
		if (rond_index_is_broken(self->node.index))
			return FALSE;
		if (shown)
			return TRUE;
	}
	return FALSE;
}

/* The index made anew has the same numbers. */
static int entry_renew(RondDir *base, gboolean *renewed, RondJob **wait)
{
	EntryDir *self = (EntryDir *)base;
	g_auto(RondTreeNode) node = {0};

	*renewed = !rond_index_recheck(self->node.index);
	if (!*renewed)
		return 0;
	int err = rond_tree_node(self->tree, self->node.number, &node, wait);

	if (err)
		return err;
	rond_tree_node_clear(&self->node);
	self->node = node;
	node = (RondTreeNode){0};
	return 0;
}

static void entry_free(RondDir *base)
{
	EntryDir *self = (EntryDir *)base;

	g_clear_pointer(&self->items, g_array_unref);
	rond_tree_node_clear(&self->node);
	g_free(self);
}

static guint64 above(RondTree *self, const RondTreeNode *node)
{
	const RondIndexEntry *entry = rond_index_entry(node->index, node->low);

	if (node->low ==
		rond_view_root(self->config, node->part, node->index) ||
	    (rond_part_backup(node->part)->kind == ROND_BACKUP_DUMP &&
	     node->low == ROND_DUMP_FOLDER_ENTRY))
		return rond_tree_name_node(self,
					   rond_part_snapshot(node->part));
	return rond_tree_entry_ino(self, node, entry ? entry->parent : 0);
}

static void set_entries(EntryDir *self, const RondTreeNode *node, guint32 count)
{
	self->base.cacheable = TRUE;
	self->count = count;
	self->ino = rond_tree_entry_ino(self->tree, node, node->low);
	self->above = above(self->tree, node);
}

static void set_changes(EntryDir *self, const RondTreeNode *node)
{
	self->base.cacheable = node->life == ROND_LIFE_FOREVER;
	self->items = rond_tree_changes_items(node);
	self->count = self->items->len;
	self->ino = rond_tree_changes_ino(node, node->at);
	self->above = rond_tree_changes_above(node);
}

static int open_entry(RondTree *self, RondTreeNode *node, RondDir **dir,
		      RondJob **wait)
{
	guint32 first, count;

	gboolean is_dir =
	    rond_index_children(node->index, node->low, &first, &count);
	int err = rond_tree_confirm(node, is_dir ? 0 : ENOTDIR, wait);

	if (err)
		return err;
	EntryDir *entry = g_new0(EntryDir, 1);

	entry->base.read = entry_read;
	entry->base.renew = entry_renew;
	entry->base.free = entry_free;
	entry->tree = self;
	if (node->changes)
		set_changes(entry, node);
	else
		set_entries(entry, node, count);
	/* The open folder holds what the node held. */
	entry->node = *node;
	*node = (RondTreeNode){0};
	*dir = &entry->base;
	return 0;
}

static mode_t type_of(const struct dirent *entry)
{
	return entry->d_type == DT_UNKNOWN ? 0 : DTTOIF(entry->d_type);
}

static void add_entries(RondTree *self, RondListDir *list, DIR *stream,
			dev_t dev)
{
	const struct dirent *entry;

	while ((entry = readdir(stream))) {
		mode_t type = type_of(entry);
		RondAttr attr = {.st = {.st_ino = entry->d_ino, .st_dev = dev}};

		if (!strcmp(entry->d_name, ".") ||
		    !strcmp(entry->d_name, "..") ||
		    (type && !rond_tree_folder_shows(self, type)))
			continue;
		rond_tree_folder_attr(self, 0, &attr);
		rond_list_dir_add_type(list, entry->d_name, attr.st.st_ino,
				       type);
	}
}

static guint64 above_folder(RondTree *self, const RondTreeNode *node, int fd)
{
	struct stat st;

	if (node->low == ROND_FOLDER_ROOT || fstatat(fd, "..", &st, 0))
		return rond_tree_name_node(self,
					   rond_part_snapshot(node->part));
	return folder_ino(self, &st);
}

static int open_folder(RondTree *self, const RondTreeNode *node, RondDir **dir)
{
	int fd, err = rond_folder_open_dir(node->folder, node->low, &fd);

	if (err)
		return err;
	struct stat st;
	DIR *stream = fstat(fd, &st) ? NULL : fdopendir(fd);

	if (!stream) {
		err = errno;
		close(fd);
		return err;
	}
	RondListDir *list = rond_list_dir_new(folder_ino(self, &st),
					      above_folder(self, node, fd));

	add_entries(self, list, stream, st.st_dev);
	closedir(stream);
	*dir = &list->base;
	return 0;
}

int rond_tree_opendir(RondTree *self, guint64 number, RondDir **dir,
		      RondJob **wait)
{
	g_auto(RondTreeNode) node = {0};
	int err = rond_tree_node(self, number, &node, wait);

	if (err)
		return err;
	switch (node.kind) {
	case ROND_NODE_FIXED:
		return open_root(self, dir);
	case ROND_NODE_TEXT:
		return ENOTDIR;
	case ROND_NODE_NAME:
		return open_snapshot(self, &node, dir);
	case ROND_NODE_ENTRY:
		return open_entry(self, &node, dir, wait);
	case ROND_NODE_FOLDER:
		return open_folder(self, &node, dir);
	case ROND_NODE_CHANGES:
		if (rond_tree_changes_has_rows(&node))
			return rond_tree_changes_open_tables(self, &node, dir,
							     wait);
		if (rond_tree_changes_is_of_part(&node))
			return open_entry(self, &node, dir, wait);
		return rond_tree_changes_opendir(self, &node, dir, wait);
	case ROND_NODE_LINEAGE:
		return rond_tree_lineage_opendir(self, &node, dir, wait);
	}
	return ENOSYS;
}
