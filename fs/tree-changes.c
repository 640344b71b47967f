/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/tree-changes.h"

#include "backends/error.h"
#include "fs/tree-rows.h"

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
	       node->at < ROND_CHANGES_ROWS;
}

gboolean rond_tree_changes_is_rows(const RondTreeNode *node)
{
	return node->pair && node->at >= ROND_CHANGES_ROWS &&
	       node->at < ROND_CHANGES_NOTE;
}

gboolean rond_tree_changes_has_rows(const RondTreeNode *node)
{
	return rond_tree_changes_is_of_part(node) &&
	       rond_part_backup(node->part)->kind == ROND_BACKUP_DUMP;
}

/* The fixed folder that @node lies in. */
static guint32 kind_of(const RondTreeNode *node)
{
	guint32 at = node->at;

	while (at >= ROND_CHANGES_N_FIXED)
		at = rond_changes_folder(node->changes, at)->above;
	return at;
}

gboolean rond_tree_changes_holds(const RondTreeNode *dir,
				 const RondRowFile *file)
{
	return file->part == rond_part_number(dir->part) &&
	       file->folder == dir->low && file->kind == kind_of(dir);
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

int rond_tree_pair_compare(RondTree *self, const RondPair *pair,
			   GPtrArray *comparisons, RondJob **wait)
{
	g_auto(GStrv) names = rond_tree_pair_parts(self, pair);
	int err = names ? 0 : ESTALE;

	for (guint i = 0; !err && names[i]; i++)
		err = compare_part(self, pair, names[i], comparisons, wait);
	return err;
}

GPtrArray *rond_tree_compared_parts(const GPtrArray *comparisons)
{
	GPtrArray *parts = g_ptr_array_new();

	for (guint i = 0; i < comparisons->len; i++) {
		const RondComparison *each = comparisons->pdata[i];

		for (guint j = 0; j < each->parts->len; j++)
			g_ptr_array_add(parts, each->parts->pdata[j]);
	}
	return parts;
}

static int compare(RondTree *self, RondTreeNode *node, RondJob **wait)
{
	g_autoptr(GPtrArray) comparisons =
	    g_ptr_array_new_with_free_func(free_comparison);
	int err = rond_tree_pair_compare(self, node->pair, comparisons, wait);
	g_autoptr(GPtrArray) parts = NULL;
	g_autoptr(RondChanges) changes = NULL;
	g_autoptr(GArray) sources = NULL;

	if (err)
		return err;
	parts = rond_tree_compared_parts(comparisons);
	changes = rond_changes_new(parts);
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

int rond_tree_changes_need_rows(RondTree *self, RondTreeNode *node,
				RondJob **wait)
{
	if (!node->rows)
		node->rows = rond_tree_rows_need(self->rows, node->pair,
						 pair_of(node->number), wait);
	return node->rows ? 0 : ROND_WAIT;
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

static int open_rows(RondTree *self, RondTreeNode *node, RondJob **wait)
{
	int err = rond_tree_changes_need_rows(self, node, wait);
	const RondRowFile *file;

	if (err)
		return err;
	file = rond_row_changes_file(node->rows,
				     node->at - (guint32)ROND_CHANGES_ROWS);
	if (!file)
		return ESTALE;
	node->low = file->entry;
	node->part = rond_library_part_by_number(self->library, file->part);
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
	if (rond_tree_changes_is_rows(node))
		return open_rows(self, node, wait);
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

static void open_rows_file(const RondTreeNode *node, RondFile **file)
{
	g_autoptr(RondStream) stream = rond_row_changes_open(
	    node->rows, rond_row_changes_file(
			    node->rows, node->at - (guint32)ROND_CHANGES_ROWS));

	*file = rond_file_of_stream(stream);
}

int rond_tree_changes_open(RondTree *self, const RondTreeNode *node,
			   RondFile **file)
{
	g_autoptr(GBytes) bytes = NULL;
	char *text;

	if (rond_tree_changes_is_rows(node)) {
		open_rows_file(node, file);
		return 0;
	}
	if (!node->pair || node->at != ROND_CHANGES_NOTE)
		return EISDIR;
	text = rond_tree_pair_note(self, node->pair);
	if (!text)
		return ESTALE;
	bytes = g_bytes_new_take(text, strlen(text));
	*file = rond_file_of_text(bytes);
	return 0;
}
