/* SPDX-License-Identifier: BSD-2-Clause */
/* Opening the tree's files and reading its links. */
#include "fs/tree-changes.h"

#include "backends/error.h"
#include "fs/view.h"

#include <errno.h>
#include <string.h>

static int open_entry(const RondTreeNode *node, RondFile **file)
{
	const RondIndexEntry *entry = rond_index_entry(node->index, node->low);
	g_autoptr(GError) error = NULL;

	if (!entry)
		return ESTALE;
	if (S_ISDIR(entry->mode))
		return EISDIR;
	if (!S_ISREG(entry->mode))
		return EIO;
	*file =
	    rond_file_of_entry(node->part, node->content, node->low, &error);
	if (*file)
		return 0;
	/* Encrypted is not damaged; nor is it when the index is. */
	if (rond_error_errno(error) != EACCES &&
	    rond_index_recheck(node->index))
		rond_part_report(node->part, error->message);
	return rond_error_errno(error);
}

static int open_text(RondTree *self, guint64 number, RondFile **file)
{
	RondTreeTextKind kind;
	gint64 changed;
	g_autoptr(GBytes) text = rond_tree_text(self, number, &kind, &changed);

	if (!text)
		return ESTALE;
	*file = rond_file_of_text(text);
	return 0;
}

gboolean rond_tree_is_generated(guint64 node)
{
	return node <= G_MAXUINT32 || node & ROND_CHANGES_NODE;
}

int rond_tree_open(RondTree *self, guint64 number, RondFile **file,
		   RondJob **wait)
{
	g_auto(RondTreeNode) node = {0};
	int fd, err = rond_tree_node(self, number, &node, wait);

	if (err)
		return err;
	switch (node.kind) {
	case ROND_NODE_FIXED:
		return EISDIR;
	case ROND_NODE_TEXT:
		return open_text(self, number, file);
	case ROND_NODE_NAME:
		return EISDIR;
	case ROND_NODE_ENTRY:
		err = rond_tree_confirm(&node, open_entry(&node, file), wait);
		if (err == ROND_WAIT)
			g_clear_pointer(file, rond_file_unref);
		return err;
	case ROND_NODE_FOLDER:
		err = rond_folder_open(node.folder, node.low, &fd);
		if (!err)
			*file = rond_file_of_fd(fd);
		return err;
	case ROND_NODE_CHANGES:
		return rond_tree_changes_open(self, &node, file);
	case ROND_NODE_LINEAGE:
		return EISDIR;
	}
	return ENOSYS;
}

/* Folders between the part's root and the link. Of several names a node is the
 * least deep one, from where least is inside. */
static guint entry_depth(RondTree *self, const RondTreeNode *node)
{
	guint32 root = rond_view_root(self->config, node->part, node->index);
	const RondIndexEntry *entry = rond_index_entry(node->index, node->low);
	guint32 at = node->low;
	guint depth = 0;

	/* A folder lies before what is in it: no loop, however broken. */
	while (entry && entry->parent < at && entry->parent != root &&
	       entry->parent != ROND_INDEX_ROOT) {
		at = entry->parent;
		entry = rond_index_entry(node->index, at);
		depth++;
	}
	return depth;
}

static int show_link(RondTree *self, char *archived, guint depth, char **target)
{
	*target = rond_view_symlink(self->config, archived, depth);
	g_free(archived);
	return *target ? 0 : EPERM;
}

int rond_tree_readlink(RondTree *self, guint64 number, char **target,
		       RondJob **wait)
{
	g_auto(RondTreeNode) node = {0};
	int err = rond_tree_node(self, number, &node, wait);
	const RondIndexEntry *entry;
	char *archived = NULL;

	if (err)
		return err;
	switch (node.kind) {
	case ROND_NODE_FIXED:
	case ROND_NODE_TEXT:
		return EINVAL;
	case ROND_NODE_NAME:
		*target = rond_tree_alias_target(node.name);
		return *target ? 0 : EINVAL;
	case ROND_NODE_ENTRY:
		entry = rond_index_entry(node.index, node.low);
		archived = entry ? rond_index_symlink(node.index, entry) : NULL;
		err = archived ? show_link(self, archived,
					   entry_depth(self, &node), target)
			       : EINVAL;
		err = rond_tree_confirm(&node, err, wait);
		if (err == ROND_WAIT)
			g_clear_pointer(target, g_free);
		return err;
	case ROND_NODE_FOLDER:
		err = rond_folder_readlink(node.folder, node.low, &archived);
		return err ? err
			   : show_link(self, archived,
				       rond_folder_depth(node.folder, node.low),
				       target);
	case ROND_NODE_CHANGES:
		*target = rond_tree_changes_target(&node);
		return *target ? 0 : EINVAL;
	case ROND_NODE_LINEAGE:
		return EINVAL;
	}
	return ENOSYS;
}

void rond_tree_totals(RondTree *self, guint64 *bytes, guint64 *files)
{
	g_autoptr(RondCatalog) catalog = rond_library_catalog(self->library);

	*bytes = *files = 0;
	for (guint i = 0; i < catalog->snapshots->len; i++) {
		const RondSnapshot *snapshot = catalog->snapshots->pdata[i];

		*files += 1 + snapshot->parts->len;
		for (guint j = 0; j < snapshot->parts->len; j++) {
			const RondPlacedPart *placed =
			    snapshot->parts->pdata[j];
			g_autoptr(RondPart) part =
			    rond_library_part(self->library, placed->backup);
			g_auto(RondPartInfo) info = {0};

			if (part)
				rond_part_info(part, &info);
			if (placed->backup->kind != ROND_BACKUP_FOLDER)
				*bytes += placed->backup->item->size;
			*files += info.entries;
		}
	}
}
