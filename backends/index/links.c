/* SPDX-License-Identifier: BSD-2-Clause */
/* The builder's hard links: names of an inode that others have. */
#include "backends/index/builder-private.h"

#include <string.h>
#include <sys/stat.h>

#define MAX_LINK_ROUNDS 32

static guint32 find_node(RondIndexBuilder *self, const char *path)
{
	guint32 node = ROND_NODE_ROOT;

	if (!rond_builder_split(self, path))
		return ROND_NODE_NONE;
	for (guint i = 0; i < self->parts->len && node != ROND_NODE_NONE; i++) {
		const RondPathPart *part =
		    &g_array_index(self->parts, RondPathPart, i);

		node =
		    rond_nodes_find(&self->nodes, node, part->text, part->len);
	}
	return node;
}

/* In tar, a link may carry the content (pax); in cpio the last one does. */
static void add_link_content(RondIndexBuilder *self, guint32 number,
			     const RondEntry *entry)
{
	RondIndexEntry *inode = rond_builder_inode(self, number);

	if (!entry->size || !S_ISREG(inode->mode))
		return;
	if (entry->n_extents || inode->size != entry->size)
		rond_builder_set_content(self, inode, entry);
	self->last = number;
}

gboolean rond_builder_add_link(RondIndexBuilder *self, const RondEntry *entry)
{
	guint32 target = find_node(self, entry->hardlink);

	if (!rond_builder_split(self, entry->path))
		return FALSE;
	guint32 node = rond_builder_make_node(self);

	if (node == ROND_NODE_ROOT || node == target)
		return node == target;
	rond_nodes_remove_below(&self->nodes, node);
	if (target != ROND_NODE_NONE && !rond_builder_is_dir(self, target)) {
		guint32 inode = rond_node(&self->nodes, target)->inode;

		rond_node(&self->nodes, node)->inode = inode;
		if (inode != ROND_NODE_NONE) {
			add_link_content(self, inode, entry);
			return TRUE;
		}
	}
	rond_node(&self->nodes, node)->inode = ROND_NODE_NONE;
	RondPendingLink link = {
	    node, rond_nodes_add_name(&self->nodes, entry->hardlink,
				      strlen(entry->hardlink))};

	g_array_append_val(self->pending, link);
	return TRUE;
}

static void resolve_link(RondIndexBuilder *self, const RondPendingLink *link,
			 gboolean *changed)
{
	if (rond_node(&self->nodes, link->node)->inode != ROND_NODE_NONE)
		return;
	guint32 target =
	    find_node(self, (char *)self->nodes.names->data + link->target);

	if (target == ROND_NODE_NONE || rond_builder_is_dir(self, target))
		return;
	guint32 inode = rond_node(&self->nodes, target)->inode;

	rond_node(&self->nodes, link->node)->inode = inode;
	*changed |= inode != ROND_NODE_NONE;
}

/* One round over all; a link to one that is itself pending may take more. From
 * the end first: the last entry of a name is the one that counts. */
static gboolean resolve_links(RondIndexBuilder *self, gboolean backwards)
{
	gboolean changed = FALSE;
	guint n = self->pending->len;

	for (guint i = 0; i < n; i++)
		resolve_link(self,
			     &g_array_index(self->pending, RondPendingLink,
					    backwards ? n - 1 - i : i),
			     &changed);
	return changed;
}

void rond_builder_settle_links(RondIndexBuilder *self)
{
	for (guint i = 0;
	     i < MAX_LINK_ROUNDS && resolve_links(self, i % 2 == 0); i++)
		;
	for (guint i = 0; i < self->pending->len; i++) {
		const RondPendingLink *link =
		    &g_array_index(self->pending, RondPendingLink, i);
		const RondNode *node = rond_node(&self->nodes, link->node);

		if (node->dead || node->inode != ROND_NODE_NONE)
			continue;
		rond_builder_note(
		    self, (char *)self->nodes.names->data + link->target,
		    "a hard link to it can't be shown: it is not in the "
		    "archive");
	}
	g_array_set_size(self->pending, 0);
}
