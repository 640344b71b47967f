/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/sql/assembly-private.h"

#include "backends/sql/charset.h"
#include "backends/sql/compound.h"

#include <string.h>

/* Beyond these no server or tool goes, and memory shall not. */
#define MAX_TABLES (1024 * 1024)
#define MAX_PARTS (8 * 1024 * 1024)
#define MAX_SCHEMA (512 * 1024 * 1024)
#define MAX_WAITING 64
#define MAX_DELIMITERS 255

static void clear_waiting(gpointer data)
{
	g_free(((RondWaiting *)data)->name);
}

RondAssembly *rond_assembly_new(const RondDumpSink *sink)
{
	RondAssembly *self = g_new0(RondAssembly, 1);

	self->sink = sink;
	self->settings = rond_settings_new();
	self->sha = rond_sha256_new();
	self->database_names = g_hash_table_new(g_str_hash, g_str_equal);
	self->databases = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)rond_draft_database_free);
	self->database = g_strdup("");
	self->delimiters = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(self->delimiters, g_strdup(";"));
	self->waiting = g_array_new(FALSE, FALSE, sizeof(RondWaiting));
	g_array_set_clear_func(self->waiting, clear_waiting);
	self->marks = g_array_new(FALSE, FALSE, sizeof(RondRowMark));
	return self;
}

void rond_assembly_free(RondAssembly *self)
{
	if (!self)
		return;
	rond_settings_free(self->settings);
	rond_sha256_free(self->sha);
	g_hash_table_unref(self->database_names);
	g_ptr_array_unref(self->databases);
	g_free(self->database);
	g_ptr_array_unref(self->delimiters);
	g_array_unref(self->waiting);
	g_clear_pointer(&self->marks, g_array_unref);
	g_free(self->damage);
	g_free(self);
}

RondSqlMode rond_assembly_mode(const RondAssembly *self)
{
	return rond_settings_mode(self->settings);
}

gboolean rond_assembly_is_full(const RondAssembly *self)
{
	return self->full;
}

gboolean rond_assembly_is_empty(const RondAssembly *self)
{
	return self->databases->len == 0;
}

guint8 rond_assembly_settings(const RondAssembly *self)
{
	/* The header is there when the first file is written. */
	return (guint8)MAX(rond_settings_parts(self->settings), 1);
}

RondDraftDatabase *rond_assembly_database(RondAssembly *self, const char *name)
{
	RondDraftDatabase *database;

	if (!name)
		name = self->database;
	database = g_hash_table_lookup(self->database_names, name);
	if (database)
		return database;
	database = rond_draft_database_new(name);
	g_ptr_array_add(self->databases, database);
	g_hash_table_insert(self->database_names, database->name, database);
	self->full = self->full || ++self->tables > MAX_TABLES;
	return database;
}

RondDraftTable *rond_assembly_table(RondAssembly *self, const char *database,
				    const char *name)
{
	RondDraftDatabase *in = rond_assembly_database(self, database);
	guint before = in->tables->len;
	RondDraftTable *table = rond_draft_table(in, name);

	self->tables += in->tables->len - before;
	self->full = self->full || self->tables > MAX_TABLES;
	return table;
}

/* The number of a delimiter; as ; where there were too many. */
static guint8 delimiter_number(RondAssembly *self, const char *delimiter)
{
	guint i;

	for (i = 0; i < self->delimiters->len; i++)
		if (strcmp(g_ptr_array_index(self->delimiters, i), delimiter) ==
		    0)
			return (guint8)i;
	if (i > MAX_DELIMITERS)
		return 0;
	g_ptr_array_add(self->delimiters, g_strdup(delimiter));
	return (guint8)i;
}

static void count_parts(RondAssembly *self, guint n)
{
	self->parts += n;
	self->full = self->full || self->parts > MAX_PARTS;
}

static RondPending pending_of(RondAssembly *self, const RondPiece *piece)
{
	return rond_pending(piece, delimiter_number(self, piece->delimiter),
			    rond_assembly_settings(self), self->sha);
}

/* Behind the object that the last statement was about. */
static void add_here(RondAssembly *self, const RondPiece *piece)
{
	RondPending pending = pending_of(self, piece);

	count_parts(self, rond_script_add(self->script, &pending, self->kind,
					  self->sha));
}

static void wait(RondAssembly *self, const RondPiece *piece, RondObject dropped,
		 const char *name)
{
	RondWaiting waiting = {pending_of(self, piece), dropped,
			       g_strdup(name)};

	/* Nothing follows that many, but they might be endless. */
	if (self->waiting->len == MAX_WAITING)
		g_array_set_size(self->waiting, 0);
	g_array_append_val(self->waiting, waiting);
}

/* Whether what was waiting is the business of an object. */
static gboolean belongs(const RondWaiting *waiting, RondObject object,
			const char *name)
{
	if (waiting->dropped == ROND_OBJECT_NONE)
		return TRUE;
	if (object == ROND_OBJECT_TABLE || object == ROND_OBJECT_VIEW)
		return g_strcmp0(waiting->name, name) == 0;
	return waiting->dropped == object;
}

void rond_assembly_enter(RondAssembly *self, RondScript *script,
			 RondPartKind kind, RondDraftTable *table,
			 RondObject object, const char *name)
{
	for (guint i = 0; i < self->waiting->len; i++) {
		const RondWaiting *waiting =
		    &g_array_index(self->waiting, RondWaiting, i);

		if (belongs(waiting, object, name))
			count_parts(self,
				    rond_script_add(script, &waiting->pending,
						    kind, self->sha));
	}
	g_array_set_size(self->waiting, 0);
	self->script = script;
	self->kind = kind;
	self->table = table;
}

static gboolean waits_drop(const RondAssembly *self, const char *name)
{
	for (guint i = 0; i < self->waiting->len; i++) {
		const RondWaiting *waiting =
		    &g_array_index(self->waiting, RondWaiting, i);

		if (waiting->dropped == ROND_OBJECT_TABLE &&
		    g_strcmp0(waiting->name, name) == 0)
			return TRUE;
	}
	return FALSE;
}

static void create_table(RondAssembly *self, const RondStatement *s,
			 const RondPiece *piece)
{
	RondDraftTable *table = rond_assembly_table(self, s->database, s->name);

	if (table->created && waits_drop(self, s->name))
		rond_draft_table_reset(table);
	rond_assembly_enter(self, &table->script, ROND_PART_SCHEMA, table,
			    ROND_OBJECT_TABLE, s->name);
	add_here(self, piece);
	self->schema_bytes += piece->len;
	self->full = self->full || self->schema_bytes > MAX_SCHEMA;
	table->created = TRUE;
	table->sequence = s->sequence;
	if (s->sequence || table->table->def)
		return;
	table->table->def = rond_table_def_parse(piece->text, piece->len,
						 rond_assembly_mode(self));
	if (table->table->def)
		rond_table_def_decode(table->table->def,
				      rond_settings_charset(self->settings));
}

static void create_view(RondAssembly *self, const RondStatement *s,
			const RondPiece *piece)
{
	RondDraftDatabase *database = rond_assembly_database(self, s->database);
	RondDraftView *view = rond_draft_view(database, s->name);

	rond_draft_view_note(view, piece->text, piece->len,
			     rond_assembly_mode(self));
	rond_assembly_enter(self, &view->script, ROND_PART_SCHEMA, NULL,
			    ROND_OBJECT_VIEW, s->name);
	add_here(self, piece);
}

/* Something of a table that is there: triggers, keys, what is around rows. */
static void add_to_table(RondAssembly *self, const RondStatement *s,
			 const RondPiece *piece, RondPartKind kind)
{
	RondDraftTable *table = rond_assembly_table(self, s->database, s->name);

	rond_assembly_enter(self, &table->script, kind, table, s->object,
			    s->name);
	add_here(self, piece);
}

static void create_code(RondAssembly *self, const RondStatement *s,
			const RondPiece *piece)
{
	RondDraftDatabase *database = rond_assembly_database(self, s->database);

	rond_assembly_enter(self,
			    s->object == ROND_OBJECT_EVENT
				? &database->events
				: &database->routines,
			    ROND_PART_SCHEMA, NULL, s->object, s->name);
	add_here(self, piece);
}

static void create(RondAssembly *self, const RondStatement *s,
		   const RondPiece *piece)
{
	switch (s->object) {
	case ROND_OBJECT_TABLE:
		create_table(self, s, piece);
		break;
	case ROND_OBJECT_VIEW:
		create_view(self, s, piece);
		break;
	case ROND_OBJECT_TRIGGER:
		add_to_table(self, s, piece, ROND_PART_TRIGGER);
		break;
	case ROND_OBJECT_ROUTINE:
	case ROND_OBJECT_EVENT:
		create_code(self, s, piece);
		break;
	default:
		break;
	}
}

static void alter(RondAssembly *self, const RondStatement *s,
		  const RondPiece *piece)
{
	if (s->object != ROND_OBJECT_TABLE)
		return;
	add_to_table(self, s, piece, ROND_PART_SCHEMA);
	/* phpMyAdmin's primary keys come behind the rows. */
	if (!self->table->table->def ||
	    !rond_table_def_alter(self->table->table->def, piece->text,
				  piece->len, rond_assembly_mode(self)))
		return;
	rond_table_def_decode(self->table->table->def,
			      rond_settings_charset(self->settings));
}

static void lock(RondAssembly *self, const RondStatement *s,
		 const RondPiece *piece)
{
	add_to_table(self, s, piece, ROND_PART_DATA);
	self->table->locked = TRUE;
}

static void unlock(RondAssembly *self, const RondPiece *piece)
{
	if (!self->table || !self->table->locked)
		return;
	self->kind = ROND_PART_DATA;
	add_here(self, piece);
	self->table->unlocked = TRUE;
}

static void commit(RondAssembly *self, const RondPiece *piece)
{
	self->ending.started = FALSE;
	if (!self->table || !self->table->uncommitted)
		return;
	self->kind = ROND_PART_DATA;
	add_here(self, piece);
	self->table->uncommitted = FALSE;
}

static void use(RondAssembly *self, const RondStatement *s)
{
	g_array_set_size(self->waiting, 0);
	self->script = NULL;
	self->table = NULL;
	g_free(self->database);
	self->database = g_strdup(s->name);
}

static gboolean is_autocommit(const RondPiece *piece)
{
	g_autofree char *text =
	    g_ascii_strdown(piece->text, (gssize)MIN(piece->len, 256));

	return strstr(text, "autocommit") != NULL;
}

static void set(RondAssembly *self, const RondPiece *piece)
{
	switch (rond_settings_take(self->settings, piece->text, piece->len)) {
	case ROND_SETTING_AROUND:
		if (self->table && is_autocommit(piece))
			self->table->uncommitted = TRUE;
		wait(self, piece, ROND_OBJECT_NONE, NULL);
		break;
	case ROND_SETTING_BACK:
		if (self->waiting->len > 0 || !self->script)
			wait(self, piece, ROND_OBJECT_NONE, NULL);
		else
			add_here(self, piece);
		break;
	default:
		break;
	}
}

static void take_statement(RondAssembly *self, const RondStatement *s,
			   const RondPiece *piece)
{
	switch (s->verb) {
	case ROND_VERB_CREATE:
		create(self, s, piece);
		break;
	case ROND_VERB_DROP:
		wait(self, piece, s->object, s->name);
		break;
	case ROND_VERB_ALTER:
		alter(self, s, piece);
		break;
	case ROND_VERB_KEYS:
		add_to_table(self, s, piece, ROND_PART_DATA);
		break;
	case ROND_VERB_ROWS:
		add_to_table(self, s, piece,
			     s->sequence ? ROND_PART_SCHEMA : ROND_PART_DATA);
		break;
	case ROND_VERB_LOCK:
		lock(self, s, piece);
		break;
	case ROND_VERB_USE:
		use(self, s);
		break;
	default:
		break;
	}
}

/* The first name of all is "…", which no SET has announced. */
static void note_quotes(RondAssembly *self, const RondPiece *piece)
{
	gsize i = 0;

	if (rond_settings_parts(self->settings) > 0)
		return;
	while (i < piece->len && !strchr("\"'`(", piece->text[i]))
		i++;
	if (i < piece->len && piece->text[i] == '"')
		rond_settings_add_mode(self->settings, ROND_SQL_ANSI_QUOTES);
}

RondStatement rond_assembly_statement(const RondAssembly *self,
				      const RondPiece *piece)
{
	const char *charset = rond_settings_charset(self->settings);
	RondStatement s = rond_statement_parse(piece->text, piece->len,
					       rond_assembly_mode(self));

	rond_charset_decode_name(charset, &s.name);
	rond_charset_decode_name(charset, &s.database);
	return s;
}

static void take(RondAssembly *self, const RondPiece *piece)
{
	g_auto(RondStatement) s = rond_assembly_statement(self, piece);

	rond_ending_statement(&self->ending);
	if (s.verb == ROND_VERB_SET)
		set(self, piece);
	else if (s.verb == ROND_VERB_UNLOCK)
		unlock(self, piece);
	else if (s.verb == ROND_VERB_COMMIT)
		commit(self, piece);
	else if (s.verb == ROND_VERB_BEGIN)
		self->ending.started = TRUE;
	if (!s.name)
		return;
	if (s.verb != ROND_VERB_USE && s.object != ROND_OBJECT_DATABASE) {
		note_quotes(self, piece);
		rond_settings_seal(self->settings);
	}
	take_statement(self, &s, piece);
}

static void take_all(RondAssembly *self, const RondPiece *piece)
{
	RondCompound compound = rond_compound(piece);
	RondPiece one;

	while (rond_compound_next(&compound, &one))
		take(self, &one);
}

void rond_assembly_take(RondAssembly *self, const RondPiece *piece)
{
	switch (piece->kind) {
	case ROND_PIECE_STATEMENT:
		rond_assembly_close_run(self);
		take_all(self, piece);
		break;
	case ROND_PIECE_COMMENT:
		rond_ending_comment(&self->ending, piece->text, piece->len);
		rond_settings_add_mode(self->settings,
				       rond_ending_mode(&self->ending));
		break;
	case ROND_PIECE_CUT:
		rond_assembly_close_run(self);
		rond_assembly_cut(self, piece);
		break;
	default:
		break;
	}
}
