/* SPDX-License-Identifier: BSD-2-Clause */
#include "backends/sql/file-writer.h"

#include "backends/sql/damaged.h"

#include <string.h>

void rond_file_set_init(RondFileSet *self, const RondSettings *settings,
			const GPtrArray *delimiters)
{
	RondDumpFiles *files = g_new0(RondDumpFiles, 1);

	files->tables = g_ptr_array_new_with_free_func(
	    (GDestroyNotify)rond_dump_table_free);
	files->files =
	    g_ptr_array_new_with_free_func((GDestroyNotify)rond_dump_file_free);
	files->texts = g_byte_array_new();
	*self = (RondFileSet){
	    .files = files,
	    .settings = settings,
	    .delimiters = delimiters,
	    .footer = rond_settings_footer(settings),
	    .texts =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free),
	    .paths = g_hash_table_new(g_str_hash, g_str_equal),
	};
}

void rond_file_set_clear(RondFileSet *self)
{
	g_clear_pointer(&self->files, rond_dump_files_free);
	g_clear_pointer(&self->footer, g_free);
	g_clear_pointer(&self->texts, g_hash_table_unref);
	g_clear_pointer(&self->paths, g_hash_table_unref);
}

RondDumpFile *rond_file_set_add(RondFileSet *self, char *path, gboolean listed)
{
	RondDumpFile *file;

	if (g_hash_table_contains(self->paths, path)) {
		g_free(path);
		return NULL;
	}
	file = g_new0(RondDumpFile, 1);
	file->path = path;
	file->listed = listed;
	g_hash_table_add(self->paths, file->path);
	g_ptr_array_add(self->files->files, file);
	return file;
}

guint64 rond_file_set_text(RondFileSet *self, const void *text, gsize len)
{
	guint64 at = ROND_TEXT_PLACE + self->files->texts->len;

	g_byte_array_append(self->files->texts, text, (guint)len);
	return at;
}

/* A text that many files have. */
static guint64 shared_text(RondFileSet *self, const char *text)
{
	guint64 *known = g_hash_table_lookup(self->texts, text);

	if (!known) {
		known = g_new(guint64, 1);
		*known = rond_file_set_text(self, text, strlen(text));
		g_hash_table_insert(self->texts, g_strdup(text), known);
	}
	return *known;
}

static void add_extent(RondDumpFile *file, guint64 at, guint64 length)
{
	RondExtent extent = {file->size, at, length};
	RondExtent *last = NULL;

	if (length == 0)
		return;
	file->size += length;
	if (file->extents->len > 0)
		last = &g_array_index(file->extents, RondExtent,
				      file->extents->len - 1);
	if (last && last->at + last->length == at)
		last->length += length;
	else
		g_array_append_val(file->extents, extent);
}

static void make_extents(RondDumpFile *file)
{
	file->extents = g_array_new(FALSE, FALSE, sizeof(RondExtent));
}

void rond_file_set_add_text(RondFileSet *self, char *path, const GString *text,
			    RondSha256 *sha)
{
	RondDumpFile *file = rond_file_set_add(self, path, FALSE);

	if (!file)
		return;
	make_extents(file);
	add_extent(file, rond_file_set_text(self, text->str, text->len),
		   text->len);
	rond_sha256_add(sha, text->str, text->len);
	rond_sha256_end(sha, file->hash);
	file->has_hash = TRUE;
}

static void add_text(RondFileWriter *self, const char *text)
{
	add_extent(self->file, shared_text(self->set, text), strlen(text));
}

/* A line of ours begins: after what has no line feed of its own too. */
static void add_line(RondFileWriter *self, const char *text)
{
	if (!self->line_end)
		add_text(self, "\n");
	self->line_end = TRUE;
	add_text(self, text);
}

static void add_settings(RondFileWriter *self, guint n)
{
	for (; self->settings < n; self->settings++)
		add_line(self, rond_settings_part(self->set->settings,
						  self->settings));
}

static void use_delimiter(RondFileWriter *self, guint8 delimiter)
{
	g_autofree char *line = NULL;

	if (self->delimiter == delimiter)
		return;
	line = g_strdup_printf(
	    "DELIMITER %s\n",
	    (char *)g_ptr_array_index(self->set->delimiters, delimiter));
	add_line(self, line);
	self->delimiter = delimiter;
}

void rond_file_writer_init(RondFileWriter *self, RondFileSet *set,
			   RondDumpFile *file)
{
	*self = (RondFileWriter){set, file, 0, 0, TRUE};
	make_extents(file);
	add_settings(self, MIN(1, rond_settings_parts(set->settings)));
}

static void add_delimiter(RondFileWriter *self)
{
	const char *delimiter =
	    g_ptr_array_index(self->set->delimiters, self->delimiter);
	g_autofree char *line = g_strconcat(delimiter, "\n", NULL);

	add_line(self, line);
}

static void add_part(RondFileWriter *self, const RondPart *part)
{
	if (part->settings > self->settings) {
		use_delimiter(self, 0);
		add_settings(self,
			     MIN(part->settings,
				 rond_settings_parts(self->set->settings)));
	}
	use_delimiter(self, part->delimiter);
	add_extent(self->file, part->at, part->length);
	self->line_end = part->line_end;
	if (part->open)
		add_delimiter(self);
}

void rond_file_writer_script(RondFileWriter *self, const RondScript *script,
			     guint kinds, guint n)
{
	for (guint i = 0; i < script->parts->len && i < n; i++) {
		const RondPart *part =
		    &g_array_index(script->parts, RondPart, i);

		if (kinds & 1U << part->kind)
			add_part(self, part);
	}
}

static void prepend_text(RondFileWriter *self, const char *text)
{
	const gsize len = strlen(text);
	const RondExtent first = {0, rond_file_set_text(self->set, text, len),
				  len};
	GArray *extents = self->file->extents;

	for (guint i = 0; i < extents->len; i++)
		g_array_index(extents, RondExtent, i).offset += len;
	g_array_prepend_val(extents, first);
	self->file->size += len;
}

void rond_file_writer_end(RondFileWriter *self, gboolean damaged)
{
	if (damaged) {
		g_autofree char *comment =
		    rond_damaged_comment(self->file->size);

		prepend_text(self, comment);
		add_extent(self->file, ROND_NO_PLACE, 1);
		return;
	}
	use_delimiter(self, 0);
	if (*self->set->footer)
		add_line(self, self->set->footer);
	else if (!self->line_end)
		add_text(self, "\n");
}

void rond_file_writer_hash(const RondFileWriter *self, RondSha256 *sha)
{
	for (guint i = 0; i < self->settings; i++) {
		const char *text = rond_settings_part(self->set->settings, i);

		rond_sha256_add(sha, text, strlen(text) + 1);
	}
	rond_sha256_add(sha, self->set->footer, strlen(self->set->footer) + 1);
}
