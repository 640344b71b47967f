/* SPDX-License-Identifier: BSD-2-Clause */
/* What was assembled, as files. */
#include "backends/sql/assembly-private.h"
#include "backends/sql/damaged.h"
#include "backends/sql/file-writer.h"
#include "backends/sql/summary.h"

#include <string.h>

/* Also to be changed when files of the same parts become others. */
#define HASH_TAG "rondfs dump file 1"
/* Scripts to load a table are the first to be left out. */
#define MAX_TEXTS (1024U * 1024 * 1024)

#define KIND(kind) (1U << (kind))
#define ALL_KINDS                                        \
	(KIND(ROND_PART_SCHEMA) | KIND(ROND_PART_DATA) | \
	 KIND(ROND_PART_ROWS) | KIND(ROND_PART_TRIGGER))

static const char *const endings[] = {
    [ROND_FORMAT_TSV] = ".tsv",
    [ROND_FORMAT_CSV] = ".csv",
    [ROND_FORMAT_JSONL] = ".jsonl",
};

typedef struct {
	RondAssembly *from;
	RondFileSet *set;
	const RondDraftDatabase *database;
	const char *folder; /* "" or "shop/" */
} Writer;

static char *path_of(const Writer *w, const char *name, const char *ending)
{
	return g_strconcat(w->folder, name, ending, NULL);
}

static void begin_hash(const Writer *w, const char *kind)
{
	rond_sha256_add(w->from->sha, HASH_TAG, sizeof HASH_TAG);
	rond_sha256_add(w->from->sha, kind, strlen(kind) + 1);
}

static void end_hash(const Writer *w, RondDumpFile *file, gboolean known)
{
	rond_sha256_end(w->from->sha, file->hash);
	file->has_hash = known;
}

/* A file of the whole database. */
typedef struct {
	RondFileWriter out;
	gboolean known;
	RondDumpFile *file;
} Whole;

/* FALSE: one is there already. */
static gboolean whole_begin(Whole *self, Writer *w, const char *name)
{
	RondDumpFile *file =
	    rond_file_set_add(w->set, path_of(w, name, ".sql"), TRUE);

	if (!file)
		return FALSE;
	*self = (Whole){.known = TRUE, .file = file};
	rond_file_writer_init(&self->out, w->set, file);
	begin_hash(w, name);
	return TRUE;
}

static void whole_add(Whole *self, Writer *w, const RondScript *script,
		      RondPartKind kind)
{
	const guint8 *hash =
	    kind == ROND_PART_SCHEMA ? script->schema : script->triggers;

	rond_file_writer_script(&self->out, script, KIND(kind), G_MAXUINT);
	rond_sha256_add(w->from->sha, hash, ROND_SHA256_SIZE);
	self->known = self->known && !script->unknown;
}

static void whole_end(Whole *self, Writer *w)
{
	gboolean lost = w->database->lost;

	rond_file_writer_end(&self->out, lost);
	rond_file_writer_hash(&self->out, w->from->sha);
	end_hash(w, self->file, self->known && !lost);
}

static gboolean has_kind(const RondScript *script, RondPartKind kind)
{
	for (guint i = 0; i < script->parts->len; i++)
		if (g_array_index(script->parts, RondPart, i).kind == kind)
			return TRUE;
	return FALSE;
}

static gboolean is_shown(const Writer *w, const RondDraftTable *table)
{
	return (table->created || table->table->runs->len > 0 ||
		table->table->damaged) &&
	       !rond_draft_is_stand_in(w->database, table);
}

/* schema.sql, triggers.sql: of all tables the parts of one kind. */
static void write_of_tables(Writer *w, const char *name, RondPartKind kind)
{
	const GPtrArray *tables = w->database->tables;
	gboolean begun = FALSE;
	Whole whole;

	for (guint i = 0; i < tables->len; i++) {
		const RondDraftTable *table = g_ptr_array_index(tables, i);

		if (!has_kind(&table->script, kind) ||
		    rond_draft_is_stand_in(w->database, table))
			continue;
		if (!begun && !whole_begin(&whole, w, name))
			return;
		begun = TRUE;
		whole_add(&whole, w, &table->script, kind);
	}
	if (begun)
		whole_end(&whole, w);
}

static void write_views(Writer *w)
{
	g_autoptr(GPtrArray) views = rond_draft_views_in_order(w->database);
	Whole whole;

	if (views->len == 0 || !whole_begin(&whole, w, "views"))
		return;
	for (guint i = 0; i < views->len; i++) {
		const RondDraftView *view = g_ptr_array_index(views, i);

		whole_add(&whole, w, &view->script, ROND_PART_SCHEMA);
	}
	whole_end(&whole, w);
}

static void write_code(Writer *w, const char *name, const RondScript *script)
{
	Whole whole;

	if (script->parts->len == 0 || !whole_begin(&whole, w, name))
		return;
	whole_add(&whole, w, script, ROND_PART_SCHEMA);
	whole_end(&whole, w);
}

static void hash_rows(const Writer *w, RondDraftTable *draft)
{
	RondDumpTable *table = draft->table;
	const RondDumpSink *sink = w->from->sink;
	const guint8 *hash = NULL;

	if (table->damaged || (table->runs->len > 0 && !sink->hash))
		return;
	for (guint i = 0; i < table->runs->len; i++) {
		hash = sink->hash(sink->data,
				  g_array_index(draft->numbers, guint32, i));
		if (!hash)
			break;
		if (table->runs->len > 1)
			rond_sha256_add(w->from->sha, hash, ROND_SHA256_SIZE);
	}
	table->has_hash = hash || table->runs->len == 0;
	if (table->runs->len == 1 && hash)
		memcpy(table->hash, hash, ROND_SHA256_SIZE);
	else
		rond_sha256_end(w->from->sha, table->hash);
}

static void write_sql(Writer *w, const RondDraftTable *draft, const char *name)
{
	const RondDumpTable *table = draft->table;
	RondDumpFile *file =
	    rond_file_set_add(w->set, path_of(w, name, ".sql"), TRUE);
	RondFileWriter out;

	if (!file)
		return;
	rond_file_writer_init(&out, w->set, file);
	rond_file_writer_script(&out, &draft->script, ALL_KINDS,
				table->damaged ? draft->cut : G_MAXUINT);
	rond_file_writer_end(&out, table->damaged);
	begin_hash(w, "table");
	rond_file_writer_hash(&out, w->from->sha);
	rond_sha256_add(w->from->sha, draft->script.all, ROND_SHA256_SIZE);
	rond_sha256_add(w->from->sha, table->hash, ROND_SHA256_SIZE);
	end_hash(w, file, table->has_hash && !draft->script.unknown);
}

static void hash_columns(const Writer *w, const RondDumpTable *table)
{
	guint32 mode = table->mode;

	rond_sha256_add(w->from->sha, &mode, sizeof mode);
	for (guint i = 0; i < table->columns->len; i++) {
		const RondShownColumn *column =
		    &g_array_index(table->columns, RondShownColumn, i);
		guint32 how[] = {(guint32)column->show, column->bits,
				 column->charset != NULL};

		rond_sha256_add(w->from->sha, column->name,
				strlen(column->name) + 1);
		rond_sha256_add(w->from->sha, how, sizeof how);
		if (column->charset)
			rond_sha256_add(w->from->sha, column->charset,
					128 * sizeof *column->charset);
	}
}

static guint64 rows_size(const RondDumpTable *table, RondRowFormat format)
{
	if (table->runs->len == 0)
		return 0;
	return g_array_index(table->runs, RondRun, table->runs->len - 1)
	    .end.out[format];
}

static void write_rendered(Writer *w, const RondDumpTable *table,
			   const char *name, RondRowFormat format)
{
	g_autoptr(GByteArray) title = g_byte_array_new();
	RondShape shape = {
	    .mode = table->mode,
	    .columns = (const RondShownColumn *)(gpointer)table->columns->data,
	    .n_columns = table->columns->len,
	};
	RondDumpFile *file =
	    rond_file_set_add(w->set, path_of(w, name, endings[format]),
			      format == ROND_FORMAT_TSV);

	if (!file)
		return;
	rond_rows_title(&shape, format, title);
	if (table->damaged)
		rond_damaged_title(format, rows_size(table, format), title);
	file->table = w->set->files->tables->len;
	file->format = format;
	file->title = rond_file_set_text(w->set, title->data, title->len) -
		      ROND_TEXT_PLACE;
	file->title_len = title->len;
	file->size =
	    title->len + rows_size(table, format) + (table->damaged ? 1 : 0);
	begin_hash(w, endings[format]);
	hash_columns(w, table);
	rond_sha256_add(w->from->sha, table->hash, ROND_SHA256_SIZE);
	end_hash(w, file, table->has_hash);
}

static void write_load(Writer *w, const RondDumpTable *table, const char *name)
{
	g_autofree char *file =
	    g_strconcat(name, endings[ROND_FORMAT_TSV], NULL);
	g_autoptr(GString) text = g_string_new(NULL);

	if (w->set->files->texts->len > MAX_TEXTS)
		return;
	rond_load_sql(table->def, table->columns, file,
		      rond_settings_time_zone(w->from->settings), text);
	rond_file_set_add_text(w->set, path_of(w, name, ".load.sql"), text,
			       w->from->sha);
}

/* A table without rows has a title all the same: its file can be compared
 * with another day's. */
static void show_empty(const Writer *w, RondDraftTable *draft)
{
	RondDumpTable *table = draft->table;
	RondInsertHead head = {NULL, NULL, NULL};
	const char *why;

	if (!table->columns && table->def && table->runs->len == 0)
		table->columns = rond_shown_columns(
		    table->def, &head, rond_settings_charset(w->from->settings),
		    &why);
}

/* Takes the table over. */
static void write_table(Writer *w, RondDraftTable *draft)
{
	RondDumpTable *table = draft->table;
	g_autofree char *name = rond_table_file_name(table->name);

	show_empty(w, draft);
	hash_rows(w, draft);
	table->database = g_strdup(*w->folder ? w->database->name : "");
	table->charset =
	    g_strdup(table->def && table->def->charset
			 ? table->def->charset
			 : rond_settings_charset(w->from->settings));
	write_sql(w, draft, name);
	for (RondRowFormat f = 0; table->columns && f < ROND_N_FORMATS; f++)
		write_rendered(w, table, name, f);
	if (table->columns)
		write_load(w, table, name);
	g_ptr_array_add(w->set->files->tables, table);
	draft->given = TRUE;
}

/* .tables.tsv */
static void write_summary(Writer *w, guint first)
{
	const GPtrArray *tables = w->set->files->tables;
	g_autoptr(GString) text = g_string_new(ROND_SUMMARY_TITLE);

	for (guint i = first; i < tables->len; i++)
		rond_summary_add(text, g_ptr_array_index(tables, i));
	rond_file_set_add_text(w->set, path_of(w, ".tables", ".tsv"), text,
			       w->from->sha);
}

static void write_database(Writer *w)
{
	const RondDraftDatabase *database = w->database;
	guint first = w->set->files->tables->len;

	for (guint i = 0; i < database->tables->len; i++) {
		RondDraftTable *draft = g_ptr_array_index(database->tables, i);

		if (is_shown(w, draft))
			write_table(w, draft);
	}
	write_of_tables(w, "schema", ROND_PART_SCHEMA);
	write_of_tables(w, "triggers", ROND_PART_TRIGGER);
	write_views(w);
	write_code(w, "routines", &database->routines);
	write_code(w, "events", &database->events);
	write_summary(w, first);
}

static gboolean has_files(const RondDraftDatabase *database)
{
	return database->tables->len > 0 || database->views->len > 0 ||
	       database->routines.parts->len > 0 ||
	       database->events.parts->len > 0;
}

static char *folder_of(const RondDraftDatabase *database, guint n)
{
	g_autofree char *name = NULL;

	if (n < 2 || !*database->name)
		return g_strdup("");
	name = rond_table_file_name(database->name);
	return g_strconcat(name, "/", NULL);
}

static RondDumpFiles *write_files(RondAssembly *self)
{
	g_auto(RondFileSet) set = {NULL};
	guint n = 0;

	rond_settings_seal(self->settings);
	rond_file_set_init(&set, self->settings, self->delimiters);
	for (guint i = 0; i < self->databases->len; i++)
		n += has_files(g_ptr_array_index(self->databases, i));
	for (guint i = 0; i < self->databases->len; i++) {
		RondDraftDatabase *database =
		    g_ptr_array_index(self->databases, i);
		g_autofree char *folder = folder_of(database, n);
		Writer w = {self, &set, database, folder};

		if (has_files(database))
			write_database(&w);
	}
	set.files->marks = g_steal_pointer(&self->marks);
	return g_steal_pointer(&set.files);
}

RondDumpFiles *rond_assembly_finish(RondAssembly *self, guint64 size,
				    gboolean failed, gboolean *complete)
{
	rond_assembly_close_run(self);
	*complete = rond_assembly_check_end(self, size, failed);
	return write_files(self);
}
