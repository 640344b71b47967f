/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/row-changes.h"

#include <string.h>
#include <sys/stat.h>

/* Of an entry whose folders can't be found: the index is broken. */
#define LOST G_MAXUINT32

struct RondChanges {
	gatomicrefcount refs;
	GArray *folders;  /* RondChangesFolder */
	GArray *items;	  /* RondChangesItem, by folder */
	GPtrArray *names; /* of parts */
};

/* An item, while it isn't in its place yet. */
typedef struct {
	guint32 folder;
	RondChangesItem item;
} Placed;

typedef struct {
	RondChanges *result;
	GArray *placed; /* Placed */
	/* Of each kind, entries of the part at hand → folders. */
	GHashTable *known[ROND_CHANGES_N_FIXED];
	const RondComparedPart *part;
	const char *name; /* the part's, kept by the result */
} Build;

static const struct {
	const char *name;
	guint32 above;
} fixed[ROND_CHANGES_N_FIXED] = {
    [ROND_CHANGES_TOP] = {"", ROND_CHANGES_TOP},
    [ROND_CHANGES_ADDED] = {"added", ROND_CHANGES_TOP},
    [ROND_CHANGES_REMOVED] = {"removed", ROND_CHANGES_TOP},
    [ROND_CHANGES_MODIFIED] = {"modified", ROND_CHANGES_TOP},
    [ROND_CHANGES_OLD] = {"old", ROND_CHANGES_MODIFIED},
    [ROND_CHANGES_NEW] = {"new", ROND_CHANGES_MODIFIED},
    [ROND_CHANGES_TOUCHED] = {"touched", ROND_CHANGES_TOP},
};

const char *rond_changes_fixed_name(guint32 number)
{
	return fixed[number].name;
}

guint32 rond_changes_fixed_above(guint32 number)
{
	return fixed[number].above;
}

gboolean rond_changes_is_fixed_only(guint32 number)
{
	return number == ROND_CHANGES_TOP || number == ROND_CHANGES_MODIFIED;
}

static void place(Build *self, guint32 folder, guint32 entry, guint32 number)
{
	const Placed placed = {folder, {entry, number}};

	g_array_append_val(self->placed, placed);
}

static guint32 add_folder(Build *self, guint32 above, guint32 part,
			  guint32 entry)
{
	const RondChangesFolder folder = {
	    .above = above,
	    .part = part,
	    .entry = entry,
	    .name = part && above < ROND_CHANGES_N_FIXED ? self->name : NULL,
	};
	guint32 number = self->result->folders->len;

	g_array_append_val(self->result->folders, folder);
	if (part)
		place(self, above, entry, number);
	return number;
}

static void remember(GHashTable *known, guint32 entry, guint32 folder)
{
	g_hash_table_insert(known, GUINT_TO_POINTER(entry),
			    GUINT_TO_POINTER(folder));
}

/* The entries from @entry up, as far as they have no folder yet: guint32, new;
 * @above: the folder of the one above, or LOST. */
static GArray *unknown_above(Build *self, guint32 kind,
			     const RondComparedSide *side, guint32 entry,
			     guint32 *above)
{
	GArray *path = g_array_new(FALSE, FALSE, sizeof(guint32));
	const RondIndexEntry *record;
	gpointer known;

	while (!g_hash_table_lookup_extended(
	    self->known[kind], GUINT_TO_POINTER(entry), NULL, &known)) {
		g_array_append_val(path, entry);
		*above = kind;
		if (entry == side->root)
			return path;
		/* A folder lies before what is in it: no loop. */
		*above = LOST;
		record =
		    rond_index_entry(rond_content_index(side->content), entry);
		if (!record || record->parent >= entry)
			return path;
		entry = record->parent;
	}
	*above = GPOINTER_TO_UINT(known);
	return path;
}

/* The folder of @kind that folder @entry is, made with those above it. */
static guint32 folder_of(Build *self, guint32 kind,
			 const RondComparedSide *side, guint32 entry)
{
	guint32 at;
	g_autoptr(GArray) path = unknown_above(self, kind, side, entry, &at);

	for (guint i = path->len; i-- > 0;) {
		entry = g_array_index(path, guint32, i);
		if (at != LOST)
			at = add_folder(self, at, rond_part_number(side->part),
					entry);
		/* What is lost is remembered, too: it is not sought again. */
		remember(self->known[kind], entry, at);
	}
	return at;
}

static void add(Build *self, guint32 kind, const RondComparedSide *side,
		guint32 number)
{
	const RondIndex *index = rond_content_index(side->content);
	const RondIndexEntry *entry = rond_index_entry(index, number);
	guint32 folder;

	if (!entry || entry->parent >= number)
		return;
	if (S_ISDIR(entry->mode)) {
		folder_of(self, kind, side, number);
		return;
	}
	folder = folder_of(self, kind, side, entry->parent);
	if (folder != LOST)
		place(self, folder, number, 0);
}

static void add_change(Build *self, const RondChange *change)
{
	const RondComparedSide *old = &self->part->old;
	const RondComparedSide *new = &self->part->new;

	switch (change->kind) {
	case ROND_DELTA_ADDED:
		add(self, ROND_CHANGES_ADDED, new, change->new);
		return;
	case ROND_DELTA_REMOVED:
		add(self, ROND_CHANGES_REMOVED, old, change->old);
		return;
	case ROND_DELTA_MODIFIED:
		add(self, ROND_CHANGES_OLD, old, change->old);
		add(self, ROND_CHANGES_NEW, new, change->new);
		return;
	case ROND_DELTA_REPLACED:
		add(self, ROND_CHANGES_REMOVED, old, change->old);
		add(self, ROND_CHANGES_ADDED, new, change->new);
		return;
	case ROND_DELTA_TOUCHED:
		add(self, ROND_CHANGES_TOUCHED, new, change->new);
		return;
	}
}

/* Of a table that both have, rows are shown, which are no entries: only their
 * folders are made. Whether it is one. */
static gboolean add_table(Build *self, const RondChange *change)
{
	const RondComparedSide *old = &self->part->old;
	const RondComparedSide *new = &self->part->new;
	g_autofree char *stem = NULL;
	guint32 left, right;

	if (change->kind != ROND_DELTA_MODIFIED ||
	    !rond_row_changes_table(old, change->old, &stem))
		return FALSE;
	left = rond_index_entry(rond_content_index(old->content), change->old)
		   ->parent;
	right = rond_index_entry(rond_content_index(new->content), change->new)
		    ->parent;
	folder_of(self, ROND_CHANGES_REMOVED, old, left);
	folder_of(self, ROND_CHANGES_OLD, old, left);
	folder_of(self, ROND_CHANGES_ADDED, new, right);
	folder_of(self, ROND_CHANGES_NEW, new, right);
	return TRUE;
}

static void add_part(Build *self, const RondComparedPart *part)
{
	if (!part->changes)
		return;
	self->part = part;
	self->name = g_strdup(part->name);
	g_ptr_array_add(self->result->names, (gpointer)self->name);
	for (guint kind = 0; kind < ROND_CHANGES_N_FIXED; kind++)
		g_hash_table_remove_all(self->known[kind]);
	for (guint i = 0; i < part->changes->len; i++) {
		const RondChange *change =
		    &g_array_index(part->changes, RondChange, i);

		if (!add_table(self, change))
			add_change(self, change);
	}
}

static RondChangesFolder *nth_folder(const RondChanges *self, guint32 number)
{
	return &g_array_index(self->folders, RondChangesFolder, number);
}

static void count_items(Build *self)
{
	for (guint i = 0; i < self->placed->len; i++) {
		const Placed *at = &g_array_index(self->placed, Placed, i);
		RondChangesFolder *folder =
		    nth_folder(self->result, at->folder);

		folder->count++;
		folder->n_folders += at->item.folder != 0;
	}
}

/* Each item to its folder's others, whose order stays: by name, and so by
 * entry, as the changes came. */
static void settle(Build *self)
{
	RondChanges *result = self->result;
	guint32 first = 0;

	count_items(self);
	for (guint i = 0; i < result->folders->len; i++) {
		RondChangesFolder *folder = nth_folder(result, i);

		folder->first = first;
		first += folder->count;
		folder->count = 0;
	}
	g_array_set_size(result->items, first);
	for (guint i = 0; i < self->placed->len; i++) {
		const Placed *at = &g_array_index(self->placed, Placed, i);
		RondChangesFolder *folder = nth_folder(result, at->folder);

		g_array_index(result->items, RondChangesItem,
			      folder->first + folder->count++) = at->item;
	}
}

static RondChanges *empty_new(void)
{
	RondChanges *self = g_new0(RondChanges, 1);

	g_atomic_ref_count_init(&self->refs);
	self->folders = g_array_new(FALSE, FALSE, sizeof(RondChangesFolder));
	self->items = g_array_new(FALSE, FALSE, sizeof(RondChangesItem));
	self->names = g_ptr_array_new_with_free_func(g_free);
	return self;
}

RondChanges *rond_changes_new(const GPtrArray *parts)
{
	g_autoptr(GArray) placed = g_array_new(FALSE, FALSE, sizeof(Placed));
	Build self = {.result = empty_new(), .placed = placed};

	for (guint32 i = 0; i < ROND_CHANGES_N_FIXED; i++) {
		add_folder(&self, fixed[i].above, 0, ROND_INDEX_NONE);
		self.known[i] = g_hash_table_new(NULL, NULL);
	}
	for (guint i = 0; i < parts->len; i++)
		add_part(&self, parts->pdata[i]);
	settle(&self);
	for (guint i = 0; i < ROND_CHANGES_N_FIXED; i++)
		g_hash_table_unref(self.known[i]);
	return self.result;
}

RondChanges *rond_changes_ref(RondChanges *self)
{
	g_atomic_ref_count_inc(&self->refs);
	return self;
}

void rond_changes_unref(RondChanges *self)
{
	if (!g_atomic_ref_count_dec(&self->refs))
		return;
	g_ptr_array_unref(self->names);
	g_array_unref(self->items);
	g_array_unref(self->folders);
	g_free(self);
}

gsize rond_changes_memory(const RondChanges *self)
{
	return self->folders->len * sizeof(RondChangesFolder) +
	       self->items->len * sizeof(RondChangesItem);
}

const RondChangesFolder *rond_changes_folder(const RondChanges *self,
					     guint32 number)
{
	return number < self->folders->len ? nth_folder(self, number) : NULL;
}

const RondChangesItem *rond_changes_item(const RondChanges *self,
					 const RondChangesFolder *folder,
					 guint32 i)
{
	return &g_array_index(self->items, RondChangesItem, folder->first + i);
}

const RondChangesItem *rond_changes_find(const RondChanges *self,
					 const RondChangesFolder *folder,
					 guint32 entry)
{
	guint32 low = 0, high = folder->count;

	while (low < high) {
		guint32 middle = low + (high - low) / 2;
		const RondChangesItem *item =
		    rond_changes_item(self, folder, middle);

		if (item->entry == entry)
			return item;
		if (item->entry < entry)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

guint32 rond_changes_part(const RondChanges *self, guint32 number,
			  const char *name)
{
	const RondChangesFolder *folder = nth_folder(self, number);

	for (guint32 i = 0; i < folder->count; i++) {
		guint32 root = rond_changes_item(self, folder, i)->folder;

		if (!strcmp(nth_folder(self, root)->name, name))
			return root;
	}
	return 0;
}
