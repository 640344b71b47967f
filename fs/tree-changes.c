/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/tree-changes.h"

#include "backends/error.h"

#include <errno.h>
#include <string.h>

static guint32 pair_of(guint64 number)
{
	return (guint32)((number & ~ROND_CHANGES_NODE) >> 32);
}

static guint64 node_at(guint32 pair, guint32 at)
{
	return ROND_CHANGES_NODE | (guint64)pair << 32 | at;
}

gboolean rond_tree_changes_is_of_part(const RondTreeNode *node)
{
	return node->pair && node->at >= ROND_CHANGES_N_FIXED &&
	       node->at < ROND_CHANGES_NOTE;
}

guint64 rond_tree_changes_ino(const RondTreeNode *node, guint32 at)
{
	return node_at(pair_of(node->number), at) & ~ROND_CHANGES_NODE;
}

guint64 rond_tree_changes_above(const RondTreeNode *node)
{
	const RondChangesFolder *folder;
	guint32 at;

	if (!node->pair)
		return ROND_NODE_OF_ROOT;
	if (node->at == ROND_CHANGES_TOP)
		return ROND_NODE_OF_CHANGES;
	if (node->at < ROND_CHANGES_N_FIXED) {
		at = rond_changes_fixed_above(node->at);
	} else {
		folder = rond_changes_folder(node->changes, node->at);
		at = folder->above;
	}
	return rond_tree_changes_ino(node, at);
}

static void free_comparison(gpointer comparison)
{
	rond_comparison_free(comparison);
}

/* A part that can't be read is left out, which the note says: the others may
 * be what is needed tonight. */
static int compare_part(RondTree *self, const RondPair *pair, const char *name,
			GPtrArray *comparisons, RondJob **wait)
{
	g_autoptr(GError) error = NULL;
	RondComparison *comparison = rond_comparison_new(
	    self->library, pair->old, pair->new, name, wait, &error);

	if (comparison) {
		g_ptr_array_add(comparisons, comparison);
		return 0;
	}
	if (!error)
		return ROND_WAIT;
	switch (rond_error_errno(error)) {
	case ENOENT:
	case ESTALE:
		return ESTALE;
	}
	return 0;
}

static int compare_parts(RondTree *self, const RondPair *pair,
			 GPtrArray *comparisons, RondJob **wait)
{
	g_auto(GStrv) names = rond_tree_pair_parts(self, pair);
	int err = names ? 0 : ESTALE;

	for (guint i = 0; !err && names[i]; i++)
		err = compare_part(self, pair, names[i], comparisons, wait);
	return err;
}

static RondChanges *changes_of(const GPtrArray *comparisons)
{
	g_autoptr(GPtrArray) parts = g_ptr_array_new();

	for (guint i = 0; i < comparisons->len; i++) {
		const RondComparison *each = comparisons->pdata[i];

		for (guint j = 0; j < each->parts->len; j++)
			g_ptr_array_add(parts, each->parts->pdata[j]);
	}
	return rond_changes_new(parts);
}

static int compare(RondTree *self, RondTreeNode *node, RondJob **wait)
{
	g_autoptr(GPtrArray) comparisons =
	    g_ptr_array_new_with_free_func(free_comparison);
	int err = compare_parts(self, node->pair, comparisons, wait);
	g_autoptr(RondChanges) changes = NULL;
	g_autoptr(GArray) sources = NULL;

	if (err)
		return err;
	changes = changes_of(comparisons);
	/* While the comparisons hold them open: as well known as they were. */
	sources = rond_tree_pair_sources(self, node->pair);
	if (!sources ||
	    !rond_pairs_set_changes(self->pairs, pair_of(node->number), changes,
				    sources))
		return ESTALE;
	node->changes = g_steal_pointer(&changes);
	return 0;
}

int rond_tree_changes_need(RondTree *self, RondTreeNode *node, RondJob **wait)
{
	if (!node->changes)
		node->changes =
		    rond_pairs_changes(self->pairs, pair_of(node->number));
	if (node->changes)
		return 0;
	return compare(self, node, wait);
}

/* What is known of a sound backup stays so. */
static RondLife life_in(RondPart *part)
{
	g_auto(RondPartInfo) info = {0};

	rond_part_info(part, &info);
	return info.state == ROND_PART_READY && rond_part_is_settled(part)
		   ? ROND_LIFE_FOREVER
		   : ROND_LIFE_SHORT;
}

static int open_part(RondTree *self, RondTreeNode *node, RondJob **wait)
{
	const RondChangesFolder *folder;
	int err = rond_tree_changes_need(self, node, wait);

	if (err)
		return err;
	folder = rond_changes_folder(node->changes, node->at);
	if (!folder)
		return ESTALE;
	node->low = folder->entry;
	node->part = rond_library_part_by_number(self->library, folder->part);
	if (!node->part)
		return ESTALE;
	node->life = life_in(node->part);
	return rond_tree_open_content(self, node, wait);
}

int rond_tree_changes_node(RondTree *self, RondTreeNode *node, RondJob **wait)
{
	node->kind = ROND_NODE_CHANGES;
	if (node->number == ROND_NODE_OF_CHANGES)
		return 0;
	node->pair = rond_pairs_get(self->pairs, pair_of(node->number));
	if (!node->pair)
		return ESTALE;
	node->at = (guint32)node->number;
	if (!rond_tree_changes_is_of_part(node))
		return 0;
	return open_part(self, node, wait);
}

void rond_tree_changes_hold(RondTree *self, guint64 number)
{
	rond_pairs_hold(self->pairs, pair_of(number));
}

void rond_tree_changes_forget(RondTree *self, guint64 number, guint64 n)
{
	rond_pairs_forget(self->pairs, pair_of(number), n);
}

char *rond_tree_changes_target(const RondTreeNode *node)
{
	if (!node->pair || node->at != ROND_CHANGES_LINK)
		return NULL;
	return g_strdup(node->pair->target);
}

int rond_tree_changes_open(RondTree *self, const RondTreeNode *node,
			   RondFile **file)
{
	g_autoptr(GBytes) bytes = NULL;
	char *text;

	if (!node->pair || node->at != ROND_CHANGES_NOTE)
		return EISDIR;
	text = rond_tree_pair_note(self, node->pair);
	if (!text)
		return ESTALE;
	bytes = g_bytes_new_take(text, strlen(text));
	*file = rond_file_of_text(bytes);
	return 0;
}
