/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/sql/dump-files.h"

void rond_dump_table_free(RondDumpTable *self)
{
	if (!self)
		return;
	g_clear_pointer(&self->def, rond_table_def_free);
	g_clear_pointer(&self->columns, g_array_unref);
	g_array_unref(self->runs);
	g_free(self->head);
	g_free(self->charset);
	g_free(self->database);
	g_free(self->name);
	g_free(self);
}

void rond_dump_file_free(RondDumpFile *self)
{
	if (!self)
		return;
	g_free(self->path);
	g_clear_pointer(&self->extents, g_array_unref);
	g_free(self);
}

void rond_dump_files_free(RondDumpFiles *self)
{
	if (!self)
		return;
	g_ptr_array_unref(self->tables);
	g_array_unref(self->marks);
	g_ptr_array_unref(self->files);
	g_byte_array_unref(self->texts);
	g_free(self);
}
