/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/tree-changes.h"
#include "fs/tree-lineage.h"
#include "fs/tree-rows.h"

#include "backends/error.h"
#include "fs/view.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#define FIRST_NAME 16
/* st_ino of passed-through files: theirs, marked, and told apart by device. */
#define FOREIGN_INO (G_GUINT64_CONSTANT(1) << 63)
#define FOREIGN_BITS 48
/* st_ino of what lies in archives and is no version. */
#define PLACE_BITS 29
#define PLACE_INO (ROND_VERSION_NODE >> 1)

static void free_folder(gpointer folder)
{
	rond_folder_free(folder);
}

RondTree *rond_tree_new(RondLibrary *library)
{
	RondTree *self = g_new0(RondTree, 1);

	self->library = library;
	self->config = rond_library_config(library);
	g_mutex_init(&self->lock);
	rond_tree_texts_init(&self->texts);
	self->names = g_ptr_array_new_with_free_func(g_free);
	self->by_name = g_hash_table_new(g_str_hash, g_str_equal);
	self->folders = g_hash_table_new_full(NULL, NULL, NULL, free_folder);
	self->ino_bases = g_hash_table_new(NULL, NULL);
	self->versions = rond_versions_new();
	self->pairs = rond_pairs_new();
	self->paths = rond_paths_new(library);
	self->rows = rond_tree_rows_new(self);
	self->left = g_hash_table_new(NULL, NULL);
	return self;
}

void rond_tree_free(RondTree *self)
{
	g_hash_table_unref(self->left);
	rond_tree_rows_free(self->rows);
	rond_paths_free(self->paths);
	rond_pairs_free(self->pairs);
	rond_versions_free(self->versions);
	g_hash_table_unref(self->ino_bases);
	g_hash_table_unref(self->folders);
	g_hash_table_unref(self->by_name);
	g_ptr_array_unref(self->names);
	rond_tree_texts_clear(&self->texts);
	g_mutex_clear(&self->lock);
	g_free(self);
}

void rond_tree_cancel(RondTree *self)
{
	rond_tree_rows_cancel(self->rows);
}

guint64 rond_tree_name_node(RondTree *self, const char *name)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);
	gpointer known = g_hash_table_lookup(self->by_name, name);

	if (known)
		return GPOINTER_TO_UINT(known);
	guint number = FIRST_NAME + self->names->len;
	char *kept = g_strdup(name);

	g_ptr_array_add(self->names, kept);
	g_hash_table_insert(self->by_name, kept, GUINT_TO_POINTER(number));
	return number;
}

static int open_folder(RondTree *self, RondPart *part, RondFolder **folder)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);
	gpointer key = GUINT_TO_POINTER(rond_part_number(part));
	const RondBackup *backup = rond_part_backup(part);
	g_autoptr(GError) error = NULL;

	*folder = g_hash_table_lookup(self->folders, key);
	if (*folder)
		return 0;
	int fd = backup->store->ops->open_folder(backup->store,
						 backup->item->path, &error);

	if (fd < 0)
		return rond_error_errno(error);
	*folder = rond_folder_new(fd);
	g_hash_table_insert(self->folders, key, *folder);
	return 0;
}

void rond_tree_node_clear(RondTreeNode *node)
{
	g_clear_pointer(&node->name, g_free);
	g_clear_pointer(&node->changes, rond_changes_unref);
	g_clear_pointer(&node->rows, rond_row_changes_unref);
	g_clear_pointer(&node->pair, rond_pair_unref);
	g_clear_pointer(&node->content, rond_content_unref);
	g_clear_pointer(&node->part, rond_part_unref);
}

static int open_name(RondTree *self, RondTreeNode *node)
{
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);

	if (node->number - FIRST_NAME >= self->names->len)
		return ESTALE;
	node->kind = ROND_NODE_NAME;
	node->name = g_strdup(self->names->pdata[node->number - FIRST_NAME]);
	return 0;
}

int rond_tree_open_content(RondTree *self, RondTreeNode *node, RondJob **wait)
{
	g_autoptr(GError) error = NULL;

	node->content = rond_part_content(node->part, &error);
	if (node->content) {
		node->index = rond_content_index(node->content);
		if (!node->low)
			node->low = rond_view_root(self->config, node->part,
						   node->index);
		return 0;
	}
	if (error)
		return rond_error_errno(error);
	rond_library_request(self->library, node->part);
	*wait = rond_part_job(node->part);
	return ROND_WAIT;
}

int rond_tree_node(RondTree *self, guint64 number, RondTreeNode *node,
		   RondJob **wait)
{
	*node = (RondTreeNode){.kind = ROND_NODE_FIXED, .number = number};
	if (rond_tree_is_lineage(number))
		return rond_tree_lineage_node(self, node);
	if (number == ROND_NODE_OF_CHANGES || number & ROND_CHANGES_NODE)
		return rond_tree_changes_node(self, node, wait);
	if (number < FIRST_NAME)
		return number == ROND_NODE_OF_ROOT ? 0 : ESTALE;
	if (rond_tree_is_text(number)) {
		node->kind = ROND_NODE_TEXT;
		return 0;
	}
	if (number <= G_MAXUINT32)
		return open_name(self, node);
	RondPlace place = {(guint32)(number >> 32), (guint32)number};

	if (number & ROND_VERSION_NODE &&
	    !rond_versions_home(self->versions, number, &place))
		return ESTALE;
	node->low = place.entry;
	node->part = rond_library_part_by_number(self->library, place.part);
	if (!node->part)
		return ESTALE;
	if (rond_part_backup(node->part)->kind == ROND_BACKUP_FOLDER) {
		node->kind = ROND_NODE_FOLDER;
		return open_folder(self, node->part, &node->folder);
	}
	node->kind = ROND_NODE_ENTRY;
	return rond_tree_open_content(self, node, wait);
}

int rond_tree_confirm(const RondTreeNode *node, int err, RondJob **wait)
{
	if (!node->index || rond_index_recheck(node->index))
		return err;
	*wait = rond_part_job(node->part);
	return ROND_WAIT;
}

static guint64 part_base(const RondPart *part)
{
	return (guint64)rond_part_number(part) << 32;
}

/* The number of the node that a part has as what it is shown as: a folder, or a
 * dump's file. */
static guint64 part_node(const RondPart *part, mode_t type)
{
	if (rond_part_backup(part)->kind != ROND_BACKUP_DUMP)
		return part_base(part);
	return part_base(part) +
	       (S_ISREG(type) ? ROND_DUMP_FILE_ENTRY : ROND_DUMP_FOLDER_ENTRY);
}

static guint64 entry_node(RondTree *self, const RondTreeNode *node,
			  guint32 entry)
{
	guint32 root = rond_view_root(self->config, node->part, node->index);

	return part_base(node->part) + (entry == root ? 0 : entry);
}

/* One that no other part has, and the same at each mount. */
static guint choose_base(RondTree *self, RondPart *part)
{
	g_autofree char *place = g_strdup_printf(
	    "%s/%s", rond_part_snapshot(part), rond_part_name(part));
	gpointer number = GUINT_TO_POINTER(rond_part_number(part)), other;
	RondHistory *history = rond_library_history(self->library);
	guint base = rond_origin_short(rond_history_origin(history, place));
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);

	do {
		base = (base & ((1u << PLACE_BITS) - 1)) + 1;
		other = g_hash_table_lookup(self->ino_bases,
					    GUINT_TO_POINTER(base));
	} while (other && other != number);
	g_hash_table_insert(self->ino_bases, GUINT_TO_POINTER(base), number);
	return base;
}

guint64 rond_tree_ino_base(RondTree *self, RondPart *part)
{
	guint base = rond_part_ino_base(part);

	if (!base) {
		base = choose_base(self, part);
		rond_part_set_ino_base(part, base);
	}
	return PLACE_INO | (guint64)(base - 1) << 32;
}

/* Numbers that grow with the place in the archive: `cp -r` and others read in
 * their order, which is then the cheapest. */
guint64 rond_tree_entry_ino(RondTree *self, const RondTreeNode *node,
			    guint32 entry)
{
	guint32 root = rond_view_root(self->config, node->part, node->index);
	guint64 base = rond_tree_ino_base(self, node->part);

	if (entry == root)
		return base;
	return base + rond_index_inode_number(node->index, entry);
}

/* A symbolic link whose target depends on the place it is shown at: names that
 * share one can't share a node then. */
static gboolean is_placed_link(RondTree *self, const RondTreeNode *node,
			       guint32 inode)
{
	const RondIndexEntry *entry = rond_index_entry(node->index, inode);

	return self->config->symlinks != ROND_SYMLINKS_KEEP && entry &&
	       S_ISLNK(entry->mode);
}

void rond_tree_entry_attr(RondTree *self, const RondTreeNode *node,
			  guint32 entry, RondAttr *attr)
{
	guint32 inode = rond_index_inode(node->index, entry);

	attr->node = entry_node(
	    self, node, is_placed_link(self, node, inode) ? entry : inode);
	attr->entry_life = attr->attr_life = ROND_LIFE_FOREVER;
	rond_view_stat(self->config, node->part, node->index, entry, &attr->st);
	attr->place = (RondPlace){rond_part_number(node->part), inode};

	guint64 version = rond_tree_version(node, inode);

	if (version)
		rond_tree_set_version(self, node, version, attr);
	else
		attr->st.st_ino = rond_tree_entry_ino(self, node, inode);
	/* The dump has a date; that of a table is when it became what it is. */
	if (rond_view_is_table(node->index, inode))
		attr->st.st_atim = attr->st.st_mtim = attr->st.st_ctim;
}

void rond_tree_folder_attr(RondTree *self, guint64 number, RondAttr *attr)
{
	const guint64 low = (G_GUINT64_CONSTANT(1) << FOREIGN_BITS) - 1;
	guint64 device = (guint64)attr->st.st_dev * 40503 % 0x7fff;

	attr->node = number;
	attr->entry_life = attr->attr_life = ROND_LIFE_SHORT;
	attr->st.st_ino =
	    FOREIGN_INO | device << FOREIGN_BITS | (attr->st.st_ino & low);
	rond_view_adjust(self->config, &attr->st);
}

gboolean rond_tree_folder_shows(RondTree *self, mode_t mode)
{
	const RondIndexEntry entry = {.mode = mode};

	return rond_view_shows(self->config, &entry);
}

/* The backup that is called @name in @snapshot, and as what. */
static const RondBackup *find_part(const RondSnapshot *snapshot,
				   const char *name, mode_t *type)
{
	for (guint i = 0; i < snapshot->parts->len; i++) {
		const RondPlacedPart *part = snapshot->parts->pdata[i];
		gsize len = strlen(part->name);

		if (strncmp(part->name, name, len))
			continue;
		*type = name[len] ? S_IFREG : S_IFDIR;
		if (!name[len] || (part->backup->kind == ROND_BACKUP_DUMP &&
				   !strcmp(name + len, ".sql")))
			return part->backup;
	}
	return NULL;
}

static int lookup_part(RondTree *self, const RondTreeNode *dir,
		       const char *name, RondAttr *attr, RondJob **wait)
{
	g_autoptr(RondCatalog) catalog = rond_library_catalog(self->library);
	const RondSnapshot *snapshot = rond_catalog_find(catalog, dir->name);
	mode_t type = 0;
	const RondBackup *backup =
	    snapshot ? find_part(snapshot, name, &type) : NULL;
	g_autoptr(RondPart) part =
	    backup ? rond_library_part(self->library, backup) : NULL;

	if (!part)
		return ENOENT;
	int err = rond_tree_getattr(self, part_node(part, type), attr, wait);

	attr->entry_life = ROND_LIFE_SHORT;
	return err;
}

static int lookup_entry(RondTree *self, const RondTreeNode *dir,
			const char *name, RondAttr *attr)
{
	const RondIndexEntry *folder = rond_index_entry(dir->index, dir->low);
	const RondIndexEntry *inode;
	guint32 entry;

	attr->entry_life = ROND_LIFE_FOREVER;
	if (!folder || !S_ISDIR(folder->mode))
		return ENOTDIR;
	entry = rond_index_lookup(dir->index, dir->low, name, strlen(name));
	inode =
	    rond_index_entry(dir->index, rond_index_inode(dir->index, entry));
	if (!inode || !rond_view_shows(self->config, inode))
		return ENOENT;
	rond_tree_entry_attr(self, dir, entry, attr);
	return 0;
}

static int lookup_folder(RondTree *self, const RondTreeNode *dir,
			 const char *name, RondAttr *attr)
{
	guint32 slot;
	int err =
	    rond_folder_lookup(dir->folder, dir->low, name, &slot, &attr->st);

	if (err)
		return err;
	if (!rond_tree_folder_shows(self, attr->st.st_mode)) {
		rond_folder_forget(dir->folder, slot, 1);
		return ENOENT;
	}
	rond_tree_folder_attr(self, part_base(dir->part) + slot, attr);
	return 0;
}

int rond_tree_lookup(RondTree *self, guint64 number, const char *name,
		     RondAttr *attr, RondJob **wait)
{
	g_auto(RondTreeNode) dir = {0};
	int err = rond_tree_node(self, number, &dir, wait);

	*attr = (RondAttr){.entry_life = ROND_LIFE_SHORT};
	if (err)
		return err;
	if (strlen(name) > NAME_MAX)
		return ENAMETOOLONG;
	switch (dir.kind) {
	case ROND_NODE_FIXED:
		return rond_tree_lookup_root(self, name, attr);
	case ROND_NODE_TEXT:
		return ENOTDIR;
	case ROND_NODE_NAME:
		return lookup_part(self, &dir, name, attr, wait);
	case ROND_NODE_ENTRY:
		err = lookup_entry(self, &dir, name, attr);
		err = rond_tree_confirm(&dir, err, wait);
		if (!err)
			rond_tree_hold(self, attr);
		return err;
	case ROND_NODE_FOLDER:
		return lookup_folder(self, &dir, name, attr);
	case ROND_NODE_CHANGES:
		return rond_tree_changes_lookup(self, &dir, name, attr, wait);
	case ROND_NODE_LINEAGE:
		return rond_tree_lineage_lookup(self, &dir, name, attr, wait);
	}
	return ENOSYS;
}

void rond_tree_forget(RondTree *self, guint64 number, guint64 n)
{
	if (rond_tree_is_text(number)) {
		rond_tree_text_forget(self, number, n);
		return;
	}
	if (rond_tree_is_lineage(number)) {
		rond_tree_lineage_forget(self, number, n);
		return;
	}
	if (number & ROND_CHANGES_NODE) {
		rond_tree_changes_forget(self, number, n);
		return;
	}
	if (number & ROND_VERSION_NODE) {
		rond_versions_forget(self->versions, number, n);
		return;
	}
	g_autoptr(GMutexLocker) locker G_GNUC_UNUSED =
	    g_mutex_locker_new(&self->lock);
	RondFolder *folder = g_hash_table_lookup(
	    self->folders, GUINT_TO_POINTER((guint)(number >> 32)));

	if (folder)
		rond_folder_forget(folder, (guint32)number, n);
}

int rond_tree_getattr(RondTree *self, guint64 number, RondAttr *attr,
		      RondJob **wait)
{
	g_auto(RondTreeNode) node = {0};
	int err = rond_tree_node(self, number, &node, wait);

	*attr = (RondAttr){.entry_life = ROND_LIFE_SHORT};
	if (err)
		return err;
	switch (node.kind) {
	case ROND_NODE_FIXED:
		rond_tree_root_attr(self, attr);
		return 0;
	case ROND_NODE_TEXT:
		return rond_tree_text_attr(self, number, attr);
	case ROND_NODE_NAME:
		return rond_tree_name_attr(self, node.name, attr);
	case ROND_NODE_ENTRY:
		if (rond_index_entry(node.index, node.low))
			rond_tree_entry_attr(self, &node, node.low, attr);
		else
			err = ESTALE;
		return rond_tree_confirm(&node, err, wait);
	case ROND_NODE_FOLDER:
		err = rond_folder_stat(node.folder, node.low, &attr->st);
		if (!err)
			rond_tree_folder_attr(self, number, attr);
		return err;
	case ROND_NODE_CHANGES:
		return rond_tree_changes_attr(self, &node, attr, wait);
	case ROND_NODE_LINEAGE:
		return rond_tree_lineage_attr(self, &node, attr, wait);
	}
	return ENOSYS;
}
