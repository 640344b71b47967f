/* SPDX-License-Identifier: BSD-2-Clause */
#include "dump-kit.h"

#include <string.h>

static void clear_sha(gpointer sha)
{
	rond_sha256_free(sha);
}

static void take_rows(gpointer data, guint32 run, guint64 from, guint64 to)
{
	TakenDump *self = data;
	g_autofree guint8 *bytes = NULL;
	guint64 *told;

	g_assert_cmpuint(from, <, to);
	while (self->runs->len <= run) {
		guint64 zero = 0;

		g_ptr_array_add(self->runs, rond_sha256_new());
		g_array_append_val(self->told, zero);
	}
	told = &g_array_index(self->told, guint64, run);
	g_assert_true(*told == 0 || *told == from);
	*told = to;
	/* Only the last run grows. */
	g_assert_cmpuint(run, ==, self->runs->len - 1);
	bytes = g_malloc(to - from);
	/* What fails once may be read again. */
	while (rond_stream_pread(self->stream, bytes, to - from, from, NULL) !=
	       (gssize)(to - from))
		;
	rond_sha256_add(g_ptr_array_index(self->runs, run), bytes, to - from);
}

static const guint8 *hash_of(gpointer data, guint32 run)
{
	TakenDump *self = data;
	guint8 *hash = g_malloc(ROND_SHA256_SIZE);

	g_assert_cmpuint(run, <, self->runs->len);
	rond_sha256_end(g_ptr_array_index(self->runs, run), hash);
	g_ptr_array_add(self->hashes, hash);
	return hash;
}

static void take_finding(gpointer data, const RondFinding *finding)
{
	TakenDump *self = data;

	g_assert_cmpuint(finding->from, <=, finding->to);
	g_assert_null(strchr(finding->message, '\n'));
	g_ptr_array_add(self->findings, g_strdup(finding->message));
}

TakenDump *taken_dump_from(RondStream *stream, GCancellable *cancellable)
{
	TakenDump *self = g_new0(TakenDump, 1);
	RondDumpSink sink = {take_rows, hash_of, take_finding, self};

	self->stream = rond_stream_ref(stream);
	self->findings = g_ptr_array_new_with_free_func(g_free);
	self->runs = g_ptr_array_new_with_free_func(clear_sha);
	self->told = g_array_new(FALSE, FALSE, sizeof(guint64));
	self->hashes = g_ptr_array_new_with_free_func(g_free);
	self->files = rond_dump_read(stream, &sink, cancellable,
				     &self->complete, &self->error);
	g_assert_true(!self->files == !!self->error);
	return self;
}

TakenDump *taken_dump_len(const char *text, gsize len)
{
	g_autoptr(GBytes) bytes = g_bytes_new(text, len);
	g_autoptr(RondStream) stream = rond_memory_stream_new(bytes);

	return taken_dump_from(stream, NULL);
}

TakenDump *taken_dump(const char *text)
{
	return taken_dump_len(text, strlen(text));
}

void taken_dump_free(TakenDump *self)
{
	rond_stream_unref(self->stream);
	rond_dump_files_free(self->files);
	g_clear_error(&self->error);
	g_ptr_array_unref(self->findings);
	g_ptr_array_unref(self->runs);
	g_array_unref(self->told);
	g_ptr_array_unref(self->hashes);
	g_free(self);
}

const RondDumpFile *taken_file(const TakenDump *self, const char *path)
{
	for (guint i = 0; i < self->files->files->len; i++) {
		const RondDumpFile *file =
		    g_ptr_array_index(self->files->files, i);

		if (strcmp(file->path, path) == 0)
			return file;
	}
	return NULL;
}

const RondDumpTable *taken_table(const TakenDump *self, const char *name)
{
	for (guint i = 0; i < self->files->tables->len; i++) {
		const RondDumpTable *table =
		    g_ptr_array_index(self->files->tables, i);

		if (strcmp(table->name, name) == 0)
			return table;
	}
	return NULL;
}

static void append_bytes(const TakenDump *self, GString *out, guint64 at,
			 guint64 length)
{
	const GByteArray *texts = self->files->texts;
	g_autofree char *bytes = NULL;

	if (at == ROND_NO_PLACE) {
		g_assert_cmpuint(length, ==, 1);
		g_string_append_c(out, '!');
		return;
	}
	if (at >= ROND_TEXT_PLACE) {
		at -= ROND_TEXT_PLACE;
		g_assert_cmpuint(at + length, <=, texts->len);
		g_string_append_len(out, (const char *)texts->data + at,
				    (gssize)length);
		return;
	}
	bytes = g_malloc(length);
	g_assert_true(
	    rond_stream_pread_full(self->stream, bytes, length, at, NULL));
	g_string_append_len(out, bytes, (gssize)length);
}

static void append_extents(const TakenDump *self, GString *out,
			   const GArray *extents)
{
	for (guint i = 0; i < extents->len; i++) {
		const RondExtent *e = &g_array_index(extents, RondExtent, i);

		g_assert_cmpuint(e->offset, ==, out->len);
		append_bytes(self, out, e->at, e->length);
	}
}

static const RondRowMark *mark_of(const TakenDump *self, guint64 i)
{
	g_assert_cmpuint(i, <, self->files->marks->len);
	return &g_array_index(self->files->marks, RondRowMark, i);
}

/* A run from one of its marks on. */
static void append_run(const TakenDump *self, GByteArray *out,
		       const RondShape *shape, const RondDumpFile *file,
		       const RondRun *run)
{
	const RondRowMark *mark = mark_of(self, run->first_mark);
	g_autoptr(RondRows) rows = rond_rows_new(shape);
	guint64 len = run->to - mark->at;
	g_autofree guint8 *bytes = g_malloc(len);
	RondRowsState state;

	g_assert_true(
	    rond_stream_pread_full(self->stream, bytes, len, mark->at, NULL));
	g_assert_true(rond_rows_start(rows, mark));
	rond_rows_render(rows, file->format, bytes, len, FALSE, out,
			 G_MAXUINT32 / 4, &state);
	g_assert_cmpuint(out->len, <=, run->end.out[file->format]);
}

static void append_rows(const TakenDump *self, GString *out,
			const RondDumpFile *file)
{
	const RondDumpTable *table =
	    g_ptr_array_index(self->files->tables, file->table);
	RondShape shape = {
	    table->mode, table->head, table->head_len,
	    (const RondShownColumn *)(gpointer)table->columns->data,
	    table->columns->len};
	g_autoptr(GByteArray) rows = g_byte_array_new();

	append_bytes(self, out, ROND_TEXT_PLACE + file->title, file->title_len);
	for (guint i = 0; i < table->runs->len; i++)
		append_run(self, rows, &shape, file,
			   &g_array_index(table->runs, RondRun, i));
	g_string_append_len(out, (const char *)rows->data, rows->len);
	if (table->damaged)
		g_string_append_c(out, '!');
}

char *taken_text(const TakenDump *self, const char *path)
{
	const RondDumpFile *file = taken_file(self, path);
	GString *out = g_string_new(NULL);

	if (!file)
		return g_string_free(out, TRUE);
	if (file->extents)
		append_extents(self, out, file->extents);
	else
		append_rows(self, out, file);
	g_assert_cmpuint(out->len, ==, file->size);
	return g_string_free(out, FALSE);
}

static void erase_between(GString *text, const char *from, const char *to)
{
	const char *begin = strstr(text->str, from);
	const char *end = begin ? strstr(begin, to) : NULL;

	g_assert_nonnull(end);
	g_string_erase(text, begin - text->str, end - begin);
}

char *taken_noted(const TakenDump *self, const char *path)
{
	g_autofree char *all = taken_text(self, path);
	GString *text = g_string_new(all);

	if (!all)
		return g_string_free(text, TRUE);
	g_assert_cmpint(all[text->len - 1], ==, '!');
	g_assert_cmpuint(text->len % 4096, ==, 1);
	if (g_str_has_suffix(path, ".jsonl"))
		g_string_erase(text, 0, (gssize)strspn(all, " "));
	else if (g_str_has_suffix(path, ".tsv"))
		erase_between(text, "\t(damaged", "\n");
	else if (g_str_has_suffix(path, ".csv"))
		erase_between(text, ",\"(damaged", "\n");
	else
		g_string_erase(text, 0,
			       strchr(text->str, '\n') + 1 - text->str);
	return g_string_free(text, FALSE);
}

char *taken_paths(const TakenDump *self)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < self->files->files->len; i++) {
		const RondDumpFile *file =
		    g_ptr_array_index(self->files->files, i);

		g_string_append_printf(out, file->listed ? "%s\n" : "(%s)\n",
				       file->path);
	}
	return g_string_free(out, FALSE);
}

void taken_check(const TakenDump *self)
{
	for (guint i = 0; i < self->files->files->len; i++) {
		const RondDumpFile *file =
		    g_ptr_array_index(self->files->files, i);
		g_autofree char *text = taken_text(self, file->path);

		g_assert_nonnull(text);
	}
}
