/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/list-dir.h"

typedef struct {
	char *name;
	RondAttr attr;
	gboolean known;
} Item;

static void clear_item(gpointer item)
{
	g_free(((Item *)item)->name);
}

static gboolean list_read(RondDir *base, guint64 offset, RondDirItem *item)
{
	const RondListDir *self = (RondListDir *)base;

	if (offset >= self->items->len)
		return FALSE;
	const Item *at = &g_array_index(self->items, Item, (guint)offset);

	*item = (RondDirItem){at->name, at->attr, at->known, offset + 1};
	return TRUE;
}

static void list_free(RondDir *base)
{
	RondListDir *self = (RondListDir *)base;

	g_array_unref(self->items);
	g_free(self);
}

void rond_list_dir_add(RondListDir *self, const char *name,
		       const RondAttr *attr, gboolean known)
{
	Item item = {g_strdup(name), *attr, known};

	g_array_append_val(self->items, item);
}

void rond_list_dir_add_type(RondListDir *self, const char *name, guint64 ino,
			    mode_t type)
{
	const RondAttr attr = {.node = ino,
			       .st = {.st_ino = ino, .st_mode = type}};

	rond_list_dir_add(self, name, &attr, FALSE);
}

RondListDir *rond_list_dir_new(guint64 self_ino, guint64 above_ino)
{
	RondListDir *self = g_new0(RondListDir, 1);

	self->base.read = list_read;
	self->base.free = list_free;
	self->items = g_array_new(FALSE, FALSE, sizeof(Item));
	g_array_set_clear_func(self->items, clear_item);
	rond_list_dir_add_type(self, ".", self_ino, S_IFDIR);
	rond_list_dir_add_type(self, "..", above_ino, S_IFDIR);
	return self;
}
