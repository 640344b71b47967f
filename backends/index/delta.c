/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/index/delta.h"

#include "backends/index/compare.h"

#include <string.h>
#include <sys/stat.h>

/* What is left of a folder's children, on one side. */
typedef struct {
	const RondIndex *index;
	guint32 dir, next, end;
	GHashTable *listed; /* numbers; NULL: all of them are */
} Side;

/* A folder that is being gone through. */
typedef struct {
	Side old, new;
	guint flags; /* of what is in it */
} Frame;

typedef struct {
	gboolean specials;
	GArray *frames; /* Frame: the folder and those above it */
	GArray *changes;
} Delta;

/* Those that are not listed leave gaps at the end of the order. */
static GHashTable *listed_of(const RondIndex *index, guint32 dir, guint32 count)
{
	GHashTable *listed;
	guint32 child;

	if (!count ||
	    rond_index_nth_child(index, dir, count - 1) != ROND_INDEX_NONE)
		return NULL;
	listed = g_hash_table_new(NULL, NULL);
	for (guint32 i = 0; i < count; i++) {
		child = rond_index_nth_child(index, dir, i);
		if (child == ROND_INDEX_NONE)
			break;
		g_hash_table_add(listed, GUINT_TO_POINTER(child));
	}
	return listed;
}

static void open_side(const RondIndex *index, guint32 dir, Side *side)
{
	guint32 first, count;

	*side = (Side){.index = index};
	if (!index || dir == ROND_INDEX_NONE ||
	    !rond_index_children(index, dir, &first, &count))
		return;
	side->dir = dir;
	side->next = first;
	side->end = first + count;
	side->listed = listed_of(index, dir, count);
}

static void frame_clear(gpointer data)
{
	Frame *self = data;

	g_clear_pointer(&self->old.listed, g_hash_table_unref);
	g_clear_pointer(&self->new.listed, g_hash_table_unref);
}

/* @old and @new are folders' numbers or ROND_INDEX_NONE. */
static void enter(Delta *self, const Frame *above, guint32 old, guint32 new)
{
	Frame frame = {.flags = above->flags};

	if (old == ROND_INDEX_NONE || new == ROND_INDEX_NONE)
		frame.flags |= ROND_DELTA_BELOW;
	open_side(above->old.index, old, &frame.old);
	open_side(above->new.index, new, &frame.new);
	g_array_append_val(self->frames, frame);
}

static gboolean is_shown(const Delta *self, const Side *side,
			 const RondIndexEntry *entry)
{
	mode_t mode;

	if (side->listed &&
	    !g_hash_table_contains(side->listed, GUINT_TO_POINTER(side->next)))
		return FALSE;
	if (entry->flags & ROND_ENTRY_HARDLINK)
		entry = rond_index_entry(
		    side->index, rond_index_inode(side->index, side->next));
	mode = entry ? entry->mode : 0;
	return self->specials || S_ISREG(mode) || S_ISDIR(mode) ||
	       S_ISLNK(mode);
}

/* The next child that is shown, or NULL behind the last. What lies in several
 * folders of a broken index is only in the one that it names: so each entry is
 * met once. */
static const RondIndexEntry *peek(const Delta *self, Side *side)
{
	for (; side->next < side->end; side->next++) {
		const RondIndexEntry *entry =
		    rond_index_entry(side->index, side->next);

		if (entry && entry->parent == side->dir &&
		    is_shown(self, side, entry))
			return entry;
	}
	return NULL;
}

static void add(Delta *self, RondDeltaKind kind, guint flags, guint32 old,
		guint32 new)
{
	const RondChange change = {kind, flags, old, new};

	g_array_append_val(self->changes, change);
}

/* Two inodes beside each other. */
typedef struct {
	const RondIndex *a, *b;
	guint32 old, new;
	const RondIndexEntry *left, *right;
} Pair;

static gboolean get_pair(const Frame *frame, guint32 old, guint32 new,
			 Pair *pair)
{
	pair->a = frame->old.index;
	pair->b = frame->new.index;
	pair->old = rond_index_inode(pair->a, old);
	pair->new = rond_index_inode(pair->b, new);
	pair->left = rond_index_entry(pair->a, pair->old);
	pair->right = rond_index_entry(pair->b, pair->new);
	return pair->left && pair->right;
}

/* Origins are made with a secret: two that are equal are the same. */
static gboolean is_same_version(const Pair *pair)
{
	guint64 origin = rond_index_origin(pair->a, pair->left->origin);

	return origin && pair->left->inode == pair->right->inode &&
	       origin == rond_index_origin(pair->b, pair->right->origin) &&
	       rond_index_sha256(pair->a, pair->old) &&
	       rond_index_sha256(pair->b, pair->new) &&
	       !((pair->left->flags | pair->right->flags) & ROND_ENTRY_SHARED);
}

static gboolean is_file_modified(const Pair *pair, guint *flags)
{
	RondLooks a, b;
	RondLikeness likeness;

	if (!rond_looks_of(pair->a, pair->old, &a) ||
	    !rond_looks_of(pair->b, pair->new, &b))
		return FALSE;
	likeness = rond_looks_compare(&a, &b);
	if (likeness == ROND_LOOKS_SAME)
		return FALSE;
	if (likeness == ROND_LOOKS_UNSURE)
		*flags |= ROND_DELTA_UNSURE;
	if (rond_looks_alike(&a, &b))
		*flags |= ROND_DELTA_SAME_LOOKS;
	return TRUE;
}

static gboolean is_link_modified(const Pair *pair)
{
	g_autofree char *a = rond_index_symlink(pair->a, pair->left);
	g_autofree char *b = rond_index_symlink(pair->b, pair->right);

	return g_strcmp0(a, b) != 0;
}

static gboolean is_modified(const Pair *pair, guint *flags)
{
	mode_t mode = pair->left->mode;

	if (S_ISREG(mode))
		return is_file_modified(pair, flags);
	if (S_ISLNK(mode))
		return is_link_modified(pair);
	return !S_ISDIR(mode) && pair->left->data != pair->right->data;
}

static gboolean is_touched(const Pair *pair)
{
	if (S_ISDIR(pair->left->mode) &&
	    (pair->left->flags | pair->right->flags) & ROND_ENTRY_MADE_UP)
		return FALSE;
	if (pair->left->mode != pair->right->mode ||
	    !rond_compare_owners(pair->a, pair->left, pair->b, pair->right))
		return TRUE;
	return S_ISREG(pair->left->mode) &&
	       !rond_compare_times(pair->left, pair->right);
}

static void compare(Delta *self, const Pair *pair, guint32 old, guint32 new)
{
	guint flags = 0;

	if (S_ISREG(pair->left->mode) && is_same_version(pair))
		return;
	if ((pair->left->mode ^ pair->right->mode) & S_IFMT) {
		add(self, ROND_DELTA_REPLACED, 0, old, new);
		return;
	}
	if (is_modified(pair, &flags)) {
		add(self, ROND_DELTA_MODIFIED, flags, old, new);
	} else if (is_touched(pair)) {
		add(self, ROND_DELTA_TOUCHED, 0, old, new);
	}
}

static guint32 if_folder(const RondIndexEntry *entry, guint32 number)
{
	return S_ISDIR(entry->mode) ? number : ROND_INDEX_NONE;
}

/* Of the same name. */
static void take_both(Delta *self, const Frame *frame)
{
	guint32 old = frame->old.next, new = frame->new.next;
	Pair pair;

	if (!get_pair(frame, old, new, &pair))
		return;
	compare(self, &pair, old, new);
	old = if_folder(pair.left, old);
	new = if_folder(pair.right, new);
	if (old != ROND_INDEX_NONE || new != ROND_INDEX_NONE)
		enter(self, frame, old, new);
}

static void take_old(Delta *self, const Frame *frame,
		     const RondIndexEntry *entry)
{
	add(self, ROND_DELTA_REMOVED, frame->flags, frame->old.next,
	    ROND_INDEX_NONE);
	if (S_ISDIR(entry->mode))
		enter(self, frame, frame->old.next, ROND_INDEX_NONE);
}

static void take_new(Delta *self, const Frame *frame,
		     const RondIndexEntry *entry)
{
	add(self, ROND_DELTA_ADDED, frame->flags, ROND_INDEX_NONE,
	    frame->new.next);
	if (S_ISDIR(entry->mode))
		enter(self, frame, ROND_INDEX_NONE, frame->new.next);
}

/* One name of the innermost folder. */
static void step(Delta *self)
{
	Frame *top = &g_array_index(self->frames, Frame, self->frames->len - 1);
	const RondIndexEntry *left = peek(self, &top->old);
	const RondIndexEntry *right = peek(self, &top->new);
	const Frame frame = *top;
	int order;

	if (!left && !right) {
		g_array_set_size(self->frames, self->frames->len - 1);
		return;
	}
	order = !left	 ? 1
		: !right ? -1
			 : rond_compare_names(frame.old.index, left,
					      frame.new.index, right);
	/* Before a folder is entered, which may move the frame. */
	top->old.next += order <= 0;
	top->new.next += order >= 0;
	if (order < 0)
		take_old(self, &frame, left);
	else if (order > 0)
		take_new(self, &frame, right);
	else
		take_both(self, &frame);
}

GArray *rond_delta(const RondDeltaTree *old, const RondDeltaTree *new,
		   gboolean specials)
{
	g_autoptr(GArray) frames = g_array_new(FALSE, FALSE, sizeof(Frame));
	Delta self = {specials, frames,
		      g_array_new(FALSE, FALSE, sizeof(RondChange))};
	const Frame top = {.old = {.index = old->index},
			   .new = {.index = new->index}};

	g_array_set_clear_func(frames, frame_clear);
	enter(&self, &top, old->index ? old->root : ROND_INDEX_NONE,
	      new->index ? new->root : ROND_INDEX_NONE);
	while (frames->len)
		step(&self);
	return self.changes;
}
