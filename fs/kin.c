/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/kin.h"

#include "fs/view.h"

/* So many relatives are asked for the number of a version, the nearest first:
 * what none of them has is new, or as good as new. */
#define MAX_ASKED 64
/* Who enters a backup waits so long for what older ones say. */
#define PATIENCE_US (200 * 1000)

/* It came after what it may change was settled. */
static gboolean is_late(const GPtrArray *relatives, const RondPart *part)
{
	for (guint i = relatives->len; i-- > 0 && relatives->pdata[i] != part;)
		if (rond_part_was_settled(relatives->pdata[i]))
			return TRUE;
	return FALSE;
}

static void learn(const RondKin *self, const GPtrArray *relatives,
		  RondPart *part, const RondIndex *index)
{
	RondKinState state = rond_part_kin(part);

	if (state >= ROND_KIN_UNHASHED)
		return;
	if (!rond_index_meta(index)->thorough) {
		rond_part_set_kin(part, ROND_KIN_UNHASHED);
		return;
	}
	state =
	    rond_history_add(self->history, index, rond_part_backup(part)->time,
			     is_late(relatives, part))
		? ROND_KIN_LEARNT
		: ROND_KIN_ALONE;
	rond_part_set_kin(part, state);
}

/* Looking for an index means reading some of the source: where there was none,
 * there is none until the part itself has got one. */
static RondIndex *peek_once(RondPart *part, RondKinPeek peek, gpointer data)
{
	RondIndex *index;

	if (rond_part_kin(part) == ROND_KIN_ABSENT)
		return NULL;
	index = peek(part, data);
	if (!index)
		rond_part_note_absent(part);
	return index;
}

void rond_kin_learn(const RondKin *self, RondPart *part, RondIndex *index,
		    RondKinPeek peek, gpointer data)
{
	gint64 until = g_get_monotonic_time() + PATIENCE_US;
	g_autoptr(GPtrArray) relatives = NULL;

	if (self->config->ahistoric ||
	    rond_part_backup(part)->kind == ROND_BACKUP_FOLDER)
		return;
	relatives = self->relatives(part, self->data);
	learn(self, relatives, part, index);
	for (guint i = 0; i < relatives->len && relatives->pdata[i] != part &&
			  g_get_monotonic_time() < until;
	     i++) {
		RondPart *older = relatives->pdata[i];
		g_autoptr(RondIndex) its = NULL;

		if (rond_part_kin(older) != ROND_KIN_UNKNOWN)
			continue;
		its = peek_once(older, peek, data);
		if (its)
			learn(self, relatives, older, its);
	}
}

/* Those of @relatives but @part, the nearest in time first. */
static void sort_by_distance(GPtrArray *relatives, const RondPart *part)
{
	guint own = 0, n = 0;
	g_autofree gpointer *sorted = g_new(gpointer, relatives->len);

	g_ptr_array_find(relatives, part, &own);
	for (guint step = 1; step <= relatives->len; step++) {
		if (own >= step)
			sorted[n++] = relatives->pdata[own - step];
		if (own + step < relatives->len)
			sorted[n++] = relatives->pdata[own + step];
	}
	for (guint i = 0; i < n; i++)
		sorted[i] = rond_part_ref(sorted[i]);
	g_ptr_array_set_size(relatives, 0);
	for (guint i = 0; i < n; i++)
		g_ptr_array_add(relatives, sorted[i]);
}

/* What a dump holds is as open as the dump: files that two of them share must
 * be so in both. */
static gboolean same_access(const RondPart *part, const RondPart *other)
{
	const RondBackup *one = rond_part_backup(part);
	const RondBackup *two = rond_part_backup(other);

	return one->kind != ROND_BACKUP_DUMP ||
	       (one->item->mode == two->item->mode &&
		one->item->uid == two->item->uid &&
		one->item->gid == two->item->gid);
}

static void clear_tree(gpointer tree)
{
	rond_index_unref(((RondTreeOfIndex *)tree)->index);
}

/* The trees of @part's relatives, RondTreeOfIndex. */
static GArray *trees_of(const RondKin *self, RondPart *part, RondKinPeek peek,
			gpointer data)
{
	gint64 until = g_get_monotonic_time() + PATIENCE_US;
	g_autoptr(GPtrArray) relatives = self->relatives(part, self->data);
	GArray *trees = g_array_new(FALSE, FALSE, sizeof(RondTreeOfIndex));

	g_array_set_clear_func(trees, clear_tree);
	sort_by_distance(relatives, part);
	for (guint i = 0; i < relatives->len && i < MAX_ASKED &&
			  g_get_monotonic_time() < until;
	     i++) {
		RondPart *other = relatives->pdata[i];
		RondTreeOfIndex tree = {0};

		if (!same_access(part, other))
			continue;
		tree.index = peek_once(other, peek, data);
		if (!tree.index)
			continue;
		tree.root = rond_view_root(self->config, other, tree.index);
		g_array_append_val(trees, tree);
	}
	return trees;
}

static gboolean number(const RondKin *self, RondPart *part, guint64 own, int fd,
		       const GArray *trees)
{
	g_autoptr(RondIndex) index = rond_index_open(dup(fd), NULL);
	RondIdentity identity = {
	    .own = own,
	    .others = (const RondTreeOfIndex *)trees->data,
	    .n_others = trees->len,
	};

	if (!index)
		return FALSE;
	identity.root = rond_view_root(self->config, part, index);
	return rond_identity_assign(fd, &identity, NULL) &&
	       rond_index_seal(fd, NULL);
}

void rond_kin_number(const RondKin *self, RondPart *part, const char *key,
		     int fd, RondKinPeek peek, gpointer data)
{
	g_autoptr(GArray) trees = NULL;
	guint64 own = rond_history_origin(self->history, key);

	if (rond_part_backup(part)->kind == ROND_BACKUP_FOLDER)
		return;
	trees = trees_of(self, part, peek, data);
	if (!number(self, part, own, fd, trees))
		g_debug("%s: its versions have no numbers",
			rond_part_backup(part)->source);
}
