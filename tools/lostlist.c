/* SPDX-License-Identifier: BSD-2-Clause */
#include "tools/lostlist.h"

#include "tools/tablerows.h"

#include <string.h>
#include <sys/stat.h>

/* A version of a path that is not in all snapshots. */
typedef struct {
	char *path; /* below the part's root */
	const RondSpan *span;
} Version;

/* One part on its way into the list. */
typedef struct {
	RondLostList *list;
	const RondTimeline *line;
	GHashTable *rows;     /* stop → RondTableRows */
	RondLostItem *folder; /* whose content comes, or NULL */
} Reader;

static void version_clear(gpointer data)
{
	Version *self = data;

	g_free(self->path);
}

static void item_free(gpointer data)
{
	RondLostItem *self = data;

	g_free(self->path);
	g_free(self->table);
	g_free(self);
}

static void free_rows(gpointer rows)
{
	rond_table_rows_free(rows);
}

static const RondStop *last_stop(const RondTimeline *line, const RondSpan *span)
{
	return line->stops->pdata[span->last];
}

const char *rond_lost_item_snapshot(const RondLostItem *item)
{
	return last_stop(item->line, item->span)->snapshot;
}

/* The inode that @span was in the end, or NULL. */
static const RondIndexEntry *last_entry(const RondTimeline *line,
					const RondSpan *span)
{
	const RondIndex *index =
	    rond_content_index(last_stop(line, span)->content);

	return rond_index_entry(index,
				rond_index_inode(index, span->last_entry));
}

static mode_t type_of(const RondTimeline *line, const RondSpan *span)
{
	const RondIndexEntry *entry = rond_timeline_entry(line, span);

	return entry ? entry->mode & S_IFMT : 0;
}

/* As strcmp(), but with what is in a folder right behind it. */
static int compare_paths(const char *a, const char *b)
{
	guchar left, right;

	for (; *a && *a == *b; a++)
		b++;
	left = *a == '/' ? 1 : (guchar)*a;
	right = *b == '/' ? 1 : (guchar)*b;
	return left - right;
}

static gint compare_versions(gconstpointer a, gconstpointer b)
{
	const Version *left = a, *right = b;
	int order = compare_paths(left->path, right->path);

	if (order)
		return order;
	return left->span->first < right->span->first
		   ? -1
		   : left->span->first > right->span->first;
}

/* Of the paths that something happened to. */
static GArray *list_versions(const RondTimeline *line, const RondScope *scope)
{
	GArray *versions = g_array_new(FALSE, FALSE, sizeof(Version));
	gboolean all = rond_scope_has_all_of(scope, line->name);

	g_array_set_clear_func(versions, version_clear);
	for (guint i = 0; i < line->spans->len; i++) {
		const RondSpan *span = &g_array_index(line->spans, RondSpan, i);
		g_autofree char *path = NULL;
		Version version = {NULL, span};

		if (!span->first && rond_timeline_is_present(line, span))
			continue;
		path = rond_timeline_path(line, span);
		if (!all && !rond_scope_has(scope, line->name, path))
			continue;
		version.path = g_steal_pointer(&path);
		g_array_append_val(versions, version);
	}
	g_array_sort(versions, compare_versions);
	return versions;
}

/* Of @n versions of one path the newest that is lost, or NULL. */
static const Version *find_lost(const RondTimeline *line,
				const Version *versions, guint n)
{
	const Version *newest = &versions[n - 1];
	mode_t type = type_of(line, newest->span);

	if (!rond_timeline_is_present(line, newest->span))
		return newest;
	while (n--)
		if (type_of(line, versions[n].span) != type)
			return &versions[n];
	return NULL;
}

static RondTableRows *rows_of(Reader *self, const RondSpan *span)
{
	gpointer key = GUINT_TO_POINTER(span->last);
	RondTableRows *rows = g_hash_table_lookup(self->rows, key);

	if (!rows) {
		rows =
		    rond_table_rows_new(last_stop(self->line, span)->content);
		g_hash_table_insert(self->rows, key, rows);
	}
	return rows;
}

static gboolean is_table_file(const char *path)
{
	return g_str_has_suffix(path, ".sql") || g_str_has_suffix(path, ".tsv");
}

static void set_table(Reader *self, RondLostItem *item,
		      const RondIndexEntry *entry)
{
	gsize len = strlen(item->path);
	g_autofree char *stem = NULL;
	const char *name = strrchr(item->path, '/') + 1;

	item->rows = ROND_NO_ROWS;
	if (!(entry->flags & ROND_ENTRY_TABLE) || !S_ISREG(entry->mode) ||
	    !is_table_file(name))
		return;
	stem = g_strndup(name, strlen(name) - strlen(".sql"));
	if (rond_table_rows_find(rows_of(self, item->span), entry->parent, stem,
				 &item->rows))
		item->table = g_strndup(item->path, len - strlen(".sql"));
}

/* Both files of a table lie one behind the other. */
static void join_table(const RondLostList *list, RondLostItem *item)
{
	const RondLostItem *before;

	if (!item->table || !list->items->len)
		return;
	before = list->items->pdata[list->items->len - 1];
	item->second = before->table && !strcmp(before->table, item->table) &&
		       before->span->last == item->span->last;
	item->implied = item->second;
}

/* That it is below a folder which is lost itself. */
static void join_folder(Reader *self, RondLostItem *item)
{
	if (self->folder && !g_str_has_prefix(item->path, self->folder->path))
		self->folder = NULL;
	if (!self->folder) {
		self->folder = S_ISDIR(item->type) ? item : NULL;
		return;
	}
	item->implied = TRUE;
	self->folder->files += !S_ISDIR(item->type);
	self->folder->bytes += item->second ? 0 : item->size;
}

static void count(RondLostList *list, const RondLostItem *item)
{
	if (S_ISDIR(item->type))
		list->folders++;
	else if (item->table)
		list->tables += !item->second;
	else if (S_ISREG(item->type))
		list->files++;
	else
		list->others++;
	list->bytes += item->second ? 0 : item->size;
}

static void add(Reader *self, const Version *version, gboolean replaced)
{
	const RondIndexEntry *entry = last_entry(self->line, version->span);
	RondLostItem *item;
	gboolean folder;

	/* The index is broken, which is found out elsewhere. */
	if (!entry)
		return;
	item = g_new0(RondLostItem, 1);
	folder = S_ISDIR(entry->mode);
	item->line = self->line;
	item->span = version->span;
	item->type = entry->mode & S_IFMT;
	item->path = g_strconcat(self->line->name, "/", version->path,
				 folder ? "/" : NULL, NULL);
	item->size =
	    S_ISREG(entry->mode) || S_ISLNK(entry->mode) ? entry->size : 0;
	item->mtime = entry->mtime;
	item->has_mtime = !(entry->flags & ROND_ENTRY_TABLE);
	item->replaced = replaced;
	set_table(self, item, entry);
	join_table(self->list, item);
	join_folder(self, item);
	count(self->list, item);
	g_ptr_array_add(self->list->items, item);
}

static void add_line(RondLostList *self, const RondTimeline *line,
		     const RondScope *scope)
{
	g_autoptr(GArray) versions = list_versions(line, scope);
	g_autoptr(GHashTable) rows =
	    g_hash_table_new_full(NULL, NULL, NULL, free_rows);
	Reader reader = {self, line, rows, NULL};
	const Version *all = (const Version *)versions->data;

	for (guint i = 0, n; i < versions->len; i += n) {
		const Version *lost, *newest;

		n = 1;
		while (i + n < versions->len &&
		       !strcmp(all[i].path, all[i + n].path))
			n++;
		newest = &all[i + n - 1];
		lost = find_lost(line, &all[i], n);
		if (lost)
			add(&reader, lost,
			    rond_timeline_is_present(line, newest->span));
	}
}

RondLostList *rond_lost_list_new(const GPtrArray *lines, const RondScope *scope)
{
	RondLostList *self = g_new0(RondLostList, 1);

	self->items = g_ptr_array_new_with_free_func(item_free);
	for (guint i = 0; i < lines->len; i++)
		add_line(self, lines->pdata[i], scope);
	return self;
}

void rond_lost_list_free(RondLostList *self)
{
	g_ptr_array_unref(self->items);
	g_free(self);
}
