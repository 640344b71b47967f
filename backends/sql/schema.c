/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/sql/schema.h"

#include "backends/error.h"
#include "backends/sql/scanner.h"
#include "backends/sql/settings.h"
#include "backends/sql/statement.h"

#include <errno.h>

typedef struct {
	RondSchema *schema;
	RondScanner *scanner;
	RondSettings *settings;
} Reading;

static void free_def(gpointer def)
{
	rond_table_def_free(def);
}

void rond_schema_free(RondSchema *self)
{
	g_hash_table_unref(self->tables);
	g_free(self->time_zone);
	g_free(self);
}

static void create(Reading *self, const RondPiece *piece)
{
	RondTableDef *def = rond_table_def_parse(
	    piece->text, piece->len, rond_settings_mode(self->settings));

	if (!def)
		return;
	rond_table_def_decode(def, rond_settings_charset(self->settings));
	g_hash_table_replace(self->schema->tables,
			     rond_table_file_name(def->name), def);
}

static void alter(Reading *self, const RondPiece *piece, const char *name)
{
	g_autofree char *file = rond_table_file_name(name);
	RondTableDef *def = g_hash_table_lookup(self->schema->tables, file);

	if (def && rond_table_def_alter(def, piece->text, piece->len,
					rond_settings_mode(self->settings)))
		rond_table_def_decode(def,
				      rond_settings_charset(self->settings));
}

static void take(Reading *self, const RondPiece *piece)
{
	RondSqlMode mode = rond_settings_mode(self->settings);
	g_auto(RondStatement) statement =
	    rond_statement_parse(piece->text, piece->len, mode);

	if (statement.verb == ROND_VERB_SET) {
		rond_settings_take(self->settings, piece->text, piece->len);
		rond_scanner_set_mode(self->scanner,
				      rond_settings_mode(self->settings));
		return;
	}
	if (statement.object != ROND_OBJECT_TABLE || !statement.name)
		return;
	rond_settings_seal(self->settings);
	if (statement.verb == ROND_VERB_CREATE)
		create(self, piece);
	else if (statement.verb == ROND_VERB_ALTER)
		alter(self, piece, statement.name);
}

static void scan(Reading *self, const guint8 *text, gsize len)
{
	RondPiece piece;
	gboolean found = TRUE;

	while (found) {
		gsize taken = rond_scanner_next(self->scanner, text, len, TRUE,
						&piece, &found);

		text += taken;
		len -= taken;
		if (!found)
			break;
		if (piece.kind == ROND_PIECE_INSERT)
			rond_scanner_pass(self->scanner);
		else if (piece.kind == ROND_PIECE_STATEMENT)
			take(self, &piece);
	}
}

static RondSchema *schema_of(const guint8 *text, gsize len)
{
	RondSchema *schema = g_new0(RondSchema, 1);
	Reading self = {schema, rond_scanner_new(), rond_settings_new()};

	schema->tables =
	    g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_def);
	scan(&self, text, len);
	schema->time_zone = g_strdup(rond_settings_time_zone(self.settings));
	rond_settings_free(self.settings);
	rond_scanner_free(self.scanner);
	return schema;
}

RondSchema *rond_schema_read(RondStream *script, GError **error)
{
	guint64 size = rond_stream_size(script);
	g_autofree guint8 *text = NULL;

	if (size > ROND_SCHEMA_MAX) {
		rond_fail(error, EFBIG, "its schema is too long");
		return NULL;
	}
	text = g_malloc(size + 1);
	if (!rond_stream_pread_full(script, text, size, 0, error))
		return NULL;
	return schema_of(text, size);
}

const RondTableDef *rond_schema_table(const RondSchema *self, const char *file)
{
	return g_hash_table_lookup(self->tables, file);
}
