/* SPDX-License-Identifier: BSD-2-Clause */
/* A dump's folder in the index builder. */
#include "backends/index/builder-private.h"

#include "backends/index/shape.h"

#include <string.h>
#include <sys/stat.h>

/* Places are 64 bits wide, arrays' lengths 32. */
#define MAX_TEXTS 0x7fffffffU

typedef struct {
	RondIndexBuilder *builder;
	const RondDumpPlace *place;
	const RondDumpFiles *files;
	guint32 number; /* of the dump */
	guint64 texts;	/* where its texts begin */
	guint64 marks;	/* the same of its marks */
	guint64 first_table;
	char *database; /* whose folder was added last, or NULL */
} Adding;

static guint64 add_text(RondIndexBuilder *self, const void *text, gsize len)
{
	guint64 at = self->texts->len;

	g_byte_array_append(self->texts, text, (guint)len);
	return at;
}

static void add_run(Adding *self, const RondRun *run)
{
	RondIndexRun record = {
	    .to = run->to,
	    .first_mark = self->marks + run->first_mark,
	    .n_marks = run->n_marks,
	};

	memcpy(record.end, run->end.out, sizeof record.end);
	g_array_append_val(self->builder->runs, record);
}

static void add_shape(Adding *self, const RondDumpTable *table,
		      RondIndexTable *record)
{
	const RondShape shape = {
	    .mode = table->mode,
	    .head = table->head,
	    .head_len = table->head_len,
	    .columns = (const RondShownColumn *)table->columns->data,
	    .n_columns = table->columns->len,
	};
	guint before = self->builder->texts->len;

	record->shape = before;
	rond_shape_write(&shape, self->builder->texts);
	record->shape_len = self->builder->texts->len - before;
}

static void add_table(Adding *self, const RondDumpTable *table)
{
	RondIndexTable record = {.first_run = self->builder->runs->len};

	/* Without rows there is no head, but a title. */
	if (table->columns) {
		record.n_runs = table->runs->len;
		for (guint i = 0; i < table->runs->len; i++)
			add_run(self, &g_array_index(table->runs, RondRun, i));
		add_shape(self, table, &record);
	}
	g_array_append_val(self->builder->tables, record);
}

static void set_title(Adding *self, const RondDumpFile *file)
{
	RondIndexTable *table =
	    &g_array_index(self->builder->tables, RondIndexTable,
			   (guint)self->first_table + file->table);

	table->titles[file->format] = self->texts + file->title;
	table->title_lens[file->format] = file->title_len;
}

/* Where the texts begin differs from index to index. */
static GArray *place_extents(const Adding *self, const GArray *extents)
{
	GArray *placed =
	    g_array_sized_new(FALSE, FALSE, sizeof(RondExtent), extents->len);

	for (guint i = 0; i < extents->len; i++) {
		RondExtent extent = g_array_index(extents, RondExtent, i);

		if (extent.at >= ROND_TEXT_PLACE && extent.at < ROND_NO_PLACE)
			extent.at += self->texts;
		g_array_append_val(placed, extent);
	}
	return placed;
}

static void set_content(Adding *self, const RondDumpFile *file,
			RondIndexEntry *inode)
{
	RondIndexBuilder *builder = self->builder;
	g_autoptr(GArray) extents = NULL;

	inode->flags = ROND_ENTRY_TABLE;
	inode->mtime = 0;
	inode->mtime_nsec = self->number;
	inode->size = file->size;
	if (!file->extents) {
		set_title(self, file);
		inode->data = self->first_table + file->table;
		inode->aux = file->format;
		return;
	}
	extents = place_extents(self, file->extents);
	inode->flags |= ROND_ENTRY_EXTENTS;
	inode->data = builder->extents->len;
	inode->aux = extents->len;
	if (extents->len)
		g_array_append_vals(builder->extents, extents->data,
				    extents->len);
}

/* As old and as open as the dump. */
static gboolean add_dir(Adding *self, const char *path, GError **error)
{
	RondEntry entry = *self->place->like;

	entry.path = path;
	entry.mode = S_IFDIR | (entry.mode & 0777) | (entry.mode & 0444) >> 2;
	entry.size = 0;
	entry.n_extents = 0;
	return rond_index_builder_add(self->builder, &entry, error);
}

static gboolean add_folder(Adding *self, GError **error)
{
	RondIndexBuilder *builder = self->builder;
	const char *path = self->place->folder;

	if (!add_dir(self, path, error))
		return FALSE;
	if (!self->place->listed && rond_builder_split(builder, path)) {
		guint32 node = rond_builder_make_node(builder);
		guint32 inode = rond_node(&builder->nodes, node)->inode;

		g_hash_table_add(builder->hidden, GUINT_TO_POINTER(inode));
	}
	return TRUE;
}

/* The folder of the database that a file is of, where there are several. */
static gboolean add_database(Adding *self, const char *file, GError **error)
{
	const char *slash = strchr(file, '/');
	g_autofree char *name = NULL;
	g_autofree char *path = NULL;

	if (!slash)
		return TRUE;
	name = g_strndup(file, (gsize)(slash - file));
	if (!g_strcmp0(name, self->database))
		return TRUE;
	path = g_strconcat(self->place->folder, "/", name, NULL);
	g_free(self->database);
	self->database = g_steal_pointer(&name);
	return add_dir(self, path, error);
}

static gboolean add_file(Adding *self, const RondDumpFile *file, GError **error)
{
	RondIndexBuilder *builder = self->builder;
	g_autofree char *path =
	    g_strconcat(self->place->folder, "/", file->path, NULL);
	RondEntry entry = *self->place->like;
	guint32 inode;

	entry.path = path;
	entry.mode = S_IFREG | (entry.mode & 0666);
	entry.size = 0;
	entry.n_extents = 0;
	entry.method = ROND_STORED;
	if (!rond_index_builder_add(builder, &entry, error))
		return FALSE;
	inode = rond_index_builder_last(builder);
	if (inode == ROND_INDEX_NONE)
		return TRUE;
	set_content(self, file, rond_builder_inode(builder, inode));
	if (file->has_hash)
		rond_index_builder_set_sha256(builder, inode, file->hash);
	if (!file->listed)
		g_hash_table_add(builder->hidden, GUINT_TO_POINTER(inode));
	builder->last = ROND_NODE_NONE;
	return TRUE;
}

/* What is at @path of all that was added. */
static guint32 find_inode(RondIndexBuilder *self, const char *path)
{
	guint32 node = ROND_NODE_ROOT;

	if (!rond_builder_split(self, path))
		return ROND_NODE_NONE;
	for (guint i = 0; i < self->parts->len; i++) {
		const RondPathPart *part =
		    &g_array_index(self->parts, RondPathPart, i);

		node =
		    rond_nodes_find(&self->nodes, node, part->text, part->len);
		if (node == ROND_NODE_NONE)
			return ROND_NODE_NONE;
	}
	return rond_node(&self->nodes, node)->inode;
}

/* The dump may have been replaced, or deleted, since it was read; and what the
 * archive has of the folder's name is what is to be seen. */
static gboolean can_add(RondIndexBuilder *self, const RondDumpPlace *place)
{
	return find_inode(self, place->like->path) == place->dump &&
	       (place->listed ||
		find_inode(self, place->folder) == ROND_NODE_NONE);
}

static gboolean add_all(Adding *self, GError **error)
{
	const GPtrArray *tables = self->files->tables;
	const GPtrArray *files = self->files->files;

	for (guint i = 0; i < tables->len; i++)
		add_table(self, tables->pdata[i]);
	for (guint i = 0; i < files->len; i++) {
		const RondDumpFile *file = files->pdata[i];

		if (!add_database(self, file->path, error) ||
		    !add_file(self, file, error))
			return FALSE;
	}
	return TRUE;
}

gboolean rond_index_builder_add_dump(RondIndexBuilder *self,
				     const RondDumpPlace *place,
				     const RondDumpFiles *files, GError **error)
{
	Adding adding = {
	    .builder = self,
	    .place = place,
	    .files = files,
	    .number = self->dumps->len,
	    .marks = self->marks->len,
	    .first_table = self->tables->len,
	};

	if (!can_add(self, place))
		return TRUE;
	if (!add_folder(&adding, error))
		return FALSE;
	if (files->texts->len > MAX_TEXTS ||
	    self->texts->len > MAX_TEXTS - files->texts->len) {
		rond_builder_note(self, place->like->path,
				  "its tables are too many to be shown");
		return TRUE;
	}
	g_array_append_val(self->dumps, place->dump);
	adding.texts = add_text(self, files->texts->data, files->texts->len);
	if (files->marks->len)
		g_array_append_vals(self->marks, files->marks->data,
				    files->marks->len);
	gboolean ok = add_all(&adding, error);

	g_free(adding.database);
	return ok;
}
