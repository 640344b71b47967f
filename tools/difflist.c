/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/difflist.h"

#include <string.h>
#include <sys/stat.h>

/* One part on its way into the list. */
typedef struct {
	RondDiffList *list;
	const RondComparedPart *part;
	const char *below;    /* "" or the path that is asked for */
	RondDiffItem *folder; /* whose content comes, or NULL */
	RondTableRows *old, *new;
	gint64 known_since; /* of the old backup; G_MININT64: there is none */
} Reader;

static void item_free(gpointer data)
{
	RondDiffItem *self = data;

	g_free(self->path);
	g_free(self->table);
	g_free(self);
}

static const RondIndex *index_of(const RondComparedSide *side)
{
	return side->content ? rond_content_index(side->content) : NULL;
}

/* The inode at @number, or NULL. */
static const RondIndexEntry *entry_of(const RondComparedSide *side,
				      guint32 number)
{
	const RondIndex *index = index_of(side);

	if (!index || number == ROND_INDEX_NONE)
		return NULL;
	return rond_index_entry(index, rond_index_inode(index, number));
}

static char letter_of(RondDeltaKind kind)
{
	static const char letters[] = {
	    [ROND_DELTA_ADDED] = 'A',	 [ROND_DELTA_REMOVED] = 'D',
	    [ROND_DELTA_MODIFIED] = 'M', [ROND_DELTA_REPLACED] = 'T',
	    [ROND_DELTA_TOUCHED] = 'U',
	};

	return letters[kind];
}

/* What can't be read is not known to be another, so nobody forged its time. */
static guint flags_of(const RondChange *change)
{
	return change->flags & ROND_DELTA_UNSURE
		   ? change->flags & ~(guint)ROND_DELTA_SAME_LOOKS
		   : change->flags;
}

static char *path_of(const Reader *self, const RondChange *change,
		     gboolean folder)
{
	gboolean new = change->new != ROND_INDEX_NONE;
	g_autofree char *path =
	    new ? rond_comparison_path(&self->part->new, change->new)
		: rond_comparison_path(&self->part->old, change->old);

	return g_strconcat(self->part->name, *path ? "/" : "", path,
			   folder ? "/" : NULL, NULL);
}

/* Whether @path is what is asked for, below it, or a file of that table. */
static gboolean is_below(const char *path, const char *below, gboolean table)
{
	gsize len = strlen(below);
	const char *rest;

	if (strncmp(path, below, len))
		return FALSE;
	rest = path + len;
	return !len || *rest == '/' || !*rest ||
	       (table &&
		(g_str_equal(rest, ".sql") || g_str_equal(rest, ".tsv")));
}

static guint64 size_of(const RondIndexEntry *entry)
{
	return entry && !S_ISDIR(entry->mode) ? entry->size : 0;
}

/* The times in it were given by the one who wrote it, when the backup was made
 * was not. */
static guint signs_of(const Reader *self, const RondDiffItem *item,
		      const RondIndexEntry *new)
{
	guint signs = 0;

	if (!new || !S_ISREG(new->mode) || new->flags & ROND_ENTRY_TABLE ||
	    !strchr("AMT", item->letter))
		return 0;
	if (rond_signs_is_program(item->path))
		signs |= ROND_SIGN_PROGRAM;
	if (new->mtime < self->known_since)
		signs |= ROND_SIGN_OLD_TIME;
	return signs;
}

/* "offers.tsv" and "offers.sql" → "offers"; new, or NULL. */
static char *stem_of(const RondIndex *index, const RondIndexEntry *entry)
{
	gsize len;
	const char *name = rond_index_name(index, entry, &len);

	if (len <= 4 || (memcmp(name + len - 4, ".sql", 4) &&
			 memcmp(name + len - 4, ".tsv", 4)))
		return NULL;
	return g_strndup(name, len - 4);
}

static gboolean find_rows(const RondComparedSide *side, guint32 number,
			  RondTableRows *tables, gint64 *rows)
{
	const RondIndexEntry *entry = entry_of(side, number);
	g_autofree char *stem = NULL;

	if (!entry || !(entry->flags & ROND_ENTRY_TABLE) ||
	    !S_ISREG(entry->mode))
		return FALSE;
	stem = stem_of(index_of(side), entry);
	return stem && rond_table_rows_find(tables, entry->parent, stem, rows);
}

static void set_table(Reader *self, RondDiffItem *item)
{
	const RondComparedPart *part = self->part;
	gboolean old, new;

	item->old_rows = item->new_rows = ROND_NO_ROWS;
	old = find_rows(&part->old, item->old, self->old, &item->old_rows);
	new = find_rows(&part->new, item->new, self->new, &item->new_rows);
	if (old || new)
		item->table = g_strndup(item->path, strlen(item->path) - 4);
}

/* Both files of a table lie one behind the other. */
static void join_table(const RondDiffList *list, RondDiffItem *item)
{
	const RondDiffItem *before;

	if (!item->table || !list->items->len)
		return;
	before = list->items->pdata[list->items->len - 1];
	item->second = before->table && !strcmp(before->table, item->table);
	item->implied |= item->second;
}

static void count(RondDiffSum *sum, const RondIndexEntry *entry,
		  gboolean counts)
{
	if (!entry)
		return;
	if (S_ISDIR(entry->mode))
		sum->dirs++;
	else if (S_ISREG(entry->mode))
		sum->files++;
	else
		sum->others++;
	if (counts)
		sum->bytes += size_of(entry);
}

static gboolean is_folder(const RondIndexEntry *entry)
{
	return entry && S_ISDIR(entry->mode);
}

static void count_table(RondDiffStats *stats, const RondDiffItem *item)
{
	guint at = item->letter == 'A' ? 0 : item->letter == 'D' ? 1 : 2;

	if (!item->table)
		return;
	stats->table_files[at]++;
	if (!item->second)
		stats->tables[at]++;
}

static void count_item(RondDiffStats *stats, const RondDiffItem *item,
		       const RondIndexEntry *old, const RondIndexEntry *new)
{
	/* A table's rows are in both of its files. */
	gboolean counts = !item->second;

	count_table(stats, item);
	switch (item->letter) {
	case 'A':
		count(&stats->added, new, counts);
		return;
	case 'D':
		count(&stats->removed, old, counts);
		return;
	case 'U':
		stats->touched++;
		return;
	}
	stats->changed++;
	stats->same_looks += !!(item->flags & ROND_DELTA_SAME_LOOKS);
	if (counts && size_of(new) > size_of(old))
		stats->added.bytes += size_of(new) - size_of(old);
	else if (counts)
		stats->removed.bytes += size_of(old) - size_of(new);
}

/* Tell the folder's line of @item; whether that is enough. */
static gboolean is_in_folder(Reader *self, const RondDiffItem *item)
{
	if (!(item->flags & ROND_DELTA_BELOW) || !self->folder)
		return FALSE;
	if (!item->folder) {
		self->folder->files++;
		self->folder->bytes += item->old_size + item->new_size;
	}
	return !item->signs;
}

/* Takes @item over. */
static void add_item(Reader *self, RondDiffItem *item)
{
	const RondIndexEntry *old = entry_of(&self->part->old, item->old);
	const RondIndexEntry *new = entry_of(&self->part->new, item->new);

	item->part = self->part;
	item->old_size = size_of(old);
	item->new_size = size_of(new);
	item->signs = signs_of(self, item, new);
	set_table(self, item);
	join_table(self->list, item);
	item->implied |= is_in_folder(self, item);
	count_item(&self->list->stats, item, old, new);
	g_ptr_array_add(self->list->items, item);
	if (!(item->flags & ROND_DELTA_BELOW) || !self->folder)
		self->folder = is_folder(old) != is_folder(new) ? item : NULL;
}

static void add_change(Reader *self, const RondChange *change)
{
	const RondIndexEntry *old = entry_of(&self->part->old, change->old);
	const RondIndexEntry *new = entry_of(&self->part->new, change->new);
	gboolean folder = new ? is_folder(new) : is_folder(old);
	g_autofree char *path = path_of(self, change, folder);
	guint flags = new ? new->flags : old ? old->flags : 0;
	RondDiffItem *item;

	if (!is_below(path, self->below, flags & ROND_ENTRY_TABLE))
		return;
	item = g_new0(RondDiffItem, 1);
	item->letter = letter_of(change->kind);
	item->flags = flags_of(change);
	item->old = change->old;
	item->new = change->new;
	item->folder = folder;
	item->path = g_steal_pointer(&path);
	add_item(self, item);
}

/* One side has no such part: its own line, and nothing but that. */
static void add_whole(Reader *self)
{
	const RondComparedPart *part = self->part;
	RondDiffItem *item;

	if (!part->old.content == !part->new.content ||
	    strchr(self->below, '/'))
		return;
	item = g_new0(RondDiffItem, 1);
	item->letter = part->new.content ? 'A' : 'D';
	item->old = part->old.content ? part->old.root : ROND_INDEX_NONE;
	item->new = part->new.content ? part->new.root : ROND_INDEX_NONE;
	item->folder = TRUE;
	item->path = g_strconcat(part->name, "/", NULL);
	add_item(self, item);
}

static void add_part(RondDiffList *self, const RondComparedPart *part,
		     const char *below)
{
	g_autoptr(RondTableRows) old = rond_table_rows_new(part->old.content);
	g_autoptr(RondTableRows) new = rond_table_rows_new(part->new.content);
	Reader reader = {self, part, below, NULL, old, new, G_MININT64};

	if (part->old.part)
		reader.known_since = rond_part_backup(part->old.part)->time;
	add_whole(&reader);
	for (guint i = 0; i < part->changes->len; i++)
		add_change(&reader,
			   &g_array_index(part->changes, RondChange, i));
}

RondDiffList *rond_diff_list_new(const RondComparison *comparison,
				 const char *path)
{
	RondDiffList *self = g_new0(RondDiffList, 1);
	gsize len = strcspn(path, "/");

	self->items = g_ptr_array_new_with_free_func(item_free);
	for (guint i = 0; i < comparison->parts->len; i++) {
		const RondComparedPart *part = comparison->parts->pdata[i];

		if (part->changes &&
		    (!len || (strlen(part->name) == len &&
			      !strncmp(part->name, path, len))))
			add_part(self, part, path);
	}
	return self;
}

void rond_diff_list_free(RondDiffList *self)
{
	g_ptr_array_unref(self->items);
	g_free(self);
}

gboolean rond_diff_list_is_same(const RondDiffList *self)
{
	return self->stats.touched == self->items->len;
}
