/* SPDX-License-Identifier: BSD-2-Clause */
#include "fs/mydumper.h"

#include "fs/mydumper-names.h"

#include <string.h>

/* The shortest statements before rows take more, packed or not. */
#define SMALLEST_ROWS 64

/* A file on its way into a database. */
typedef struct {
	RondMydumperName name;
	char *database, *table;
	const char *chunk; /* within the name's subject */
	const RondStoreItem *item;
} Sorted;

static const char *base_name(const RondStoreItem *item)
{
	const char *slash = strrchr(item->path, '/');

	return slash ? slash + 1 : item->path;
}

static const RondStoreItem *find(const GPtrArray *items, const char *name)
{
	for (guint i = 0; i < items->len; i++) {
		const RondStoreItem *item = items->pdata[i];

		if (!item->is_dir && g_str_equal(base_name(item), name))
			return item;
	}
	return NULL;
}

const RondStoreItem *rond_mydumper_metadata(const GPtrArray *items)
{
	return find(items, "metadata");
}

gboolean rond_mydumper_owns(const char *name)
{
	g_auto(RondMydumperName) parsed = rond_mydumper_name(name);

	return parsed.role != ROND_MYDUMPER_NONE;
}

/* Others have files of that name, too. */
static gboolean is_metadata(RondStore *store, const RondStoreItem *item)
{
	static const char begin[] = "Started dump at: ";
	g_autoptr(RondStream) stream =
	    store->ops->open(store, item->path, NULL);
	char head[2 + sizeof begin] = "";
	const char *text = head;

	if (!stream ||
	    rond_stream_pread(stream, head, sizeof head - 1, 0, NULL) < 0)
		return FALSE;
	if (g_str_has_prefix(text, "# "))
		text += 2;
	return g_str_has_prefix(text, begin);
}

static gboolean is_piece(RondMydumperRole role)
{
	return role <= ROND_MYDUMPER_POST;
}

/* Whether the pieces among @items can be one stream; there must be some. */
static gboolean can_join(const GPtrArray *items)
{
	const char *packing = NULL;
	gboolean tables = FALSE;

	for (guint i = 0; i < items->len; i++) {
		const RondStoreItem *item = items->pdata[i];
		g_auto(RondMydumperName) name =
		    rond_mydumper_name(base_name(item));

		if (name.role == ROND_MYDUMPER_LOADED)
			return FALSE;
		if (item->is_dir || !is_piece(name.role))
			continue;
		if (packing && !g_str_equal(packing, name.packing))
			return FALSE;
		packing = name.packing;
		tables |= name.role <= ROND_MYDUMPER_ROWS;
	}
	return tables;
}

RondMydumperKind rond_mydumper_judge(RondStore *store, const GPtrArray *items)
{
	const RondStoreItem *partial = find(items, "metadata.partial");
	const RondStoreItem *whole = find(items, "metadata");

	if (partial && is_metadata(store, partial))
		return ROND_MYDUMPER_UNFINISHED;
	if (!whole || !can_join(items) || !is_metadata(store, whole))
		return ROND_MYDUMPER_OTHER;
	return ROND_MYDUMPER_WHOLE;
}

static void sorted_clear(gpointer data)
{
	Sorted *self = data;

	rond_mydumper_name_clear(&self->name);
	g_free(self->database);
	g_free(self->table);
}

/* Its files are together, whatever its name; rows are behind their schema. */
static RondMydumperRole group_of(const Sorted *file)
{
	return file->name.role == ROND_MYDUMPER_ROWS ? ROND_MYDUMPER_SCHEMA
						     : file->name.role;
}

static gint compare_numbers(const char *a, const char *b)
{
	guint64 x = g_ascii_strtoull(a, NULL, 10);
	guint64 y = g_ascii_strtoull(b, NULL, 10);

	return x == y ? 0 : x < y ? -1 : 1;
}

/* "", ".00001", ".00001.00002". */
static gint compare_chunks(const char *a, const char *b)
{
	while (*a && *b) {
		gint order = compare_numbers(++a, ++b);

		if (order)
			return order;
		a += strcspn(a, ".");
		b += strcspn(b, ".");
	}
	return (*a != 0) - (*b != 0);
}

static gint compare_sorted(gconstpointer a, gconstpointer b)
{
	const Sorted *x = a, *y = b;
	gint order = strcmp(x->database, y->database);

	if (!order)
		order = (gint)group_of(x) - (gint)group_of(y);
	if (!order)
		order = strcmp(x->table, y->table);
	if (!order)
		order = (gint)x->name.role - (gint)y->name.role;
	if (!order)
		order = compare_chunks(x->chunk, y->chunk);
	return order ? order : strcmp(x->item->path, y->item->path);
}

static GArray *take_names(const GPtrArray *items, GHashTable *tables,
			  GHashTable *databases)
{
	GArray *files = g_array_new(FALSE, TRUE, sizeof(Sorted));

	g_array_set_clear_func(files, sorted_clear);
	for (guint i = 0; i < items->len; i++) {
		const RondStoreItem *item = items->pdata[i];
		Sorted file = {.item = item};

		if (item->is_dir)
			continue;
		file.name = rond_mydumper_name(base_name(item));
		if (file.name.role == ROND_MYDUMPER_SCHEMA)
			g_hash_table_add(tables, g_strdup(file.name.subject));
		else if (file.name.role == ROND_MYDUMPER_CREATE)
			g_hash_table_add(databases,
					 g_strdup(file.name.subject));
		if (is_piece(file.name.role))
			g_array_append_val(files, file);
		else
			sorted_clear(&file);
	}
	return files;
}

/* Newer versions put all triggers into one file, too. */
static gboolean is_whole(const Sorted *file, GHashTable *databases)
{
	return file->name.role == ROND_MYDUMPER_POST ||
	       (file->name.role == ROND_MYDUMPER_TRIGGERS &&
		g_hash_table_contains(databases, file->name.subject));
}

static void complete(Sorted *file, GHashTable *tables, GHashTable *databases)
{
	const char *subject = file->name.subject;
	gsize len = strlen(subject), of_database;

	if (file->name.role == ROND_MYDUMPER_ROWS)
		len = rond_mydumper_table_len(subject, tables);
	of_database = is_whole(file, databases)
			  ? len
			  : rond_mydumper_database_len(subject, databases);
	file->database = g_strndup(subject, of_database);
	file->table = g_strndup(subject, len);
	file->chunk = subject + len;
}

static void database_free(gpointer data)
{
	RondMydumperDatabase *self = data;

	g_array_unref(self->files);
	g_free(self->name);
	g_free(self);
}

static RondMydumperDatabase *database_new(const char *name)
{
	RondMydumperDatabase *self = g_new(RondMydumperDatabase, 1);

	self->name = g_strdup(name);
	self->files = g_array_new(FALSE, FALSE, sizeof(RondMydumperFile));
	return self;
}

GPtrArray *rond_mydumper_databases(const GPtrArray *items)
{
	g_autoptr(GHashTable) tables =
	    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GHashTable) known =
	    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GArray) files = take_names(items, tables, known);
	GPtrArray *found = g_ptr_array_new_with_free_func(database_free);
	RondMydumperDatabase *last = NULL;

	for (guint i = 0; i < files->len; i++)
		complete(&g_array_index(files, Sorted, i), tables, known);
	g_array_sort(files, compare_sorted);
	for (guint i = 0; i < files->len; i++) {
		const Sorted *file = &g_array_index(files, Sorted, i);
		RondMydumperFile one = {
		    .item = file->item,
		    .bare = file->name.role >= ROND_MYDUMPER_TRIGGERS,
		    .local_time = file->name.role == ROND_MYDUMPER_POST,
		    .empty = file->name.role == ROND_MYDUMPER_ROWS &&
			     file->item->size < SMALLEST_ROWS,
		};

		if (!last || !g_str_equal(last->name, file->database)) {
			last = database_new(file->database);
			g_ptr_array_add(found, last);
		}
		g_array_append_val(last->files, one);
	}
	return found;
}
