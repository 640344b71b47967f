/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/index/table-delta.h"

#include "backends/error.h"
#include "backends/index/extents.h"
#include "backends/sql/row-delta.h"
#include "backends/sql/row-insert.h"
#include "backends/sql/row-lines.h"
#include "backends/sql/schema.h"

#include <errno.h>
#include <string.h>

#define PIECE (64 << 10)
/* What a server takes as one statement: MySQL's max_allowed_packet. */
#define LONGEST (64 << 20)
/* As long as the names of 4,096 columns may be, all of them escaped. */
#define MAX_TITLE (4 << 20)

/* The table in one of the dumps. */
typedef struct {
	RondStream *tsv;
	RondSchema *schema;
	const RondTableDef *def; /* of @schema */
	GPtrArray *columns;	 /* char *: of the TSV, in its order */
	gsize title_len;	 /* bytes, with the line feed */
} Side;

struct RondTableDelta {
	Side old, new;
	RondRowDelta *rows;
};

static RondStream *open_file(const RondTableFolder *folder, const char *name,
			     GError **error)
{
	const RondIndex *index = rond_content_index(folder->content);
	guint32 entry =
	    rond_index_lookup(index, folder->folder, name, strlen(name));

	if (entry != ROND_INDEX_NONE)
		return rond_content_open(folder->content, entry, error);
	rond_fail(error, ENOENT, "%s: there is no such file", name);
	return NULL;
}

static RondStream *open_table(const RondTableFolder *folder, const char *table,
			      GError **error)
{
	g_autofree char *name = g_strconcat(table, ".tsv", NULL);

	return open_file(folder, name, error);
}

/* The names in the title @line of @len bytes: its escapes are C's. */
static GPtrArray *names_of(const char *line, gsize len)
{
	g_autofree char *title = g_strndup(line, len);
	g_auto(GStrv) fields = g_strsplit(title, "\t", -1);
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; fields[i]; i++)
		g_ptr_array_add(names, g_strcompress(fields[i]));
	return names;
}

static gboolean read_title(Side *side, GError **error)
{
	gsize size = MIN(rond_stream_size(side->tsv), MAX_TITLE);
	g_autofree char *head = g_malloc(size);
	const char *feed = NULL;
	gsize n = 0;

	while (n < size && !feed) {
		gssize got = rond_stream_pread(side->tsv, head + n,
					       MIN(size - n, PIECE), n, error);

		if (got < 0)
			return FALSE;
		if (got == 0)
			break;
		feed = memchr(head + n, '\n', (gsize)got);
		n += (gsize)got;
	}
	if (!feed)
		return rond_fail(error, EIO, "its rows have no title");
	side->title_len = (gsize)(feed - head) + 1;
	side->columns = names_of(head, side->title_len - 1);
	return TRUE;
}

static gboolean open_side(Side *side, const RondTableFolder *folder,
			  const char *table, GError **error)
{
	g_autoptr(RondStream) script = NULL;

	side->tsv = open_table(folder, table, error);
	if (!side->tsv || !read_title(side, error))
		return FALSE;
	script = open_file(folder, "schema.sql", error);
	if (!script)
		return FALSE;
	side->schema = rond_schema_read(script, error);
	if (!side->schema)
		return FALSE;
	side->def = rond_schema_table(side->schema, table);
	return side->def ||
	       rond_fail(error, EIO, "schema.sql doesn't have the table");
}

static void side_clear(Side *side)
{
	g_clear_pointer(&side->columns, g_ptr_array_unref);
	g_clear_pointer(&side->schema, rond_schema_free);
	g_clear_pointer(&side->tsv, rond_stream_unref);
}

void rond_table_delta_free(RondTableDelta *self)
{
	g_clear_pointer(&self->rows, rond_row_delta_free);
	side_clear(&self->old);
	side_clear(&self->new);
	g_free(self);
}

static gboolean find_column(const GPtrArray *columns, const char *name,
			    guint *number)
{
	for (guint i = 0; i < columns->len; i++) {
		if (g_ascii_strcasecmp(columns->pdata[i], name))
			continue;
		*number = i;
		return TRUE;
	}
	return FALSE;
}

/* FALSE: its rows have no such key. */
static gboolean find_key(const Side *side, const GPtrArray *key,
			 RondRowTable *table)
{
	for (guint i = 0; i < key->len; i++)
		if (!find_column(side->columns, key->pdata[i], &table->key[i]))
			return FALSE;
	return TRUE;
}

static gboolean is_numeric(const RondTableDef *def, const char *name)
{
	for (guint i = 0; i < def->columns->len; i++) {
		const RondColumn *column =
		    &g_array_index(def->columns, RondColumn, i);

		if (!g_ascii_strcasecmp(column->name, name))
			return column->kind == ROND_COLUMN_NUMBER;
	}
	return FALSE;
}

static gboolean have_same_key(const GPtrArray *a, const GPtrArray *b)
{
	if (a->len != b->len)
		return FALSE;
	for (guint i = 0; i < a->len; i++)
		if (g_ascii_strcasecmp(a->pdata[i], b->pdata[i]))
			return FALSE;
	return TRUE;
}

/* By the primary key that both have; else rows are all that they hold. */
static RondRowDelta *compare(const RondTableDelta *self,
			     GCancellable *cancellable, GError **error)
{
	const GPtrArray *key = self->new.def->key;
	RondRowDeltaConfig config = {.old = {.tsv = self->old.tsv},
				     .new = {.tsv = self->new.tsv},
				     .cancellable = cancellable};

	if (key->len > 0 && key->len <= ROND_MAX_KEY_COLUMNS &&
	    have_same_key(self->old.def->key, key) &&
	    find_key(&self->old, key, &config.old) &&
	    find_key(&self->new, key, &config.new)) {
		config.n_key = key->len;
		config.numeric = is_numeric(self->new.def, key->pdata[0]);
	}
	return rond_row_delta(&config, error);
}

RondTableDelta *rond_table_delta_new(const RondTableFolder *old,
				     const RondTableFolder *new,
				     const char *table,
				     GCancellable *cancellable, GError **error)
{
	g_autoptr(RondTableDelta) self = g_new0(RondTableDelta, 1);

	if (!open_side(&self->old, old, table, error) ||
	    !open_side(&self->new, new, table, error))
		return NULL;
	self->rows = compare(self, cancellable, error);
	if (!self->rows) {
		g_prefix_error(error, "%s: ", table);
		return NULL;
	}
	return g_steal_pointer(&self);
}

guint64 rond_table_delta_count(const RondTableDelta *self, RondRowSet set)
{
	switch (set) {
	case ROND_ROWS_REMOVED:
		return self->rows->n_removed;
	case ROND_ROWS_ADDED:
		return self->rows->n_added;
	case ROND_ROWS_WAS:
	case ROND_ROWS_IS:
	case ROND_N_ROW_SETS:
		break;
	}
	return self->rows->n_modified;
}

static const GArray *ranges_of(const RondTableDelta *self, RondRowSet set)
{
	const GArray *const sets[ROND_N_ROW_SETS] = {
	    [ROND_ROWS_REMOVED] = self->rows->removed,
	    [ROND_ROWS_WAS] = self->rows->was,
	    [ROND_ROWS_ADDED] = self->rows->added,
	    [ROND_ROWS_IS] = self->rows->is,
	};

	return sets[set];
}

static const Side *side_of(const RondTableDelta *self, RondRowSet set)
{
	return set == ROND_ROWS_REMOVED || set == ROND_ROWS_WAS ? &self->old
								: &self->new;
}

RondStream *rond_table_delta_tsv(const RondTableDelta *self, RondRowSet set,
				 GError **error)
{
	const Side *side = side_of(self, set);
	const GArray *ranges = ranges_of(self, set);
	g_autoptr(GArray) extents =
	    g_array_new(FALSE, FALSE, sizeof(RondExtent));
	const RondExtent title = {.length = side->title_len};
	guint64 size = side->title_len;

	g_array_append_val(extents, title);
	for (guint i = 0; i < ranges->len; i++) {
		const RondRowRange *range =
		    &g_array_index(ranges, RondRowRange, i);
		const RondExtent extent = {.offset = size,
					   .at = range->from,
					   .length = range->to - range->from};

		g_array_append_val(extents, extent);
		size += extent.length;
	}
	return rond_extent_stream_new(side->tsv, extents, size, error);
}

typedef struct {
	RondRowInsert *insert;
	GString *out;
	RondTextSink sink;
	gpointer data;
} Writer;

static gboolean flush(Writer *self, gsize enough, GError **error)
{
	if (self->out->len < MAX(enough, 1))
		return TRUE;
	if (!self->sink(self->data, self->out->str, self->out->len, error))
		return FALSE;
	g_string_truncate(self->out, 0);
	return TRUE;
}

static gboolean write_row(Writer *self, const RondRowLine *line, GError **error)
{
	if (line->is_long)
		return rond_fail(error, EFBIG,
				 "a row is too long for a statement: it is in "
				 "the .tsv");
	return rond_row_insert_add(self->insert, line->text, line->len,
				   self->out, error) &&
	       flush(self, PIECE, error);
}

static gboolean write_rows(Writer *self, RondStream *tsv, GError **error)
{
	g_autoptr(RondRowLines) lines = rond_row_lines_new(tsv, LONGEST);
	g_autoptr(GError) failure = NULL;
	RondRowLine line;

	rond_row_insert_begin(self->insert, self->out);
	while (rond_row_lines_next(lines, &line, &failure))
		if (!write_row(self, &line, error))
			return FALSE;
	if (failure) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	rond_row_insert_end(self->insert, self->out);
	return flush(self, 0, error);
}

gboolean rond_table_delta_sql(const RondTableDelta *self, RondRowSet set,
			      RondTextSink sink, gpointer data, GError **error)
{
	const Side *side = side_of(self, set);
	const RondRowInsertConfig config = {side->def, side->columns,
					    side->schema->time_zone};
	g_autoptr(RondRowInsert) insert = rond_row_insert_new(&config, error);
	g_autoptr(GString) out = g_string_new(NULL);
	g_autoptr(RondStream) tsv = NULL;
	Writer writer = {insert, out, sink, data};

	if (insert)
		tsv = rond_table_delta_tsv(self, set, error);
	return tsv && write_rows(&writer, tsv, error);
}
