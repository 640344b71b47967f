/* SPDX-License-Identifier: BSD-2-Clause */
/* What is wrong with a dump, and what that means for its tables. */
#include "backends/sql/assembly-private.h"

#include <stdarg.h>
#include <string.h>

void rond_assembly_tell(RondAssembly *self, RondFindingKind kind, guint64 from,
			guint64 to, const char *format, ...)
{
	g_autofree char *message = NULL;
	va_list args;

	if (!self->sink->finding)
		return;
	va_start(args, format);
	message = g_strdup_vprintf(format, args);
	va_end(args);
	self->sink->finding(self->sink->data,
			    &(RondFinding){kind, from, to, message});
}

char *rond_assembly_quote(const char *name)
{
	g_autofree char *valid = g_utf8_make_valid(name, -1);

	for (char *p = valid; *p; p++)
		if (g_ascii_iscntrl(*p))
			*p = '?';
	return g_strdup_printf("`%s`", valid);
}

void rond_assembly_end_table(RondAssembly *self, RondDraftTable *table)
{
	if (table->table->damaged)
		return;
	table->table->damaged = TRUE;
	table->cut = table->script.parts->len;
}

/* A name without quotes at the very end may be half of one. */
static gboolean is_whole_name(const char *name, const RondPiece *piece)
{
	gsize len = strlen(name);

	return piece->len < len ||
	       memcmp(piece->text + piece->len - len, name, len) != 0;
}

/* The table that a statement is about: what would have been created is
 * there, as one that is damaged from its beginning. */
static RondDraftTable *table_of(RondAssembly *self, const RondStatement *s)
{
	RondDraftDatabase *database = rond_assembly_database(self, s->database);
	RondDraftTable *table;

	if (s->object != ROND_OBJECT_TABLE && s->object != ROND_OBJECT_TRIGGER)
		return NULL;
	if (s->verb != ROND_VERB_CREATE || s->object != ROND_OBJECT_TABLE)
		return g_hash_table_lookup(database->table_names, s->name);
	table = rond_assembly_table(self, s->database, s->name);
	table->created = TRUE;
	return table;
}

/* What a statement that is cut off would have been part of. */
static void end_object(RondAssembly *self, const RondPiece *piece)
{
	g_auto(RondStatement) s = rond_assembly_statement(self, piece);
	RondDraftTable *table = self->table;

	if (s.name && is_whole_name(s.name, piece))
		table = table_of(self, &s);
	else if (table && table->unlocked)
		table = NULL;
	if (table)
		rond_assembly_end_table(self, table);
	rond_assembly_database(self, s.database)->lost = TRUE;
}

void rond_assembly_cut(RondAssembly *self, const RondPiece *piece)
{
	guint64 passed = piece->to - self->damage_from;

	self->cut_to = piece->to;
	if (self->damage) {
		rond_assembly_tell(
		    self, ROND_FINDING_DAMAGED, self->damage_from, piece->to,
		    "%s; %" G_GUINT64_FORMAT
		    " bytes from byte %" G_GUINT64_FORMAT " on are passed over",
		    self->damage, passed, self->damage_from);
		g_clear_pointer(&self->damage, g_free);
		return;
	}
	rond_settings_seal(self->settings);
	end_object(self, piece);
	rond_assembly_tell(self, ROND_FINDING_DAMAGED, piece->from, piece->to,
			   "the statement at byte %" G_GUINT64_FORMAT
			   " of the dump has no end; %" G_GUINT64_FORMAT
			   " bytes are passed over",
			   piece->from, piece->to - piece->from);
	g_array_set_size(self->waiting, 0);
	self->script = NULL;
	self->table = NULL;
}

static gboolean ends_well(const RondAssembly *self)
{
	if (!rond_ending_complete(&self->ending))
		return FALSE;
	/* Its own word is better than a guess. */
	return self->ending.tool == ROND_TOOL_MYSQLDUMP ||
	       !rond_settings_open(self->settings);
}

gboolean rond_assembly_check_end(RondAssembly *self, guint64 size,
				 gboolean failed)
{
	gboolean cut = failed || self->full ||
		       (size > 0 && self->cut_to == size) || !ends_well(self);

	if (self->damage)
		rond_assembly_cut(self, &(RondPiece){.to = size});
	if (!cut)
		return TRUE;
	if (self->table && !self->table->unlocked)
		rond_assembly_end_table(self, self->table);
	for (guint i = 0; i < self->databases->len; i++) {
		RondDraftDatabase *database =
		    g_ptr_array_index(self->databases, i);

		database->lost = TRUE;
	}
	rond_assembly_tell(
	    self, ROND_FINDING_DAMAGED, size, size,
	    self->full
		? "the dump has more tables or pieces than can be shown; what "
		  "comes behind byte %" G_GUINT64_FORMAT " is not"
		: "the dump ends early, at byte %" G_GUINT64_FORMAT
		  ": it has not the end that a dump of its kind has",
	    size);
	return FALSE;
}
