/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/sql/draft.h"

static RondDumpTable *dump_table_new(const char *name)
{
	RondDumpTable *self = g_new0(RondDumpTable, 1);

	self->name = g_strdup(name);
	self->runs = g_array_new(FALSE, FALSE, sizeof(RondRun));
	return self;
}

static void clear_rows(RondDumpTable *self)
{
	g_clear_pointer(&self->def, rond_table_def_free);
	g_clear_pointer(&self->columns, g_array_unref);
	g_clear_pointer(&self->head, g_free);
	g_clear_pointer(&self->charset, g_free);
	self->head_len = 0;
	g_array_set_size(self->runs, 0);
}

static void table_free(gpointer data)
{
	RondDraftTable *self = data;

	if (!self->given)
		rond_dump_table_free(self->table);
	rond_script_clear(&self->script);
	g_array_unref(self->numbers);
	g_free(self);
}

static void view_free(gpointer data)
{
	RondDraftView *self = data;

	g_free(self->name);
	rond_script_clear(&self->script);
	g_array_unref(self->mentions);
	g_free(self);
}

RondDraftDatabase *rond_draft_database_new(const char *name)
{
	RondDraftDatabase *self = g_new0(RondDraftDatabase, 1);

	self->name = g_strdup(name);
	self->tables = g_ptr_array_new_with_free_func(table_free);
	self->views = g_ptr_array_new_with_free_func(view_free);
	self->table_names = g_hash_table_new(g_str_hash, g_str_equal);
	self->view_names = g_hash_table_new(g_str_hash, g_str_equal);
	rond_script_init(&self->routines);
	rond_script_init(&self->events);
	return self;
}

void rond_draft_database_free(RondDraftDatabase *self)
{
	if (!self)
		return;
	g_hash_table_unref(self->table_names);
	g_hash_table_unref(self->view_names);
	g_ptr_array_unref(self->tables);
	g_ptr_array_unref(self->views);
	rond_script_clear(&self->routines);
	rond_script_clear(&self->events);
	g_free(self->name);
	g_free(self);
}

RondDraftTable *rond_draft_table(RondDraftDatabase *self, const char *name)
{
	RondDraftTable *table = g_hash_table_lookup(self->table_names, name);

	if (table)
		return table;
	table = g_new0(RondDraftTable, 1);
	table->table = dump_table_new(name);
	table->numbers = g_array_new(FALSE, FALSE, sizeof(guint32));
	rond_script_init(&table->script);
	g_ptr_array_add(self->tables, table);
	g_hash_table_insert(self->table_names, table->table->name, table);
	return table;
}

void rond_draft_table_reset(RondDraftTable *self)
{
	clear_rows(self->table);
	self->table->damaged = FALSE;
	rond_script_reset(&self->script);
	g_array_set_size(self->numbers, 0);
	self->created = self->locked = self->unlocked = FALSE;
	self->uncommitted = FALSE;
	self->cut = 0;
}

RondDraftView *rond_draft_view(RondDraftDatabase *self, const char *name)
{
	RondDraftView *view = g_hash_table_lookup(self->view_names, name);

	if (view) {
		rond_script_reset(&view->script);
		return view;
	}
	view = g_new0(RondDraftView, 1);
	view->name = g_strdup(name);
	view->mentions = g_array_new(FALSE, FALSE, sizeof(guint));
	rond_script_init(&view->script);
	g_ptr_array_add(self->views, view);
	g_hash_table_insert(self->view_names, view->name, view);
	return view;
}

gboolean rond_draft_is_stand_in(const RondDraftDatabase *self,
				const RondDraftTable *table)
{
	return table->table->runs->len == 0 && !table->table->damaged &&
	       g_hash_table_contains(self->view_names, table->table->name);
}
